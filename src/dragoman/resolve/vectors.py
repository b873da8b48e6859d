"""Reports as lists of weighted words, and how alike each is to those before it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np  # sums over thousands of reports at once; plain Python takes a minute where it takes a second
import numpy.typing as npt

from dragoman.resolve.words import Word
from dragoman.rules.stories import Chance, Gaps, StoryRules

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Vector = dict[str, float]
"""The weight of each stem; the squares add to 1, or to less where it has few words."""
# A batch of copies that differ in a letter is all chance; something has to be left to tell them apart by.
MOST_CHANCE = 0.9


class Counts(NamedTuple):
    """In how many texts each stem stands, and in how many of those that tell it has, and has not, a capital."""

    found: Counter[str]
    capital: Counter[str]
    small: Counter[str]


class Posting(NamedTuple):
    """The reports that have a word, by their numbers in order, and what it weighs in each."""

    reports: Numbers
    weights: Floats


Postings = dict[str, Posting]


class Alike(NamedTuple):
    """Earlier reports that share words with one, and how alike they are to it."""

    reports: Numbers
    likeness: Floats


def weighted(texts: Sequence[Sequence[Word]], rules: StoryRules) -> list[Vector]:
    """Every text as weights of its stems: often in it, rare elsewhere, a name or a number."""
    counts = _count(texts)
    total = len(texts) + rules.table
    value = {stem: _value(stem, total, counts, rules) for stem in counts.found}
    return [_vector(words, value, rules.weights.least) for words in texts]


def _count(texts: Sequence[Sequence[Word]]) -> Counts:
    counts = Counts(Counter(), Counter(), Counter())
    for words in texts:
        counts.found.update({word.stem for word in words})
        counts.capital.update({word.stem for word in words if word.capital})
        counts.small.update({word.stem for word in words if word.capital is False})
    return counts


def _value(stem: str, total: float, counts: Counts, rules: StoryRules) -> float:
    """How much a stem tells: the logarithm of how rare it is in batch and table, more for names and numbers."""
    table = rules.frequencies
    known, capital = table.found.get(stem, (0, 0))
    share = (counts.found[stem] + rules.table * known / table.texts) / total
    rare = max(0.0, math.log(rules.weights.common / share))
    if stem[0].isdecimal():
        return rare * rules.weights.number
    small = counts.small[stem] + known - capital
    is_name = counts.capital[stem] + capital > rules.weights.capitals * small
    return rare * (rules.weights.name if is_name else rules.weights.plain)


def _vector(words: Sequence[Word], value: Mapping[str, float], least: float) -> Vector:
    often = Counter(word.stem for word in words)
    raw = {stem: math.log2(1 + count) * value[stem] for stem, count in often.items()}
    length = max(least, math.hypot(*raw.values()))
    return {stem: weight / length for stem, weight in raw.items()}


def alike(vectors: Sequence[Vector], days: Sequence[int | None], rules: StoryRules) -> Iterator[Alike]:
    """For each report in turn those before it that are alike: beyond chance, and faded by the days between them.

    Reports come in the order of their days (numbers of days, None for unknown, which come last).
    """
    postings = _postings(vectors)
    chance = chances(vectors, rules.chance)
    known = np.array([day for day in days if day is not None], dtype=np.int64)
    for i, (vector, day) in enumerate(zip(vectors, days, strict=True)):
        first = 0 if day is None else int(np.searchsorted(known, day - rules.days.apart, side="right"))
        expected = (chance[first:i] + chance[i]) / 2
        beyond = (_shared(vector, postings, first, i) - expected) / (1.0 - expected)
        if day is not None:
            beyond *= _fade(day - known[first:i], rules.days)
        near = np.flatnonzero(beyond >= rules.cohesion.least)
        yield Alike(near + first, beyond[near])


def chances(vectors: Sequence[Vector], chance: Chance) -> Floats:
    """How alike each report is to reports of the batch that it has nothing to do with, 0 to 1: what one theme brings.

    It is the likeness that so many of the others do not reach, measured on a sample of them.
    """
    step = max(1, math.ceil(len(vectors) / chance.sample))
    sample = vectors[::step]
    postings = _postings(sample)
    found = np.zeros(len(vectors))
    for i, vector in enumerate(vectors):
        shared = _shared(vector, postings, 0, len(sample))
        others = shared if i % step else np.delete(shared, i // step)
        if len(others):
            found[i] = np.quantile(others, chance.below) * len(others) / (len(others) + chance.trust)
    return np.minimum(found, MOST_CHANCE)


def _postings(vectors: Sequence[Vector]) -> Postings:
    reports: dict[str, list[int]] = {}
    weights: dict[str, list[float]] = {}
    for i, vector in enumerate(vectors):
        for stem, weight in vector.items():
            reports.setdefault(stem, []).append(i)
            weights.setdefault(stem, []).append(weight)
    return {stem: Posting(np.array(reports[stem]), np.array(weights[stem])) for stem in reports}


def _shared(vector: Vector, postings: Postings, first: int, last: int) -> Floats:
    """The cosine of a report with each of those from `first` on and before `last`."""
    sums = np.zeros(last - first)
    for stem, weight in vector.items():
        if stem in postings:
            reports, weights = postings[stem]
            start, end = np.searchsorted(reports, (first, last))
            sums[reports[start:end] - first] += weight * weights[start:end]
    return sums


def _fade(gaps: Numbers, days: Gaps) -> Floats:
    """What is left of likeness across so many days: all up to `near`, nothing from `apart` on."""
    return np.clip((days.apart - gaps) / (days.apart - days.near), 0.0, 1.0)
