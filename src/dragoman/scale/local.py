"""Shards coded by processes of this machine; one that dies is replaced, and what it had in hand is taken up again."""

import collections
import multiprocessing
import os
import signal
from collections.abc import Generator, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Literal

from dragoman.errors import ModelError
from dragoman.scale.folders import side_file
from dragoman.scale.hands import note_cause
from dragoman.scale.shards import Done, Task
from dragoman.scale.work import Told, code_shard

Start = Literal["spawn", "forkserver"]
# Processes in succession that end before any has coded a report, after which it is no use to start more: three can
# die of one report.
MUTE = 6
# Libraries of linear algebra otherwise start a thread for each core in each process.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def code_locally(tasks: Iterator[Task], workers: int, told: Told, *, start: Start = "spawn") -> Generator[Done]:
    """Code shards by so many processes; what becomes of each comes as it is done, in no order.

    A process that is spawned shares no lock and no thread of a library with this one, nor does one of a fork server.
    Raises `ModelError` where processes cannot even start.
    """
    team = Team(tasks, start)
    try:
        while team.man(workers):
            for one in team.heard():
                if isinstance(one, Done):
                    yield one
                else:
                    told(one)
    finally:
        team.dismiss()


class Team:
    """Processes at work, each with its task, and the tasks that wait: first those that came back."""

    def __init__(self, tasks: Iterator[Task], start: Start) -> None:
        self._tasks = tasks
        self._context = (
            multiprocessing.get_context("spawn") if start == "spawn" else multiprocessing.get_context("forkserver")
        )
        self._back: collections.deque[Task] = collections.deque()
        self._at_work: dict[Connection, tuple[BaseProcess, Task]] = {}
        self._idle: dict[Connection, BaseProcess] = {}
        self._mute = 0

    def man(self, workers: int) -> bool:
        """Give every process a task while there are any; whether somebody is at work."""
        while len(self._at_work) < workers and (task := self._next()) is not None:
            connection, process = self._idle.popitem() if self._idle else self._started()
            try:
                connection.send(task)
            except OSError:  # it died while it had nothing to do
                self._back.append(task)
                _end(process)
                continue
            self._at_work[connection] = process, task
        return bool(self._at_work)

    def heard(self) -> Iterator[Done | int]:
        """What the processes say next: a number of reports that are coded, or what became of a task."""
        for connection in wait(list(self._at_work)):
            assert isinstance(connection, Connection)
            try:
                word = connection.recv()
            except (EOFError, OSError):
                self._bury(connection)
                continue
            self._mute = 0 if word else self._mute
            if isinstance(word, Done):
                self._idle[connection], _ = self._at_work.pop(connection)
            yield word

    def dismiss(self) -> None:
        """End all processes at once; nothing is lost, as a shard is whole or not there."""
        for process in (*self._idle.values(), *(process for process, _ in self._at_work.values())):
            _end(process)

    def _started(self) -> tuple[Connection, BaseProcess]:
        mine, its = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(its,), daemon=True)
        process.start()
        its.close()
        return mine, process

    def _next(self) -> Task | None:
        return self._back.popleft() if self._back else next(self._tasks, None)

    def _bury(self, connection: Connection) -> None:
        """Note how a process ended, and let another one take up its task."""
        process, task = self._at_work.pop(connection)
        connection.close()
        process.join()
        cause = _cause(process.exitcode)
        self._mute += 1
        if self._mute >= MUTE:
            raise ModelError(f"processes end before they have coded anything, the last one by {cause}", kind="worker")
        note_cause(side_file(task.job.folder, task.shard), cause)
        self._back.append(task)


def _serve(connection: Connection) -> None:
    """A process's life: a task, its reports, what became of it, the next task; until nobody is there to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it is interrupted, and ends it
    for name in THREADS:
        os.environ.setdefault(name, "1")
    try:
        connection.send(0)
        while True:
            task = connection.recv()
            connection.send(code_shard(task, connection.send))
    except (EOFError, ConnectionError):
        return


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {-status} ({signal.Signals(-status).name})"
    return f"exit status {status}"
