"""`dragoman dyad A B`: words and deeds between two parties, commitments and their outcomes, the latest events."""

import datetime
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console

from dragoman.commands.listing import codes_in, show_events, show_names
from dragoman.commands.parties import party_named
from dragoman.commands.periods import say_drawn, say_left_out, shown_days
from dragoman.commands.sides import (
    Days,
    Side,
    by_quad,
    cells_of,
    made_within,
    name_of,
    quad_table,
    show_words,
    side_of,
    towards,
    warn_if_old,
)
from dragoman.errors import InputError
from dragoman.export.panels import QUADS, Every, end_of, period_of
from dragoman.records import ImportSource, Record
from dragoman.rules import Rules
from dragoman.store.counts import Count, Recent, counts, latest, published_span
from dragoman.store.importing import ByType, imported_counts
from dragoman.store.opening import Store, open_kept, place_of

if TYPE_CHECKING:
    from dragoman.export.timelines import Bars

LATEST = 10


class Step(Record, frozen=True, kw_only=True):
    """What one party did to the other in a day, week or month: distinct events and reports by quad class."""

    actor: str
    recipient: str
    first: datetime.date
    events: dict[str, int]
    reports: dict[str, int]


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
    parties = party_named(one, rules), party_named(other, rules)
    if parties[0] == parties[1]:
        raise InputError(f"{one!r} and {other!r} are the same party", kind="party")
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

    wanted = [step for step in steps if _is_within(step, shown, every)]
    return [Bars(step.actor, step.first, end_of(step.first, every), step.events) for step in wanted]


def _is_within(step: Step, shown: Days, every: Every) -> bool:
    first, last = shown
    return (first is None or end_of(step.first, every) >= first) and (last is None or step.first <= last)


def say_picture(picture: Path, who: str, steps: Sequence[Step], asked: Days, shown: Days, every: Every) -> None:
    """Tell what a picture shows, and which events its time leaves out."""
    say_drawn(picture, f"words and deeds of {who} by {every}")
    firsts = [step.first for step in steps]
    say_left_out(asked, shown, (min(firsts, default=None), max(firsts, default=None)))


def dyad_of(store: Store, one: str, other: str, days: Days, every: Every, rules: Rules) -> Dyad:
    """What a store holds of two parties over some days."""
    ways, within = ((one, other), (other, one)), {"first": days[0], "last": days[1]}
    told = [towards(made_within(store, actor, days, rules), recipient) for actor, recipient in ways]
    with store.reading() as connection:
        counted = [list(counts(connection, actor=a, recipient=b, **within)) for a, b in ways]
        recent = [event for a, b in ways for event in latest(connection, a, b, **within, most=LATEST)]
        theirs = [
            part
            for a, b in ways
            for part in _theirs(
                a, b, imported_counts(connection, actor=a, recipient=b, first=days[0], last=days[1]), rules
            )
        ]
    return Dyad(
        one=one,
        other=other,
        first=days[0],
        last=days[1],
        every=every,
        sides=tuple(side_of(*way, counted[n], told[n], days[1], rules) for n, way in enumerate(ways)),
        imported=tuple(sorted(theirs, key=lambda part: part.source)),
        steps=tuple(steps_of(counted[0] + counted[1], every, rules)),
        latest=tuple(_distinct(recent)),
    )


def _theirs(actor: str, recipient: str, found: Iterable[ByType], rules: Rules) -> Iterator[Theirs]:
    for source, counted in itertools.groupby(found, key=lambda one: one.source):
        records, untyped = dict.fromkeys(QUADS.values(), 0), 0
        for one in counted:
            if one.type:
                records[QUADS[rules.ontology.quad(one.type)]] += one.records
            else:
                untyped += one.records
        yield Theirs(source=source, actor=actor, recipient=recipient, records=records, untyped=untyped)


def _distinct(recent: Iterable[Recent]) -> list[dict[str, Any]]:
    """The latest first, what has no day last; what both did together once."""
    found = {one.id: one for one in recent}
    ordered = sorted(found.values(), key=lambda one: (one.first or "", one.id), reverse=True)
    return [one._asdict() for one in ordered[:LATEST]]


def steps_of(counted: Iterable[Count], every: Every, rules: Rules) -> Iterable[Step]:
    """What is counted by day, week or month and direction, in their order."""
    by_step: defaultdict[tuple[datetime.date, str, str], list[Count]] = defaultdict(list)
    for one in counted:
        start = period_of(datetime.date.fromisoformat(one.day), every)
        by_step[start, one.actor, one.recipient].append(one)
    for start, actor, recipient in sorted(by_step):
        events, reports = by_quad(by_step[start, actor, recipient], rules)
        yield Step(actor=actor, recipient=recipient, first=start, events=events, reports=reports)


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
