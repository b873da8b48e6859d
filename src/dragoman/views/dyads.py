"""Everything between two parties over some time: counts, commitments and outcomes, the latest events."""

import datetime
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dragoman.errors import InputError
from dragoman.export.panels import QUADS, Every
from dragoman.records import ImportSource, Record
from dragoman.rules import Rules
from dragoman.store.counts import Count, Recent, counts, latest
from dragoman.store.importing import ByType, imported_counts
from dragoman.store.opening import Store
from dragoman.views.naming import party_named
from dragoman.views.periods import Days
from dragoman.views.sides import Side, Step, made_within, rate_of, side_of, steps_of, towards

LATEST = 10


class Theirs(Record, frozen=True, kw_only=True):
    """What another data set has of one party towards the other: records, by the quad class of their PLOVER type.

    `untyped` are those whose code PLOVER has no type for.
    """

    source: ImportSource
    actor: str
    recipient: str
    records: dict[str, int]
    untyped: int


class Dyad(Record, frozen=True, kw_only=True):
    """Everything between two parties over some time."""

    one: str
    other: str
    first: datetime.date | None
    last: datetime.date | None
    every: Every
    sides: tuple[Side, ...]
    imported: tuple[Theirs, ...]
    steps: tuple[Step, ...]
    latest: tuple[dict[str, Any], ...]


class Between(NamedTuple):
    """What a store has counted between two parties over some days, by direction, and the latest of it."""

    counted: tuple[list[Count], list[Count]]
    recent: list[Recent]
    imported: tuple[Theirs, ...]


def two_parties(one: str, other: str, rules: Rules) -> tuple[str, str]:
    """The codes of two parties by their names or codes; raises `InputError` where they are one."""
    parties = party_named(one, rules), party_named(other, rules)
    if parties[0] == parties[1]:
        raise InputError(f"{one!r} and {other!r} are the same party", kind="party")
    return parties


def dyad_of(store: Store, one: str, other: str, days: Days, every: Every, rules: Rules) -> Dyad:
    """What a store holds of two parties over some days."""
    ways = ((one, other), (other, one))
    told = [towards(made_within(store, actor, days, rules), recipient) for actor, recipient in ways]
    found = between(store, one, other, days, LATEST, rules)
    sides = (side_of(*way, found.counted[n], rate_of(told[n], days[1]), rules) for n, way in enumerate(ways))
    return Dyad(
        one=one,
        other=other,
        first=days[0],
        last=days[1],
        every=every,
        sides=tuple(sides),
        imported=found.imported,
        steps=tuple(steps_of(found.counted[0] + found.counted[1], every, rules)),
        latest=tuple(one._asdict() for one in found.recent),
    )


def between(store: Store, one: str, other: str, days: Days, most: int, rules: Rules) -> Between:
    """What is counted between two parties over some days, with so many of the latest events."""
    ways, (first, last) = ((one, other), (other, one)), days
    with store.reading() as connection:
        there, back = (list(counts(connection, actor=a, recipient=b, first=first, last=last)) for a, b in ways)
        recent = [event for a, b in ways for event in latest(connection, a, b, first=first, last=last, most=most)]
        theirs = [
            part
            for a, b in ways
            for part in _theirs(a, b, imported_counts(connection, actor=a, recipient=b, first=first, last=last), rules)
        ]
    imported = tuple(sorted(theirs, key=lambda part: part.source))
    return Between((there, back), _distinct(recent)[:most], imported)


def _theirs(actor: str, recipient: str, found: Iterable[ByType], rules: Rules) -> Iterator[Theirs]:
    for source, counted in itertools.groupby(found, key=lambda one: one.source):
        records, untyped = dict.fromkeys(QUADS.values(), 0), 0
        for one in counted:
            if one.type:
                records[QUADS[rules.ontology.quad(one.type)]] += one.records
            else:
                untyped += one.records
        yield Theirs(source=source, actor=actor, recipient=recipient, records=records, untyped=untyped)


def _distinct(recent: Iterable[Recent]) -> list[Recent]:
    """The latest first, what has no day last; what both did together once."""
    found = {one.id: one for one in recent}
    return sorted(found.values(), key=lambda one: (one.first or "", one.id), reverse=True)
