"""What people decided, with the reasons; the corrections as cases for rules and models; the form to take one back."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from dragoman.errors import InputError
from dragoman.export.rows import DAY, TEXT, WHOLE
from dragoman.store import recoding
from dragoman.store.corrections import Withdrawal
from dragoman.store.people import Person
from dragoman.views.corrections import MOST, Corrections, Decision, cases_of, correction_of, corrections_of
from dragoman.web.answers import add_page
from dragoman.web.asking import PageAsked
from dragoman.web.deciding import By, Reason, decider, reason_given, today
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.forms import Checked, form_token
from dragoman.web.people import Writer, is_local
from dragoman.web.serving import Served, ServedDep

router = APIRouter()
FILED = 5_000
Number = Annotated[int, Path(ge=1, le=10**18, description="The number of a correction.")]
COLUMNS = {
    "about": TEXT,
    "number": WHOLE,
    "day": DAY,
    "by": TEXT,
    "reason": TEXT,
    "said": TEXT,
    "report": TEXT,
    "start": WHOLE,
    "end": WHOLE,
    "commitment": TEXT,
    "withdrawn": DAY,
    "withdrawn_by": TEXT,
    "withdrawn_reason": TEXT,
}


@router.get("/corrections.jsonl", response_class=Response, responses={200: {"content": {"application/jsonl": {}}}})
def cases(served: ServedDep) -> Response:
    """The corrections that stand as cases, a line each: the sentence, what was read in it, what a person says of it."""
    lines = (msgspec.json.encode(case) + b"\n" for case in cases_of(served.store))
    return StreamingResponse(lines, media_type="application/jsonl")


# To take a correction back


@router.get("/corrections/{number:int}/withdraw", include_in_schema=False)
def ask_withdrawal(request: Request, served: ServedDep, person: Writer, number: Number) -> Response:
    """The form by which a correction is taken back."""
    return _form(request, served, person, _standing(served, number))


@router.post("/corrections/{number:int}/withdraw", include_in_schema=False)
def withdraw(
    request: Request, served: ServedDep, person: Writer, _: Checked, number: Number, reason: Reason = "", by: By = ""
) -> Response:
    """Take a correction back: what was there before it is so again, and it stays in the list."""
    found = _standing(served, number)
    try:
        back = Withdrawal(by=decider(request, person, by), reason=reason_given(reason), day=today(request))
        recoding.withdraw_correction(served.store, number, back, served.rules.ontology)
    except InputError as error:
        return _form(request, served, person, found, wrong=error.message, given={"reason": reason, "by": by})
    return RedirectResponse("/corrections", 303)


def _standing(served: Served, number: int) -> Decision:
    found = correction_of(served.store, number)
    if found is None or found.withdrawn:
        raise MissingError(f"there is no correction {number} that stands", kind="correction")
    return found


def _form(
    request: Request,
    served: Served,
    person: Person,
    found: Decision,
    *,
    wrong: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    return served.render(
        request,
        "corrections_withdraw.html.jinja",
        422 if wrong else 200,
        one=found,
        said=said_of(found),
        given=given or {"reason": "", "by": person.name},
        wrong=wrong,
        token=form_token(request),
        local=is_local(request),
        person=person,
    )


# The list


def load(
    served: ServedDep,
    most: Annotated[int, Query(ge=1, le=FILED, description="How many decisions.")] = MOST,
    after: PageAsked = "",
) -> Corrections:
    """What people corrected, took back and ruled, the newest first, with who, when and why."""
    return corrections_of(served.store, most=most, before=after)


def said_of(one: Decision) -> str:
    """What a person decided, in a line: "type THREATEN, actor PRKGOV"."""
    if one.ruling:
        return one.ruling.standing
    said = one.correction
    assert said is not None
    if said.wrong:
        return "no such event"
    told = (
        ("type", said.type),
        ("mode", None if said.mode is None else ", ".join(said.mode) or "none"),
        ("status", said.status),
        ("actor", None if said.actor is None else " ".join(said.actor) or "nobody"),
        ("recipient", None if said.recipient is None else " ".join(said.recipient) or "nobody"),
    )
    return ", ".join(f"{name} {value}" for name, value in told if value is not None)


def rows(page: Corrections) -> Iterator[dict[str, Any]]:
    """A row for each decision."""
    return map(_row, page.found)


def _row(one: Decision) -> dict[str, Any]:
    said, back = one.correction, one.withdrawn
    return {
        "about": one.about,
        "number": one.number,
        "day": one.day,
        "by": one.by,
        "reason": one.reason,
        "said": said_of(one),
        "report": said.article if said else None,
        "start": said.start if said else None,
        "end": said.end if said else None,
        "commitment": one.ruling.account if one.ruling else None,
        "withdrawn": back.day if back else None,
        "withdrawn_by": back.by if back else None,
        "withdrawn_reason": back.reason if back else None,
    }


def items(page: Corrections) -> Iterator[Item]:
    """An item for each decision."""
    for one in page.found:
        place = f"/articles/{one.article}" if one.article else "/corrections"
        place = f"/ledger/{one.ruling.account}" if one.ruling and one.kind else place
        yield Item(f"{one.about}/{one.number}", f"{one.by}: {said_of(one)}", one.day, place, one.reason)


add_page(
    router,
    "/corrections",
    load,
    title="Corrections",
    template="corrections.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=items,
    shown=lambda page, served: {"said_of": said_of, "filed": FILED},
)
