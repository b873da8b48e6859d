"""Stories grown from single reports: the two that belong together best are joined first, until none do."""

import heapq
import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dragoman.resolve.vectors import Alike
from dragoman.rules.stories import Cohesion


class Groups:
    """Groups of reports by number, how alike the reports within each are, and how alike those of two groups are.

    A group keeps the number of its first report; one that has become part of another has no members.
    """

    def __init__(self, alike: Iterable[Alike], cohesion: Cohesion) -> None:
        """Every report is a group of its own."""
        self.cohesion = cohesion
        self.between: list[dict[int, float]] = []
        for i, (reports, likeness) in enumerate(alike):
            row = dict(zip(reports.tolist(), likeness.tolist(), strict=True))
            self.between.append(row)
            for j, value in row.items():
                self.between[j][i] = value
        self.members = [[i] for i in range(len(self.between))]
        self.within = [0.0] * len(self.between)

    def sizes(self, one: int, other: int) -> tuple[int, int]:
        """How many reports two groups have."""
        return len(self.members[one]), len(self.members[other])

    def fit(self, one: int, other: int) -> float:
        """Mean likeness between two groups as a share of that within them."""
        return (
            self.between[one][other] / math.prod(self.sizes(one, other)) / math.sqrt(self._own(one) * self._own(other))
        )

    def _own(self, group: int) -> float:
        """Mean likeness of two reports of a group, with what is taken for granted where there are few."""
        size = len(self.members[group])
        prior = self.cohesion.pairs
        return (self.within[group] + prior * self.cohesion.prior) / (size * (size - 1) / 2 + prior)

    def join(self, one: int, other: int) -> None:
        """Make the second group part of the first."""
        self.within[one] += self.within[other] + self.between[one].pop(other)
        self.members[one] += self.members[other]
        self.members[other] = []
        moved = self.between[other]
        moved.pop(one)
        for third, likeness in moved.items():
            total = self.between[one].get(third, 0.0) + likeness
            self.between[one][third] = self.between[third][one] = total
            del self.between[third][other]
        self.between[other] = {}


def joined(alike: Iterable[Alike], cohesion: Cohesion) -> list[list[int]]:
    """The reports of each story by number, given the earlier ones that each is like."""
    groups = Groups(alike, cohesion)
    waiting = [join for one, row in enumerate(groups.between) for join in _joins(groups, one, row) if join.one == one]
    heapq.heapify(waiting)
    while waiting:
        join = heapq.heappop(waiting)
        if join.sizes == groups.sizes(join.one, join.other):
            groups.join(join.one, join.other)
            for following in _joins(groups, join.one, groups.between[join.one]):
                heapq.heappush(waiting, following)
    return [members for members in groups.members if members]


class Join(NamedTuple):
    """Two groups that may be joined, the best fit first in order, then the lowest numbers.

    It holds while the groups have these sizes: a group that has been joined has another one.
    """

    misfit: float
    one: int
    other: int
    sizes: tuple[int, int]


def _joins(groups: Groups, one: int, others: Iterable[int]) -> Iterator[Join]:
    for other in others:
        first, second = min(one, other), max(one, other)
        fit = groups.fit(first, second)
        if fit >= groups.cohesion.share:
            yield Join(-fit, first, second, groups.sizes(first, second))
