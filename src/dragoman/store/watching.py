"""Watching, as the store keeps it: how each feed stands, and what it has told of, read once however often it is told.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

import datetime
import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from dragoman.records import Record
from dragoman.store.merging import clean
from dragoman.store.statements import statement

# Values that one statement names.
MANY = 500
# How often an item is read again as its feed says that it has changed: some feeds say so each time. And the seconds
# more that are waited each time.
VISITS, PATIENCE = 5, 3_600
# Seconds that what was read or left out is remembered. What a feed tells of later is read again, and found stored.
REMEMBERED = 90 * 86_400

State = Literal["waiting", "done", "skipped", "failed"]


class FeedState(Record, frozen=True, kw_only=True):
    """How a feed stands: the marks of its last answer, when it is asked again, how often it has failed since then."""

    key: int
    url: str
    etag: str = ""
    modified: str = ""
    due: int
    looked: int | None = None
    answered: int | None = None
    failures: int = 0
    told: str = ""


class Listed(Record, frozen=True, kw_only=True):
    """An item as its feed tells of it; `name` and `page` are what it and its page are known by, `text` its report."""

    name: str
    page: str
    url: str
    title: str
    published: datetime.date | None
    changed: str
    text: str


class Waiting(Record, frozen=True, kw_only=True):
    """An item that is to be read."""

    key: int
    feed: int
    name: str
    url: str
    title: str
    published: datetime.date | None
    text: str
    tries: int
    losses: int


class Due(NamedTuple):
    """Which item is to be read, of which feed, where, and not before when."""

    key: int
    feed: int
    url: str
    due: int


class Added(NamedTuple):
    """What became of the items of an answer: new, to be read again, changed too often; `due` are the first two."""

    new: int
    changed: int
    tired: int
    due: list[Due]


class Failed(NamedTuple):
    """An item that was given up, and why."""

    feed: str
    url: str
    title: str
    settled: int
    told: str


# Feeds


def feeds_of(connection: Connection, urls: Sequence[str], now: int) -> list[FeedState]:
    """How these feeds stand, in their order; those that are not known yet are due now."""
    connection.execute(statement("add_feed"), [{"url": url, "now": now} for url in urls])
    found: dict[str, FeedState] = {}
    for some in _some(urls):
        rows = connection.execute(statement("feeds_of", "urls"), {"urls": some}).mappings()
        found |= {row["url"]: FeedState(**row) for row in rows}
    return [found[url] for url in urls]


def note_unchanged(connection: Connection, feed: int, *, etag: str, modified: str, due: int, now: int) -> None:
    """A feed has nothing new; its marks are those that it gave this time, or the ones that it was asked with."""
    values = {"feed": feed, "etag": clean(etag), "modified": clean(modified), "due": due, "now": now}
    connection.execute(statement("note_unchanged"), values)


def note_answer(connection: Connection, feed: int, *, etag: str, modified: str, due: int, now: int, told: str) -> None:
    """A feed has sent what it lists; `told` is what of it could not be read."""
    values = {"feed": feed, "etag": clean(etag), "modified": clean(modified), "due": due, "now": now}
    connection.execute(statement("note_answer"), values | {"told": clean(told)})


def note_failure(connection: Connection, feed: int, *, told: str, due: int) -> None:
    """A feed could not be read; it is asked again later."""
    connection.execute(statement("note_feed_failure"), {"feed": feed, "told": clean(told), "due": due})


# What they tell of


def add_items(connection: Connection, feed: int, items: Sequence[Listed], followed: Collection[int], now: int) -> Added:
    """What a feed lists that is not known yet, or has changed, waits to be read.

    An item is known by its name in its feed, and by its page in all `followed` feeds: several list the same page.
    """
    known = _known(connection, feed, [item.name for item in items])
    pages = _pages(connection, [item.page for item in items if item.page], followed)
    new: dict[str, Listed] = {}
    for item in items:
        if item.name not in known and item.page not in pages:
            new.setdefault(item.page or item.name, item)
    if new:
        rows = [_row(item) | {"feed": feed, "now": now} for item in new.values()]
        connection.execute(statement("add_item"), rows)
    changes = {item.name: _note_change(connection, known[item.name], item, now) for item in items if item.name in known}
    changed = [name for name, change in changes.items() if change == "changed"]
    due = list(_due(connection, feed, [*(item.name for item in new.values()), *changed]))
    return Added(len(new), len(changed), list(changes.values()).count("tired"), due)


def _due(connection: Connection, feed: int, names: Sequence[str]) -> Iterator[Due]:
    for some in _some(names):
        values = {"feed": feed, "names": some}
        for row in connection.execute(statement("items_due", "names"), values):
            yield Due(*row)


def _known(connection: Connection, feed: int, names: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in _some(names):
        rows = connection.execute(statement("items_by_name", "names"), {"feed": feed, "names": some})
        found |= {row.name: row for row in rows}
    return found


def _pages(connection: Connection, pages: Sequence[str], followed: Collection[int]) -> set[str]:
    found: set[str] = set()
    for some in _some(pages):
        values = {"pages": some, "feeds": sorted(followed)}
        found.update(connection.execute(statement("pages_known", "pages", "feeds"), values).scalars())
    return found


def _note_change(connection: Connection, known: Any, item: Listed, now: int) -> Literal["changed", "tired"] | None:
    """An item that says that it has changed, or moved, is read again: a few times at most, and later each time."""
    if clean(item.changed) == known.changed and item.page == known.page:
        return None
    if known.state == "waiting":
        connection.execute(statement("item_still_waits"), _row(item) | {"key": known.key})
        return None
    if known.visits >= VISITS:
        return "tired"
    due = now + PATIENCE * known.visits
    connection.execute(statement("item_changed"), _row(item) | {"key": known.key, "due": due})
    return "changed"


def _row(item: Listed) -> dict[str, Any]:
    return {
        "name": item.name,
        "page": item.page,
        "url": clean(item.url),
        "title": clean(item.title),
        "published": item.published.isoformat() if item.published else None,
        "changed": clean(item.changed),
        "text": clean(item.text),
    }


def waiting(connection: Connection, feeds: Sequence[int]) -> Iterator[Due]:
    """What is to be read of some feeds, in the order in which it is due."""
    for some in _some(feeds):
        for row in connection.execute(statement("items_waiting", "feeds"), {"feeds": some}):
            yield Due(*row)


def begin_item(connection: Connection, key: int) -> Waiting | None:
    """An item that waits, which is now tried once more; None where it waits no longer."""
    row = connection.execute(statement("item"), {"key": key}).mappings().one_or_none()
    if row is None:
        return None
    connection.execute(statement("begin_item"), {"key": key})
    day = datetime.date.fromisoformat(row["published"]) if row["published"] else None
    held = {name: row[name] for name in ("key", "feed", "name", "url", "title", "text", "losses")}
    return Waiting(**held, published=day, tries=row["tries"] + 1)


def settle(connection: Connection, key: int, state: Literal["done", "skipped"], now: int) -> None:
    """An item has been read, or is none that is read; only digests of it stay."""
    connection.execute(statement("settle_item"), {"key": key, "state": state, "now": now})


def give_up(connection: Connection, key: int, told: str, now: int) -> None:
    """An item cannot be read: it is kept with the reason."""
    connection.execute(statement("give_item_up"), {"key": key, "told": clean(told), "now": now})


def put_off(connection: Connection, key: int, told: str, due: int, *, lost: bool = False) -> None:
    """An item is tried again later; `lost` where the coder was lost over it."""
    connection.execute(statement("put_item_off"), {"key": key, "told": clean(told), "due": due, "lost": int(lost)})


# How it goes


def counts(connection: Connection) -> dict[int, dict[State, int]]:
    """How many items of each feed are in each state, those that are remembered."""
    found: dict[int, dict[State, int]] = {}
    for feed, state, many in connection.execute(statement("count_items")):
        found.setdefault(feed, {})[state] = many
    return found


def failed(connection: Connection, feeds: Sequence[int], most: int) -> list[Failed]:
    """The items of some feeds that were given up last."""
    rows = connection.execute(statement("items_failed", "feeds"), {"feeds": list(feeds), "most": most})
    return [Failed(*row) for row in rows]


def forget_old(connection: Connection, feed: int, now: int) -> int:
    """Let go of what was settled long ago, of one feed; gives how many items went."""
    gone = 0
    for state in ("done", "skipped", "failed"):
        values = {"state": state, "feed": feed, "before": now - REMEMBERED}
        gone += connection.execute(statement("forget_items"), values).rowcount
    return gone


def digest_of(words: str) -> str:
    """What an item or a page is known by: quick to compare, however long an address is."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(values)
    while some := list(itertools.islice(iterator, MANY)):
        yield some
