"""What the readers of the formats hand on: a draft with what the input says, and the reading that came of it."""

import datetime
from typing import NoReturn

from dragoman.errors import InputError
from dragoman.records import Article, ArticleHead, Failure, Fault, PublishedFrom, Record, Warning


class Reading(Record, frozen=True, kw_only=True):
    """A report that could be read, with the doubts about it.

    `story_end` is the offset where sign-up boxes and the like begin, `len(article.text)` if there are none; `where` is
    "FILE:LINE", a file, a URL or "-".
    """

    article: Article
    warnings: tuple[Warning, ...] = ()
    story_end: int
    where: str


class Draft(Record, frozen=True, kw_only=True):
    """What an input says about a report, before anything is checked that all formats share.

    `language` is the caller's word, `page_language` only a page's; `is_row` that the caller could have given an id;
    `seen` is the day on which it was fetched, where that is known.
    """

    where: str
    text: str
    id: str | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: datetime.date | None = None
    published_from: PublishedFrom | None = None
    language: str | None = None
    page_language: str | None = None
    is_row: bool = False
    seen: datetime.date | None = None
    warnings: tuple[Warning, ...] = ()


UNKNOWN = ArticleHead(id="")


def refuse(kind: str, message: str) -> NoReturn:
    """Stop reading this report; whoever knows the place makes a `Failure` of it."""
    raise InputError(message, kind=kind)


def failure(error: InputError, where: str, head: ArticleHead = UNKNOWN) -> Failure:
    """The refusal as a record, with the place and what is known of the report."""
    return Failure(article=head, error=Fault(kind=error.kind, message=error.message, where=error.where or where))


# What reports are counted as that the caller did not want, by the kind of failure that reading gives for them.
LEFT_OUT = {"language": "other_languages", "period": "other_days", "near-duplicate": "near_duplicates"}


def left_out(failed: Failure, *, by_language: bool) -> str:
    """What a report is counted as that the caller did not want; empty for one that was to be coded.

    `by_language` says whether the caller wants reports in English alone.
    """
    kind = failed.error.kind
    return "" if kind == "language" and not by_language else LEFT_OUT.get(kind, "")
