"""Laws of merging: the order of reports does not matter, and what was taken out was never there."""

import datetime

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dragoman.ledger import ledger_of
from dragoman.records import Article, Coding, Correction
from dragoman.resolve.happenings import distinct
from dragoman.store import merging, reading
from dragoman.store.care import check, forget
from dragoman.store.recoding import correct, recode
from dragoman.store.saving import known, save
from tests.store.contents import accounts_in, contents, encoded, events_in

# Without making failures small: that takes minutes where each example fills a store.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
lawful = settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
DAY = datetime.date(2020, 1, 1)


def take_in(store, codings, ontology):
    for coding in codings:
        save(store, coding, ontology, words=words_of(coding))
    return store


def words_of(coding):
    """Some words that stand for a report's text; the codings of these tests do not point into them."""
    return f"{coding.article.id}: {len(coding.events)} {len(coding.quotes)}"


def test_events_are_those_of_merging_all_at_once(store, few, ontology):
    take_in(store, few, ontology)
    assert events_in(store) == encoded(distinct(few))
    assert any(len(event.evidence) > 1 for event in distinct(few))


@lawful
@given(data=st.data())
def test_order_does_not_matter(emptied, few, ontology, data):
    order = data.draw(st.permutations(few))
    store = take_in(emptied(), order, ontology)
    assert events_in(store) == encoded(distinct(few))
    assert contents(store) == contents(take_in(emptied(), few, ontology))
    assert list(check(store)) == []


@pytest.mark.parametrize("largest", [0, 1, 2])
def test_large_components_lose_nothing(store, few, ontology, monkeypatch, largest):
    """Where only the linked events are made anew, all tellings still stand in an event, and what is like is joined."""
    monkeypatch.setattr(merging, "LARGEST", largest)
    take_in(store, few, ontology)
    assert list(check(store)) == []
    told = [(one.article.id, one.event.id) for event in all_events(store) for one in event.evidence]
    assert sorted(told) == sorted((coding.article.id, event.id) for coding in few for event in coding.events)
    assert sum(len(event.evidence) > 1 for event in all_events(store)) >= 5
    for coding in few[::2]:
        forget(store, coding.article.id, ontology)
    assert list(check(store)) == []
    rest = sum(len(coding.events) for coding in few[1::2])
    assert sum(len(event.evidence) for event in all_events(store)) == rest


def all_events(store):
    with store.reading() as connection:
        return list(reading.events(connection))


def test_the_ledger_is_that_of_all_reports_in_any_order(store, chronicle, rules):
    """Also where it was asked for in the middle."""
    spring = [coding for coding in chronicle if coding.article.published and coding.article.published.year == 2013]
    wanted = encoded(ledger_of(spring, distinct(spring), rules))
    for number, coding in enumerate(reversed(spring)):
        save(store, coding, rules.ontology)
        if number % 12 == 0:
            accounts_in(store, rules)
    assert accounts_in(store, rules) == wanted
    assert len(wanted) > 10


@lawful
@given(data=st.data())
def test_stored_then_forgotten_was_never_stored(emptied, few, ontology, data):
    gone = data.draw(st.sets(st.sampled_from(range(len(few))), min_size=1, max_size=4))
    left = [coding for n, coding in enumerate(few) if n not in gone]
    wanted = contents(take_in(emptied(), left, ontology))
    store = take_in(emptied(), data.draw(st.permutations(few)), ontology)
    for n in sorted(gone):
        assert forget(store, few[n].article.id, ontology) == 1
    assert contents(store) == wanted
    assert list(check(store)) == []
    for n in gone:
        assert save(store, few[n], ontology, words="anything") == "forgotten"
        assert known(store, as_article(few[n])) == "forgotten"
    assert contents(store) == wanted


def as_article(coding):
    return Article(**msgspec.structs.asdict(coding.article), text=words_of(coding))


@lawful
@given(data=st.data())
def test_stored_then_corrected_counts_only_the_correction(emptied, few, ontology, data):
    n = data.draw(st.integers(0, len(few) - 1))
    later = without(few[n], data.draw(st.integers(0, len(few[n].events) - 1)))
    store = take_in(emptied(), few, ontology)
    assert save(store, later, ontology, words=words_of(later)) == "corrected"
    wanted = [later if coding is few[n] else coding for coding in few]
    assert events_in(store) == encoded(distinct(wanted))
    assert list(check(store)) == []


def without(coding, place):
    events = tuple(event for k, event in enumerate(coding.events) if k != place)
    return msgspec.structs.replace(coding, events=events)


DEEDS = st.lists(
    st.tuples(st.sampled_from(["save", "revise", "correct", "recode", "forget"]), st.integers(0, 9), st.integers(0, 9)),
    min_size=3,
    max_size=12,
)


@pytest.mark.parametrize("start", [0, 5])
@lawful
@given(deeds=DEEDS)
def test_counts_hold_after_anything(emptied, few, ontology, start, deeds):
    """A model beside the store: what the coder reads in each report, and what it tells as people corrected it."""
    store = take_in(emptied(), few[:start], ontology)
    told = {coding.article.id: coding for coding in few[:start]}
    read = dict(told)
    corrected, gone = set(), set()
    for deed, n, k in deeds:
        coding = few[n % len(few)]
        id = coding.article.id
        if deed == "save" and id not in told and id not in gone:
            save(store, coding, ontology, words=words_of(coding))
            told[id] = read[id] = coding
        elif deed == "revise" and id in told and id not in corrected and len(told[id].events) > 1:
            told[id] = read[id] = without(told[id], k % len(told[id].events))
            save(store, told[id], ontology, words=words_of(told[id]))
        elif deed == "correct" and id in told and told[id].events:
            wrong = told[id].events[k % len(told[id].events)].trigger
            correct(store, taken_out(id, wrong), ontology)
            told[id] = without_words(told[id], wrong)
            corrected.add(id)
        elif deed == "recode" and id in told:
            list(recode(store, keys(store), lambda articles: [read[article.id] for article in articles], ontology))
        elif deed == "forget" and id in told:
            forget(store, id, ontology)
            del told[id]
            gone.add(id)
    assert events_in(store) == encoded(distinct(told.values()))
    assert list(check(store)) == []


def keys(store):
    with store.reading() as connection:
        return reading.keys_with_text(connection)


def taken_out(id, trigger):
    return Correction(
        article=id, start=trigger.start, end=trigger.end, wrong=True, reason="it is not so", by="a person", day=DAY
    )


def without_words(coding: Coding, trigger) -> Coding:
    events = (e for e in coding.events if not (trigger.start < e.trigger.end and e.trigger.start < trigger.end))
    return msgspec.structs.replace(coding, events=tuple(events))
