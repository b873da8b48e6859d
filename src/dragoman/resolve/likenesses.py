"""Whether two tellings are one event: what rules it out, and how alike they are."""

import functools
from typing import NamedTuple

from dragoman.resolve.tellings import BODIES, STATE, Telling, party_of
from dragoman.rules.happenings import HappeningRules, load_happening_rules

Codes = frozenset[str]


class Reading(NamedTuple):
    """How well two tellings agree in each part, 0 to 1; their weighted sum, and what it must reach."""

    words: float
    days: float
    trigger: float
    parties: float
    total: float
    threshold: float


def is_same(one: Telling, other: Telling) -> bool:
    """Whether two tellings are one event; the order does not matter. Two of one report never are."""
    reading = read_pair(one, other)
    return reading is not None and reading.total >= reading.threshold


def likeness(one: Telling, other: Telling) -> float:
    """How alike two tellings are, 0 to 1; 0 where something rules out that they are one event."""
    reading = read_pair(one, other)
    return reading.total if reading else 0.0


def read_pair(one: Telling, other: Telling) -> Reading | None:
    """The comparison of two tellings, part by part; None where something rules out that they are one event."""
    rules = load_happening_rules()
    if one.family != other.family or is_barred(one, other, rules):
        return None
    parties = _parties(one, other, rules)
    days = _days(one, other, rules) if parties else 0.0
    if not days:
        return None
    words = _words(one, other, rules)
    trigger = _trigger(one, other, rules)
    weights = rules.weights
    total = weights.words * words + weights.days * days + weights.trigger * trigger + weights.parties * parties
    return Reading(words, days, trigger, parties, total, _threshold(one, other, words, rules))


def is_barred(one: Telling, other: Telling, rules: HappeningRules) -> bool:
    """Told in one report, or with statuses that cannot both be told of one act."""
    if one.evidence.article.id == other.evidence.article.id:
        return True
    first, second = one.evidence.event, other.evidence.event
    if first.status == second.status:
        return False
    in_words = first.type in rules.types.words_of_parties and second.type in rules.types.words_of_parties
    groups = rules.agree_in_words if in_words else rules.agree
    return not any(first.status in group and second.status in group for group in groups)


def _parties(one: Telling, other: Telling, rules: HappeningRules) -> float:
    """How well both sides agree; 0 where one is ruled out, and where a telling names nobody by whom to know it."""
    if _as_equals(one, other, rules):
        parties, others = one.actor | one.recipient, other.actor | other.recipient
        return side(parties, others) if parties and others else 0.0
    if bool(one.actor) != bool(other.actor) or not (one.actor or (one.recipient and other.recipient)):
        return 0.0
    actor = side(one.actor, other.actor)
    return actor and actor * side(one.recipient, other.recipient)


def _as_equals(one: Telling, other: Telling, rules: HappeningRules) -> bool:
    """Whether who is actor and who is recipient is only a matter of the sentence."""
    kinds = {one.evidence.event.type, other.evidence.event.type}
    if kinds <= rules.types.mutual:
        return True
    return kinds <= rules.types.joint and (_is_joint(one) or _is_joint(other))


def _is_joint(telling: Telling) -> bool:
    return len(telling.actor) > 1 and not telling.recipient


@functools.lru_cache(maxsize=1 << 16)
def side(one: Codes, other: Codes) -> float:
    """How well two sides of an act agree, 0 to 1; 0 where each names a party that the other does not know."""
    scores = load_happening_rules().parties
    if one == other:
        return scores.same
    if not one or not other:
        return scores.unnamed
    there, back = (min(max(fit(code, known) for known in to) for code in of) for of, to in ((one, other), (other, one)))
    if there and back:
        return min(there, back)
    return min(there or back, scores.fewer)


def fit(one: str, other: str) -> float:
    """How well two codes can name one party, 0 to 1: a state fits its government, a body its parts."""
    rules = load_happening_rules()
    if one == other:
        return rules.parties.same
    if party_of(one) != party_of(other):
        return 0.0
    is_part = one.startswith(other) or other.startswith(one)
    if one.startswith(BODIES):
        return rules.parties.same if is_part else 0.0
    apart = [code[STATE : 2 * STATE] in rules.apart for code in (one, other)]
    if is_part:
        return rules.parties.sector_apart if any(apart) else rules.parties.same
    return 0.0 if apart[0] != apart[1] else rules.parties.sector_apart


def _days(one: Telling, other: Telling, rules: HappeningRules) -> float:
    """How well the days agree; 0 where they are further apart than reports of one deed can be."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return 0.0
    scores, told = rules.days, {one.told, other.told}
    gap = max((other.first - one.last).days, (one.first - other.last).days)
    if gap > scores.apart:
        return 0.0
    if gap > 0:
        return scores.day_apart if told == {"narrow"} else scores.both_wide
    if "undated" in told:
        return scores.both_undated if len(told) == 1 else scores.one_undated
    if "wide" in told:
        return scores.both_wide if len(told) == 1 else scores.one_wide
    return scores.same if (one.first, one.last) == (other.first, other.last) else scores.narrow_overlap


def _words(one: Telling, other: Telling, rules: HappeningRules) -> float:
    """The share of the fewer words that both tell; words close to the act count twice."""
    shared = len(one.words & other.words)
    if not shared:
        return 0.0
    shared += len(one.close & other.close)
    fewer = min(len(one.words) + len(one.close), len(other.words) + len(other.close))
    return min(1.0, shared / max(rules.words.least, fewer))


def _trigger(one: Telling, other: Telling, rules: HappeningRules) -> float:
    scores = rules.trigger
    first, second = one.evidence.event, other.evidence.event
    if one.trigger == other.trigger:
        return scores.same_word
    if first.type != second.type:
        return scores.confused_type
    if first.rule == second.rule:
        return scores.same_pattern
    if first.mode and second.mode:
        return scores.same_mode if first.mode == second.mode else scores.mode_apart
    return scores.same_type


def _threshold(one: Telling, other: Telling, words: float, rules: HappeningRules) -> float:
    limits = rules.thresholds
    kind = one.evidence.event.type
    if kind != other.evidence.event.type:
        return limits.confused
    is_frequent = kind in rules.types.frequent
    if not words or (is_frequent and words < rules.words.scanty):
        return limits.met if kind in rules.types.mutual else limits.bare
    return limits.frequent if is_frequent else limits.rare
