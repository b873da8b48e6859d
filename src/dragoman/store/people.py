"""People who may write from elsewhere, and their sessions; of passwords and tokens only digests are kept.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

import contextlib
import hashlib
import secrets
import unicodedata

from sqlalchemy import Connection

from dragoman.errors import InputError, StoreError
from dragoman.records import Record
from dragoman.store.opening import Store
from dragoman.store.statements import statement

# Seconds that a session lasts without a sign of life: a working day with a long break in it.
IDLE = 12 * 3600
# Seconds that it lasts at most: whoever comes every day logs in once a week.
LONGEST = 7 * 24 * 3600
# Seconds after which a sign of life is written down again, so that reading a page seldom has to write.
NOTED = 600
# Characters of a name: it stands beside every ruling and correction.
LONGEST_NAME = 64


class Person(Record, frozen=True, kw_only=True):
    """Somebody who adds reports, overrules and corrects; what is decided is kept under this name."""

    name: str


class Known(Record, frozen=True, kw_only=True):
    """A person that the store knows: since when, and in how many browsers logged in."""

    name: str
    made: int
    sessions: int


def name_of(typed: str) -> str:
    """A name as it is kept; raises `InputError` for what is none."""
    name = unicodedata.normalize("NFC", typed).strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        message = f"{typed[:LONGEST_NAME]!r} is no name: expected 1 to {LONGEST_NAME} characters that can be printed"
        raise InputError(message, kind="name")
    return name


def check_new(connection: Connection, name: str, now: int) -> None:
    """Raise `InputError` where there is a person of that name; capitals tell none apart, as people would not."""
    if any(known.name.casefold() == name.casefold() for known in people(connection, now)):
        raise InputError(f"{name!r} is there already; `dragoman user password` changes the password", kind="twice")


def add_person(connection: Connection, name: str, password: str, now: int) -> None:
    """Let a person in who has this digest of a password; raises `InputError` where there is one of that name."""
    check_new(connection, name, now)
    connection.execute(statement("add_person"), {"name": name, "password": password, "now": now})


def people(connection: Connection, now: int) -> list[Known]:
    """Everybody who may log in, by name."""
    rows = connection.execute(statement("people"), {"now": now})
    return sorted((Known(name=name, made=made, sessions=many) for name, made, many in rows), key=lambda one: one.name)


def remove_person(connection: Connection, name: str) -> bool:
    """Let a person in no more, and end all sessions; whether there was one."""
    end_sessions(connection, name)
    return bool(connection.execute(statement("remove_person"), {"name": name}).rowcount)


def password_of(connection: Connection, name: str) -> str | None:
    """The digest of a person's password; None where there is no such person."""
    found: str | None = connection.execute(statement("password_of"), {"name": name}).scalar()
    return found


def change_password(connection: Connection, name: str, old: str, new: str) -> bool:
    """Put one digest in the place of another; whether the other was still there. Sessions go on."""
    values = {"name": name, "old": old, "new": new}
    return bool(connection.execute(statement("change_password"), values).rowcount)


def set_password(connection: Connection, name: str, new: str) -> bool:
    """Give a person another password, whatever it was, and end all sessions; whether there is such a person."""
    end_sessions(connection, name)
    return bool(connection.execute(statement("set_password"), {"name": name, "new": new}).rowcount)


def begin_session(connection: Connection, name: str, password: str, now: int) -> str | None:
    """The token of a new session of a person whose password has this digest; None where it has not, or nobody is."""
    connection.execute(statement("end_expired"), {"now": now})
    token = secrets.token_urlsafe(32)
    values = {"digest": _digest(token), "name": name, "password": password, "now": now, "expires": now + IDLE}
    return token if connection.execute(statement("begin_session"), values).rowcount else None


def visitor(store: Store, token: str, now: int) -> Person | None:
    """Whose session a token is of; None where it has ended or never was. Keeps the session from ending idle."""
    with store.reading() as connection:
        found = connection.execute(statement("session_of"), {"digest": _digest(token), "now": now}).one_or_none()
    if found is None:
        return None
    if now - found.seen >= NOTED:
        # A page can be read all the same while somebody else writes; the session then ends earlier.
        with contextlib.suppress(StoreError), store.writing() as connection:
            expires = min(now + IDLE, found.made + LONGEST)
            connection.execute(statement("note_seen"), {"digest": _digest(token), "now": now, "expires": expires})
    return Person(name=found.person)


def end_session(connection: Connection, token: str) -> None:
    """End a session: its token opens nothing more."""
    connection.execute(statement("end_session"), {"digest": _digest(token)})


def end_sessions(connection: Connection, name: str) -> None:
    """End all sessions of a person."""
    connection.execute(statement("end_sessions"), {"name": name})


def _digest(token: str) -> str:
    """What is kept of a token. It is long and random: a quick digest without salt cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
