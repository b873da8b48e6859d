"""People and their sessions: how long these last, what ends them, and that nothing kept lets anybody in."""

import threading

import pytest
from sqlalchemy import text

from dragoman.errors import InputError
from dragoman.store import open_store, people
from dragoman.store.care import check
from dragoman.store.people import IDLE, LONGEST, NOTED, Person, visitor

NOW = 1_780_000_000
KEPT = "digest of a password"


@pytest.fixture
def anna(store):
    """A store that knows one person."""
    with store.writing() as connection:
        people.add_person(connection, "Anna", KEPT, NOW)
    return store


def begun(store, now=NOW, name="Anna", password=KEPT):
    with store.writing() as connection:
        return people.begin_session(connection, name, password, now)


def rows(store, query):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


NAMES = [
    ("  Anna ", "Anna"),
    ("Ms. O'Neill-Müller", "Ms. O'Neill-Müller"),
    ("E\u0301milie", "\u00c9milie"),
    ("x" * 64, "x" * 64),
]
NO_NAMES = ["", "   ", "x" * 65, "a\nb", "a\x00b", "a\u202eb", "a\u2028b", "a\ud800", "\x1b[31mred"]


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_names(typed, kept):
    assert people.name_of(typed) == kept


@pytest.mark.parametrize("typed", NO_NAMES)
def test_no_names(typed):
    with pytest.raises(InputError) as raised:
        people.name_of(typed)
    assert raised.value.kind == "name"


def test_a_person_is_added_once(anna):
    for name in ("Anna", "ANNA"):
        with pytest.raises(InputError, match="there already") as raised, anna.writing() as connection:
            people.add_person(connection, name, "another", NOW)
        assert raised.value.kind == "twice"
    with anna.reading() as connection:
        assert people.password_of(connection, "Anna") == KEPT
        assert people.password_of(connection, "ANNA") is None


def test_everybody_with_the_sessions_that_have_not_ended(anna):
    with anna.writing() as connection:
        people.add_person(connection, "Zoe", KEPT, NOW + 5)
        people.add_person(connection, "Ödön", KEPT, NOW + 6)
    begun(anna, NOW)
    begun(anna, NOW + 100)
    with anna.reading() as connection:
        told = [(one.name, one.made, one.sessions) for one in people.people(connection, NOW + IDLE + 50)]
    assert told == [("Anna", NOW, 1), ("Zoe", NOW + 5, 0), ("Ödön", NOW + 6, 0)]


def test_a_token_opens_its_session_and_is_not_kept(anna):
    token = begun(anna)
    assert len(token) >= 43
    assert visitor(anna, token, NOW) == Person(name="Anna")
    assert token not in repr(rows(anna, "SELECT * FROM session"))
    ((digest,),) = rows(anna, "SELECT digest FROM session")
    assert visitor(anna, digest, NOW) is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: "B" + t[1:], lambda t: ""])
def test_no_other_token_opens_it(anna, change):
    token = "A" + begun(anna)[1:]
    assert visitor(anna, change(token), NOW) is None


def test_tokens_differ(anna):
    assert len({begun(anna) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("name", "password"), [("Anna", "another digest"), ("Nobody", KEPT), ("anna", KEPT), ("", KEPT), ("Anna", "")]
)
def test_no_session_without_the_right_digest(anna, name, password):
    assert begun(anna, name=name, password=password) is None
    assert rows(anna, "SELECT * FROM session") == []


# Seconds after login at which somebody comes, and whether he is known then.
VISITS = [
    ([IDLE - 1], [True]),
    ([IDLE], [False]),
    ([IDLE - 1, 2 * IDLE - 2], [True, True]),
    ([IDLE - 1, 2 * IDLE], [True, False]),
    ([NOTED - 1, IDLE], [True, False]),
    ([NOTED, IDLE], [True, True]),
    ([IDLE, 1], [False, True]),
    ([*range(IDLE - 1, LONGEST, IDLE - 1), LONGEST - 1], [True] * 15),
    ([*range(IDLE - 1, LONGEST, IDLE - 1), LONGEST], [True] * 14 + [False]),
]


@pytest.mark.parametrize(("visits", "known"), VISITS)
def test_sessions_end_idle_or_after_a_week(anna, visits, known):
    token = begun(anna)
    assert len(visits) == len(known)
    assert [visitor(anna, token, NOW + after) is not None for after in visits] == known


def test_ended_sessions_are_dropped_at_the_next_login(anna):
    begun(anna, NOW)
    begun(anna, NOW + IDLE)
    assert len(rows(anna, "SELECT * FROM session")) == 1


def test_signs_of_life_are_seldom_written(anna):
    token = begun(anna)
    seen = []
    for after in (1, NOTED - 1, NOTED, NOTED + 1, 2 * NOTED):
        visitor(anna, token, NOW + after)
        seen += [one - NOW for (one,) in rows(anna, "SELECT seen FROM session")]
    assert seen == [0, 0, NOTED, NOTED, 2 * NOTED]


def test_logging_out_ends_one_session(anna):
    one, other = begun(anna), begun(anna)
    with anna.writing() as connection:
        people.end_session(connection, one)
    assert [visitor(anna, token, NOW) is None for token in (one, other)] == [True, False]


def end_all(connection):
    people.end_sessions(connection, "Anna")


def remove(connection):
    assert people.remove_person(connection, "Anna")


def set_password(connection):
    assert people.set_password(connection, "Anna", "new")


@pytest.mark.parametrize("end", [end_all, remove, set_password])
def test_what_ends_all_sessions_of_a_person(anna, end):
    with anna.writing() as connection:
        people.add_person(connection, "Zoe", KEPT, NOW)
    tokens, other = [begun(anna), begun(anna)], begun(anna, name="Zoe")
    with anna.writing() as connection:
        end(connection)
    assert [visitor(anna, token, NOW) for token in tokens] == [None, None]
    assert visitor(anna, other, NOW) == Person(name="Zoe")
    assert list(check(anna)) == []


def test_a_removed_person_gets_in_no_more(anna):
    with anna.writing() as connection:
        assert people.remove_person(connection, "Anna")
        assert not people.remove_person(connection, "Anna")
        assert not people.set_password(connection, "Anna", "new")
    assert begun(anna) is None


def test_a_password_is_changed_only_from_the_one_that_was_compared(anna):
    token = begun(anna)
    with anna.writing() as connection:
        assert people.change_password(connection, "Anna", KEPT, "new")
        assert not people.change_password(connection, "Anna", KEPT, "newer")
    assert begun(anna) is None
    assert begun(anna, password="new")
    assert visitor(anna, token, NOW) == Person(name="Anna")


def test_many_at_once(anna):
    tokens, known = [], []

    def come():
        token = begun(anna)
        tokens.append(token)
        known.append(visitor(anna, token, NOW + NOTED))

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tokens)) == 8
    assert known == [Person(name="Anna")] * 8


def test_a_store_that_can_only_be_read_still_knows_whoever_is_logged_in(anna, where):
    token = begun(anna)
    with open_store(where, writing=False) as store:
        assert visitor(store, token, NOW + NOTED) == Person(name="Anna")
    assert rows(anna, "SELECT seen FROM session") == [(NOW,)]
