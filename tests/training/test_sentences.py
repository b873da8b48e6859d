"""The labelled sentences: well formed, none twice, and covering what the codebook has."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from dragoman.relate.encoder import STATUSES
from dragoman.rules import Rules

HOME = Path(__file__).parent.parent.parent / "training"


def load():
    """The module that reads them; training is a folder of scripts, not a package."""
    spec = importlib.util.spec_from_file_location("sentences", HOME / "sentences.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["sentences"] = module
    spec.loader.exec_module(module)
    return module


sentences = load()


@pytest.fixture(scope="module")
def lines():
    return sentences.read_lines(Rules.load())


def test_several_thousand(lines):
    assert len(lines) > 10_000


def test_no_question_stands_twice(lines):
    asked = Counter((line.sentence, line.actor, line.recipient) for line in lines)
    assert [question for question, count in asked.items() if count > 1] == []


def test_one_sentence_has_one_answer_for_one_pair(lines):
    """Where the same pair is marked the other way round, the two lines say the same."""
    seen = {}
    for line in lines:
        seen[line.sentence, line.actor, line.recipient] = line
    turned = [(line, seen.get((line.sentence, line.recipient, line.actor))) for line in lines]
    differ = [
        (one.where, other.where)
        for one, other in turned
        if other and (one.forth.deed.type, one.back.deed.type) != (other.back.deed.type, other.forth.deed.type)
    ]
    assert differ == []


def test_every_type_status_and_register_is_covered(lines):
    acts = [act for line in lines for act in (line.forth, line.back)]
    types = Counter(act.deed.type for act in acts)
    assert set(types) == {"", *Rules.load().ontology.types}
    assert min(types.values()) >= 200
    assert set(STATUSES) == {act.status for act in acts if act.status}
    assert {line.register for line in lines} == sentences.REGISTERS


def test_near_misses_and_both_directions(lines):
    assert sum(not line.forth.deed.type for line in lines) > 1_000
    assert sum(bool(line.back.deed.type) for line in lines) > 2_000
    assert sum(line.recipient < line.actor for line in lines) > 1_500


def test_folds_keep_neighbours_together_and_are_alike(lines):
    folds = {}
    for line in lines:
        folds.setdefault((line.where.split(":")[0], line.block), set()).add(line.fold)
    assert {len(found) for found in folds.values()} == {1}
    sizes = Counter(line.fold for line in lines)
    assert set(sizes) == set(range(sentences.FOLDS))
    assert min(sizes.values()) > len(lines) / sentences.FOLDS / 1.5


@pytest.mark.parametrize(
    "row",
    [
        ["111", "occurred", "-", "wire", "Peru blamed {Chad}."],
        ["111", "occurred", "-", "wire", "[Peru] blamed [Chad]."],
        ["999", "occurred", "-", "wire", "[Peru] blamed {Chad}."],
        ["111", "perhaps", "-", "wire", "[Peru] blamed {Chad}."],
        ["111", "occurred", "-", "song", "[Peru] blamed {Chad}."],
        ["111", "occurred", "-", "[Peru] blamed {Chad}."],
    ],
)
def test_a_malformed_line_is_named(row):
    with pytest.raises(ValueError, match=re.escape("x.tsv:7")):
        sentences._line("x.tsv", 7, row, Rules.load())
