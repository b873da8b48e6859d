"""Reports into stories: which of the stored reports tell the same happening, assigned as reports come in."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from dragoman.resolve.stories import Report, stories
from dragoman.store import schema
from dragoman.store.opening import Store
from dragoman.store.statements import statement


class Story(NamedTuple):
    """Reports that tell one happening, by the title of the first of them."""

    name: str
    first: str | None
    last: str | None
    reports: int
    publishers: int
    title: str | None


# Days on both sides of new reports whose reports are grouped again with them: a story holds together by neighbours.
AROUND = 14


def group(store: Store, *, anew: bool = False) -> int:
    """Assign stories to the reports that have none yet, and anew to those of the days around them.

    With `anew` all reports are grouped; the stories are then those of the whole set, whatever came in when. Gives the
    number of stories among the reports that were looked at.
    """
    a = schema.article.c
    with store.writing() as connection:
        standing = select(a.key, a.id, a.text, a.title, a.published, a.story).where(a.corrected_by.is_(None))
        waiting = connection.execute(standing.where(a.story.is_(None))).all()
        if not waiting and not anew:
            return 0
        rows = connection.execute(standing.order_by(a.key)).all() if anew else _near(connection, standing, waiting)
        names = stories([_report(connection, row) for row in rows])
        changed = [{"key": row.key, "story": name} for row, name in zip(rows, names, strict=True) if row.story != name]
        if changed:
            connection.execute(statement("tell_story"), changed)
    return len(set(names))


def _near(connection: Any, standing: Any, waiting: Sequence[Any]) -> Sequence[Any]:
    """The waiting reports and those published in the days around them."""
    a = schema.article.c
    days = sorted({datetime.date.fromisoformat(row.published) for row in waiting if row.published})
    keys = {row.key for row in waiting}
    for first, last in _spans(days):
        within = standing.where(a.published >= first.isoformat(), a.published <= last.isoformat())
        keys |= set(connection.execute(within.with_only_columns(a.key)).scalars())
    found = []
    wanted = sorted(keys)
    for start in range(0, len(wanted), 5_000):
        found += connection.execute(standing.where(a.key.in_(wanted[start : start + 5_000]))).all()
    return found


def _spans(days: Sequence[datetime.date]) -> list[tuple[datetime.date, datetime.date]]:
    """Days with those around them, overlapping ones joined."""
    around, found = datetime.timedelta(days=AROUND), list[tuple[datetime.date, datetime.date]]()
    for day in days:
        if found and day - around <= found[-1][1]:
            found[-1] = (found[-1][0], day + around)
        else:
            found.append((day - around, day + around))
    return found


def _report(connection: Any, row: Any) -> Report:
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
