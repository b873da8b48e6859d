"""Consents for whoever has to prove them: JSON Lines and CSV, one line for each thing that was agreed to or ended."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dragoman.export.rows import csv_rows
from dragoman.store.consents import Consent

COLUMNS = (
    "number",
    "at",
    "action",
    "list",
    "subscriber",
    "who",
    "by",
    "form",
    "origin",
    "agent",
    "text",
    "seal",
    "previous",
    "digest",
)


def json_lines(chain: Iterable[Consent]) -> Iterator[str]:
    """Consents as JSON objects, a line each, with the fields of `COLUMNS`."""
    for row in map(row_of, chain):
        yield msgspec.json.encode(row).decode() + "\n"


def csv_lines(chain: Iterable[Consent]) -> Iterator[str]:
    """Consents as CSV, the header first; what a spreadsheet would run as a formula gets a quote before it."""
    yield from csv_rows(map(row_of, chain), COLUMNS)


def row_of(consent: Consent) -> dict[str, Any]:
    """A consent as people read it: its fields in one row, its time as a moment in UTC."""
    fields = {**msgspec.structs.asdict(consent.event), **msgspec.structs.asdict(consent)}
    return {**{name: fields[name] for name in COLUMNS}, "at": moment(consent.event.at)}


def moment(seconds: int | None) -> str | None:
    """A point in time as people and programs read it; None where there is none.

    >>> moment(1_780_000_000)
    '2026-05-28T20:26:40Z'
    """
    if seconds is None:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
