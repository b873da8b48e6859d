"""`dragoman dyad A B`: words and deeds between two parties, commitments and their outcomes, the latest events."""

import datetime
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console

from dragoman.commands.listing import codes_in, show_events, show_names
from dragoman.commands.periods import say_drawn, say_left_out
from dragoman.commands.sides import cells_of, name_of, quad_table, show_words, warn_if_old
from dragoman.export.panels import Every, end_of
from dragoman.rules import Rules
from dragoman.store.counts import published_span
from dragoman.store.opening import open_kept, place_of
from dragoman.views.dyads import Dyad, Theirs, dyad_of, two_parties
from dragoman.views.periods import Days, shown_days
from dragoman.views.sides import Step, is_within

if TYPE_CHECKING:
    from dragoman.export.timelines import Bars


def run(
    where: str | None,
    one: str,
    other: str,
    first: datetime.date | None,
    last: datetime.date | None,
    every: Every,
    rules: Rules,
    *,
    json: bool,
    picture: Path | None,
) -> int:
    """Show a dyad as a table, JSON or a picture."""
    parties = two_parties(one, other, rules)
    with open_kept(place_of(where)) as store:
        found = dyad_of(store, *parties, (first, last), every, rules)
        warn_if_old(store)
        with store.reading() as connection:
            shown = shown_days((first, last), published_span(connection), every)
    if picture:
        from dragoman.export.timelines import draw_dyad

        draw_dyad(found.one, found.other, bars_of(found.steps, shown, every), picture, days=shown)
        say_picture(picture, f"{found.one} and {found.other}", found.steps, (first, last), shown, every)
    elif json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _show(found, rules)
    return 0


def bars_of(steps: Iterable[Step], shown: Days, every: Every) -> "list[Bars]":
    """The steps of a picture within some days, each as long as its day, week or month."""
    from dragoman.export.timelines import Bars

    wanted = [step for step in steps if is_within(step, shown, every)]
    return [Bars(step.actor, step.first, end_of(step.first, every), step.events) for step in wanted]


def say_picture(picture: Path, who: str, steps: Sequence[Step], asked: Days, shown: Days, every: Every) -> None:
    """Tell what a picture shows, and which events its time leaves out."""
    say_drawn(picture, f"words and deeds of {who} by {every}")
    firsts = [step.first for step in steps]
    say_left_out(asked, shown, (min(firsts, default=None), max(firsts, default=None)))


def _show(found: Dyad, rules: Rules) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = quad_table("distinct events (reports that tell them)")
    for side in found.sides:
        table.add_row(name_of(side), *cells_of(side))
    console.print(table)
    console.print()
    if found.imported:
        _show_theirs(console, found.imported)
    for side in found.sides:
        show_words(console, side)
    console.print()
    show_events(console, found.latest)
    show_names(console, {found.one, found.other, *codes_in(found.latest)}, rules)


def _show_theirs(console: Console, theirs: Iterable[Theirs]) -> None:
    table = quad_table("records of other data sets, by the class of their type", "no type")
    for one in theirs:
        cells = [f"{number:,}" for number in (*one.records.values(), one.untyped)]
        table.add_row(f"{one.source}: {one.actor} to {one.recipient}", *cells)
    console.print(table)
    console.print()
