"""Lists as Atom feeds (RFC 4287)."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree  # the standard library writes XML; nothing is parsed here

from dragoman.export.cells import plain

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "application/atom+xml"
# What a feed holds at most: readers of feeds come again.
MOST = 100
# Where nothing has a day: feeds need one.
NO_DAY = datetime.date(1970, 1, 1)
# Two characters that XML 1.0 forbids, besides the control characters that a plain text has not.
FORBIDDEN = {0xFFFE: " ", 0xFFFF: " "}


class Item(NamedTuple):
    """An entry of a feed; `link` is root-relative, `id` one word that stays the same ("event/1a2b")."""

    id: str
    title: str
    updated: datetime.date | None
    link: str
    summary: str = ""


def atom(title: str, site: str, address: str, items: Iterable[Item]) -> bytes:
    """A feed: `site` is the beginning of all addresses, without a slash at its end; `address` that of the page."""
    shown = list(items)[:MOST]
    root = ElementTree.Element("feed", {"xmlns": ATOM})
    _text(root, "title", f"{title} – Dragoman")
    _text(root, "id", site + address)
    _text(root, "updated", _instant(max((item.updated for item in shown if item.updated), default=NO_DAY)))
    ElementTree.SubElement(root, "link", {"href": site + address})
    ElementTree.SubElement(ElementTree.SubElement(root, "author"), "name").text = "Dragoman"
    for item in shown:
        _entry(root, site, item)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")).encode()


def _entry(root: ElementTree.Element, site: str, item: Item) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _text(entry, "id", "urn:dragoman:" + quote(item.id, safe=""))
    _text(entry, "title", item.title or "untitled")
    _text(entry, "updated", _instant(item.updated or NO_DAY))
    ElementTree.SubElement(entry, "link", {"href": site + item.link})
    _text(entry, "summary", item.summary)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = plain(text).translate(FORBIDDEN)


def _instant(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
