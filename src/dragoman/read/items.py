"""What a feed lists: an item with its address, its day and its words, made from what feeds write in all their ways."""

import datetime
import email.utils
import re
import urllib.parse
from functools import cache
from typing import Any

from dragoman.errors import InputError
from dragoman.read.published import FIRST_YEAR, published_date
from dragoman.records import Record

# Characters of an address that is still one, of a title, and of what an item holds of its report: a long report.
ADDRESS, TITLE, TEXT = 2_000, 1_000, 1_000_000
# Characters of what an item is known by, and of a date; what is longer is cut.
NAME, DATE = 1_000, 100
BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote", "section", "article", "pre")
UNREAD = ("script", "style", "template", "noscript")
# What XML forbids, and nothing that comes after can hold.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# 17 June 2013   Mon, 17 June 2013 at 9:30
SPELLED = re.compile(r"\b(?P<day>[0-9]{1,2}) (?P<month>[A-Z][a-z]{2})[a-z]*\.?,? (?P<year>[0-9]{4})\b")


class Item(Record, frozen=True, kw_only=True):
    """A report that a feed tells of: `name` is what the feed knows it by, `changed` what it says of its last change.

    `text` is what the feed itself holds of the report, in paragraphs: all of it, its beginning, or nothing. All but one
    of `url` and `text` may be empty; a day that is not told, or cannot be read, is None.
    """

    name: str = ""
    url: str = ""
    title: str = ""
    published: datetime.date | None = None
    changed: str = ""
    text: str = ""


def day_of(written: str) -> datetime.date | None:
    """The calendar day of a date as feeds write it, in the writer's own zone; None where it is none.

    >>> day_of("Mon, 17 Jun 2013 23:30:00 EST")
    datetime.date(2013, 6, 17)
    """
    words = " ".join(written[:DATE].split())
    try:
        return _plausible(published_date(words))
    except InputError:
        pass
    spelled = SPELLED.search(words)
    short = f"{spelled['day']} {spelled['month']} {spelled['year']} 00:00" if spelled else words
    parts = email.utils.parsedate_tz(short)
    try:
        return _plausible(datetime.date(*parts[:3])) if parts else None
    except ValueError:
        return None


def _plausible(day: datetime.date) -> datetime.date | None:
    return day if day.year >= FIRST_YEAR else None


def address_of(base: str, written: str) -> str:
    """The whole address of what a feed links to; "" where it is not one of http or https, or far too long."""
    words = "".join(written.split())
    if not words or len(words) > ADDRESS:
        return ""
    try:
        url = urllib.parse.urljoin(base, words)
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname and len(url) <= ADDRESS else ""


def title_of(markup: str) -> str:
    """A title in one line, without markup."""
    return " ".join(plain(markup[: 4 * TITLE]).split())[:TITLE]


def plain(markup: str) -> str:
    """The words of a piece of HTML, its paragraphs with blank lines between them."""
    text = _words(clean(markup[:TEXT]))
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part)


def clean(text: str) -> str:
    """Text without control characters and halves of characters."""
    if text.isascii() and text.isprintable():
        return text
    return FORBIDDEN.sub("", text).encode("utf-8", "replace").decode("utf-8")


def _words(markup: str) -> str:
    if ("<" not in markup and "&" not in markup) or not markup.strip():
        return markup
    import lxml.etree  # type: ignore[import-untyped]  # it has no types; see `feeds` for why it is used

    root = lxml.etree.fromstring(markup.encode(), _html_parser())
    if root is None:
        return ""
    lxml.etree.strip_elements(root, *UNREAD, with_tail=False)
    for element in root.iter(*BLOCKS):
        element.text = "\n\n" + (element.text or "")
        element.tail = "\n\n" + (element.tail or "")
    return "".join(root.itertext(with_tail=True))


@cache
def _html_parser() -> Any:
    import lxml.etree

    return lxml.etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
