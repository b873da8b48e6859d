"""How often something may be done within a span of time: kept in the store, for all processes and across restarts."""

from sqlalchemy import Connection

from dragoman.store.statements import statement

# Parts of a span that are counted one by one: it ends by so much of it late at most, and never early.
PARTS = 60


def take(connection: Connection, name: str, most: int, seconds: int, now: int) -> int:
    """Count one time and give 0; where it was done `most` times within the last seconds, the seconds until it may be.

    In any stretch of so many seconds, wherever it begins, it is done `most` times at most; what is refused is not
    counted. The connection has to be one that writes.
    """
    part = max(1, seconds // PARTS)
    values = {"name": f"{name}/{seconds}", "now": now, "latest": now + 2 * seconds + part}
    connection.execute(statement("drop_allowances"), {"now": now})
    used, first = connection.execute(statement("allowance_used"), values).one()
    if used >= most:
        return int(first) - now
    span = now // part
    # A time somewhere in this part is counted until the last second of it is so long ago.
    row = {"name": values["name"], "span": span, "expires": (span + 1) * part + seconds - 1}
    connection.execute(statement("take_allowance"), row)
    return 0
