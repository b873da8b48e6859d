"""Counts by dyad and day: those of the events, by party and time, reports beside events."""

import datetime
from collections import Counter

import pytest

from dragoman.resolve.happenings import distinct
from dragoman.store.counts import (
    FIRST,
    HAPPENED,
    changed_dyads,
    country_counts,
    counts,
    latest,
    matrix,
    outward_counts,
    partners,
    span,
)
from dragoman.store.merging import dyads_of, row_of
from dragoman.store.saving import save
from tests.store.made import coded, event

FROM, UNTIL = datetime.date(2013, 3, 1), datetime.date(2013, 3, 9)


@pytest.fixture
def filled(store, few, ontology):
    for coding in few:
        save(store, coding, ontology)
    return store


def counted(few, ontology):
    """Events and reports by dyad and day, from merging everything in memory."""
    events, reports, scores = Counter(), Counter(), Counter()
    for one in distinct(few):
        row = row_of(one, 0, ontology)
        for actor, recipient in dyads_of(one.event):
            key = (actor, recipient, row["first"], row["type"], row["status"])
            events[key] += 1
            reports[key] += len(one.evidence)
            scores[key] += ontology.score(one.event.type, one.event.mode)
    return events, reports, scores


def test_they_are_those_of_the_events(filled, few, ontology):
    events, reports, scores = counted(few, ontology)
    with filled.reading() as connection:
        found = list(counts(connection))
    assert {one[:5]: one.events for one in found} == events
    assert {one[:5]: one.reports for one in found} == reports
    assert sum(reports.values()) > sum(events.values())
    assert [one.day for one in found] == sorted(one.day for one in found)
    for one in found:
        assert one.score == pytest.approx(scores[one[:5]])


def test_by_party_and_time(filled):
    with filled.reading() as connection:
        every = list(counts(connection))
        for actor, recipient in (("PRK", None), (None, "PRK"), ("PRK", "KOR")):
            found = list(counts(connection, actor=actor, recipient=recipient, first=FROM, last=UNTIL))
            assert found
            assert sorted(found) == sorted(
                one
                for one in every
                if actor in (None, one.actor)
                and recipient in (None, one.recipient)
                and str(FROM) <= one.day <= str(UNTIL)
            )


def test_the_matrix_sums_them(filled):
    with filled.reading() as connection:
        sums = Counter()
        for one in counts(connection):
            sums[one.actor, one.recipient] += one.events
        found = matrix(connection)
        assert {(one.actor, one.recipient): one.events for one in found} == sums
        assert [one.reports for one in found] == sorted((one.reports for one in found), reverse=True)
        assert len(matrix(connection, first=FROM, last=UNTIL)) < len(found)


def test_the_latest_of_a_dyad(filled):
    with filled.reading() as connection:
        found = latest(connection, "PRK", "KOR", most=3)
        assert len(found) == 3
        assert [one.first for one in found] == sorted((one.first for one in found), reverse=True)
        assert all("PRK" in one.actor and "KOR" in one.recipient and one.sentence for one in found)


def test_a_joint_act_is_one_event_of_a_country(store, ontology):
    save(store, coded("one", event("e", recipient=("JPN", "KOR"))), ontology)
    with store.reading() as connection:
        assert [(one.recipient, one.events) for one in counts(connection)] == [("JPN", 1), ("KOR", 1)]
        assert [(one.actor, one.recipient, one.events) for one in country_counts(connection)] == [("PRK", "", 1)]


def test_what_two_do_together_goes_both_ways(store, ontology):
    save(store, coded("one", event("e", kind="CONSULT", actor=("JPN", "KORGOV"), recipient=())), ontology)
    with store.reading() as connection:
        assert [(one.actor, one.recipient) for one in counts(connection)] == [("JPN", "KOR"), ("KOR", "JPN")]


def test_parts_of_one_state_are_one_party(store, ontology):
    save(store, coded("one", event("e", actor=("PRKGOV", "PRKMIL"), recipient=("IGOUNOSCL",))), ontology)
    with store.reading() as connection:
        assert [(one.actor, one.recipient) for one in counts(connection)] == [("PRK", "IGOUNO")]


def test_the_span_of_days(filled, emptied):
    with filled.reading() as connection:
        first, last = span(connection)
        assert first < FROM < UNTIL < last
        low, high = span(connection, FROM, UNTIL)
        assert FROM <= low <= high <= UNTIL
        assert span(connection, datetime.date(1900, 1, 1), datetime.date(1900, 2, 1)) is None


def test_what_has_no_day_is_in_no_period(store, ontology):
    save(store, coded("one", published=None), ontology)
    with store.reading() as connection:
        assert list(counts(connection)) == []
        assert span(connection) is None
        assert FIRST > "0001-01-01"


def test_the_latest_of_some_days(filled):
    with filled.reading() as connection:
        every = latest(connection, "PRK", "KOR", most=999)
        found = latest(connection, "PRK", "KOR", first=FROM, last=UNTIL, most=999)
        assert found == [one for one in every if str(FROM) <= one.first <= str(UNTIL)]
        assert 0 < len(found) < len(every)


def test_the_latest_without_a_day_come_last(store, ontology):
    save(store, coded("one", published=None), ontology)
    save(store, coded("two"), ontology)
    with store.reading() as connection:
        assert [(one.id, one.first, one.last) for one in latest(connection, "PRK", "JPN")] == [
            ("two-1", "2013-03-08", "2013-03-08"),
            ("one-1", None, None),
        ]
        assert [one.id for one in latest(connection, "PRK", "JPN", last=UNTIL)] == ["two-1"]


def test_what_one_party_did_to_others(filled, store, ontology):
    save(store, coded("home", event("h", recipient=("PRKMIL",)), event("alone", recipient=())), ontology)
    with filled.reading() as connection:
        own = [one for one in country_counts(connection) if one.actor == "PRK"]
        found = list(outward_counts(connection, "PRK"))
        at_home = sum(one.events for one in counts(connection, actor="PRK", recipient="PRK"))
        assert sum(one.events for one in own) == sum(one.events for one in found) + at_home
        assert at_home > 0
        within = list(outward_counts(connection, "PRK", first=FROM, last=UNTIL))
        assert within == [one for one in found if str(FROM) <= one.day <= str(UNTIL)]


def test_partners(filled, store, ontology):
    save(store, coded("home", event("h", recipient=("PRKMIL",)), event("alone", recipient=())), ontology)
    with filled.reading() as connection:
        sums = Counter()
        for one in counts(connection, actor="PRK"):
            if one.status in HAPPENED and one.recipient not in {"", "PRK"}:
                sums[one.recipient] += one.events
        found = partners(connection, "PRK", most=99)
        assert {one.recipient: one.events for one in found} == sums
        assert [one.events for one in found] == sorted(sums.values(), reverse=True)
        assert partners(connection, "PRK", most=2) == found[:2]
        assert len(partners(connection, "PRK", first=FROM, last=FROM)) < len(found)


DAYS = {0: "week", 6: "week", 7: "month", 34: "month", 35: "year", 370: "year", 371: "before", -1: "after"}


def test_what_changed(store, ontology):
    """A week, and the 4 and 52 weeks before it, to the day; the year holds the four weeks too."""
    for ago in DAYS:
        told = (event(f"e{ago}"), event(f"planned{ago}", status="planned"), event(f"home{ago}", recipient=("PRKMIL",)))
        save(store, coded(f"r{ago}", *told, published=UNTIL - datetime.timedelta(days=ago)), ontology)
    save(store, coded("other", event("o", actor=("USA",), kind="REJECT"), published=UNTIL), ontology)
    with store.reading() as connection:
        assert changed_dyads(connection, UNTIL) == [
            ("PRK", "JPN", "ACCUSE", 2, 2, 2, 2, 4, 4),
            ("USA", "JPN", "REJECT", 1, 1, 0, 0, 0, 0),
        ]
        assert [one.actor for one in changed_dyads(connection, UNTIL, most=1)] == ["PRK"]
        assert changed_dyads(connection, UNTIL - datetime.timedelta(days=9999)) == []


def test_what_changed_is_what_was_counted(filled):
    with filled.reading() as connection:
        week = Counter()
        for one in counts(connection, first=UNTIL - datetime.timedelta(days=6), last=UNTIL):
            if one.status in HAPPENED and "" not in one[:2] and one.actor != one.recipient:
                week[one.actor, one.recipient, one.type] += one.events
        found = changed_dyads(connection, UNTIL)
        assert {one[:3]: one.events for one in found if one.events} == week
        assert week
