"""`dragoman user`: passwords come from a terminal or a file, never from the arguments, and are kept as digests."""

import os
import pty
import sys
import time

import pytest
from typer.testing import CliRunner

from dragoman.cli import _exit_code, app
from dragoman.errors import DragomanError
from dragoman.store import open_store, people
from dragoman.web.passwords import Passwords

MAIN = "from dragoman.cli import main; main()"
PASSWORD, OTHER = "correct horse battery", "another good password"


def run(store, *arguments, typed=""):
    """The command's exit code, and what it said."""
    found = CliRunner().invoke(app, ["user", *arguments, "--store", str(store)], input=typed)
    if isinstance(found.exception, DragomanError):
        return _exit_code(found.exception), str(found.exception)
    return found.exit_code, found.output


def kept(store, name):
    with open_store(store) as found, found.reading() as connection:
        return people.password_of(connection, name)


def is_right(store, name, password):
    return Passwords().is_right(password, kept(store, name))


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def anna(store):
    """A store that knows one person."""
    with open_store(store) as found, found.writing() as connection:
        people.add_person(connection, "Anna", Passwords().digest(PASSWORD), int(time.time()))
    return store


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_adding_with_a_password_from_standard_input(store, ending):
    assert run(store, "add", "Anna", "--password-file", "-", typed=PASSWORD + ending) == (0, "Anna can log in\n")
    assert is_right(store, "Anna", PASSWORD)
    assert PASSWORD.encode() not in store.read_bytes()


def test_adding_with_a_password_from_a_file(store, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    assert run(store, "add", "Anna", "--password-file", str(file))[0] == 0
    assert is_right(store, "Anna", PASSWORD)


def test_nobody_is_there_from_the_beginning(store):
    open_store(store).close()
    assert run(store, "list") == (0, "nobody; `dragoman user add NAME` lets somebody in\n")


def asked(store, *answers):
    """The exit code of adding somebody at a terminal, and what stood on it."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", MAIN, "user", "add", "Anna", "--store", str(store)])
    shown = b""
    for question, answer in zip((b"Password: ", b"Once more: "), answers, strict=True):
        while not shown.endswith(question):
            shown += os.read(terminal, 1)
        os.write(terminal, answer.encode() + b"\n")
    while chunk := _read(terminal):
        shown += chunk
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


def _read(terminal):
    try:
        return os.read(terminal, 1_000)
    except OSError:  # Linux says so where the other side has gone
        return b""


def test_a_terminal_is_asked_twice_and_shows_nothing(store):
    status, shown = asked(store, PASSWORD, PASSWORD)
    assert (status, PASSWORD in shown) == (0, False)
    assert is_right(store, "Anna", PASSWORD)


def test_two_that_differ_are_refused(store):
    status, shown = asked(store, PASSWORD, OTHER)
    assert (status, "not the same" in shown) == (2, True)
    assert kept(store, "Anna") is None


# What is typed, the exit code, and words of what is said.
REFUSED = [
    (["add", "Anna"], None, 2, "no terminal"),
    (["add", "Bert", "--password-file", "-"], "too short", 2, "at least 12"),
    (["add", "Bert", "--password-file", "-"], "", 2, "at least 12"),
    (["add", "Bert", "--password-file", "missing.txt"], None, 4, "missing.txt"),
    (["add", "Anna", "--password-file", "-"], OTHER, 2, "there already"),
    (["add", "ANNA", "--password-file", "-"], OTHER, 2, "there already"),
    (["add", " ", "--password-file", "-"], OTHER, 2, "no name"),
    (["add", "Bert", "--password", OTHER], None, 2, "No such option"),
    (["add", "Bert", OTHER], None, 2, "unexpected extra argument"),
    (["remove", "Bert"], None, 2, "nobody is called"),
    (["password", "Bert", "--password-file", "-"], OTHER, 2, "nobody is called"),
    (["password", "Anna", "--password-file", "-"], "too short", 2, "at least 12"),
]


@pytest.mark.parametrize(("arguments", "typed", "status", "words"), REFUSED)
def test_what_is_refused(anna, arguments, typed, status, words):
    if arguments == ["add", "Anna"]:
        anna = anna.with_name("other.db")
    found, said = run(anna, *arguments, typed=typed or "")
    assert (found, words in said) == (status, True), said
    assert OTHER not in said or OTHER in arguments
    assert kept(anna, "Bert") is None


def test_list(anna):
    with open_store(anna) as found, found.writing() as connection:
        digest = people.password_of(connection, "Anna")
        people.begin_session(connection, "Anna", digest, int(time.time()))
    status, said = run(anna, "list")
    assert status == 0
    title, row = (line.split() for line in said.splitlines())
    assert title == ["name", "since", "logged", "in"]
    assert (row[0], row[2]) == ("Anna", "1")
    assert digest not in said


@pytest.mark.parametrize("arguments", [["remove", "Anna"], ["password", "Anna", "--password-file", "-"]])
def test_removing_and_changing_end_all_sessions(anna, arguments):
    now = int(time.time())
    with open_store(anna) as found:
        with found.writing() as connection:
            token = people.begin_session(connection, "Anna", people.password_of(connection, "Anna"), now)
        assert people.visitor(found, token, now)
        status, said = run(anna, *arguments, typed=OTHER)
        assert (status, "all sessions have ended" in said) == (0, True)
        assert people.visitor(found, token, now) is None
    assert (kept(anna, "Anna") is None) == (arguments[0] == "remove")
    assert not is_right(anna, "Anna", PASSWORD)
    assert is_right(anna, "Anna", OTHER) == (arguments[0] == "password")


@pytest.mark.parametrize("command", ["list", "remove", "password"])
def test_only_adding_makes_a_store(store, command):
    name = [] if command == "list" else ["Anna"]
    assert run(store, command, *name)[0] == 5
    assert not store.exists()
