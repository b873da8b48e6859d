"""What people corrected in the events of reports: kept through every new coding of that text."""

import contextlib
import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from dragoman.errors import InputError
from dragoman.records import Correction, Entity, Event, Span
from dragoman.rules.ontology import Ontology
from dragoman.store import schema
from dragoman.store.merging import clean
from dragoman.store.statements import run


class Withdrawal(msgspec.Struct, frozen=True):
    """Who took a correction back, why, and when."""

    by: str
    reason: str
    day: datetime.date


class Misplaced(NamedTuple):
    """A correction that finds its place no more: the report came in with another text, or no event is read there."""

    article: str
    start: int
    end: int


def corrected(connection: Connection, key: int, events: Sequence[Event]) -> tuple[Event | None, ...]:
    """The events that the coder read in a report, each as people have corrected it; None where there is none."""
    standing = _standing(connection, key)
    return tuple(_applied(event, standing) for event in events) if standing else tuple(events)


def _standing(connection: Connection, key: int) -> list[Correction]:
    """What people corrected in this version of a report, the latest last."""
    rows = run(connection, "corrections_standing", {"key": key}).scalars()
    return [msgspec.json.decode(row, type=Correction) for row in rows]


def note_overruled(
    connection: Connection, key: int, events: Sequence[Event], applied: Sequence[Event | None]
) -> tuple[Event, ...]:
    """Keep what the coder says where people say otherwise; gives the events as people have corrected them."""
    pairs = enumerate(zip(events, applied, strict=True))
    rows = [
        {"article": key, "place": place, "id": event.id, "found": clean(msgspec.json.encode(event).decode())}
        for place, (event, other) in pairs
        if other is not event
    ]
    if rows:
        connection.execute(schema.overruled.insert(), rows)
    return tuple(event for event in applied if event is not None)


def read_by_coder(connection: Connection, key: int) -> tuple[Event, ...]:
    """The events that the coder read in a report, whatever people have corrected in them."""
    return tuple(msgspec.json.decode(row, type=Event) for row in coder_rows(connection, key))


def coder_rows(connection: Connection, key: int) -> list[str]:
    """The same as JSON, as it is stored."""
    t, o = schema.telling.c, schema.overruled.c
    told = connection.execute(select(t.id, t.found).where(t.article == key).order_by(t.key)).all()
    own = connection.execute(select(o.place, o.id, o.found).where(o.article == key).order_by(o.place)).all()
    ids = {row.id for row in own}
    found = [row.found for row in told if row.id not in ids]
    for row in own:
        found.insert(row.place, row.found)
    return found


def enter(connection: Connection, key: int, correction: Correction) -> None:
    """Write down a correction of a version of a report; the same one again becomes the latest."""
    a, c = schema.article.c, schema.correction.c
    article, version = connection.execute(select(a.id, a.version).where(a.key == key)).one()
    held = msgspec.json.encode(correction).decode()
    row = {"article": article, "version": version, "begins": correction.start, "ends": correction.end, "held": held}
    same = [schema.correction.c[name] == value for name, value in row.items()]
    connection.execute(schema.correction.delete().where(*same, c.withdrawn.is_(None)))
    connection.execute(schema.correction.insert(), row)


def take_back(connection: Connection, article: str, start: int, end: int, withdrawal: Withdrawal) -> bool:
    """Take the latest correction back that stands at a place of a report; whether there is one. The row is kept."""
    c = schema.correction.c
    there = (c.article == article) & (c.begins < end) & (c.ends > start) & c.withdrawn.is_(None)
    key = connection.execute(select(func.max(c.key)).where(there)).scalar()
    if key is None:
        return False
    return withdraw(connection, key, withdrawal) is not None


def withdraw(connection: Connection, number: int, withdrawal: Withdrawal) -> str | None:
    """Take the correction of a number back; gives the id of its report, None where none of that number stands."""
    c = schema.correction.c
    values = {"withdrawn": msgspec.json.encode(withdrawal).decode()}
    query = schema.correction.update().where(c.key == number, c.withdrawn.is_(None)).values(values)
    return connection.execute(query.returning(c.article)).scalar()


def misplaced(connection: Connection) -> Iterator[Misplaced]:
    """The corrections that stand and find their place no more, in the order in which they were entered."""
    a, c = schema.article.c, schema.correction.c
    of_it = (c.article == a.id) & (c.version == a.version) & a.corrected_by.is_(None)
    query = select(c.article, c.begins, c.ends, a.key).outerjoin(schema.article, of_it).where(c.withdrawn.is_(None))
    for row in connection.execute(query.order_by(c.key)).all():
        if row.key is None or not any(s < row.ends and row.begins < e for s, e in _triggers(connection, row.key)):
            yield Misplaced(row.article, row.begins, row.ends)


class _Triggered(msgspec.Struct):
    """The part of an event that says where it is read from."""

    trigger: Span


def _triggers(connection: Connection, key: int) -> Iterator[tuple[int, int]]:
    """Where the coder read events in a report; those that are damaged are told by another check."""
    for table in (schema.telling, schema.overruled):
        for found in connection.execute(select(table.c.found).where(table.c.article == key)).scalars():
            with contextlib.suppress(msgspec.MsgspecError):
                trigger = msgspec.json.decode(found, type=_Triggered).trigger
                yield trigger.start, trigger.end


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


def is_at(event: Event, start: int, end: int) -> bool:
    """Whether an event is read from words at a place."""
    return start < event.trigger.end and event.trigger.start < end


def _applied(event: Event, corrections: Iterable[Correction]) -> Event | None:
    """An event after every correction whose words are those of its trigger; one after "wrong" brings it back."""
    found, gone = event, False
    for one in corrections:
        if is_at(event, one.start, one.end):
            gone = one.wrong
            found = found if gone else _changed(found, one)
    return None if gone else found


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
