"""How many reports came out: by publisher and by day, from what is kept counted."""

import bisect
import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.paging import day_of
from dragoman.store.remembering import Memory
from dragoman.store.statements import statement

# The days of all reports, some thousands, which pages about many years ask for twice.
_days = Memory("reports")


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
    days = _days.answer(connection, "all", lambda: _by_day(connection))
    begin = 0 if first is None else bisect.bisect_left(days, first, key=lambda one: one.day)
    end = len(days) if last is None else bisect.bisect_right(days, last, key=lambda one: one.day)
    return days[begin:end]


def _by_day(connection: Connection) -> list[DayVolume]:
    found = connection.execute(statement("reports_by_day"), {"first": FIRST, "last": LAST})
    return [DayVolume(datetime.date.fromisoformat(row.day), row.reports) for row in found]
