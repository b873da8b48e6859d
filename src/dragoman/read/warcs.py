"""WARC files, packed or not: pages of `response` records and texts of `conversion` records as reports.

What else there is, requests, pictures, answers that are no page, is passed over: it is no report. When a page was
fetched is not when it was published; it only cannot have been published later.
"""

import datetime
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from dragoman.errors import InputError
from dragoman.read.answers import Answer, answer_of, body_of, check_library
from dragoman.read.captures import RECORD, Capture, captures
from dragoman.read.encodings import characters
from dragoman.read.pages import looks_like_page, read_page
from dragoman.read.published import published_date
from dragoman.read.readings import Draft, failure, refuse
from dragoman.read.texts import read_text
from dragoman.records import ArticleHead, Failure, Warning

PAGES = ("text/html", "application/xhtml+xml")
# Bytes of a page by which it is known where the server does not name its type.
SAMPLE = 4_096


def read_warc(
    file: BinaryIO, where: str, *, start: int = 0, stop: int | None = None, first: int = 1
) -> Iterator[Draft | Failure]:
    """The reports of a file, or of a run of it; a record that is damaged is a failure, and the next is read."""
    try:
        check_library()
    except InputError as error:
        yield failure(error, where)
        return
    for capture in captures(file, start=start, first=first):
        if stop is not None and capture.offset is not None and capture.offset >= stop:
            return
        draft = _draft(capture, f"{where}:{capture.number}")
        if draft is not None:
            yield draft


def is_report(capture: Capture) -> bool:
    """Whether a report, or a failure, will come of a record."""
    try:
        return capture.fault is not None or _is_text(capture) or _answer(capture) is not None
    except InputError:
        return True


def _draft(capture: Capture, where: str) -> Draft | Failure | None:
    """The report of a record, or why it cannot be read; None where the record is no report."""
    url = capture.fields.get("warc-target-uri", "").strip("<> ") or None
    try:
        draft = _report(capture, where, url)
    except InputError as error:
        return failure(error, where, ArticleHead(id="", url=url))
    return draft and msgspec.structs.replace(draft, seen=_day(capture), warnings=(*draft.warnings, *_doubts(capture)))


def _report(capture: Capture, where: str, url: str | None) -> Draft | None:
    if capture.fault:
        raise capture.fault
    answer = _answer(capture)
    if answer is None and not _is_text(capture):
        return None
    if capture.size > RECORD:
        refuse("too-large", f"the record has {capture.size:,} bytes; expected a page of at most {RECORD:,}")
    if answer is None:
        return read_text(capture.block, where, url=url)
    body, doubts = body_of(answer)
    draft = read_page(body, where, url=url, charset=answer.charset)
    return msgspec.structs.replace(draft, warnings=(*draft.warnings, *doubts))


def _is_text(capture: Capture) -> bool:
    return capture.fields.get("warc-type") == "conversion" and bool(
        capture.fields.get("content-type", "text/plain").startswith("text/plain")
    )


def _answer(capture: Capture) -> Answer | None:
    """The answer that a record holds, where it is a page that was there; refused where it has no head."""
    fields = capture.fields
    if fields.get("warc-type") != "response" or not fields.get("content-type", "").startswith("application/http"):
        return None
    answer = answer_of(capture.block)
    is_page = answer.media in PAGES if answer.media else looks_like_page(characters(answer.body[:SAMPLE]))
    return answer if answer.status == 200 and is_page else None


def _day(capture: Capture) -> datetime.date | None:
    """The day on which a page was fetched, by the clock of Greenwich."""
    try:
        return published_date(capture.fields.get("warc-date", ""))
    except InputError:
        return None


def _doubts(capture: Capture) -> tuple[Warning, ...]:
    reason = capture.fields.get("warc-truncated")
    if not reason:
        return ()
    return (Warning(kind="cut", message=f"whoever fetched the page did not keep its end (reason: {reason[:30]})"),)
