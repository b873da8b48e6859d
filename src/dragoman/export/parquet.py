"""Events as Arrow tables and Parquet files, one row each, the columns of the CSV with their types."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.errors import OutputError
from dragoman.export.rows import COLUMNS, DISTINCT_COLUMNS, rows_of, rows_of_distinct
from dragoman.records import Coding, DistinctEvent
from dragoman.rules.ontology import Ontology

if TYPE_CHECKING:
    import pyarrow

# Rows in a group: 10 MB or so, which readers take well.
GROUP = 20_000


def write_parquet(codings: Iterable[Coding], path: Path, ontology: Ontology) -> None:
    """Write beside the path and rename, so that a file with that name is always whole."""
    _write((rows_of(coding, ontology) for coding in codings), path, COLUMNS)


def write_distinct_parquet(events: Iterable[DistinctEvent], path: Path, ontology: Ontology) -> None:
    """Distinct events as a Parquet file with the columns of `DISTINCT_COLUMNS`; whole or not there."""
    _write((rows_of_distinct([told], ontology) for told in events), path, DISTINCT_COLUMNS)


def events_table(events: Iterable[DistinctEvent], ontology: Ontology) -> "pyarrow.Table":
    """Distinct events as an Arrow table with the columns of `DISTINCT_COLUMNS`, one row each."""
    arrow = _arrow()
    return arrow.Table.from_pylist(list(rows_of_distinct(events, ontology)), _schema(DISTINCT_COLUMNS))


def write_rows(rows: Iterable[dict[str, Any]], path: Path, columns: Mapping[str, str]) -> None:
    """Write rows of any table, a panel for example; `columns` are names with text, number, whole or day."""
    _write(([row] for row in rows), path, columns)


def _write(pages: Iterable[Iterable[dict[str, Any]]], path: Path, columns: Mapping[str, str]) -> None:
    arrow, schema = _arrow(), _schema(columns)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with arrow.parquet.ParquetWriter(aside, schema) as writer:
            held: list[dict[str, Any]] = []
            for rows in pages:
                held.extend(rows)
                if len(held) >= GROUP:
                    writer.write_table(arrow.Table.from_pylist(held, schema))
                    held = []
            writer.write_table(arrow.Table.from_pylist(held, schema))
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", kind="output", where=str(path)) from error
    finally:
        aside.unlink(missing_ok=True)


def _schema(columns: Mapping[str, str]) -> "pyarrow.Schema":
    arrow = _arrow()
    types = {"text": arrow.string(), "number": arrow.float64(), "whole": arrow.int64(), "day": arrow.date32()}
    return arrow.schema([(name, types[kind]) for name, kind in columns.items()])


def _arrow() -> Any:
    try:
        import pyarrow  # the reference implementation of Arrow and Parquet
        import pyarrow.parquet
    except ImportError as error:
        raise OutputError(
            "Arrow tables and Parquet need pyarrow: pip install 'dragoman[arrow]'", kind="missing"
        ) from error
    return pyarrow
