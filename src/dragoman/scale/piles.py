"""The reports of a unit, one after the other, each known by its place: the same one in whatever process it is read."""

from collections.abc import Callable, Iterator

import msgspec

from dragoman.read.bulk import Unit
from dragoman.read.readings import Reading
from dragoman.records import Failure

Given = Reading | Failure


class Pile:
    """Reads one report at a time, so that whoever reads knows which one is next.

    A list of files is read file by file, so that one which cannot be read can be left.
    """

    def __init__(self, unit: Unit, read: Callable[[Unit], Iterator[Given]]) -> None:
        self._pieces = _pieces(unit)
        self._read = read
        self._piece = self._number = 0
        self._open: Iterator[Given] | None = None

    @property
    def ended(self) -> bool:
        """Whether all is read."""
        return self._piece >= len(self._pieces)

    @property
    def place(self) -> str:
        """The place of the next report, if there is one more: piece and number, from 0."""
        return f"{self._piece}:{self._number}"

    @property
    def path(self) -> str:
        """The file that the next report is in."""
        piece = self._pieces[self._piece]
        return piece.files[0] if piece.files else piece.path

    def next(self) -> Given | None:
        """The next report; None where a piece has no more, and then the next piece is next.

        A piece that could not be read on before is opened anew and read up to the same place.
        """
        if self._open is None:
            self._open = self._read(self._pieces[self._piece])
            for _ in range(self._number):
                next(self._open, None)
        opened, self._open = self._open, None
        found = next(opened, None)
        if found is None:
            self.leave()
            return None
        self._open = opened
        self._number += 1
        return found

    def leave(self) -> None:
        """Go on with the next piece."""
        self._piece, self._number, self._open = self._piece + 1, 0, None


def _pieces(unit: Unit) -> tuple[Unit, ...]:
    if len(unit.files) < 2:
        return (unit,)
    return tuple(msgspec.structs.replace(unit, files=(file,)) for file in unit.files)
