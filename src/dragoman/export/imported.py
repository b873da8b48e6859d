"""Records of other data sets as lines of JSON and as CSV; docs/formats.md explains every column."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dragoman.export.cells import text_cell
from dragoman.records import ImportedEvent, ImportedParty, ImportedPlace

NOWHERE = ImportedPlace()


def imported_lines(events: Iterable[ImportedEvent]) -> Iterator[bytes]:
    """Each record as a line of JSON with its line end, as the store keeps it."""
    for one in events:
        yield msgspec.json.encode(one) + b"\n"


def imported_csv_lines(events: Iterable[ImportedEvent]) -> Iterator[str]:
    """The records as lines of CSV, the header first; what stands several times is joined by ";"."""
    yield _line(_cells(ImportedEvent(source="gdelt", id="", day=datetime.date.min, where="")))
    for one in events:
        yield _line(text_cell(cell) if isinstance(cell, str) else cell for cell in _cells(one).values())


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _cells(one: ImportedEvent) -> dict[str, Any]:
    place = one.place or NOWHERE
    return {
        **_fields(one, "source", "id", "day", "added"),
        **_party_cells("actor", one.actor),
        **_party_cells("recipient", one.recipient),
        **_fields(one, "cameo", "type"),
        "mode": ";".join(one.mode),
        "context": ";".join(one.context),
        **_fields(one, "quad", "score", "text", "reports", "mentions", "sources"),
        "place": place.name,
        "place_country": place.country,
        **_fields(place, "latitude", "longitude"),
        **_fields(one, "url", "publisher", "story", "sentence", "where"),
    }


def _fields(one: ImportedEvent | ImportedPlace, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _party_cells(side: str, parties: tuple[ImportedParty, ...]) -> dict[str, str]:
    return {
        side: ";".join(party.code for party in parties),
        f"{side}_name": ";".join(party.name for party in parties),
        f"{side}_raw": ";".join(party.raw for party in parties),
    }
