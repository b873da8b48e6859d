"""What a platform calls things of ours, on either database."""

import pytest

from dragoman.store import mailings, outbox, platforms, subscribers
from dragoman.store.mailings import MailingList
from dragoman.store.platforms import Member, On

NAME = "mailchimp a6b5da1054"


@pytest.fixture
def people(store):
    """Five people, each on one of two lists or on both."""
    with store.writing() as connection:
        for slug in ("a", "b"):
            mailings.add_list(connection, MailingList(slug=slug, title=slug.upper(), made=1))
        found = [subscribers.add_subscriber(connection, f"{n}@example.org", f"{n}@example.org", n) for n in range(1, 6)]
        for key in found:
            subscribers.set_states(connection, key, ["a"] if key % 2 else ["b", "a"], "confirmed", 100 + key)
    return found


def test_the_first_name_stays_and_a_newer_one_can_be_put(store):
    with store.writing() as connection:
        assert platforms.theirs(connection, NAME, "issue", "7") is None
        assert platforms.keep(connection, NAME, "issue", "7", "x1") == "x1"
        assert platforms.keep(connection, NAME, "issue", "7", "x2") == "x1"
        platforms.put(connection, NAME, "issue", "7", "x3")
        platforms.put(connection, "another", "issue", "7", "x4")
        assert platforms.all_theirs(connection, NAME, "issue") == {"7": "x3"}
        platforms.drop(connection, NAME, "issue", "7")
        assert platforms.all_theirs(connection, NAME, "issue") == {}


@pytest.mark.parametrize("most", [1, 2, 5, 9])
def test_people_come_page_by_page(store, people, most):
    with store.writing() as connection:
        # Neither is on any list any more, and the first has no address.
        subscribers.erase(connection, people[1], 200)
    found, after = [], 0
    with store.reading() as connection:
        while after is not None:
            page, after = platforms.people(connection, after, most)
            found += page
    assert [one.key for one in found] == [key for key in people if key != people[1]]
    assert (
        found[-2].on
        == platforms.Someone(key=0, address="", on={"a": On("confirmed", 104), "b": On("confirmed", 104)}).on
    )
    assert (found[-2].wanted(), found[-2].changed()) == (("a", "b"), 104)


def test_members_are_kept_as_they_are(store, people):
    member = Member(
        subscriber=people[0],
        state="pending",
        lists=("a",),
        changed=5,
        event="x",
        left=True,
        asked=("b",),
        under_way=True,
    )
    with store.writing() as connection:
        platforms.put_member(connection, NAME, "f" * 32, member)
        assert platforms.member_of(connection, NAME, "f" * 32) == member
        assert platforms.member_of(connection, "another", "f" * 32) is None
        assert platforms.members(connection, NAME) == {"f" * 32: member}
        assert platforms.members(connection, NAME, after="f" * 32) == {}
        assert platforms.orphans(connection, NAME) == []


def test_whoever_was_erased_is_an_orphan(store, people):
    with store.writing() as connection:
        for key in people[:2]:
            platforms.put_member(connection, NAME, f"{key:032x}", Member(subscriber=key, state="subscribed"))
        subscribers.erase(connection, people[0], 200)
        assert platforms.orphans(connection, NAME) == [f"{people[0]:032x}"]
        platforms.put_member(connection, NAME, f"{people[0]:032x}", Member(subscriber=people[0], state="subscribed"))
        assert platforms.orphans(connection, NAME) == [f"{people[0]:032x}"]
        assert subscribers.held(connection, people[0])["platform_id"] == []


def test_confirmations_that_wait(store, people):
    with store.writing() as connection:
        for key in people[:3]:
            number = subscribers.add_sign_up(connection, key, ["a"], 100, 1000)
            subscribers.queue_mail(connection, "known" if key == people[1] else "confirm", key, number, 100 + key)
    with store.reading() as connection:
        found = platforms.confirmations(connection, 500, most=1)
        assert [one.subscriber for one in found] == people[:1]
        assert [one.subscriber for one in platforms.confirmations(connection, 500, after=found[0].key)] == people[2:3]
        assert platforms.confirmations(connection, 99) == []
        assert set(found) <= set(outbox.due_mails(connection, 500))


def test_nobody_has_agreed_to_anything(store, people):
    with store.reading() as connection:
        assert platforms.agreements(connection, people[0]) == {}
        assert platforms.someone(connection, people[1], "x").wanted() == ("a", "b")
