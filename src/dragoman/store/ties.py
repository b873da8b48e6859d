"""Who has to do with whom, and how much of what happens each party has a part in, from what is kept counted."""

import datetime
from collections.abc import Collection
from typing import Any, Literal, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from dragoman.records import Status
from dragoman.store.counts import FIRST, HAPPENED, LAST
from dragoman.store.statements import statement

Part = Literal["actor", "recipient", "either"]
# Ties that are told at most: more of them nobody can see apart.
MOST = 400
# Parties that are told at most: there are some 250 states and bodies.
PARTIES = 1_000


class Tie(NamedTuple):
    """What one party did to another: distinct events, the reports that tell them, how many events are conflict."""

    actor: str
    recipient: str
    events: int
    reports: int
    conflict: int


class Ties(NamedTuple):
    """The strongest ties, and how many there are."""

    ties: list[Tie]
    all: int


class Share(NamedTuple):
    """The distinct events that a party has a part in, reports that tell them, how many are conflict."""

    party: str
    events: int
    reports: int
    conflict: int


class Wanted(NamedTuple):
    """Which events count: of these types, those of `conflict` being conflict, within some days, both included."""

    types: Collection[str]
    conflict: Collection[str]
    first: datetime.date | None = None
    last: datetime.date | None = None
    statuses: Collection[Status] = HAPPENED


class Kept(Protocol):
    """What gives the same answers from memory."""

    def ties(self, connection: Connection, wanted: Wanted, *, least: int, most: int) -> Ties | None:
        """As `ties` below; None where the database has to be asked."""

    def shares(self, connection: Connection, wanted: Wanted, part: Part, *, most: int) -> list[Share] | None:
        """As `shares` below; None where the database has to be asked."""


KEPT: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()
"""Of stores of which many questions are asked; `columns.keep` puts them in."""


def ties(connection: Connection, wanted: Wanted, *, least: int = 1, most: int = MOST) -> Ties:
    """The ties between two parties with at least so many events, those with the most events first."""
    kept = _kept(connection)
    if kept and (held := kept.ties(connection, wanted, least=least, most=most)) is not None:
        return held
    query = statement("ties", "types", "conflict", "statuses")
    rows = connection.execute(query, _values(wanted) | {"least": least, "most": most}).all()
    found = [Tie(row.actor, row.recipient, row.events, row.reports, row.conflict) for row in rows]
    return Ties(found, rows[0].ties if rows else 0)


def shares(connection: Connection, wanted: Wanted, part: Part, *, most: int = PARTIES) -> list[Share]:
    """What each party has a part in, as actor, as recipient or as either, those with the most events first."""
    kept = _kept(connection)
    if kept and (held := kept.shares(connection, wanted, part, most=most)) is not None:
        return held
    sides = {"by": int(part != "recipient"), "to": int(part != "actor"), "most": most}
    query = statement("shares", "types", "conflict", "statuses")
    rows = connection.execute(query, _values(wanted) | sides)
    return [Share(row.party, int(row.events), int(row.reports), int(row.conflict)) for row in rows]


def _kept(connection: Connection) -> Kept | None:
    """Where a transaction writes, it has to see what it has written itself."""
    return KEPT.get(connection.engine) if connection.get_execution_options().get("reading") else None


def _values(wanted: Wanted) -> dict[str, Any]:
    # PostgreSQL takes an empty list for one of numbers.
    return {
        "types": sorted(wanted.types) or [""],
        "conflict": sorted(wanted.conflict) or [""],
        "statuses": sorted(wanted.statuses) or [""],
        "first": wanted.first.isoformat() if wanted.first else FIRST,
        "last": wanted.last.isoformat() if wanted.last else LAST,
    }
