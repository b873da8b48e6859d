"""What people corrected in the events of reports: kept through every new coding, beside what the coder says."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from dragoman.errors import InputError
from dragoman.records import Correction, Entity, Event
from dragoman.rules.ontology import Ontology
from dragoman.store.statements import statement


def corrected(connection: Connection, article: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """A report's events as people have corrected them: some changed, some gone."""
    rulings = corrections_of(connection, article)
    if not rulings:
        return tuple(events)
    found = (_applied(event, rulings) for event in events)
    return tuple(event for event in found if event is not None)


def corrections_of(connection: Connection, article: str) -> list[Correction]:
    """What people corrected in a report, the latest last."""
    rows = connection.execute(statement("corrections"), {"article": article}).scalars()
    return [msgspec.json.decode(row, type=Correction) for row in rows]


def check_correction(correction: Correction, ontology: Ontology) -> None:
    """Raise `InputError` where a correction names what there is not."""
    kind = correction.type
    if kind is not None and kind not in ontology.types:
        raise InputError(f"{kind!r} is no type of PLOVER", kind="correction")
    for mode in correction.mode or ():
        if kind is None or mode not in ontology.types[kind].modes:
            raise InputError(f"{mode!r} is no mode of {kind or 'a type that is not named'}", kind="correction")
    if not correction.reason.strip():
        raise InputError("a correction needs its reason", kind="correction")


def _applied(event: Event, corrections: Iterable[Correction]) -> Event | None:
    """An event after every correction whose words are those of its trigger."""
    for one in corrections:
        if one.start < event.trigger.end and event.trigger.start < one.end:
            if one.wrong:
                return None
            event = _changed(event, one)
    return event


def _changed(event: Event, one: Correction) -> Event:
    return msgspec.structs.replace(
        event,
        type=one.type or event.type,
        mode=event.mode if one.mode is None and one.type in (None, event.type) else tuple(one.mode or ()),
        status=one.status or event.status,
        actor=event.actor if one.actor is None else _entities(event, one.actor),
        recipient=event.recipient if one.recipient is None else _entities(event, one.recipient),
        confidence=1.0,
        rule=f"person/{one.by}",
    )


def _entities(event: Event, codes: Iterable[str]) -> tuple[Entity, ...]:
    """Entities of codes that a person named; those that the coder found keep their words."""
    known = {entity.code: entity for entity in (*event.actor, *event.recipient)}
    return tuple(known.get(code) or _entity(event, code) for code in codes)


def _entity(event: Event, code: str) -> Entity:
    place = event.trigger.start
    sector = "" if code.startswith("IGO") else code[3:6]
    return Entity(text="", start=place, end=place, code=code, country=code[:3], sector=sector, name=code)
