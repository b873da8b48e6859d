"""One watch for a store: two would ask every server twice."""

import os
import socket

from dragoman.errors import StoreError
from dragoman.store import leases
from dragoman.store.opening import Store

NAME = "watch"
# Seconds that a watch is believed to be alive without a sign of it, and between two signs.
LEASE, SIGN = 120, 30


class Alone:
    """Whether this is the watch of a store; it says so every now and then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = f"{socket.gethostname()} process {os.getpid()}"
        self._signed: int | None = None

    def sign(self, now: int) -> None:
        """Be the one who watches; raises `StoreError` of kind "watched" where somebody else is.

        Whoever was it on this machine and has died is followed at once, elsewhere after two minutes.
        """
        if self._signed is not None and 0 <= now - self._signed < SIGN:
            return
        with self._store.writing(quietly=True) as connection:
            held = leases.lease_of(connection, NAME)
            if held and _is_dead(held.holder):
                leases.release(connection, NAME, held.holder)
            if not leases.hold(connection, NAME, self._holder, LEASE, now):
                holder = held.holder if held else "somebody else"
                message = (
                    f"feeds are followed into this store already ({holder}): end that watch, or name another store"
                )
                raise StoreError(message, kind="watched", where=self._store.where)
        self._signed = now

    def end(self) -> None:
        """Let others watch at once."""
        with self._store.writing(quietly=True) as connection:
            leases.release(connection, NAME, self._holder)


def _is_dead(holder: str) -> bool:
    """Whether a watch of this machine runs no more; in a container all have the same number, and so had it."""
    host, _, number = holder.rpartition(" process ")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    return int(number) == os.getpid() or not _is_running(int(number))


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
