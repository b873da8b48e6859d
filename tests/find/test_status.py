"""How far acts have come, on frozen parses."""

import tomllib
from pathlib import Path

import pytest
from tests.parses import frozen

from dragoman.find.status import progress_of
from dragoman.rules import DATA
from dragoman.rules.modality import Modality

CASES = tomllib.loads(Path(__file__).with_name("status.toml").read_text(encoding="utf-8"))["case"]
PARSES = frozen("find/status")
MODALITY = Modality.load([DATA / "lexicon"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['word']}: {case['sentence']}")
def test_progress(case):
    sentence = PARSES[case["sentence"]]
    (word,) = [token.i for token in sentence.tokens if token.text == case["word"]]
    assert progress_of(sentence, word, MODALITY) == case["progress"]
