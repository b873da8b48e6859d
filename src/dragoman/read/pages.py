"""Web pages: the story and what the page's head says about it."""

import datetime
import logging
import re
from typing import TYPE_CHECKING

from dragoman.errors import InputError
from dragoman.read.encodings import declared_charset, decode
from dragoman.read.published import published_date
from dragoman.read.readings import Draft, refuse
from dragoman.records import Warning

if TYPE_CHECKING:
    # trafilatura (Apache-2.0) finds the story among menus and boxes better than the other extractors that were tried.
    from trafilatura.settings import Document

MARKUP = re.compile(
    r"""\s* < (?: \?xml\b | !-- | !doctype\s+html\b
              | (?: html | head | body | article | main | div | p | meta ) [\s>] )""",
    re.IGNORECASE | re.VERBOSE,
)
LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\s(?:xml:)?lang\s*=\s*["']?\s*([A-Za-z]{2,3})\b""", re.I)
# How far into a page the tag with its language is looked for.
HEAD = 4_096
# No page is dated later; a date after today is the caller's to doubt, not the extractor's to drop.
LAST_DAY = "2100-01-01"


def looks_like_page(head: str) -> bool:
    """Whether text begins as HTML does."""
    return MARKUP.match(head) is not None


def read_page(data: bytes, where: str, *, url: str | None = None, charset: str | None = None) -> Draft:
    """The story of a page, without menus, boxes, tables and comments; refused with kind "no-story" if there is none."""
    markup, _, warning = decode(data, charset or declared_charset(data))
    page = _extract(markup, url)
    text = _story(page.text or "", page.title or "") if page else ""
    if page is None or not text:
        refuse("no-story", "no main text found in the page; expected a report among its paragraphs")
    day, doubt = _published(page.date)
    language = LANGUAGE.search(markup[:HEAD])
    return Draft(
        where=where,
        text=text,
        title=page.title or None,
        url=url or _web_address(page.url),
        publisher=page.sitename or None,
        published=day,
        published_from="page" if day else None,
        page_language=language[1].lower() if language else None,
        warnings=tuple(said for said in (warning, doubt) if said),
    )


def _extract(markup: str, url: str | None) -> "Document | None":
    import lxml.etree  # type: ignore[import-untyped]  # it has no types
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else its notes go to standard error
    try:
        page = trafilatura.bare_extraction(
            markup,
            url=url,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            include_formatting=False,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False, "max_date": LAST_DAY},
        )
    except (lxml.etree.LxmlError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        refuse("no-story", f"the page cannot be taken apart: {type(error).__name__}: {error}")
    return None if isinstance(page, dict) else page


def _story(text: str, title: str) -> str:
    """Paragraphs with blank lines between them, so that they can be told from wrapped lines; the title is a field."""
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    if paragraphs and paragraphs[0] == title.strip():
        del paragraphs[0]
    return "\n\n".join(paragraphs)


def _published(written: str | None) -> tuple[datetime.date | None, Warning | None]:
    """The page's own date; one that cannot be read is told, for a page does not fail by its head."""
    if not written:
        return None, None
    try:
        return published_date(written), None
    except InputError as error:
        return None, Warning(kind="date", message=f"the page's date is not used: {error.message}")


def _web_address(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
