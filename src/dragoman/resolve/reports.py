"""On whose word a report tells an act: the speaker of the statement that holds it."""

from collections.abc import Iterable, Sequence

import msgspec

from dragoman.records import Event, Quote, Speaker
from dragoman.rules.ontology import Ontology

UTTERED = frozenset({"direct", "mixed", "indirect"})
MATERIAL = frozenset({2, 4})


def reported(events: Iterable[Event], quotes: Sequence[Quote], ontology: Ontology) -> tuple[Event, ...]:
    """The events with `reported_by` where somebody's statement tells them.

    Words of one's own are one's own act ("Iran said it rejects the plan"); deeds are told on one's own word
    ("Iran said it had tested a missile").
    """
    return tuple(
        msgspec.structs.replace(event, reported_by=speaker)
        if (speaker := _reporter(event, quotes)) and not _own_words(event, speaker, ontology)
        else event
        for event in events
    )


def _reporter(event: Event, quotes: Sequence[Quote]) -> Speaker | None:
    """The speaker of the innermost statement that holds the trigger."""
    holding = [
        quote
        for quote in quotes
        if quote.kind in UTTERED and any(start <= event.trigger.start < end for start, end in quote.spans)
    ]
    return min(holding, key=lambda quote: quote.end - quote.start).speaker if holding else None


def _own_words(event: Event, speaker: Speaker, ontology: Ontology) -> bool:
    own = bool(speaker.code) and any(entity.code == speaker.code for entity in event.actor)
    return own and ontology.quad(event.type) not in MATERIAL
