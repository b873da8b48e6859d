"""Rules of the ledger: each proves itself, and a faulty one is refused with its place."""

import pytest

from dragoman.errors import RuleError
from dragoman.evaluate.deeds import check_links
from dragoman.rules import Rules
from dragoman.rules.ledger import LedgerWords, read_rules

LEAST_RULES, LEAST_EXAMPLES, LEAST_UNLIKE = 40, 2, 1
GOOD = """[[rule]]
name = "visit"
change = "kept"
kinds = ["promise"]
types = ["CONSULT"]
examples = [["a", "b"]]
unlike = [["c", "d"]]
"""


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


def test_every_example_holds(rules):
    faults = [(proof.pattern, proof.sentence, proof.fault) for proof in check_links(rules) if proof.fault]
    assert faults == []


def test_there_are_enough_rules_with_enough_proof(rules):
    found = [link.rule for link in rules.ledger.links]
    assert len(found) >= LEAST_RULES
    assert all(len(rule.examples) >= LEAST_EXAMPLES and len(rule.unlike) >= LEAST_UNLIKE for rule in found)


def test_a_pair_that_does_not_link_is_told(rules):
    (link,) = [link for link in rules.ledger.links if link.rule.name == "release-made"]
    pair = ("[Cuba] promised {Spain} to release two sailors.", "[Mexico] released two sailors.")
    rule = type(link.rule)(**{**{f: getattr(link.rule, f) for f in link.rule.__struct_fields__}, "examples": (pair,)})
    first = next(iter(check_links(rules, only=[rule])))
    assert first.fault.startswith("does not link; words: CUBGOV promise")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + GOOD, "already taken"),
        (GOOD.replace('[["c", "d"]]', "[]"), "need"),
        (GOOD.replace('"kept"', '"held"'), "held"),
        (GOOD.replace('["CONSULT"]', "[]"), "at least one"),
        (GOOD + "colour = 'red'\n", "colour"),
    ],
)
def test_faulty_rules_are_told(tmp_path, text, message):
    path = tmp_path / "meetings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        list(read_rules(path))


def test_an_unknown_class_is_told(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    text = GOOD.replace("types", 'about = ["@nothing"]\ntypes')
    (folder / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="@nothing"):
        Rules.load(tmp_path)


def test_own_rules_overlay_ours(tmp_path, rules):
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "own.toml").write_text(GOOD.replace('"visit"', '"release-made"'), encoding="utf-8")
    own = {link.rule.name: link.rule for link in Rules.load(tmp_path).ledger.links}
    assert own["release-made"].types == ("CONSULT",)
    assert len(own) == len(rules.ledger.links)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[same]\ngroups = []\n", "missing"), ('[same]\ngroups = [["a", "b"], ["c", "b"]]\n', "two groups")],
)
def test_faulty_words_are_told(tmp_path, text, message):
    path = tmp_path / "ledger.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        LedgerWords.load(path)
