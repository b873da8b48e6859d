"""Events as a Parquet file, one row each, the columns of the CSV with their types."""

import os
from collections.abc import Iterable
from pathlib import Path

from dragoman.errors import OutputError
from dragoman.export.rows import COLUMNS, rows_of
from dragoman.records import Coding
from dragoman.rules.ontology import Ontology

# Rows in a group: 10 MB or so, which readers take well.
GROUP = 20_000


def write_parquet(codings: Iterable[Coding], path: Path, ontology: Ontology) -> None:
    """Write beside the path and rename, so that a file with that name is always whole."""
    try:
        import pyarrow  # the reference implementation of Arrow and Parquet
        import pyarrow.parquet
    except ImportError as error:
        raise OutputError("Parquet needs pyarrow: pip install 'dragoman[arrow]'", kind="missing") from error
    types = {"text": pyarrow.string(), "number": pyarrow.float64(), "whole": pyarrow.int64(), "day": pyarrow.date32()}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with pyarrow.parquet.ParquetWriter(aside, schema) as writer:
            held: list[dict[str, object]] = []
            for coding in codings:
                held.extend(rows_of(coding, ontology))
                if len(held) >= GROUP:
                    writer.write_table(pyarrow.Table.from_pylist(held, schema))
                    held = []
            writer.write_table(pyarrow.Table.from_pylist(held, schema))
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", kind="output", where=str(path)) from error
    finally:
        aside.unlink(missing_ok=True)
