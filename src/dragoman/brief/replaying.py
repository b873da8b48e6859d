"""After a backup was put back: whoever left since it was made is taken off again, as exported consents tell.

Without that, people would be mailed who have left. Who signed up since is not brought back: they have to do it again.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from dragoman.brief.leaving import end, shut_out
from dragoman.brief.settings import Settings
from dragoman.brief.yours import NO_ANSWER, erase_person, forget
from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store import Connection, Store, consents, keys, subscribers
from dragoman.store.subscribers import Subscriber, subscriber


class Row(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """As much of an exported consent as is needed."""

    number: int
    action: str
    list: str
    subscriber: int
    who: str
    digest: str
    form: str = ""


class Replayed(Record, frozen=True, kw_only=True):
    """How many lines were read, how many of them are later than the store, and how many people they took off here."""

    read: int = 0
    later: int = 0
    people: int = 0


def replay(store: Store, settings: Settings, lines: Iterable[bytes], now: int) -> Replayed:
    """End what exported consents (JSON Lines) say has ended since the last one that the store knows.

    Raises `InputError` for a line that is none, or an export of another store.
    """
    read, later, people = 0, 0, set[int]()
    with store.writing() as connection:
        head = consents.head(connection)
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row, read = _row(line, number), read + 1
            if row.number == head.number and row.digest != head.digest:
                raise InputError(f"line {number} is not the consent {row.number} of this store", kind="consents")
            if row.number > head.number:
                later += 1
                people |= {row.subscriber} if _apply(connection, settings, row, now) else set()
    return Replayed(read=read, later=later, people=len(people))


def _row(line: bytes, number: int) -> Row:
    try:
        return msgspec.json.decode(line, type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"line {number} is no exported consent: {error}", kind="consents") from error


def _apply(connection: Connection, settings: Settings, row: Row, now: int) -> bool:
    """Do what one consent says, where it ended something; whether that was still to be done."""
    person = _person(connection, row)
    if row.action == "erased" and row.form == NO_ANSWER:
        return _forget(connection, settings, person, now)
    if row.action == "erased":
        subscribers.suppress(connection, row.who, "erased", now)
        return person is not None and bool(erase_person(connection, settings, person, now, by="operator"))
    if row.action in {"bounced", "complained"}:
        subscribers.suppress(connection, row.who, _reason(row.action), now)
        return person is not None and bool(shut_out(connection, settings, person, _reason(row.action), now))
    if row.action != "unsubscribed" or person is None:
        return False
    return bool(end(connection, settings, person, [row.list] if row.list else None, "unsubscribed", now, by="operator"))


def _forget(connection: Connection, settings: Settings, person: Subscriber | None, now: int) -> bool:
    """Forget somebody who did not answer, and who may be asked again."""
    if person is not None:
        forget(connection, settings, person, now)
    return person is not None


def _reason(action: str) -> Any:
    return "bounced" if action == "bounced" else "complained"


def _person(connection: Connection, row: Row) -> Subscriber | None:
    """Whom a consent is about: numbers of people who came later may be others' by now."""
    found = subscriber(connection, row.subscriber)
    if found is None or found.same is None or keys.who(connection, found.same) != row.who:
        return None
    return found
