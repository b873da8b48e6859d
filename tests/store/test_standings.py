"""The ledger page by page: it tells what `ledgers.accounts` tells, whatever is asked and on whatever day."""

import datetime
from collections import Counter

import pytest

from dragoman.errors import InputError
from dragoman.ledger.rates import OWN, follow_through
from dragoman.records import Account, Entry, Ruling
from dragoman.store import ledgers, schema
from dragoman.store.histories import periods_of
from dragoman.store.ledgers import Wanted, accounts, refresh, rule
from dragoman.store.remembering import changed
from dragoman.store.saving import save
from dragoman.store.standings import account_of, page, tallies, tally, turns

DAYS = (None, datetime.date(2013, 2, 20), datetime.date(2013, 3, 1), datetime.date(2013, 3, 12))
QUESTIONS = (
    {},
    {"by": "PRK"},
    {"to": "KOR"},
    {"by": "PRK", "to": "KOR"},
    {"by": "KOR", "to": "PRK"},
    {"kind": "threat"},
    {"standing": "pending"},
    {"by": "PRK", "kind": "threat", "standing": "pending"},
    {"by": "FRA"},
)


@pytest.fixture
def filled(store, few, rules):
    for coding in few:
        save(store, coding, rules.ontology)
    refresh(store, rules)
    return store


def all_pages(store, wanted, most=3):
    found, after = [], ""
    with store.reading() as connection:
        while True:
            shown = page(connection, wanted, most=most, after=after)
            assert len(shown.told) <= most
            found += shown.told
            after = shown.next
            if not after:
                return found


def by_id(told):
    return sorted(told, key=lambda pair: pair[0].id)


def test_pages_hold_what_is_wanted(filled, rules):
    met = 0
    for on in DAYS:
        for question in QUESTIONS:
            wanted = Wanted(**question, on=on)
            found = all_pages(filled, wanted)
            assert by_id(found) == by_id(accounts(filled, rules, wanted))
            met += len(found)
    assert met > 50


def test_the_one_made_last_comes_first(filled):
    days = [max(entry.day for entry in account.entries[:1]) for account, _ in all_pages(filled, Wanted())]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) > 2


def test_a_place_that_is_none(filled):
    with filled.reading() as connection, pytest.raises(InputError, match="'x' is no place in a list"):
        page(connection, after="x")


def test_tallies(filled, rules):
    for on in DAYS:
        for question in QUESTIONS:
            wanted = Wanted(**question, on=on)
            told = accounts(filled, rules, wanted)
            with filled.reading() as connection:
                counted = tally(connection, wanted)
            assert counted.standings == Counter(standing for _, standing in told)
            for kinds in (OWN, ("threat",)):
                assert counted.of(kinds) == follow_through(told, kinds, on=on)


def test_tallies_by_addressee(filled):
    met = 0
    for on in DAYS:
        for question in ({}, {"by": "PRK"}, {"by": "USA", "kind": "threat"}):
            with filled.reading() as connection:
                whole, found = tallies(connection, Wanted(**question, on=on), ["USA", "KOR", "XXX"])
                assert whole.counts == tally(connection, Wanted(**question, on=on)).counts
                assert set(found) == {"USA", "KOR", "XXX"}
                for to, counted in found.items():
                    alone = tally(connection, Wanted(**question, to=to, on=on))
                    assert counted.counts == alone.counts
                    assert counted.of(OWN) == alone.of(OWN)
                    met += sum(counted.counts.values())
    assert met > 20


def test_turns(filled):
    with filled.reading() as connection:
        found = turns(connection, datetime.date(2013, 2, 1), datetime.date(2013, 3, 20), changed=False)
        changed = turns(connection, datetime.date(2013, 2, 1), datetime.date(2013, 3, 20))
        assert turns(connection, datetime.date(2013, 2, 1), datetime.date(2013, 3, 20), most=1) == changed[:1]
        assert turns(connection, datetime.date(2014, 2, 1), datetime.date(2014, 3, 20)) == []
    assert [one.day for one in found] == sorted((one.day for one in found), reverse=True)
    assert [one for one in found if one.before] == changed
    for one in found:
        kept = ledgers.known_on(one.account, one.day)
        assert ledgers.standing_on(kept, one.day) == one.standing != one.before


def test_a_ruling_counts_at_once(filled, rules):
    (first, standing), *_ = all_pages(filled, Wanted())
    day = datetime.date(2026, 1, 1)
    rule(filled, rules, Ruling(account=first.id, standing="broken", reason="seen", by="a person", day=day))
    with filled.reading() as connection:
        assert account_of(connection, first.id).entries[-1].basis == "person"
        assert account_of(connection, "none") is None
    assert standing != "broken"
    assert {one.id: how for one, how in all_pages(filled, Wanted())}[first.id] == "broken"
    assert first.id in {one.id for one, _ in all_pages(filled, Wanted(standing="broken"))}
    earlier = all_pages(filled, Wanted(on=datetime.date(2025, 1, 1)))
    assert {one.id: how for one, how in earlier}[first.id] != "broken"


def entry(change, day, basis="report", **fields):
    return Entry(change=change, day=datetime.date(2013, *day), basis=basis, source="s", rule="r", **fields)


MADE = entry("made", (3, 1))
# What is entered and when it was due; how it stands from which days on, and in how many days it was kept.
HISTORIES = [
    ((MADE,), None, [((3, 1), "pending", None)]),
    ((MADE,), (3, 5), [((3, 1), "pending", None), ((3, 6), "no evidence", None)]),
    ((MADE, entry("kept", (3, 4), "deed")), (3, 5), [((3, 1), "pending", None), ((3, 4), "kept", 3)]),
    ((MADE, entry("kept", (3, 4), "claim")), None, [((3, 1), "pending", None)]),
    ((MADE, entry("kept", (3, 8), "deed")), (3, 5), [((3, 1), "pending", None), ((3, 6), "no evidence", None), ((3, 8), "kept", 7)]),
    ((MADE, entry("kept", (3, 2), "person")), None, [((3, 1), "pending", None), ((3, 2), "kept", None)]),
    ((MADE, entry("kept", (3, 2), "deed", known=datetime.date(2013, 3, 9))), None, [((3, 1), "pending", None), ((3, 9), "kept", 1)]),
    ((entry("made", (3, 1), known=datetime.date(2013, 3, 3)),), None, [((3, 3), "pending", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "due", "expected"), HISTORIES)
def test_periods(entries, due, expected):
    due = due and (datetime.date(2013, *due),) * 2
    found = periods_of(Account(id="a", by=("PRK",), kind="promise", content="c", due=due, entries=entries))
    assert [(one.first, one.standing, one.took) for one in found] == [
        (datetime.date(2013, *day), standing, took) for day, standing, took in expected
    ]
    assert [one.until for one in found] == [*(one.first for one in found[1:]), datetime.date.max]


def test_what_was_counted_is_forgotten_when_the_ledger_changes(store, few, ontology, rules):
    for coding in few[:5]:
        save(store, coding, ontology)
    ledgers.refresh(store, rules)
    with store.reading() as connection:
        before = tally(connection)
        assert tally(connection) is before
        assert sum(before.counts.values()) == len(accounts(store, rules)) > 0
    with store.writing() as connection:
        connection.execute(schema.account.delete())
        changed(connection, "ledger")
    with store.reading() as connection:
        assert tally(connection).counts == {}
