"""`dragoman user`: people who may write to a served store from other computers."""

import datetime
import getpass
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from dragoman.commands.streams import opened_input
from dragoman.errors import DragomanError, InputError
from dragoman.store import people
from dragoman.store.opening import open_kept, open_store, place_of

# Bytes of a file that a password is read from: more than the longest one has, so that it is told to be too long.
MOST = 8_000
say = Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print


def add(where: str | None, name: str, password_file: str | None) -> int:
    """Let a person in."""
    name = people.name_of(name)
    with open_store(place_of(where)) as store:
        with store.reading() as connection:
            people.check_new(connection, name, _now())
        digest = _digest(name, password_file)
        with store.writing() as connection:
            people.add_person(connection, name, digest, _now())
    say(f"{name} can log in")
    return 0


def show(where: str | None) -> int:
    """List who may log in."""
    with open_kept(place_of(where)) as store, store.reading() as connection:
        found = people.people(connection, _now())
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("name", "since", "logged in"):
        table.add_column(title, justify="right" if title == "logged in" else "left")
    for known in found:
        since = datetime.datetime.fromtimestamp(known.made, datetime.UTC).date().isoformat()
        table.add_row(known.name, since, str(known.sessions))
    if found:
        Console(highlight=False, markup=False).print(table)
    else:
        say("nobody; `dragoman user add NAME` lets somebody in")
    return 0


def remove(where: str | None, name: str) -> int:
    """Let a person in no more."""
    with open_store(place_of(where), make=False) as store, store.writing() as connection:
        if not people.remove_person(connection, people.name_of(name)):
            raise _unknown(name)
    say(f"{name} cannot log in any more; all sessions have ended")
    return 0


def password(where: str | None, name: str, password_file: str | None) -> int:
    """Give a person another password."""
    name = people.name_of(name)
    with open_store(place_of(where), make=False) as store:
        with store.reading() as connection:
            if people.password_of(connection, name) is None:
                raise _unknown(name)
        digest = _digest(name, password_file)
        with store.writing() as connection:
            if not people.set_password(connection, name, digest):
                raise _unknown(name)
    say(f"{name} has another password; all sessions have ended")
    return 0


def _now() -> int:
    return int(time.time())


def _unknown(name: str) -> InputError:
    return InputError(f"nobody is called {name!r}; `dragoman user list` shows who there is", kind="unknown")


def _digest(name: str, file: str | None) -> str:
    """What is kept of a password from a file, or asked for twice.

    It is never an argument: others could see that in a list of processes.
    """
    try:
        from dragoman.web.passwords import Passwords, check_password
    except ImportError as error:
        raise DragomanError("passwords need more: pip install 'dragoman[web]'", kind="missing") from error
    found = _asked() if file is None else _read(file)
    check_password(found, name)
    return Passwords().digest(found)


def _read(file: str) -> str:
    """The only line of a file."""
    with opened_input(file) as lines:
        found = lines.read(MOST)
    try:
        return found.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise InputError("the password is no text in UTF-8", kind="password", where=file) from error


def _asked() -> str:
    if not sys.stdin.isatty():
        message = (
            "there is no terminal to ask for the password; give it by --password-file FILE, or - for standard input"
        )
        raise InputError(message, kind="password")
    first, second = _twice()
    if first != second:
        raise InputError("the two passwords are not the same; nothing is changed", kind="password")
    return first


def _twice() -> Iterator[str]:
    yield getpass.getpass("Password: ")
    yield getpass.getpass("Once more: ")
