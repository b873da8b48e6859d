"""Parties: which act most, and the page of each: its words and deeds, to whom, its commitments, what it says."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter

from dragoman.export.rows import TEXT, WHOLE
from dragoman.resolve.tellings import party_of
from dragoman.views.conduct import Asked, Conduct, Made, conduct_of
from dragoman.views.rankings import Parties, parties_told
from dragoman.views.sides import outcome
from dragoman.web.answers import add_page
from dragoman.web.asking import DaysAsked, PartyAsked, PartyPath
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.pages.dyads import (
    STEP_COLUMNS,
    Ending,
    EveryAsked,
    MeasureAsked,
    events_at,
    known_party,
    lead_to,
    picture_of,
    row_of_step,
    shares_of,
    told_of_steps,
)
from dragoman.web.serving import Served, ServedDep

router = APIRouter()
RANKED_COLUMNS = {"party": TEXT, "events": WHOLE, "reports": WHOLE, "conflict": WHOLE}


# The list


def load_ranked(served: ServedDep, days: DaysAsked, ending: Ending, name: PartyAsked = "") -> Parties:
    """The parties with the most events; with the name or code of a party it leads to its page."""
    if name.strip():
        lead_to(f"/parties/{known_party(name, served)}", ending, days)
    return parties_told(served.store, days, served.rules.ontology)


def ranked_rows(page: Parties) -> Iterator[dict[str, Any]]:
    """A row for each party."""
    for one in page.parties:
        yield {name: getattr(one, name) for name in RANKED_COLUMNS}


def ranked_shown(page: Parties, served: Served) -> dict[str, Any]:
    """A small picture for each row: how much of it is cooperation, and how much conflict."""
    return {"pictures": list(shares_of(page.parties)), "events_at": events_at}


def ranked_items(page: Parties) -> Iterator[Item]:
    """An item for each party."""
    for one in page.parties:
        told = f"{one.events:,} events in {one.reports:,} reports, {one.conflict:,} of the events conflict"
        yield Item(f"party/{one.party}", one.party, page.last, f"/parties/{one.party}", told)


add_page(
    router,
    "/parties",
    load_ranked,
    title="Parties",
    template="parties.html.jinja",
    rows=ranked_rows,
    columns=RANKED_COLUMNS,
    feed=ranked_items,
    shown=ranked_shown,
)


# One party


def load(
    served: ServedDep,
    days: DaysAsked,
    ending: Ending,
    code: PartyPath,
    every: EveryAsked = "",
    measure: MeasureAsked = "events",
) -> Conduct:
    """The words and deeds of a party: what it did and to whom, its commitments and their outcomes, what it says."""
    if party_of(code) != code:
        lead_to(f"/parties/{party_of(code)}", ending, days)
    found = conduct_of(served.store, code, Asked(days, every or None, measure), served.rules)
    is_told = found.steps or found.outside or found.commitments or found.statements or found.statements_about.number
    if code not in served.names.known() and not is_told:
        raise MissingError(f"nobody has the code {code!r}; codes are like PRK or IGOUNO", kind="party")
    return found


def rows(page: Conduct) -> Iterable[dict[str, Any]]:
    """A row for each step in which anything was counted."""
    return map(row_of_step, page.steps)


def items(page: Conduct) -> Iterable[Item]:
    """The commitments made last."""
    return map(_item, page.commitments)


def _item(one: Made) -> Item:
    title = f"{one.kind} by {', '.join(one.by)}: {one.standing}"
    return Item(f"commitment/{one.id}", title, one.decided or one.day, f"/ledger/{one.id}", one.content)


def shown(page: Conduct, served: Served) -> dict[str, Any]:
    """The picture of the page, and what became of commitments in words."""
    return {
        "picture": picture_of(page, served),
        "outcome": outcome,
        "events_at": events_at,
        **told_of_steps(page),
    }


add_page(
    router,
    "/parties/{code}",
    load,
    title="A party",
    template="party.html.jinja",
    rows=rows,
    columns=STEP_COLUMNS,
    feed=items,
    shown=shown,
)
