"""The days before and after an event: what two parties did to each other in as many days on either side of it."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from dragoman.errors import InputError
from dragoman.export.tallies import first_day, last_day
from dragoman.records import DistinctEvent, Record
from dragoman.resolve.tellings import later
from dragoman.rules import Rules
from dragoman.store.counts import Count, counts, published_span
from dragoman.store.opening import Store
from dragoman.store.reading import events_like
from dragoman.store.volume import DayVolume, reports_by_day
from dragoman.views.lines import Line, line_of_distinct
from dragoman.views.periods import Days
from dragoman.views.sides import by_quad

NOTE = "What comes after an event need not come because of it: other things happened in those days too."


class Done(Record, frozen=True, kw_only=True):
    """What one party did to the other in some days: distinct events and reports by quad class."""

    actor: str
    recipient: str
    events: dict[str, int]
    reports: dict[str, int]


class Window(Record, frozen=True, kw_only=True):
    """Some days, both ends included, what was done in them, and how many reports were read.

    `is_covered` says whether reports were read from all of its time: from before its first day until after its last.
    """

    first: datetime.date
    last: datetime.date
    done: tuple[Done, ...]
    read: int
    is_covered: bool


class Around(Record, frozen=True, kw_only=True):
    """So many days before and after an event; the days of the event itself stand apart."""

    event: Line
    days: int
    before: Window
    during: Window
    after: Window
    note: str


class Told(NamedTuple):
    """What is counted between two parties in all of the days, by direction; reports read by day, and of which time."""

    counted: dict[tuple[str, str], list[Count]]
    read: list[DayVolume]
    published: Days


def around_event(store: Store, parties: tuple[str, str], id: str, days: int, rules: Rules) -> Around:
    """The days around a distinct event, whosever it is.

    Raises `InputError` where the store has no such event, or no day is known of it.
    """
    event = _event(store, id)
    first, last = first_day(event), last_day(event)
    if first is None or last is None:
        raise InputError(f"no day is known of the event {id!r}", kind="event")
    ends = later(first, -days), later(last, days)
    told = _told(store, parties, *ends)
    windows = (ends[0], later(first, -1)), (first, last), (later(last, 1), ends[1])
    before, during, after = (_window(told, *window, rules) for window in windows)
    return Around(event=line_of_distinct(event), days=days, before=before, during=during, after=after, note=NOTE)


def _event(store: Store, id: str) -> DistinctEvent:
    with store.reading() as connection:
        found = [event for event in events_like(connection, id, most=1) if event.id == id]
    if not found:
        raise InputError(f"the store has no event {id!r}", kind="event")
    return found[0]


def _told(store: Store, parties: tuple[str, str], first: datetime.date, last: datetime.date) -> Told:
    with store.reading() as connection:
        ways = {
            (actor, recipient): list(counts(connection, actor=actor, recipient=recipient, first=first, last=last))
            for actor, recipient in (parties, parties[::-1])
        }
        return Told(ways, reports_by_day(connection, first, last), published_span(connection))


def _window(told: Told, first: datetime.date, last: datetime.date, rules: Rules) -> Window:
    begins, ends = told.published
    return Window(
        first=first,
        last=last,
        done=tuple(_done(way, counted, first, last, rules) for way, counted in told.counted.items()),
        read=sum(one.reports for one in told.read if first <= one.day <= last),
        is_covered=begins is not None and ends is not None and begins <= first and last <= ends,
    )


def _done(
    way: tuple[str, str], counted: Iterable[Count], first: datetime.date, last: datetime.date, rules: Rules
) -> Done:
    within = (one for one in counted if first.isoformat() <= one.day <= last.isoformat())
    events, reports = by_quad(within, rules)
    return Done(actor=way[0], recipient=way[1], events=events, reports=reports)
