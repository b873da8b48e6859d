"""Scores of what one given party does to another: sentences of others, and pairs of our own that differ a little.

The relations are those of PLV (Lefebvre and Stoehr 2022 describe the data), macro-F1 over its 15 root types and over
the four quad classes. A pair of sentences is kept where the change of words changes the answer as it must, or not.
"""

from collections.abc import Callable, Mapping, Sequence

from dragoman.evaluate.golds import Conventions, GoldPair, GoldRelation, item_id
from dragoman.evaluate.measures import Figure, Measure, choice, judged, prf
from dragoman.records import Relation
from dragoman.relate.marking import Place, unmarked
from dragoman.relate.relations import SchemeName

Relate = Callable[[str, Place, Place, SchemeName], Relation]
# Kinds of change under which the answer must stay the same, whatever it is.
SAME = frozenset({"voice", "exchange", "names", "synonym", "clause"})
NOTHING = "NONE"
BINS = 10


def score_relations(relations: Sequence[GoldRelation], relate: Relate, conventions: Conventions) -> dict[str, Measure]:
    """Macro-F1 of root types and quad classes, and how well the confidence says how often an answer is right."""
    found = {one.id: relate(one.sentence, one.actor.place, one.recipient.place, "plv") for one in relations}
    roots = [(one.root, found[one.id].type) for one in relations]
    quads = [(str(one.quad), conventions.quads.get(found[one.id].type, "")) for one in relations]
    right = {one.id: found[one.id].type == one.root for one in relations}
    sure = [(found[one.id].confidence, right[one.id]) for one in relations]
    by_type = {
        f"relation_{root}": Measure(figure=of_type(root, roots)) for root in sorted({wanted for wanted, _ in roots})
    }
    return {
        "relation_root": judged(right, Figure(value=macro_f1(roots), n=len(roots))),
        "relation_quad": Measure(figure=Figure(value=macro_f1(quads), n=len(quads))),
        "relation_calibration": Measure(figure=Figure(value=1 - calibration_error(sure), n=len(sure))),
        **by_type,
    }


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean F1 over the types that are wanted; each pair is (wanted, found)."""
    types = {wanted for wanted, _ in pairs}
    return sum(of_type(kind, pairs).headline for kind in types) / len(types)


def of_type(kind: str, pairs: Sequence[tuple[str, str]]) -> Figure:
    """Precision, recall and F1 of one type; each pair is (wanted, found)."""
    right = sum(wanted == found == kind for wanted, found in pairs)
    return prf(right, sum(found == kind for _, found in pairs), sum(wanted == kind for wanted, _ in pairs))


def calibration_error(answers: Sequence[tuple[float, bool]]) -> float:
    """The expected calibration error: how far confidence and share of right answers lie apart in ten bins."""
    apart = 0.0
    for mine in binned(answers):
        confidence, right = sum(c for c, _ in mine) / len(mine), sum(r for _, r in mine) / len(mine)
        apart += len(mine) * abs(confidence - right)
    return apart / len(answers)


def binned(answers: Sequence[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    """Answers in ten bins of their confidence, those without any left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for answer in answers:
        bins.setdefault(min(int(answer[0] * BINS), BINS - 1), []).append(answer)
    return [bins[n] for n in sorted(bins)]


def score_pairs(pairs: Sequence[GoldPair], relate: Relate) -> dict[str, Measure]:
    """The share of pairs kept, of all and of each kind of change."""
    kept = {item_id("pair", n): is_kept(one, relate) for n, one in enumerate(pairs)}
    kinds: Mapping[str, dict[str, bool]] = {one.kind: {} for one in pairs}
    for (item, right), one in zip(kept.items(), pairs, strict=True):
        kinds[one.kind][item] = right
    return {"pairs_kept": choice(kept), **{f"pairs_{kind}": choice(items) for kind, items in sorted(kinds.items())}}


def is_kept(pair: GoldPair, relate: Relate) -> bool:
    """Whether the two answers are alike where the change must not matter, else whether both are as stated."""
    first, second = (_answer(marked, relate) for marked in (pair.sentence, pair.changed))
    if pair.kind in SAME:
        return first == second
    stated = (pair.type, pair.status), (pair.changed_type, pair.changed_status)
    if pair.kind == "tense":
        return (first, second) == stated
    return (first[0], second[0]) == (stated[0][0], stated[1][0])


def _answer(marked: str, relate: Relate) -> tuple[str, str]:
    sentence, actor, recipient = unmarked(marked)
    found = relate(sentence, actor, recipient, "plover")
    return found.type or NOTHING, found.status or "-"
