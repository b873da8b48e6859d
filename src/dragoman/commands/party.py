"""`dragoman party A`: words and deeds of one party towards all others, over any time."""

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console

from dragoman.commands.dyad import Step, bars_of, say_picture, steps_of
from dragoman.commands.listing import show_names
from dragoman.commands.parties import party_named
from dragoman.commands.periods import shown_days
from dragoman.commands.sides import (
    Days,
    Side,
    Told,
    cells_of,
    made_within,
    name_of,
    quad_table,
    show_words,
    side_of,
    towards,
    warn_if_old,
)
from dragoman.export.panels import Every
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store.counts import counts, outward_counts, partners, published_span
from dragoman.store.opening import Store, open_kept, place_of


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


def run(
    where: str | None, name: str, days: Days, every: Every, top: int, rules: Rules, *, json: bool, picture: Path | None
) -> int:
    """Show a party as a table, JSON or a picture."""
    party = party_named(name, rules)
    with open_kept(place_of(where)) as store:
        with store.reading() as connection:
            shown = shown_days(days, published_span(connection), every)
        found = party_of_store(store, party, days, every, top, rules)
        within = party_of_store(store, party, shown, every, top, rules).partners if picture else ()
        warn_if_old(store)
    if picture:
        from dragoman.export.timelines import draw_party

        partners = [(side.recipient, side.events) for side in within]
        draw_party(party, bars_of(found.steps, shown, every), partners, picture, days=shown)
        say_picture(picture, party, found.steps, days, shown, every)
    elif json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _show(found, rules)
    return 0


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
        all=side_of(party, "", counted, told, days[1], rules),
        partners=tuple(_partners(store, party, days, top, told, rules)),
        steps=tuple(steps_of(counted, every, rules)),
    )


def _partners(store: Store, party: str, days: Days, top: int, told: Told, rules: Rules) -> Iterator[Side]:
    within = {"first": days[0], "last": days[1]}
    with store.reading() as connection:
        for one in partners(connection, party, **within, most=top):
            counted = counts(connection, actor=party, recipient=one.recipient, **within)
            yield side_of(party, one.recipient, counted, towards(told, one.recipient), days[1], rules)


def _show(found: Party, rules: Rules) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = quad_table("distinct events (reports that tell them)")
    for side in (found.all, *found.partners):
        table.add_row(name_of(side), *cells_of(side))
    console.print(table)
    show_names(console, {found.party, *(side.recipient for side in found.partners)}, rules)
    console.print()
    for side in (found.all, *found.partners):
        if side is found.all or side.commitments.made or side.threats.made:
            show_words(console, side)
