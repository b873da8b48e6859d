"""The books of a watch: what became of each look at a feed and each report: stored, put on the agenda, told."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dragoman.errors import InputError
from dragoman.read.fetch import FetchError
from dragoman.store import watching
from dragoman.store.opening import Store
from dragoman.store.watching import Added, Due, FeedState, Waiting
from dragoman.watch.agenda import Agenda, Task
from dragoman.watch.client import host_of
from dragoman.watch.looking import Looked
from dragoman.watch.notes import Level
from dragoman.watch.progress import Fate, Progress
from dragoman.watch.settings import Followed, Settings
from dragoman.watch.telling import Teller, many, span
from dragoman.watch.times import (
    ITEM_LONGEST,
    TRIES,
    Chance,
    due_after_failure,
    due_again,
    item_due,
    latest,
    seconds_asked,
)

# Times that the coder may be lost over a report before the report is set aside.
LOSSES = 2
# Characters of a title.
TITLE = 100
LEFT_OUT = ("skipped", "forgotten")


class Item(NamedTuple):
    """A report in hand: its task, and what its feed tells of it."""

    task: Task
    told: Waiting


class Books:
    """What is known of the feeds that are followed; with `once` a feed that was asked is not asked again."""

    def __init__(
        self, store: Store, settings: Settings, agenda: Agenda, progress: Progress, teller: Teller,
        *, once: bool, chance: Chance,
    ) -> None:  # fmt: skip
        self._store, self._settings, self._agenda, self._progress = store, settings, agenda, progress
        self._teller, self._once, self._chance = teller, once, chance
        self._followed: dict[int, Followed] = {}
        self._states: dict[int, FeedState] = {}

    def open(self) -> None:
        """Take up what the store holds: when each feed is due, and what waits to be read.

        Whatever the clock was when that was written, nothing waits longer than it ever would.
        """
        now = self._teller.now()
        feeds = {feed.url: feed for feed in self._settings.feeds}
        with self._store.writing(quietly=True) as connection:
            states = watching.feeds_of(connection, list(feeds), now)
            counts = watching.counts(connection)
            waiting = list(watching.waiting(connection, [state.key for state in states]))
        for state in states:
            self._followed[state.key] = followed = feeds[state.url]
            is_now = self._once and not state.failures
            due = now if is_now else min(state.due, latest(followed.every, state.failures, now))
            self._stands(msgspec.structs.replace(state, due=due), counts.get(state.key, {}))
            self._ask(state.key)
        self._add([one._replace(due=min(one.due, now + ITEM_LONGEST)) for one in waiting])
        words = f"following {many(len(states), 'feed')}; {many(len(waiting), 'report')} from before to be read"
        self._teller.tell("info", "watch", words)

    def followed(self, task: Task) -> tuple[Followed, FeedState]:
        """The feed of a task, as it is to be followed and as it stands."""
        return self._followed[task.feed], self._states[task.feed]

    # Feeds

    def looked(self, task: Task, looked: Looked) -> None:
        """A feed has answered: in one transaction its marks and what it tells of."""
        followed, state = self.followed(task)
        now = self._teller.now()
        due = due_again(followed.every, now, self._chance)
        marks: dict[str, Any] = {"etag": looked.etag, "modified": looked.modified, "due": due}
        changes = marks | {"looked": now, "failures": 0}
        added, told = None, ""
        with self._store.writing(quietly=True) as connection:
            if looked.is_unchanged:
                watching.note_unchanged(connection, task.key, now=now, **marks)
            else:
                added = watching.add_items(connection, task.key, looked.items, self._followed, now)
                told = "; ".join((*looked.notes, *_tired(added.tired)))
                watching.note_answer(connection, task.key, now=now, told=told, **marks)
                watching.forget_old(connection, task.key, now)
                changes |= {"answered": now, "told": told}
        self._agenda.done(task)
        self._stands(msgspec.structs.replace(state, **changes))
        if added:
            self._add(added.due)
            self._progress.waits(task.key, len(added.due))
        if not self._once:
            self._ask(task.key)
        self._tell_answer(followed, added, told, was_failing=state.failures > 0)

    def failed(self, task: Task, error: InputError) -> None:
        """A feed that fails is told of and asked again, later each time, and never let go of."""
        followed, state = self.followed(task)
        now = self._teller.now()
        wish = seconds_asked(error.retry_after, now) if isinstance(error, FetchError) else 0
        due = due_after_failure(followed.every, state.failures, wish, now, self._chance)
        with self._store.writing(quietly=True) as connection:
            watching.note_failure(connection, task.key, told=error.message, due=due)
        self._agenda.done(task)
        failures = state.failures + 1
        self._stands(msgspec.structs.replace(state, due=due, failures=failures, told=error.message))
        if not self._once:
            self._ask(task.key)
        times = f" ({failures:,} times in a row)" if failures > 1 else ""
        words = f"{_name(followed)}: {error.message}{times}; asked again in {span(due - now)}"
        self._teller.tell("warning", "feed", words, feed=followed.url, fate="failed")

    def _stands(self, state: FeedState, counts: dict[watching.State, int] | None = None) -> None:
        self._states[state.key] = state
        self._progress.feed(self._followed[state.key], state, counts)

    def _ask(self, feed: int) -> None:
        state = self._states[feed]
        self._agenda.add(Task(state.due, "feed", feed, feed, host_of(state.url)))

    def _add(self, waiting: Sequence[Due]) -> None:
        for one in waiting:
            is_asked = one.url and self._followed[one.feed].take == "page"
            self._agenda.add(Task(one.due, "item", one.key, one.feed, host_of(one.url) if is_asked else ""))

    def _tell_answer(self, followed: Followed, added: Added | None, told: str, *, was_failing: bool) -> None:
        parts = ["answers again"] if was_failing else []
        parts += [f"{added.new:,} new"] if added and added.new else []
        parts += [f"{added.changed:,} changed"] if added and added.changed else []
        parts += [told] if told else []
        level: Level = "warning" if told else "info"
        words = f"{_name(followed)}: {', '.join(parts) or 'nothing new'}"
        self._teller.tell(level, "feed", words, feed=followed.url, fate="answered" if parts else "unchanged")

    # Reports

    def begin(self, task: Task) -> Waiting | None:
        """What is told of an item that is now read; None where there is nothing to read any more."""
        with self._store.writing(quietly=True) as connection:
            return watching.begin_item(connection, task.key)

    def not_had(self, item: Item, error: FetchError) -> None:
        """The page could not be had: it is tried again later, or given up."""
        now, tries = self._teller.now(), item.told.tries
        if not error.passing or tries >= TRIES:
            self.settle(item, "failed", error.message + (f"; given up after {tries} tries" if error.passing else ""))
            return
        self._put_off(item, error.message, item_due(tries, seconds_asked(error.retry_after, now), now, self._chance))

    def lost(self, item: Item, message: str) -> None:
        """The coder was lost: that can be chance once, not twice over the same report."""
        self._progress.lost_coder()
        followed, _ = self.followed(item.task)
        self._teller.tell("warning", "coder", message, feed=followed.url, url=item.told.url)
        if item.told.losses + 1 >= LOSSES:
            self.settle(item, "failed", f"set aside, as the coder was lost {LOSSES} times over it: {message}")
        else:
            self._put_off(item, message, self._teller.now(), lost=True)

    def settle(self, item: Item, fate: Fate, message: str = "", events: int = 0) -> None:
        """A report is stored, is none that is wanted, or cannot be read."""
        now, key = self._teller.now(), item.task.key
        with self._store.writing(quietly=True) as connection:
            if fate == "failed":
                watching.give_up(connection, key, message, now)
            else:
                watching.settle(connection, key, "skipped" if fate in LEFT_OUT else "done", now)
        self._agenda.done(item.task)
        self._progress.settled(item.told.feed, fate, events)
        level: Level = "warning" if fate == "failed" else "info"
        self._tell_report(level, item, message or fate, fate, events=events if fate in {"new", "corrected"} else None)

    def _put_off(self, item: Item, message: str, due: int, *, lost: bool = False) -> None:
        with self._store.writing(quietly=True) as connection:
            watching.put_off(connection, item.task.key, message, due, lost=lost)
        self._agenda.done(item.task)
        self._agenda.add(item.task._replace(due=due))
        left = due - self._teller.now()
        self._tell_report(
            "info", item, f"{message}; tried again {f'in {span(left)}' if left > 0 else 'now'}", "put off"
        )

    def _tell_report(self, level: Level, item: Item, words: str, fate: str, events: int | None = None) -> None:
        followed, _ = self.followed(item.task)
        message = f"{_name(followed)}: {_title(item)}: {words}"
        about = {"feed": followed.url, "url": item.told.url, "fate": fate}
        self._teller.tell(level, "report", message, **about, events=events)


def _name(followed: Followed) -> str:
    return followed.publisher or followed.url


def _title(item: Item) -> str:
    title = item.told.title or item.told.url or "a report"
    return title if len(title) <= TITLE else title[:TITLE].rpartition(" ")[0] + " …"


def _tired(number: int) -> tuple[str, ...]:
    if not number:
        return ()
    return (f"{many(number, 'report')} said too often to have changed, and this time not read again",)
