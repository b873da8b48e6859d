"""Who said what about whom, with the office held on that day, and where in the report it stands."""

import datetime

import msgspec
import pytest

from dragoman.records import Quote, Speaker
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.views.statements import Asked, statements_of
from tests.store.made import coded, entity, event

DAY = datetime.date.fromisoformat


def speaker(name, code):
    return Speaker(text=name, start=0, end=0, name=name, code=code)


def quote(start, words, who=None, via=None, kind="direct"):
    end = start + len(words)
    return Quote(text=words, start=start, end=end, spans=((start, end),), kind=kind, speaker=who, via=via)


OBAMA, KIM, KCNA = speaker("Barack Obama", "USAGOV"), speaker("Kim Jong-un", "PRKGOV"), speaker("KCNA", "PRKJRN")
SAID = {
    ("one", "2013-03-08"): [
        quote(40, "Japan must wait", KIM, KCNA),
        quote(80, "nothing else", kind="indirect"),
    ],
    ("two", "2013-04-02"): [quote(40, "Japan and the sea", OBAMA)],
    ("three", "2017-03-08"): [quote(40, "I am retired", OBAMA, kind="belief")],
}


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as store:
        for (id, day), quotes in SAID.items():
            told = event(f"{id}-1", actor=("PRK",), recipient=())
            japan = msgspec.structs.replace(entity("JPN"), text="Japan", name="Japan")
            told = msgspec.structs.replace(told, recipient=(japan,))
            coding = coded(id, told, published=DAY(day), title=f"Report {id}")
            save(store, msgspec.structs.replace(coding, quotes=tuple(quotes)), rules.ontology)
        yield store


def asked(store, rules, most=50, **given):
    return statements_of(store, Asked(**given), rules, most=most)


def test_the_newest_first_with_office_carrier_and_place(store, rules):
    page = asked(store, rules)
    told = [(one.speaker, one.office, one.via, one.place, one.words) for one in page.shown]
    assert told == [
        ("Barack Obama", "", "", 1, "I am retired"),
        ("Barack Obama", "president", "", 1, "Japan and the sea"),
        ("", "", "", 2, "nothing else"),
        ("Kim Jong-un", "supreme leader", "KCNA", 1, "Japan must wait"),
    ]
    assert (page.number, page.is_more, page.next) == (4, False, "")
    assert page.shown[-1].about == ("JPN",)
    assert page.shown[-1].title == "Report one"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"by": "United States"}, {"I am retired", "Japan and the sea"}),
        ({"by": "prk"}, {"Japan must wait"}),
        ({"about": "Japan"}, {"Japan must wait", "Japan and the sea"}),
        ({"about": "JPN", "by": "USA"}, {"Japan and the sea"}),
        ({"speaker": "Barack Obama", "kind": "direct"}, {"Japan and the sea"}),
        ({"speaker": " Kim Jong-un "}, {"Japan must wait"}),
        ({"words": "retired"}, {"I am retired"}),
        ({"words": '\x00 " NEAR( * 😀'}, set()),
        ({"first": DAY("2013-04-01"), "last": DAY("2013-12-31")}, {"Japan and the sea"}),
        ({"kind": "indirect"}, {"nothing else"}),
        ({"speaker": "Robert'); DROP TABLE statement;--"}, set()),
    ],
)
def test_statements_that_are_wanted(store, rules, given, words):
    page = asked(store, rules, **given)
    assert {one.words for one in page.shown} == words
    assert page.number == len(words)


def test_page_after_page(store, rules):
    whole, parts, before = asked(store, rules).shown, [], ""
    for _ in whole:
        page = asked(store, rules, most=1, before=before)
        parts += page.shown
        before = page.next
    assert tuple(parts) == whole
    assert before == ""


def test_who_is_quoted_and_whom_it_is_about(store, rules):
    page = asked(store, rules)
    assert [(one.name, one.codes, one.statements, one.reports) for one in page.speakers] == [
        ("Barack Obama", ("USAGOV",), 2, 2),
        ("Kim Jong-un", ("PRKGOV",), 1, 1),
    ]
    assert [(one.name, one.statements, one.reports) for one in page.subjects] == [("JPN", 2, 2)]
    assert (page.speakers_of, page.subjects_of) == (4, 4)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"by": "Ruritania"}, "nobody is called 'Ruritania'"),
        ({"about": "Nort Korea"}, "Did you mean North Korea (PRK)"),
        ({"by": "' OR 1=1 --"}, "nobody is called"),
        ({"kind": "rumour"}, "there is no kind of statement 'rumour'"),
        ({"before": "yesterday"}, "is no place in a list"),
    ],
)
def test_what_is_not_understood_is_said(store, rules, given, problem):
    page = asked(store, rules, **given)
    assert any(problem in one for one in page.problems)
    assert page.shown == ()


def test_an_empty_store_says_nothing(rules):
    with open_store("sqlite://") as store:
        page = asked(store, rules)
    assert (page.number, page.shown, page.speakers, page.subjects) == (0, (), (), ())
