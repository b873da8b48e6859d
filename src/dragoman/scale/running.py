"""A run: an input cut into shards, those that are not there coded by an engine, and the manifest kept."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator

import msgspec

from dragoman.errors import ModelError, OutputError
from dragoman.read.bulk import Unit
from dragoman.read.inputs import shown_name
from dragoman.scale import folders
from dragoman.scale.shards import Done, Job, Line, Task, tasks_of

Engine = Callable[[Iterator[Task]], Generator[Done]]
# Faults of one shard that all others would have too.
FATAL = {"output": OutputError, "missing": ModelError, "model": ModelError, "worker": ModelError}


def code_shards(
    job: Job, units: Iterable[Unit], size: int, engine: Engine, *, share: tuple[int, int] = (1, 1)
) -> Generator[Done]:
    """Code units of `size` reports, a shard each; gives what became of each as it is done.

    `share` (i, n) leaves to this run every n-th shard, from the i-th on. Shards that are there and sound are given as
    they are. Raises `OutputError` where the folder cannot be written or was made otherwise, `ModelError` where the
    coder cannot be loaded.
    """
    folders.prepare(job, size)
    known = folders.read_manifest(job.folder)
    plan = Plan(job, units, known, share)
    with contextlib.closing(engine(iter(plan))) as results:
        for done in results:
            _check(done)
            if done.line is not None and done.how != "there":
                folders.append_line(job.folder, done.line)
                known[done.line.shard] = done.line
            yield done
    folders.supersede(job.folder, known.values(), plan.names, plan.paths)
    folders.sweep(job.folder, plan.mine)


def _check(done: Done) -> None:
    """Raise the fault of a shard that all others would have too."""
    if done.fault is not None and done.fault.kind in FATAL:
        raise FATAL[done.fault.kind](done.fault.message, kind=done.fault.kind, where=done.fault.where)


class Plan:
    """The tasks of a run, made while they are done, and what they were: names of shards, paths of inputs."""

    def __init__(self, job: Job, units: Iterable[Unit], known: dict[str, Line], share: tuple[int, int]) -> None:
        self.names: set[bytes] = set()
        self.mine: set[bytes] = set()
        self.paths: set[str] = set()
        self._tasks = tasks_of(job, units)
        self._known = known
        self._first, self._every = share

    def __iter__(self) -> Iterator[Task]:
        for number, task in enumerate(self._tasks, start=1):
            name = bytes.fromhex(task.shard)
            self.names.add(name)
            if os.access(task.unit.path, os.R_OK):  # of an input that is gone for now the shards still stand
                self.paths.add(shown_name(task.unit.path))
            if number % self._every == self._first % self._every:
                self.mine.add(name)
                yield msgspec.structs.replace(task, known=self._known.get(task.shard))
