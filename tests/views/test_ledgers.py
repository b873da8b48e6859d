"""The ledger for its page: what is wanted by name or code, why it stands so, and the history of one commitment."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.records import Ruling
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.ledgers import Wanted
from dragoman.views.ledgers import axis_start, commitment_of, ledger_of
from tests.views.reported import FIRST, FRIDAY, THIRD, TUESDAY, stored

RULED = datetime.date(2013, 5, 2)


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path, rules):
    with stored(tmp_path / "store.db", rules) as found:
        yield found


def test_a_page(store, rules):
    page = ledger_of(store, rules)
    (one,) = page.commitments
    assert (one.by, one.to, one.kind, one.content) == (("JPN",), ("PRK",), "promise", "send rice to North Korea")
    assert (one.made, one.standing, one.reports) == (FRIDAY, "kept", 2)
    assert (one.decided.basis, one.decided.event, one.decided.day) == ("deed", "c-1", TUESDAY)
    place = one.place
    assert THIRD[place.start : place.end] == one.decided.sentence.text
    assert (page.total, page.standings, page.as_of, page.since) == (1, {"kept": 1}, TUESDAY, FRIDAY)
    assert [(rate.title, rate.found.kept) for rate in page.rates] == [("offers, promises, agreements kept", 1)]
    assert (page.next, page.is_current) == ("", True)


# What is asked, and whether the promise is like that.
QUESTIONS = [
    (Wanted(by="Japan"), True),
    (Wanted(by="JPN", to="north korea"), True),
    (Wanted(by="PRK"), False),
    (Wanted(kind="threat"), False),
    (Wanted(standing="kept"), True),
    (Wanted(standing="pending"), False),
    (Wanted(standing="pending", on=FRIDAY), True),
    (Wanted(on=datetime.date(2013, 2, 1)), False),
]


@pytest.mark.parametrize(("wanted", "met"), QUESTIONS)
def test_questions(store, rules, wanted, met):
    page = ledger_of(store, rules, wanted)
    assert len(page.commitments) == page.total == sum(page.standings.values()) == met
    assert bool(page.rates) == (met and not wanted.standing)
    assert page.as_of == (wanted.on or TUESDAY)


def test_a_name_that_nobody_has(store, rules):
    with pytest.raises(InputError, match="nobody is called"):
        ledger_of(store, rules, Wanted(by="Freedonia"))


def test_one_commitment(store, rules):
    (held,) = ledger_of(store, rules).commitments
    found = commitment_of(store, rules, held.id)
    assert (found.standing, found.read, found.decided.event, found.reports) == ("kept", "kept", "c-1", 2)
    assert [(line.entry.change, line.title) for line in found.lines] == [("made", "Report a"), ("kept", "Report c")]
    place = found.lines[0].place
    assert FIRST[place.start : place.end] == "Japan promised to send rice to North Korea within a year."
    assert [(one.first, one.last, one.standing) for one in found.stood] == [
        (FRIDAY, TUESDAY - datetime.timedelta(days=1), "pending"),
        (TUESDAY, None, "kept"),
    ]
    for id in ("none", "", "a\0b"):
        assert commitment_of(store, rules, id) is None


def test_a_ruling_stands_beside_what_was_read(store, rules):
    (held,) = ledger_of(store, rules).commitments
    ruling = Ruling(account=held.id, standing="partly kept", reason="it was half of it", by="a person", day=RULED)
    ledgers.rule(store, rules, ruling)
    found = commitment_of(store, rules, held.id)
    assert (found.standing, found.read, found.as_of) == ("partly kept", "kept", RULED)
    assert (found.decided.basis, found.decided.note) == ("person", "it was half of it")
    assert [line.entry.change for line in found.lines] == ["made", "kept", "partly kept"]
    assert [(one.first, one.standing) for one in found.stood][-1] == (RULED, "partly kept")


def test_where_a_time_axis_begins(store, rules):
    held = ledger_of(store, rules).commitments
    assert axis_start(held, FRIDAY) is None
    assert axis_start(held, TUESDAY) == TUESDAY
    assert axis_start(held, datetime.date(2013, 6, 1)) == TUESDAY
    assert axis_start((), FRIDAY) is None
