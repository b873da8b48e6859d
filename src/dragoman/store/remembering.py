"""What was counted of a store, kept in memory until that part of the store has changed."""

import datetime
from collections.abc import Callable, Collection, Hashable
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from dragoman.store.statements import run, write

# Parts of a store whose changes are counted, each in a row of its own.
Part = Literal["ledger", "counts"]
KEYS: dict[Part, int] = {"ledger": 2, "counts": 4}
# Answers that are kept for each open store.
MOST = 200
Found = TypeVar("Found")


def changed(connection: Connection, part: Part) -> None:
    """Note that a part is no more what it was: what was counted of it before is forgotten."""
    write(connection, "beat_part", {"part": KEYS[part]})


def pulse_of(connection: Connection, part: Part) -> int:
    """How often a part has changed."""
    return int(run(connection, "pulse_of_part", {"part": KEYS[part]}).scalar() or 0)


def counted_anew(connection: Connection, days: Collection[str]) -> None:
    """Note that what is counted of some days is no more what it was."""
    changed(connection, "counts")
    write(connection, "mark_counted", [{"day": day, "part": KEYS["counts"]} for day in sorted(days)])


def all_counted_anew(connection: Connection) -> None:
    """The same of all days of which something is counted."""
    changed(connection, "counts")
    write(connection, "mark_all_counted", {"part": KEYS["counts"]})


def days_counted_since(connection: Connection, number: int) -> list[str]:
    """The days that were counted anew since counts had changed so often, in order; what is no day is damage."""
    days = (row.day for row in run(connection, "days_counted_since", {"number": number}))
    return [day for day in days if is_day(day)]


def is_day(words: str) -> bool:
    """Whether words are a day: of a damaged store they need not be."""
    try:
        datetime.date.fromisoformat(words)
    except ValueError:
        return False
    return True


class Memory:
    """Answers about a part of each open store."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._kept: WeakKeyDictionary[Engine, tuple[Hashable, dict[Hashable, Any]]] = WeakKeyDictionary()

    def answer(
        self, connection: Connection, question: Hashable, count: Callable[[], Found], *, state: Hashable = None
    ) -> Found:
        """What `count` gives, or gave while the part, and `state`, were the same.

        Within a transaction that writes nothing is remembered: it may be taken back.
        """
        if not connection.get_execution_options().get("reading"):
            return count()
        now = pulse_of(connection, self._part), state
        before, answers = self._kept.get(connection.engine, (None, {}))
        if before != now or len(answers) >= MOST:
            answers = {}
            self._kept[connection.engine] = now, answers
        if question not in answers:
            answers[question] = count()
        found: Found = answers[question]
        return found
