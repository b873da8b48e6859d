"""Codings as lines and rows: what is written is read back, and wrong lines are refused."""

import json

import pytest

from dragoman.errors import InputError
from dragoman.export.lines import decode, derived, encode
from dragoman.export.rows import COLUMNS, csv_header, csv_lines, rows_of
from dragoman.records import ArticleHead, Failure, Fault


@pytest.fixture(scope="module")
def coding(coder):
    return coder.code("On Monday Iran condemned the Israeli air strike. The table was green.", published="2024-04-03")


@pytest.fixture(scope="module")
def ontology(coder):
    return coder.rules.ontology


def test_round_trip(coding, ontology):
    assert decode(encode(coding, ontology), ontology) == coding


def test_failures_round_trip(ontology):
    failure = Failure(article=ArticleHead(id="x"), error=Fault(kind="json", message="half a line", where="in.jsonl:2"))
    assert decode(encode(failure, ontology), ontology) == failure


def test_derived_fields_follow_the_date(coding, ontology):
    (event,) = json.loads(encode(coding, ontology))["events"]
    keys = list(event)
    assert keys[keys.index("date") :][:4] == ["date", "quad", "score", "cameo"]
    assert {key: event[key] for key in ("quad", "score", "cameo")} == derived(coding.events[0], ontology)


@pytest.mark.parametrize(
    "line", [b"", b"nonsense", b"[]", b"{}", b'{"events": 3}', b'{"events": [3]}', b'{"events": [{"quad": 1}]}']
)
def test_other_lines_are_refused(line, ontology):
    with pytest.raises(InputError):
        decode(line, ontology)


def test_wrong_derived_field_is_refused(coding, ontology):
    content = json.loads(encode(coding, ontology))
    content["events"][0]["quad"] = 1
    with pytest.raises(InputError, match="quad"):
        decode(json.dumps(content), ontology)


def test_unknown_field_is_refused(coding, ontology):
    content = json.loads(encode(coding, ontology))
    content["events"][0]["colour"] = "red"
    with pytest.raises(InputError, match="colour"):
        decode(json.dumps(content), ontology)


def test_rows_have_all_columns(coding, ontology):
    (row,) = rows_of(coding, ontology)
    assert set(row) == set(COLUMNS)
    assert row["date_from"] == "text"
    assert csv_header().strip().split(",") == list(COLUMNS)


def test_no_date_in_the_text_is_said(coder, ontology):
    coding = coder.code("Iran condemned the Israeli air strike.", published="2024-04-03")
    (row,) = rows_of(coding, ontology)
    assert (row["date_from"], str(row["date_first"])) == ("published", "2024-04-03")


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_formulas_are_defused(coder, ontology, title):
    from dragoman.records import Article

    coding = coder.code(Article(id="x", text="Iran condemned the Israeli air strike.", title=title))
    (line,) = csv_lines(coding, ontology)
    assert f"'{title}" in line
