"""Reports by what is known of them besides their text: those of some ids, the newest ones, the versions of one."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, or_, select, tuple_

from dragoman.records import ArticleHead
from dragoman.store import schema
from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.merging import clean, head_of
from dragoman.store.paging import day_of, place_after, read_place
from dragoman.store.reading import LARGEST

# Ids that one statement names.
MANY = 500


class Head(NamedTuple):
    """What is known of a version of a report, with its number."""

    key: int
    article: ArticleHead


class Listed(NamedTuple):
    """A report in a list: what is known of it, and how many events it tells."""

    key: int
    article: ArticleHead
    events: int


class Listing(NamedTuple):
    """One page of reports, the newest first, and the place where the next one begins, "" where there is none."""

    shown: list[Listed]
    next: str


class Version(NamedTuple):
    """A version of a report, and the number of the one that took its place; None where it stands."""

    key: int
    article: ArticleHead
    corrected_by: int | None


def heads_of(connection: Connection, ids: Iterable[str]) -> dict[str, Head]:
    """The versions of reports that stand, by the ids of these; an id that no report has is left out."""
    found: dict[str, Head] = {}
    a = schema.article.c
    wanted = sorted({clean(id) for id in ids})
    for start in range(0, len(wanted), MANY):
        query = select(*_columns()).where(a.id.in_(wanted[start : start + MANY]), a.corrected_by.is_(None))
        found |= {row.id: Head(row.key, head_of(row)) for row in connection.execute(query)}
    return found


def newest(
    connection: Connection,
    *,
    publisher: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    most: int = 50,
    before: str = "",
) -> Listing:
    """The reports that stand, the newest first, those without a day last and not where days are named."""
    place = read_place(before) if before else (LAST, LARGEST)
    days = day_of(first, FIRST if last else NO_DAY), min(day_of(last, LAST), place[0])
    query = _within(connection, clean(publisher), days, most + 1) if publisher else _dated(days)
    a = schema.article.c
    query = query.where(tuple_(a.published, a.key) < place).order_by(a.published.desc(), a.key.desc())
    rows = list(connection.execute(query.limit(most + 1))) if days[1] > NO_DAY else []
    if days[0] == NO_DAY and len(rows) <= most:
        rows += connection.execute(_undated(clean(publisher), place).limit(most + 1 - len(rows)))
    told = _tellings(connection, [row.key for row in rows[:most]])
    shown = [Listed(row.key, head_of(row), told.get(row.key, 0)) for row in rows[:most]]
    end = shown[-1] if len(rows) > most else None
    return Listing(shown, place_after(day_of(end.article.published, NO_DAY), end.key) if end else "")


def versions_of(connection: Connection, key: int) -> list[Version]:
    """The versions of a report that a number is one of: of the same id, or next to it under another id."""
    a = schema.article.c
    own = connection.execute(select(a.id, a.corrected_by).where(a.key == key)).first()
    if own is None:
        return []
    near = or_(a.id == own.id, a.corrected_by == key, a.key == (own.corrected_by or key))
    rows = connection.execute(select(*_columns()).where(near).order_by(a.key))
    return [Version(row.key, head_of(row), row.corrected_by) for row in rows]


def reports_of_events(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """How many reports tell distinct events, by the ids of these."""
    e = schema.event.c
    wanted, found = sorted(set(ids)), dict[str, int]()
    for start in range(0, len(wanted), MANY):
        rows = connection.execute(select(e.id, e.reports).where(e.id.in_(wanted[start : start + MANY])))
        found |= {row.id: row.reports for row in rows}
    return found


def _columns() -> list[Any]:
    """All of a report but its text and what was found in it, which are long."""
    return [column for column in schema.article.c if column.name not in {"text", "found"}]


def _dated(days: tuple[str, str]) -> Select[Any]:
    a = schema.article.c
    return select(*_columns()).where(a.corrected_by.is_(None), a.published.between(max(days[0], FIRST), days[1]))


def _within(connection: Connection, publisher: str, days: tuple[str, str], most: int) -> Select[Any]:
    """The reports of a publisher on the last days on which he published, as many days as can be needed.

    Found by these days: his reports by his name can be a hundred thousand.
    """
    a, r = schema.article.c, schema.report_day.c
    query = select(r.day).where(r.publisher == publisher, r.day.between(*days)).order_by(r.day.desc()).limit(most)
    found = list(connection.execute(query).scalars())
    # What is joined to "" is no column that an index is of.
    by_him = a.publisher.concat("") == publisher
    return select(*_columns()).where(a.corrected_by.is_(None), a.published.in_(found), by_him)


def _undated(publisher: str, place: tuple[str, int]) -> Select[Any]:
    a = schema.article.c
    query = select(*_columns()).where(a.corrected_by.is_(None), a.published.is_(None))
    query = query.where(a.key < place[1]) if place[0] == NO_DAY else query
    query = query.where(a.publisher == publisher) if publisher else query
    return query.order_by(a.key.desc())


def _tellings(connection: Connection, keys: Sequence[int]) -> dict[int, int]:
    """How many events reports tell."""
    t = schema.telling.c
    query = select(t.article, func.count().label("many")).where(t.article.in_(keys), t.event.is_not(None))
    return {row.article: row.many for row in connection.execute(query.group_by(t.article))}
