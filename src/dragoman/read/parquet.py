"""Parquet tables as input: one report a row, the columns named as the keys of JSON Lines, read a few rows at a time."""

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from dragoman.errors import InputError
from dragoman.read.archives import RATIO, SMALL
from dragoman.read.readings import Draft, failure, refuse
from dragoman.read.rows import draft_of
from dragoman.read.tables import FIELDS
from dragoman.records import Failure

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MAGIC = b"PAR1"
# Rows that are unpacked at a time: one text of a megabyte, told a thousand times, is packed into a hundred bytes.
ROWS = 8
# Bytes that a column of so many rows may have, as far as the table says; larger texts are unpacked one by one.
HELD = 64_000_000
BUFFER = 65_536


class Group(NamedTuple):
    """Rows that are packed together: the number of the first, from 0, and how many there are."""

    start: int
    rows: int


def read_parquet(file: BinaryIO, where: str, *, start: int = 0, stop: int | None = None) -> Iterator[Draft | Failure]:
    """One report from each row, or from those numbered from `start` to before `stop`, counted from 0.

    Where a group of rows is damaged the row at which it breaks is a failure, and the next group is read.
    """
    try:
        table = _opened(file)
        names = _names(table)
    except InputError as error:
        yield failure(error, where)
        return
    for index, group in enumerate(_groups(table)):
        if group.start + group.rows > start and (stop is None or group.start < stop):
            for number, row in _rows(table, index, group, names):
                if number >= start and (stop is None or number < stop):
                    place = f"{where}:{number + 1}"
                    yield failure(row, place) if isinstance(row, InputError) else draft_of(row, place)


def groups(file: BinaryIO) -> list[Group]:
    """The groups of a table; raises `InputError` where it is none, or none of reports."""
    table = _opened(file)
    _names(table)
    return list(_groups(table))


def _groups(table: "ParquetFile") -> Iterator[Group]:
    start = 0
    for index in range(table.metadata.num_row_groups):
        rows = table.metadata.row_group(index).num_rows
        yield Group(start, rows)
        start += rows


def _opened(file: BinaryIO) -> "ParquetFile":
    try:
        import pyarrow  # the reference implementation of Arrow and Parquet
        import pyarrow.parquet
    except ImportError as error:
        raise InputError("pyarrow is needed for Parquet: pip install 'dragoman[arrow]'", kind="missing") from error
    try:
        return pyarrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=BUFFER, page_checksum_verification=True)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise InputError(f"the Parquet table is cut or broken: {_told(error)}", kind="archive") from error


def _names(table: "ParquetFile") -> dict[str, str]:
    """The names of the columns that are read, as the table writes them, and what they are to us."""
    columns = table.schema_arrow.names
    names = {name: name.strip().casefold() for name in columns if name.strip().casefold() in FIELDS}
    if "text" not in names.values():
        came = ", ".join(repr(name[:30]) for name in columns[:8]) or "none"
        refuse("field", f"expected a column text (and {', '.join(FIELDS)}), and the columns are: {came}")
    return names


Row = tuple[int, Mapping[str, object] | InputError]


def _rows(table: "ParquetFile", index: int, group: Group, names: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a group with their numbers, the last of them an error where it cannot be read to its end."""
    import pyarrow

    number = group.start
    try:
        size = _size(table, index, names)
        for batch in table.iter_batches(size, row_groups=[index], columns=list(names), use_threads=False):
            for row in range(batch.num_rows):
                yield number, _row(batch, row, names)
                number += 1
    except InputError as error:
        yield number, error
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
        last = group.start + group.rows
        message = f"rows {number + 1:,} to {last:,} cannot be read: {_told(error)}"
        yield number, InputError(message, kind="archive")


def _size(table: "ParquetFile", index: int, names: Mapping[str, str]) -> int:
    """Rows to be unpacked at a time; refused where a column unpacks to more than texts do."""
    largest = 1
    group = table.metadata.row_group(index)
    for column in map(group.column, range(group.num_columns)):
        packed, unpacked = column.total_compressed_size, column.total_uncompressed_size
        if column.path_in_schema.partition(".")[0] not in names:
            continue
        if unpacked > SMALL and unpacked > RATIO * packed:
            message = f"{unpacked:,} bytes of {column.path_in_schema[:30]!r} are packed into {packed:,}, as no text is"
            refuse("too-large", f"{message}; the rows up to {group.num_rows:,} further on are not read")
        largest = max(largest, unpacked)
    return max(1, min(ROWS, HELD // largest)) if largest > HELD else ROWS


def _row(batch: Any, row: int, names: Mapping[str, str]) -> Mapping[str, object] | InputError:
    """The fields of one row."""
    fields: dict[str, object] = {}
    for name, known in names.items():
        try:
            fields[known] = _plain(batch.column(name)[row].as_py())
        except (ValueError, OverflowError) as error:
            kind = "encoding" if isinstance(error, UnicodeDecodeError) else "date"
            return InputError(f"{known} cannot be read: {error}", kind=kind)
    return fields


def _plain(value: object) -> object:
    """A value as JSON has it: days and times are written out."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def _told(error: Exception) -> str:
    return (str(error).splitlines() or ["no more memory"])[0][:200]
