"""Reports into stories: which of the stored reports tell the same happening, assigned as reports come in."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from dragoman.resolve.stories import Report, stories
from dragoman.resolve.tellings import later
from dragoman.store import schema
from dragoman.store.opening import Store
from dragoman.store.statements import statement


class Story(NamedTuple):
    """Reports that tell one happening, by the title and the first words of the first of them."""

    name: str
    first: str | None
    last: str | None
    reports: int
    publishers: int
    title: str | None
    words: str | None


# Days on both sides of new reports whose reports are grouped again with them: a story holds together by neighbours.
AROUND = 14
# New reports that are grouped at a time, in one transaction.
MANY = 2_000


def group(store: Store, *, anew: bool = False) -> int:
    """Assign stories to the reports that have none yet, and anew to those around them; gives how many were waiting.

    With `anew` those of all reports are made anew, some at a time, from the earliest on.
    """
    if anew:
        with store.writing() as connection:
            connection.execute(statement("untell_stories"))
    waiting = 0
    while found := _group_some(store):
        waiting += found
    return waiting


def _group_some(store: Store) -> int:
    """The earliest reports that have no story yet; those of no day come last."""
    a = schema.article.c
    standing = select(a.key, a.id, a.text, a.title, a.published, a.story).where(a.corrected_by.is_(None))
    with store.writing() as connection:
        query = standing.where(a.story.is_(None)).order_by(a.published.is_(None), a.published, a.key).limit(MANY)
        waiting = connection.execute(query).all()
        if not waiting:
            return 0
        rows = _around(connection, standing, waiting)
        names = stories([_report(connection, row) for row in rows])
        told = [{"key": row.key, "story": name} for row, name in zip(rows, names, strict=True) if row.story != name]
        connection.execute(statement("tell_story"), told)
    return len(waiting)


def _around(connection: Connection, standing: Select[Any], waiting: Sequence[Any]) -> Sequence[Any]:
    """Reports that wait, those published in the days around them, and the stories of these whole."""
    a = schema.article.c
    found = {row.key: row for row in waiting}
    days = sorted({datetime.date.fromisoformat(row.published) for row in waiting if row.published})
    for first, last in _spans(days):
        within = a.published.between(first.isoformat(), last.isoformat())
        near = connection.execute(standing.where(within, a.story.is_not(None))).all()
        found |= {row.key: row for row in near}
    names = sorted({row.story for row in found.values() if row.story is not None})
    for start in range(0, len(names), MANY):
        whole = connection.execute(standing.where(a.story.in_(names[start : start + MANY]))).all()
        found |= {row.key: row for row in whole}
    return [found[key] for key in sorted(found)]


def _spans(days: Sequence[datetime.date]) -> list[tuple[datetime.date, datetime.date]]:
    """Days with those around them, overlapping ones joined."""
    found: list[tuple[datetime.date, datetime.date]] = []
    for day in days:
        first, last = later(day, -AROUND), later(day, AROUND)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _report(connection: Connection, row: Any) -> Report:
    """A report as stories are told apart; of one whose text is not known the sentences of its events."""
    text = row.text
    if text is None:
        t = schema.telling.c
        text = " ".join(connection.execute(select(t.sentence).where(t.article == row.key).order_by(t.key)).scalars())
    published = datetime.date.fromisoformat(row.published) if row.published else None
    return Report(id=row.id, text=text, title=row.title, published=published)


def told(store: Store) -> list[Story]:
    """The stories of a store, the latest first."""
    with store.reading() as connection:
        return [Story(*row) for row in connection.execute(statement("stories_told"))]
