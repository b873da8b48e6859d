"""A shard's file: Parquet, one row a report, nested as the JSON Lines coding, and in its footer what is in it."""

import contextlib
import datetime
import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import msgspec.inspect

from dragoman.errors import InputError, OutputError
from dragoman.export.lines import derived
from dragoman.records import Coding, Event, Failure, Fault
from dragoman.rules.ontology import Ontology
from dragoman.scale.shards import Facts, Line

if TYPE_CHECKING:
    import pyarrow

# Rows written at a time: a few megabytes.
GROUP = 500
FOOTER = b"dragoman"
CHUNK = 1 << 20


def row_of(result: Coding | Failure, ontology: Ontology) -> dict[str, Any]:
    """A coding or a failure as a row; events have their quad class, score and CAMEO code."""
    row: dict[str, Any] = msgspec.to_builtins(result, builtin_types=(datetime.date,))
    if isinstance(result, Coding):
        for fields, event in zip(row["events"], result.events, strict=True):
            fields.update(derived(event, ontology))
    return row


def line_of(row: dict[str, Any]) -> bytes:
    """A row that was read as the line of JSON that `dragoman code` writes for the same report, byte for byte."""
    if row["error"] is not None:
        return msgspec.json.encode({"article": row["article"], "error": row["error"]})
    return msgspec.json.encode({name: value for name, value in row.items() if name != "error"})


def write_rows(path: Path, rows: Iterable[dict[str, Any]], facts: Callable[[], Facts]) -> None:
    """Write rows as they come, then the facts, which are asked for at the end; synced when it returns.

    Raises `OutputError` where the file cannot be written; `rows` raises no `OSError`, which would be taken for that.
    """
    arrow = _arrow()
    options: Any = {"compression": "zstd", "write_page_checksum": True}
    with _told(path), open(path, "wb") as file, arrow.parquet.ParquetWriter(file, _schema(), **options) as writer:
        for group in _groups(rows):
            writer.write_table(arrow.Table.from_pylist(group, _schema()))
        writer.add_key_value_metadata({FOOTER: msgspec.json.encode(facts())})
        writer.close()
        file.flush()
        os.fsync(file.fileno())


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file; raises `InputError` where it is damaged."""
    for group in _read_groups(path):
        yield from group.to_pylist()


def read_facts(path: Path) -> Facts:
    """What a file says of itself; raises `InputError` where it is no shard."""
    arrow = _arrow()
    with _damage(path):
        metadata = arrow.parquet.read_metadata(path).metadata or {}
    try:
        return msgspec.json.decode(metadata.get(FOOTER, b""), type=Facts)
    except msgspec.MsgspecError as error:
        raise InputError("this is no shard: its footer says nothing of it", kind="damaged", where=str(path)) from error


def line_for(path: Path, facts: Facts, seconds: float | None = None) -> Line:
    """The manifest's line for a file that is whole; raises `OSError` where it cannot be read."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    fields = {name: getattr(facts, name) for name in Facts.__struct_fields__}
    return Line(**fields, bytes=size, sha256=digest.hexdigest(), seconds=seconds)


def is_as_told(path: Path, line: Line) -> bool:
    """Whether a file is there, byte for byte as a line of the manifest has it."""
    try:
        return path.stat().st_size == line.bytes and line_for(path, line).sha256 == line.sha256
    except OSError:
        return False


def found(path: Path) -> Line:
    """The line for a file that the manifest does not tell of; raises `InputError` where it is damaged."""
    facts = read_facts(path)
    for _ in _read_groups(path):
        pass  # reading a page holds it against its checksum
    return line_for(path, facts)


def _read_groups(path: Path) -> "Iterator[pyarrow.Table]":
    arrow = _arrow()
    with _damage(path):
        file = arrow.parquet.ParquetFile(path, page_checksum_verification=True)
    with file:
        for number in range(file.num_row_groups):
            with _damage(path):
                group = file.read_row_group(number)
            yield group


def _groups(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists; at least one, if it is empty, so that a file has its columns."""
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == GROUP:
            yield held
            held = []
    yield held


@functools.cache
def _schema() -> "pyarrow.Schema":
    """The columns, from the records themselves: those of a coding, and the error of one that failed."""
    arrow = _arrow()
    columns = [*_type(msgspec.inspect.type_info(Coding)), arrow.field("error", _type(msgspec.inspect.type_info(Fault)))]
    return arrow.schema(columns)


def _type(kind: msgspec.inspect.Type) -> "pyarrow.DataType":
    """The Arrow type of a field of a record; what may be missing is null."""
    arrow = _arrow()
    match kind:
        case msgspec.inspect.StructType(cls=record, fields=fields):
            return arrow.struct([part for field in fields for part in _parts(record, field)])
        case msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.TupleType(item_types=(item, *_)):
            return arrow.list_(_type(item))
        case msgspec.inspect.UnionType(types=types):
            return _type(next(one for one in types if not isinstance(one, msgspec.inspect.NoneType)))
        case msgspec.inspect.IntType():
            return arrow.int64()
        case msgspec.inspect.FloatType():
            return arrow.float64()
        case msgspec.inspect.DateType():
            return arrow.date32()
    return arrow.string()


def _parts(record: type, field: msgspec.inspect.Field) -> "Iterator[pyarrow.Field]":
    """A field; behind an event's date what follows from its type, as in JSON Lines."""
    arrow = _arrow()
    yield arrow.field(field.name, _type(field.type))
    if record is Event and field.name == "date":
        yield arrow.field("quad", arrow.int64())
        yield arrow.field("score", arrow.float64())
        yield arrow.field("cameo", arrow.string())


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", kind="output", where=str(path)) from error


@contextlib.contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # Arrow's own errors are of both kinds
        raise InputError(f"damaged or no shard: {error}", kind="damaged", where=str(path)) from error


def _arrow() -> Any:
    try:
        import pyarrow  # the reference implementation of Arrow and Parquet
        import pyarrow.parquet
    except ImportError as error:
        raise OutputError(
            "shards are Parquet and need pyarrow: pip install 'dragoman[arrow]'", kind="missing"
        ) from error
    return pyarrow
