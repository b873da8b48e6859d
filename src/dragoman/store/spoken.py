"""Which statement of its report one is: the first, the second, in the order in which they were read."""

from collections.abc import Iterable

from sqlalchemy import Connection

from dragoman.store.saying import Saying
from dragoman.store.statements import statement


def numbers(connection: Connection, shown: Iterable[Saying]) -> dict[int, int]:
    """The numbers of statements in their reports, from 1 on, by their keys: those of a report follow each other."""
    told = list(shown)
    rows = connection.execute(
        statement("first_statements", "articles"), {"articles": sorted({one.article for one in told})}
    )
    firsts = {row.article: row.key for row in rows}
    return {one.key: one.key - firsts[one.article] + 1 for one in told}
