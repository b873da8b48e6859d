"""A look at a feed: what it lists now, or that it has nothing new."""

import re
import urllib.parse
from collections import defaultdict

from dragoman.read.feeds import Feed, read_feed
from dragoman.read.items import Item
from dragoman.records import Record
from dragoman.store.watching import FeedState, Listed, digest_of
from dragoman.watch.client import Client
from dragoman.watch.settings import Followed
from dragoman.watch.times import WEEK

FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5"
)
# What is added to addresses to tell where readers came from, and leads to the same page without it.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid")


class Looked(Record, frozen=True, kw_only=True):
    """What a look at a feed brought: the marks of its answer, what it lists, and what there is to tell of it."""

    etag: str
    modified: str
    is_unchanged: bool = False
    items: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()


def look(client: Client, followed: Followed, state: FeedState, now: int) -> Looked:
    """Ask a feed; raises `InputError` where it cannot be asked or read.

    Where it has said for a week that nothing is new it is asked without marks: some servers say so for ever.
    """
    is_fresh = state.answered is not None and now - state.answered < WEEK
    marks = {"etag": state.etag, "modified": state.modified} if is_fresh else {}
    fetched = client.get(followed.url, accept=FEEDS, **marks)
    if fetched.is_unchanged:
        etag, modified = fetched.etag or state.etag, fetched.modified or state.modified
        return Looked(etag=etag, modified=modified, is_unchanged=True)
    feed = read_feed(fetched.data, fetched.url, charset=fetched.charset, most=followed.most)
    moved = (f"it has moved for good to {fetched.moved}: change its address",) if fetched.moved else ()
    return Looked(
        etag=fetched.etag, modified=fetched.modified, items=_listed(feed, followed), notes=(*moved, *feed.notes)
    )


def page_of(url: str) -> str:
    """The address of a page without what does not tell pages apart.

    >>> page_of("https://Paper.example/a?id=7&utm_source=feed#top")
    'https://paper.example/a?id=7'
    """
    parts = urllib.parse.urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if not TRACKING.fullmatch(part.partition("=")[0]))
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, query, ""))


def _listed(feed: Feed, followed: Followed) -> tuple[Listed, ...]:
    """What a feed lists, the last first, as most have the newest at their beginning; what stands there twice once."""
    pages = defaultdict(set)
    for item in feed.items:
        pages[item.name].add(item.url)
    found: dict[str, Listed] = {}
    for item in reversed(feed.items):
        # A name that several reports have is none.
        name = item.name if len(pages[item.name]) == 1 else ""
        listed = _made(item, name, followed)
        found[listed.name] = listed
    return tuple(found.values())


def _made(item: Item, name: str, followed: Followed) -> Listed:
    page = page_of(item.url) if item.url else ""
    text = item.text if followed.take == "feed" or not item.url else ""
    # A text that the feed holds has changed where it is another one, whatever the feed says.
    changed = f"{item.changed} {digest_of(text)}" if text else item.changed
    return Listed(
        name=digest_of(name or page or f"{item.title}\n{item.published}"),
        page=digest_of(page) if page else "",
        url=item.url,
        title=item.title,
        published=item.published,
        changed=changed,
        text=text,
    )
