"""What is to be done next: feeds to ask and items to read, each when it is due, one at a time for each host.

A heap for each host does it: when things are due is kept in the store, and a scheduler with jobs of its own would keep
it a second time. The first of each host is looked at, as the first of all may have to wait for its host.
"""

import heapq
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["feed", "item"]


class Task(NamedTuple):
    """A feed to ask or an item to read, and not before when; `host` is "" where nothing is asked for it."""

    due: int
    kind: Kind
    key: int
    feed: int
    host: str


class Agenda:
    """The tasks that wait; those that were taken keep their host busy until they are done."""

    def __init__(self) -> None:
        self._heaps: dict[tuple[str, Kind], list[Task]] = {}
        self._known: dict[tuple[Kind, int], Task] = {}
        self._busy: dict[str, tuple[Kind, int]] = {}
        self._taken: set[tuple[Kind, int]] = set()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, task: Task) -> None:
        """Have something done when it is due; a task for the same thing is replaced, one that was taken stays taken."""
        name = task.kind, task.key
        if name in self._taken or self._known.get(name) == task:
            return
        self._known[name] = task
        heapq.heappush(self._heaps.setdefault((task.host, task.kind), []), task)

    def take(self, now: int, ready_in: Callable[[str], float], *, items: bool = True) -> Task | None:
        """What has been due for the longest and whose host can be asked now, feeds first; only they without `items`.

        An item waits in the store; what a feed lists today it may not list tomorrow.
        """
        found: Task | None = None
        for (host, kind), heap in list(self._heaps.items()):
            if host in self._busy or not (items or kind == "feed") or (host and ready_in(host)):
                continue
            task = self._first(host, kind, heap)
            if task and task.due <= now and (found is None or _rank(task) < _rank(found)):
                found = task
        if found:
            self._take(found)
        return found

    def free_host(self, task: Task) -> None:
        """The host of a task that was taken has answered, and can be asked for other things."""
        if self._busy.get(task.host) == (task.kind, task.key):
            del self._busy[task.host]

    def done(self, task: Task) -> None:
        """A task that was taken is over; the same can be added again."""
        self._taken.discard((task.kind, task.key))
        self.free_host(task)

    def waits(self, now: int, ready_in: Callable[[str], float]) -> float | None:
        """Seconds until something can be taken whose host is not busy; None where nothing waits for time alone."""
        waits = [
            max(task.due - now, ready_in(host) if host else 0.0, 0.0)
            for (host, kind), heap in list(self._heaps.items())
            if host not in self._busy and (task := self._first(host, kind, heap))
        ]
        return min(waits, default=None)

    def _take(self, task: Task) -> None:
        del self._known[task.kind, task.key]
        self._taken.add((task.kind, task.key))
        if task.host:
            self._busy[task.host] = task.kind, task.key

    def _first(self, host: str, kind: Kind, heap: list[Task]) -> Task | None:
        """The first task of a heap that still holds; those that were replaced go."""
        while heap and self._known.get((heap[0].kind, heap[0].key)) is not heap[0]:
            heapq.heappop(heap)
        if not heap:
            del self._heaps[host, kind]
            return None
        return heap[0]


def _rank(task: Task) -> tuple[bool, int]:
    return task.kind != "feed", task.due
