"""Where stories end: own texts with and without boxes, and the examples of the phrase table."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.read.stories import is_boilerplate, load_phrases, story_end

CASES = tomllib.loads((Path(__file__).parent / "stories.toml").read_text(encoding="utf-8"))["case"]
TABLE = tomllib.loads(resources.files("dragoman").joinpath("data/lexicon/boilerplate.toml").read_text(encoding="utf-8"))
EXAMPLES = [(kind["name"], text, True) for kind in TABLE["kind"] for text in kind["examples"]]
UNLIKE = [(kind["name"], text, False) for kind in TABLE["kind"] for text in kind["unlike"]]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_story_end(case):
    text = case.get("gap", "\n\n").join(case["text"])
    end = story_end(text, load_phrases())
    expected = text.rindex(case["tail"]) if "tail" in case else len(text)
    assert text[end:] == text[expected:]


@pytest.mark.parametrize(("kind", "text", "expected"), EXAMPLES + UNLIKE)
def test_examples_of_the_phrases(kind, text, expected):
    assert is_boilerplate(text, load_phrases()) is expected


def test_every_kind_proves_something():
    assert all(kind["examples"] and kind["unlike"] for kind in TABLE["kind"])


@pytest.mark.parametrize("seed", [case["text"] for case in CASES[:12]])
def test_a_long_text_keeps_its_larger_part(seed):
    text = "\n\n".join(seed * 3)
    assert story_end(text, load_phrases()) >= 0.4 * len(text)


@given(st.text(alphabet=st.sampled_from('abR .!?\n\r©“”"subcrie') | st.characters(), max_size=300))
def test_the_end_lies_in_the_text(text):
    assert 0 <= story_end(text, load_phrases()) <= len(text)
