"""How much a store holds, in the two numbers that stand at the head of a page."""

from sqlalchemy import Connection, func, select

from dragoman.store import schema


def totals(connection: Connection) -> tuple[int, int]:
    """The number of reports that stand, from what is kept counted, and of distinct events."""
    reports = connection.execute(select(func.coalesce(func.sum(schema.report_day.c.reports), 0))).scalar_one()
    # SQLite counts along the smallest index, PostgreSQL with all its workers: 2 million take some 50 ms.
    events = connection.execute(select(func.count()).select_from(schema.event)).scalar_one()
    return int(reports), int(events)
