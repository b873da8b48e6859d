"""Whom words name: each case marks one phrase of a short report."""

import datetime
import tomllib
from pathlib import Path

import pytest

from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.parse import parse
from dragoman.records import Article
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

CASES = tomllib.loads(Path(__file__).with_name("entities.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def index(rules):
    return NameIndex(rules.lexicon)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] + case.get("on", ""))
def test_entity(case, rules, index):
    start = case["text"].index("[")
    end = case["text"].index("]") - 1
    on = datetime.date.fromisoformat(case["on"]) if "on" in case else None
    document = parse(Article(id="case", text=case["text"].replace("[", "").replace("]", ""), published=on))
    parties = Parties(document, find_mentions(document, index), rules.lexicon)
    heads = [
        (sentence, token.i)
        for sentence in document.sentences
        for token in sentence.tokens
        if start <= token.start < end
        and not (start <= sentence.tokens[token.head].start < end and token.head != token.i)
    ]
    found = {entity.code for sentence, i in heads for entity in parties.at(sentence, i)}
    assert found == ({case["code"]} if case["code"] else set())
