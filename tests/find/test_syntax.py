"""Deep subjects and objects, on frozen parses."""

import tomllib
from pathlib import Path

import pytest
from tests.parses import frozen

from dragoman.find import syntax

CASES = tomllib.loads(Path(__file__).with_name("syntax.toml").read_text(encoding="utf-8"))["case"]
PARSES = frozen("find/syntax")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['verb']}: {case['sentence']}")
def test_deep_roles(case):
    sentence = PARSES[case["sentence"]]
    (verb,) = [token.i for token in sentence.tokens if token.text == case["verb"]]
    found = {
        "subject": [sentence.tokens[i].text for i in syntax.subjects(sentence, verb)],
        "object": [sentence.tokens[i].text for i in syntax.objects(sentence, verb)],
    }
    assert found == {"subject": case["subject"], "object": case["object"]}
