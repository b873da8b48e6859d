"""Where files can be cut into runs of reports: lines and records by their bytes, rows and packed lines by counting."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from dragoman.read.ahead import Ahead
from dragoman.read.captures import captures
from dragoman.read.encodings import check_magic
from dragoman.read.inputs import DELIMITERS, FileKind
from dragoman.read.lines import LINE_LIMIT, count_lines, is_blank
from dragoman.read.packed import Unpacked
from dragoman.read.parquet import groups
from dragoman.read.tables import count_rows
from dragoman.read.warcs import is_report

# Runs of one file that has to be read from its beginning each time: reading 25 times half of a file costs less than a
# tenth of coding it, as unpacking is 300 times as fast as coding.
PIECES = 50


class Cut(NamedTuple):
    """A run: where it starts and stops, and the number of its first line or record."""

    start: int
    stop: int
    first: int = 1


def cut_lines(stream: BinaryIO, size: int) -> Iterator[Cut]:
    """Runs of `size` lines that are not blank, by their bytes; none where there is no such line.

    Raises `InputError` where the file begins as something that is no text.
    """
    start, first, place, number, held = 0, 1, 0, 1, 0
    while line := stream.readline(LINE_LIMIT):
        if place == 0:
            check_magic(line)
        place += len(line)
        # Of a line that is too long all pieces but the last have no end.
        ended = line.endswith(b"\n") or len(line) < LINE_LIMIT
        number += ended
        held += ended and not is_blank(line)
        if held == size:
            yield Cut(start, place, first)
            start, first, held = place, number, 0
    if held:
        yield Cut(start, place, first)


def cut_captures(file: BinaryIO, size: int) -> Iterator[Cut]:
    """A WARC file in runs of `size` reports, by its bytes; of more where several records are packed together."""
    start, first, held = 0, 1, 0
    for capture in captures(file):
        if held >= size and capture.offset is not None:
            yield Cut(start, capture.offset, first)
            start, first, held = capture.offset, capture.number, 0
        held += is_report(capture)
    yield Cut(start, file.seek(0, 2), first)


def cut_rows(file: BinaryIO, kind: FileKind, size: int) -> Iterator[Cut]:
    """A table or packed lines in runs of `size` reports or more, counted from 0; raises `InputError` where it is none.

    A run whose stop is 0 goes to the end of the file.
    """
    if kind.kind == "parquet":
        for group in groups(file):
            yield from _pieces(group.start, group.rows, size)
        return
    stream = Ahead(Unpacked(file) if kind.packed else file)
    count = count_lines(stream) if kind.kind == "lines" else count_rows(stream, DELIMITERS.get(kind.kind))
    for cut in _pieces(0, count, size):
        yield cut if cut.stop < count else cut._replace(stop=0)


def _pieces(start: int, count: int, size: int) -> Iterator[Cut]:
    """So many reports from `start` on, in runs of `size`, or in fewer and longer ones."""
    size = max(size, -(-count // PIECES))
    for place in range(start, start + count, size):
        yield Cut(place, min(place + size, start + count))
