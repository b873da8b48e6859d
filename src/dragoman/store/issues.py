"""Issues: the numbered briefings of each mailing list, kept as they were composed, and what a list has told already.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Row

from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store.mailings import list_of
from dragoman.store.merging import clean
from dragoman.store.statements import statement

# Ids that one statement names.
MANY = 500
# Above the number of every issue.
BEYOND = 2**31 - 1


class Composed(Protocol):
    """What a briefing has, whatever else it holds: its days, its subject, and the ids of all that it tells."""

    @property
    def first(self) -> datetime.date:
        """The first of its days."""

    @property
    def last(self) -> datetime.date:
        """The last of its days."""

    @property
    def subject(self) -> str:
        """What stands in the line of a mailbox."""

    @property
    def tells(self) -> Sequence[str]:
        """The ids of all that it tells, or has looked through."""


class Issue(Record, frozen=True, kw_only=True):
    """A briefing of a list with its number there; `held` is it as JSON, "" in lists of issues."""

    key: int
    list: str
    number: int
    made: int
    first: datetime.date
    last: datetime.date
    subject: str
    held: str = ""


def add_issue(connection: Connection, slug: str, briefing: Composed, now: int) -> Issue:
    """Keep a briefing as the next issue of its list, and that its list has told what is in it.

    Raises `InputError` where there is no such list.
    """
    if list_of(connection, slug) is None:
        raise InputError(f"there is no list {slug!r}", kind="list")
    held = {name: value for name, value in msgspec.to_builtins(briefing).items() if name != "tells"}
    values = {
        "list": slug,
        "made": now,
        "first": briefing.first.isoformat(),
        "last": briefing.last.isoformat(),
        "subject": clean(briefing.subject),
        "held": msgspec.json.encode(held).decode(),
    }
    row = connection.execute(statement("add_issue"), values).one()
    told = [{"list": slug, "what": clean(what), "issue": row.key} for what in dict.fromkeys(briefing.tells)]
    if told:
        connection.execute(statement("add_told"), told)
    return _issue(row, values)


def _issue(row: Row[Any], values: dict[str, Any]) -> Issue:
    return msgspec.convert(values | {"key": row.key, "number": row.number}, Issue)


def told_by(connection: Connection, slug: str, ids: Collection[str] | None = None) -> frozenset[str]:
    """What a list has told already: of some ids those, without ids all of it."""
    if ids is None:
        return frozenset(connection.execute(statement("told_all"), {"list": slug}).scalars())
    wanted, found = sorted({clean(id) for id in ids}), set[str]()
    for start in range(0, len(wanted), MANY):
        values = {"list": slug, "ids": wanted[start : start + MANY]}
        found.update(connection.execute(statement("told_among", "ids"), values).scalars())
    return frozenset(found)


def issues(connection: Connection, slug: str, *, before: int | None = None, most: int = 50) -> list[Issue]:
    """The issues of a list, the newest first, or those below a number; without what they hold."""
    values = {"list": slug, "before": BEYOND if before is None else before, "most": most}
    return [_read(row) for row in connection.execute(statement("issues_of"), values)]


def issue_of(connection: Connection, slug: str, number: int) -> Issue | None:
    """An issue of a list by its number there; None where there is none."""
    return _one(connection, "issue_numbered", {"list": slug, "number": number}) if 0 < number < BEYOND else None


def issue_by_key(connection: Connection, key: int) -> Issue | None:
    """An issue by its key, as the outbox names it; None where there is none."""
    return _one(connection, "issue_by_key", {"key": key})


def last_issue(connection: Connection, slug: str) -> Issue | None:
    """The issue of a list that was kept last; None where it has none yet."""
    return _one(connection, "last_issue", {"list": slug})


def _one(connection: Connection, name: str, values: dict[str, Any]) -> Issue | None:
    row = connection.execute(statement(name), values).one_or_none()
    return _read(row) if row else None


def _read(row: Row[Any]) -> Issue:
    return msgspec.convert(dict(row._mapping), Issue)
