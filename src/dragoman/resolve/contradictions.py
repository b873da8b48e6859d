"""What the reports of one event tell differently, kept visible by publisher."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from dragoman.records import DistinctEvent, Entity, EventDate, Evidence, Record
from dragoman.resolve.sharpening import publisher_of
from dragoman.resolve.tellings import party_of

About = Literal["type", "status", "date", "actor", "recipient"]
Value = TypeVar("Value")


class Contradiction(Record, frozen=True, kw_only=True):
    """What reports of one event tell differently: each value as text ("2013-06-11") and who publishes it."""

    about: About
    told: dict[str, tuple[str, ...]]


def contradictions(event: DistinctEvent) -> tuple[Contradiction, ...]:
    """What the reports of an event tell differently: type, status, days, and branches of the same state.

    A telling that only says less (a month for a day, a state for its ministry, one party of two) contradicts nothing.
    """
    told = event.evidence
    found = (
        _contradiction("type", told, lambda one: (one.event.type,), str, _are_others),
        _contradiction("status", told, lambda one: (one.event.status,), str, _are_others),
        _contradiction(
            "date", told, lambda one: (one.event.date,) if one.event.date else (), days_in_words, _are_apart
        ),
        _contradiction("actor", told, lambda one: one.event.actor, _code, _are_branches),
        _contradiction("recipient", told, lambda one: one.event.recipient, _code, _are_branches),
    )
    return tuple(contradiction for contradiction in found if contradiction)


def days_in_words(date: EventDate) -> str:
    """A day, or the first and the last with a slash between them."""
    return str(date.first) if date.first == date.last else f"{date.first}/{date.last}"


def _contradiction(
    about: About,
    told: Iterable[Evidence],
    of: Callable[[Evidence], Iterable[Value]],
    shown: Callable[[Value], str],
    differ: Callable[[Value, Value], bool],
) -> Contradiction | None:
    values: dict[str, Value] = {}
    publishers: dict[str, set[str]] = defaultdict(set)
    for one in told:
        for value in of(one):
            values[shown(value)] = value
            publishers[shown(value)].add(publisher_of(one))
    odd = sorted(text for text, value in values.items() if any(differ(value, other) for other in values.values()))
    return Contradiction(about=about, told={text: tuple(sorted(publishers[text])) for text in odd}) if odd else None


def _are_others(one: str, other: str) -> bool:
    return one != other


def _are_apart(one: EventDate, other: EventDate) -> bool:
    return one.last < other.first or other.last < one.first


def _code(entity: Entity) -> str:
    return entity.code


def _are_branches(one: Entity, other: Entity) -> bool:
    """Whether two codes name different parts of one party: PRKGOV and PRKMIL."""
    return party_of(one.code) == party_of(other.code) and not (
        one.code.startswith(other.code) or other.code.startswith(one.code)
    )
