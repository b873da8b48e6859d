"""How much a store holds, in the two numbers that stand at the head of a page."""

from sqlalchemy import Connection, func, select

from dragoman.store import schema


def totals(connection: Connection) -> tuple[int, int]:
    """The number of reports that stand, and of distinct events."""
    standing = select(func.count()).where(schema.article.c.corrected_by.is_(None))
    reports = connection.execute(standing).scalar_one()
    # SQLite counts along the smallest index, PostgreSQL with all its workers: 2 million take some 20 ms.
    events = connection.execute(select(func.count()).select_from(schema.event)).scalar_one()
    return int(reports), int(events)
