"""How many reports came out: by publisher and by day, from what is kept counted."""

import bisect
import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.paging import day_of
from dragoman.store.remembering import days_counted_since, is_day, pulse_of
from dragoman.store.statements import statement


class Volume(NamedTuple):
    """How many reports that stand a publisher published; "" where none is told."""

    publisher: str
    reports: int


class DayVolume(NamedTuple):
    """How many reports that stand were published on a day."""

    day: datetime.date
    reports: int


def reports_by_publisher(
    connection: Connection,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    *,
    most: int = 100,
) -> list[Volume]:
    """Who published most within some days, both included; without days reports of unknown days are counted too."""
    days = {"first": day_of(first, FIRST if last else NO_DAY), "last": day_of(last, LAST)}
    values: dict[str, str | int] = {**days, "most": most}
    return [Volume(*row) for row in connection.execute(statement("reports_by_publisher"), values)]


def reports_by_day(
    connection: Connection, first: datetime.date | None = None, last: datetime.date | None = None
) -> list[DayVolume]:
    """How much was published on each day on which anything was, in order; reports of unknown days are left out."""
    days = _days(connection)
    begin = 0 if first is None else bisect.bisect_left(days, first, key=lambda one: one.day)
    end = len(days) if last is None else bisect.bisect_right(days, last, key=lambda one: one.day)
    return days[begin:end]


# For each open store how often its counts had changed, and the days of all reports then: some thousands, which pages
# about many years ask for twice.
_kept: WeakKeyDictionary[Engine, tuple[int, list[DayVolume]]] = WeakKeyDictionary()


def _days(connection: Connection) -> list[DayVolume]:
    """All days, in order; from memory those that were not counted anew. What writes sees what it has written itself."""
    if not connection.get_execution_options().get("reading"):
        return _by_day(connection, FIRST, LAST)
    number = pulse_of(connection, "counts")
    before, days = _kept.get(connection.engine, (-1, []))
    if before < 0 or number < before:
        days = _by_day(connection, FIRST, LAST)
    elif before < number:
        known = {one.day: one for one in days}
        for day in days_counted_since(connection, before):
            known.pop(datetime.date.fromisoformat(day), None)
            known |= {one.day: one for one in _by_day(connection, max(day, FIRST), day)}
        days = sorted(known.values())
    _kept[connection.engine] = number, days
    return days


def _by_day(connection: Connection, first: str, last: str) -> list[DayVolume]:
    found = connection.execute(statement("reports_by_day"), {"first": first, "last": last})
    return [DayVolume(datetime.date.fromisoformat(row.day), row.reports) for row in found if is_day(row.day)]
