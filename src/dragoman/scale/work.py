"""One shard coded: the one function that every engine calls."""

import functools
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dragoman.errors import DragomanError, InputError, ModelError
from dragoman.read import Opened, read
from dragoman.read.bulk import Unit, read_unit
from dragoman.read.readings import left_out
from dragoman.records import Coding, Fault
from dragoman.scale import files, folders
from dragoman.scale.caps import release
from dragoman.scale.desks import Desk, desk_of
from dragoman.scale.hands import Hand
from dragoman.scale.piles import Given, Pile
from dragoman.scale.rounds import Coded, Table, coded
from dragoman.scale.shards import Done, Facts, Job, Line, Making, Options, Quarantined, Task, facts_of

Told = Callable[[int], object]
# Deaths in succession with no report in hand after which it is no use to go on; whoever kills processes while they sync
# a file does not do so often.
IDLE = 20
FIRST = b"<html><body><p>North Korea condemned Japan on Friday. A spokesman said so in Pyongyang.</p></body></html>"
UNOPENED = ("unreadable", "fetch")


def code_shard(task: Task, told: Told = lambda reports: None) -> Done:
    """Code a shard and write its file, unless that is there and sound; `told` hears of every report.

    What stands in the way of the whole shard is told in what it gives; it raises nothing of its own.
    """
    try:
        return standing(task) or Done(how="coded", line=_coded(task, told))
    except DragomanError as error:
        fault = Fault(kind=error.kind, message=error.message, where=error.where)
    except OSError as error:
        fault = Fault(kind="unreadable", message=f"cannot be read: {error}", where=task.unit.path)
    return Done(how="failed", fault=fault)


def standing(task: Task) -> Done | None:
    """What is there of a shard, if it is sound: as the manifest tells it, or by what the file says of itself.

    One with inputs that could not be opened is none: they may be there again, or on another machine.
    """
    path = folders.shard_file(task.job.folder, task.shard)
    if task.known is not None:
        is_good = not task.known.unopened and files.is_as_told(path, task.known)
        return Done(how="there", line=task.known) if is_good else None
    try:
        line = files.found(path) if path.exists() else None
    except InputError:
        return None
    is_good = line is not None and line.shard == task.shard and not line.unopened
    return Done(how="found", line=line) if is_good else None


def _coded(task: Task, told: Told) -> Line:
    began = time.monotonic()
    folder = task.job.folder
    hand = Hand(folders.side_file(folder, task.shard))
    try:
        if hand.idle >= IDLE:
            message = f"processes ended {IDLE} times in succession with no report in hand: in loading or in writing"
            raise ModelError(message, kind="worker", where=task.unit.path)
        facts = _written(task, hand, told)
        return files.line_for(folders.shard_file(folder, task.shard), facts, round(time.monotonic() - began, 3))
    finally:
        # A process that dies does not come here, and then the side file tells what it had in hand.
        hand.close()


def _written(task: Task, hand: Hand, told: Told) -> Facts:
    """The shard's file, whole and in its place."""
    desk = _desk(task.job)
    pile = Pile(task.unit, functools.partial(read_for, options=task.job.options, desk=desk))
    tally = Tally(task)
    results = _read_on(coded(Table(pile, desk, hand, task.job.caps)), task.unit)
    rows = _rows(results, tally, desk, told)
    aside = folders.aside_file(task.job.folder, task.shard)
    try:
        files.write_rows(aside, rows, tally.facts)
        folders.settle(aside, folders.shard_file(task.job.folder, task.shard))
    finally:
        release()
        aside.unlink(missing_ok=True)
    return tally.facts()


def _desk(job: Job) -> Desk:
    """The coder of this process; raises `ModelError` where it is not the one that the run was planned with."""
    desk = _warm_desk(job.making)
    if desk.info != job.coder:
        message = f"the coder of this process is {desk.info}, and that of the run is {job.coder}"
        raise ModelError(message, kind="model")
    return desk


@functools.lru_cache(maxsize=1)
def _warm_desk(making: Making) -> Desk:
    """A coder with all that is loaded at first use, so that no report has the time of loading for its own."""
    desk = desk_of(making)
    for _ in desk.pipe(read([Opened("first.html", io.BytesIO(FIRST))], dateline=desk.dateline)):
        pass
    return desk


def read_for(unit: Unit, *, options: Options, desk: Desk) -> Iterator[Given]:
    """The reports of a unit. No clock is asked, so that a shard does not depend on the day it is coded."""
    return read_unit(
        unit,
        published=options.published,
        language=options.language,
        dateline=desk.dateline,
        since=options.since,
        until=options.until,
    )


def _read_on(results: Iterator[Coded], unit: Unit) -> Iterator[Coded]:
    """The results; raises `InputError` where the input can no longer be read."""
    try:
        yield from results
    except OSError as error:
        raise InputError(f"cannot be read: {error}", kind="unreadable", where=unit.path) from error


def _rows(results: Iterator[Coded], tally: "Tally", desk: Desk, told: Told) -> Iterator[dict[str, Any]]:
    for one in results:
        told(1)
        if tally.count(one):
            yield files.row_of(one.result, desk.ontology)


class Tally:
    """What came of a shard's reports, counted as they come."""

    def __init__(self, task: Task) -> None:
        self._start = facts_of(task)
        self._language = task.job.options.language
        self._counts: Counter[str] = Counter()
        self._quarantined: list[Quarantined] = []

    def count(self, one: Coded) -> bool:
        """Count what came of a report; whether it is to be written."""
        if isinstance(one.result, Coding):
            events, warned = len(one.result.events), int(bool(one.result.warnings))
            self._counts.update(coded=1, events=events, warned=warned)
        elif kept_out := left_out(one.result, by_language=bool(self._language)):
            self._counts[kept_out] += 1
            return False
        else:
            self._counts.update(failed=1, unopened=int(one.result.error.kind in UNOPENED))
        if one.quarantined:
            self._quarantined.append(one.quarantined)
        return True

    def facts(self) -> Facts:
        """The facts so far."""
        return msgspec.structs.replace(self._start, **self._counts, quarantined=tuple(self._quarantined))
