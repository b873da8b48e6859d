"""Out of the store: codings as they were stored, and distinct events with all their evidence, streaming."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, exists, select

from dragoman.records import Article, CoderInfo, Coding, DistinctEvent, Event
from dragoman.store import schema
from dragoman.store.merging import Kept, head_of, kept_of, made, telling_from
from dragoman.store.saving import Found

# Rows read at a time: some megabytes.
PAGE = 500


class Choice(NamedTuple):
    """Which events are wanted: by parties, days (both included) and types; what is None or empty bars nothing."""

    actor: str | None = None
    recipient: str | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()


ALL = Choice()


def codings(
    connection: Connection, *, keys: Iterable[int] | None = None, all_versions: bool = False
) -> Iterator[Coding]:
    """The codings of reports in the order in which they came in; of corrected reports the versions that stand.

    `keys` are numbers of articles; with `all_versions` the earlier ones come too.
    """
    for page in _pages(connection, keys, all_versions=all_versions):
        told = _told(connection, [row.key for row in page])
        for row in page:
            yield _coding(row, told.get(row.key, ()))


def articles(connection: Connection, *, keys: Iterable[int] | None = None) -> Iterator[Article]:
    """The reports that stand with their texts; those whose text is not known are left out."""
    for page in _pages(connection, keys, all_versions=False):
        for row in page:
            if row.text is not None:
                yield Article(**msgspec.structs.asdict(head_of(row)), text=row.text)


def damaged(connection: Connection) -> Iterator[tuple[str, str]]:
    """What of which report cannot be read, as no such thing was ever written: (coding or event, id of the report)."""
    for page in _pages(connection, None, all_versions=True):
        ids = {row.key: row.id for row in page}
        yield from (("coding", row.id) for row in page if _fails(_coding, row, ()))
        t = schema.telling.c
        query = select(t.article, t.found, *(a for a in schema.article.c if a.name not in {"found", "text", "key"}))
        query = query.add_columns(t.compared).join(schema.article, schema.article.c.key == t.article)
        for row in connection.execute(query.where(t.article.in_(ids))):
            if _fails(telling_from, row):
                yield "event", ids[row.article]


def _fails(read: Callable[..., object], *values: object) -> bool:
    try:
        read(*values)
    except (ValueError, msgspec.MsgspecError):
        return True
    return False


def keys_with_text(connection: Connection) -> list[int]:
    """The numbers of the reports that stand and whose texts are known."""
    a = schema.article.c
    query = select(a.key).where(a.corrected_by.is_(None), a.text.is_not(None))
    return list(connection.execute(query.order_by(a.key)).scalars())


def _pages(connection: Connection, keys: Iterable[int] | None, *, all_versions: bool) -> Iterator[list[Any]]:
    a, c = schema.article.c, schema.coder.c
    query = select(schema.article, c.version.label("program"), c.rules, c.model).join(schema.coder, c.key == a.coder)
    if not all_versions:
        query = query.where(a.corrected_by.is_(None))
    if keys is not None:
        wanted = sorted(keys)
        for start in range(0, len(wanted), PAGE):
            yield list(connection.execute(query.where(a.key.in_(wanted[start : start + PAGE])).order_by(a.key)))
        return
    last = 0
    while page := list(connection.execute(query.where(a.key > last).order_by(a.key).limit(PAGE))):
        last = page[-1].key
        yield page


def _told(connection: Connection, keys: list[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    t = schema.telling.c
    for row in connection.execute(select(t.article, t.found).where(t.article.in_(keys)).order_by(t.key)):
        found.setdefault(row.article, []).append(msgspec.json.decode(row.found, type=Event))
    return found


def _coding(row: Any, events: Iterable[Event]) -> Coding:
    found = msgspec.to_builtins(msgspec.json.decode(row.found, type=Found))
    coding = {"article": msgspec.to_builtins(head_of(row)), "coder": {}, **found}
    coding["coder"] = msgspec.to_builtins(CoderInfo(version=row.program, rules=row.rules, model=row.model))
    return msgspec.structs.replace(msgspec.convert(coding, Coding), events=tuple(events))


def events(connection: Connection, choice: Choice = ALL, *, newest: int | None = None) -> Iterator[DistinctEvent]:
    """The distinct events that are wanted, the earliest first; with `newest` only so many, the latest first."""
    for keys in _event_pages(connection, choice, newest):
        by_event: dict[int, list[Kept]] = {}
        t = schema.telling.c
        for event, one in kept_of(connection, t.event, keys):
            by_event.setdefault(event, []).append(one)
        for key in keys:
            yield made(by_event[key])


def events_like(connection: Connection, id: str, *, most: int = 20) -> list[DistinctEvent]:
    """The distinct events whose ids begin with some characters; of a whole id that one alone."""
    e = schema.event.c
    query = select(e.key).where(e.id.startswith(id, autoescape=True)).order_by(e.id).limit(most)
    keys = connection.execute(query).scalars().all()
    by_event: dict[int, list[Kept]] = {}
    for event, one in kept_of(connection, schema.telling.c.event, keys):
        by_event.setdefault(event, []).append(one)
    return [made(by_event[key]) for key in keys]


def _event_pages(connection: Connection, choice: Choice, newest: int | None) -> Iterator[list[int]]:
    e = schema.event.c
    query = chosen(select(e.key, e.first), choice)
    if newest is not None:
        yield list(connection.execute(query.order_by(e.first.desc(), e.key.desc()).limit(newest)).scalars())
        return
    query, after = query.order_by(e.first, e.key), ("", 0)
    while True:
        page = connection.execute(query.where(_is_later(after)).limit(PAGE)).all()
        if not page:
            return
        after = (page[-1].first, page[-1].key)
        yield [row.key for row in page]


def _is_later(after: tuple[str, int]) -> ColumnElement[bool]:
    e = schema.event.c
    return (e.first > after[0]) | ((e.first == after[0]) & (e.key > after[1]))


def chosen(query: Select[Any], choice: Choice) -> Select[Any]:
    """A query over events with what is wanted of them."""
    e, d = schema.event.c, schema.dyad.c
    wanted: list[ColumnElement[bool]] = []
    sides = [d.event == e.key]
    sides += [d.actor == choice.actor] if choice.actor else []
    sides += [d.recipient == choice.recipient] if choice.recipient else []
    if len(sides) > 1:
        wanted.append(exists().where(*sides))
    wanted += [e.last >= choice.first.isoformat()] if choice.first else []
    wanted += [e.first <= choice.last.isoformat()] if choice.last else []
    wanted += [e.type.in_(sorted(choice.types))] if choice.types else []
    wanted += [e.status.in_(sorted(choice.statuses))] if choice.statuses else []
    return query.where(*wanted)
