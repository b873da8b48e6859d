"""Feeds: what an RSS, Atom or JSON feed lists, however badly it is written; documents that could attack are refused."""

import html
import io
import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

# libxml2 reads in pieces, with limits on depth and growth, and mends what is broken; it comes with trafilatura. Whole
# readers of feeds read what they are given to its end, and with the stdlib's parser nothing broken can be mended.
import lxml.etree  # type: ignore[import-untyped]  # it has no types
import msgspec

from dragoman.errors import InputError
from dragoman.read.encodings import declared_charset, decode
from dragoman.read.items import DATE, FORBIDDEN, NAME, Item, address_of, clean, day_of, plain, title_of
from dragoman.records import Record

# Items of a feed that are read: the longest real ones have some hundreds, with the newest first.
MOST = 2_000
# What may stand before the root of a document: its declaration, comments, instructions; then its DTD, or a page begins.
BEFORE = r"(?>\s+|<\?.*?\?>|<!--.*?-->)*+"
DTD = re.compile(rf"{BEFORE}<!(?:DOCTYPE|ENTITY)", re.DOTALL)
PAGE = re.compile(rf"{BEFORE}<(?:!doctype\s+html\b|(?:html|head|body)[\s>])", re.DOTALL | re.IGNORECASE)
DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}\?>")
ROOTS = ("rss", "RDF", "feed")
CLOSED = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|RDF|feed)\s*>")
# Entities that HTML knows and XML does not; then ampersands that begin nothing.
NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{1,31};")
BARE = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|\#[0-9]{1,7}|\#[Xx][0-9A-Fa-f]{1,6});)", re.VERBOSE)
PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
}
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Where formats say the same, the best one first.
PUBLISHED = ("pubDate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "atom:published")
CHANGED = ("updated", "modified", "dcterms:modified", "atom:updated", *PUBLISHED)
WORDS = ("content:encoded", "content", "description", "summary", "dc:description")
# <link rel="alternate" type="application/rss+xml" href="/news.rss">
LINK = re.compile(r"<link\b[^>]{0,600}>", re.IGNORECASE)
OFFERED = re.compile(r"""application/(?:rss\+xml|atom\+xml|feed\+json)""", re.IGNORECASE)
HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]{1,500})""", re.IGNORECASE)
JSON_VERSION = "https://jsonfeed.org/version/"


class Feed(Record, frozen=True, kw_only=True):
    """What a feed lists, in its order; `notes` tell what of it could not be read."""

    title: str = ""
    language: str = ""
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()


def read_feed(data: bytes, url: str, *, charset: str | None = None, most: int = MOST) -> Feed:
    """The feed at an address; refused with kind "feed" where it is none, and with kind "dtd" where it defines entities.

    `charset` is what the server says that it is written in; at most `most` items are read.
    """
    text, notes = _decoded(data, charset)
    if text.startswith("{"):
        feed = _json(text, url, most)
    else:
        _check_document(text, url)
        feed = _xml(text, url, most)
    return msgspec.structs.replace(feed, notes=(*notes, *feed.notes))


def _decoded(data: bytes, charset: str | None) -> tuple[str, list[str]]:
    """The characters from the first one on that is no white space."""
    wide = {b"<\0": "utf-16-le", b"\0<": "utf-16-be", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}.get(data[:2])
    if wide:
        return data.decode(wide, "replace"), []
    found = decode(data, charset or declared_charset(data))
    if not found.text.strip():
        raise _refusal("the answer is empty; expected a feed")
    return found.text.lstrip(), [found.warning.message] if found.warning else []


def _check_document(text: str, url: str) -> None:
    """Refuse before anything is parsed what no feed needs and what is not one."""
    if PAGE.match(text):
        raise _refusal(f"this is a web page, not a feed{_offered(text, url)}")
    if DTD.match(text):
        message = (
            "the document has a DTD, which no feed needs and which can make a reader run out of memory or read files"
        )
        raise InputError(message, kind="dtd")
    if not text.startswith("<"):
        raise _refusal(f"expected an RSS, Atom or JSON feed, and this begins with {text[:40]!r}")


def _offered(text: str, url: str) -> str:
    """The feed that a page says it has."""
    for tag in LINK.findall(text[:200_000]):
        if OFFERED.search(tag) and (href := HREF.search(tag)):
            return f"; it names {address_of(url, html.unescape(href[1]))!r} as its feed"
    return ""


def _refusal(message: str) -> InputError:
    return InputError(message, kind="feed")


# JSON


def _json(text: str, url: str, most: int) -> Feed:
    try:
        held = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"not valid JSON: {str(error)[:200]}") from error
    if not _text(held, "version").startswith(JSON_VERSION) or not isinstance(held.get("items"), list):
        raise _refusal(f"JSON, but no JSON feed: expected `version` to begin with {JSON_VERSION} and a list of `items`")
    made = (_json_item(item, url) for item in held["items"] if isinstance(item, dict))
    return _feed(title_of(_text(held, "title")), _text(held, "language"), made, most)


def _json_item(item: dict[str, Any], url: str) -> Item:
    published, changed = _text(item, "date_published"), _text(item, "date_modified")
    return Item(
        name=_text(item, "id")[:NAME],
        url=address_of(url, _text(item, "url") or _text(item, "external_url")),
        title=title_of(_text(item, "title")),
        published=day_of(published or changed),
        changed=(changed or published)[:DATE],
        text=clean(_text(item, "content_text")) or plain(_text(item, "content_html") or _text(item, "summary")),
    )


def _text(held: dict[str, Any], name: str) -> str:
    """A text of an object; an id may be a number."""
    value = held.get(name)
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


# XML


class _Channel(NamedTuple):
    """What a document says of itself, and its items."""

    title: str
    language: str
    items: list[Item]


def _xml(text: str, url: str, most: int) -> Feed:
    """A document as it is; where it is broken, as far as it can be mended."""
    body = DECLARATION.sub("", text, count=1)
    read = partial(_document, url=url, most=most)
    try:
        channel, note = read(body, mending=False), ""
    except lxml.etree.XMLSyntaxError as error:
        note = f"not well-formed ({_told(error)}); read as far as it can be mended"
        try:
            channel = read(_mended(body), mending=True)
        except lxml.etree.LxmlError as failed:
            raise _refusal(f"the document cannot be read: {_told(failed)}") from failed
        if not CLOSED.search(body):
            del channel.items[-1:]  # what it was cut in is not whole
        if not channel.items:
            raise _refusal(f"the document is broken and no item of it can be read: {_told(error)}") from error
    feed = _feed(channel.title, channel.language, iter(channel.items), most)
    return msgspec.structs.replace(feed, notes=(note, *feed.notes) if note else feed.notes)


def _told(error: Exception) -> str:
    return str(error).removesuffix(" (<string>)")[:200]


def _mended(body: str) -> str:
    """What writers of feeds get wrong most: entities of HTML, bare ampersands, control characters."""
    named = NAMED.sub(lambda found: html.escape(html.unescape(found[0]), quote=False), body)
    return FORBIDDEN.sub("", BARE.sub("&amp;", named))


def _document(body: str, url: str, most: int, *, mending: bool) -> _Channel:
    title = language = ""
    items: list[Item] = []
    for depth, element in _elements(body, mending=mending):
        name = lxml.etree.QName(element).localname
        if depth == 1 and element.getparent() is None and name not in ROOTS:
            hint = "; this is a list of feeds: follow those that it names" if name == "opml" else ""
            raise _refusal(f"the document's root is <{name[:40]}>; expected rss, feed or rdf:RDF{hint}")
        language = language or element.get(LANGUAGE, "") if depth <= 2 else language
        if name in {"item", "entry"}:
            items.append(_xml_item(element, url))
            _let_go(element)
        elif name == "title":
            title = title or title_of(_inner(element))
        elif name == "language":
            language = language or _inner(element)
        if len(items) > most:
            break
    return _Channel(title, language.strip()[:20], items)


def _elements(body: str, *, mending: bool) -> Iterator[tuple[int, Any]]:
    """The root when it begins, and each child of it, or of its channel, when it is whole; with their depths."""
    parser = lxml.etree.iterparse(
        io.BytesIO(body.encode("utf-8", "replace")),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=mending,
    )
    depth = 0
    within = False
    for event, element in parser:
        if event == "start":
            depth += 1
            within = within or (depth == 2 and lxml.etree.QName(element).localname == "channel")
            if depth == 1:
                yield 1, element
            continue
        if depth == 2 or (depth == 3 and within):
            yield depth, element
        within = within and depth > 2
        depth -= 1


def _let_go(element: Any) -> None:
    """An item that has been read is not kept, nor its place among its siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and len(parent) > 1:
        del parent[0]


def _xml_item(element: Any, url: str) -> Item:
    base = address_of(url, element.base or "") or url
    parts = _parts(element)
    guid, words = parts.get("guid", parts.get("id")), _first(parts, WORDS)
    published, changed = (" ".join(_inner(_first(parts, names)).split())[:DATE] for names in (PUBLISHED, CHANGED))
    return Item(
        name=(_inner(guid) or element.get(ABOUT, "")).strip()[:NAME],
        url=_link(element, base) or _permalink(guid, base) or address_of(base, element.get(ABOUT, "")),
        title=title_of(_escaped(parts.get("title"))),
        published=day_of(published or changed),
        changed=changed,
        text=plain(_escaped(words)),
    )


def _parts(element: Any) -> dict[str, Any]:
    """The children of an item by their names; those of other vocabularies with a prefix, and of unknown ones not."""
    own = lxml.etree.QName(element).namespace
    found: dict[str, Any] = {}
    for child in element.iterchildren(tag=lxml.etree.Element):
        name = lxml.etree.QName(child)
        prefix = "" if name.namespace == own else PREFIXES.get(name.namespace or "")
        if prefix is not None:
            found.setdefault(prefix + name.localname, child)
    return found


def _first(parts: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((parts[name] for name in names if name in parts and _inner(parts[name]).strip()), None)


def _link(element: Any, base: str) -> str:
    """Where the report is: of an entry's links the one to the page itself, of an item the text of its link."""
    own = lxml.etree.QName(element).namespace
    links = [child for child in element.iterchildren(tag=lxml.etree.Element) if _is_link(child, own)]
    for link in links:
        href = link.get("href")
        if href is None and (found := address_of(base, _inner(link))):
            return found
        if href and link.get("rel", "alternate") == "alternate" and (found := address_of(base, href)):
            return found
    return ""


def _is_link(child: Any, own: str | None) -> bool:
    name = lxml.etree.QName(child)
    return name.localname == "link" and (name.namespace == own or PREFIXES.get(name.namespace or "") == "atom:")


def _permalink(guid: Any, base: str) -> str:
    """An RSS item without a link: its guid is one, unless it says that it is not."""
    if guid is None or lxml.etree.QName(guid).localname != "guid" or guid.get("isPermaLink", "true") == "false":
        return ""
    words = _inner(guid).strip()
    return address_of(base, words) if "://" in words else ""


def _inner(element: Any) -> str:
    """All text in an element; "" where there is none."""
    return "" if element is None else "".join(element.itertext())


def _escaped(element: Any) -> str:
    """What an element holds, as a piece of HTML: what is plain text there is escaped."""
    if element is None:
        return ""
    kind = element.get("type", "html")
    if kind == "xhtml" or len(element):
        return "".join(lxml.etree.tostring(child, encoding="unicode") for child in element)
    return html.escape(_inner(element), quote=False) if kind == "text" else _inner(element)


# Both


def _feed(title: str, language: str, made: Iterator[Item], most: int) -> Feed:
    """The items that lead to a report, no more than are wanted, and a note of each kind of trouble with the others."""
    notes: list[str] = []
    all_items = list(islice(made, most + 1))
    if len(all_items) > most:
        notes.append(f"more than {most:,} items; only the first {most:,} are read")
    items = [item for item in all_items[:most] if item.url or item.text]
    if empty := min(len(all_items), most) - len(items):
        notes.append(f"{empty:,} of its items have no address of a page and no text, and are left out")
    if undated := sum(1 for item in items if item.changed and item.published is None):
        notes.append(f"{undated:,} of its items have a date that cannot be read")
    return Feed(title=title, language=language, items=tuple(items), notes=tuple(notes))
