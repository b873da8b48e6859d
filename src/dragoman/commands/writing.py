"""Distinct events written in the formats that people have tools for."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dragoman.commands.streams import opened_output
from dragoman.errors import OutputError
from dragoman.export.gdelt import gdelt_lines
from dragoman.export.icews import icews_lines
from dragoman.export.network import gexf
from dragoman.export.phoenix import phoenix_lines
from dragoman.export.plover import plover_lines
from dragoman.export.polecat import polecat_lines
from dragoman.export.rows import distinct_csv_lines
from dragoman.records import DistinctEvent, Status
from dragoman.rules.ontology import Ontology

Lines = Callable[..., Iterator[str]]
# The formats of other programs, which say which statuses they take; each gives whole lines.
FOREIGN: dict[str, Lines] = {
    "gdelt": gdelt_lines,
    "icews": icews_lines,
    "phoenix": phoenix_lines,
    "plover": plover_lines,
    "polecat": polecat_lines,
}


def write_events(
    events: Iterable[DistinctEvent],
    format: str,
    output: str,
    ontology: Ontology,
    statuses: frozenset[Status] | None = None,
) -> None:
    """Write events to a file or standard output; raises `OutputError` where it cannot be written."""
    if format == "parquet":
        _write_parquet(events, output, ontology)
        return
    with opened_output(output) as out:
        for line in _lines(events, format, ontology, statuses):
            out.write(line.encode("utf-8", "replace"))


def _lines(
    events: Iterable[DistinctEvent], format: str, ontology: Ontology, statuses: frozenset[Status] | None
) -> Iterator[str]:
    if format == "gexf":
        yield gexf(events, ontology, statuses=statuses)
    elif format == "csv":
        yield from distinct_csv_lines(events, ontology)
    else:
        for line in FOREIGN[format](events, ontology, statuses=statuses):
            yield line if line.endswith("\n") else line + "\n"


def _write_parquet(events: Iterable[DistinctEvent], output: str, ontology: Ontology) -> None:
    from dragoman.export.parquet import write_distinct_parquet

    if output == "-":
        raise OutputError("Parquet is written to a file: add --output FILE.parquet", kind="output")
    write_distinct_parquet(events, Path(output), ontology)
