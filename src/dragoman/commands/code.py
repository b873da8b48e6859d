"""`dragoman code`: reports in, codings out, in order and streaming; a bad report never stops the others."""

import contextlib
import datetime
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rich.console import Console  # progress and tables that know whether they talk to a person
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dragoman.commands.streams import opened_output
from dragoman.errors import OutputError
from dragoman.export.lines import encode
from dragoman.export.rows import csv_header, csv_lines
from dragoman.read import read
from dragoman.records import Coding, Failure, Record

if TYPE_CHECKING:
    from dragoman.coder import Coder

SKIPPED = "language"


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for."""

    inputs: tuple[str, ...]
    format: str
    output: str
    published: datetime.date | None
    language: str | None
    quiet: bool


def run(request: Request, load: "Callable[[], Coder]") -> int:
    """Code and write; gives the exit status: 0 all well, 1 some failed, 4 nothing could be opened."""
    coder = load()
    counts: Counter[str] = Counter()
    results = _counted(_results(request, coder), request, counts)
    with _progress(request) as step:
        _write(_stepped(results, step), request, coder)
    if not request.quiet:
        _say(_summary(counts))
    if counts["failed"] and not counts["coded"] and not counts["skipped"] and counts["unopened"] == counts["failed"]:
        return 4
    return 1 if counts["failed"] else 0


def _results(request: Request, coder: "Coder") -> "Iterator[Coding | Failure]":
    readings = read(
        request.inputs,
        published=request.published,
        language=request.language,
        stdin=sys.stdin.buffer,
        dateline=coder.dateline,
        today=datetime.date.today(),
    )
    return coder.pipe(readings)


def _counted(
    results: "Iterator[Coding | Failure]", request: Request, counts: "Counter[str]"
) -> "Iterator[Coding | Failure]":
    for result in results:
        if isinstance(result, Coding):
            counts["coded"] += 1
            counts["events"] += len(result.events)
            counts["warned"] += bool(result.warnings)
        elif result.error.kind == SKIPPED and request.language == "en":
            counts["skipped"] += 1
            continue
        else:
            counts["failed"] += 1
            counts["unopened"] += result.error.kind in {"unreadable", "fetch"}
            if request.format != "jsonl" or request.output != "-":
                _say(f"{result.error.where}: {result.error.message}")
        yield result


def _summary(counts: "Counter[str]") -> str:
    parts = [f"{_counted_noun(counts['coded'], 'report')} coded", _counted_noun(counts["events"], "event")]
    parts += [f"{counts[kind]} {words}" for kind, words in _REMARKS if counts[kind]]
    return ", ".join(parts)


def _counted_noun(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


_REMARKS = (("warned", "with warnings"), ("skipped", "in other languages skipped"), ("failed", "failed"))


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


@contextlib.contextmanager
def _progress(request: Request) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where a person watches and the output goes elsewhere."""
    hidden = request.quiet or not sys.stderr.isatty() or (request.output == "-" and sys.stdout.isatty())
    if hidden:
        yield lambda: None
        return
    columns = (SpinnerColumn(), TextColumn("coding"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("coding", total=None)
        yield lambda: progress.advance(task)


def _stepped(results: "Iterator[Coding | Failure]", step: Callable[[], None]) -> "Iterator[Coding | Failure]":
    for result in results:
        step()
        yield result


def _write(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    if request.format == "parquet":
        _write_parquet(results, request, coder)
    elif request.format == "table":
        _write_tables(results, request, coder)
    else:
        with opened_output(request.output) as out:
            _write_text(results, request, coder, out)


def _write_parquet(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    from dragoman.export.parquet import write_parquet

    if request.output == "-":
        raise OutputError("Parquet is written to a file: add --output FILE.parquet", kind="output")
    codings = (result for result in results if isinstance(result, Coding))
    write_parquet(codings, Path(request.output), coder.rules.ontology)


def _write_tables(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    from dragoman.export.tables import tables_of

    quads = {name: kind.quad for name, kind in coder.rules.ontology.types.items()}
    with contextlib.ExitStack() as stack:
        to_file = request.output != "-"
        file = stack.enter_context(open(request.output, "w", encoding="utf-8")) if to_file else None
        console = Console(file=file, highlight=False, width=140 if to_file or not sys.stdout.isatty() else None)
        for result in results:
            if isinstance(result, Coding):
                for table in tables_of(result, quads):
                    console.print(table)
                    console.print()


def _write_text(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder", out: BinaryIO) -> None:
    ontology = coder.rules.ontology
    if request.format == "csv":
        out.write(csv_header().encode())
    for result in results:
        if request.format == "jsonl":
            out.write(encode(result, ontology) + b"\n")
        elif isinstance(result, Coding):
            out.writelines(line.encode("utf-8", "replace") for line in csv_lines(result, ontology))
        out.flush()
