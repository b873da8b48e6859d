"""The written weights answer as the network did when it was trained, whatever the lengths that are answered together."""

import json
from pathlib import Path

import pytest

from dragoman.errors import ModelError
from dragoman.relate.encoder import Encoder, Question, load_encoder
from dragoman.relate.relations import probabilities

KEPT = json.loads((Path(__file__).parent / "kept.json").read_text(encoding="utf-8"))
# Weights of eight bits move a probability a little; the mean over all answers has to stay well below that.
FARTHEST, MEAN = 0.35, 0.03


def questions():
    return [Question(row["sentence"], tuple(row["one"]), tuple(row["other"])) for row in KEPT]


def chances(scores):
    return [probabilities(list(row)) for row in scores]


def test_as_the_network_answered():
    answers = load_encoder().answer(questions())
    apart, same = [], 0
    for row, answer in zip(KEPT, answers, strict=True):
        for wanted, found in zip(chances(row["deeds"]), chances(answer.deeds.tolist()), strict=True):
            apart.append(max(abs(one - other) for one, other in zip(wanted, found, strict=True)))
            same += wanted.index(max(wanted)) == found.index(max(found))
    assert len({len(row["sentence"]) for row in KEPT}) > 10
    assert max(apart) < FARTHEST
    assert sum(apart) / len(apart) < MEAN
    assert same / len(apart) > 0.95


def test_the_same_in_any_company():
    together = load_encoder().answer(questions())
    for question, answer in list(zip(questions(), together, strict=True))[::6]:
        (alone,) = load_encoder().answer([question])
        assert alone.deeds.tolist() == answer.deeds.tolist()
        assert alone.statuses.tolist() == answer.statuses.tolist()


def test_nothing_asked_nothing_answered():
    assert load_encoder().answer([]) == []


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"relation\.onnx"):
        Encoder(tmp_path)
