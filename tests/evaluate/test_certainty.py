"""Scores of how certain acts are taken to be."""

import pytest

from dragoman.evaluate.certainty import score_acts
from dragoman.evaluate.golds import GoldAct, GoldPlace


def acts(*values):
    return [
        GoldAct(id=f"act{i}", sentence="Chad fired.", event=GoldPlace(start=5), factuality=value)
        for i, value in enumerate(values)
    ]


def judge(*values):
    answers = iter(values)
    return lambda sentence, start: ("occurred", next(answers))


def test_same_order_and_scale_is_perfect() -> None:
    measures = score_acts(acts(3.0, -3.0, 0.0), judge(3.0, -3.0, 0.0))
    assert measures["act_certainty_r"].figure.value == pytest.approx(1.0)
    assert measures["act_certainty_closeness"].figure.value == pytest.approx(1.0)


def test_far_answers_are_misses() -> None:
    measure = score_acts(acts(3.0, -3.0), judge(3.0, 3.0))["act_certainty_closeness"]
    assert measure.figure.value == pytest.approx(0.5)
    assert measure.misses == ("act1",)


def test_one_answer_for_all_correlates_with_nothing() -> None:
    assert score_acts(acts(3.0, -3.0), judge(1.0, 1.0))["act_certainty_r"].figure.value == 0.0
