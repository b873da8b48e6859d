"""Panels: a row for each dyad or country and each day, week or month, with zero rows, as regressions need them."""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.resolve.tellings import later
from dragoman.rules.ontology import Ontology

Every = Literal["day", "week", "month"]
Cells = dict[str, str | int | float | datetime.date | None]
QUADS = {1: "verbal_cooperation", 2: "material_cooperation", 3: "verbal_conflict", 4: "material_conflict"}


class Counted(NamedTuple):
    """A count that a panel adds up: distinct events of a type on a day, the reports that tell them, scores summed."""

    actor: str
    recipient: str
    day: datetime.date
    type: str
    events: int
    reports: int
    score: float


class Sums:
    """The counts of one row while they are added up."""

    def __init__(self) -> None:
        self.events: defaultdict[str, int] = defaultdict(int)
        self.reports: defaultdict[str, int] = defaultdict(int)
        self.score = 0.0

    def add(self, one: Counted) -> None:
        """Add a count."""
        self.events[one.type] += one.events
        self.reports[one.type] += one.reports
        self.score += one.score


def columns_of(unit: str, ontology: Ontology) -> dict[str, str]:
    """The columns of a panel with their kinds."""
    parties = {"actor": TEXT, "recipient": TEXT} if unit == "dyad" else {"country": TEXT}
    names = ["all", *QUADS.values(), *(name.lower() for name in ontology.types)]
    counts = {f"{what}_{name}": WHOLE for name in names for what in ("events", "reports")}
    return {**parties, "first": DAY, "last": DAY, **counts, "score_mean": NUMBER}


def panel_rows(
    counts: Iterable[Counted],
    ontology: Ontology,
    *,
    unit: str,
    every: Every,
    days: tuple[datetime.date, datetime.date],
    among: Sequence[str] = (),
) -> Iterator[Cells]:
    """The rows in order of parties and time, zero rows included; nothing where nothing was counted.

    Units are all that occur in the counts, or with `among` all dyads (countries) of those named. `days` are the first
    and the last day of the panel, widened to whole weeks (from Monday) or months, as those of the counts have to be.
    """
    sums: defaultdict[tuple[str, str], dict[datetime.date, Sums]] = defaultdict(dict)
    for one in counts:
        if not among or (one.actor in among and (unit == "country" or one.recipient in among)):
            start = period_of(one.day, every)
            sums[one.actor, one.recipient].setdefault(start, Sums()).add(one)
    for actor, recipient in sorted({*sums, *_units(unit, among)}):
        for start in periods(*days, every):
            found = sums[actor, recipient].get(start, Sums())
            parties: Cells = {"actor": actor, "recipient": recipient} if unit == "dyad" else {"country": actor}
            yield {**parties, "first": start, "last": end_of(start, every), **_cells(found, ontology)}


def _units(unit: str, among: Sequence[str]) -> set[tuple[str, str]]:
    if unit == "country":
        return {(one, "") for one in among}
    return {(one, other) for one in among for other in among if one != other}


def _cells(sums: Sums, ontology: Ontology) -> Cells:
    cells: Cells = {}
    quad_of: Callable[[str], int] = ontology.quad
    for what, counts in (("events", sums.events), ("reports", sums.reports)):
        cells[f"{what}_all"] = sum(counts.values())
        for number, quad in QUADS.items():
            cells[f"{what}_{quad}"] = sum(n for kind, n in counts.items() if quad_of(kind) == number)
        cells.update({f"{what}_{kind.lower()}": counts.get(kind, 0) for kind in ontology.types})
    events = sum(sums.events.values())
    cells["score_mean"] = round(sums.score / events, 3) if events else None
    return cells


def period_of(day: datetime.date, every: Every) -> datetime.date:
    """The first day of the day, week (from Monday) or month that a day lies in.

    >>> period_of(datetime.date(2013, 6, 16), "week")
    datetime.date(2013, 6, 10)
    """
    if every == "week":
        return day - datetime.timedelta(days=day.weekday())
    return day.replace(day=1) if every == "month" else day


def end_of(start: datetime.date, every: Every) -> datetime.date:
    """The last day of the day, week or month that begins on a day, within the calendar.

    >>> end_of(datetime.date(9999, 12, 1), "month")
    datetime.date(9999, 12, 31)
    """
    if every == "month":
        return start.replace(day=calendar.monthrange(start.year, start.month)[1])
    return later(start, 6) if every == "week" else start


def widened(
    first: datetime.date | None, last: datetime.date | None, every: Every
) -> tuple[datetime.date | None, datetime.date | None]:
    """Days widened to whole days, weeks or months; an end that is open stays so."""
    return first and period_of(first, every), last and end_of(period_of(last, every), every)


def periods(first: datetime.date, last: datetime.date, every: Every) -> Iterator[datetime.date]:
    """The first days of all days, weeks or months from one day to another."""
    start = period_of(first, every)
    while start <= last:
        yield start
        end = end_of(start, every)
        if end >= last:
            return
        start = later(end, 1)
