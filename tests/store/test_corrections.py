"""What people correct: entered at once, kept through every new coding, refused where it names what there is not."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.store import reading
from dragoman.store.care import check
from dragoman.store.recoding import correct, recode
from dragoman.store.saving import save
from tests.store.contents import contents
from tests.store.made import SENTENCE, coded, correction, event


def events_of(store):
    with store.reading() as connection:
        return [event for coding in reading.codings(connection) for event in coding.events]


def code_as(*codings):
    """What codes anew: always these codings."""
    return lambda articles: iter(codings)


@pytest.fixture
def one(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    return store


def test_fields_are_replaced(one, ontology):
    found = correction(type="THREATEN", mode=(), status="planned", actor=("PRKMIL",), recipient=("JPN", "KOR"))
    assert correct(one, found, ontology) == 1
    (event,) = events_of(one)
    assert (event.type, event.status, event.confidence, event.rule) == ("THREATEN", "planned", 1.0, "person/a person")
    assert [entity.code for entity in event.actor] == ["PRKMIL"]
    assert [(entity.code, entity.country, entity.sector) for entity in event.actor] == [("PRKMIL", "PRK", "MIL")]
    assert [entity.code for entity in event.recipient] == ["JPN", "KOR"]
    assert list(check(one)) == []


def test_a_new_type_drops_the_modes_of_the_old(store, ontology):
    save(store, coded("one", event("one-1", mode=("disapprove",))), ontology, words=SENTENCE)
    correct(store, correction(status="alleged"), ontology)
    assert events_of(store)[0].mode == ("disapprove",)
    correct(store, correction(type="CONSULT"), ontology)
    assert (events_of(store)[0].type, events_of(store)[0].mode) == ("CONSULT", ())
    correct(store, correction(type="CONSULT", mode=("visit",)), ontology)
    assert events_of(store)[0].mode == ("visit",)


def test_wrong_takes_the_event_out(one, ontology):
    assert correct(one, correction(wrong=True), ontology) == 1
    assert events_of(one) == []
    assert list(check(one)) == []


def test_it_is_kept_through_new_codings(one, ontology):
    correct(one, correction(recipient=("KOR",)), ontology)
    with one.reading() as connection:
        keys = reading.keys_with_text(connection)
    anew = coded("one", event("one-1", kind="REJECT"))
    (difference,) = recode(one, keys, code_as(anew), ontology)
    (found,) = events_of(one)
    assert (found.type, [entity.code for entity in found.recipient]) == ("REJECT", ["KOR"])
    assert len(difference.lost) == len(difference.gained) == 1
    assert list(check(one)) == []


def test_the_last_one_entered_wins(one, ontology):
    for code in ("KOR", "CHN", "KOR"):
        correct(one, correction(recipient=(code,)), ontology)
    assert [entity.code for entity in events_of(one)[0].recipient] == ["KOR"]
    assert len(contents(one)["corrections"]) == 2


def test_twice_is_once(one, ontology):
    correct(one, correction(status="alleged"), ontology)
    before = contents(one)
    correct(one, correction(status="alleged"), ontology)
    assert contents(one) == before


def test_a_long_reason(one, ontology):
    correct(one, correction(status="alleged", reason="because " * 2_000), ontology)
    assert events_of(one)[0].status == "alleged"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type": "QUARREL"}, "QUARREL"),
        ({"mode": ("visit",)}, "mode"),
        ({"type": "CONSULT", "mode": ("raid",)}, "raid"),
        ({"reason": " "}, "reason"),
        ({"article": "nobody's"}, "nobody's"),
        ({"start": 0, "end": 5}, "0 to 5"),
    ],
)
def test_what_is_not_there_is_refused(one, ontology, fields, words):
    before = contents(one)
    with pytest.raises(InputError, match=words):
        correct(one, correction(**fields), ontology)
    assert contents(one) == before


def test_days_are_kept(one, ontology):
    correct(one, correction(status="alleged", day=datetime.date(2020, 2, 29)), ontology)
    assert "2020-02-29" in contents(one)["corrections"][0]
