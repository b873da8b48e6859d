"""`dragoman dyad A B`: words and deeds between two parties, commitments and their outcomes, the latest events."""

import datetime
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.commands.parties import party_named
from dragoman.errors import InputError
from dragoman.export.panels import QUADS, Every, period_of
from dragoman.ledger.rates import FollowThrough, follow_through, in_words
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.counts import HAPPENED, Count, Recent, counts, latest
from dragoman.store.opening import Store, open_store, place_of

LATEST = 10


class Step(Record, frozen=True, kw_only=True):
    """What one party did to the other in a day, week or month: distinct events and reports by quad class."""

    actor: str
    recipient: str
    first: datetime.date
    events: dict[str, int]
    reports: dict[str, int]


class Side(Record, frozen=True, kw_only=True):
    """One party towards the other: totals by quad class, its commitments and what became of them."""

    actor: str
    recipient: str
    events: dict[str, int]
    reports: dict[str, int]
    commitments: FollowThrough
    threats: FollowThrough


class Dyad(Record, frozen=True, kw_only=True):
    """Everything between two parties over some time."""

    one: str
    other: str
    first: datetime.date | None
    last: datetime.date | None
    every: Every
    sides: tuple[Side, ...]
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
    with open_store(place_of(where), make=False) as store:
        found = dyad_of(store, *parties, (first, last), every, rules)
    if picture:
        from dragoman.export.timelines import Bars, draw_dyad

        draw_dyad(found.one, found.other, [Bars(s.actor, s.first, s.events) for s in found.steps], picture)
    elif json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _show(found)
    return 0


def dyad_of(
    store: Store,
    one: str,
    other: str,
    days: tuple[datetime.date | None, datetime.date | None],
    every: Every,
    rules: Rules,
) -> Dyad:
    """What a store holds of two parties."""
    with store.reading() as connection:
        counted = [
            list(counts(connection, actor=a, recipient=b, first=days[0], last=days[1]))
            for a, b in ((one, other), (other, one))
        ]
        recent = [*latest(connection, one, other, most=LATEST), *latest(connection, other, one, most=LATEST)]
    return Dyad(
        one=one,
        other=other,
        first=days[0],
        last=days[1],
        every=every,
        sides=tuple(
            _side(store, a, b, side, days[1], rules)
            for (a, b), side in zip(((one, other), (other, one)), counted, strict=True)
        ),
        steps=tuple(_steps(counted[0] + counted[1], every, rules)),
        latest=tuple(_distinct(recent)),
    )


def _distinct(recent: Iterable[Recent]) -> list[dict[str, Any]]:
    """The latest first; what both did together once."""
    found = {one.id: one for one in recent}
    ordered = sorted(found.values(), key=lambda one: (one.first, one.id), reverse=True)
    return [one._asdict() for one in ordered[:LATEST]]


def _side(
    store: Store, actor: str, recipient: str, counted: Iterable[Count], until: datetime.date | None, rules: Rules
) -> Side:
    told = ledgers.accounts(store, rules, ledgers.Wanted(by=actor, to=recipient, on=until))
    events, reports = _by_quad(counted, rules)
    return Side(
        actor=actor,
        recipient=recipient,
        events=events,
        reports=reports,
        commitments=follow_through(told, on=until),
        threats=follow_through(told, ("threat",), on=until),
    )


def _by_quad(counted: Iterable[Count], rules: Rules) -> tuple[dict[str, int], dict[str, int]]:
    events, reports = (dict.fromkeys(QUADS.values(), 0) for _ in range(2))
    for one in counted:
        if one.status in HAPPENED:
            quad = QUADS[rules.ontology.quad(one.type)]
            events[quad] += one.events
            reports[quad] += one.reports
    return events, reports


def _steps(counted: Iterable[Count], every: Every, rules: Rules) -> Iterable[Step]:
    by_step: defaultdict[tuple[datetime.date, str, str], list[Count]] = defaultdict(list)
    for one in counted:
        start = period_of(datetime.date.fromisoformat(one.day), every)
        by_step[start, one.actor, one.recipient].append(one)
    for start, actor, recipient in sorted(by_step):
        events, reports = _by_quad(by_step[start, actor, recipient], rules)
        yield Step(actor=actor, recipient=recipient, first=start, events=events, reports=reports)


def _show(found: Dyad) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    columns = ("", *(name.replace("_", " ") for name in QUADS.values()))
    table = Table(*columns, title="distinct events (reports that tell them)", title_justify="left", show_edge=False)
    for side in found.sides:
        cells = [f"{side.events[name]} ({side.reports[name]})" for name in QUADS.values()]
        table.add_row(f"{side.actor} to {side.recipient}", *cells)
    console.print(table)
    console.print()
    for side in found.sides:
        _show_words(console, side)
    console.print()
    table = Table("date", "actor", "event", "recipient", "status", "reports", "read from", show_edge=False)
    for one in found.latest:
        kind = ":".join(part for part in (one["type"], one["mode"]) if part)
        words = " ".join(one["sentence"].split())[:120]
        line = (one["first"], one["actor"], kind, one["recipient"], one["status"], str(one["reports"]), words)
        table.add_row(*map(Text, line))
    console.print(table)


def _show_words(console: Console, side: Side) -> None:
    console.print(f"{side.actor} to {side.recipient}: commitments: {in_words(side.commitments)}", markup=False)
    if side.commitments.days is not None:
        console.print(f"    from word to deed: {side.commitments.days:.0f} days in the middle", markup=False)
    if side.threats.made:
        console.print(f"    threats carried out: {in_words(side.threats)}", markup=False)
