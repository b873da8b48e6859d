"""The watch: feeds asked when they are due, their reports read, coded and stored, until it is stopped.

One thread decides and keeps the books; `readers` ask the network, one `desk` codes. Whatever is in hand is also in the
store, as waiting: a watch that is killed begins again with it.
"""

import collections
import contextlib
import queue
import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dragoman.errors import InputError, StoreError
from dragoman.read import Reading
from dragoman.read.fetch import FetchError
from dragoman.records import Coding, Failure
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.grouping import group
from dragoman.store.keeping import Kept, Pipe, keep
from dragoman.store.opening import Store
from dragoman.watch.agenda import Agenda, Task
from dragoman.watch.alone import Alone
from dragoman.watch.books import Books, Item
from dragoman.watch.client import Client
from dragoman.watch.crew import Crew
from dragoman.watch.looking import Looked, look
from dragoman.watch.notes import Note
from dragoman.watch.progress import Course, Fate, Progress
from dragoman.watch.reports import Dateline, take
from dragoman.watch.settings import Settings
from dragoman.watch.telling import Teller, many, span
from dragoman.watch.times import Chance, day_at

if TYPE_CHECKING:
    from concurrent.futures import Future

# The kind of failures of a pipe that was lost over a report: its process ended, or took too long.
LOST = "lost"
# Reports that are read ahead of the one that is coded.
AHEAD = 8
# Seconds after which a quiet watch brings the ledger up to date, and a busy one does; reports after which it does.
QUIET, BUSY, MANY = 60, 600, 200
# Seconds between two looks at whether a briefing is to go out.
BRIEF = 300
# Seconds that a single round waits for what is due: others are.
SOON = 60.0
# Errors of the store that pass, and seconds until it is tried again.
PASSING, REST = ("locked", "gone"), 10
# Seconds by which a clock may go back without anything being made of it.
BACK = 60
# Seconds for the report in hand, once the watch is to stop.
GRACE = 60.0

Brief = Callable[[], Iterable[Note]]


class Watch:
    """One watch. `code` gives a coding or failure for each reading, a failure of kind "lost" where it was lost over it.

    `clock` gives seconds since 1970, `say` takes what happens, `dateline` finds the day of a text that has no other.
    With `once` every feed is asked once and what waits is read; else it goes on until `stop`. `brief` lets those
    briefings go out that are due.
    """

    def __init__(
        self, store: Store, rules: Rules, settings: Settings, code: Pipe, client: Client, progress: Progress,
        *, clock: Callable[[], float], say: Callable[[Note], None], dateline: Dateline, once: bool = False,
        brief: Brief | None = None, chance: Chance = random.random,
    ) -> None:  # fmt: skip
        self._store, self._rules, self._code, self._client, self._progress = store, rules, code, client, progress
        self._once, self._brief = once, brief
        self._teller = Teller(clock, say, progress)
        self._alone = Alone(store)
        self._agenda = Agenda()
        self._books = Books(store, settings, self._agenda, progress, self._teller, once=once, chance=chance)
        self._finished: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._readers = Crew(settings.readers, self._finished, "reader")
        self._desk = Crew(1, self._finished, "desk")
        self._post = Crew(1, self._finished, "post")
        self._read: collections.deque[tuple[Item, Reading]] = collections.deque()
        self._dateline = dateline
        self._hand = ""
        # What was stored before this watch began may not be in the ledger yet.
        self._untidy = 1
        self._tidied = self._briefed = self._last = 0
        self._resting = 0.0
        self._has_briefed = False
        self._stopped_at: float | None = None

    def run(self) -> None:
        """Watch; raises `StoreError` where the store fails for good, or is watched by somebody else."""
        self._tidied = self._briefed = self._last = now = self._teller.now()
        try:
            self._alone.sign(now)
            self._books.open()
            while not self._is_over():
                self._turn(self._teller.now())
        finally:
            self._end()
        self._teller.tell("info", "watch", "stopped; what was not finished waits for the next start")

    def stop(self) -> None:
        """Begin nothing more and come to an end; the report in hand is finished. A signal may call it."""
        self._stopped_at = self._stopped_at or time.monotonic()
        self._finished.put(self._client.stop)

    def _end(self) -> None:
        self._client.stop()
        self._readers.end()
        self._desk.end()
        self._post.end()
        self._progress.beat(self._teller.now(), "stopped", "")
        with contextlib.suppress(StoreError):  # what ended the watch is told of; a lease ends by itself
            self._alone.end()

    # The order of things

    def _turn(self, now: int) -> None:
        """Give out work, and deal with what comes back."""
        if self._stopped_at is None and not self._is_resting():
            try:
                self._mind_the_clock(now)
                self._alone.sign(now)
                self._ask(now)
                self._order(now)
                self._let_go_out(now)
            except StoreError as error:
                self._rest(error)
        course: Course = "watching" if self._stopped_at is None else "stopping"
        self._progress.beat(now, course, self._hand)
        self._deal(self._patience(now))

    def _mind_the_clock(self, now: int) -> None:
        """Where the clock was put back, what was due soon is not due after all that time."""
        if now < self._last - BACK:
            self._teller.tell("warning", "watch", f"the clock went back by {span(self._last - now)}")
            self._tidied = self._briefed = now
            self._books.open()
        self._last = now

    def _ask(self, now: int) -> None:
        """Give every reader something to read, as far as there is something."""
        while self._readers.is_free and not self._is_resting():
            is_ahead = len(self._read) + self._readers.given >= AHEAD
            task = self._agenda.take(now, self._client.ready_in, items=not is_ahead)
            if task is None:
                return
            with self._again_if_it_fails(task):
                self._begin(task, now)

    def _begin(self, task: Task, now: int) -> None:
        followed, state = self._books.followed(task)
        if task.kind == "feed":
            self._readers.give(partial(look, self._client, followed, state, now), partial(self._looked, task))
            return
        told = self._books.begin(task)
        if told is None:
            self._agenda.done(task)
            return
        work = partial(take, self._client, followed, told, dateline=self._dateline, today=day_at(now))
        self._readers.give(work, partial(self._had, Item(task, told)))

    def _order(self, now: int) -> None:
        """Give the desk something to do: the next report, or the ledger."""
        if not self._desk.is_free:
            return
        if self._read:
            item, reading = self._read.popleft()
            self._hand = item.told.url or item.told.title
            self._desk.give(partial(self._keep, reading), partial(self._kept, item))
        elif self._is_tidying_due(now):
            self._hand = "the ledger"
            self._desk.give(self._tidy, self._tidied_up)

    def _let_go_out(self, now: int) -> None:
        """Briefings have a hand of their own: thousands of mails take their time."""
        is_due = not self._untidy if self._once else not 0 <= now - self._briefed < BRIEF
        if self._brief and is_due and self._post.is_free and not (self._once and self._has_briefed):
            self._briefed, self._has_briefed = now, True
            self._post.give(self._brief, self._went_out)

    def _patience(self, now: int) -> float:
        """How long to wait for what is in hand, before something else can be begun."""
        is_ahead = len(self._read) + self._readers.given >= AHEAD
        if self._stopped_at is not None or self._is_resting() or is_ahead or not self._readers.is_free:
            return 1.0
        wait = self._agenda.waits(now, self._client.ready_in)
        return 1.0 if wait is None else min(1.0, max(wait, 0.02))

    def _deal(self, patience: float) -> None:
        """Wait for what is finished, and deal with all of it."""
        try:
            self._finished.get(timeout=patience)()
            while True:
                self._finished.get_nowait()()
        except queue.Empty:
            return

    def _is_over(self) -> bool:
        if self._stopped_at is not None:
            return not (self._desk.given or self._post.given) or time.monotonic() - self._stopped_at > GRACE
        if not self._once or self._untidy or not self._is_quiet() or (self._brief and not self._has_briefed):
            return False
        if left := len(self._agenda):
            self._teller.tell("info", "watch", f"{many(left, 'question')} to servers left for the next time")
        return True

    def _is_quiet(self) -> bool:
        """Whether nothing is in hand and nothing is to be begun; in a single round, nothing soon."""
        now = self._teller.now()
        crews = (self._readers, self._desk, self._post)
        if self._read or any(crew.given for crew in crews) or self._is_resting():
            return False
        wait = self._agenda.waits(now, self._client.ready_in)
        return wait is None or wait > (SOON if self._once else 0)

    # What comes back

    def _looked(self, task: Task, outcome: "Future[Looked]") -> None:
        with self._again_if_it_fails(task):
            try:
                looked = outcome.result()
            except InputError as error:
                if self._stopped_at is not None:
                    self._agenda.done(task)  # it may have failed because of that: the next watch asks it at once
                    return
                self._books.failed(task, error)
            else:
                self._books.looked(task, looked)

    def _had(self, item: Item, outcome: "Future[Reading | Failure]") -> None:
        """A page has been read, or could not be."""
        self._agenda.free_host(item.task)
        with self._again_if_it_fails(item.task):
            try:
                reading = outcome.result()
            except FetchError as error:
                if self._stopped_at is not None:
                    self._agenda.done(item.task)
                else:
                    self._books.not_had(item, error)
                return
            if isinstance(reading, Failure):
                fate: Fate = "skipped" if reading.error.kind == "language" else "failed"
                self._books.settle(item, fate, reading.error.message)
                return
            self._read.append((item, reading))

    def _keep(self, reading: Reading) -> Kept:
        (kept,) = keep(self._store, [reading], self._code, self._rules.ontology, batch=1)
        return kept

    def _kept(self, item: Item, outcome: "Future[Kept]") -> None:
        self._hand = ""
        with self._again_if_it_fails(item.task):
            kept = outcome.result()
            if isinstance(kept.result, Failure):
                fault = kept.result.error
                if fault.kind == LOST and self._stopped_at is not None:
                    self._agenda.done(item.task)  # whoever stops this watch may stop its coder too: it waits
                elif fault.kind == LOST:
                    self._books.lost(item, fault.message)
                else:
                    self._books.settle(item, "failed", fault.message)
                return
            fate: Fate = "corrected" if kept.outcome == "recoded" else kept.outcome or "failed"
            self._untidy += fate in {"new", "corrected"}
            events = len(kept.result.events) if isinstance(kept.result, Coding) else 0
            self._books.settle(item, fate, events=events)

    @contextlib.contextmanager
    def _again_if_it_fails(self, task: Task) -> Iterator[None]:
        """Where the store fails meanwhile a task is done again: the store says how far it came."""
        try:
            yield
        except StoreError as error:
            self._agenda.done(task)
            self._agenda.add(task._replace(due=self._teller.now() + REST))
            self._rest(error)

    def _rest(self, error: StoreError) -> None:
        """Let the store come to itself; raises the error where it will not."""
        if self._once or error.kind not in PASSING:
            raise error
        self._resting = time.monotonic() + REST
        self._teller.tell("error", "store", f"{error}; trying again")

    def _is_resting(self) -> bool:
        return time.monotonic() < self._resting

    # Ledger and briefings

    def _is_tidying_due(self, now: int) -> bool:
        since = now - self._tidied
        if not self._untidy or self._once:
            return bool(self._untidy) and self._is_quiet()
        return self._untidy >= MANY or not 0 <= since < (QUIET if self._is_quiet() else BUSY)

    def _tidy(self) -> None:
        """Bring stories and ledger up to date."""
        group(self._store)
        ledgers.made_current(self._store, self._rules)

    def _tidied_up(self, outcome: "Future[None]") -> None:
        self._hand = ""
        try:
            outcome.result()
        except StoreError as error:
            self._rest(error)
            return
        self._teller.tell("info", "ledger", "stories and ledger are up to date")
        self._untidy, self._tidied = 0, self._teller.now()
        self._progress.ledger_made(self._tidied)

    def _went_out(self, outcome: "Future[Iterable[Note]]") -> None:
        try:
            notes = outcome.result()
        except StoreError as error:
            self._rest(error)
            return
        for note in notes:
            if note.fate == "made":
                self._progress.briefing_went_out()
            self._teller.pass_on(note)
