"""Quotations and reported statements: words, kind, speaker, carrier and cue."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TABLE = tomllib.loads(Path(__file__).with_name("quotes.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["text"])
def test_who_said_what(coder, case):
    quotes = coder.code(case["text"], published="2013-06-17").quotes
    found = [
        {
            "text": case["text"],
            "said": quote.text.strip(" .,"),
            "kind": quote.kind,
            "speaker": quote.speaker.name if quote.speaker else "",
            "code": quote.speaker.code if quote.speaker else "",
            "via": quote.via.name if quote.via else "",
            "cue": quote.cue.text if quote.cue else "",
        }
        for quote in quotes
    ]
    assert {**case, "said": case["said"].strip(" .,")} in found


@pytest.mark.parametrize("case", TABLE["chain"], ids=lambda case: case["text"])
def test_who_carried_it(coder, case):
    found = [
        (quote.text.strip(" .,"), quote.speaker.name if quote.speaker else "", quote.via.name if quote.via else "")
        for quote in coder.code(case["text"]).quotes
    ]
    assert (case["said"], case["speaker"], case["via"]) in found


@pytest.mark.parametrize("text", TABLE["silent"])
def test_nobody_spoke(coder, text):
    assert coder.code(text).quotes == ()


PIECES = [
    "“",
    "”",
    '"',
    "'",
    "said",
    "Iran",
    "that",
    "the port",
    "is closed",
    ",",
    ".",
    "\n\n",
    "according to",
    "KCNA",
    "quoted",
    "as saying",
    "we",
    "he",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join))
def test_any_marks_are_read(coder, text):
    for quote in coder.code(text).quotes:
        assert quote.text == text[quote.start : quote.end]
        assert all(quote.start <= start < end <= quote.end for start, end in quote.spans)
