"""Patterns: every one proves itself, and one that is malformed is refused with its place."""

from collections import Counter

import pytest

from dragoman.errors import RuleError
from dragoman.evaluate.proofs import check_patterns, read_marks
from dragoman.rules import DATA, Rules
from dragoman.rules.lexicon import Lexicon
from dragoman.rules.patterns import Patterns, read_patterns


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


def test_all_examples_and_counter_examples_hold(rules):
    faults = [proof for proof in check_patterns(rules) if proof.fault]
    assert not faults


def test_there_are_enough_for_each_type(rules):
    counts = Counter(pattern.type for pattern in rules.patterns.all)
    assert set(counts) == set(rules.ontology.types)
    assert min(counts.values()) >= 15
    assert sum(len(pattern.examples) for pattern in rules.patterns.all) >= 500
    assert sum(len(pattern.unlike) for pattern in rules.patterns.all) >= 250


def test_modes_and_contexts_exist(rules):
    for pattern in rules.patterns.all:
        assert set(pattern.mode) <= set(rules.ontology.modes(pattern.type)), pattern.name
        assert set(pattern.context) <= set(rules.ontology.contexts), pattern.name


PROOF = 'examples = ["[Iran] scolded {Iraq}."]\nunlike = ["Iran fell."]\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[pattern]]\nname = "a"\nverbs = ["scold"]\nexamples = []\nunlike = []\n', "prove"),
        (f'[[pattern]]\nname = "a"\n{PROOF}', "exactly one"),
        (f'[[pattern]]\nname = "a"\nverbs = ["scold"]\nnouns = ["scolding"]\n{PROOF}', "exactly one"),
        (f'[[pattern]]\nverbs = ["scold"]\n{PROOF}', "name"),
        (f'[[pattern]]\nname = "a"\nverbs = ["scold"]\nobjekt = ["x"]\n{PROOF}', "objekt"),
        (f'[[pattern]]\nname = "a"\nverbs = ["scold"]\nstatus = "done"\n{PROOF}', "status"),
        (f'[[pattern]]\nname = "a"\nverbs = ["scold"]\n{PROOF}[[pattern]]\nname = "a"\nverbs = ["chide"]\n{PROOF}', "already"),
        (f'[[pattern]]\nname = "a"\nverbs = ["@nothing"]\n{PROOF}', "@nothing"),
        ("[[pattern]\n", "TOML"),
    ],
)  # fmt: skip
def test_malformed_patterns_are_refused(tmp_path, content, message):
    (tmp_path / "accuse.toml").write_text(content)
    with pytest.raises(RuleError, match=message):
        Patterns.load([tmp_path], Lexicon.load([DATA / "lexicon"]))


def test_type_is_the_name_of_the_file(tmp_path):
    path = tmp_path / "accuse.toml"
    path.write_text(f'[[pattern]]\nname = "a"\nverbs = ["scold"]\n{PROOF}')
    assert [pattern.type for pattern in read_patterns(path)] == ["ACCUSE"]


def test_marks():
    marked = read_marks("[Chad] and [Mali] met {Niger}.")
    assert marked.text == "Chad and Mali met Niger."
    assert [marked.text[start:end] for start, end in marked.actor] == ["Chad", "Mali"]
    assert [marked.text[start:end] for start, end in marked.recipient] == ["Niger"]
