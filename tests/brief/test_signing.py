"""Signing up: what is refused, what is queued, and that nobody learns from the answer who is known."""

import pytest
from sqlalchemy import event, text

from dragoman.brief.agreements import Visit
from dragoman.brief.leaving import leave, shut_out
from dragoman.brief.settings import Mailchimp, Settings
from dragoman.brief.signing import OLDEST, QUICKEST, Answer, notice, sign_up, started
from dragoman.brief.tokens import make_token
from dragoman.brief.yours import erase
from dragoman.errors import InputError
from dragoman.store.consents import broken_link
from dragoman.store.keys import link_keys, who
from dragoman.store.subscribers import subscriber, suppress
from tests.brief.visitors import (
    DAY,
    NOW,
    SETTINGS,
    VISIT,
    agreed,
    ask,
    form,
    key_of,
    leave_token,
    mails,
    put_on,
    rows,
    states,
    yours_token,
)

TABLES = ("subscriber", "subscription", "sign_up", "consent", "consent_text", "suppression", "outbox")


def test_a_sign_up_queues_one_mail_and_puts_nobody_on_a_list(listed):
    assert ask(listed, "Anna@Example.org", ["korea", "gulf"]) == Answer()
    assert mails(listed) == [("confirm", "Anna@example.org")]
    assert states(listed) == {"gulf": "pending", "korea": "pending"}
    assert agreed(listed) == [("requested", "korea"), ("requested", "gulf")]
    ((lists, asked, expires, confirmed),) = rows(listed, "SELECT lists, asked, expires, confirmed FROM sign_up")
    assert (lists, asked, expires, confirmed) == ("korea gulf", NOW, NOW + 48 * 3600, None)


def test_what_consents_keep(listed):
    ask(listed)
    ((who, at, origin, agent, page, by, shown),) = rows(
        listed,
        "SELECT who, at, origin, agent, form, by, consent_text.text FROM consent "
        "JOIN consent_text ON consent_text.digest = consent.text",
    )
    assert len(who) == 64
    assert (at, origin, agent, page, by) == (NOW, "203.0.113.0/24", VISIT.agent, VISIT.form, "self")
    assert shown == notice(SETTINGS)


KEPT = [
    ("none", "203.0.113.77", ("", "")),
    ("network", "203.0.113.77", ("203.0.113.0/24", "Browser 1.0")),
    ("full", "203.0.113.77", ("203.0.113.77", "Browser 1.0")),
    ("network", "2001:db8:1:2ff::1", ("2001:db8:1:200::/56", "Browser 1.0")),
    ("full", "::ffff:203.0.113.77", ("203.0.113.77", "Browser 1.0")),
    ("full", "erased:00", ("", "Browser 1.0")),
    ("network", "", ("", "Browser 1.0")),
]


@pytest.mark.parametrize(("keep", "origin", "kept"), KEPT)
def test_how_much_of_the_origin_is_kept(lite, keep, origin, kept):
    visit = Visit(origin=origin, agent="Browser\r\n 1.0\x00", form="f")
    ask(lite, settings=Settings(keep_origin=keep), visit=visit)
    assert rows(lite, "SELECT origin, agent FROM consent") == [kept if not kept[1] else (kept[0], "Browser 1.0")]


REFUSED = [
    ((), "no list was chosen"),
    (("",), "no list '' that one can sign up for"),
    (("nowhere",), "no list 'nowhere'"),
    (("staff",), "no list 'staff'"),
    (("korea", "staff"), "no list 'staff'"),
    (("old",), "the list 'The old list' is closed"),
    (("korea", "old"), "is closed"),
    (("KOREA",), "no list 'KOREA'"),
    (("korea ",), "no list 'korea '"),
    (("korea gulf",), "no list 'korea gulf'"),
    (("k\x00",), "no list"),
    (("korea\ud800",), "no list"),
    (("' OR 1=1 --",), "no list"),
    (("x" * 10_000,), "no list"),
    (("korea",) * 1001, "1,001 lists were chosen; at most 100"),
    (tuple(f"list-{n}" for n in range(1001)), "1,001 lists"),
]


@pytest.mark.parametrize(("lists", "said"), REFUSED, ids=lambda value: str(value)[:30])
def test_lists_that_are_refused(lite, lists, said):
    with pytest.raises(InputError, match=said) as raised:
        ask(lite, lists=lists)
    assert raised.value.kind == "lists"
    assert raised.value.message.isprintable()
    assert len(raised.value.message) < 200
    assert nothing_kept(lite)


def test_a_private_list_is_answered_as_one_that_is_not_there(lite):
    told = []
    for slug in ("staff", "stiff"):
        with pytest.raises(InputError) as raised:
            ask(lite, lists=[slug])
        told.append(raised.value.message.replace(slug, "*"))
    assert told[0] == told[1]


BAD = ["", "anna", "@example.org", "a@", "a..b@example.org", "a@localhost", "a@[127.0.0.1]", '"a b"@example.org']
BAD += [
    "a@example.org\r\nBcc: b@example.org",
    "A <a@example.org>",
    "a@example.org,b@example.org",
    "x" * 65 + "@example.org",
]


@pytest.mark.parametrize("address", BAD)
def test_addresses_that_are_refused(lite, address):
    with pytest.raises(InputError) as raised:
        ask(lite, address)
    assert raised.value.kind == "address"
    assert nothing_kept(lite)


def nothing_kept(store):
    return not any(rows(store, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES)


def test_a_list_named_twice_is_asked_for_once(lite):
    ask(lite, lists=["korea", "gulf", "korea"] * 20)
    assert agreed(lite) == [("requested", "korea"), ("requested", "gulf")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("anna@example.org", "ANNA@EXAMPLE.ORG"),
        ("anna@bücher.example", "Anna@xn--bcher-kva.example"),
        (" anna@example.org ", "anna@Example.org"),
    ],
)
def test_one_address_in_two_spellings(lite, first, second):
    ask(lite, first)
    ask(lite, second, ["gulf"], now=NOW + 2 * DAY)
    assert rows(lite, "SELECT count(*) FROM subscriber") == [(1,)]
    assert [lists for (lists,) in rows(lite, "SELECT lists FROM sign_up ORDER BY key")] == ["korea", "gulf"]


def test_tags_make_another_subscriber_but_no_other_person(lite):
    ask(lite, "anna@example.org")
    ask(lite, "anna+news@example.org", now=NOW + 60)
    assert mails(lite) == [("confirm", "anna@example.org")]
    ask(lite, "anna+news@example.org", now=NOW + 2 * DAY)
    assert mails(lite) == [("confirm", "anna@example.org"), ("confirm", "anna+news@example.org")]


# What a program does with a form, which changes nothing and is answered like all others.
PROGRAMS = [
    {"trap": "https://spam.example"},
    {"trap": " "},
    {"age": 0},
    {"age": QUICKEST - 1},
    {"started": ""},
    {"started": "A" * 60},
    {"started": "é"},
]


@pytest.mark.parametrize("other", PROGRAMS, ids=str)
def test_programs_are_answered_alike_and_nothing_is_done(lite, other):
    assert ask(lite, **other) == Answer() == ask(lite, "bela@example.org")
    assert mails(lite) == [("confirm", "bela@example.org")]
    assert rows(lite, "SELECT count(*) FROM subscriber") == [(1,)]


@pytest.mark.parametrize("purpose", ["leave", "confirm", "yours"])
def test_a_token_of_another_kind_is_none_of_a_form(lite, purpose):
    assert ask(lite, started=make_token(link_keys(lite), purpose, NOW - 60)) == Answer()
    assert mails(lite) == []


@pytest.mark.parametrize("age", [QUICKEST, 3600, OLDEST])
def test_forms_of_people(lite, age):
    ask(lite, age=age)
    assert len(mails(lite)) == 1


@pytest.mark.parametrize("age", [OLDEST + 1, -1, -3600])
def test_a_form_that_was_opened_long_ago_or_by_another_clock(lite, age):
    with pytest.raises(InputError, match="send it once more") as raised:
        ask(lite, age=age)
    assert raised.value.kind == "form"
    assert nothing_kept(lite)
    assert started(lite, NOW) != started(lite, NOW + 1)


def new(store):
    pass


def waiting(store):
    ask(store, now=NOW - 2 * DAY)


def known(store):
    put_on(store, now=NOW - 2 * DAY)


def partly_known(store):
    put_on(store, lists=["gulf"], now=NOW - 2 * DAY)


def gone(store):
    put_on(store, now=NOW - 2 * DAY)
    leave(store, SETTINGS, leave_token(store), NOW - DAY)


def erased(store):
    put_on(store, now=NOW - 2 * DAY)
    erase(store, SETTINGS, yours_token(store), NOW - DAY)


def returned(store):
    key = put_on(store, now=NOW - 2 * DAY)
    with store.writing() as connection:
        shut_out(connection, SETTINGS, subscriber(connection, key), "bounced", NOW - DAY)


def complained(store):
    key = put_on(store, now=NOW - 2 * DAY)
    with store.writing() as connection:
        shut_out(connection, SETTINGS, subscriber(connection, key), "complained", NOW - DAY)


def asked_today(store):
    ask(store, now=NOW - 3600)
    store_of_mails_is_empty(store)


def store_of_mails_is_empty(store):
    with store.writing() as connection:
        connection.execute(text("UPDATE outbox SET state = 'sent'"))


# Who the person is, and the mail that is queued.
PEOPLE = [
    (new, ["confirm"]),
    (waiting, ["confirm"]),
    (known, ["known"]),
    (partly_known, ["confirm"]),
    (gone, ["confirm"]),
    (erased, []),
    (returned, []),
    (complained, []),
    (asked_today, []),
]


def statements_of(store, work):
    """What is asked of the database, in order, and what comes of the work."""
    seen = []

    def see(_, __, said, ___, ____, many):
        seen.append((said, many))

    event.listen(store.engine, "before_cursor_execute", see)
    try:
        return work(), seen
    finally:
        event.remove(store.engine, "before_cursor_execute", see)


@pytest.fixture
def plain(lite):
    """What is asked and done for somebody who is new, after others have been there."""
    ask(lite, "first@example.org", now=NOW - 9 * DAY)
    return statements_of(lite, lambda: ask(lite, "plain@example.org"))


@pytest.mark.parametrize(("before", "kinds"), PEOPLE, ids=lambda value: getattr(value, "__name__", ""))
def test_the_same_answer_and_the_same_work_for_everybody(lite, plain, before, kinds):
    before(lite)
    store_of_mails_is_empty(lite)
    subscribers_before = rows(lite, "SELECT * FROM subscriber")
    answer, seen = statements_of(lite, lambda: ask(lite))
    assert (answer, without_ends(seen)) == (plain[0], without_ends(plain[1]))
    assert len(seen) > 25
    assert [kind for kind, _ in mails(lite)] == kinds
    if not kinds:
        assert rows(lite, "SELECT * FROM subscriber") == subscribers_before


def without_ends(seen):
    """All but whether what was done was kept or taken back, and that today's second try is not counted again."""
    ends = ("RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "INSERT INTO allowance (name")
    return [one for one in seen if not one[0].startswith(ends)]


def test_somebody_known_is_asked_only_for_what_is_new(lite):
    put_on(lite, lists=["korea"], now=NOW - 2 * DAY)
    store_of_mails_is_empty(lite)
    ask(lite, lists=["korea", "gulf"])
    assert rows(lite, "SELECT lists FROM sign_up ORDER BY key DESC LIMIT 1") == [("gulf",)]
    assert states(lite) == {"gulf": "pending", "korea": "confirmed"}
    assert mails(lite) == [("confirm", "anna@example.org")]


def test_an_address_that_gets_no_mail_stays_unknown(lite):
    with lite.writing() as connection:
        suppress(connection, who(connection, "anna@example.org"), "operator", NOW)
    assert ask(lite) == Answer()
    assert [
        count
        for table in ("subscriber", "consent", "outbox")
        for (count,) in rows(lite, f"SELECT count(*) FROM {table}")
    ] == [0] * 3


def test_the_chain_holds_over_all_of_it(lite):
    for n, before in enumerate((known, gone, erased)):
        before(lite)
        ask(lite, f"reader{n}@example.org")
    with lite.reading() as connection:
        assert broken_link(connection) is None


def test_the_notice():
    told = notice(SETTINGS)
    assert "The Record sends these briefings." in told
    assert "link to leave" in told
    assert "Mailchimp" not in told
    chimp = Mailchimp(audience="a", category="c", key_env="K")
    assert "Mailchimp" in notice(Settings(sender=chimp))
    assert "passed on" in notice(Settings(sender=chimp))
    assert "(1 Street, Town)" in notice(Settings(postal="1 Street, Town"))
    networks = [notice(Settings(keep_origin=keep)) for keep in ("none", "network", "full")]
    assert ["network" in one for one in networks] == [False, True, True]
    assert len(set(networks)) == 3


def test_the_form_tells_what_was_shown(lite):
    told = form(lite, text="Other words, as this form showed them.")
    sign_up(lite, SETTINGS, told, NOW)
    assert rows(lite, "SELECT text FROM consent_text") == [("Other words, as this form showed them.",)]
    assert key_of(lite)
