"""Distinct events by what is asked of them: all that fit and no others, page after page, and counted by what they are."""

import datetime
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.errors import InputError
from dragoman.resolve.tellings import party_of
from dragoman.store import finding, reading, search
from dragoman.store.counts import NO_DAY
from dragoman.store.finding import facets, find_events, glance, newest
from dragoman.store.merging import dyads_of
from dragoman.store.saving import save
from tests.store.made import coded, event

FROM, UNTIL = datetime.date(2013, 1, 1), datetime.date(2013, 4, 9)


@pytest.fixture(scope="module")
def filled(shared_full, ontology):
    """Reports of a year, and one that has no day."""
    save(shared_full, coded("undated", event("undated-1"), published=None, publisher="Late Wire"), ontology)
    return shared_full


def fits(told, actor="", recipient="", party="", other="", types=(), statuses=(), publisher="", first=None, last=None):
    """Whether a distinct event, with all its evidence, is what is asked for."""
    pairs = dyads_of(told.event)
    day = (
        told.event.date.first
        if told.event.date
        else min(filter(None, (e.article.published for e in told.evidence)), default=None)
    )
    return all(
        (
            any(actor in ("", one) and recipient in ("", other) for one, other in pairs),
            not party or any(other in ("", b) for pair in pairs for a, b in (pair, pair[::-1]) if a == party),
            not types or told.event.type in types,
            not statuses or told.event.status in statuses,
            not publisher or any(one.article.publisher == publisher for one in told.evidence),
            not first or (day is not None and day >= first),
            not last or (day is not None and day <= last),
        )
    )


WANTED = [
    {},
    {"actor": "PRK"},
    {"recipient": "PRK"},
    {"actor": "PRK", "recipient": "KOR"},
    {"party": "USA"},
    {"party": "USA", "actor": "PRK"},
    {"party": "IGOUNO", "types": {"SANCTION", "REQUEST"}},
    {"party": "USA", "other": "PRK"},
    {"party": "USA", "other": "PRK", "statuses": {"occurred"}, "publisher": "Sample World Desk"},
    {"party": "USA", "other": "PRK", "actor": "USA"},
    {"actor": "XXX"},
    {"types": {"THREATEN"}},
    {"statuses": {"planned", "conditional"}},
    {"types": {"THREATEN"}, "statuses": {"occurred"}, "actor": "PRK", "first": FROM},
    {"first": FROM},
    {"first": FROM, "last": UNTIL},
    {"last": UNTIL},
    {"publisher": "Sample World Desk"},
    {"publisher": "Sample World Desk", "actor": "PRK", "last": UNTIL},
    {"publisher": "Sample World Desk", "first": FROM, "types": {"ACCUSE"}},
    {"publisher": "Late Wire"},
    {"publisher": "Nobody"},
]


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("most", [3, 1000])
def test_all_that_fit_page_after_page(filled, wanted, most):
    with filled.reading() as connection:
        fitting = {told.id for told in reading.events(connection) if fits(told, **wanted)}
        found, before, pages = [], "", 0
        while before or not pages:
            shown, before = find_events(connection, most=most, before=before, **wanted)
            found += shown
            pages += 1
    assert sorted(one.id for one in found) == sorted(fitting)
    days = [one.first or NO_DAY for one in found]
    assert days == sorted(days, reverse=True)
    assert pages <= len(found) // most + 1


@pytest.mark.parametrize("wanted", [one for one in WANTED if one not in ({"actor": "XXX"}, {"publisher": "Nobody"})])
def test_rare_ones_are_found_in_the_end(filled, wanted, monkeypatch):
    """Though each look ends after three events."""
    with filled.reading() as connection:
        every = find_events(connection, most=1000, **wanted).shown
    monkeypatch.setattr(finding, "EXAMINED", 3)
    monkeypatch.setattr(finding, "EXAMINED_OF_PUBLISHER", 3)
    with filled.reading() as connection:
        found, before, pages = [], "", 0
        while before or not pages:
            shown, before = find_events(connection, most=2, before=before, **wanted)
            found += shown
            pages += 1
    assert found == every
    assert every


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"actor": "PRK"},
        {"party": "KOR", "types": {"THREATEN"}},
        {"party": "USA", "other": "PRK"},
        {"first": FROM},
        {"publisher": "Sample World Desk"},
    ],
)
def test_words_with_everything_else(filled, wanted):
    with filled.reading() as connection:
        hits = {hit.event for hit in search.search_events(connection, "north", most=1000)}
        every = find_events(connection, most=1000, **wanted).shown
        assert find_events(connection, most=1000, words="north", **wanted).shown == [
            one for one in every if one.id in hits
        ]
        assert any(one.id in hits for one in every)


def test_words_that_cannot_be_looked_for(filled):
    with filled.reading() as connection:
        assert find_events(connection, words=" ").shown == find_events(connection).shown
        assert find_events(connection, words="( *") == ([], "")
        assert facets(connection, words="(").events == 0
        long = " ".join(["zyx"] * 5_000), "w" * 50_000, '"' * 9_999, "zyx*b " * 99
        assert [find_events(connection, words=words).shown for words in long] == [[]] * 4
        with pytest.raises(InputError):
            find_events(connection, before="yesterday")


def test_the_newest_of_what_happened(filled):
    with filled.reading() as connection:
        shown, before = newest(connection, 5)
        assert {one.status for one in shown} <= {"occurred", "ongoing"}
        assert newest(connection, 5, before).shown == newest(connection, 10).shown[5:]


@pytest.mark.parametrize("wanted", [*WANTED, {"words": "north"}])
def test_facets_count_what_is_found(filled, wanted):
    with filled.reading() as connection:
        found = find_events(connection, most=1000, **wanted).shown
        told = {one.id: one for one in reading.events(connection)}
        counted = facets(connection, **wanted)
    assert (counted.events, counted.is_capped) == (len(found), False)
    for values, value_of in ((counted.types, "type"), (counted.statuses, "status")):
        assert {one.value: one.events for one in values} == Counter(getattr(one, value_of) for one in found)
        assert sum(one.reports for one in values) == sum(one.reports for one in found)
        assert [one.events for one in values] == sorted((one.events for one in values), reverse=True)
    months = Counter(one.first[:7] for one in found if one.first)
    assert [(one.value, one.events) for one in counted.months] == sorted(months.items())
    actors = Counter(party for one in found for party in {party_of(code) for code in one.actor.split(";")})
    assert {one.value: one.events for one in counted.actors} == actors
    publishers = Counter(name for one in found for name in {e.article.publisher for e in told[one.id].evidence})
    assert {one.value: one.events for one in counted.publishers} == publishers
    assert sum(one.reports for one in counted.publishers) == sum(one.reports for one in found)


@pytest.mark.parametrize("wanted", [*WANTED, {"words": "north"}])
@pytest.mark.parametrize("most", [1, 4, 1000])
@pytest.mark.parametrize("examined", [3, 5_000])
def test_all_at_a_glance_is_what_each_look_finds(filled, wanted, most, examined, monkeypatch):
    monkeypatch.setattr(finding, "EXAMINED", examined)
    monkeypatch.setattr(finding, "EXAMINED_OF_PUBLISHER", examined)
    with filled.reading() as connection:
        page, counted = glance(connection, most=most, **wanted)
        assert page == find_events(connection, most=most, **wanted)
        assert counted == facets(connection, **wanted)


def test_facets_say_where_counting_ended(filled, monkeypatch):
    for name, value in (("EXAMINED", 5), ("COUNTED", 4), ("REPORTS", 2)):
        monkeypatch.setattr(finding, name, value)
    with filled.reading() as connection:
        assert facets(connection)[:2] == (4, True)
        assert facets(connection, publisher="Sample World Desk").is_capped
        assert facets(connection, actor="PRK", types={"THREATEN"}).is_capped
        assert not facets(connection, actor="XXX").is_capped


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40) | st.text("\"*():^-+ ANDORNT{}\\'&|!<>~%_é\0\udcff", max_size=20))
def test_nothing_typed_is_an_error(filled, words):
    with filled.reading() as connection:
        for name in ("words", "actor", "recipient", "party", "publisher"):
            find_events(connection, **{name: words})
        find_events(connection, party=words, other=words)
        for name in ("types", "statuses"):
            facets(connection, **{name: {words}})
