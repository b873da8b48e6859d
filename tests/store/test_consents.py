"""Consents: a chain in which every change, gap and exchange is found, and that erasing does not break."""

import contextlib
import hashlib
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dragoman.store import consents
from dragoman.store.consents import ConsentEvent, Head
from tests.store.conftest import TakenBackError

NOW = 1_780_000_000
WORDS = "The Record sends these briefings. Every mail has a link to leave."
REQUESTED = ConsentEvent(
    subscriber=7,
    who="a" * 64,
    list="korea-weekly",
    action="requested",
    at=NOW,
    origin="203.0.113.0/24",
    agent="Browser 1.0",
    form="https://record.example/briefings/",
    text=WORDS,
)


def event(n):
    """The n-th of some events of three people."""
    actions = ("requested", "confirmed", "unsubscribed", "exported")
    words = WORDS if n % 4 < 2 else None
    return msgspec.structs.replace(
        REQUESTED, subscriber=n % 3 + 1, who=f"{n % 3}" * 64, action=actions[n % 4], at=NOW + n, text=words
    )


def fill_in(connection, many=9):
    return [consents.record(connection, event(n)) for n in range(many)]


def fill(store, many=9):
    with store.writing() as connection:
        return fill_in(connection, many)


def all_of(store, **chosen):
    with store.reading() as connection:
        return list(consents.consents(connection, **chosen))


def broken(store, known=None):
    with store.reading() as connection:
        return consents.broken_link(connection, known)


def change(store, *statements):
    with store.writing() as connection:
        for one in statements:
            connection.execute(text(one))


def test_events_are_read_as_they_came(store):
    heads = fill(store)
    found = all_of(store)
    assert [one.event for one in found] == [event(n) for n in range(9)]
    assert [one.number for one in found] == list(range(1, 10))
    assert [one.previous for one in found] == ["", *(one.digest for one in found[:-1])]
    assert heads == [Head(one.number, one.digest) for one in found]
    assert broken(store) is None


def test_those_of_one_person(store):
    fill(store)
    assert [one.number for one in all_of(store, subscriber=2)] == [2, 5, 8]
    assert all_of(store, subscriber=9) == []


def test_an_empty_chain_holds(store):
    assert broken(store) is None
    assert all_of(store) == []
    with store.reading() as connection:
        assert consents.head(connection) == Head(0, "")


def test_a_text_is_kept_once(store):
    fill(store)
    with store.reading() as connection:
        assert connection.execute(text("SELECT text FROM consent_text")).scalars().all() == [WORDS]


def test_many_pages_of_it(store, monkeypatch):
    monkeypatch.setattr(consents, "PAGE", 3)
    fill(store, 10)
    assert [one.number for one in all_of(store)] == list(range(1, 11))
    assert broken(store) is None


# What somebody does to the table who should not, and the first row that is then told; of 9 rows.
TAMPERING = [
    (["UPDATE consent SET subscriber = 8 WHERE number = 4"], 4),
    (["UPDATE consent SET who = 'b' WHERE number = 4"], 4),
    (["UPDATE consent SET list = 'other' WHERE number = 4"], 4),
    (["UPDATE consent SET action = 'confirmed' WHERE number = 1"], 1),
    (["UPDATE consent SET at = at + 1 WHERE number = 9"], 9),
    (["UPDATE consent SET origin = '198.51.100.0/24' WHERE number = 4"], 4),
    (["UPDATE consent SET origin = '' WHERE number = 4"], 4),
    (["UPDATE consent SET agent = 'Other' WHERE number = 4"], 4),
    (["UPDATE consent SET agent = '' WHERE number = 4"], 4),
    (["UPDATE consent SET origin = 'erased:00', agent = '' WHERE number = 4"], 4),
    (["UPDATE consent SET form = '' WHERE number = 4"], 4),
    (["UPDATE consent SET text = NULL WHERE number = 5"], 5),
    (["UPDATE consent SET by = 'operator' WHERE number = 4"], 4),
    (["UPDATE consent SET previous = '' WHERE number = 4"], 4),
    (["UPDATE consent SET digest = 'd' WHERE number = 4"], 4),
    (["UPDATE consent SET digest = 'd' WHERE number = 9"], 9),
    (["UPDATE consent_text SET text = text || '.'"], 1),
    (["DELETE FROM consent WHERE number = 1"], 1),
    (["DELETE FROM consent WHERE number = 4"], 4),
    (["DELETE FROM consent WHERE number = 4", "UPDATE consent SET number = number - 1 WHERE number = 5"], 4),
    (["DELETE FROM consent WHERE number BETWEEN 3 AND 7"], 3),
    (
        [
            "UPDATE consent SET number = 100 WHERE number = 4",
            "UPDATE consent SET number = 4 WHERE number = 6",
            "UPDATE consent SET number = 6 WHERE number = 100",
        ],
        4,
    ),
    (["UPDATE consent SET number = 10 WHERE number = 9"], 9),
    (["UPDATE secret SET value = '00' WHERE purpose = 'addresses'"], 1),
    (["DELETE FROM secret"], 1),
]


@pytest.mark.parametrize(("statements", "number"), TAMPERING, ids=lambda value: str(value)[:70])
def test_tampering_is_found(scratch, statements, number):
    fill_in(scratch)
    assert consents.broken_link(scratch) is None
    for one in statements:
        scratch.execute(text(one))
    assert consents.broken_link(scratch) == number


# Rows taken from the end, and then others put there: seen by whoever has kept the head of 9 rows.
ENDS = [(0, 0, None), (1, 0, 9), (1, 1, 9), (1, 2, 9), (3, 0, 7), (3, 3, 9), (9, 0, 1), (9, 9, 9)]


@pytest.mark.parametrize(("gone", "new", "number"), ENDS)
def test_rows_taken_from_the_end(scratch, gone, new, number):
    known = fill_in(scratch)[-1]
    scratch.execute(text(f"DELETE FROM consent WHERE number > {9 - gone}"))
    for n in range(new):
        consents.record(scratch, event(50 + n))
    assert consents.broken_link(scratch) is None
    assert consents.broken_link(scratch, known) == number


def test_a_head_that_was_kept_holds_while_rows_are_added(store):
    heads = fill(store)
    assert [broken(store, known) for known in (*heads, Head(0, ""))] == [None] * 10
    assert broken(store, Head(3, heads[4].digest)) == 3


def test_the_digest_can_be_made_by_others_from_what_is_exported(store):
    """As the docstring of the record tells it."""
    fill(store)
    for one in all_of(store):
        e = one.event
        words = hashlib.sha256(e.text.encode()).hexdigest() if e.text else None
        told = [one.number, e.subscriber, e.who, e.list, e.action, e.at, one.seal, e.form, words, e.by, one.previous]
        line = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(line.encode()).hexdigest() == one.digest


def test_erasing_leaves_a_seal_and_the_chain(store):
    fill(store)
    before = all_of(store)
    with store.writing() as connection:
        consents.erase(connection, 2)
        consents.erase(connection, 2)
    after = all_of(store)
    assert broken(store) is None
    assert [(one.number, one.seal, one.digest) for one in after] == [
        (one.number, one.seal, one.digest) for one in before
    ]
    for one, was in zip(after, before, strict=True):
        erased = one.event.subscriber == 2
        assert (one.event.origin, one.event.agent) == (("", "") if erased else (was.event.origin, was.event.agent))
        assert msgspec.structs.replace(one.event, origin="", agent="") == msgspec.structs.replace(
            was.event, origin="", agent=""
        )
    fill(store, 2)
    assert broken(store) is None


def test_a_seal_does_not_tell_the_network(store):
    """Two visits from one network have different seals, and none is a digest without a key."""
    fill(store)
    seals = [one.seal for one in all_of(store)]
    assert len(set(seals)) == 9
    plain = {hashlib.sha256(json.dumps([n, "203.0.113.0/24", "Browser 1.0"]).encode()).hexdigest() for n in range(10)}
    assert not plain & set(seals)


def test_an_event_that_is_rolled_back_leaves_no_gap(store):
    fill(store, 3)
    with store.writing() as connection:
        within = connection.begin_nested()
        consents.record(connection, event(3))
        within.rollback()
    with contextlib.suppress(TakenBackError), store.writing() as connection:
        consents.record(connection, event(3))
        raise TakenBackError
    fill(store, 1)
    assert [one.number for one in all_of(store)] == [1, 2, 3, 4]
    assert broken(store) is None


@settings(max_examples=50)
@given(
    told=st.lists(st.tuples(st.integers(1, 3), st.text(max_size=5), st.text(max_size=20)), min_size=1, max_size=8),
    erased=st.sets(st.integers(1, 3)),
    place=st.integers(0, 7),
)
def test_whatever_is_entered_and_erased_the_chain_holds(memory, told, erased, place):
    with contextlib.suppress(TakenBackError), memory.writing() as connection:
        for person, origin, agent in told:
            new = msgspec.structs.replace(REQUESTED, subscriber=person, origin=origin, agent=agent, text=None)
            consents.record(connection, new)
        for person in erased:
            consents.erase(connection, person)
        assert consents.broken_link(connection) is None
        number = place % len(told) + 1
        connection.execute(text(f"UPDATE consent SET agent = agent || 'x' WHERE number = {number}"))
        assert consents.broken_link(connection) == number
        raise TakenBackError


NOBODY_AGREED = [(7, "korea-weekly")]
FOUNDED = [
    ([], NOBODY_AGREED),
    ([("requested",)], NOBODY_AGREED),
    ([("requested",), ("confirmed",)], []),
    ([("confirmed", ("text", None))], NOBODY_AGREED),
    ([("confirmed", ("list", "other"))], NOBODY_AGREED),
    ([("confirmed", ("subscriber", 8))], NOBODY_AGREED),
    ([("imported",)], []),
    ([("confirmed",), ("unsubscribed",)], NOBODY_AGREED),
    ([("confirmed",), ("unsubscribed", ("list", "other"))], []),
    ([("confirmed",), ("bounced",)], NOBODY_AGREED),
    ([("confirmed",), ("complained",)], NOBODY_AGREED),
    ([("confirmed",), ("unsubscribed",), ("requested",)], NOBODY_AGREED),
    ([("confirmed",), ("unsubscribed",), ("confirmed",)], []),
    ([("confirmed",), ("exported", ("list", ""))], []),
]


def test_nobody_is_on_a_list_without_the_last_word_that_says_so(store):
    change(
        store,
        "INSERT INTO mailing_list VALUES ('korea-weekly', 't', '', '{}', 'daily', 'public', 0)",
        "INSERT INTO subscriber VALUES (7, 'a@example.org', 'a@example.org', 0)",
        "INSERT INTO subscription VALUES (7, 'korea-weekly', 'confirmed', 0)",
    )
    for events, found in FOUNDED:
        change(store, "DELETE FROM consent")
        with store.writing() as connection:
            for action, *other in events:
                fields = {"list": "korea-weekly", "subscriber": 7, **dict(other)}
                consents.record(connection, msgspec.structs.replace(REQUESTED, action=action, **fields))
            assert consents.unfounded(connection) == found, events
