"""Weighing what the encoder says against what the rules read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.errors import ModelError
from dragoman.relate.fusion import Fusion, Scale

SCALE = Scale(
    names=("", "ACCUSE", "AID"),
    model=0.8,
    kinds={"aimed": 1.0, "nothing": 0.2},
    favour=(0.0, 0.1, -0.1),
    evidence={"aimed ACCUSE": (0.1, 0.85, 0.05), "nothing": (0.7, 0.2, 0.1)},
)
chances = st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda three: sum(three) > 0)
evidence = st.sampled_from([("aimed ACCUSE",), ("nothing",), ("aimed ACCUSE", "nothing"), ("aimed NEW",), ()])


@given(chances, evidence)
def test_what_comes_out_sums_to_one(three, told):
    found = SCALE.weigh([one / sum(three) for one in three], told)
    assert sum(found) == pytest.approx(1)
    assert min(found) >= 0


@given(chances)
def test_a_rule_that_read_it_makes_it_likelier(three):
    bare = [one / sum(three) for one in three]
    assert SCALE.weigh(bare, ("aimed ACCUSE",))[1] >= SCALE.weigh(bare, ("nothing",))[1] - 1e-9


def test_unknown_evidence_says_nothing():
    assert SCALE.weigh([0.2, 0.5, 0.3], ("aimed NEW",)) == SCALE.weigh([0.2, 0.5, 0.3], ())


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ModelError, match=r"fusion\.toml"):
        Fusion.load(tmp_path)
