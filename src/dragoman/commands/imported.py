"""`dragoman store imported`: the records of other data sets in a store, shown or written."""

import datetime
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.commands.listing import show_names
from dragoman.commands.streams import opened_output
from dragoman.errors import InputError
from dragoman.export.imported import imported_csv_lines, imported_lines
from dragoman.records import ImportedEvent, ImportedParty, ImportSource, Record
from dragoman.rules import Rules
from dragoman.store.importing import Which, imported, imported_counts
from dragoman.store.opening import open_store, place_of
from dragoman.views.naming import party_named

# Records that a table shows; files have all.
SHOWN = 50


FORMATS: dict[str, Callable[[Iterable[ImportedEvent]], Iterator[bytes]]] = {
    "jsonl": imported_lines,
    "csv": lambda found: (line.encode("utf-8", "replace") for line in imported_csv_lines(found)),
}


class Request(Record, frozen=True, kw_only=True):
    """Which records are wanted, and how."""

    source: ImportSource | None
    actor: str | None
    recipient: str | None
    first: datetime.date | None
    last: datetime.date | None
    format: str
    output: str


def run(where: str | None, wanted: Request, rules: Rules) -> int:
    """Show or write records of other data sets, as they were loaded."""
    if wanted.format == "table" and wanted.output != "-":
        raise InputError("a table is shown: add --format jsonl or csv", kind="format")
    actor, recipient = (party_named(name, rules) if name else None for name in (wanted.actor, wanted.recipient))
    which = Which(actor=actor, recipient=recipient, source=wanted.source, first=wanted.first, last=wanted.last)
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        found = imported(connection, **which)
        if wanted.format == "table":
            number = sum(one.records for one in imported_counts(connection, **which))
            _show(list(itertools.islice(found, SHOWN)), number, rules)
            return 0
        with opened_output(wanted.output) as out:
            out.writelines(FORMATS[wanted.format](found))
    return 0


def _show(shown: Iterable[ImportedEvent], number: int, rules: Rules) -> None:
    table = Table("day", "source", "actor", "event", "recipient", "id", "what it prints", padding=(0, 1))
    table.show_edge = False
    for one in shown:
        table.add_row(*map(Text, _cells(one)))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(table)
    show_names(console, {party.code for one in shown for party in (*one.actor, *one.recipient)}, rules)
    more = f"; the first {SHOWN} are shown, --format csv writes all" if number > SHOWN else ""
    console.print(f"{number:,} records{more}")


def _cells(one: ImportedEvent) -> tuple[str, ...]:
    event = ":".join((one.type, *one.mode)) if one.type else f"CAMEO {one.cameo}"
    return one.day.isoformat(), one.source, _named(one.actor), event, _named(one.recipient), one.id, one.text


def _named(side: Iterable[ImportedParty]) -> str:
    return ", ".join(party.code or party.name or party.raw for party in side)
