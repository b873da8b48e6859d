"""The ledger: what was promised and threatened and what became of it, one commitment, and the form to overrule."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dragoman.edge import day_of
from dragoman.errors import InputError
from dragoman.export.rows import DAY, TEXT, WHOLE
from dragoman.records import Account, CommitmentKind, Entry, Ruling, Standing
from dragoman.store import ledgers
from dragoman.store.people import Person
from dragoman.views.ledgers import MOST, Commitment, Held, Ledger, Line, axis_start, commitment_of, ledger_of
from dragoman.web.answers import add_page
from dragoman.web.asking import Day, PageAsked, PartyAsked
from dragoman.web.charts.bars import stacked
from dragoman.web.charts.ledgers import ledger_lines
from dragoman.web.deciding import By, Reason, Word, decider, reason_given
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.forms import Checked, form_token
from dragoman.web.people import Writer, is_local
from dragoman.web.serving import Served, ServedDep
from dragoman.web.templates import link

router = APIRouter()
KINDS: tuple[CommitmentKind, ...] = get_args(CommitmentKind)
STANDINGS: tuple[Standing, ...] = get_args(Standing)
# Commitments that the files can hold at a time, and that the picture shows.
FILED, DRAWN = 5_000, 24
AccountId = Annotated[str, Path(max_length=200, description="The id of a commitment, as the ledger has it.")]
Many = Annotated[int, Query(ge=1, le=FILED, description="How many commitments.")]
COLUMNS = {
    "id": TEXT,
    "made": DAY,
    "by": TEXT,
    "to": TEXT,
    "kind": TEXT,
    "content": TEXT,
    "condition": TEXT,
    "due_first": DAY,
    "due_last": DAY,
    "standing": TEXT,
    "decided": DAY,
    "basis": TEXT,
    "source": TEXT,
    "event": TEXT,
    "reports": WHOLE,
}
LINE_COLUMNS = {
    "day": DAY,
    "known": DAY,
    "change": TEXT,
    "basis": TEXT,
    "source": TEXT,
    "article": TEXT,
    "sentence": TEXT,
    "start": WHOLE,
    "end": WHOLE,
    "event": TEXT,
    "rule": TEXT,
    "note": TEXT,
}


# The list


def load(
    served: ServedDep,
    by: PartyAsked = "",
    to: PartyAsked = "",
    kind: Annotated[CommitmentKind | Literal[""], Query(description="What kind of commitment.")] = "",
    standing: Annotated[Standing | Literal[""], Query(description="How it stands.")] = "",
    on: Day = "",
    most: Many = MOST,
    after: PageAsked = "",
) -> Ledger:
    """Commitments by who is bound, to whom, of what kind and how they stand on a day, those made last first."""
    wanted = ledgers.Wanted(
        by.strip() or None, to.strip() or None, kind or None, standing or None, day_of(on or None, what="on")
    )
    return ledger_of(served.store, served.rules, wanted, most=most, after=after)


def rows(page: Ledger) -> Iterator[dict[str, Any]]:
    """A row for each commitment."""
    return map(_row, page.commitments)


def _row(held: Held) -> dict[str, Any]:
    entry = held.decided
    first, last = held.due or (None, None)
    return {
        "id": held.id,
        "made": held.made,
        "by": ";".join(held.by),
        "to": ";".join(held.to),
        "kind": held.kind,
        "content": held.content,
        "condition": held.condition,
        "due_first": first,
        "due_last": last,
        "standing": held.standing,
        "decided": entry.day if entry else None,
        "basis": entry.basis if entry else None,
        "source": entry.source if entry else None,
        "event": entry.event if entry else None,
        "reports": held.reports,
    }


def items(page: Ledger) -> Iterator[Item]:
    """An item for each commitment."""
    for one in page.commitments:
        to = f" to {', '.join(one.to)}" if one.to else ""
        title = f"{one.kind} by {', '.join(one.by)}{to}: {one.standing}"
        updated = max(one.decided.day, one.made) if one.decided else one.made
        yield Item(f"commitment/{one.id}", title, updated, f"/ledger/{one.id}", one.content)


def shown(page: Ledger, served: Served) -> dict[str, Any]:
    """The pictures, and how an address of the ledger with something else asked is made."""
    return {
        "kinds": KINDS,
        "standings": STANDINGS,
        "strip": _strip(page),
        "picture": _picture(page, served),
        "drawn": min(DRAWN, len(page.commitments)),
        "asked": asked_of(page),
        "filed": FILED,
    }


def asked_of(page: Ledger) -> dict[str, object]:
    """What was asked, as an address has it."""
    return {"by": page.by, "to": page.to, "kind": page.kind, "standing": page.standing, "on": page.on}


def _strip(page: Ledger) -> Any:
    if not page.total:
        return None
    asked = asked_of(page)
    return stacked(
        page.standings,
        title="How these commitments stand",
        link_to=lambda standing: link("/ledger", **asked | {"standing": standing}),
        kind=page.kind,
    )


def _picture(page: Ledger, served: Served) -> Any:
    """The commitments of the page over time; nothing where no day is known as of which they stand."""
    if not (page.commitments and page.as_of):
        return None
    found = page.commitments[:DRAWN]
    told = [(_account(held), held.standing) for held in found]
    on = max([page.as_of, *(held.decided.day for held in found if held.decided)])
    days = axis_start(found, page.since), on
    return ledger_lines(told, on=on, days=days, link_to=lambda one: f"/ledger/{one.id}", name=served.names.of)


def _account(held: Held) -> Account:
    """As much of an account as its line in a picture needs: when it was made, and by what it stands."""
    made = Entry(change="made", day=held.made, basis="report", source="", rule="")
    return Account(
        id=held.id,
        by=held.by,
        to=held.to,
        kind=held.kind,
        content=held.content,
        entries=(made, held.decided) if held.decided else (made,),
    )


add_page(
    router,
    "/ledger",
    load,
    title="Ledger",
    template="ledger.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=items,
    shown=shown,
)


# To overrule; before the commitment's own page, whose address takes everything


@router.get("/ledger/{id:path}/rule", include_in_schema=False)
def ask_ruling(request: Request, served: ServedDep, person: Writer, id: AccountId) -> Response:
    """The form by which a person overrules how a commitment stands."""
    return _form(request, served, person, load_one(served, id))


@router.post("/ledger/{id:path}/rule", include_in_schema=False)
def enter_ruling(
    request: Request,
    served: ServedDep,
    person: Writer,
    _: Checked,
    id: AccountId,
    standing: Word = "",
    day: Word = "",
    reason: Reason = "",
    by: By = "",
) -> Response:
    """Enter what a person decided on a commitment; what was read stays visible beside it."""
    found = load_one(served, id)
    given = {"standing": standing, "day": day, "reason": reason, "by": by}
    try:
        ruling = Ruling(
            account=found.id,
            standing=_standing(standing),
            reason=reason_given(reason),
            by=decider(request, person, by),
            day=_day(day),
        )
    except InputError as error:
        return _form(request, served, person, found, wrong=error.message, given=given)
    ledgers.rule(served.store, served.rules, ruling)
    return RedirectResponse(f"/ledger/{quote(found.id, safe='')}", 303)


def _standing(typed: str) -> Standing:
    found = next((one for one in STANDINGS if one == typed), None)
    if found is None:
        raise InputError("choose how it stands", kind="standing")
    return found


def _day(typed: str) -> datetime.date:
    found = day_of(typed.strip() or None, what="the day")
    if found is None:
        raise InputError("name the day from which on it stands so", kind="date")
    return found


def _form(
    request: Request,
    served: Served,
    person: Person,
    page: Commitment,
    *,
    wrong: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    values = given or {"standing": "", "day": str(page.as_of or ""), "reason": "", "by": person.name}
    return served.render(
        request,
        "commitment_rule.html.jinja",
        422 if wrong else 200,
        page=page,
        token=form_token(request),
        wrong=wrong,
        given=values,
        local=is_local(request),
        person=person,
        standings=STANDINGS,
    )


# One commitment


def load_one(served: ServedDep, id: AccountId) -> Commitment:
    """One commitment: everything that was said and done about it, and how it stood from day to day."""
    found = commitment_of(served.store, served.rules, id)
    if found is None:
        message = f"the ledger has no commitment {id[:80]!r}; as reports of earlier days come in, ids can change"
        raise MissingError(message, kind="account")
    return found


def lines(page: Commitment) -> Iterator[dict[str, Any]]:
    """A row for each line of its history."""
    return map(_line, page.lines)


def _line(line: Line) -> dict[str, Any]:
    entry, sentence = line.entry, line.entry.sentence
    told = {name: getattr(entry, name) for name in LINE_COLUMNS if name not in {"sentence", "start", "end"}}
    place = (sentence.text, sentence.start, sentence.end) if sentence else (None, None, None)
    return told | dict(zip(("sentence", "start", "end"), place, strict=True))


def line_items(page: Commitment) -> Iterator[Item]:
    """An item for each line of its history, the last first."""
    for number, line in reversed(list(enumerate(page.lines, 1))):
        entry = line.entry
        words = entry.sentence.text if entry.sentence else entry.note or ""
        yield Item(
            f"commitment/{page.id}/{number}", f"{entry.change}: {entry.source}", entry.day, f"/ledger/{page.id}", words
        )


add_page(
    router,
    "/ledger/{id:path}",
    load_one,
    title="A commitment",
    template="commitment.html.jinja",
    rows=lines,
    columns=LINE_COLUMNS,
    feed=line_items,
)
