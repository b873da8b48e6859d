"""The laws: spans are words of the text, coding twice changes nothing, what is written is read back the same."""

import datetime
import json
from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.coder import article_of
from dragoman.export.lines import decode, encode
from dragoman.records import Article
from dragoman.resolve.duplicates import merge

REPORTS = [
    json.loads(line)
    for line in resources.files("dragoman").joinpath("data/chronicle/reports.jsonl").read_text("utf-8").splitlines()
]
WORDS = [
    "Iran",
    "they",
    "by them",
    "its",
    "both of",
    "committed",
    "who said",
    "the country",
    "the two sides",
    "the US",
    "accused",
    "talks",
    "with",
    "North Korea",
    "threatened",
    "to",
    "attack",
    "“",
    "”",
    "on Tuesday",
    "and",
    ".",
    "\n\n",
    "Kyiv",
    "sanctions",
    "imposed\n",
    "it",
    "said",
    ",",
    "that",
    "not",
    "will",
    "é",
    "🙂",
    "\u202e",
    "\x85",
    "2012",
]
DAYS = st.none() | st.dates(datetime.date(1950, 1, 1), datetime.date(2050, 1, 1))


def spans(value):
    """Every mapping with text, start and end inside a coding."""
    if isinstance(value, dict):
        if {"text", "start", "end"} <= set(value):
            yield value
        for inner in value.values():
            yield from spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from spans(inner)


def assert_lawful(coder, article):
    coding = coder.code(article)
    line = encode(coding, coder.rules.ontology)
    for span in spans(json.loads(line)):
        assert article.text[span["start"] : span["end"]] == span["text"]
    assert encode(coder.code(article), coder.rules.ontology) == line
    assert decode(line, coder.rules.ontology) == coding
    assert merge(coding.events) == coding.events
    assert len({event.id for event in coding.events}) == len(coding.events)


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: r["id"])
def test_laws_hold_on_the_chronicle(coder, report):
    day = datetime.date.fromisoformat(report["published"])
    assert_lawful(coder, Article(id=report["id"], text=report["text"], published=day))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join), DAYS)
def test_laws_hold_on_word_salad(coder, text, day):
    assert_lawful(coder, article_of(text, day))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_laws_hold_on_any_text(coder, text):
    assert_lawful(coder, article_of(text, "2013-06-17"))
