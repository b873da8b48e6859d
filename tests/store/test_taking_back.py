"""Corrections of one version of a text: the latest wins, any can be taken back, the homeless are told."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.store import reading
from dragoman.store.care import check, forget, info
from dragoman.store.corrections import Withdrawal
from dragoman.store.recoding import correct, recode, take_back_correction
from dragoman.store.saving import save
from tests.store.contents import contents
from tests.store.made import SENTENCE, coded, correction, event

WHY = Withdrawal(by="a person", reason="it was so after all", day=datetime.date(2013, 3, 9))
TWO = f"{SENTENCE} {SENTENCE}"


def told(store):
    with store.reading() as connection:
        return [event for coding in reading.codings(connection) for event in coding.events]


def told_as(store):
    return [(one.type, one.status, [entity.code for entity in one.recipient]) for one in told(store)]


def take_back(store, ontology, start=12, end=21):
    take_back_correction(store, "one", start, end, WHY, ontology)


@pytest.fixture(params=[SENTENCE, None], ids=["text", "no-text"])
def one(store, ontology, request):
    save(store, coded(), ontology, words=request.param)
    return store


ACCUSED = ("ACCUSE", "occurred", ["JPN"])
# Corrections in turn, None takes the latest one back; what the report tells after each.
TURNS = [
    [({"wrong": True}, []), (None, [ACCUSED])],
    [({"wrong": True}, []), ({"status": "alleged"}, [("ACCUSE", "alleged", ["JPN"])]), (None, []), (None, [ACCUSED])],
    [
        ({"recipient": ("KOR",)}, [("ACCUSE", "occurred", ["KOR"])]),
        ({"status": "alleged"}, [("ACCUSE", "alleged", ["KOR"])]),
        ({"wrong": True}, []),
        ({"recipient": ("CHN",)}, [("ACCUSE", "alleged", ["CHN"])]),
        (None, []),
        (None, [("ACCUSE", "alleged", ["KOR"])]),
        (None, [("ACCUSE", "occurred", ["KOR"])]),
        (None, [ACCUSED]),
    ],
    [
        ({"status": "alleged"}, [("ACCUSE", "alleged", ["JPN"])]),
        (None, [ACCUSED]),
        ({"status": "alleged"}, [("ACCUSE", "alleged", ["JPN"])]),
    ],
]


@pytest.mark.parametrize("turns", TURNS)
def test_the_latest_wins_and_can_be_taken_back(one, ontology, turns):
    for fields, wanted in turns:
        if fields is None:
            take_back(one, ontology)
        else:
            correct(one, correction(**fields), ontology)
        assert told_as(one) == wanted
        assert list(check(one)) == []


def test_what_was_before_is_so_again(one, ontology):
    before = contents(one)
    correct(one, correction(type="REJECT", actor=("KOR",)), ontology)
    take_back(one, ontology)
    after = contents(one)
    kept = after.pop("corrections")
    assert (len(kept), before.pop("corrections")) == (1, [])
    assert after == before
    assert info(one).corrections == 0


def test_recode_keeps_the_latest_whatever_was_wrong_before(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    correct(store, correction(wrong=True), ontology)
    correct(store, correction(recipient=("KOR",)), ontology)
    with store.reading() as connection:
        keys = reading.keys_with_text(connection)
    list(recode(store, keys, lambda articles: iter([coded("one", event("one-1", kind="REJECT"))]), ontology))
    assert told_as(store) == [("REJECT", "occurred", ["KOR"])]
    take_back(store, ontology)
    take_back(store, ontology)
    assert told_as(store) == [("REJECT", "occurred", ["JPN"])]


def test_the_order_of_a_report_is_kept(store, ontology):
    events = [event(f"e{n}", kind=kind) for n, kind in enumerate(("ACCUSE", "REJECT", "THREATEN"))]
    save(store, coded("one", *events), ontology, words=SENTENCE)
    correct(store, correction(wrong=True), ontology)
    take_back(store, ontology)
    assert told(store) == events


def test_a_correction_is_of_one_version(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    correct(store, correction(wrong=True), ontology)
    save(store, coded("one", event("other", kind="REJECT")), ontology, words=TWO)
    assert told_as(store) == [("REJECT", "occurred", ["JPN"])]
    assert (info(store).corrections, info(store).misplaced) == (1, 1)
    (flaw,) = check(store)
    assert flaw.kind == "correction"
    assert "one" in flaw.message
    assert "12:21 --withdraw" in flaw.message
    take_back(store, ontology)
    assert (info(store).corrections, info(store).misplaced) == (0, 0)
    assert told_as(store) == [("REJECT", "occurred", ["JPN"])]
    assert list(check(store)) == []


def test_one_whose_event_is_read_no_more_is_told(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    correct(store, correction(status="alleged"), ontology)
    with store.reading() as connection:
        keys = reading.keys_with_text(connection)
    nothing = coded("one").__class__(article=coded().article, coder=coded().coder)
    list(recode(store, keys, lambda articles: iter([nothing]), ontology))
    assert [flaw.kind for flaw in check(store)] == ["correction"]
    list(recode(store, keys, lambda articles: iter([coded()]), ontology))
    assert told_as(store) == [("ACCUSE", "alleged", ["JPN"])]
    assert list(check(store)) == []


@pytest.mark.parametrize("place", [(0, 5), (21, 30)])
def test_where_nothing_was_corrected_nothing_is_taken_back(one, ontology, place):
    correct(one, correction(status="alleged"), ontology)
    before = contents(one)
    with pytest.raises(InputError, match="no correction"):
        take_back(one, ontology, *place)
    assert contents(one) == before


def test_taking_back_needs_a_reason(one, ontology):
    correct(one, correction(status="alleged"), ontology)
    with pytest.raises(InputError, match="reason"):
        take_back_correction(one, "one", 12, 21, Withdrawal(by="a person", reason=" ", day=WHY.day), ontology)
    assert told_as(one) == [("ACCUSE", "alleged", ["JPN"])]


def test_forgetting_takes_the_coders_reading_too(one, ontology):
    correct(one, correction(wrong=True), ontology)
    forget(one, "one", ontology)
    assert contents(one)["corrections"] == []
    with one.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM overruled").scalar() == 0
    assert list(check(one)) == []
