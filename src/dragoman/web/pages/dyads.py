"""Dyads: which are most told of, and the page of each: words and deeds in time, commitments, days around an event."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from markupsafe import Markup

from dragoman.edge import day_of
from dragoman.errors import InputError
from dragoman.export.panels import QUADS
from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.resolve.tellings import party_of
from dragoman.views.conduct import Conduct
from dragoman.views.dealings import DAYS, MOST_DAYS, Asked, Dealings, dealings_of
from dragoman.views.lines import Line
from dragoman.views.naming import near_names, party_named
from dragoman.views.paces import Measure, Pace
from dragoman.views.peaks import Peak
from dragoman.views.rankings import Acting, Dyads, Ranked, dyads_told
from dragoman.views.sides import outcome
from dragoman.web.answers import add_page
from dragoman.web.asking import DaysAsked, PartyAsked, PartyPath
from dragoman.web.charts import panels
from dragoman.web.charts.markup import element, small
from dragoman.web.charts.timelines import timeline
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.serving import Served, ServedDep
from dragoman.web.templates import link, with_format

router = APIRouter()
COUNTS = {f"{what}_{quad}": WHOLE for quad in QUADS.values() for what in ("events", "reports")}
RANKED_COLUMNS = {"actor": TEXT, "recipient": TEXT, "events": WHOLE, "reports": WHOLE, "conflict": WHOLE}
STEP_COLUMNS = {
    "actor": TEXT,
    "recipient": TEXT,
    "first": DAY,
    "last": DAY,
    **COUNTS,
    "read": WHOLE,
    "per_hundred": NUMBER,
}
# Characters of a sentence that stand for an event in a label or a list of choices.
SHORT = 90
# Days of a step, to say how many there are about.
LENGTHS = {"day": 1, "week": 7, "month": 30}
# Pixels: width and height of the bar of a row.
SHARE = (110, 12)
# Steps that are told as a table; the page's CSV has more.
TOLD = 150
# An id is a digest, or what another program made of it: letters that can be seen, and none that a database refuses.
Around = Annotated[
    str, Query(max_length=200, pattern=r"^[!-~]*$", description="The id of an event to look before and after.")
]
AroundDays = Annotated[int, Query(alias="days", ge=1, le=MOST_DAYS, description="How many days before and after it.")]
EveryAsked = Annotated[
    Literal["", "day", "week", "month"],
    Query(description="How long steps of time are; without it as long as fits the days shown."),
]
MeasureAsked = Annotated[
    Measure, Query(description="Heights of the picture: events, or rate, events for each 100 reports read.")
]


def ending(request: Request) -> str:
    """What the address ends in for programs: json, csv, parquet, atom; "" for people."""
    name = request.url.path.rpartition("/")[2]
    return name.rpartition(".")[2] if "." in name else ""


Ending = Annotated[str, Depends(ending)]


# The list


def load_ranked(
    served: ServedDep, days: DaysAsked, ending: Ending, one: PartyAsked = "", other: PartyAsked = ""
) -> Dyads:
    """The dyads with the most events; with the names or codes of two parties it leads to the page of these."""
    if one.strip() or other.strip():
        parties = [known_party(typed, served) for typed in (one, other)]
        lead_to(f"/dyads/{parties[0]}/{parties[1]}", ending, days)
    return dyads_told(served.store, days, served.rules.ontology)


def known_party(typed: str, served: Served) -> str:
    """The code of a party by its name or code; raises `InputError` that offers names like it where nobody has it."""
    if not typed.strip():
        raise InputError("two parties make a dyad: name both", kind="party")
    try:
        return party_named(typed, served.rules)
    except InputError as error:
        near = [f"{name} ({code})" for name, code in near_names(typed, served.rules).items()]
        offer = f"; near it are {', '.join(near)}" if near else ""
        raise InputError(f"{error.message}{offer}", kind="party") from error


def lead_to(address: str, ending: str, days: tuple[datetime.date | None, datetime.date | None]) -> None:
    """Answer that what is asked for stands at another address, with the same days and in the same form."""
    address = with_format(address, ending) if ending else address
    place = link(address, **{"from": days[0], "until": days[1]})
    raise HTTPException(303, "it stands at another address", headers={"Location": place})


def ranked_rows(page: Dyads) -> Iterator[dict[str, Any]]:
    """A row for each dyad."""
    for one in page.dyads:
        yield {name: getattr(one, name) for name in RANKED_COLUMNS}


def ranked_shown(page: Dyads, served: Served) -> dict[str, Any]:
    """A small picture for each row: how much of it is cooperation, and how much conflict."""
    return {"pictures": list(shares_of(page.dyads)), "events_at": events_at}


def shares_of(ranked: Sequence[Ranked | Acting]) -> Iterator[Markup]:
    """For each row a bar as long as its events, against the longest: first the cooperation, then the conflict."""
    width, height = SHARE
    scale = width / max((one.events for one in ranked), default=1)
    for one in ranked:
        parts, at = [], 0.0
        for kind, number in (("cooperation", one.events - one.conflict), ("conflict", one.conflict)):
            place = {"x": at, "y": 1, "width": scale * number, "height": height - 2}
            parts.append(element("rect", place | {"class": f"c-material-{kind}"}))
            at += scale * number
        yield small("share", SHARE, f"cooperation {one.events - one.conflict:,}, conflict {one.conflict:,}", *parts)


def ranked_items(page: Dyads) -> Iterator[Item]:
    """An item for each dyad."""
    for one in page.dyads:
        told = f"{one.events:,} events in {one.reports:,} reports, {one.conflict:,} of the events conflict"
        place = f"/dyads/{one.actor}/{one.recipient}"
        yield Item(f"dyad/{one.actor}/{one.recipient}", f"{one.actor} to {one.recipient}", page.last, place, told)


add_page(
    router,
    "/dyads",
    load_ranked,
    title="Dyads",
    template="dyads.html.jinja",
    rows=ranked_rows,
    columns=RANKED_COLUMNS,
    feed=ranked_items,
    shown=ranked_shown,
)


# One dyad


def load(
    served: ServedDep,
    days: DaysAsked,
    ending: Ending,
    one: PartyPath,
    other: PartyPath,
    every: EveryAsked = "",
    measure: MeasureAsked = "events",
    around: Around = "",
    around_days: AroundDays = DAYS,
) -> Dealings:
    """What passed between two parties: words and deeds in time, commitments, latest events, days around an event."""
    parties = party_of(one), party_of(other)
    if parties != (one, other):
        lead_to(f"/dyads/{parties[0]}/{parties[1]}", ending, days)
    if one == other:
        raise InputError(f"{one} and {other} are the same party", kind="party")
    asked = Asked(days, every or None, measure, around, around_days)
    found = dealings_of(served.store, one, other, asked, served.rules)
    unknown = [code for code in parties if code not in served.names.known()]
    if unknown and not (found.latest or found.imported):
        raise MissingError(f"nobody has the code {unknown[0]!r}; codes are like PRK or IGOUNO", kind="party")
    return found


def rows(page: Dealings) -> Iterable[dict[str, Any]]:
    """A row for each direction and step in which anything was counted."""
    return map(row_of_step, page.steps)


def row_of_step(step: Pace) -> dict[str, Any]:
    """A step of time with its counts in columns."""
    counted = {
        f"{what}_{quad}": number for what in ("events", "reports") for quad, number in getattr(step, what).items()
    }
    return {name: getattr(step, name) for name in STEP_COLUMNS if name not in COUNTS} | counted


def items(page: Dealings) -> Iterable[Item]:
    """The latest events."""
    return map(item_of, page.latest)


def item_of(event: Line) -> Item:
    """An event as an item of a feed."""
    title = " ".join(part for part in (event.actor, event.type, event.recipient) if part)
    return Item(f"event/{event.id}", title, day_of(event.first), f"/events/{event.id}", event.sentence)


def shown(page: Dealings, served: Served) -> dict[str, Any]:
    """The picture of the page, and what became of commitments in words."""
    return {
        "picture": picture_of(page, served, map(_peak, page.peaks)),
        "outcome": outcome,
        "events_at": events_at,
        "choices": list(_choices(page)),
        **told_of_steps(page),
    }


def picture_of(page: Dealings | Conduct, served: Served, peaks: Iterable[panels.Peak] = ()) -> Markup:
    """Words and deeds in time, of a page that has steps and who led."""
    return timeline(
        page.steps,
        days=page.shown,
        every=page.every,
        bands=page.bands,
        peaks=peaks,
        link=lambda actor, recipient, first, last: events_at(actor, recipient, first=first, last=last),
        name=served.names.of,
        read=page.read if page.measure == "rate" else None,
    )


def events_at(
    actor: str, recipient: str, quad: str = "", first: datetime.date | None = None, last: datetime.date | None = None
) -> str:
    """The address of the events that one party did to another, of a quad class and some days if these are given."""
    asked = {"actor": actor, "recipient": recipient, "quad": quad, "status": "happened", "from": first, "until": last}
    return link("/search", **asked)


def _peak(peak: Peak) -> panels.Peak:
    label, place = " ".join(peak.event.sentence.split()), f"/events/{peak.event.id}"
    return panels.Peak(peak.actor, peak.recipient, peak.first, label[:SHORT], place)


def _choices(page: Dealings) -> Iterator[tuple[str, str]]:
    """Events that one can look before and after: what made the peaks, and the latest that have a day."""
    events = [*(peak.event for peak in page.peaks), *page.latest]
    if page.around:
        events.insert(0, page.around.event)
    for event in {event.id: event for event in events if event.first}.values():
        words = " ".join(event.sentence.split())
        yield event.id, f"{event.first}: {words[:SHORT]}" + ("…" if len(words) > SHORT else "")


def told_of_steps(page: Dealings | Conduct) -> dict[str, Any]:
    """About how many steps the time has, for the script that draws more of them, and those that the table tells."""
    first, last = page.shown
    many = (last - first).days // LENGTHS[page.every] + 1 if first and last else len(page.steps)
    return {"steps": many, "told": page.steps[-TOLD:]}


add_page(
    router,
    "/dyads/{one}/{other}",
    load,
    title="A dyad",
    template="dyad.html.jinja",
    rows=rows,
    columns=STEP_COLUMNS,
    feed=items,
    shown=shown,
)
