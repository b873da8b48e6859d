"""What one party of a sentence does to another: the rules and the encoder heard together."""

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from dragoman.find.mentions import NameIndex
from dragoman.records import Document, Event, Finder, Relation, Status
from dragoman.relate.encoder import STATUSES, Answer, Card, Deed, Encoder, Question
from dragoman.relate.fusion import NOTHING, Fusion, Scale
from dragoman.relate.given import Told, told_between
from dragoman.relate.marking import Place
from dragoman.rules import Rules

SchemeName = Literal["plover", "plv"]
# Below this probability the likeliest type is not named: chance alone gives one of seventeen 0.06.
LEAST_SURE = 0.2
# PLV's roots that are not PLOVER's types of the same name.
PLV_NAMES = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}


class Chances(NamedTuple):
    """The encoder's probabilities in one direction: of the card's deeds, and of the statuses."""

    deeds: Sequence[float]
    statuses: Sequence[float]


class Heard(NamedTuple):
    """All that is known of one direction: what the encoder answers, and what the rules read."""

    chances: Chances
    told: Told


class Relater:
    """Answers what two parties of a sentence do to each other."""

    def __init__(self, rules: Rules, index: NameIndex, encoder: Encoder, fusion: Fusion) -> None:
        self._rules, self._index = rules, index
        self._encoder, self._fusion = encoder, fusion

    def relate(
        self, document: Document, one: Place, other: Place, scheme: SchemeName = "plover"
    ) -> tuple[Relation, Relation]:
        """What the one does to the other, and the other to the one, in a document of one sentence."""
        (answer,) = self._encoder.answer([Question(document.article.text, one, other)])
        told = told_between(document, one, other, self._rules, self._index)
        forth, back = (
            self._relation(Heard(chances, one_told), scheme)
            for chances, one_told in zip(chances_of(answer), told, strict=True)
        )
        return forth, back

    def _relation(self, heard: Heard, scheme: SchemeName) -> Relation:
        scale = self._fusion.plv if scheme == "plv" else self._fusion.plover
        scores = weighed(heard, scale, self._encoder.card, scheme)
        if scheme == "plv":
            scores = without_none(scores)
        best = max(scores, key=lambda name: scores[name])
        reason = "" if scheme == "plv" else _reason(best, scores[best])
        named = {name: round(chance, 4) for name, chance in scores.items() if name}
        if reason:
            return Relation(confidence=round(scores[best], 4), scores=named, reason=reason)
        return Relation(
            type=best,
            mode=mode_of(best, heard, self._encoder.card, scheme),
            status=status_of(heard, self._fusion.status),
            confidence=round(scores[best], 4),
            scores=named,
            by=found_by(best, heard, self._encoder.card, scheme),
        )


def chances_of(answer: Answer) -> tuple[Chances, Chances]:
    """The encoder's answer as probabilities, in both directions."""
    forth, back = (
        Chances(probabilities(deeds), probabilities(statuses))
        for deeds, statuses in zip(answer.deeds.tolist(), answer.statuses.tolist(), strict=True)
    )
    return forth, back


def probabilities(scores: Sequence[float]) -> list[float]:
    """Scores as probabilities that sum to one."""
    highest = max(scores)
    grown = [math.exp(score - highest) for score in scores]
    whole = sum(grown)
    return [one / whole for one in grown]


def summed(chances: Sequence[float], card: Card, names: Sequence[str], name_of: Callable[[Deed], str]) -> list[float]:
    """The probabilities of deeds added up by a name that each of them has."""
    found = dict.fromkeys(names, 0.0)
    for deed, chance in zip(card.deeds, chances, strict=True):
        found[name_of(deed)] += chance
    return list(found.values())


def namer(scheme: SchemeName) -> Callable[[Deed], str]:
    """What a scheme calls a deed."""
    return (lambda deed: deed.plv) if scheme == "plv" else (lambda deed: deed.type)


def weighed(heard: Heard, scale: Scale, card: Card, scheme: SchemeName) -> dict[str, float]:
    """The probability of each type, and of "" for none, on the word of encoder and rules."""
    chances = summed(heard.chances.deeds, card, scale.names, namer(scheme))
    return dict(zip(scale.names, scale.weigh(chances, evidence_of(heard.told)), strict=True))


def evidence_of(told: Told) -> tuple[str, ...]:
    """What the rules say, in the words of `Scale.evidence`."""
    if told.aimed:
        return tuple(dict.fromkeys(f"aimed {event.type}" for event in told.aimed))
    if told.alone:
        return tuple(dict.fromkeys(f"alone {event.type}" for event in told.alone))
    return (NOTHING,)


def status_evidence(told: Told) -> tuple[str, ...]:
    """What the rules say of how far an act has come, in the words of `Scale.evidence`."""
    return (f"status {told.aimed[0].status}",) if told.aimed else (NOTHING,)


def without_none(scores: dict[str, float]) -> dict[str, float]:
    """The probabilities where it is known that something is done."""
    whole = sum(chance for name, chance in scores.items() if name)
    return {name: chance / whole for name, chance in scores.items() if name}


def mode_of(type: str, heard: Heard, card: Card, scheme: SchemeName) -> str:
    """The mode: the rules' where they read the same type, else the likeliest of the type; "" for none."""
    for event in heard.told.aimed:
        if called(event, scheme) == type:
            return event.mode[0] if event.mode else ""
    name_of = namer(scheme)
    found: dict[str, float] = {"": 0.0}
    for deed, chance in zip(card.deeds, heard.chances.deeds, strict=True):
        if name_of(deed) == type:
            found[deed.mode] = found.get(deed.mode, 0.0) + chance
    return max(found, key=lambda mode: found[mode])


def status_of(heard: Heard, scale: Scale) -> Status:
    """How far the act has come, on the word of encoder and rules."""
    chances = scale.weigh(heard.chances.statuses, status_evidence(heard.told))
    return STATUSES[max(range(len(STATUSES)), key=lambda n: chances[n])]


def found_by(type: str, heard: Heard, card: Card, scheme: SchemeName) -> Finder:
    """Who says so: the rules, the model, or both of them."""
    names = tuple(dict.fromkeys(map(namer(scheme), card.deeds)))
    chances = dict(zip(names, summed(heard.chances.deeds, card, names, namer(scheme)), strict=True))
    by_model = max(names, key=lambda name: chances[name]) == type
    by_rules = any(called(event, scheme) == type for event in (*heard.told.aimed, *heard.told.alone))
    return "both" if by_model and by_rules else "rules" if by_rules else "model"


def called(event: Event, scheme: SchemeName) -> str:
    """What a scheme calls the type of an event."""
    return PLV_NAMES.get(event.type, event.type) if scheme == "plv" else event.type


def _reason(best: str, chance: float) -> str:
    if not best:
        return f"the sentence tells nothing that the actor does to the recipient ({chance:.2f} sure)"
    if chance < LEAST_SURE:
        return f"no type is likely enough; {best} would be the first with {chance:.2f}"
    return ""
