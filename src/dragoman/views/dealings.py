"""What passed between two parties, for a page: words and deeds in time, who led, what stands out, what was kept."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from dragoman.export.panels import Every
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store import ledgers, standings
from dragoman.store.counts import Count, published_span
from dragoman.store.opening import Store
from dragoman.views.around import Around, around_event
from dragoman.views.dyads import Theirs, between
from dragoman.views.lines import Line, line_of
from dragoman.views.paces import Measure, Pace, pace_of, read_by_step
from dragoman.views.peaks import Peak, peaks_of
from dragoman.views.periods import Days, fitting, shown_days
from dragoman.views.sides import Side, events_in, is_within, side_of, steps_of
from dragoman.views.terms import Band, Term, bands_within, terms_of

# Events that the page lists; the search has all.
LISTED = 50
# Days before and after an event, where nobody says how many; and at the most.
DAYS, MOST_DAYS = 30, 730


class Asked(NamedTuple):
    """What is asked of a dyad; without `every` steps are as long as fits the time. `around` is the id of an event."""

    days: Days = (None, None)
    every: Every | None = None
    measure: Measure = "events"
    around: str = ""
    around_days: int = DAYS


class Dealings(Record, frozen=True, kw_only=True):
    """Two parties and what passed between them.

    `measure` is what a picture of it shows. `first` and `last` are the days asked for, `shown` the ends of the time
    axis: `outside` events lie beyond these. Commitments are all that were made until `last`. `read` are the reports
    published in each step. `is_current` is false where the ledger was not made anew since something came in.
    """

    one: str
    other: str
    first: datetime.date | None
    last: datetime.date | None
    shown: tuple[datetime.date | None, datetime.date | None]
    every: Every
    measure: Measure
    sides: tuple[Side, ...]
    imported: tuple[Theirs, ...]
    steps: tuple[Pace, ...]
    outside: int
    read: dict[datetime.date, int]
    bands: tuple[Band, ...]
    terms: tuple[Term, ...]
    peaks: tuple[Peak, ...]
    around: Around | None
    latest: tuple[Line, ...]
    is_current: bool


def dealings_of(store: Store, one: str, other: str, asked: Asked, rules: Rules) -> Dealings:
    """The page of two parties by their codes; raises `InputError` where there is no event to look around."""
    with store.reading() as connection:
        published = published_span(connection)
    every = asked.every or fitting(asked.days, published)
    shown = shown_days(asked.days, published, every)
    found = between(store, one, other, asked.days, LISTED, rules)
    steps = list(steps_of(found.counted[0] + found.counted[1], every, rules))
    within = [step for step in steps if is_within(step, shown, every)]
    read = read_by_step(store, shown, every)
    terms = tuple(terms_of(party, shown, rules) for party in (one, other))
    return Dealings(
        one=one,
        other=other,
        first=asked.days[0],
        last=asked.days[1],
        shown=shown,
        every=every,
        measure=asked.measure,
        sides=tuple(_sides(store, (one, other), found.counted, asked.days[1], rules)),
        imported=found.imported,
        steps=tuple(pace_of(step, every, read) for step in within),
        outside=events_in(steps) - events_in(within),
        read=read,
        bands=tuple(band for mine in terms for band in bands_within(mine, shown)),
        terms=tuple(term for mine in terms for term in mine),
        peaks=peaks_of(store, within, every),
        around=around_event(store, (one, other), asked.around, asked.around_days, rules) if asked.around else None,
        latest=tuple(map(line_of, found.recent)),
        is_current=ledgers.is_current(store),
    )


def _sides(
    store: Store,
    parties: tuple[str, str],
    counted: tuple[list[Count], list[Count]],
    on: datetime.date | None,
    rules: Rules,
) -> Iterator[Side]:
    for way, mine in zip((parties, parties[::-1]), counted, strict=True):
        with store.reading() as connection:
            tally = standings.tally(connection, ledgers.Wanted(by=way[0], to=way[1], on=on))
        yield side_of(*way, mine, tally.of, rules)
