"""`dragoman party A`: words and deeds of one party towards all others, over any time."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console

from dragoman.commands.dyad import bars_of, say_picture
from dragoman.commands.listing import show_names
from dragoman.commands.sides import cells_of, name_of, quad_table, show_words, warn_if_old
from dragoman.export.panels import Every
from dragoman.rules import Rules
from dragoman.store.counts import published_span
from dragoman.store.opening import open_kept, place_of
from dragoman.views.naming import party_named
from dragoman.views.parties import Party, party_of_store
from dragoman.views.periods import Days, shown_days


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
