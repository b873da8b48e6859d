"""Full-text search: the same answers on both databases, nothing that people type is an error."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.store.care import forget, mend
from dragoman.store.saving import save
from dragoman.store.search import count_events, search_events, search_reports
from tests.store.made import coded, event

TEXTS = {
    "rocket": "North Korea launched a long-range rocket on Friday. Tokyo protested.",
    "talks": "Japan’s minister proposed talks on the rocket launches; Pyongyang said no.",
    "café": "The café owners of Zürich condemned nothing. It's 5% of O'Brien's.",
}


@pytest.fixture(scope="module")
def filled(shared, ontology):
    return fill(shared, ontology)


def fill(store, ontology):
    for n, (id, words) in enumerate(TEXTS.items()):
        sentence = words.partition(".")[0] + "."
        day = datetime.date(2013, 3, 8 + n)
        told = event(f"{id}-1", actor=(("PRK",), ("JPN",), ("CHE",))[n], recipient=(), sentence=sentence)
        coding = coded(id, told, published=day, title=f"Title of {id}", publisher="Wire")
        save(store, coding, ontology, words=words)
    return store


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rocket", ["talks", "rocket"]),
        ("ROCKETS launch", ["talks", "rocket"]),
        ("rocket protest", ["rocket"]),
        ('"long-range rocket"', ["rocket"]),
        ('"rocket long-range"', []),
        ("launched talks", ["talks"]),
        ("rocket NOT unheard", []),
        ("talks OR café", []),
        ("-talks rocket", ["talks"]),
        ("O'Brien", ["café"]),
        ("title café", ["café"]),
        ("unheard", []),
        ("", []),
        ('" ( * :', []),
        ("\udcff", []),
        ("rocket\0protested", ["rocket"]),
        ("rocket \udcff", ["talks", "rocket"]),
    ],
)
def test_reports(filled, words, wanted):
    with filled.reading() as connection:
        assert [hit.article for hit in search_reports(connection, words)] == wanted


def test_excerpts_show_the_words(filled):
    with filled.reading() as connection:
        (hit,) = search_reports(connection, "protested")
        assert "protested" in hit.excerpt
        assert (hit.published, hit.publisher, hit.title) == ("2013-03-08", "Wire", "Title of rocket")
        assert len(search_reports(connection, "rocket", most=1)) == 1


def test_events_are_found_by_their_sentences(filled):
    with filled.reading() as connection:
        hits = search_events(connection, "rocket")
        assert [hit.event for hit in hits] == ["talks-1", "rocket-1"]
        assert count_events(connection, "rocket") == 2
        assert search_events(connection, "Tokyo protested") == []
        assert count_events(connection, "") == 0


def test_an_event_of_many_reports_is_one_hit(store, few, ontology):
    for coding in few:
        save(store, coding, ontology)
    with store.reading() as connection:
        hits = search_events(connection, "sanctions", most=100)
        assert len({hit.event for hit in hits}) == len(hits) == count_events(connection, "sanctions")
        assert any(hit.reports > 1 for hit in hits)


def test_what_is_corrected_or_forgotten_is_not_found(store, ontology):
    filled = fill(store, ontology)
    save(filled, coded("rocket", event("later")), ontology, words="The rocket was a balloon.")
    forget(filled, "talks", ontology)
    with filled.reading() as connection:
        assert [hit.article for hit in search_reports(connection, "rocket")] == ["rocket"]
        assert search_reports(connection, "protested") == []
        assert search_events(connection, "rocket") == []
    mend(filled)
    with filled.reading() as connection:
        assert [hit.article for hit in search_reports(connection, "balloon")] == ["rocket"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40) | st.text("\"*():^-+ ANDORNT{}\\'&|!<>~%_é", max_size=20))
def test_nothing_typed_is_an_error(filled, words):
    with filled.reading() as connection:
        search_reports(connection, words)
        search_events(connection, words)
        count_events(connection, words)


def test_what_is_found_without_its_text_or_day(store, ontology):
    save(store, coded("bare", event("b"), published=None, title="Rocket talk"), ontology)
    with store.reading() as connection:
        assert [(one.article, one.excerpt) for one in search_reports(connection, "rocket")] == [("bare", "Rocket talk")]
        assert [(one.event, one.first) for one in search_events(connection, "condemned")] == [("b", None)]
