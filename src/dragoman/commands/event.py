"""`dragoman store event ID`: an event with every report that tells it, why they are one, and where they differ."""

import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.errors import InputError
from dragoman.records import DistinctEvent, Evidence
from dragoman.resolve.contradictions import contradictions
from dragoman.resolve.reasons import reasons_of
from dragoman.store import reading
from dragoman.store.opening import open_store, place_of


def run(where: str | None, id: str, *, json: bool) -> int:
    """Show an event; `id` may be the beginning of one. Raises `InputError` where no or more than one event has it."""
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        found = reading.events_like(connection, id) if id.isascii() else []
    if len(found) != 1:
        told = f"{len(found)} events begin with {id!r}" if found else f"the store has no event {id!r}"
        raise InputError(told, kind="event")
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(_content(found[0])) + b"\n")
    else:
        _show(found[0])
    return 0


def _content(event: DistinctEvent) -> dict[str, Any]:
    reasons = [
        {"report": one.telling.article.id, "likest": one.likest.article.id, "why": one.words}
        for one in reasons_of(event)
    ]
    return {**msgspec.to_builtins(event), "reasons": reasons, "contradictions": contradictions(event)}


def _show(event: DistinctEvent) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    one = event.event
    kind = ":".join((one.type, *one.mode))
    actor, recipient = (", ".join(entity.code for entity in side) for side in (one.actor, one.recipient))
    days = f"{one.date.first} / {one.date.last}" if one.date else "no day told"
    console.print(f"{actor} {kind} {recipient or '-'}: {one.status}, {days}", markup=False, style="bold")
    table = Table("published", "publisher", "date", "status", "sentence", "rule", padding=(0, 1), show_edge=False)
    for told in event.evidence:
        table.add_row(*map(Text, _cells(told)))
    console.print(table)
    for reason in reasons_of(event):
        pair = f"{reason.telling.article.id} with {reason.likest.article.id}"
        console.print(f"{pair}: " + "; ".join(reason.words), markup=False)
    for odd in contradictions(event):
        sides = "; ".join(f"{value} ({', '.join(publishers)})" for value, publishers in odd.told.items())
        console.print(f"reports differ on {odd.about}: {sides}", markup=False)
    console.print(f"id {event.id}", markup=False)


def _cells(told: Evidence) -> tuple[str, ...]:
    head, event = told.article, told.event
    days = f"{event.date.first} / {event.date.last}" if event.date else ""
    sentence = " ".join(event.sentence.text.split())
    return str(head.published or ""), head.publisher or head.id, days, event.status, sentence, event.rule
