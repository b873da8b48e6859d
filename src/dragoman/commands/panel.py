"""`dragoman panel`: the table that regressions need, from what is counted in a store."""

import codecs
import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

from dragoman.commands.periods import say_left_out
from dragoman.commands.streams import opened_output
from dragoman.errors import InputError, OutputError
from dragoman.export.panels import Cells, Counted, Every, columns_of, panel_rows, widened
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store.counts import HAPPENED, country_counts, counts, published_span, span
from dragoman.store.opening import open_store, place_of
from dragoman.views.naming import party_named
from dragoman.views.periods import shown_days


class Panel(Record, frozen=True, kw_only=True):
    """What is asked for."""

    unit: str
    every: Every
    first: datetime.date | None
    last: datetime.date | None
    among: tuple[str, ...]
    all_statuses: bool
    output: str
    format: str


def run(where: str | None, wanted: Panel, rules: Rules) -> int:
    """Write the panel; raises `InputError` where the store has no dated event in the time."""
    columns = columns_of(wanted.unit, rules.ontology)
    rows = _rows(where, wanted, rules)
    if wanted.format == "parquet":
        _write_parquet(rows, columns, wanted.output)
    else:
        _write_csv(rows, columns, wanted.output)
    return 0


def _rows(where: str | None, wanted: Panel, rules: Rules) -> Iterator[Cells]:
    among = tuple(party_named(name, rules) for name in wanted.among)
    if wanted.unit == "dyad" and len(set(among)) == 1:
        message = f"a dyad has two sides, and only {among[0]} is named: name more, or ask for --unit country"
        raise InputError(message, kind="party")
    asked = wanted.first, wanted.last
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        first, last = widened(*shown_days(asked, published_span(connection), wanted.every), wanted.every)
        found = span(connection, first, last)
        if found is None:
            raise InputError("the store holds no event with a day in that time", kind="empty", where=store.where)
        say_left_out(asked, (first, last), span(connection) or (None, None))
        days = (first or found[0], last or found[1])
        query = country_counts if wanted.unit == "country" else counts
        counted = (
            Counted(c.actor, c.recipient, datetime.date.fromisoformat(c.day), c.type, c.events, c.reports, c.score)
            for c in query(connection, first=first, last=last)
            if (wanted.all_statuses or c.status in HAPPENED) and _is_named(c.actor, c.recipient, wanted.unit)
        )
        yield from panel_rows(counted, rules.ontology, unit=wanted.unit, every=wanted.every, days=days, among=among)


def _is_named(actor: str, recipient: str, unit: str) -> bool:
    """A dyad has two sides, and no two states are the same one."""
    return bool(actor) and (unit == "country" or (bool(recipient) and actor != recipient))


def _write_csv(rows: Iterator[Cells], columns: dict[str, str], output: str) -> None:
    first = next(rows, None)
    with opened_output(output) as out:
        writer = csv.DictWriter(codecs.getwriter("utf-8")(out), list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows([first] if first else [])
        writer.writerows(rows)


def _write_parquet(rows: Iterator[Cells], columns: dict[str, str], output: str) -> None:
    from dragoman.export.parquet import write_rows

    if output == "-":
        raise OutputError("Parquet is written to a file: add --output FILE.parquet", kind="output")
    write_rows(rows, Path(output), columns)
