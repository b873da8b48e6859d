"""A backup that is put back: nobody is mailed who has left since, and nothing else changes."""

import shutil

import pytest

from dragoman.brief.leaving import leave, shut_out
from dragoman.brief.proofs import json_lines
from dragoman.brief.replaying import replay
from dragoman.brief.yours import erase, forget_unconfirmed
from dragoman.errors import InputError
from dragoman.store import consents, keys, open_store, subscribers
from tests.brief.visitors import DAY, NOW, SETTINGS, ask, key_of, leave_token, mails, put_on, states, yours_token

LATER = NOW + 86_400
PEOPLE = ("stays", "leaves", "bounces", "complains", "erased")


def address(name):
    return f"{name}@example.org"


@pytest.fixture
def put_back(lite, tmp_path):
    """A store as it was before some left, and the consents as they were exported after that."""
    for name in PEOPLE:
        put_on(lite, address(name), ["korea", "gulf"])
    lite.engine.dispose()
    old = shutil.copyfile(lite.where, tmp_path / "backup.db")
    leave(lite, SETTINGS, leave_token(lite, address("leaves"), "korea"), LATER)
    for name, reason in (("bounces", "bounced"), ("complains", "complained")):
        with lite.writing() as connection:
            shut_out(
                connection, SETTINGS, subscribers.subscriber(connection, key_of(lite, address(name))), reason, LATER
            )
    erase(lite, SETTINGS, yours_token(lite, address("erased"), LATER), LATER)
    put_on(lite, address("new"), ["korea"], now=LATER)
    with lite.reading() as connection:
        lines = [line.encode() for line in json_lines(consents.consents(connection))]
    with open_store(old) as found:
        yield found, lines


def on(store, name):
    return {slug for slug, state in states(store, address(name)).items() if state == "confirmed"}


def test_who_left_since_is_off_again_and_nobody_else(put_back):
    store, lines = put_back
    assert {name: len(on(store, name)) for name in PEOPLE} == dict.fromkeys(PEOPLE, 2)
    done = replay(store, SETTINGS, lines, LATER + 1)
    assert {name: on(store, name) for name in PEOPLE} == {
        "stays": {"korea", "gulf"}, "leaves": {"gulf"}, "bounces": set(), "complains": set(), "erased": set(),
    }  # fmt: skip
    assert (done.read, done.people) == (len(lines), 4)
    with store.reading() as connection:
        found = {name: subscribers.suppression_of(connection, keys.who(connection, address(name))) for name in PEOPLE}
        assert consents.broken_link(connection) is None
        assert consents.unfounded(connection) == []
        assert subscribers.subscriber_of(connection, address("erased")) is None
    assert found == {"stays": None, "leaves": None, "bounces": "bounced", "complains": "complained", "erased": "erased"}


def test_who_was_forgotten_for_not_answering_may_be_asked_again(lite, tmp_path):
    ask(lite, address("silent"))
    lite.engine.dispose()
    old = shutil.copyfile(lite.where, tmp_path / "backup.db")
    assert forget_unconfirmed(lite, SETTINGS, NOW + 9 * DAY, NOW + 9 * DAY) == 1
    with lite.reading() as connection:
        lines = [line.encode() for line in json_lines(consents.consents(connection))]
    with open_store(old) as store:
        assert replay(store, SETTINGS, lines, NOW + 10 * DAY).people == 1
        assert states(store, address("silent")) == {}
        ask(store, address("silent"), now=NOW + 10 * DAY)
        assert mails(store) == [("confirm", address("silent"))]


def test_where_nothing_is_later_nothing_changes(put_back):
    store, _ = put_back
    with store.reading() as connection:
        lines = [line.encode() for line in json_lines(consents.consents(connection))]
    done = replay(store, SETTINGS, [*lines, b"\n"], LATER)
    assert (done.read, done.later, done.people) == (len(lines), 0, 0)


@pytest.mark.parametrize("line", [b"nothing", b"{}", b'{"number": "x"}', b"\xff"])
def test_what_is_no_export_is_refused_whole(put_back, line):
    store, lines = put_back
    with pytest.raises(InputError, match=f"line {len(lines) + 1} is no exported consent"):
        replay(store, SETTINGS, [*lines, line], LATER)
    assert on(store, "leaves") == {"korea", "gulf"}


def test_the_export_of_another_store_is_refused(put_back):
    store, lines = put_back
    foreign = [line.replace(b'"digest":"', b'"digest":"0') for line in lines]
    with pytest.raises(InputError, match="of this store"):
        replay(store, SETTINGS, foreign, LATER)
