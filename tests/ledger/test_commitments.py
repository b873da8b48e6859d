"""Commitments: short reports and what they commit whom to, from a table of cases; and laws that hold for each."""

import tomllib
from pathlib import Path

import pytest

from dragoman.coder import article_of
from dragoman.errors import RuleError
from dragoman.ledger import find_commitments
from dragoman.parse import parse
from dragoman.rules.commitments import CommitmentWords

CASES = tomllib.loads((Path(__file__).parent / "commitments.toml").read_text(encoding="utf-8"))["case"]
PUBLISHED = "2014-03-10"


def commitments_in(coder, text):
    coding = coder.code(text, published=PUBLISHED)
    return find_commitments(parse(article_of(text, PUBLISHED)), coding.events, coding.dates, coder.rules)


def told(line):
    parties, kind, outcome, content, *rest = (part.strip() for part in line.split("|"))
    by, to = (side.strip() for side in parties.split(">"))
    condition, due = [*rest, "-", "-"][:2]
    return {
        "by": sorted(by.split(";")),
        "to": [] if to == "-" else sorted(to.split(",")),
        "kind": kind,
        "outcome": outcome,
        "content": content,
        "condition": condition,
        "due": due,
    }


def found(commitment, wanted):
    """The commitment in the form of a case; of content and condition only the words that the case asks for."""
    return {
        "by": sorted(commitment.by.split(";")),
        "to": sorted(commitment.to),
        "kind": commitment.kind,
        "outcome": commitment.outcome,
        "content": wanted["content"] if wanted["content"] in commitment.content else commitment.content,
        "condition": commitment.condition or "-",
        "due": commitment.due or "-",
    }


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_commitments(coder, case):
    commitments = commitments_in(coder, case["text"])
    wanted = [told(line) for line in case["is"]]
    assert len(commitments) == len(wanted), commitments
    assert [found(one, want) for one, want in zip(commitments, wanted, strict=True)] == wanted


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_evidence_is_the_text(coder, case):
    for commitment in commitments_in(coder, case["text"]):
        assert commitment.evidence
        assert all(span.text == case["text"][span.start : span.end] for span in commitment.evidence)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[words.AGREE]\noffer = ['a']\n", "missing"),
        ("[words.AGREE]\ngift = ['a']\n", "malformed"),
        ("[words.AGREE]\noffer = ['a']\npromise = ['a']\n", "missing"),
        ("[words\n", "TOML"),
    ],
)
def test_faulty_words_are_told(tmp_path, text, message):
    path = tmp_path / "commitments.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        CommitmentWords.load(path)
