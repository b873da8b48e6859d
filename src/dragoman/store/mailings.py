"""Mailing lists: a saved question with a title and a schedule, which people sign up for.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

import hashlib
import re
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row

from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store.statements import statement

Schedule = Literal["daily", "weekly", "change"]
Visibility = Literal["public", "private", "archived"]
Part = Literal["events", "commitments", "statements"]
PARTS: tuple[Part, ...] = ("events", "commitments", "statements")
# A name in addresses: it stands in links, in headers of mails and, joined by blanks, in a sign-up.
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_SLUG = 64
# Characters: a title stands in the subject of mails, a description beside the box that is ticked.
LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 1_000
# The highest number by which a link means a list: it takes six bytes there.
HIGHEST = 2**42 - 1


class Question(Record, frozen=True, kw_only=True):
    """What the briefings of a list are about; what is empty leaves nothing out.

    `parties` are codes of states and parties, `among` takes only dealings between those that are named, `types` are of
    events, `what` are the parts of a briefing, `words` are looked for as in a search.
    """

    parties: tuple[str, ...] = ()
    among: bool = False
    types: tuple[str, ...] = ()
    what: tuple[Part, ...] = PARTS
    words: str | None = None


class MailingList(Record, frozen=True, kw_only=True):
    """A list that briefings go to; one that is private is only filled by whoever runs it, one archived gets no more."""

    slug: str
    title: str
    description: str = ""
    question: Question = Question()
    schedule: Schedule = "daily"
    visibility: Visibility = "public"
    made: int


def add_list(connection: Connection, mailing: MailingList) -> None:
    """Keep a new list; raises `InputError` where it is malformed or there is one of that name."""
    _check(mailing)
    if list_of(connection, mailing.slug) is not None:
        message = f"there is a list {mailing.slug!r} already; change that one, or give this one another name"
        raise InputError(message, kind="twice")
    connection.execute(statement("add_mailing_list"), _row(mailing))


def change_list(connection: Connection, mailing: MailingList) -> None:
    """Put a list in the place of the one of its name; raises `InputError` where there is none or it is malformed."""
    _check(mailing)
    if not connection.execute(statement("change_mailing_list"), _row(mailing)).rowcount:
        raise InputError(f"there is no list {mailing.slug[:LONGEST_SLUG]!r}", kind="list")


def list_of(connection: Connection, slug: str) -> MailingList | None:
    """The list of a name; None where there is none."""
    if not is_slug(slug):
        return None
    row = connection.execute(statement("mailing_list_of"), {"slug": slug}).one_or_none()
    return _read(row) if row else None


def lists(connection: Connection, visibility: Visibility | None = None) -> list[MailingList]:
    """The lists, or those of one visibility, by title."""
    found = [_read(row) for row in connection.execute(statement("mailing_lists"), {})]
    chosen = [one for one in found if visibility in {None, one.visibility}]
    return sorted(chosen, key=lambda one: (one.title.casefold(), one.slug))


def is_slug(text: str) -> bool:
    """Whether a text can be the name of a list in addresses.

    >>> is_slug("korea-weekly"), is_slug("Korea"), is_slug("a--b"), is_slug("")
    (True, False, False, False)
    """
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None


def number_of(slug: str) -> int:
    """The number by which a link means a list: above 0 and from its name alone, so that it is the same everywhere.

    >>> number_of("korea-weekly") == number_of("korea-weekly") != number_of("korea-daily")
    True
    """
    digest = hashlib.sha256(slug.encode()).digest()
    return int.from_bytes(digest[:8], "big") % HIGHEST + 1


def _row(mailing: MailingList) -> dict[str, Any]:
    fields = msgspec.structs.asdict(mailing)
    return {**fields, "question": msgspec.json.encode(mailing.question).decode()}


def _read(row: Row[Any]) -> MailingList:
    """A list as it is kept; what stands in its columns was checked when it came in."""
    return MailingList(**{**row._mapping, "question": msgspec.json.decode(row.question, type=Question)})


def _check(mailing: MailingList) -> None:
    if not is_slug(mailing.slug):
        expected = f"expected 1 to {LONGEST_SLUG} of a-z, 0-9 and single hyphens between them, as korea-weekly"
        raise InputError(f"{mailing.slug[:LONGEST_SLUG]!r} is no name for a list: {expected}", kind="slug")
    _check_words("title", mailing.title, 1, LONGEST_TITLE)
    _check_words("description", mailing.description, 0, LONGEST_DESCRIPTION)
    _check_choice("schedule", mailing.schedule, ("daily", "weekly", "change"))
    _check_choice("visibility", mailing.visibility, ("public", "private", "archived"))
    _check_question(mailing.question)


def _check_words(name: str, words: str, least: int, most: int) -> None:
    """A line of text: what cannot be printed could end a header of a mail, or hide how a title reads."""
    if not least <= len(words.strip()) <= len(words) <= most or not words.isprintable():
        message = f"{words[:60]!r} is no {name} of a list: expected {least} to {most} characters that can be printed"
        raise InputError(message, kind="list")


def _check_choice(name: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise InputError(f"the {name} of a list is one of {', '.join(choices)}, not {given[:60]!r}", kind="list")


def _check_question(question: Question) -> None:
    if not question.what:
        raise InputError(f"a list is about at least one of {', '.join(PARTS)}", kind="list")
    for part in question.what:
        _check_choice("content", part, PARTS)
    if question.among and len(set(question.parties)) < 2:
        raise InputError("dealings among parties need at least two parties that are named", kind="list")
