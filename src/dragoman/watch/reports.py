"""From an item of a feed to the report: its page, or what the feed itself holds, as a reading that can be coded."""

import datetime
import hashlib
from collections.abc import Callable

import msgspec

from dragoman.errors import InputError
from dragoman.read import Reading, read
from dragoman.read.fetch import PAGES, Fetched
from dragoman.read.pages import read_page
from dragoman.read.readings import Draft, failure
from dragoman.read.texts import read_text
from dragoman.records import Failure, Warning
from dragoman.store.watching import Waiting
from dragoman.watch.client import Client
from dragoman.watch.looking import page_of
from dragoman.watch.settings import Followed

# What pages of reports come as; no type at all is a page too.
MARKUP = ("text/html", "application/xhtml+xml", "")
TEXT = ("text/plain",)
# Days before today's that a clock or a zone may be wrong by.
AHEAD = datetime.timedelta(days=1)

Dateline = Callable[[str], datetime.date | None]


def take(
    client: Client, followed: Followed, item: Waiting, *, dateline: Dateline, today: datetime.date
) -> Reading | Failure:
    """The report of an item, or why it is none; raises `FetchError` where its page cannot be had."""
    where = item.url or followed.url
    try:
        if item.text:
            draft = Draft(where=where, text=item.text, url=page_of(item.url) if item.url else None)
        else:
            fetched = client.get(item.url, accept=PAGES)
            draft = _of_page(fetched, where)
    except InputError as error:
        if error.kind == "fetch":
            raise
        return failure(error, where)
    (reading,) = read([_told(draft, followed, item, today)], dateline=dateline, today=today)
    return reading


def _of_page(fetched: Fetched, where: str) -> Draft:
    url = page_of(fetched.url)
    if fetched.media in MARKUP:
        return read_page(fetched.data, where, url=url, charset=fetched.charset)
    if fetched.media in TEXT:
        return read_text(fetched.data, where, url=url, charset=fetched.charset)
    message = f"the answer is of the type {fetched.media[:60]!r}; expected a web page or plain text"
    raise InputError(message, kind="binary")


def _told(draft: Draft, followed: Followed, item: Waiting, today: datetime.date) -> Draft:
    """The draft with what the feed and its settings say: of day and publisher they know more than the page."""
    day = item.published
    doubt: tuple[Warning, ...] = ()
    if day and day > today + AHEAD:
        told = f"the feed says that it was published on {day}, which is after today ({today}); that is not believed"
        day, doubt = None, (Warning(kind="date", message=told),)
    day = day or draft.published
    return msgspec.structs.replace(
        draft,
        id=_id_of(followed, item),
        title=draft.title or item.title or None,
        publisher=followed.publisher or draft.publisher,
        published=day,
        published_from="page" if day else None,
        language=followed.language,
        warnings=(*draft.warnings, *doubt),
    )


def _id_of(followed: Followed, item: Waiting) -> str:
    """The same for all versions of a report, whatever becomes of its title, text and address."""
    return hashlib.sha256(f"{followed.url}\n{item.name}".encode()).hexdigest()[:16]
