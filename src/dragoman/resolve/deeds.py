"""Deeds named again: "the launch", "the attack", "the operation" stand for an act that the report has told before."""

from collections.abc import Mapping, Sequence

from dragoman.find.syntax import kids
from dragoman.records import Entity, Event, Sentence

DEFINITE = frozenset({"the", "this", "that", "these", "those"})


def doers(
    sentence: Sentence, i: int, before: Sequence[Event], deeds: Mapping[str, tuple[str, ...]]
) -> tuple[Entity, ...]:
    """The actors of the act that a definite noun names again; nobody where acts of two states come into question.

    `deeds` says which types of act a noun can name, the likeliest first.
    """
    types = deeds.get(sentence.tokens[i].lemma)
    if not types or not any(sentence.tokens[k].lemma in DEFINITE for k in kids(sentence, i, "det")):
        return ()
    for kind in types:
        told = [event.actor for event in before if event.type == kind and event.status != "negated"]
        if told:
            countries = {tuple(sorted(entity.country for entity in actor)) for actor in told}
            return told[-1] if len(countries) == 1 else ()
    return ()
