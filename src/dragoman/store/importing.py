"""Records of other data sets in the store: beside the codings, never among them, each with its provenance."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from dragoman.records import ImportedEvent, ImportedParty
from dragoman.resolve.tellings import party_of
from dragoman.store import schema
from dragoman.store.opening import Store
from dragoman.store.saving import clean, ignoring

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


def imported(
    connection: Connection, *, actor: str | None = None, recipient: str | None = None, source: str | None = None
) -> Iterator[ImportedEvent]:
    """Records of other data sets in order of days, of all parties or of those named."""
    i = schema.imported.c
    query = select(i.held).order_by(i.day, i.key)
    for column, wanted in ((i.actor, actor), (i.recipient, recipient), (i.source, source)):
        query = query.where(column == wanted) if wanted else query
    for row in connection.execute(query).scalars():
        yield msgspec.json.decode(row, type=ImportedEvent)
