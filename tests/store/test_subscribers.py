"""Subscribers: one for an address, states by list, pages of those who get it, and what erasing leaves."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from dragoman.store import open_store, subscribers
from dragoman.store.mailings import MailingList, add_list
from dragoman.store.subscribers import Subscriber

NOW = 1_780_000_000
LISTS = ("daily", "korea", "weekly")


@pytest.fixture
def connection(scratch):
    """A connection to a store with three lists."""
    for slug in LISTS:
        add_list(scratch, MailingList(slug=slug, title=slug, made=NOW))
    return scratch


def add(connection, name):
    return subscribers.add_subscriber(connection, f"{name}@example.org", f"{name.lower()}@example.org", NOW)


def mail(connection, key, *, kind="issue", state="queued", slug="daily", reply=""):
    """A mail in the outbox, and its number."""
    issue = None
    if kind == "issue":
        number = connection.execute(text("SELECT count(*) FROM issue")).scalar() + 1
        row = {"list": slug, "number": number}
        made = text(
            "INSERT INTO issue (list, number, made, first, last, subject, held) "
            "VALUES (:list, :number, 0, '', '', '', '{}') RETURNING key"
        )
        issue = connection.execute(made, row).scalar()
    row = {"kind": kind, "subscriber": key, "issue": issue, "state": state, "reply": reply}
    added = text(
        "INSERT INTO outbox (kind, subscriber, issue, state, due, attempts, changed, reply) "
        "VALUES (:kind, :subscriber, :issue, :state, 0, 0, 0, :reply) RETURNING key"
    )
    return connection.execute(added, row).scalar()


def states_of_mails(connection):
    return dict(connection.execute(text("SELECT key, state FROM outbox ORDER BY key")).all())


def test_an_address_has_one_subscriber(connection):
    anna = add(connection, "Anna")
    assert add(connection, "ANNA") == anna != add(connection, "Bela")
    told = Subscriber(key=anna, address="Anna@example.org", same="anna@example.org", made=NOW)
    assert subscribers.subscriber_of(connection, "anna@example.org") == told == subscribers.subscriber(connection, anna)
    assert subscribers.subscriber_of(connection, "nobody@example.org") is None
    assert subscribers.subscriber(connection, anna + 99) is None


def test_states_of_lists(connection):
    anna, bela = add(connection, "anna"), add(connection, "bela")
    subscribers.set_states(connection, anna, ["korea", "daily"], "confirmed", NOW)
    subscribers.set_states(connection, anna, ["korea"], "unsubscribed", NOW + 1)
    subscribers.set_states(connection, bela, ["korea"], "confirmed", NOW)
    subscribers.set_states(connection, bela, [], "bounced", NOW)
    assert subscribers.subscriptions_of(connection, anna) == {"daily": "confirmed", "korea": "unsubscribed"}
    assert subscribers.subscriptions_of(connection, bela) == {"korea": "confirmed"}
    assert subscribers.counts(connection, "korea") == {"confirmed": 1, "unsubscribed": 1}
    assert subscribers.counts(connection, "weekly") == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "pending"),
        ("pending", "pending"),
        ("confirmed", "confirmed"),
        ("unsubscribed", "pending"),
        ("bounced", "pending"),
        ("complained", "pending"),
    ],
)
def test_asking_changes_nothing_for_whoever_is_on_a_list(connection, before, after):
    anna = add(connection, "anna")
    if before:
        subscribers.set_states(connection, anna, ["korea"], before, NOW)
    subscribers.ask(connection, anna, ["korea", "daily"], NOW + 1)
    assert subscribers.subscriptions_of(connection, anna) == {"daily": "pending", "korea": after}


def test_pages_of_those_who_get_a_list(connection):
    everybody = [add(connection, f"reader{n}") for n in range(25)]
    for key in everybody:
        subscribers.set_states(connection, key, ["korea"], "confirmed" if key % 5 else "pending", NOW)
        subscribers.set_states(connection, key, ["daily"], "confirmed", NOW)
    pages, after = [], 0
    while page := subscribers.confirmed(connection, "korea", after, 7):
        pages.append([one.key for one in page])
        after = page[-1].key
    assert [len(page) for page in pages] == [7, 7, 6]
    assert [key for page in pages for key in page] == [key for key in everybody if key % 5]
    assert subscribers.confirmed(connection, "weekly") == []


def test_a_sign_up_is_used_once_and_in_time(connection):
    anna = add(connection, "anna")
    key = subscribers.add_sign_up(connection, anna, ["korea", "daily"], NOW, NOW + 100)
    found = subscribers.sign_up_of(connection, key)
    assert (found.subscriber, found.lists, found.expires, found.confirmed) == (
        anna,
        ("korea", "daily"),
        NOW + 100,
        None,
    )
    assert not subscribers.use_sign_up(connection, key, NOW + 100)
    assert not subscribers.use_sign_up(connection, key + 1, NOW)
    assert [subscribers.use_sign_up(connection, key, NOW + 99) for _ in range(2)] == [True, False]
    assert subscribers.sign_up_of(connection, key).confirmed == NOW + 99
    assert subscribers.sign_up_of(connection, key + 1) is None


def test_suppression_keeps_its_first_reason_until_it_is_lifted(connection):
    subscribers.suppress(connection, "digest", "bounced", NOW)
    subscribers.suppress(connection, "digest", "erased", NOW + 1)
    assert subscribers.suppression_of(connection, "digest") == "bounced"
    assert subscribers.suppression_of(connection, "other") is None
    assert [subscribers.lift(connection, "digest") for _ in range(2)] == [True, False]
    assert subscribers.suppression_of(connection, "digest") is None


# Lists whose mails are taken back; of three issues, a confirmation, and one that is being sent, those that then go out.
DROPPED = [
    (["daily"], {"korea", "weekly", "confirm", "sending"}),
    (["daily", "weekly"], {"korea", "confirm", "sending"}),
    ([], {"daily", "korea", "weekly", "confirm", "sending"}),
    (["other"], {"daily", "korea", "weekly", "confirm", "sending"}),
    (None, {"sending"}),
]


@pytest.mark.parametrize(("slugs", "left"), DROPPED)
def test_taking_back_what_is_queued(connection, slugs, left):
    anna, bela = add(connection, "anna"), add(connection, "bela")
    names = {mail(connection, anna, slug=slug): slug for slug in LISTS}
    names[mail(connection, anna, kind="confirm")] = "confirm"
    names[mail(connection, anna, state="sending")] = "sending"
    other = mail(connection, bela)
    assert subscribers.drop_mails(connection, anna, slugs, NOW) == 5 - len(left)
    found = states_of_mails(connection)
    assert {name for key, name in names.items() if found[key] != "dropped"} == left
    assert found[other] == "queued"


def fill(connection):
    """Anna, of whom every table holds something, with her number."""
    anna = add(connection, "Anna")
    subscribers.set_states(connection, anna, LISTS, "confirmed", NOW)
    sign_up = subscribers.add_sign_up(connection, anna, LISTS, NOW, NOW + 100)
    subscribers.queue_mail(connection, "confirm", anna, sign_up, NOW)
    mail(connection, anna, state="failed", reply="550 no anna@example.org here")
    told = {"key": anna, "told": "no Anna@example.org here"}
    connection.execute(text("INSERT INTO bounce (subscriber, kind, at, told) VALUES (:key, 'soft', 0, :told)"), told)
    theirs = {"key": str(anna), "theirs": "5d41402a"}
    for kind in ("subscriber", "issue"):
        row = {**theirs, "kind": kind}
        connection.execute(text("INSERT INTO platform_id VALUES ('mailchimp', :kind, :key, :theirs)"), row)
    return anna


def test_all_that_is_held(connection):
    anna = fill(connection)
    found = subscribers.held(connection, anna)
    assert {name: len(rows) for name, rows in found.items()} == {
        "subscriber": 1,
        "subscription": 3,
        "sign_up": 1,
        "outbox": 2,
        "bounce": 1,
        "platform_id": 1,
    }
    assert found["subscriber"][0]["address"] == "Anna@example.org"
    assert [row["list"] for row in found["outbox"]] == [None, "daily"]


def test_erasing_leaves_a_number(connection):
    anna, bela = fill(connection), add(connection, "bela")
    subscribers.set_states(connection, bela, ["korea"], "confirmed", NOW)
    subscribers.erase(connection, anna, NOW)
    subscribers.erase(connection, anna, NOW)
    assert subscribers.subscriber(connection, anna) == Subscriber(key=anna, address=None, same=None, made=NOW)
    found = subscribers.held(connection, anna)
    assert [name for name, rows in found.items() if rows] == ["subscriber", "outbox"]
    assert [(row["state"], row["reply"]) for row in found["outbox"]] == [("dropped", ""), ("failed", "")]
    assert subscribers.subscriptions_of(connection, bela) == {"korea": "confirmed"}
    assert connection.execute(text("SELECT kind FROM platform_id")).scalars().all() == ["issue"]
    assert add(connection, "Anna") not in {anna, bela}


def test_erasing_on_both_databases(store, kind):
    with store.writing() as connection:
        for slug in LISTS:
            add_list(connection, MailingList(slug=slug, title=slug, made=NOW))
        anna = fill(connection)
    with store.writing() as connection:
        subscribers.erase(connection, anna, NOW)
    with store.reading() as connection:
        assert subscribers.subscriber(connection, anna).address is None
        assert [one.key for one in subscribers.confirmed(connection, "korea")] == []


def test_what_is_erased_is_not_in_the_file(tmp_path):
    file = tmp_path / "store.db"
    with open_store(file) as store:
        with store.writing() as connection:
            for slug in LISTS:
                add_list(connection, MailingList(slug=slug, title=slug, made=NOW))
            anna = fill(connection)
            for n in range(200):
                add(connection, f"reader{n}")
        settle(file)
        assert b"nna@example.org" in file.read_bytes()
        with store.writing() as connection:
            subscribers.erase(connection, anna, NOW)
    settle(file)
    assert b"nna@example.org" not in file.read_bytes()
    assert not Path(f"{file}-wal").exists() or b"nna@example.org" not in Path(f"{file}-wal").read_bytes()


def settle(file):
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def asked(connection, name, after, state=None, made=NOW):
    key = subscribers.add_subscriber(connection, f"{name}@example.org", f"{name}@example.org", made)
    if after is not None:
        subscribers.add_sign_up(connection, key, ["korea"], NOW + after - 100, NOW + after)
        subscribers.ask(connection, key, ["korea"], NOW)
    if state:
        subscribers.set_states(connection, key, ["korea"], state, NOW)
    return key


def test_those_who_never_confirmed(connection):
    """Whose last link has expired before, and who never was on a list."""
    gone = {asked(connection, "gone", 999), asked(connection, "never", None)}
    asked(connection, "waits", 1000)
    asked(connection, "confirmed", 10, "confirmed")
    asked(connection, "left", 10, "unsubscribed")
    asked(connection, "new", None, made=NOW + 1000)
    asked(connection, "gone", 5)
    erased = asked(connection, "erased", 5)
    subscribers.erase(connection, erased, NOW)
    assert {one.key for one in subscribers.never_confirmed(connection, NOW + 1000)} == gone
    assert len(subscribers.never_confirmed(connection, NOW + 1000, 1)) == 1
