"""Which reports tell the events that are wanted."""

from sqlalchemy import Connection, select

from dragoman.store import schema
from dragoman.store.reading import Choice, chosen


def reports_telling(connection: Connection, choice: Choice) -> list[int]:
    """The numbers of the reports that stand and tell such an event, in the order in which they came in."""
    t, wanted = schema.telling.c, chosen(choice).subquery()
    query = select(t.article).distinct().join(wanted, wanted.c.key == t.event).order_by(t.article)
    return list(connection.execute(query).scalars())
