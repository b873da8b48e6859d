"""How a watch goes: what it has done since it began, how each feed stands, and what went wrong last."""

import collections
import threading
from typing import Any, Literal

import msgspec

from dragoman.records import Record
from dragoman.store.watching import FeedState, State
from dragoman.watch.notes import Note
from dragoman.watch.settings import Followed

# Troubles that are told of, the latest ones; of feeds that still fail it is told beside them.
TROUBLES = 50
# Seconds without a sign of life after which a watch is no longer well.
SILENCE = 300

Course = Literal["starting", "watching", "stopping", "stopped"]
Fate = Literal["new", "corrected", "same", "skipped", "forgotten", "failed"]


class FeedHealth(Record, frozen=True, kw_only=True):
    """How a feed stands: when it answered last and is asked next, how often it has failed since, and its reports."""

    url: str
    publisher: str
    state: Literal["well", "failing", "not yet asked"]
    looked: int | None
    next: int
    failures: int
    told: str
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0


class Health(Record, frozen=True, kw_only=True):
    """How a watch goes; points in time are seconds since 1970, UTC. `counts` and `events` are since it began."""

    state: Course
    well: bool
    version: str
    store: str
    since: int
    now: int
    beat: int
    hand: str
    waiting: int
    counts: dict[Fate, int]
    events: int
    coder_lost: int
    ledger: int | None
    briefings: int
    feeds: tuple[FeedHealth, ...]
    troubles: tuple[Note, ...]


class Progress:
    """Kept by the watch, read by whoever shows it, from other threads."""

    def __init__(self, version: str, store: str, since: int) -> None:
        self._lock = threading.Lock()
        self._version, self._store, self._since, self._beat = version, store, since, since
        self._state: Course = "starting"
        self._hand = ""
        self._counts: collections.Counter[Fate] = collections.Counter()
        self._events = self._lost = self._briefings = 0
        self._ledger: int | None = None
        self._feeds: dict[int, FeedHealth] = {}
        self._troubles: collections.deque[Note] = collections.deque(maxlen=TROUBLES)

    @property
    def failed(self) -> int:
        """How many reports failed."""
        with self._lock:
            return self._counts["failed"]

    def beat(self, now: int, state: Course, hand: str) -> None:
        """A sign of life, and which report is in hand."""
        with self._lock:
            self._beat, self._state, self._hand = now, state, hand

    def note(self, note: Note) -> None:
        """Something that was told."""
        if note.level != "info":
            with self._lock:
                self._troubles.append(note)

    def settled(self, feed: int, fate: Fate, events: int) -> None:
        """A report is read, or given up."""
        with self._lock:
            self._counts[fate] += 1
            self._events += events
            if feed in self._feeds:
                kept = "failed" if fate == "failed" else "skipped" if fate in {"skipped", "forgotten"} else "done"
                held = self._feeds[feed]
                changes = {kept: getattr(held, kept) + 1, "waiting": max(held.waiting - 1, 0)}
                self._feeds[feed] = msgspec.structs.replace(held, **changes)

    def lost_coder(self) -> None:
        """The process that codes was lost."""
        with self._lock:
            self._lost += 1

    def ledger_made(self, now: int) -> None:
        """The ledger is up to date."""
        with self._lock:
            self._ledger = now

    def briefing_went_out(self) -> None:
        """An issue of a list was sent."""
        with self._lock:
            self._briefings += 1

    def feed(self, followed: Followed, state: FeedState, counts: dict[State, int] | None = None) -> None:
        """How a feed stands now; `counts` are its items by what became of them, where that is known anew."""
        with self._lock:
            held = self._feeds.get(state.key)
            names: tuple[State, ...] = ("waiting", "done", "skipped", "failed")
            kept: dict[str, Any] = {name: getattr(held, name) for name in names} if held else {}
            kept = kept if counts is None else {name: counts.get(name, 0) for name in names}
            self._feeds[state.key] = FeedHealth(
                url=state.url,
                publisher=followed.publisher,
                state="failing" if state.failures else "well" if state.looked else "not yet asked",
                looked=state.looked,
                next=state.due,
                failures=state.failures,
                told=state.told,
                **kept,
            )

    def waits(self, feed: int, more: int) -> None:
        """So many more items of a feed wait."""
        with self._lock:
            if feed in self._feeds:
                held = self._feeds[feed]
                self._feeds[feed] = msgspec.structs.replace(held, waiting=held.waiting + more)

    def health(self, now: int) -> Health:
        """All of it, at a moment."""
        with self._lock:
            feeds = tuple(self._feeds.values())
            return Health(
                state=self._state,
                well=self._state in {"starting", "watching"} and now - self._beat < SILENCE,
                version=self._version,
                store=self._store,
                since=self._since,
                now=now,
                beat=self._beat,
                hand=self._hand,
                waiting=sum(feed.waiting for feed in feeds),
                counts=dict(self._counts),
                events=self._events,
                coder_lost=self._lost,
                ledger=self._ledger,
                briefings=self._briefings,
                feeds=feeds,
                troubles=tuple(reversed(self._troubles)),
            )
