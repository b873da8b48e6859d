"""Tables with a header line: CSV and TSV, one report a row, read as a stream."""

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead
from dragoman.read.encodings import MARKS, SAMPLE, decode
from dragoman.read.readings import Draft, failure
from dragoman.read.rows import draft_of
from dragoman.records import Failure, Warning

FIELDS = ("id", "text", "published", "title", "url", "publisher", "language")
DELIMITERS = ",;\t|"
# Characters of one cell; the csv module stops at 131,072 by itself.
CELL_LIMIT = 16_000_000
# Bytes of the longest line: a cell that its quote never ends would otherwise take all memory.
LINE_LIMIT = 32_000_000
# What Python makes of a byte that does not fit the encoding.
ESCAPED = re.compile("[\udc80-\udcff]")

Row = list[str] | csv.Error | InputError


def read_table(
    stream: Ahead, where: str, *, delimiter: str | None = None, start: int = 0, stop: int | None = None
) -> Iterator[Draft | Failure]:
    """One report from each row; the header names the columns, unknown ones are ignored.

    Of the rows only those from `start` to before `stop` are read, counted from 0. Where a packed stream breaks off is a
    failure too.
    """
    try:
        encoding, warnings = _encoding(stream.peek(SAMPLE))
        lines = _decoded(stream, encoding)
        header = next(lines, "")
    except InputError as error:
        yield failure(error, where)
        return
    delimiter = delimiter or _delimiter(header)
    names = _names(header, delimiter)
    if "text" not in names:
        yield failure(_no_text_column(header), f"{where}:1" if header else where)
        return
    for number, row in itertools.islice(_rows(lines, delimiter), start, stop):
        yield _draft(names, row, f"{where}:{number}", warnings)


def count_rows(stream: Ahead, delimiter: str | None = None) -> int:
    """How many rows there are, or up to where a packed stream breaks off; none where there is no column of texts."""
    count = 0
    with contextlib.suppress(InputError):
        lines = _decoded(stream, _encoding(stream.peek(SAMPLE))[0])
        header = next(lines, "")
        delimiter = delimiter or _delimiter(header)
        if "text" in _names(header, delimiter):
            count = sum(not isinstance(row, InputError) for _, row in _rows(lines, delimiter))
    return count


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=lambda mark: _known(header, mark))


def _encoding(head: bytes) -> tuple[str, tuple[Warning, ...]]:
    """The encoding of the whole table, from its first bytes; a guess warns on each row."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return "utf-8-sig" if mark == MARKS[0][0] else encoding.removesuffix("-le").removesuffix("-be"), ()
    _, encoding, warning = decode(head[: head.rfind(b"\n") + 1] or head)
    return encoding, (warning,) if warning else ()


def _decoded(stream: Ahead, encoding: str) -> Iterator[str]:
    """Lines with their ends; bytes that do not fit become surrogates, which the row is refused for."""
    errors = "replace" if encoding in ("utf-16", "utf-32") else "surrogateescape"
    reader = io.TextIOWrapper(io.BufferedReader(stream), encoding=encoding, errors=errors, newline="")
    while line := reader.readline(LINE_LIMIT):
        yield line


def _names(header: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=delimiter), [])
    return [cell.strip().casefold() for cell in cells]


def _known(header: str, delimiter: str) -> int:
    return sum(name in FIELDS for name in _names(header, delimiter))


def _no_text_column(header: str) -> InputError:
    columns = ", ".join(FIELDS)
    return InputError(f"expected a header with the column text (and {columns}), and {header[:80]!r} came", kind="field")


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, Row]]:
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
        except InputError as error:
            yield number, error
            return
        if row:
            yield number, row


def _draft(names: list[str], row: Row, where: str, warnings: tuple[Warning, ...]) -> Draft | Failure:
    if isinstance(row, InputError):
        return failure(row, where)
    if isinstance(row, csv.Error):
        return failure(
            InputError(f"broken row: {row}; expected quotes in pairs, doubled inside a cell", kind="csv"), where
        )
    if len(row) > len(names):
        message = (
            f"the row has {len(row)} cells, the header {len(names)}; a delimiter inside a cell needs quotes around it"
        )
        return failure(InputError(message, kind="field"), where)
    broken = ESCAPED.search("".join(row))
    if broken:
        message = f"byte 0x{ord(broken[0]) - 0xDC00:02x} in the row does not fit the encoding of the table"
        return failure(InputError(message, kind="encoding"), where)
    draft = draft_of({name: cell or None for name, cell in zip(names, row, strict=False)}, where)
    if isinstance(draft, Failure) or not warnings:
        return draft
    fields = {name: getattr(draft, name) for name in Draft.__struct_fields__}
    return Draft(**{**fields, "warnings": warnings})
