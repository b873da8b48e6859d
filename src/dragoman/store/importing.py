"""Records of other data sets in the store: beside the codings, never among them, each with its provenance."""

import datetime
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypedDict, Unpack

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from dragoman.records import ImportedEvent, ImportedParty, ImportSource
from dragoman.resolve.tellings import party_of
from dragoman.store import schema
from dragoman.store.merging import clean
from dragoman.store.opening import Store
from dragoman.store.saving import ignoring

# Records a transaction: what is lost with it when the machine stops is read again.
BATCH = 2_000


def load(store: Store, records: Iterable[ImportedEvent]) -> int:
    """Store records of another data set; gives how many were new. The same record read again changes nothing."""
    found = iter(records)
    added = 0
    while batch := list(itertools.islice(found, BATCH)):
        with store.writing() as connection:
            insert = ignoring(connection, schema.imported).returning(schema.imported.c.key)
            added += len(connection.execute(insert, [_row(one) for one in batch]).all())
    return added


def _row(one: ImportedEvent) -> dict[str, Any]:
    held = msgspec.json.encode(msgspec.structs.replace(one, where=""))
    return {
        "source": one.source,
        "id": clean(one.id),
        "digest": hashlib.sha256(held).hexdigest()[:32],
        "actor": _parties(one.actor),
        "recipient": _parties(one.recipient),
        "day": one.day.isoformat(),
        "type": one.type,
        "held": clean(msgspec.json.encode(one).decode()),
    }


def _parties(sides: Iterable[ImportedParty]) -> str:
    return ";".join(dict.fromkeys(party_of(side.code) for side in sides if side.code))


class ByType(NamedTuple):
    """How many records a data set has of what one party did to another: by PLOVER type, "" where it has none."""

    source: ImportSource
    type: str
    records: int


class Which(TypedDict, total=False):
    """Which records are wanted: by parties, alone or with others, data set and days, both included."""

    actor: str | None
    recipient: str | None
    source: ImportSource | None
    first: datetime.date | None
    last: datetime.date | None


def imported(connection: Connection, **wanted: Unpack[Which]) -> Iterator[ImportedEvent]:
    """Records of other data sets in order of days, all of them or those that are wanted."""
    i = schema.imported.c
    query = select(i.held).where(*_conditions(wanted)).order_by(i.day, i.key)
    for row in connection.execute(query).scalars():
        yield msgspec.json.decode(row, type=ImportedEvent)


def imported_counts(connection: Connection, **wanted: Unpack[Which]) -> list[ByType]:
    """How many such records there are, by data set and type."""
    i = schema.imported.c
    query = select(i.source, i.type, func.count()).where(*_conditions(wanted))
    return [ByType(*row) for row in connection.execute(query.group_by(i.source, i.type).order_by(i.source, i.type))]


def _conditions(wanted: Which) -> Iterator[ColumnElement[bool]]:
    i = schema.imported.c
    for column, party in ((i.actor, wanted.get("actor")), (i.recipient, wanted.get("recipient"))):
        if party:
            # Where several act together they are joined by semicolons.
            yield (";" + column + ";").contains(f";{party};", autoescape=True)
    if source := wanted.get("source"):
        yield i.source == source
    if first := wanted.get("first"):
        yield i.day >= first.isoformat()
    if last := wanted.get("last"):
        yield i.day <= last.isoformat()
