"""Precision, recall, F1 and shares, and the pairing of what was found with what was wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from dragoman.records import Record

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")


class Figure(Record, frozen=True, kw_only=True):
    """How well something was done, 0 to 1: the rates of a search, or one `value`; `n` gold items stand behind it."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    value: float | None = None
    n: int

    @property
    def headline(self) -> float:
        """The one number to compare by: F1 where there is one, else the value."""
        return (self.value or 0.0) if self.f1 is None else self.f1


class Measure(Record, frozen=True, kw_only=True):
    """A figure and the gold items behind it, by id: those done right and those not."""

    figure: Figure
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


class Pair(NamedTuple, Generic[Wanted, Found]):
    """A gold item and the finding that answers it; `level` says how well, 0 when there is none."""

    id: str
    gold: Wanted
    level: float
    found: Found | None


def prf(right: int, found: int, wanted: int) -> Figure:
    """Precision, recall and F1 of `right` among what was found and what was wanted; 0 of nothing is 0.

    >>> prf(1, 2, 4).recall
    0.25
    """
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Figure(precision=precision, recall=recall, f1=f1, n=wanted)


def share(right: int, n: int) -> Figure:
    """The share of `n` items that are right; 0 of nothing is 0."""
    return Figure(value=right / n if n else 0.0, n=n)


def search(items: Mapping[str, bool], found: int) -> Measure:
    """A measure of a search: each gold item with whether it was found, among so many findings."""
    return judged(items, prf(sum(items.values()), found, len(items)))


def choice(items: Mapping[str, bool]) -> Measure:
    """A measure of a choice: each item with whether the choice was right."""
    return judged(items, share(sum(items.values()), len(items)))


def judged(items: Mapping[str, bool], figure: Figure) -> Measure:
    """A figure that was computed elsewhere, with the gold items behind it."""
    hits = tuple(item for item, right in items.items() if right)
    misses = tuple(item for item, right in items.items() if not right)
    return Measure(figure=figure, hits=hits, misses=misses)


def pair(
    golds: Mapping[str, Wanted], found: Sequence[Found], level: Callable[[Wanted, Found], float]
) -> list[Pair[Wanted, Found]]:
    """Pair gold items with findings one to one, the best level first; between equals the later items go first."""
    partner = dict(_greedy(list(golds.values()), found, level))
    pairs = []
    for index, (item, gold) in enumerate(golds.items()):
        how_well, other = partner.get(index, (0, -1))
        pairs.append(Pair(item, gold, how_well, found[other] if other >= 0 else None))
    return pairs


def _greedy(
    golds: Sequence[Wanted], found: Sequence[Found], level: Callable[[Wanted, Found], float]
) -> Iterator[tuple[int, tuple[float, int]]]:
    levels = ((level(gold, one), i, j) for i, gold in enumerate(golds) for j, one in enumerate(found))
    free_golds, free_found = set(range(len(golds))), set(range(len(found)))
    for how_well, i, j in sorted((row for row in levels if row[0]), reverse=True):
        if i in free_golds and j in free_found:
            free_golds.remove(i)
            free_found.remove(j)
            yield i, (how_well, j)
