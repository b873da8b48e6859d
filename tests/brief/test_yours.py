"""A person's own page: changing lists, taking along what is kept, and what erasing leaves."""

import json
import sqlite3
from pathlib import Path

import msgspec
import pytest

from dragoman.brief.leaving import shut_out
from dragoman.brief.links import YOURS_FOR
from dragoman.brief.signing import Answer, notice
from dragoman.brief.tokens import make_token
from dragoman.brief.yours import Erased, change, erase, erase_person, export, forget_unconfirmed, yours
from dragoman.errors import InputError
from dragoman.store.consents import broken_link, unfounded
from dragoman.store.keys import link_keys, rotate, who
from dragoman.store.subscribers import lift, set_states, subscriber, suppression_of
from tests.brief.visitors import (
    DAY,
    NOW,
    SETTINGS,
    VISIT,
    agreed,
    ask,
    confirm_token,
    key_of,
    mails,
    put_on,
    rows,
    states,
    yours_token,
)

WORDS = notice(SETTINGS)


@pytest.fixture
def anna(lite):
    """A store in which Anna is on two lists, and Bela on one."""
    put_on(lite, "bela@example.org", ["korea"])
    put_on(lite, "anna@example.org", ["korea", "gulf"])
    return lite


def change_to(store, lists, **other):
    return change(store, SETTINGS, yours_token(store), lists, NOW + 60, text=WORDS, visit=VISIT, **other)


def test_what_the_page_shows(anna):
    told = yours(anna, yours_token(anna), NOW)
    assert (told.subscriber, told.address, told.suppressed) == (key_of(anna), "anna@example.org", None)
    assert told.states == {"gulf": "confirmed", "korea": "confirmed"}
    assert set(told.open) == {"korea", "gulf", "week"}


@pytest.mark.parametrize(
    ("after", "opens"), [(0, True), (YOURS_FOR - 1, True), (YOURS_FOR, False), (YOURS_FOR + DAY, False)]
)
def test_its_link_ends_after_a_season(anna, after, opens):
    assert (yours(anna, yours_token(anna), NOW + after) is not None) == opens
    assert (export(anna, SETTINGS, yours_token(anna), NOW + after) is not None) == opens


def test_other_links_do_not_open_it(anna):
    keys, key = link_keys(anna), key_of(anna)
    forged = [make_token(keys, purpose, key, NOW + DAY) for purpose in ("confirm", "leave", "form")]
    forged += [make_token(keys, "yours", key), make_token(keys, "yours", key + 99, NOW + DAY), "", "x" * 60]
    forged += [make_token([b"another"], "yours", key, NOW + DAY)]
    for token in forged:
        assert yours(anna, token, NOW) is None
        assert change(anna, SETTINGS, token, [], NOW, text=WORDS) is None
        assert export(anna, SETTINGS, token, NOW) is None
        assert erase(anna, SETTINGS, token, NOW) is None
    token = yours_token(anna)
    with anna.writing() as connection:
        rotate(connection, "links", NOW, keep=1)
    assert yours(anna, token, NOW) is None
    assert states(anna) == {"gulf": "confirmed", "korea": "confirmed"}


# The lists that are ticked, how the person is on them then, and what is entered.
CHANGES = [
    (["korea", "gulf"], {"gulf": "confirmed", "korea": "confirmed"}, []),
    (["korea"], {"gulf": "unsubscribed", "korea": "confirmed"}, [("unsubscribed", "gulf")]),
    ([], {"gulf": "unsubscribed", "korea": "unsubscribed"}, [("unsubscribed", "gulf"), ("unsubscribed", "korea")]),
    (
        ["week", "week", "korea"],
        {"gulf": "unsubscribed", "korea": "confirmed", "week": "confirmed"},
        [("unsubscribed", "gulf"), ("confirmed", "week")],
    ),
]


@pytest.mark.parametrize(("lists", "after", "entered"), CHANGES)
def test_changing_lists(anna, lists, after, entered):
    before = agreed(anna)
    assert change_to(anna, lists).states == after == states(anna)
    assert agreed(anna)[len(before) :] == entered
    assert states(anna, "bela@example.org") == {"korea": "confirmed"}
    with anna.reading() as connection:
        assert unfounded(connection) == []
        assert broken_link(connection) is None


def test_changing_on_both_databases(listed):
    put_on(listed, "anna@example.org", ["korea", "gulf"])
    assert change_to(listed, ["week"]).states == {
        "gulf": "unsubscribed",
        "korea": "unsubscribed",
        "week": "confirmed",
    }
    assert erase(listed, SETTINGS, yours_token(listed), NOW).address == "anna@example.org"
    with listed.reading() as connection:
        assert broken_link(connection) is None


@pytest.mark.parametrize("slug", ["staff", "old", "nowhere", "", "KOREA"])
def test_lists_that_are_not_to_choose_from(anna, slug):
    before = agreed(anna)
    with pytest.raises(InputError, match="no list") as raised:
        change_to(anna, ["week", slug])
    assert raised.value.kind == "lists"
    assert agreed(anna) == before
    assert states(anna) == {"gulf": "confirmed", "korea": "confirmed"}


def test_a_private_list_can_be_kept_and_left_but_not_joined(anna):
    with anna.writing() as connection:
        set_states(connection, key_of(anna), ["staff"], "confirmed", NOW)
    assert change_to(anna, ["staff"]).states["staff"] == "confirmed"
    assert change_to(anna, []).states["staff"] == "unsubscribed"
    with pytest.raises(InputError, match="no list 'staff'"):
        change_to(anna, ["staff"])


def test_nobody_is_put_on_a_list_whose_mail_came_back(anna):
    with anna.writing() as connection:
        shut_out(connection, SETTINGS, subscriber(connection, key_of(anna)), "bounced", NOW)
    assert yours(anna, yours_token(anna), NOW).suppressed == "bounced"
    with pytest.raises(InputError, match="no mail is sent to this address") as raised:
        change_to(anna, ["week"])
    assert raised.value.kind == "suppressed"
    assert change_to(anna, []).states == {"gulf": "bounced", "korea": "bounced"}


def test_what_is_taken_along_is_all_there_is(anna):
    told = json.loads(msgspec.json.encode(export(anna, SETTINGS, yours_token(anna), NOW + 60, VISIT)))
    assert (told["address"], told["made"]) == ("anna@example.org", "2026-05-28T20:26:40Z")
    assert {row["list"]: row["state"] for row in told["subscriptions"]} == states(anna)
    assert [row["lists"] for row in told["sign_ups"]] == ["korea gulf"]
    assert [row["kind"] for row in told["mails"]] == ["confirm"]
    actions = ["requested", "requested", "confirmed", "confirmed", "exported"]
    assert [row["action"] for row in told["consents"]] == actions
    assert [row["at"] for row in told["consents"]][-1] == "2026-05-28T20:27:40Z"
    assert {row["text"] for row in told["consents"][:4]} == {WORDS}
    assert "bela" not in json.dumps(told)


# Every column of every table that could hold something of a person.
def everything(store):
    names = [name for (name,) in rows(store, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: rows(store, f'SELECT * FROM "{name}"') for name in names if "words" not in name}


PERSONAL = ("anna", "203.0.113", "Browser 1.0")


def test_erasing_leaves_only_the_keyed_digest(anna):
    key = key_of(anna)
    with anna.reading() as connection:
        digest = who(connection, "anna@example.org")
    told = erase(anna, SETTINGS, yours_token(anna), NOW + 60, VISIT)
    assert told == Erased(subscriber=key, address="anna@example.org")
    held = everything(anna)
    with_bela = repr({name: found for name, found in held.items() if name not in {"consent", "allowance"}})
    assert "anna" not in with_bela
    mine = [row for row in held["consent"] if row[1] == key]
    assert [row[4] for row in mine] == [*["requested"] * 2, *["confirmed"] * 2, *["unsubscribed"] * 2, "erased"]
    assert {row[2] for row in mine} == {digest}
    assert not [word for word in PERSONAL if word in repr(mine)]
    assert "203.0.113.0/24" in repr([row for row in held["consent"] if row[1] != key])
    assert (digest, "erased", NOW + 60) in held["suppression"]
    assert yours(anna, yours_token_of(anna, key), NOW) is None
    assert states(anna, "bela@example.org") == {"korea": "confirmed"}
    with anna.reading() as connection:
        assert broken_link(connection) is None
        assert unfounded(connection) == []


def yours_token_of(store, key):
    return make_token(link_keys(store), "yours", key, NOW + DAY)


def test_nothing_of_it_is_left_in_the_file(anna):
    file = Path(anna.where)
    settle(file)
    assert b"anna@example.org" in file.read_bytes()
    erase(anna, SETTINGS, yours_token(anna), NOW)
    settle(file)
    assert b"anna@example.org" not in file.read_bytes()


def settle(file):
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_an_erased_address_stays_without_mail(anna):
    erase(anna, SETTINGS, yours_token(anna), NOW)
    for n, address in enumerate(("anna@example.org", "ANNA@Example.org")):
        assert ask(anna, address, now=NOW + (n + 2) * DAY) == Answer()
    assert "anna" not in repr(rows(anna, "SELECT * FROM subscriber"))
    assert {address for _, address in mails(anna)} == {"bela@example.org", None} - {None}
    with anna.writing() as connection:
        assert lift(connection, who(connection, "anna@example.org"))
    ask(anna, "anna@example.org", now=NOW + 9 * DAY)
    assert mails(anna)[-1] == ("confirm", "anna@example.org")


def test_erasing_keeps_the_reason_for_which_no_mail_is_sent(anna):
    with anna.writing() as connection:
        shut_out(connection, SETTINGS, subscriber(connection, key_of(anna)), "complained", NOW)
    erase(anna, SETTINGS, yours_token(anna), NOW)
    with anna.reading() as connection:
        assert suppression_of(connection, who(connection, "anna@example.org")) == "complained"


def test_erasing_twice(anna):
    key, token = key_of(anna), yours_token(anna)
    erase(anna, SETTINGS, token, NOW)
    before = everything(anna)
    assert erase(anna, SETTINGS, token, NOW) is None
    with anna.writing() as connection:
        assert erase_person(connection, SETTINGS, subscriber(connection, key), NOW) == Erased(
            subscriber=key, address=""
        )
    assert {**everything(anna), "pulse": 0} == {**before, "pulse": 0}


def test_erasing_by_whoever_runs_the_lists(anna):
    with anna.writing() as connection:
        erase_person(connection, SETTINGS, subscriber(connection, key_of(anna)), NOW, by="operator")
    ends = rows(anna, "SELECT action, by FROM consent ORDER BY number DESC LIMIT 3")
    assert ends == [("erased", "operator"), ("unsubscribed", "operator"), ("unsubscribed", "operator")]


def test_addresses_that_were_never_confirmed_are_forgotten(anna):
    ask(anna, "cleo@example.org", now=NOW)
    expires = NOW + 48 * 3600
    assert forget_unconfirmed(anna, SETTINGS, expires, NOW + 9 * DAY) == 0
    assert forget_unconfirmed(anna, SETTINGS, expires + 1, NOW + 9 * DAY) == 1
    assert "cleo" not in repr(everything(anna))
    assert states(anna) == {"gulf": "confirmed", "korea": "confirmed"}
    with anna.reading() as connection:
        assert broken_link(connection) is None
    ask(anna, "cleo@example.org", now=NOW + 10 * DAY)
    assert mails(anna)[-1] == ("confirm", "cleo@example.org")
    assert confirm_token(anna, "cleo@example.org")
