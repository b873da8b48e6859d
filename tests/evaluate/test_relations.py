"""Scores of relations and of pairs: what counts as right and as kept."""

import pytest

from dragoman.evaluate.golds import Conventions, GoldPair, GoldRelation, GoldSpan
from dragoman.evaluate.relations import calibration_error, is_kept, macro_f1, score_pairs, score_relations
from dragoman.records import Relation


def relation(type, status="occurred", confidence=0.9):
    return Relation(type=type, status=status, confidence=confidence, scores={})


def gold(id, root, quad):
    span = GoldSpan(start=0, end=1)
    return GoldRelation(id=id, sentence=id, actor=span, recipient=span, root=root, quad=quad)


def pair(kind, type, status, changed_type, changed_status):
    return GoldPair(
        kind=kind,
        sentence="[Peru] met {Chad}.",
        type=type,
        status=status,
        changed="[Chad] met {Peru} today.",
        changed_type=changed_type,
        changed_status=changed_status,
    )


def answering(first, second):
    """What answers the first sentence of a pair with the one relation, and the changed one with the other."""
    return lambda sentence, actor, recipient, scheme: second if sentence.endswith("today.") else first


def test_macro_f1_counts_each_type_alike():
    pairs = [("AID", "AID")] * 9 + [("ACCUSE", "AID")]
    assert macro_f1(pairs) == pytest.approx((18 / 19 + 0) / 2)
    assert macro_f1([("AID", "AID"), ("ACCUSE", "ACCUSE")]) == 1


def test_calibration_error_is_the_distance_by_bin():
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == pytest.approx(0)
    assert calibration_error([(1.0, False), (1.0, False)]) == pytest.approx(1)
    assert calibration_error([(0.95, True), (0.05, False)]) == pytest.approx(0.05)


def test_relations_by_root_and_quad():
    golds = [gold("a", "YIELD", 2), gold("b", "ACCUSE", 3), gold("c", "REJECT", 3)]
    answers = {"a": relation("YIELD"), "b": relation("REJECT"), "c": relation("REJECT", confidence=0.5)}
    measures = score_relations(golds, lambda sentence, *_: answers[sentence], Conventions.load())
    assert measures["relation_root"].figure.value == pytest.approx((1 + 0 + 2 / 3) / 3)
    assert measures["relation_root"].misses == ("b",)
    assert measures["relation_quad"].figure.value == 1
    assert measures["relation_REJECT"].figure.precision == 0.5


@pytest.mark.parametrize(
    ("kind", "first", "second", "kept"),
    [
        ("voice", ("AID", "occurred"), ("AID", "occurred"), True),
        ("voice", ("ACCUSE", "occurred"), ("ACCUSE", "occurred"), True),
        ("names", ("AID", "occurred"), ("AID", "planned"), False),
        ("tense", ("AID", "occurred"), ("AGREE", "planned"), True),
        ("tense", ("AID", "occurred"), ("AGREE", "occurred"), False),
        ("opposite", ("AID", "planned"), ("AGREE", "occurred"), True),
        ("opposite", ("AGREE", "occurred"), ("AGREE", "occurred"), False),
        ("direction", ("AID", "occurred"), ("", None), False),
    ],
)
def test_a_pair_is_kept(kind, first, second, kept):
    one = pair(kind, "AID", "occurred", "AGREE", "planned")
    assert is_kept(one, answering(relation(*first), relation(*second))) is kept


def test_shares_of_all_and_by_kind():
    pairs = [pair("voice", "AID", "occurred", "AID", "occurred"), pair("opposite", "AID", "-", "AGREE", "-")]
    measures = score_pairs(pairs, answering(relation("AID"), relation("AID")))
    assert measures["pairs_kept"].figure.value == 0.5
    assert measures["pairs_voice"].figure.value == 1
    assert measures["pairs_opposite"].figure.value == 0
