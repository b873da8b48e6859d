"""A process of its own that codes: pages stay quick, and a report that ends the coder does not end the server.

It is no pool of the standard library: that one cannot be ended while it works, and outlives a server that was killed.
Here the process ends with the pipe that it reads from.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.errors import DragomanError
from dragoman.read.readings import Reading
from dragoman.records import Coding, Failure
from dragoman.rules import Rules
from dragoman.store.keeping import Pipe

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

# Seconds for a batch: loading the coder takes ten, the longest report that is read some minutes.
SECONDS = 900.0
# How much less it is worth to the system than the pages are.
NICE = 10

Load = Callable[[], Pipe]


class LostError(DragomanError):
    """The process that codes has ended, or was ended, before it answered."""


class Worker:
    """Codes batches in another process, which starts with the first one and anew after it was lost."""

    def __init__(self, load: Load, *, seconds: float = SECONDS) -> None:
        self._load, self._seconds = load, seconds
        self._lock = threading.Lock()
        self._closed = False
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    @property
    def number(self) -> int | None:
        """The number that the system gives the process; None while there is none."""
        process = self._process
        return process.pid if process else None

    def code(self, readings: Sequence[Reading | Failure]) -> list[Coding | Failure]:
        """A coding or failure for each reading; one batch at a time.

        Raises `LostError` where the process ended or took too long, and what the coder itself raises.
        """
        pipe = self._started()
        try:
            pipe.send(list(readings))
            if not pipe.poll(self._seconds):
                raise LostError(f"the coder did not answer within {self._seconds:.0f} seconds, and was ended")
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            raise LostError(f"the process that codes has ended{self._how()}") from error
        except LostError:
            self._end()
            raise
        if isinstance(answer, DragomanError):
            raise answer
        return list(answer)

    def close(self) -> None:
        """End the process; a batch that it works on is lost, and no other one starts."""
        with self._lock:
            self._closed = True
        self._end()

    def _started(self) -> Connection:
        with self._lock:
            if self._closed:
                raise LostError("the server was stopped")
            if self._pipe is None:
                context = multiprocessing.get_context("spawn")
                self._pipe, theirs = context.Pipe()
                self._process = context.Process(target=_work, args=(theirs, self._load), daemon=True)
                self._process.start()
                theirs.close()
            return self._pipe

    def _how(self) -> str:
        """How the process ended, after making sure that it has."""
        process = self._process
        self._end(patience=5)
        status = process.exitcode if process else None
        return f" (by signal {-status})" if status and status < 0 else f" (status {status})" if status else ""

    def _end(self, patience: float = 0) -> None:
        """End the process, after the seconds in which it may end by itself."""
        with self._lock:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process:
            process.join(patience)
            process.kill()
            process.join(5)
        if pipe:
            pipe.close()


def load_coder(folders: Sequence[Path]) -> Pipe:
    """The coder with the rules of these folders, the package's own first."""
    from dragoman.coder import Coder  # only the process that codes loads the language model

    return Coder(rules=Rules.load(*folders[1:])).pipe


def _work(pipe: Connection, load: Load) -> None:
    """What the process does: answer each batch, until nobody is left to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then ends this process
    if hasattr(os, "nice"):
        os.nice(NICE)
    code: Pipe | None = None
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            readings = pipe.recv()
            try:
                code = code or load()
                answer: list[Coding | Failure] | DragomanError = list(code(readings))
            except DragomanError as error:
                answer = error
            pipe.send(answer)
