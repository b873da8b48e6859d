"""The steps of a picture of time: what was counted in each, joined to longer ones where there are too many to draw."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, Protocol, get_args

from dragoman.export.panels import Every, end_of, period_of
from dragoman.web.charts.scales import Times

Length = Literal["day", "week", "month", "quarter", "year"]
DAYS: dict[Length, float] = {"day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25}
# Steps that one picture can show, two pixels and a link each: a year of days, thirty years of months.
MOST = 372
# Above the line stand words, below it deeds: in each, what is nearer to the line, and what is farther.
WORDS = ("verbal_cooperation", "verbal_conflict")
DEEDS = ("material_cooperation", "material_conflict")
Counts = Mapping[str, int]
Sums = dict[str, int]
Way = tuple[str, str]


class Step(Protocol):
    """What one party did to another in a day, week or month: distinct events and reports by quad class."""

    @property
    def actor(self) -> str:
        """Who did it."""

    @property
    def recipient(self) -> str:
        """To whom; "" for all."""

    @property
    def first(self) -> datetime.date:
        """The first day of the step."""

    @property
    def events(self) -> Counts:
        """Distinct events by quad class."""

    @property
    def reports(self) -> Counts:
        """Reports of them by quad class."""


class Bar(NamedTuple):
    """What is drawn of a step; `read` is how many reports were read in that time, None where that does not count."""

    first: datetime.date
    last: datetime.date
    events: Counts
    reports: Counts
    read: int | None = None

    def height(self, quads: Iterable[str]) -> float:
        """Events of some quad classes, or how many there are for each 100 reports read; 0 where none was read."""
        events = sum(self.events.get(quad, 0) for quad in quads)
        if self.read is None:
            return events
        return 100 * events / self.read if self.read else 0


def length_drawn(every: Every, times: Times) -> Length:
    """How long the steps of a picture are: as asked for, or longer where there would be too many."""
    lengths = get_args(Length)
    longer: tuple[Length, ...] = lengths[lengths.index(every) :]
    return next((length for length in longer if times.length / DAYS[length] <= MOST), "year")


def bars_of(
    steps: Iterable[Step],
    times: Times,
    lengths: tuple[Every, Length],
    read: Mapping[datetime.date, int] | None = None,
) -> dict[Way, list[Bar]]:
    """The bars of each direction in order of time, of steps that lie at least in part within some days.

    `lengths` are those of the steps and of the bars. A step that begins before the first day belongs to the first bar.
    """
    sums: defaultdict[Way, dict[datetime.date, tuple[Sums, Sums]]] = defaultdict(dict)
    for step in steps:
        if start := _start_within(step.first, times, lengths):
            _add(step, sums[step.actor, step.recipient].setdefault(start, ({}, {})))
    articles = None if read is None else _read_by_bar(read, times, lengths)
    return {
        way: [_bar(start, lengths[1], by_start[start], articles) for start in sorted(by_start)]
        for way, by_start in sums.items()
    }


def _start_within(first: datetime.date, times: Times, lengths: tuple[Every, Length]) -> datetime.date | None:
    """The first day of the bar that a step belongs to; None where the step lies outside."""
    every, length = lengths
    is_within = first <= times.last and end_of(period_of(first, every), every) >= times.first
    return start_of(max(first, times.first), length) if is_within else None


def _add(step: Step, sums: tuple[Sums, Sums]) -> None:
    for into, counts in zip(sums, (step.events, step.reports), strict=True):
        for quad, number in counts.items():
            into[quad] = into.get(quad, 0) + number


def _read_by_bar(
    read: Mapping[datetime.date, int], times: Times, lengths: tuple[Every, Length]
) -> dict[datetime.date, int]:
    sums: defaultdict[datetime.date, int] = defaultdict(int)
    for day, number in read.items():
        if start := _start_within(day, times, lengths):
            sums[start] += number
    return sums


def _bar(
    start: datetime.date, length: Length, counts: tuple[Counts, Counts], read: Mapping[datetime.date, int] | None
) -> Bar:
    return Bar(start, last_of(start, length), *counts, None if read is None else read.get(start, 0))


def start_of(day: datetime.date, length: Length) -> datetime.date:
    """The first day of the step that a day lies in.

    >>> start_of(datetime.date(2013, 6, 16), "quarter")
    datetime.date(2013, 4, 1)
    """
    match length:
        case "year":
            return day.replace(month=1, day=1)
        case "quarter":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case _:
            return period_of(day, length)


def last_of(start: datetime.date, length: Length) -> datetime.date:
    """The last day of the step that begins on a day."""
    match length:
        case "year":
            return start.replace(month=12, day=31)
        case "quarter":
            return end_of(start.replace(month=start.month + 2), "month")
        case _:
            return end_of(start, length)


def ways_of(steps: Iterable[Step]) -> list[Way]:
    """The directions to show: those of the steps, and where both parties are named the way back."""
    found = {(step.actor, step.recipient) for step in steps}
    back = {(recipient, actor) for actor, recipient in found if recipient}
    return sorted(found | back)


def halves(bars: Iterable[Bar]) -> Iterator[tuple[float, float]]:
    """How high each bar's words and deeds are."""
    for bar in bars:
        yield bar.height(WORDS), bar.height(DEEDS)
