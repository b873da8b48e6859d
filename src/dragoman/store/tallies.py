"""What is counted by dyad and day, settled at the end of a transaction; and reports by publisher and day."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from dragoman.store.counts import NO_DAY
from dragoman.store.remembering import counted_anew
from dragoman.store.statements import write

NAMES = ("actor", "recipient", "day", "type", "status")
Pair = tuple[str, str]
# Characters of a publisher's name by which its reports are counted: PostgreSQL's indexes hold 2,704 bytes.
PUBLISHER = 300


class Tally:
    """Changes of the counts: distinct events, reports that tell them, scores summed in tenths."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, ...], list[int]] = {}

    def count(self, row: Mapping[str, Any], pairs: Iterable[Pair], sign: int) -> None:
        """Add (1) or take away (-1) an event with the two sides of each of its dyads."""
        for actor, recipient in pairs:
            key = (actor, recipient, row["first"], row["type"], row["status"])
            sums = self._changes.setdefault(key, [0, 0, 0])
            for n, number in enumerate((1, row["reports"], row["score"])):
                sums[n] += sign * number

    def settle(self, connection: Connection) -> None:
        """Write the changes; a count that comes to nothing goes."""
        changes = [(key, sums) for key, sums in sorted(self._changes.items()) if any(sums)]
        if changes:
            write(connection, "add_up", [_row(key, sums) for key, sums in changes])
            counted_anew(connection, {key[NAMES.index("day")] for key, _ in changes})
        if lessened := [_row(key, sums) for key, sums in changes if sums[0] < 0]:
            write(connection, "drop_zero", lessened)
        self._changes.clear()


def _row(key: tuple[str, ...], sums: list[int]) -> dict[str, str | int]:
    return dict(zip((*NAMES, "events", "reports", "score"), (*key, *sums), strict=True))


def count_report(connection: Connection, published: str | None, publisher: str | None, sign: int) -> None:
    """Count a report that came to stand (1), or does so no longer (-1)."""
    row = {"day": published or NO_DAY, "publisher": (publisher or "")[:PUBLISHER]}
    for name in ("add_report",) if sign > 0 else ("take_report", "drop_no_reports"):
        write(connection, name, row)
    counted_anew(connection, {row["day"]})
