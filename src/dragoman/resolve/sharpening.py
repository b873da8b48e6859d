"""One event from its tellings: the fullest telling, its date, parties and status sharpened by the others."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from dragoman.records import DistinctEvent, Entity, Event, EventDate, Evidence, Status
from dragoman.resolve.tellings import Telling, key_of, party_of
from dragoman.rules.happenings import load_happening_rules

# Reports copy one another, so many of them never make certain.
MOST_CERTAIN = 0.99
Days = tuple[datetime.date, datetime.date]


def event_of(group: Sequence[Telling]) -> DistinctEvent:
    """The event that a group of tellings tells; the order of the group does not matter.

    What another report adds to the fullest telling (a date, a party) has an empty span at the trigger, as its words
    stand elsewhere: in the evidence.
    """
    told = [telling.evidence for telling in sorted(group, key=key_of)]
    if len(told) == 1:
        return DistinctEvent(id=told[0].event.id, event=told[0].event, told_in=told[0].article.id, evidence=tuple(told))
    fullest = max(_of_common_type(told), key=_fullness)
    event = fullest.event
    sharpened = msgspec.structs.replace(
        event,
        actor=_side(event, event.actor, [(one, one.event.actor) for one in told]),
        recipient=_side(event, event.recipient, [(one, one.event.recipient) for one in told]),
        status=_status(told, event.status),
        context=tuple(dict.fromkeys((*event.context, *(name for one in told for name in one.event.context)))),
        date=_date(event, told),
        confidence=_confidence(told),
    )
    return DistinctEvent(id=told[0].event.id, event=sharpened, told_in=fullest.article.id, evidence=tuple(told))


def publisher_of(one: Evidence) -> str:
    """Who published a telling; the article itself where no publisher is known."""
    return one.article.publisher or one.article.id


def _publishers_by(told: Iterable[Evidence], of: Callable[[Evidence], str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in told:
        found[of(one)].add(publisher_of(one))
    return found


def _of_common_type(told: Sequence[Evidence]) -> list[Evidence]:
    """The tellings of the type that most publishers have; of equally common ones the type told first."""
    types = _publishers_by(told, lambda one: one.event.type)
    common = max(types, key=lambda kind: len(types[kind]))
    return [one for one in told if one.event.type == common]


def _fullness(one: Evidence) -> tuple[bool, int, bool, bool, float]:
    """Both sides named, many parties, a date, a mode; then how surely it was read. The earliest of equals is taken."""
    event = one.event
    parties = len({party_of(entity.code) for entity in (*event.actor, *event.recipient)})
    return bool(event.recipient), parties, event.date is not None, bool(event.mode), event.confidence


def _status(told: Sequence[Evidence], own: Status) -> Status:
    """The status that most publishers tell, the fullest telling's own where none is commoner."""
    found = _publishers_by(told, lambda one: one.event.status)
    return max((one.event.status for one in told), key=lambda status: (len(found[status]), status == own))


def _confidence(told: Sequence[Evidence]) -> float:
    """As if publishers erred independently: one less the product of their doubts, each by its surest telling."""
    if len(told) == 1:
        return told[0].event.confidence
    surest: dict[str, float] = {}
    for one in told:
        surest[publisher_of(one)] = max(surest.get(publisher_of(one), 0.0), one.event.confidence)
    doubt = 1.0
    for confidence in surest.values():
        doubt *= 1.0 - confidence
    return max(*surest.values(), min(round(1.0 - doubt, 3), MOST_CERTAIN))


def _date(event: Event, told: Sequence[Evidence]) -> EventDate | None:
    """Days told outright before wide ones; of those the days that most publishers agree with, then the narrowest.

    Where that leaves two, the ones told first.
    """
    publishers: dict[Days, set[str]] = defaultdict(set)
    for one in told:
        if one.event.date:
            publishers[one.event.date.first, one.event.date.last].add(publisher_of(one))
    outright = [days for days in publishers if _length(days) <= load_happening_rules().days.narrow]
    choices = outright or list(publishers)
    if not choices:
        return None
    first, last = max(choices, key=lambda days: (_agreeing(days, publishers), -_length(days)))
    if event.date and (event.date.first, event.date.last) == (first, last):
        return event.date
    place = event.trigger.start
    return EventDate(text="", start=place, end=place, first=first, last=last)


def _length(days: Days) -> int:
    return (days[1] - days[0]).days + 1


def _agreeing(days: Days, publishers: Mapping[Days, set[str]]) -> int:
    """How many publishers tell days that overlap these."""
    first, last = days
    return len(
        {name for other, names in publishers.items() if first <= other[1] and other[0] <= last for name in names}
    )


def _side(event: Event, own: Sequence[Entity], told: Sequence[tuple[Evidence, Sequence[Entity]]]) -> tuple[Entity, ...]:
    """One side of an event with fuller codes, and with the parties that only other reports name on that side."""
    publishers: dict[str, set[str]] = defaultdict(set)
    entities: dict[str, Entity] = {}
    for one, side in told:
        for entity in side:
            publishers[entity.code].add(publisher_of(one))
            entities.setdefault(entity.code, entity)
    known = {party_of(entity.code) for entity in (*event.actor, *event.recipient)}
    place = event.trigger.start
    added: list[Entity] = []
    for entity in entities.values():
        if entity.code and party_of(entity.code) not in known:
            known.add(party_of(entity.code))
            added.append(msgspec.structs.replace(entity, text="", start=place, end=place))
    return tuple(_fuller(entity, entities, publishers) for entity in (*own, *added))


def _fuller(own: Entity, entities: dict[str, Entity], publishers: dict[str, set[str]]) -> Entity:
    """The entity with the code that says more of the same party, the commonest; itself where two are equally common."""
    codes = [code for code in entities if code != own.code and code.startswith(own.code)]
    codes = [code for code in codes if party_of(code) == party_of(own.code)]
    often = sorted((len(publishers[code]) for code in codes), reverse=True)
    if not codes or often[:1] == often[1:2]:
        return own
    best = max(codes, key=lambda code: len(publishers[code]))
    return msgspec.structs.replace(entities[best], text=own.text, start=own.start, end=own.end)
