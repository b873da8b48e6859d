"""Rows that cannot be read, as no such thing was ever written: which they are, and a store that works without them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Column, Connection, Select, Table, or_, select

from dragoman.records import Account, ArticleHead, CoderInfo, Correction, Event, ImportedEvent, Ruling
from dragoman.rules.ontology import Ontology
from dragoman.store import reading, schema, search
from dragoman.store.corrections import coder_rows
from dragoman.store.merging import head_of, telling_from, withdraw
from dragoman.store.quoting import remake
from dragoman.store.saving import TEXTLESS, Found, coder_key, drop_tellings, place_events
from dragoman.store.statements import statement

# Stands for the coder of reports whose coding was damaged: they wait to be coded anew.
LOST = CoderInfo(version="", rules="", model="")
NOTHING = msgspec.json.encode(Found(warnings=[], quotes=[], dates=[], commitments=[])).decode()
# Rows read at a time.
PAGE = 2_000


class Damage(NamedTuple):
    """A row that cannot be read: of what kind, and which one (the id of its report, or its own number)."""

    kind: str
    name: str


class Held(NamedTuple):
    """A table whose rows each hold one record as JSON."""

    table: Table
    key: Column[Any]
    type: type


HELD = (
    Held(schema.account, schema.account.c.id, Account),
    Held(schema.ruling, schema.ruling.c.key, Ruling),
    Held(schema.correction, schema.correction.c.key, Correction),
    Held(schema.imported, schema.imported.c.key, ImportedEvent),
)


def damages(connection: Connection) -> Iterator[Damage]:
    """Every row that cannot be read."""
    yield from (Damage(kind, article) for kind, article in reading.damaged(connection))
    yield from (Damage("event", row.id) for row in _damaged_overruled(connection))
    for held in HELD:
        for row in _rows(connection, held):
            if _fails(msgspec.json.decode, row.held, held.type):
                yield Damage(held.table.name, str(row[0]))


def _rows(connection: Connection, held: Held) -> Iterator[Any]:
    query = select(held.key, held.table.c.held).order_by(held.key).limit(PAGE)
    page = connection.execute(query).all()
    while page:
        yield from page
        page = connection.execute(query.where(held.key > page[-1][0])).all()


def _fails(read: Callable[..., object], value: object, type: type | None = None) -> bool:
    try:
        read(value, type=type) if type else read(value)
    except (ValueError, msgspec.MsgspecError):
        return True
    return False


def is_near_damage(connection: Connection, keys: Iterable[int]) -> bool:
    """Whether something cannot be read in reports or in what tells the same events."""
    t = schema.telling.c
    components = select(t.component).where(t.article.in_(list(keys)), t.component.is_not(None))
    near = or_(t.article.in_(list(keys)), t.component.in_(components))
    return any(_fails(telling_from, row) for row in connection.execute(_tellings().where(near)))


def set_aside(connection: Connection, ontology: Ontology) -> None:
    """Take out of reports what cannot be read; they wait to be coded anew. Counts by dyad and day are left wrong."""
    a, t = schema.article.c, schema.telling.c
    ids = sorted({article for _, article in reading.damaged(connection)})
    rows = connection.execute(select(schema.article).where(a.id.in_(ids))).all()
    lost = {row.key for row in rows if _emptied(connection, row)}
    lost |= {row.article for row in _damaged_overruled(connection)}
    mine = _tellings().where(t.article.in_([row.key for row in rows]))
    bad = [row for row in connection.execute(mine) if _fails(telling_from, row)]
    _take_apart(connection, bad, lost, ontology)
    for key in sorted(lost | {row.article for row in bad}):
        _mark_lost(connection, key)


def _damaged_overruled(connection: Connection) -> list[Any]:
    """Which reports' own readings cannot be read where people corrected them."""
    o, a = schema.overruled.c, schema.article.c
    query = select(o.article, o.found, a.id).join(schema.article, a.key == o.article)
    return [row for row in connection.execute(query) if _fails(msgspec.json.decode, row.found, Event)]


def _tellings() -> Select[Any]:
    t = schema.telling.c
    heads = (column for column in schema.article.c if column.name not in {"found", "text", "key", "version"})
    query = select(t.key, t.article, t.component, t.event, t.found, t.compared, *heads)
    return query.join(schema.article, schema.article.c.key == t.article)


def _emptied(connection: Connection, row: Any) -> bool:
    """Take out of a row of reports what cannot be read; whether there was such a thing."""
    values: dict[str, str | None] = {}
    if _fails(_head, row):
        values |= {"published": None, "published_from": None}
    if _fails(msgspec.json.decode, row.found, Found):
        values |= {"found": NOTHING}
    if values:
        connection.execute(schema.article.update().where(schema.article.c.key == row.key).values(values))
    return bool(values)


def _head(row: Any) -> ArticleHead:
    return msgspec.convert(msgspec.to_builtins(head_of(row)), ArticleHead)


def _mark_lost(connection: Connection, key: int) -> None:
    """Let a report wait to be coded anew; where its text is not known, the same coding may come in again."""
    a = schema.article.c
    mine = schema.article.update().where(a.key == key)
    connection.execute(mine.values(coder=coder_key(connection, LOST)))
    connection.execute(mine.where(a.text.is_(None)).values(version=f"{TEXTLESS}lost-{key}"))


def _take_apart(connection: Connection, bad: list[Any], more: Iterable[int], ontology: Ontology) -> None:
    """Drop tellings that cannot be read, and put anew what stood in an event with one of them, and `more` reports."""
    t = schema.telling.c
    touched = sorted({row.component for row in bad if row.component is not None})
    near = connection.execute(select(t.article).where(t.component.in_(touched))).scalars()
    articles = {row.article for row in bad} | set(near) | set(more)
    _drop_components(connection, touched)
    for article in sorted(articles):
        search.forget_tellings(connection, article)
        connection.execute(schema.telling.delete().where(t.key.in_([r.key for r in bad if r.article == article])))
        search.index_tellings(connection, article)
        _put_anew(connection, article, ontology)


def _drop_components(connection: Connection, components: list[int]) -> None:
    """Let tellings of the same events stand by themselves, unfound by others; no column is read that can be damaged."""
    t = schema.telling.c
    found = connection.execute(statement("events_of_components", "components"), {"components": components}).all()
    events = [{"event": row.key} for row in found]
    mine = t.component.in_(components)
    connection.execute(schema.block.delete().where(schema.block.c.telling.in_(select(t.key).where(mine))))
    connection.execute(schema.telling.update().where(mine).values(event=None, component=None))
    for name in ("drop_dyads", "drop_event") if events else ():
        connection.execute(statement(name), events)


def _put_anew(connection: Connection, key: int, ontology: Ontology) -> None:
    """What can be read of what a report tells, put anew among the events if the report stands."""
    row = connection.execute(select(schema.article).where(schema.article.c.key == key)).one()
    if row.corrected_by is not None:
        return
    readable = [one for one in coder_rows(connection, key) if not _fails(msgspec.json.decode, one, Event)]
    withdraw(connection, key, ontology)
    drop_tellings(connection, key)
    events = [msgspec.json.decode(one, type=Event) for one in readable]
    place_events(connection, key, head_of(row), events, ontology)
    remake(connection, key)
