"""Happenings: what many reports tell, as distinct events with every telling kept.

Tellings that share a block key and whose days overlap are compared pair by pair; linked pairs make components, and a
component falls into groups that hold together as a whole. Each group is one event. Nothing depends on the order in
which reports come, and nothing outside a component changes what becomes of it.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dragoman.records import Coding, DistinctEvent
from dragoman.resolve.contradictions import Contradiction, contradictions
from dragoman.resolve.likenesses import is_same, likeness, read_pair
from dragoman.resolve.reasons import Reason, reasons_of, why
from dragoman.resolve.sharpening import event_of
from dragoman.resolve.tellings import Telling, days_of, key_of, keys_of_blocks, telling_of
from dragoman.rules.happenings import load_happening_rules

__all__ = [
    "Contradiction",
    "Reason",
    "Telling",
    "components",
    "contradictions",
    "days_of",
    "distinct",
    "event_of",
    "grouped",
    "is_same",
    "key_of",
    "keys_of_blocks",
    "likeness",
    "reasons_of",
    "telling_of",
    "why",
]


def distinct(codings: Iterable[Coding]) -> tuple[DistinctEvent, ...]:
    """The events that codings tell, each once, in the order of their earliest tellings.

    Codings given twice count once. All of it is held in memory; a store does the same a report at a time.
    """
    told = {key_of(telling): telling for telling in _tellings(codings)}
    tellings = [told[key] for key in sorted(told)]
    groups = [group for component in components(tellings) for group in grouped(component)]
    return tuple(event_of(group) for group in sorted(groups, key=lambda group: key_of(group[0])))


def grouped(tellings: Sequence[Telling]) -> list[list[Telling]]:
    """The tellings of one component as events, each group and the groups in the order of their earliest tellings.

    The likest pairs are joined first. Two groups become one only where no two of their tellings are ruled out against
    each other, which also keeps tellings of one report apart, and where the mean likeness of all pairs holds.
    """
    if len(tellings) == 1:
        return [list(tellings)]
    told = sorted(tellings, key=key_of)
    units = _units(told)
    margins = _margins(told, units)
    groups = {i: [i] for i in range(len(units))}
    home = list(range(len(units)))
    for one, other in sorted(margins, key=lambda pair: (-margins[pair], pair)):
        first, second = sorted((home[one], home[other]))
        if margins[one, other] >= 0 and first != second and _holds(groups[first], groups[second], units, margins):
            for i in groups[second]:
                home[i] = first
            groups[first] += groups.pop(second)
    members = sorted(sorted(i for unit in group for i in units[unit]) for group in groups.values())
    return [[told[i] for i in group] for group in members]


def _tellings(codings: Iterable[Coding]) -> Iterator[Telling]:
    for coding in codings:
        for event in coding.events:
            yield telling_of(coding.article, event)


def _units(told: Sequence[Telling]) -> list[list[int]]:
    """Tellings that are the very same words in several reports, by their places; the others alone.

    Newspapers print what agencies send: a hundred copies are compared as one.
    """
    copies: dict[tuple[object, int], list[int]] = defaultdict(list)
    in_report: Counter[tuple[object, str]] = Counter()
    for i, telling in enumerate(told):
        shape = _shape(telling)
        place = shape, telling.evidence.article.id
        copies[shape, in_report[place]].append(i)
        in_report[place] += 1
    units = []
    for unit in copies.values():
        whole = len(unit) == 1 or is_same(told[unit[0]], told[unit[1]])
        units += [unit] if whole else [[i] for i in unit]
    return sorted(units)


def _shape(telling: Telling) -> tuple[object, ...]:
    """All of a telling that a comparison looks at, but the report."""
    event = telling.evidence.event
    return (
        *(event.type, event.status, event.mode, event.rule),
        *(telling.actor, telling.recipient, telling.first, telling.last, telling.told),
        *(telling.trigger, telling.words, telling.close),
    )


def _margins(told: Sequence[Telling], units: Sequence[Sequence[int]]) -> dict[tuple[int, int], float]:
    """How far each pair of units is above its threshold; a pair that is ruled out has none."""
    reports = [{told[i].evidence.article.id for i in unit} for unit in units]
    found: dict[tuple[int, int], float] = {}
    for i, j in itertools.combinations(range(len(units)), 2):
        reading = None if reports[i] & reports[j] else read_pair(told[units[i][0]], told[units[j][0]])
        if reading:
            found[i, j] = reading.total - reading.threshold
    return found


def _holds(
    one: Sequence[int],
    other: Sequence[int],
    units: Sequence[Sequence[int]],
    margins: dict[tuple[int, int], float],
) -> bool:
    """Whether two groups are one: no pair between them ruled out, and their mean close to the threshold or above."""
    total, pairs = 0.0, 0
    for i, j in itertools.product(one, other):
        pair = (i, j) if i < j else (j, i)
        if pair not in margins:
            return False
        weight = len(units[i]) * len(units[j])
        total += margins[pair] * weight
        pairs += weight
    return total >= -load_happening_rules().thresholds.slack * pairs


def components(tellings: Sequence[Telling]) -> list[list[Telling]]:
    """Tellings joined by links of likeness, however many lie between them."""
    root = list(range(len(tellings)))
    for i, j in _candidates(tellings):
        first, second = _root(root, i), _root(root, j)
        if first != second and is_same(tellings[i], tellings[j]):
            root[max(first, second)] = min(first, second)
    found: dict[int, list[Telling]] = defaultdict(list)
    for i, telling in enumerate(tellings):
        found[_root(root, i)].append(telling)
    return list(found.values())


def _root(root: list[int], i: int) -> int:
    while root[i] != i:
        root[i] = root[root[i]]
        i = root[i]
    return i


def _candidates(tellings: Sequence[Telling]) -> Iterator[tuple[int, int]]:
    """Pairs that share a block key and whose days overlap, found by sweeping each block from its first day on."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, telling in enumerate(tellings):
        for key in keys_of_blocks(telling):
            blocks[key].append(i)
    days = [days_of(telling) for telling in tellings]
    for block in blocks.values():
        open_now: list[int] = []
        for i in sorted(block, key=lambda i: days[i]):
            open_now = [j for j in open_now if days[j][1] >= days[i][0]]
            yield from ((j, i) for j in open_now)
            open_now.append(i)
