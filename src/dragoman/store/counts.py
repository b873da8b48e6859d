"""Counts of reports and of distinct events by parties and days, from what is kept counted."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from dragoman.records import Status
from dragoman.store.statements import statement

# What has happened or is going on; planned friendly acts are AGREE and threats THREATEN, and so occurred.
HAPPENED: frozenset[Status] = frozenset({"occurred", "ongoing"})
# What has no day at all stands at the first day of the calendar and is in no period.
NO_DAY, FIRST, LAST = "0001-01-01", "0001-01-02", datetime.date.max.isoformat()


class Count(NamedTuple):
    """How many distinct events of a type one party did to another on a day, told by how many reports; scores summed."""

    actor: str
    recipient: str
    day: str
    type: str
    status: Status
    events: int
    reports: int
    score: float


class Total(NamedTuple):
    """All that one party did to another: distinct events and the reports that tell them."""

    actor: str
    recipient: str
    events: int
    reports: int


class Recent(NamedTuple):
    """A distinct event in a line, with the sentence that tells it most fully; without a day where none is known."""

    id: str
    first: str | None
    last: str | None
    date_from: str
    type: str
    mode: str
    status: Status
    actor: str
    recipient: str
    reports: int
    publishers: int
    sentence: str


class Changed(NamedTuple):
    """What one party did to another, by type: in the 7 days up to a day, and in the 28 and the 364 days before those.

    Distinct events, and the reports that tell them.
    """

    actor: str
    recipient: str
    type: str
    events: int
    reports: int
    month_events: int
    month_reports: int
    year_events: int
    year_reports: int


WEEK, FOUR_WEEKS, YEAR = (datetime.timedelta(days=days) for days in (7, 28, 364))


def counts(
    connection: Connection,
    *,
    actor: str | None = None,
    recipient: str | None = None,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> Iterator[Count]:
    """Counts by day, type and status, of all dyads or of those of a party, in order of days."""
    values = _days(first, last) | {"actor": actor, "recipient": recipient}
    name = "counts_" + {(False, False): "all", (True, False): "actor", (False, True): "recipient"}.get(
        (actor is not None, recipient is not None), "dyad"
    )
    for row in connection.execute(statement(name), values):
        yield _count(row)


def _count(row: Any) -> Count:
    return Count(row.actor, row.recipient, row.day, row.type, row.status, row.events, row.reports, row.score / 10)


def matrix(
    connection: Connection, *, first: datetime.date | None = None, last: datetime.date | None = None
) -> list[Total]:
    """Every dyad with its counts over some days, the most reported first."""
    return [Total(*row) for row in connection.execute(statement("matrix"), _days(first, last))]


def latest(
    connection: Connection,
    actor: str,
    recipient: str,
    *,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    most: int = 50,
) -> list[Recent]:
    """The latest distinct events of a dyad; what has no day comes last, and not where days are named."""
    values = _days(first, last) if first or last else {"first": NO_DAY, "last": LAST}
    rows = connection.execute(statement("latest"), values | {"actor": actor, "recipient": recipient, "most": most})
    return [recent(row) for row in rows]


def recent(row: Iterable[Any]) -> Recent:
    """A distinct event in a line, from its row."""
    one = Recent(*row)
    return one._replace(first=None, last=None) if one.first == NO_DAY else one


def country_counts(
    connection: Connection, *, first: datetime.date | None = None, last: datetime.date | None = None
) -> Iterator[Count]:
    """What each party did to anybody, by day, type and status: an event with two recipients is one event."""
    for row in connection.execute(statement("country_counts"), _days(first, last)):
        yield _count(row)


def outward_counts(
    connection: Connection, actor: str, *, first: datetime.date | None = None, last: datetime.date | None = None
) -> Iterator[Count]:
    """The same of one party, without what it did to itself; events that name nobody on the other side are counted."""
    for row in connection.execute(statement("outward_counts"), _days(first, last) | {"actor": actor}):
        yield _count(row)


def partners(
    connection: Connection,
    actor: str,
    *,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    most: int = 10,
) -> list[Total]:
    """To whom a party did most: what happened or goes on, the most distinct events first."""
    values = _days(first, last) | {"actor": actor, "most": most, "statuses": sorted(HAPPENED)}
    return [Total(*row) for row in connection.execute(statement("partners", "statuses"), values)]


def changed_dyads(connection: Connection, last: datetime.date, *, most: int = 100) -> list[Changed]:
    """What happened or goes on in the week up to a day and in the 4 and 52 weeks before it, by dyad and type.

    Of the dyads in which most was done in those five weeks, the most first. Acts within a party, and those that name
    nobody on one side, are left out.
    """
    week = last - WEEK
    days = {"last": last, "week": week, "month": week - FOUR_WEEKS, "year": week - YEAR}
    values: dict[str, Any] = {name: day.isoformat() for name, day in days.items()}
    values |= {"most": most, "statuses": sorted(HAPPENED)}
    return [Changed(*row) for row in connection.execute(statement("changed_dyads", "statuses"), values)]


def _days(first: datetime.date | None, last: datetime.date | None) -> dict[str, str | None]:
    return {"first": first.isoformat() if first else FIRST, "last": last.isoformat() if last else LAST}


def published_span(connection: Connection) -> tuple[datetime.date | None, datetime.date | None]:
    """The days of publication of the first and of the last report; None where no report has a day."""
    first, last = connection.execute(statement("published_span")).one()
    return first and datetime.date.fromisoformat(first), last and datetime.date.fromisoformat(last)


def span(
    connection: Connection, first: datetime.date | None = None, last: datetime.date | None = None
) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of which something is counted within some days; None where nothing is."""
    low, high = connection.execute(statement("span"), _days(first, last)).one()
    return (datetime.date.fromisoformat(low), datetime.date.fromisoformat(high)) if low else None
