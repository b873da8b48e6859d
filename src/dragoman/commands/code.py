"""`dragoman code`: reports in, codings out, in order and streaming; a bad report never stops the others."""

import codecs
import collections
import contextlib
import datetime
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rich.console import Console  # progress and tables that know whether they talk to a person
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dragoman.commands.streams import opened_output
from dragoman.commands.thinning import check_files, thinned
from dragoman.errors import OutputError
from dragoman.export.lines import encode
from dragoman.export.rows import csv_header, csv_lines
from dragoman.read import read
from dragoman.read.readings import LEFT_OUT, left_out
from dragoman.records import Coding, Failure, Record

if TYPE_CHECKING:
    from dragoman.coder import Coder
    from dragoman.read.readings import Reading


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for."""

    inputs: tuple[str, ...]
    format: str
    output: str
    published: datetime.date | None
    language: str | None
    quiet: bool
    store: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    skip_near: bool = False


def run(request: Request, load: "Callable[[], Coder]") -> int:
    """Code and write; gives the exit status: 0 all well, 1 some failed, 4 nothing could be opened."""
    counts: Counter[str] = Counter()
    if request.skip_near:
        check_files(request.inputs, "save it to a file, or leave out --skip-near-duplicates")
    if request.store is None:
        coder = load()
        _work(_results(request, coder), request, coder, counts)
    else:
        from dragoman.commands.keeping import kept

        with kept(request.store, load, counts, again=bool(request.output)) as (coder, keep):
            _work(keep(_readings(request, coder)), request, coder, counts)
    if not request.quiet:
        _say(summary(counts))
    return exit_status(counts)


def exit_status(counts: "Counter[str]") -> int:
    """What failed, and whether anything could be opened at all."""
    if not counts["failed"]:
        return 0
    read = sum(counts[name] for name in ("coded", "same", *LEFT_OUT.values()))
    return 4 if not read and counts["unopened"] == counts["failed"] else 1


def _work(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder", counts: "Counter[str]") -> None:
    with _progress(request) as step:
        _write(_stepped(_counted(results, request, counts), step), request, coder)


def _results(request: Request, coder: "Coder") -> "Iterator[Coding | Failure]":
    return coder.pipe(_readings(request, coder))


def _readings(request: Request, coder: "Coder") -> "Iterator[Reading | Failure]":
    options: Any = {
        "published": request.published,
        "language": request.language,
        "dateline": coder.dateline,
        "today": datetime.date.today(),
        "since": request.since,
        "until": request.until,
    }
    if request.skip_near:
        return thinned(request.inputs, options)
    return read(request.inputs, stdin=sys.stdin.buffer, **options)


def _counted(
    results: "Iterator[Coding | Failure]", request: Request, counts: "Counter[str]"
) -> "Iterator[Coding | Failure]":
    for result in results:
        if isinstance(result, Coding):
            counts["coded"] += 1
            counts["events"] += len(result.events)
            counts["warned"] += bool(result.warnings)
        elif kept_out := left_out(result, by_language=request.language == "en"):
            counts[kept_out] += 1
            continue
        else:
            counts["failed"] += 1
            counts["unopened"] += result.error.kind in {"unreadable", "fetch"}
            if request.format != "jsonl" or request.output != "-":
                _say(f"{result.error.where}: {result.error.message}")
        yield result


def summary(counts: "Counter[str]") -> str:
    """What became of all reports, in a line."""
    parts = [f"{_counted_noun(counts['coded'], 'report')} coded", _counted_noun(counts["events"], "event")]
    parts += [f"{counts[kind]} {words}" for kind, words in _REMARKS if counts[kind]]
    return ", ".join(parts)


def _counted_noun(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


_REMARKS = (
    ("warned", "with warnings"),
    ("other_languages", "in other languages skipped"),
    ("other_days", "of other days or of none skipped"),
    ("near_duplicates", "nearly the same as others skipped"),
    ("new", "stored"),
    ("corrected", "in place of an earlier version"),
    ("same", "stored before"),
    ("forgotten", "not stored, as they are to stay forgotten"),
    ("failed", "failed"),
    ("quarantined", "of them in quarantine"),
)


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
    if not request.output:
        collections.deque(results, maxlen=0)
    elif request.format == "parquet":
        _write_parquet(results, request, coder)
    elif request.format not in {"jsonl", "csv", "table"}:
        _write_foreign(results, request, coder)
    elif request.format == "table":
        _write_tables(results, request, coder)
    else:
        with opened_output(request.output, whole=False) as out:
            _write_text(results, request, coder, out)


def _write_parquet(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    from dragoman.export.parquet import write_parquet

    if request.output == "-":
        raise OutputError("Parquet is written to a file: add --output FILE.parquet", kind="output")
    codings = (result for result in results if isinstance(result, Coding))
    write_parquet(codings, Path(request.output), coder.rules.ontology)


def _write_foreign(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    """In the format of another data set: every event of a report is one there, as nothing is merged without a store."""
    from dragoman.commands.writing import write_events
    from dragoman.export.distinct import distinct_of

    events = (event for result in results if isinstance(result, Coding) for event in distinct_of(result))
    write_events(events, request.format, request.output, coder.rules.ontology)


def _write_tables(results: "Iterator[Coding | Failure]", request: Request, coder: "Coder") -> None:
    from dragoman.export.tables import tables_of

    quads = {name: kind.quad for name, kind in coder.rules.ontology.types.items()}
    with opened_output(request.output) as out:
        to_file = request.output != "-"
        file: Any = codecs.getwriter("utf-8")(out, "replace") if to_file else None
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
