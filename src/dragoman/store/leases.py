"""Leases: what only one process may do at a time, as sending; whoever dies is followed when its lease runs out.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

from sqlalchemy import Connection

from dragoman.records import Record
from dragoman.store.statements import run


class Lease(Record, frozen=True, kw_only=True):
    """Who holds a lease, and until when if nothing more is heard."""

    holder: str
    expires: int


def hold(connection: Connection, name: str, holder: str, seconds: int, now: int) -> bool:
    """Take a lease that is free, or go on holding it for so many seconds; False where somebody else holds it."""
    values = {"name": name, "holder": holder, "now": now, "expires": now + seconds}
    return bool(run(connection, "hold_lease", values).rowcount)


def release(connection: Connection, name: str, holder: str) -> None:
    """Let others have it at once; nothing happens where somebody else holds it by now."""
    run(connection, "release_lease", {"name": name, "holder": holder})


def lease_of(connection: Connection, name: str) -> Lease | None:
    """Who took a lease last; it may have run out since."""
    found = run(connection, "lease_of", {"name": name}).one_or_none()
    return None if found is None else Lease(holder=found.holder, expires=found.expires)
