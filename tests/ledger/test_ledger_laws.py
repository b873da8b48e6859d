"""Laws of the ledger: order-free, idempotent, standings from one list, and words alone close nothing."""

import datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.ledger import known_on, ledger_of, standing_on
from dragoman.ledger.rates import follow_through
from dragoman.records import Account, Basis, Change, Entry, Standing
from dragoman.resolve.happenings import distinct

DAYS = st.dates(datetime.date(2012, 1, 1), datetime.date(2014, 1, 1))
CALM = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RULED = ("pending", "no evidence")
WORDS = ("made", "renewed", "claimed", "countered")
CHANGES = st.sampled_from(get_args(Change))
BASES = st.sampled_from(get_args(Basis))


def bytes_of(accounts):
    return [msgspec.json.encode(account) for account in accounts]


def entry(change, day, basis):
    """A line as the ledger makes them: a person rules with a standing, never with "claimed"."""
    ruled = basis == "person" and change not in get_args(Standing)
    return Entry(change="kept" if ruled else change, day=day, basis=basis, source="Herald", rule="r")


def entries(changes=CHANGES, bases=BASES):
    made = st.builds(entry, changes, DAYS, bases)
    made = made.filter(lambda e: e.basis == "person" or e.change not in RULED)
    ordered = st.lists(made, min_size=1, max_size=6).map(lambda found: tuple(sorted(found, key=lambda e: e.day)))
    due = st.none() | DAYS.map(lambda day: (day, day))
    return st.builds(
        lambda found, due: Account(id="a", by=("PRKGOV",), kind="promise", content="c", due=due, entries=found),
        ordered,
        due,
    )


@pytest.fixture(scope="module")
def events(chronicle):
    return distinct(chronicle)


@CALM
@given(data=st.data())
def test_order_and_repetition_change_nothing(chronicle, events, coder, data):
    part = data.draw(st.lists(st.sampled_from(chronicle), min_size=1, max_size=25, unique_by=lambda c: c.article.id))
    mixed = data.draw(st.permutations([*part, part[0]]))
    known = {coding.article.id for coding in part}
    told = [event for event in events if event.told_in in known]
    shuffled = data.draw(st.permutations([*told, *told[:1]]))
    assert bytes_of(ledger_of(mixed, shuffled, coder.rules)) == bytes_of(ledger_of(part, told, coder.rules))


@CALM
@given(day=DAYS)
def test_every_standing_is_one_of_the_list(chronicle, events, coder, day):
    for account in ledger_of(chronicle, events, coder.rules):
        assert standing_on(account, day) in get_args(Standing)


def test_without_deeds_and_outcomes_nothing_is_closed(chronicle, coder):
    """Words alone: what parties claim of themselves is written down, and every account stays open."""
    open_ones = [
        msgspec.structs.replace(
            coding,
            events=(),
            commitments=tuple(msgspec.structs.replace(c, outcome="pending") for c in coding.commitments),
        )
        for coding in chronicle
    ]
    accounts = ledger_of(open_ones, (), coder.rules)
    assert accounts
    assert {standing_on(account, datetime.date(2014, 1, 1)) for account in accounts} <= set(RULED)


@given(account=entries(st.sampled_from(WORDS), st.sampled_from(["report", "claim", "deed"])), day=DAYS)
def test_words_alone_never_close(account, day):
    assert standing_on(account, day) in RULED


@given(account=entries(bases=st.just("claim")), day=DAYS)
def test_claims_never_close(account, day):
    assert standing_on(account, day) in RULED


@given(account=entries(), ruling=st.sampled_from(get_args(Standing)))
def test_a_person_has_the_last_word(account, ruling):
    last = max(entry.day for entry in account.entries)
    person = Entry(change=ruling, day=last, basis="person", source="A. Reader", rule="person", note="so it is")
    ruled = msgspec.structs.replace(account, entries=(*account.entries, person))
    assert standing_on(ruled) == ruling


@given(account=entries(), days=st.tuples(DAYS, DAYS))
def test_entries_of_later_days_change_nothing_before(account, days):
    first, second = sorted(days)
    known = msgspec.structs.replace(account, entries=tuple(e for e in account.entries if e.day <= second))
    if known.entries:
        assert standing_on(known, first) == standing_on(account, first)


@given(day=DAYS)
def test_what_is_known_on_a_day_is_from_reports_published_by_then(chronicle, events, coder, day):
    published = {coding.article.id: coding.article.published for coding in chronicle}
    held = [known_on(account, day) for account in ledger_of(chronicle, events, coder.rules)]
    lines = [entry for account in held if account for entry in account.entries]
    assert all(published[entry.article] <= day and entry.day <= day for entry in lines)
    told = {c.article.id for c in chronicle if c.article.published <= day and any(x.evidence for x in c.commitments)}
    assert bool(lines) == bool(told)


@given(accounts=st.lists(entries(), max_size=8), day=DAYS)
def test_follow_through_counts_each_standing_once(accounts, day):
    told = [(account, standing_on(account, day)) for account in accounts]
    found = follow_through(told)
    assert sum(found.standings.values()) == found.made == len(accounts)
    assert found.pending == found.standings.get("pending", 0)


FIRST, LAST = datetime.date.min, datetime.date.max


@pytest.mark.parametrize("published", [FIRST, FIRST + datetime.timedelta(2), LAST])
@pytest.mark.parametrize("due", ["soon", "2013-02-31", "2013-03-02/2013-03-01", "9999-12-31", "0001-01-01", None])
def test_odd_days_are_no_trouble(chronicle, coder, published, due):
    """Whatever stands where a day should: the ends of the calendar, words, a day that no month has."""
    odd = [
        msgspec.structs.replace(
            coding,
            article=msgspec.structs.replace(coding.article, published=published),
            commitments=tuple(msgspec.structs.replace(c, due=due) for c in coding.commitments),
        )
        for coding in chronicle[:12]
    ]
    accounts = ledger_of(odd, distinct(odd), coder.rules)
    assert accounts
    assert {standing_on(account, day) for account in accounts for day in (FIRST, LAST)} <= set(get_args(Standing))
    assert {account.due for account in accounts} <= {None, (FIRST, FIRST), (LAST, LAST)}


def test_a_commitment_without_evidence_is_none(chronicle, coder):
    """A finding that cites nothing cannot be checked."""
    bare = [
        msgspec.structs.replace(c, commitments=tuple(msgspec.structs.replace(x, evidence=()) for x in c.commitments))
        for c in chronicle[:12]
    ]
    assert ledger_of(bare, distinct(bare), coder.rules) == ()
