"""The measures: rates by hand, and pairing one to one."""

import pytest

from dragoman.evaluate.measures import choice, pair, prf, search, share


@pytest.mark.parametrize(
    ("right", "found", "wanted", "expected"),
    [
        (0, 0, 0, (0.0, 0.0, 0.0)),
        (0, 3, 4, (0.0, 0.0, 0.0)),
        (2, 2, 2, (1.0, 1.0, 1.0)),
        (1, 2, 4, (0.5, 0.25, 1 / 3)),
        (3, 4, 6, (0.75, 0.5, 0.6)),
    ],
)
def test_prf(right: int, found: int, wanted: int, expected: tuple[float, float, float]) -> None:
    figure = prf(right, found, wanted)
    assert (figure.precision, figure.recall, figure.f1) == pytest.approx(expected)
    assert figure.headline == pytest.approx(expected[2])
    assert figure.n == wanted


def test_share_of_nothing_is_nothing() -> None:
    assert share(0, 0).headline == 0
    assert share(3, 4).headline == 0.75


def test_hits_and_misses_are_named() -> None:
    items = {"a": True, "b": False, "c": True}
    measure = search(items, found=4)
    assert (measure.hits, measure.misses) == (("a", "c"), ("b",))
    assert measure.figure == prf(2, 4, 3)
    assert choice(items).figure == share(2, 3)


def closeness(gold: int, found: int) -> int:
    return max(0, 3 - abs(gold - found))


def test_the_best_pair_goes_first() -> None:
    pairs = pair({"a": 10, "b": 11}, [11, 12], closeness)
    assert [(p.id, p.level, p.found) for p in pairs] == [("a", 1, 12), ("b", 3, 11)]


def test_what_has_no_answer_is_kept_with_none() -> None:
    pairs = pair({"a": 10, "b": 50}, [10], closeness)
    assert [(p.gold, p.level, p.found) for p in pairs] == [(10, 3, 10), (50, 0, None)]
    assert pair({}, [1, 2], closeness) == []


def test_each_finding_answers_once() -> None:
    pairs = pair({"a": 10, "b": 10}, [10], closeness)
    assert [p.found for p in pairs] == [None, 10]
