"""Deeds named again: "the launch", "the attack", "the operation" stand for an act that the report has told before."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from dragoman.find.syntax import ancestors, is_verb, kids, prepositions
from dragoman.records import Entity, Event, EventDate, Sentence
from dragoman.resolve.tellings import later

DONE = frozenset({"occurred", "ongoing"})
SETTING = frozenset({"in", "on", "at", "during"})
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


def dated(
    events: Sequence[Event],
    told: Iterable[tuple[Sentence, int, EventDate]],
    deeds: Mapping[str, tuple[str, ...]],
) -> tuple[Event, ...]:
    """The events, with the day that a later sentence gives to a deed: "the intrusion occurred on 10 November".

    Only the last act before it that the noun can name takes the day, and only where it has none or a longer span.
    """
    found = list(events)
    for sentence, noun, day in told:
        kinds = deeds.get(sentence.tokens[noun].lemma, ())
        if not any(sentence.tokens[k].lemma in DEFINITE for k in kids(sentence, noun, "det")):
            continue
        named = [i for i, event in enumerate(found) if event.type in kinds and event.sentence.end <= sentence.start]
        if named and _is_open(found[named[-1]].date, day):
            found[named[-1]] = msgspec.structs.replace(found[named[-1]], date=day)
    return tuple(found)


def behind(events: Iterable[Event], published: datetime.date | None) -> tuple[Event, ...]:
    """The events, those that have occurred without days that still lie ahead: "offered to free them by June 10".

    Such days are of what was said. The day after publication is none of them: it can be today on the other side of the
    globe.
    """
    if published is None:
        return tuple(events)
    last = later(published, 1)
    return tuple(
        msgspec.structs.replace(event, date=None)
        if event.status in DONE and event.date and event.date.first > last
        else event
        for event in events
    )


def _is_open(date: EventDate | None, day: EventDate) -> bool:
    return date is None or (date.first < date.last and date.first <= day.first <= date.last)


def day_of_setting(
    sentence: Sentence, i: int, before: Sequence[Event], deeds: Mapping[str, tuple[str, ...]]
) -> EventDate | None:
    """ "In this trip he signed", "during the talks": the days of the act before that is the setting of this one."""
    for k in (i, *ancestors(sentence, i)):
        for preposition, o in prepositions(sentence, k):
            kinds = deeds.get(sentence.tokens[o].lemma, ())
            named = any(sentence.tokens[d].lemma in DEFINITE for d in kids(sentence, o, "det"))
            if preposition in SETTING and named and kinds:
                return next((event.date for event in reversed(before) if event.type in kinds and event.date), None)
        if is_verb(sentence.tokens[k]):
            return None
    return None
