"""Threads that work while the watch goes on; what they bring comes back in one line, to be dealt with one at a time."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Crew:
    """So many hands; whoever gives work gets its outcome in `finished`, as a call that deals with it.

    The pool of the standard library would be waited for at the end of the program, however long a server stalls.
    """

    def __init__(self, hands: int, finished: "queue.SimpleQueue[Callable[[], None]]", name: str) -> None:
        self._finished = finished
        self._work: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._hands, self.given = hands, 0
        for number in range(hands):
            threading.Thread(target=self._run, name=f"{name} {number + 1}", daemon=True).start()

    @property
    def is_free(self) -> bool:
        """Whether some hand has nothing to do."""
        return self.given < self._hands

    def give(self, work: Callable[[], Any], then: Callable[["Future[Any]"], None]) -> None:
        """Have something done, and its outcome, or error, given to `then` by whoever takes what is finished."""
        self.given += 1

        def done() -> Callable[[], None]:
            outcome: Future[Any] = Future()
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)
            return lambda: self._deal(outcome, then)

        self._work.put(done)

    def end(self) -> None:
        """Let the hands go home when they are done with what they do."""
        for _ in range(self._hands):
            self._work.put(None)

    def _deal(self, outcome: "Future[Any]", then: Callable[["Future[Any]"], None]) -> None:
        self.given -= 1
        then(outcome)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            self._finished.put(work())
