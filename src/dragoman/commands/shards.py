"""`dragoman code --out DIR`: inputs of any size coded in shards, here or on a cluster, and taken up where it ended."""

import contextlib
import functools
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dragoman.commands.code import exit_status, summary
from dragoman.commands.thinning import check_files
from dragoman.errors import InputError
from dragoman.read.bulk import Unit, units
from dragoman.read.readings import LEFT_OUT
from dragoman.records import Record
from dragoman.scale.desks import desk_of
from dragoman.scale.files import read_rows
from dragoman.scale.folders import shard_file
from dragoman.scale.local import code_locally
from dragoman.scale.running import Engine, code_shards
from dragoman.scale.shards import Caps, Done, Job, Line, Making, Options
from dragoman.scale.spark import code_on_spark
from dragoman.scale.work import read_for

say = Console(stderr=True, highlight=False, soft_wrap=True).print
# Faults and quarantined reports that are shown; all of them are in the shards.
SHOWN = 40


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for."""

    inputs: tuple[str, ...]
    out: str
    workers: int
    size: int
    share: tuple[int, int]
    engine: str
    master: str | None
    making: Making
    options: Options
    caps: Caps
    quiet: bool


def run(request: Request) -> int:
    """Code in shards; gives the exit status: 0 all well, 1 some failed, 4 nothing could be opened."""
    check_files(request.inputs, "save it to a file and code that in shards")
    for given in request.inputs:
        _check_apart(given, request.out)
    coder = desk_of(request.making).info
    folder = os.path.abspath(request.out)
    job = Job(folder=folder, coder=coder, making=request.making, options=request.options, caps=request.caps)
    counts: Counter[str] = Counter()
    with _progress(request) as (told, done):
        shards = code_shards(job, _units(request), request.size, _engine(request, told), share=request.share)
        with contextlib.closing(shards):
            for one in shards:
                _count(one, counts)
                _tell_failures(folder, one, counts)
                done()
    if not request.quiet:
        say(f"{summary(counts)}, in {_shards(counts)}", markup=False)
    return exit_status(counts)


def _check_apart(given: str, out: str) -> None:
    """Raise `InputError` where shards would be among the reports, for the next run to take them for reports."""
    inside = os.path.relpath(os.path.realpath(out), os.path.realpath(given))
    if os.path.isdir(given) and not any(part.startswith(".") and part != "." for part in inside.split(os.sep)):
        message = f"the shards would be among the reports of {given!r}: name a folder elsewhere with --out"
        raise InputError(message, kind="input")


def _units(request: Request) -> Iterator[Unit]:
    """The input in units; where near-duplicates are to be left out, all of it is read once before."""
    found = units(map(os.path.abspath, request.inputs), size=request.size)  # the same place for every process
    if not request.options.skip_near:
        return found
    from dragoman.resolve.near_duplicates import sketched, without_near

    read = functools.partial(read_for, options=request.options, desk=desk_of(request.making))
    return without_near((sketched(unit, read(unit)) for unit in found), Counter())


def _engine(request: Request, told: Callable[[int], None]) -> Engine:
    if request.engine == "spark":
        return functools.partial(code_on_spark, master=request.master, workers=request.workers, told=told)
    return functools.partial(code_locally, workers=request.workers, told=told)


def _count(one: Done, counts: "Counter[str]") -> None:
    counts[f"shards {one.how}"] += 1
    if one.line is not None:
        for name, count in _counts_of(one.line):
            counts[name] += count
        for left in one.line.quarantined if one.how == "coded" else ():
            _show(f"{left.where}: {left.reason}; it is in quarantine", counts)
    elif one.fault is not None:
        counts["failed"] += 1
        counts["unopened"] += one.fault.kind == "unreadable"
        _show(f"{one.fault.where}: {one.fault.message}; run this again", counts)


def _tell_failures(folder: str, one: Done, counts: "Counter[str]") -> None:
    """Say why reports of a shard failed, the first ones: that is in its file alone."""
    line = one.line
    if one.how != "coded" or line is None or line.failed == len(line.quarantined) or counts["shown"] >= SHOWN:
        return
    for row in read_rows(shard_file(folder, line.shard)):
        if row["error"] and row["error"]["kind"] != "quarantine":
            _show(f"{row['error']['where']}: {row['error']['message']}", counts)


def _counts_of(line: Line) -> Iterator[tuple[str, int]]:
    yield from (("coded", line.coded), ("events", line.events), ("warned", line.warned))
    yield from ((name, getattr(line, name)) for name in LEFT_OUT.values())
    yield from (("failed", line.failed), ("unopened", line.unopened), ("quarantined", len(line.quarantined)))


def _show(text: str, counts: "Counter[str]") -> None:
    counts["shown"] += 1
    if counts["shown"] <= SHOWN:
        say(text, markup=False)


def _shards(counts: "Counter[str]") -> str:
    total = sum(counts[f"shards {how}"] for how in ("coded", "there", "found"))
    there = counts["shards there"] + counts["shards found"]
    text = f"{total:,} shard{'' if total == 1 else 's'}"
    return text + (f", {there:,} of them there before" if there else "")


@contextlib.contextmanager
def _progress(request: Request) -> Iterator[tuple[Callable[[int], None], Callable[[], None]]]:
    """What reports and shards are told to: a line on standard error, where a person watches."""
    if request.quiet or not sys.stderr.isatty():
        yield (lambda reports: None), (lambda: None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        reports, shards = (progress.add_task(name, total=None) for name in ("reports", "shards"))
        yield (lambda count: progress.advance(reports, count)), (lambda: progress.advance(shards))
