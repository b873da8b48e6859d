"""What somebody types, made into what a store is asked; what is found, and how it is cut and marked."""

import datetime

import msgspec
import pytest

from dragoman.records import EventDate
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.views.finding import Asked, marked, reports_of, search_of, stems_of
from tests.store.made import coded, event

DAY = datetime.date.fromisoformat
TOLD = [
    # number, type, actor, recipient, day, status, publisher, sentence
    (
        0,
        "ACCUSE",
        ("PRK",),
        ("JPN",),
        "2013-06-01",
        "occurred",
        "Wire",
        "North Korea accused Japan of testing rockets.",
    ),
    (1, "ACCUSE", ("JPN",), ("PRKGOV",), "2013-05-01", "occurred", "Wire", "Japan accused the North of a rocket test."),
    (2, "AID", ("CHN",), ("PRK",), "2013-04-01", "planned", "Gazette", "China will send rice to the North."),
    (3, "CONSULT", ("USA",), ("PRK", "JPN"), "2012-04-02", "ongoing", "Gazette", "American envoys met both."),
    (4, "SANCTION", ("IGOUNO",), ("PRK",), "2011-04-01", "alleged", None, "The Council punished rocket tests."),
]
QUESTIONS = [
    ({}, {0, 1, 2, 3, 4}),
    ({"words": "rocket test"}, {0, 1, 4}),
    ({"words": '"rocket test"'}, {1, 4}),
    ({"words": "rockets zebra"}, set()),
    ({"party": "PRK"}, {0, 1, 2, 3, 4}),
    ({"party": "North Korea", "side": "actor"}, {0}),
    ({"party": "north korea", "side": "recipient"}, {1, 2, 3, 4}),
    ({"party": "PRKGOV"}, {0, 1, 2, 3, 4}),
    ({"party": "PRK", "other": "JPN"}, {0, 1}),
    ({"party": "PRK", "side": "actor", "other": "JPN"}, {0}),
    ({"party": "PRK", "side": "recipient", "other": "JPN"}, {1}),
    ({"other": "JPN"}, {0, 1, 3}),
    ({"other": "JPN", "side": "actor"}, {0, 3}),
    ({"words": "accused", "party": "JPN", "other": "PRK"}, {0, 1}),
    ({"type": "ACCUSE"}, {0, 1}),
    ({"quad": "verbal_conflict"}, {0, 1}),
    ({"quad": "material_conflict", "type": "SANCTION"}, {4}),
    ({"quad": "material_conflict", "type": "ACCUSE"}, set()),
    ({"status": "planned"}, {2}),
    ({"status": "happened"}, {0, 1, 3}),
    ({"publisher": "Wire"}, {0, 1}),
    ({"publisher": "wire"}, set()),
    ({"first": "2013-04-01", "last": "2013-05-01"}, {1, 2}),
    ({"last": "2011-12-31"}, {4}),
    ({"first": "2013-01-01", "party": "CHN", "type": "AID", "publisher": "Gazette", "words": "rice"}, {2}),
]
WRONG = [
    ({"party": "Ruritania"}, "nobody is called 'Ruritania'"),
    ({"other": "x" * 5000}, "nobody is called"),
    ({"type": "DANCE"}, "there is no type 'DANCE'"),
    ({"quad": "'; DROP TABLE event"}, "there is no quad"),
    ({"status": "occurred "}, "there is no status"),
    ({"side": "left"}, "there is no side"),
    ({"first": "2013-13-45"}, "from"),
    ({"last": "yesterday"}, "until"),
    ({"before": "nowhere"}, "no place in a list"),
    ({"before": "2013-02-30/1"}, "no place in a list"),
]
TYPED = [
    '"',
    "(",
    "NEAR(a b)",
    "a AND",
    "^x",
    "*",
    "col:x",
    "-",
    "\0",
    "\ud800",
    "🙂",
    "%' OR 1=1 --",
    "x " * 3000,
    "ﬁ" * 900,
]


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as store:
        for n, kind, actor, recipient, day, status, publisher, sentence in TOLD:
            date = EventDate(text="", start=0, end=0, first=DAY(day), last=DAY(day))
            told = event(f"e{n}", kind, actor, recipient, sentence=sentence, date=date, status=status)
            coding = coded(f"r{n}", told, published=DAY(day), publisher=publisher, title=f"Report {n}")
            save(store, coding, rules.ontology, words=sentence + " More is not known.")
        yield store


def numbers(found):
    sentences = [sentence for *_, sentence in TOLD]
    return [sentences.index(one.sentence) for one in found.events]


@pytest.mark.parametrize(("question", "wanted"), QUESTIONS)
def test_what_is_asked_is_found(store, rules, question, wanted):
    found = search_of(store, Asked(**question), rules)
    assert found.problems == ()
    assert numbers(found) == sorted(wanted)
    assert (found.counted, found.is_capped, found.next) == (len(wanted), False, "")


@pytest.mark.parametrize(("question", "told"), WRONG)
def test_what_is_not_understood_is_told_and_finds_nothing(store, rules, question, told):
    found = search_of(store, Asked(**question), rules)
    assert len(found.problems) == 1
    assert told in found.problems[0]
    assert (found.events, found.counted) == ((), 0)


def test_who_can_be_meant_is_offered(store, rules):
    found = search_of(store, Asked(party="Nort Korea", other="Japann"), rules)
    assert len(found.problems) == 2
    assert {(one.field, one.code) for one in found.meant} >= {("party", "PRK"), ("other", "JPN")}


@pytest.mark.parametrize("words", TYPED)
def test_nothing_that_is_typed_as_words_fails(store, rules, words):
    asked = Asked(words=words, publisher=words, before="")
    assert search_of(store, asked, rules).events == ()
    assert reports_of(store, words).reports == ()


def test_pages_follow_each_other(store, rules):
    found, asked = [], Asked(party="PRK")
    for _ in TOLD:
        page = search_of(store, asked, rules, most=2)
        found += numbers(page)
        asked = msgspec.structs.replace(asked, before=page.next)
        if not page.next:
            break
    assert found == [0, 1, 2, 3, 4]


def test_facets_count_what_is_found(store, rules):
    found = search_of(store, Asked(status="happened"), rules)
    facets = found.facets
    assert [(one.value, one.events) for one in facets.types] == [("ACCUSE", 2), ("CONSULT", 1)]
    assert [(one.value, one.events) for one in facets.publishers] == [("Wire", 2), ("Gazette", 1)]
    assert [one.value for one in facets.periods] == ["2012-04", "2013-05", "2013-06"]
    assert (facets.periods[0].first, facets.periods[0].last) == (DAY("2012-04-01"), DAY("2012-04-30"))
    assert {one.value for one in facets.actors} == {"PRK", "JPN", "USA"}
    assert found.reported == 3


def test_many_months_are_put_together_by_years(rules):
    with open_store("sqlite://") as store:
        for n in range(30):
            day = DAY(f"{2000 + n // 12}-{n % 12 + 1:02}-28")
            date = EventDate(text="", start=0, end=0, first=day, last=day)
            told = event(f"e{n}", sentence=f"Sentence number {n} is told.", date=date)
            save(store, coded(f"r{n}", told, published=day), rules.ontology)
        periods = search_of(store, Asked(), rules).facets.periods
    assert [(one.value, one.events) for one in periods] == [("2000", 12), ("2001", 12), ("2002", 6)]
    assert (periods[0].first, periods[0].last) == (DAY("2000-01-01"), DAY("2000-12-31"))


def test_without_counting_only_what_is_shown_is_counted(store, rules):
    found = search_of(store, Asked(), rules, most=3, counting=False)
    assert (found.counted, found.reported, found.is_capped, found.facets.types) == (3, 3, True, ())


def shown_marks(one):
    return [one.excerpt[start:end] for start, end in one.marks]


def test_words_are_marked_in_what_is_found(store, rules):
    found = search_of(store, Asked(words="ROCKETS tested"), rules)
    assert [shown_marks(one) for one in found.events] == [
        ["testing", "rockets"],
        ["rocket", "test"],
        ["rocket", "tests"],
    ]
    assert all(one.excerpt == one.sentence for one in found.events)


@pytest.mark.parametrize(
    ("sentence", "word", "marks"),
    [
        ("They launched missiles; a missile launch failed.", "missile", ["missiles", "missile"]),
        ("The policies of Bogotá changed the policy.", "bogota", ["Bogotá"]),
        ("The policies of Bogotá changed the policy.", "policies", ["policies", "policy"]),
        ("Is he as is?", "is", ["Is", "is"]),
        ("Nothing stands here.", "", []),
    ],
)
def test_what_counts_as_the_same_word(sentence, word, marks):
    excerpt, places = marked(sentence, stems_of(word))
    assert [excerpt[start:end] for start, end in places] == marks


def test_a_long_sentence_is_cut_around_the_first_mark():
    sentence = "It was said " * 60 + "that a needle lies here " + "and more " * 60
    excerpt, places = marked(sentence, stems_of("needles"))
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert len(excerpt) < 360
    assert [excerpt[start:end] for start, end in places] == ["needle"]
    assert 80 < places[0][0] < 110


def test_reports_are_found_by_all_their_words(store):
    found = reports_of(store, "known rocket", most=2)
    assert [one.title for one in found.reports] == ["Report 0", "Report 1"]
    assert found.is_capped
    assert all("rocket" in "".join(shown_marks(one)) for one in found.reports)
    assert [one.id for one in reports_of(store, "rice").reports] == ["r2"]
    assert not reports_of(store, "rice").is_capped
