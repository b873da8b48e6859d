"""Consents: who agreed to what and when, word for word, and who left; rows are only added, each bound to the last one.

What tells a person's network and browser is bound in by a keyed seal of it, not by the words themselves. So it can be
erased, which leaves the seal, and the chain still holds.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Row

from dragoman.records import Record
from dragoman.store.keys import digest_with, keys_of, known_keys
from dragoman.store.statements import statement

Action = Literal[
    "requested",
    "confirmed",
    "changed",
    "unsubscribed",
    "bounced",
    "complained",
    "imported",
    "exported",
    "erased",
    "synced",
]
By = Literal["self", "operator", "platform", "mail"]
# What stands in the place of network and browser once they were erased, before the seal.
ERASED = "erased:"
# Rows that are read at a time.
PAGE = 1_000


class ConsentEvent(Record, frozen=True, kw_only=True):
    """Something that a subscriber agreed to or that ended it, at a time in seconds since 1970, UTC.

    `who` is the keyed digest of the address, `list` is empty where all lists are meant, `origin` and `agent` tell
    network and browser as far as they are kept, `form` is the address of the form, `text` is what was shown there, None
    where nothing was agreed to.
    """

    subscriber: int
    who: str
    list: str = ""
    action: Action
    at: int
    origin: str = ""
    agent: str = ""
    form: str = ""
    text: str | None = None
    by: By = "self"


class Consent(Record, frozen=True, kw_only=True):
    """An event with its place in the chain; `seal` stands for network and browser in it, `digest` is bound to the next.

    `digest` is the SHA-256 of the JSON list of number, subscriber, who, list, action, at, seal, form, SHA-256 of the
    text or null, by, and the digest of the row before.
    """

    number: int
    event: ConsentEvent
    seal: str
    previous: str
    digest: str


class Head(NamedTuple):
    """The last row of the chain: whoever kept it elsewhere sees later whether rows were taken from the end."""

    number: int
    digest: str


def record(connection: Connection, event: ConsentEvent) -> Head:
    """Add an event to the end of the chain, within the connection's transaction."""
    last = head(connection)
    values = {
        **_fields(event),
        "number": last.number + 1,
        "text": _kept(connection, event.text),
        "previous": last.digest,
    }
    values["digest"] = _digest(values, _seal(keys_of(connection, "addresses")[0], values))
    connection.execute(statement("add_consent"), values)
    return Head(values["number"], values["digest"])


def head(connection: Connection) -> Head:
    """The last row of the chain; number 0 and no digest where there is none."""
    row = connection.execute(statement("last_consent"), {}).one_or_none()
    return Head(*row) if row else Head(0, "")


def consents(connection: Connection, *, subscriber: int | None = None) -> Iterator[Consent]:
    """The chain, or the rows of one subscriber, in order."""
    key = _key(connection)
    for row in _rows(connection, subscriber):
        seal = _seal(key, row._mapping)
        yield Consent(number=row.number, event=_event(row), seal=seal, previous=row.previous, digest=row.digest)


def text_agreed_to(connection: Connection, subscriber: int, slug: str) -> str | None:
    """What a subscriber was shown at the last request for a list; None where there was none."""
    found: str | None = connection.execute(
        statement("text_agreed_to"), {"subscriber": subscriber, "list": slug}
    ).scalar()
    return found


def broken_link(connection: Connection, known: Head | None = None) -> int | None:
    """The number of the first row that was changed, is missing or stands in another's place; None where all holds.

    Rows that were taken from the end are only missed by whoever gives a later `known` head.
    """
    key, last, known_holds = _key(connection), Head(0, ""), known is None or known.number == 0
    for row in _rows(connection, None):
        if (row.number, row.previous) != (last.number + 1, last.digest) or not _holds(key, row):
            return last.number + 1
        last = Head(row.number, row.digest)
        known_holds = known_holds or last == known
    return None if known_holds else min(last.number + 1, known.number if known else 1)


def unfounded(connection: Connection) -> list[tuple[int, str]]:
    """Subscribers and lists that they get without a row that says so last: nobody is to be mailed without one."""
    return [(row.subscriber, row.list) for row in connection.execute(statement("unfounded"), {})]


def erase(connection: Connection, subscriber: int) -> None:
    """Take network and browser out of the rows of a subscriber; their seal stays, and so the chain holds."""
    key = _key(connection)
    for row in _rows(connection, subscriber):
        if not row.origin.startswith(ERASED):
            values = {"number": row.number, "origin": ERASED + _seal(key, row._mapping)}
            connection.execute(statement("erase_consent"), values)


def _rows(connection: Connection, subscriber: int | None) -> Iterator[Row[Any]]:
    """Rows in order, read in pages, so that neither memory nor a reader of the database has to hold them all."""
    name, after = "consents" if subscriber is None else "consents_of", 0
    values = {} if subscriber is None else {"subscriber": subscriber}
    while rows := connection.execute(statement(name), {**values, "after": after, "most": PAGE}).all():
        yield from rows
        after = rows[-1].number


def _event(row: Row[Any]) -> ConsentEvent:
    erased = row.origin.startswith(ERASED)
    fields = {name: getattr(row, name) for name in ConsentEvent.__struct_fields__}
    return ConsentEvent(**{**fields, "text": row.shown, "origin": "" if erased else row.origin})


def _fields(event: ConsentEvent) -> dict[str, Any]:
    return msgspec.structs.asdict(event)


def _kept(connection: Connection, text: str | None) -> str | None:
    """The digest of a text that was shown, which is kept once."""
    if text is None:
        return None
    digest = _sha256(text)
    connection.execute(statement("add_consent_text"), {"digest": digest, "text": text})
    return digest


def _key(connection: Connection) -> bytes:
    """The key of the seals; whoever has lost it finds no row that holds."""
    return next(iter(known_keys(connection, "addresses")), b"")


def _holds(key: bytes, row: Row[Any]) -> bool:
    """Whether a row is what its digest says, and the text that it names is still what it was."""
    text_holds = row.text is None or (row.shown is not None and _sha256(row.shown) == row.text)
    return text_holds and bool(_digest(row._mapping, _seal(key, row._mapping)) == row.digest)


def _seal(key: bytes, row: Any) -> str:
    """What stands for network and browser: with a key, as there are few enough networks to try them all."""
    if row["origin"].startswith(ERASED) and not row["agent"]:
        return str(row["origin"].removeprefix(ERASED))
    told = msgspec.json.encode([row["number"], row["origin"], row["agent"]]).decode()
    return digest_with(key, told)


def _digest(row: Any, seal: str) -> str:
    names = ("number", "subscriber", "who", "list", "action", "at")
    told = [*(row[name] for name in names), seal, row["form"], row["text"], row["by"], row["previous"]]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
