"""Statements: by whom, about whom, with which words and when; page after page; and who is quoted most."""

import datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.errors import InputError
from dragoman.records import Quote, Span, Speaker
from dragoman.store import saying
from dragoman.store.saving import save
from dragoman.store.saying import count_sayings, sayings, speakers, survey
from tests.store.made import coded, event

PEOPLE = {"Obama": "USAGOV", "Kerry": "USAGOV", "Park": "KORGOV", "it": "", "Lee": ""}
# Report, day, kind, speaker, what he says; the events of the reports name Japan and North Korea.
SAID = (
    ("a", "2013-03-01", "direct", "Obama", "Japan kept the treaty"),
    ("a", "2013-03-01", "indirect", "Obama", "North Korea broke the treaty"),
    ("a", "2013-03-01", "indirect", "it", "the treaties were long"),
    ("b", "2013-03-02", "indirect", "Kerry", "North Korea and Japan met"),
    ("c", "2013-03-03", "belief", "Park", "Japan is late"),
    ("c", "2013-03-03", "indirect", "Lee", "O'Brien's café was 5% full"),
    ("d", None, "indirect", "Obama", "undated words of North Korea"),
)


def quote(kind, speaker, words):
    span = {"text": speaker, "start": 100, "end": 100 + len(speaker)}
    return Quote(
        text=words,
        start=200,
        end=200 + len(words),
        spans=((200, 200 + len(words)),),
        kind=kind,
        cue=Span(text="said", start=106, end=110),
        speaker=Speaker(**span, name=speaker, code=PEOPLE[speaker]),
    )


@pytest.fixture(scope="module")
def filled(shared, ontology):
    for id in "abcd":
        mine = [one for one in SAID if one[0] == id]
        day = mine[0][1] and datetime.date.fromisoformat(mine[0][1])
        told = event(f"{id}-1", sentence="North Korea condemned Japan.")
        named = tuple(
            msgspec.structs.replace(side[0], name=name)
            for side, name in ((told.actor, "North Korea"), (told.recipient, "Japan"))
        )
        told = msgspec.structs.replace(told, actor=named[:1], recipient=named[1:])
        coding = coded(
            id, told, published=day, title=f"Title of {id}", publisher="Wire", url=f"https://wire.example/{id}"
        )
        coding = msgspec.structs.replace(coding, quotes=tuple(quote(*one[2:]) for one in mine))
        save(shared, coding, ontology, words="Words.")
    return shared


CHOICES = [
    ({}, [5, 4, 3, 2, 1, 0, 6]),
    ({"by": "USA"}, [3, 1, 0, 6]),
    ({"by": ""}, [5, 4, 3, 2, 1, 0, 6]),
    ({"about": "JPN"}, [4, 3, 0]),
    ({"by": "USA", "about": "PRK"}, [3, 1, 6]),
    ({"by": "KOR", "about": "PRK"}, []),
    ({"speaker": "Obama"}, [1, 0, 6]),
    ({"speaker": "Obama", "about": "JPN"}, [0]),
    ({"speaker": "Obama", "by": "KOR"}, []),
    ({"speaker": "Nobody"}, []),
    ({"kind": "belief"}, [4]),
    ({"kind": "direct", "by": "USA", "about": "JPN"}, [0]),
    ({"kind": "belief", "about": "PRK"}, []),
    ({"words": "treaty"}, [2, 1, 0]),
    ({"words": "TREATIES", "by": "USA"}, [1, 0]),
    ({"words": "treaty", "by": "USA", "about": "JPN"}, [0]),
    ({"words": '"kept the treaty"', "speaker": "Obama", "kind": "direct"}, [0]),
    ({"words": "O'Brien 5%"}, [5]),
    ({"words": "treaty", "first": datetime.date(2013, 3, 2)}, []),
    ({"words": " "}, [5, 4, 3, 2, 1, 0, 6]),
    ({"words": '" ( *'}, []),
    ({"first": datetime.date(2013, 3, 2)}, [5, 4, 3]),
    ({"last": datetime.date(2013, 3, 2)}, [3, 2, 1, 0]),
    ({"first": datetime.date(2013, 3, 2), "last": datetime.date(2013, 3, 2), "about": "PRK"}, [3]),
]


@pytest.mark.parametrize(("wanted", "found"), CHOICES)
def test_which_are_found(filled, wanted, found):
    with filled.reading() as connection:
        shown, after = sayings(connection, **wanted)
        assert [one.words for one in shown] == [SAID[n][4] for n in found]
        assert after == ""
        assert count_sayings(connection, **wanted) == (len(found), False)


@pytest.mark.parametrize(("wanted", "found"), CHOICES)
@pytest.mark.parametrize("most", [1, 2, 3])
def test_page_after_page(filled, wanted, found, most):
    with filled.reading() as connection:
        words, before, pages = [], "", 0
        while before or not pages:
            shown, before = sayings(connection, most=most, before=before, **wanted)
            words += [one.words for one in shown]
            pages += 1
            assert len(shown) == most or not before
        assert words == [SAID[n][4] for n in found]
        assert pages == max(1, -(-len(found) // most))


def test_what_a_statement_tells(filled):
    with filled.reading() as connection:
        (one,) = sayings(connection, speaker="Kerry").shown
        assert one == (
            *(one.key, "2013-03-02", "indirect", "Kerry", "USAGOV", "USA", "", "", "said", "North Korea and Japan met"),
            *(200, 225, ("JPN", "PRK"), 2, "b", "Title of b", "Wire", "https://wire.example/b"),
        )
        assert sayings(connection, last=datetime.date(2014, 1, 1)).shown[-1].published == "2013-03-01"
        assert sayings(connection).shown[-1].published is None


@pytest.mark.parametrize(
    "place",
    ["x", "2013-03-01", "2013-03-01/", "2013-13-01/1", "2013-03-01/-1", f"2013-03-01/{'9' * 19}", "2013-03-01/²", "\0"],
)
def test_no_place(filled, place):
    with filled.reading() as connection, pytest.raises(InputError, match="no place"):
        sayings(connection, before=place)


def test_who_is_quoted_most(filled):
    with filled.reading() as connection:
        found = speakers(connection)
        assert found.voices == [
            ("Obama", ("USAGOV",), 3, 2),
            ("Kerry", ("USAGOV",), 1, 1),
            ("Lee", (), 1, 1),
            ("Park", ("KORGOV",), 1, 1),
        ]
        assert (found.counted, found.is_more) == (7, False)
        assert [one.name for one in speakers(connection, about="JPN", most=2).voices] == ["Kerry", "Obama"]
        assert speakers(connection, words="(") == ([], 0, False)


@pytest.mark.parametrize("most", [1, 3, 50])
@pytest.mark.parametrize("looked", [2, 5_000])
def test_all_at_a_glance_is_what_each_look_finds(filled, looked, most, monkeypatch):
    monkeypatch.setattr(saying, "LOOKED", looked)
    with filled.reading() as connection:
        for wanted, _ in CHOICES:
            found = survey(connection, most=most, newest=2, **wanted)
            page = sayings(connection, most=most, **wanted)
            assert found.page.shown == page.shown
            assert bool(found.page.next) == bool(page.next)
            assert found.number == count_sayings(connection, **wanted)
            newest = sayings(connection, most=2, **wanted).shown
            assert found.about == [(one.about, one.article) for one in newest]


def test_counting_ends_somewhere(filled, monkeypatch):
    monkeypatch.setattr(saying, "AT_MOST", 2)
    monkeypatch.setattr(saying, "HEARD", 2)
    with filled.reading() as connection:
        assert count_sayings(connection) == (2, True)
        assert count_sayings(connection, speaker="Kerry") == (1, False)
        assert speakers(connection)[1:] == (2, True)
        assert [one.name for one in speakers(connection).voices] == ["Lee", "Park"]


@pytest.mark.parametrize(("wanted", "found"), [(wanted, found) for wanted, found in CHOICES if found])
def test_rare_ones_are_found_in_the_end(filled, wanted, found, monkeypatch):
    """Though each look ends after two statements."""
    monkeypatch.setattr(saying, "LOOKED", 2)
    with filled.reading() as connection:
        words, before, pages = [], "", 0
        while before or not pages:
            shown, before = sayings(connection, most=1, before=before, **wanted)
            words += [one.words for one in shown]
            pages += 1
        assert words == [SAID[n][4] for n in found]


def test_where_not_all_are_looked_at_it_is_said(filled, monkeypatch):
    monkeypatch.setattr(saying, "LOOKED", 2)
    with filled.reading() as connection:
        assert count_sayings(connection, about="JPN", kind="direct") == (0, True)
        assert speakers(connection, speaker="Obama", about="JPN")[1:] == (1, True)
        assert count_sayings(connection, by="KOR", kind="belief") == (1, False)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40) | st.text("\"*():^-+ ANDORNT{}\\'&|!<>~%_é\0\udcff", max_size=20))
def test_nothing_typed_is_an_error(filled, words):
    with filled.reading() as connection:
        for name in ("by", "about", "speaker", "words", "kind"):
            count_sayings(connection, **{name: words})
            sayings(connection, **{name: words})
