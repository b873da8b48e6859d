"""Telling what happens in a watch: to whoever listens, and to its progress."""

from collections.abc import Callable
from typing import Any

from dragoman.watch.notes import About, Level, Note
from dragoman.watch.progress import Progress


class Teller:
    """Tells with the time at which something happened; `say` takes it."""

    def __init__(self, clock: Callable[[], float], say: Callable[[Note], None], progress: Progress) -> None:
        self._clock, self._say, self._progress = clock, say, progress

    def now(self) -> int:
        """Seconds since 1970, UTC."""
        return int(self._clock())

    def tell(self, level: Level, about: About, message: str, **fields: Any) -> None:
        """Tell that something happened now."""
        self.pass_on(Note(at=self.now(), level=level, about=about, message=message, **fields))

    def pass_on(self, note: Note) -> None:
        """Tell what others have noted."""
        self._progress.note(note)
        self._say(note)


def many(number: int, noun: str) -> str:
    """A number of things.

    >>> many(1, "feed")
    '1 feed'
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def span(seconds: int) -> str:
    """A length of time in words, without what does not matter.

    >>> span(5400)
    '90 minutes'
    """
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return many(round(seconds / size), unit)
    return many(max(seconds, 0), "second")
