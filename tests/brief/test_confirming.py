"""Confirming: once, in time, by the link alone; looking at it changes nothing."""

import threading

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from msgspec.structs import replace

from dragoman.brief.leaving import leave, shut_out, to_leave
from dragoman.brief.links import confirm_link
from dragoman.brief.signing import Confirmed, confirm, to_confirm
from dragoman.brief.tokens import make_token
from dragoman.brief.yours import erase, yours
from dragoman.store.consents import broken_link, unfounded
from dragoman.store.keys import link_keys, rotate
from dragoman.store.mailings import change_list, list_of
from dragoman.store.subscribers import subscriber
from tests.brief.test_tokens import ALTERATIONS
from tests.brief.visitors import (
    DAY,
    NOW,
    SETTINGS,
    VISIT,
    agreed,
    ask,
    confirm_token,
    form,
    key_of,
    leave_token,
    put_on,
    rows,
    states,
    token_of,
    yours_token,
)

HOURS_48 = 48 * 3600


def contents(store):
    """All that a confirmation could change."""
    tables = ("subscription", "sign_up", "consent", "outbox", "suppression", "allowance", "pulse")
    return [rows(store, f"SELECT * FROM {table}") for table in tables]


@pytest.fixture
def asked(lite):
    """A store in which somebody waits for two lists."""
    ask(lite, lists=["korea", "gulf"])
    return lite


def test_a_link_puts_its_person_on_its_lists(listed):
    ask(listed, lists=["korea", "gulf"])
    told = confirm(listed, SETTINGS, confirm_token(listed), NOW + 60, VISIT)
    assert told == Confirmed(subscriber=key_of(listed), lists=("korea", "gulf"), done=False)
    assert states(listed) == {"gulf": "confirmed", "korea": "confirmed"}
    assert agreed(listed)[2:] == [("confirmed", "korea"), ("confirmed", "gulf")]
    with listed.reading() as connection:
        assert unfounded(connection) == []
        assert broken_link(connection) is None


def test_consents_tell_when_from_where_and_what_was_shown(asked):
    confirm(asked, SETTINGS, confirm_token(asked), NOW + 60, VISIT)
    found = rows(asked, "SELECT at, origin, agent, form, text FROM consent WHERE action = 'confirmed'")
    requested = rows(asked, "SELECT text FROM consent WHERE action = 'requested'")
    assert found == [(NOW + 60, "203.0.113.0/24", VISIT.agent, VISIT.form, requested[0][0])] * 2


def test_looking_at_links_changes_nothing(asked):
    token, leaving, own = confirm_token(asked), leave_token(asked), yours_token(asked)
    before = contents(asked)
    for _ in range(3):
        assert to_confirm(asked, token, NOW).lists == ("korea", "gulf")
        assert to_leave(asked, leaving).lists == ("gulf", "korea")
        assert yours(asked, own, NOW).states == {"gulf": "pending", "korea": "pending"}
    assert contents(asked) == before


def test_a_link_works_once(asked):
    token = confirm_token(asked)
    first = confirm(asked, SETTINGS, token, NOW)
    before = contents(asked)
    again = confirm(asked, SETTINGS, token, NOW + 60)
    assert (first.done, again.done, again.lists) == (False, True, first.lists)
    assert to_confirm(asked, token, NOW).done
    assert contents(asked) == before


def test_a_link_that_was_used_brings_nobody_back(asked):
    token = confirm_token(asked)
    confirm(asked, SETTINGS, token, NOW)
    leave(asked, SETTINGS, leave_token(asked, slug="korea"), NOW + 60)
    assert confirm(asked, SETTINGS, token, NOW + 120).lists == ("gulf",)
    leave(asked, SETTINGS, leave_token(asked), NOW + 180)
    assert confirm(asked, SETTINGS, token, NOW + 240) is None
    ask(asked, lists=["korea"], now=NOW + DAY + 2000)
    assert confirm(asked, SETTINGS, token, NOW + DAY + 2060) is None
    assert states(asked) == {"gulf": "unsubscribed", "korea": "pending"}


def test_a_link_confirms_nothing_that_was_left_before(asked):
    """From the first mail too: whoever leaves by it stays off the lists, whatever is pressed afterwards."""
    token = confirm_token(asked)
    leave(asked, SETTINGS, leave_token(asked, slug="korea"), NOW)
    assert confirm(asked, SETTINGS, token, NOW).lists == ("gulf",)
    assert states(asked) == {"gulf": "confirmed", "korea": "unsubscribed"}


@pytest.mark.parametrize(
    ("after", "works"), [(0, True), (HOURS_48 - 1, True), (HOURS_48, False), (HOURS_48 + 1, False), (99 * DAY, False)]
)
def test_a_link_ends_after_two_days(asked, after, works):
    token = confirm_token(asked)
    assert (to_confirm(asked, token, NOW + after) is not None) == works
    assert (confirm(asked, SETTINGS, token, NOW + after) is not None) == works
    assert states(asked)["korea"] == ("confirmed" if works else "pending")


def test_a_link_ends_when_its_sign_up_says_so(asked):
    """Whatever time stands in it."""
    ((key,),) = rows(asked, "SELECT key FROM sign_up")
    token = token_of(confirm_link(SETTINGS, link_keys(asked), key, NOW + 99 * DAY))
    assert confirm(asked, SETTINGS, token, NOW + HOURS_48) is None
    assert confirm(asked, SETTINGS, token, NOW + HOURS_48 - 1) is not None


def archive(store):
    with store.writing() as connection:
        for slug in ("korea", "gulf"):
            change_list(connection, replace(list_of(connection, slug), visibility="archived"))


def suppress(store):
    with store.writing() as connection:
        shut_out(connection, SETTINGS, subscriber(connection, key_of(store)), "bounced", NOW)


def change_keys(store):
    with store.writing() as connection:
        rotate(connection, "links", NOW, keep=1)


def leave_all(store):
    leave(store, SETTINGS, leave_token(store), NOW)


def erase_all(store):
    erase(store, SETTINGS, yours_token(store), NOW)


@pytest.mark.parametrize("end", [archive, suppress, change_keys, leave_all, erase_all])
def test_what_ends_a_link(asked, end):
    token = confirm_token(asked)
    end(asked)
    before = contents(asked)
    assert to_confirm(asked, token, NOW) is None
    assert confirm(asked, SETTINGS, token, NOW) is None
    assert contents(asked) == before
    assert "confirmed" not in {state for (state,) in rows(asked, "SELECT state FROM subscription")}


def test_a_new_key_leaves_links_good(asked):
    token = confirm_token(asked)
    with asked.writing() as connection:
        rotate(connection, "links", NOW)
    assert confirm(asked, SETTINGS, token, NOW) is not None


def test_a_hundred_at_once(listed):
    ask(listed, lists=["korea", "gulf"])
    token, found = confirm_token(listed), []
    threads = [threading.Thread(target=lambda: found.append(confirm(listed, SETTINGS, token, NOW))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.done for one in found) == [False] + [True] * 99
    assert agreed(listed)[2:] == [("confirmed", "korea"), ("confirmed", "gulf")]


def test_others_are_left_alone(lite):
    put_on(lite, "bela@example.org", ["korea"], now=NOW - DAY)
    ask(lite, "cleo@example.org", ["korea"])
    ask(lite, "anna@example.org", ["korea"])
    confirm(lite, SETTINGS, confirm_token(lite, "anna@example.org"), NOW)
    assert states(lite, "bela@example.org") == {"korea": "confirmed"}
    assert states(lite, "cleo@example.org") == {"korea": "pending"}
    assert states(lite, "anna@example.org") == {"korea": "confirmed"}


def forgeries(store):
    """Tokens that our keys have signed for other things, and what is none."""
    keys = link_keys(store)
    ((key, until),) = rows(store, "SELECT key, expires FROM sign_up")
    return [
        make_token(keys, "leave", key, until),
        make_token(keys, "yours", key, until),
        make_token(keys, "form", key, until),
        make_token(keys, "confirm", key + 1, until),
        make_token(keys, "confirm", key, NOW),
        make_token(keys, "confirm", key),
        make_token(keys, "confirm", key, until, 0),
        make_token(keys, "confirm", 2**63 - 1, until),
        make_token([b"another key"], "confirm", key, until),
        "",
        "." * 60,
        "A" * 1_000_000,
    ]


def test_forged_links_do_nothing(asked):
    before = contents(asked)
    for token in forgeries(asked):
        assert to_confirm(asked, token, NOW) is None
        assert confirm(asked, SETTINGS, token, NOW) is None
    assert contents(asked) == before


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(sorted(ALTERATIONS)), place=st.integers(0, 2**28), bit=st.integers(0, 2**28))
def test_altered_links_do_nothing(asked, kind, place, bit):
    for read, token in ((to_confirm, confirm_token(asked)), (yours, yours_token(asked))):
        altered = ALTERATIONS[kind](token, place, bit)
        assert altered == token or read(asked, altered, NOW) is None
    token = leave_token(asked)
    altered = ALTERATIONS[kind](token, place, bit)
    assert altered == token or to_leave(asked, altered) is None


def test_the_form_of_one_store_is_none_of_another(lite, memory):
    assert form(lite).started != form(memory).started
