"""Events as directed dyads: one actor, one recipient, one CAMEO code, as the CAMEO data sets have their rows."""

from collections.abc import Collection, Iterable, Iterator
from itertools import permutations, product

from dragoman.export.schemes import schemes
from dragoman.records import DistinctEvent, Entity, Event, Record, Status
from dragoman.rules.ontology import Ontology


class Dyad(Record, frozen=True, kw_only=True):
    """Who did what to whom in one row; `recipient` is None where the event has none."""

    told: DistinctEvent
    actor: Entity
    recipient: Entity | None
    code: str


def kept(events: Iterable[DistinctEvent], statuses: Collection[Status] | None) -> Iterator[DistinctEvent]:
    """The events that a data set without a status column would have: see `[statuses]` in data/export/codes.toml."""
    for told in events:
        if schemes().kept(told.event.type, told.event.status, statuses):
            yield told


def dyads_of(told: DistinctEvent, ontology: Ontology, *, mirror: bool = False) -> Iterator[Dyad]:
    """Every actor with every recipient; actors who do something with each other in both directions.

    With `mirror` the other side of acts like CONSULT is written too (A to B, B to A), a visit as its host's act.
    Each pair of codes is one dyad; parties of the same code are none of a joint act.
    """
    event = told.event
    code = ontology.cameo(event.type, event.mode, event.context)
    found = [Dyad(told=told, actor=actor, recipient=recipient, code=code) for actor, recipient in _pairs(event)]
    if mirror and event.recipient and event.type in schemes().dyads.mirrored:
        found = [side for dyad in found for side in (dyad, *_other_side(dyad))]
    first: dict[tuple[str, str | None], Dyad] = {}
    for dyad in found:
        first.setdefault((dyad.actor.code, dyad.recipient.code if dyad.recipient else None), dyad)
    yield from first.values()


def _other_side(dyad: Dyad) -> Iterator[Dyad]:
    if dyad.recipient:
        code = schemes().counterparts.get(dyad.code, dyad.code)
        yield Dyad(told=dyad.told, actor=dyad.recipient, recipient=dyad.actor, code=code)


def _pairs(event: Event) -> Iterable[tuple[Entity, Entity | None]]:
    if event.recipient:
        return product(event.actor, event.recipient)
    joint = event.type in schemes().dyads.joint
    pairs = [(a, b) for a, b in permutations(event.actor, 2) if a.code != b.code] if joint else []
    return pairs or [(actor, None) for actor in event.actor]
