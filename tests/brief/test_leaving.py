"""Leaving: at once, by one link, as often as one likes; other lists and people are left alone."""

import threading

import pytest
from sqlalchemy import text

from dragoman.brief.leaving import Left, end, leave, shut_out, to_leave
from dragoman.brief.links import leave_link
from dragoman.brief.signing import confirm
from dragoman.brief.tokens import make_token
from dragoman.brief.yours import erase
from dragoman.store.consents import broken_link, unfounded
from dragoman.store.keys import link_keys, rotate, who
from dragoman.store.mailings import number_of
from dragoman.store.outbox import due_mails, queue_issue
from dragoman.store.subscribers import subscriber, suppression_of
from tests.brief.visitors import (
    DAY,
    NOW,
    SETTINGS,
    VISIT,
    agreed,
    ask,
    confirm_token,
    key_of,
    leave_token,
    mails,
    put_on,
    rows,
    states,
    yours_token,
)


@pytest.fixture
def on_two(lite):
    """Anna is on two lists and Bela on one of them."""
    put_on(lite, "bela@example.org", ["korea"])
    put_on(lite, "anna@example.org", ["korea", "gulf"])
    return lite


def test_leaving_one_list(listed):
    put_on(listed, "bela@example.org", ["korea"])
    key = put_on(listed, "anna@example.org", ["korea", "gulf"])
    told = leave(listed, SETTINGS, leave_token(listed, slug="korea"), NOW + 60, VISIT)
    assert told == Left(subscriber=key, lists=("korea",), all=False, done=False)
    assert states(listed) == {"gulf": "confirmed", "korea": "unsubscribed"}
    assert states(listed, "bela@example.org") == {"korea": "confirmed"}
    assert agreed(listed)[-1] == ("unsubscribed", "korea")
    with listed.reading() as connection:
        assert unfounded(connection) == []
        assert broken_link(connection) is None


def test_leaving_all_lists(on_two):
    told = leave(on_two, SETTINGS, leave_token(on_two), NOW + 60, VISIT)
    assert told == Left(subscriber=key_of(on_two), lists=("gulf", "korea"), all=True, done=False)
    assert states(on_two) == {"gulf": "unsubscribed", "korea": "unsubscribed"}
    assert states(on_two, "bela@example.org") == {"korea": "confirmed"}
    assert agreed(on_two)[-2:] == [("unsubscribed", "gulf"), ("unsubscribed", "korea")]


@pytest.mark.parametrize("slug", ["korea", ""])
def test_leaving_twice(on_two, slug):
    token = leave_token(on_two, slug=slug)
    assert not leave(on_two, SETTINGS, token, NOW).done
    before = agreed(on_two)
    for _ in range(3):
        assert leave(on_two, SETTINGS, token, NOW + 60).done
        assert to_leave(on_two, token).done
    assert agreed(on_two) == before


@pytest.mark.parametrize("slug", ["korea", ""])
def test_a_hundred_at_once(listed, slug):
    put_on(listed, lists=["korea"])
    token, found = leave_token(listed, slug=slug), []
    threads = [threading.Thread(target=lambda: found.append(leave(listed, SETTINGS, token, NOW))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.done for one in found) == [False] + [True] * 99
    assert agreed(listed).count(("unsubscribed", "korea")) == 1


def test_a_link_to_leave_never_ends(on_two):
    token = leave_token(on_two)
    with on_two.writing() as connection:
        rotate(connection, "links", NOW)
    assert not leave(on_two, SETTINGS, token, NOW + 3650 * DAY).done


def test_links_of_people_who_are_gone(on_two):
    tokens = [leave_token(on_two), leave_token(on_two, slug="korea")]
    key = key_of(on_two)
    erase(on_two, SETTINGS, yours_token(on_two), NOW)
    before = agreed(on_two)
    for token in tokens:
        told = leave(on_two, SETTINGS, token, NOW)
        assert (told.subscriber, told.lists, told.done) == (key, (), True)
    assert agreed(on_two) == before


def test_links_that_nobody_was_given(on_two):
    keys, anna = link_keys(on_two), key_of(on_two)
    forged = [
        make_token(keys, "confirm", anna, 0),
        make_token(keys, "yours", anna, 0),
        make_token(keys, "leave", anna),
        make_token(keys, "leave", anna, 0, 0),
        make_token(keys, "leave", anna + 99, 0),
        make_token(keys, "leave", 2**63 - 1, 0),
        make_token([b"another"], "leave", anna, 0),
        "",
        "A" * 1_000_000,
    ]
    for token in forged:
        assert to_leave(on_two, token) is None
        assert leave(on_two, SETTINGS, token, NOW) is None
    assert leave(on_two, SETTINGS, make_token(keys, "leave", anna, number_of("week")), NOW).done
    assert states(on_two) == {"gulf": "confirmed", "korea": "confirmed"}


def test_from_the_first_mail_on(lite):
    """Before anything was confirmed: nothing is sent any more, and the link in that mail confirms nothing."""
    ask(lite, lists=["korea", "gulf"])
    token = confirm_token(lite)
    assert leave(lite, SETTINGS, leave_token(lite), NOW).lists == ("gulf", "korea")
    assert mails(lite) == []
    assert confirm(lite, SETTINGS, token, NOW) is None
    assert states(lite) == {"gulf": "unsubscribed", "korea": "unsubscribed"}


def test_whoever_left_can_come_back(on_two):
    leave(on_two, SETTINGS, leave_token(on_two), NOW)
    later = NOW + 2 * DAY
    ask(on_two, lists=["gulf"], now=later)
    assert confirm(on_two, SETTINGS, confirm_token(on_two), later).lists == ("gulf",)
    assert states(on_two) == {"gulf": "confirmed", "korea": "unsubscribed"}


def add_issue(store, slug):
    with store.writing() as connection:
        connection.execute(text("UPDATE outbox SET state = 'sent'"))
        row = {"list": slug}
        query = (
            "INSERT INTO issue (list, number, made, first, last, subject, held) VALUES (:list, 1, 0, '', '', '', '{}')"
        )
        key = connection.execute(text(f"{query} RETURNING key"), row).scalar()
        queue_issue(connection, key, slug, NOW)


# Which list's mail is queued, which is left, and whether the mail goes out.
QUEUED = [("korea", "korea", False), ("korea", "gulf", True), ("korea", "", False)]


@pytest.mark.parametrize(("queued", "left", "goes"), QUEUED)
def test_what_is_queued_does_not_go_out_any_more(on_two, queued, left, goes):
    add_issue(on_two, queued)
    leave(on_two, SETTINGS, leave_token(on_two, slug=left), NOW)
    with on_two.reading() as connection:
        waiting = {mail.address for mail in due_mails(connection, NOW)}
    assert waiting == {"bela@example.org"} | ({"anna@example.org"} if goes else set())


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_mail_that_came_back_and_complaints(on_two, reason):
    add_issue(on_two, "korea")
    with on_two.writing() as connection:
        person = subscriber(connection, key_of(on_two))
        assert shut_out(connection, SETTINGS, person, reason, NOW) == ("gulf", "korea")
        assert shut_out(connection, SETTINGS, person, reason, NOW) == ()
        assert suppression_of(connection, who(connection, "anna@example.org")) == reason
    assert states(on_two) == {"gulf": reason, "korea": reason}
    assert mails(on_two) == [("issue", "bela@example.org")]
    assert agreed(on_two)[-2:] == [(reason, "gulf"), (reason, "korea")]
    assert rows(on_two, "SELECT DISTINCT by FROM consent WHERE action = :reason", reason=reason) == [("mail",)]
    assert leave(on_two, SETTINGS, leave_token(on_two), NOW).done


def test_ending_by_whoever_runs_the_lists(on_two):
    with on_two.writing() as connection:
        person = subscriber(connection, key_of(on_two))
        assert end(connection, SETTINGS, person, ["korea", "week"], "unsubscribed", NOW, by="operator") == ("korea",)
    assert states(on_two) == {"gulf": "confirmed", "korea": "unsubscribed"}
    assert rows(on_two, "SELECT by FROM consent ORDER BY number DESC LIMIT 1") == [("operator",)]


def test_the_link():
    link = leave_link(SETTINGS, [b"k"], 7, "korea")
    assert link.startswith("https://record.example/briefings/leave/")
    assert link.isascii()
    assert len(link) < 110
    assert len({leave_link(SETTINGS, [b"k"], person, slug) for person in (7, 8) for slug in ("korea", "gulf", "")}) == 6
