"""What one party did to all others and to each of those to whom it did most, over some time."""

import datetime
from collections.abc import Iterator

from dragoman.export.panels import Every
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store.counts import counts, outward_counts, partners
from dragoman.store.opening import Store
from dragoman.views.periods import Days
from dragoman.views.sides import Side, Step, Told, made_within, rate_of, side_of, steps_of, towards


class Party(Record, frozen=True, kw_only=True):
    """What one party did to all others and to those to whom it did most, over some time.

    In `all` an event with several recipients is one event, also of those that name none; `commitments` of it are all
    that the party made, to whomever. `steps` are those of `all`.
    """

    party: str
    first: datetime.date | None
    last: datetime.date | None
    every: Every
    all: Side
    partners: tuple[Side, ...]
    steps: tuple[Step, ...]


def party_of_store(store: Store, party: str, days: Days, every: Every, top: int, rules: Rules) -> Party:
    """What a store holds of one party over some days, with so many partners."""
    told = made_within(store, party, days, rules)
    with store.reading() as connection:
        counted = list(outward_counts(connection, party, first=days[0], last=days[1]))
    return Party(
        party=party,
        first=days[0],
        last=days[1],
        every=every,
        all=side_of(party, "", counted, rate_of(told, days[1]), rules),
        partners=tuple(_partners(store, party, days, top, told, rules)),
        steps=tuple(steps_of(counted, every, rules)),
    )


def _partners(store: Store, party: str, days: Days, top: int, told: Told, rules: Rules) -> Iterator[Side]:
    within = {"first": days[0], "last": days[1]}
    with store.reading() as connection:
        for one in partners(connection, party, **within, most=top):
            counted = counts(connection, actor=party, recipient=one.recipient, **within)
            yield side_of(party, one.recipient, counted, rate_of(towards(told, one.recipient), days[1]), rules)
