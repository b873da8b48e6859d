"""Fit how rules and encoder are weighed, and print how well each of them and both together answer.

    python training/fuse.py [--fold N]        after training/train.py with the same fold

What the rules read is counted on the labelled sentences outside the fold (they have learned from none); the powers
with which rules and encoder count are fitted on the fold, which the encoder has not seen. To judge the fit, the fold
is halved, each half judged with the powers fitted on the other. Writes data/model/fusion.toml, and the figures to
out/fusion.json.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.optimize import minimize  # a few powers, fitted by likelihood
from sentences import Act, Line, read_lines

from dragoman.evaluate.measures import Figure
from dragoman.evaluate.relations import BINS, binned, calibration_error, of_type
from dragoman.evaluate.report import figure_text
from dragoman.find.mentions import NameIndex
from dragoman.parse import parse_all
from dragoman.records import Article
from dragoman.relate.encoder import FOLDER as MODEL
from dragoman.relate.encoder import STATUSES, Card
from dragoman.relate.fusion import LEAST, NOTHING, Fusion, Least, Scale
from dragoman.relate.given import Told, told_between
from dragoman.relate.relations import SchemeName, evidence_of, namer, probabilities, status_evidence, summed
from dragoman.rules import Rules

OUT = Path(__file__).parent.parent / "out"
KINDS = ("aimed", "alone", NOTHING)
# Counts that every answer has before any is seen, shared out as the answers are met at large.
PRIOR = 2.0
# Chosen on the project's own coded reports (tests/gold): the most cautious of those that make `event_dyad` best there.
LEAST_SURE = Least(add=0.95, fill=0.7, retype=0.99, drop=0.9)
# Pulls the powers towards 1 (model) and 0 (rules, favours), so that a small fold does not rule them.
PULL = 0.002


class Case(NamedTuple):
    """One direction of a line: the right answer, the encoder's chances of each, and the evidence of the rules."""

    right: int
    chances: tuple[float, ...]
    evidence: tuple[str, ...]


class Direction(NamedTuple):
    """One direction of a line, as the rules read it."""

    act: Act
    told: Told


def unseen(lines: Sequence[Line], held: Sequence[int]) -> tuple[list[int], list[int]]:
    """The held-out lines whose sentence stands in no other fold, and their rows among the held-out ones."""
    taught = {line.sentence for n, line in enumerate(lines) if n not in set(held)}
    rows = [row for row, n in enumerate(held) if lines[n].sentence not in taught]
    return [held[row] for row in rows], rows


def directions(lines: Sequence[Line], rules: Rules) -> list[tuple[Direction, Direction]]:
    """What the rules read in both directions of each line."""
    index = NameIndex(rules.lexicon)
    documents = parse_all((Article(id=line.where, text=line.sentence), None) for line in lines)
    found = []
    for line, document in zip(lines, documents, strict=True):
        forth, back = told_between(document, line.actor, line.recipient, rules, index)
        found.append((Direction(line.forth, forth), Direction(line.back, back)))
    return found


def counted(names: Sequence[str], seen: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[float, ...]]:
    """How often each answer was right where a kind of evidence was given."""
    counts: dict[str, Counter[str]] = {}
    for right, evidence in seen:
        for key in evidence:
            counts.setdefault(key, Counter())[right] += 1
    whole = sum(counts.values(), Counter[str]())
    shares = [(whole[name] + 1) / (whole.total() + len(names)) for name in names]
    return {
        key: tuple(
            round((count[name] + PRIOR * share) / (count.total() + PRIOR), 5)
            for name, share in zip(names, shares, strict=True)
        )
        for key, count in sorted(counts.items())
    }


def fitted(names: Sequence[str], evidence: dict[str, tuple[float, ...]], cases: Sequence[Case]) -> Scale:
    """The scale under which the right answers of the cases are likeliest."""
    kinds = tuple(dict.fromkeys(key.split()[0] for key in evidence))
    chances = np.log(np.maximum([case.chances for case in cases], LEAST))
    rows = np.zeros((len(cases), len(kinds), len(names)))
    for n, case in enumerate(cases):
        for key in (key for key in case.evidence if key in evidence):
            told = np.log(np.maximum(evidence[key], LEAST)) / len(case.evidence)
            rows[n, kinds.index(key.split()[0])] += told
    right = np.array([case.right for case in cases])

    def unlikely(powers: np.ndarray) -> tuple[float, np.ndarray]:
        model, rest = powers[0], powers[1:]
        scores = model * chances + np.einsum("nkc,k->nc", rows, rest[: len(kinds)]) + rest[len(kinds) :]
        scores -= scores.max(1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(1, keepdims=True)
        off = likely.copy()
        off[np.arange(len(right)), right] -= 1
        slope = np.concatenate([[(off * chances).sum()], np.einsum("nc,nkc->k", off, rows), off.sum(0)]) / len(right)
        pulled = np.concatenate([[model - 1], rest])
        loss = -np.log(np.maximum(likely[np.arange(len(right)), right], LEAST)).mean()
        return loss + PULL * (pulled**2).sum(), slope + 2 * PULL * pulled

    start = np.concatenate([[1.0], np.zeros(len(kinds) + len(names))])
    bounds = [(0.05, 4.0), *[(0.0, 4.0)] * len(kinds), *[(-4.0, 4.0)] * len(names)]
    powers = minimize(unlikely, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Scale(
        names=tuple(names),
        model=round(float(powers[0]), 4),
        kinds={kind: round(float(power), 4) for kind, power in zip(kinds, powers[1:], strict=False)},
        favour=tuple(round(float(one), 4) for one in powers[1 + len(kinds) :]),
        evidence=evidence,
    )


def answered(scale: Scale, cases: Iterable[Case]) -> list[tuple[int, int, float]]:
    """Right answer, likeliest answer and its probability for each case."""
    found = []
    for case in cases:
        chances = scale.weigh(case.chances, case.evidence)
        best = max(range(len(chances)), key=lambda n: chances[n])
        found.append((case.right, best, chances[best]))
    return found


def judged(
    title: str, names: Sequence[str], evidence: dict[str, tuple[float, ...]], halves: Sequence[Sequence[Case]]
) -> dict[str, Figure]:
    """Figures of both together and of the encoder alone, each half judged by powers fitted on the other."""
    one, other = halves
    both = [*answered(fitted(names, evidence, one), other), *answered(fitted(names, evidence, other), one)]
    alone = [*answered(fitted(names, {}, one), other), *answered(fitted(names, {}, other), one)]
    sure = [(chance, wanted == best) for wanted, best, chance in both]
    figures = {
        f"{title}: right": _share(both),
        f"{title}: right, encoder alone": _share(alone),
        f"{title}: macro-F1": _macro(names, both),
        f"{title}: macro-F1, encoder alone": _macro(names, alone),
        f"{title}: 1 - calibration error": Figure(value=1 - calibration_error(sure), n=len(sure)),
    }
    for row in binned(sure):
        low = min(int(row[0][0] * BINS), BINS - 1) / BINS
        share = sum(right for _, right in row) / len(row)
        figures[f"{title}: right where {low:.1f} to {low + 1 / BINS:.1f} sure"] = Figure(value=share, n=len(row))
    of_each = _named(names, both)
    return figures | {f"{title}: {name or 'nothing'}": of_type(name, of_each) for name in names}


def _named(names: Sequence[str], answers: Sequence[tuple[int, int, float]]) -> list[tuple[str, str]]:
    return [(names[wanted], names[best]) for wanted, best, _ in answers]


def _share(answers: Sequence[tuple[int, int, float]]) -> Figure:
    return Figure(value=sum(wanted == best for wanted, best, _ in answers) / len(answers), n=len(answers))


def _macro(names: Sequence[str], answers: Sequence[tuple[int, int, float]]) -> Figure:
    """The mean F1 of the answers that something is done."""
    pairs = _named(names, answers)
    scores = [of_type(name, pairs).headline for name in names if name]
    return Figure(value=sum(scores) / len(scores), n=len(answers))


class Held(NamedTuple):
    """The fold that the encoder has not seen: its lines as the rules read them, its blocks, the encoder's scores."""

    lines: list[tuple[Direction, Direction]]
    blocks: list[int]
    deeds: np.ndarray
    statuses: np.ndarray


Seen = Sequence[tuple[Direction, Direction]]


def of_types(scheme: SchemeName, seen: Seen, held: Held, card: Card) -> tuple[Scale, dict[str, Figure]]:
    """The scale of the types of a scheme, and its figures."""
    name_of = namer(scheme)
    names = tuple(sorted({name_of(deed) for deed in card.deeds}))
    evidence = counted(names, ((name_of(one.act.deed), evidence_of(one.told)) for two in seen for one in two))
    cases = [
        (
            held.blocks[n],
            Case(
                right=names.index(name_of(one.act.deed)),
                chances=tuple(summed(probabilities(held.deeds[n, side].tolist()), card, names, name_of)),
                evidence=evidence_of(one.told),
            ),
        )
        for n, two in enumerate(held.lines)
        for side, one in enumerate(two)
    ]
    return scale_of(scheme, names, evidence, cases)


def of_statuses(seen: Seen, held: Held) -> tuple[Scale, dict[str, Figure]]:
    """The scale of the statuses, and its figures; what is not done has none."""
    told = ((one.act.status, status_evidence(one.told)) for two in seen for one in two)
    evidence = counted(STATUSES, ((status, said) for status, said in told if status))
    cases = [
        (
            held.blocks[n],
            Case(
                right=STATUSES.index(one.act.status),
                chances=tuple(probabilities(held.statuses[n, side].tolist())),
                evidence=status_evidence(one.told),
            ),
        )
        for n, two in enumerate(held.lines)
        for side, one in enumerate(two)
        if one.act.status
    ]
    return scale_of("status", STATUSES, evidence, cases)


def scale_of(
    title: str, names: Sequence[str], evidence: dict[str, tuple[float, ...]], cases: Sequence[tuple[int, Case]]
) -> tuple[Scale, dict[str, Figure]]:
    """The scale fitted on all cases, and the figures of fits on half of them; blocks of lines stay together."""
    halves = [[case for block, case in cases if block % 2 == half] for half in (0, 1)]
    return fitted(names, evidence, [case for _, case in cases]), judged(title, names, evidence, halves)


def main() -> None:
    """Fit the three scales, write them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fold", type=int, default=0)
    chosen = parser.parse_args()
    rules = Rules.load()
    lines = read_lines(rules)
    card = msgspec.toml.decode((MODEL / "relation.toml").read_bytes(), type=Card)
    kept = np.load(OUT / f"held-{chosen.fold}.npz")
    numbers, rows = unseen(lines, kept["lines"].tolist())
    read = directions(lines, rules)
    seen = [two for n, two in enumerate(read) if n not in set(numbers)]
    held = Held(
        [read[n] for n in numbers], [lines[n].block for n in numbers], kept["deeds"][rows], kept["statuses"][rows]
    )
    found = {
        "plover": of_types("plover", seen, held, card),
        "plv": of_types("plv", seen, held, card),
        "status": of_statuses(seen, held),
    }
    fusion = Fusion(**{name: scale for name, (scale, _) in found.items()}, least=LEAST_SURE)
    (MODEL / "fusion.toml").write_bytes(msgspec.toml.encode(fusion))
    figures = {name: figure for _, measured in found.values() for name, figure in measured.items()}
    (OUT / "fusion.json").write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1))
    for name, figure in figures.items():
        print(f"{name:50} {figure_text(figure)}")


if __name__ == "__main__":
    main()
