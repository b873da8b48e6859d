"""One event with everything that is told of it, and what a person can correct in a telling."""

import msgspec
import pytest

from dragoman.rules import Rules
from dragoman.store.recoding import correct
from dragoman.views.events import COMPARED, TELLINGS, example_of, happening_of, telling_at
from tests.store.made import correction as said
from tests.views.reported import FIRST, FRIDAY, SECOND, reports, stored


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path, rules):
    with stored(tmp_path / "store.db", rules) as found:
        yield found


def test_tellings(store, rules):
    found = happening_of(store, rules, "a-1")
    assert (found.reports, found.publishers, found.told) == (2, 2, 2)
    assert (found.first, found.last, found.date_from) == (FRIDAY, FRIDAY, "text")
    assert (found.quad, found.score, found.cameo) == ("verbal_conflict", -2.0, "111")
    first, second = found.tellings
    assert (first.key, first.article.id, first.made_by, first.read) == (1, "a", "rules", None)
    assert first.example == "[France] condemned {Russia} for the annexation of Crimea."
    assert (second.key, second.article.id, second.made_by, second.example) == (2, "b", "model", "")
    assert [(one.word, one.publishers) for one in found.phrasings] == [
        ("condemned", ("The Wire",)),
        ("denounced", ("The Desk",)),
    ]
    (reason,) = found.reasons
    assert (reason.report, reason.likest) == ("b", "a")
    assert "both ACCUSE" in reason.words
    assert found.commitments == ()


def test_what_it_decided(store, rules):
    (one,) = happening_of(store, rules, "c-1").commitments
    assert (one.content, one.change, one.basis, one.standing) == ("send rice to North Korea", "kept", "deed", "kept")


@pytest.mark.parametrize("id", ["none", "", "a-1' OR 1=1", "a\0b", "\ud800"])
def test_an_event_that_is_not_there(store, rules, id):
    assert happening_of(store, rules, id) is None


def test_what_a_person_corrected(store, rules):
    start = FIRST.index("condemned")
    correct(store, said("a", start, start + 9, type="THREATEN", mode=()), rules.ontology)
    found = happening_of(store, rules, "a-1")
    (told,) = (one for one in found.tellings if one.article.id == "a")
    assert (told.made_by, told.event.type, told.read.type, told.read.rule) == (
        "person",
        "THREATEN",
        "ACCUSE",
        "ACCUSE/condemn",
    )


def test_where_the_reports_differ(store, rules):
    start = SECOND.index("denounced")
    correct(store, said("b", start, start + 9, status="alleged"), rules.ontology)
    (differing,) = happening_of(store, rules, "a-1").contradictions
    assert (differing.about, differing.told) == ("status", {"alleged": ("The Desk",), "occurred": ("The Wire",)})


def test_a_telling_by_its_place(store):
    start = FIRST.index("condemned")
    article, found = telling_at(store, 1, start, start + 3)
    assert (article.id, found.id) == ("a", "a-1")
    for place in ((1, 0, 5), (1, start, start), (9, start, start + 3), (1, start + 9, start + 20)):
        assert telling_at(store, *place) is None


def test_an_example_of_a_rule(rules):
    assert example_of("AID/none-of-that-name", rules) == example_of("person/somebody", rules) == ""


def test_many_tellings_are_cut(tmp_path, rules):
    many = TELLINGS + 5
    _, (one, text), _ = reports()
    told = [(again(one, f"r{n:03}"), text) for n in range(many)]
    with stored(tmp_path / "many.db", rules, told) as store:
        found = happening_of(store, rules, "r000-1")
    assert (found.told, found.reports, len(found.tellings)) == (many, many, TELLINGS)
    assert len(found.reasons) == COMPARED - 1


def again(coding, id):
    head = msgspec.structs.replace(coding.article, id=id, url=None)
    (told,) = coding.events
    return msgspec.structs.replace(coding, article=head, events=(msgspec.structs.replace(told, id=f"{id}-1"),))
