"""Out of the store: codings as they were stored, and distinct events with all their evidence, streaming."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from dragoman.records import Article, CoderInfo, Coding, DistinctEvent, Event
from dragoman.store import schema
from dragoman.store.merging import Kept, clean, head_of, kept_of, made, telling_from
from dragoman.store.saving import Found

# Rows read at a time: some megabytes.
PAGE = 500
# Sorts after every character of an id, which is a digest.
LAST_LETTER = "~"
# The last number that a row can have.
LARGEST = 2**63 - 1


class Choice(NamedTuple):
    """Which events are wanted: by parties, days (both included) and types; what is None or empty bars nothing."""

    actor: str | None = None
    recipient: str | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()


ALL = Choice()


class Reported(NamedTuple):
    """A report by its number: its coding, its text where that is known, and the version that took its place."""

    key: int
    coding: Coding
    text: str | None
    version: str
    corrected_by: int | None


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


def report(connection: Connection, key: int) -> Reported | None:
    """A version of a report by its number; None where there is none."""
    for page in _pages(connection, [key] if 0 < key <= LARGEST else [], all_versions=True):
        for row in page:
            coding = _coding(row, _told(connection, [key]).get(key, ()))
            return Reported(key, coding, row.text, row.version, row.corrected_by)
    return None


def keys_of(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The numbers of the versions of reports that stand, by the ids of these; an id that no report has is left out."""
    a = schema.article.c
    found: dict[str, int] = {}
    wanted = sorted({clean(id) for id in ids})
    for start in range(0, len(wanted), PAGE):
        # Which of them stand is not asked of the database: SQLite would look through all that do.
        query = select(a.id, a.key, a.corrected_by).where(a.id.in_(wanted[start : start + PAGE]))
        found |= {row.id: row.key for row in connection.execute(query) if row.corrected_by is None}
    return found


def key_of(connection: Connection, id: str) -> int | None:
    """The number of the version of a report that stands; None where no report has the id."""
    return keys_of(connection, [id]).get(clean(id))


def events_told(connection: Connection, key: int) -> dict[str, str]:
    """Which distinct event each event of a report is, by id; none where the report was corrected."""
    t, e = schema.telling.c, schema.event.c
    query = select(t.id, e.id).join(schema.event, e.key == t.event).where(t.article == key).order_by(t.key)
    return {row[0]: row[1] for row in connection.execute(query)} if 0 < key <= LARGEST else {}


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
        yield from _by_keys(connection, keys)


def event_of(connection: Connection, id: str) -> DistinctEvent | None:
    """A distinct event by its id; None where there is none."""
    e = schema.event.c
    keys = connection.execute(select(e.key).where(e.id == clean(id))).scalars().all()
    return next(_by_keys(connection, keys), None)


def events_like(connection: Connection, id: str, *, most: int = 20) -> list[DistinctEvent]:
    """The distinct events whose ids begin with some characters."""
    e = schema.event.c
    query = select(e.key).where(e.id >= id, e.id < id + LAST_LETTER).order_by(e.id).limit(most)
    return list(_by_keys(connection, connection.execute(query).scalars().all()))


def _by_keys(connection: Connection, keys: Sequence[int]) -> Iterator[DistinctEvent]:
    """Distinct events by their numbers, in that order."""
    by_event: dict[int, list[Kept]] = {}
    for event, one in kept_of(connection, schema.telling.c.event, keys):
        by_event.setdefault(event, []).append(one)
    for key in keys:
        yield made(by_event[key])


def _event_pages(connection: Connection, choice: Choice, newest: int | None) -> Iterator[Sequence[int]]:
    """Numbers of events, some at a time: of parties and of the newest ones all at once, else page by page."""
    e = schema.event.c
    query = chosen(choice)
    if newest is not None:
        query = query.order_by(e.first.desc(), e.key.desc()).limit(newest)
    if newest is not None or choice.actor or choice.recipient:
        keys = [row.key for row in connection.execute(query if newest else query.order_by(e.first, e.key))]
        yield from (keys[start : start + PAGE] for start in range(0, len(keys), PAGE))
        return
    query, after = query.order_by(e.first, e.key), ("", 0)
    while page := connection.execute(query.where(tuple_(e.first, e.key) > after).limit(PAGE)).all():
        after = (page[-1].first, page[-1].key)
        yield [row.key for row in page]


def chosen(choice: Choice) -> Select[Any]:
    """Numbers and first days of the events that are wanted, found by their parties where these are named."""
    e, d = schema.event.c, schema.dyad.c
    query = select(e.key, e.first)
    if choice.actor or choice.recipient:
        query = query.distinct().join(schema.dyad, d.event == e.key)
    wanted: list[ColumnElement[bool]] = []
    wanted += [d.actor == choice.actor] if choice.actor else []
    wanted += [d.recipient == choice.recipient] if choice.recipient else []
    wanted += [e.last >= choice.first.isoformat()] if choice.first else []
    wanted += [e.first <= choice.last.isoformat()] if choice.last else []
    wanted += [e.type.in_(sorted(choice.types))] if choice.types else []
    wanted += [e.status.in_(sorted(choice.statuses))] if choice.statuses else []
    return query.where(*wanted)
