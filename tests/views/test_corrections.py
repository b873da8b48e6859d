"""What people decided as the page has it, and the corrections as cases."""

import datetime

import msgspec
import pytest

from dragoman.commands.relation import Question
from dragoman.records import Ruling
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.corrections import Withdrawal
from dragoman.store.recoding import correct, withdraw_correction
from dragoman.views.corrections import cases_of, correction_of, corrections_of
from tests.store.made import correction as said
from tests.views.reported import FIRST, SECOND, stored

DAY = datetime.date(2013, 5, 1)
LATER = datetime.date(2013, 5, 2)
START = FIRST.index("condemned")


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path, rules):
    with stored(tmp_path / "store.db", rules) as found:
        correct(found, said("a", START, START + 9, type="THREATEN", mode=(), reason="so", day=DAY), rules.ontology)
        yield found


def test_the_list(store, rules):
    ((account, _),) = ledgers.accounts(store, rules)
    ledgers.rule(
        store, rules, Ruling(account=account.id, standing="broken", reason="seen", by="an inspector", day=LATER)
    )
    ruled, corrected = corrections_of(store).found
    assert (ruled.about, ruled.by, ruled.reason, ruled.kind) == ("commitment", "an inspector", "seen", "promise")
    assert ruled.content == "send rice to North Korea"
    assert (corrected.about, corrected.article, corrected.title, corrected.reason) == ("event", 1, "Report a", "so")
    assert corrected.correction.type == "THREATEN"
    assert corrected.withdrawn is None
    first = corrections_of(store, most=1)
    assert [one.about for one in corrections_of(store, most=1, before=first.next).found] == ["event"]


def test_one_that_was_taken_back(store, rules):
    back = Withdrawal(by="another", reason="it is not", day=DAY)
    withdraw_correction(store, 1, back, rules.ontology)
    assert correction_of(store, 1).withdrawn.reason == "it is not"
    assert correction_of(store, 9) is None
    assert list(cases_of(store)) == []


def test_cases(store, rules):
    start = SECOND.index("denounced")
    correct(store, said("b", start, start + 9, wrong=True, reason="nobody did"), rules.ontology)
    first, second = cases_of(store)
    assert first.sentence == "North Korea condemned the Japanese government for a blockade of its ports on Friday."
    for one in (first, second):
        for place in (one.trigger, one.actor, one.recipient):
            assert one.sentence[place.start : place.end] == place.text
    assert (first.read.type, first.read.mode, first.right.type, first.right.mode) == (
        "ACCUSE",
        ("disapprove",),
        "THREATEN",
        (),
    )
    assert (first.read.actor, first.read.recipient, first.rule) == (("PRK",), ("JPNGOV",), "ACCUSE/condemn")
    assert (second.right, second.reason, second.rule) == (None, "nobody did", "model/ACCUSE")


def test_cases_are_questions_for_the_relation_model(store):
    (case,) = cases_of(store)
    question = msgspec.json.decode(msgspec.json.encode(case), type=Question)
    assert (question.id, question.sentence[question.actor.start : question.actor.end]) == ("a/a-1", "North Korea")
