"""Tables with a header line: CSV and TSV, one report a row, read as a stream."""

import csv
import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO

from dragoman.errors import InputError
from dragoman.read.encodings import MARKS, SAMPLE, check_magic, decode
from dragoman.read.readings import Draft, failure
from dragoman.read.rows import draft_of
from dragoman.records import Failure, Warning

FIELDS = ("id", "text", "published", "title", "url", "publisher", "language")
DELIMITERS = ",;\t|"
# Characters of one cell; the csv module stops at 131,072 by itself.
CELL_LIMIT = 16_000_000
# Bytes of the longest line: a cell that its quote never ends would otherwise take all memory.
LINE_LIMIT = 32_000_000


def read_table(stream: BinaryIO, where: str, *, delimiter: str | None = None) -> Iterator[Draft | Failure]:
    """One report from each row; the header names the columns, unknown ones are ignored."""
    try:
        encoding, warnings = _encoding(head := stream.read(SAMPLE))
    except InputError as error:
        yield failure(error, where)
        return
    lines = _decoded(head, stream, encoding)
    header = next(lines, "")
    delimiter = delimiter or max(DELIMITERS, key=lambda mark: _known(header, mark))
    names = _names(header, delimiter)
    if "text" not in names:
        yield failure(_no_text_column(header), f"{where}:1")
        return
    for number, row in _rows(lines, delimiter):
        yield _draft(names, row, f"{where}:{number}", warnings)


def _encoding(head: bytes) -> tuple[str, tuple[Warning, ...]]:
    """The encoding of the whole table, from its first bytes; a guess warns on each row."""
    check_magic(head)
    for mark, encoding in MARKS[1:]:
        if head.startswith(mark):
            return encoding.removesuffix("-le").removesuffix("-be"), ()
    whole = head[: head.rfind(b"\n") + 1] or head
    warning = decode(whole).warning
    if warning is None:
        return "utf-8-sig", ()
    return warning.message.partition("read as ")[2].partition(",")[0], (warning,)


def _decoded(head: bytes, stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines with their ends; bytes that do not fit become surrogates, which the row is refused for."""
    chained = io.BufferedReader(_Chained(head, stream))
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    reader = io.TextIOWrapper(chained, encoding=encoding, errors=errors, newline="")
    while line := reader.readline(LINE_LIMIT):
        yield line


class _Chained(io.RawIOBase):
    """Bytes that were read ahead, and then the stream that they came from."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._parts = itertools.chain([head] if head else [], iter(lambda: stream.read(SAMPLE), b""))
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        self._left = self._left or next(self._parts, b"")
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def _names(header: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=delimiter), [])
    return [cell.strip().casefold() for cell in cells]


def _known(header: str, delimiter: str) -> int:
    return sum(name in FIELDS for name in _names(header, delimiter))


def _no_text_column(header: str) -> InputError:
    columns = ", ".join(FIELDS)
    return InputError(f"expected a header with the column text (and {columns}), and {header[:80]!r} came", kind="field")


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Rows with the line where each begins; what the csv module refuses is a row of its own."""
    csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 2
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, error
            continue
        if row:
            yield number, row


def _draft(names: list[str], row: list[str] | csv.Error, where: str, warnings: tuple[Warning, ...]) -> Draft | Failure:
    if isinstance(row, csv.Error):
        return failure(InputError(f"broken row: {row}; expected quotes in pairs, doubled inside a cell", kind="csv"), where)
    if len(row) > len(names):
        message = f"the row has {len(row)} cells, the header {len(names)}; a delimiter inside a cell needs quotes around it"
        return failure(InputError(message, kind="field"), where)
    draft = draft_of({name: cell or None for name, cell in zip(names, row, strict=False)}, where)
    if isinstance(draft, Failure) or not warnings:
        return draft
    return Draft(**{**{name: getattr(draft, name) for name in draft.__struct_fields__}, "warnings": warnings})
