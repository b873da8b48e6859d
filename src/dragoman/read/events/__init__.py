"""Event data of others, read as records with their own provenance: GDELT, ICEWS, POLECAT and Phoenix.

for event in read_events("events.2013.tab"):
    ...   # an ImportedEvent, or a Fault with the line that could not be read: one bad row never ends the file
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from dragoman.errors import InputError
from dragoman.read.events.codes import Codes, load_codes
from dragoman.read.events.gdelt import gdelt_event
from dragoman.read.events.icews import icews_event
from dragoman.read.events.layouts import Layout, load_layouts, recognised
from dragoman.read.events.lines import Lines, opened
from dragoman.read.events.phoenix import phoenix_event
from dragoman.read.events.polecat import polecat_event
from dragoman.read.events.rows import Row, rows_of
from dragoman.records import Fault, ImportedEvent
from dragoman.rules import Rules

__all__ = ["read_events"]

EVENT_OF: dict[str, Callable[[Row, Codes], ImportedEvent]] = {
    "gdelt": gdelt_event,
    "icews": icews_event,
    "phoenix": phoenix_event,
    "polecat": polecat_event,
}
# Lines by which a file is known: the first one may be the misformatted one.
SAMPLE = 20


def read_events(
    path: Path | str,
    format: str | None = None,
    *,
    encoding: str = "utf-8",
    rules: Rules | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[ImportedEvent | Fault]:
    """The events of one file in its order, as a stream; a row that cannot be read is a `Fault` in its place.

    The file may be packed (.gz, or .zip with any number of members); "-" is `stdin`. Without `format` ("gdelt",
    "icews", "polecat", "phoenix") the header or the number of columns tells it. Raises `InputError` where the file
    cannot be opened, is empty, or is not of that format: then it says what it looks like.
    """
    layouts = load_layouts()
    if format is not None and format not in layouts:
        raise InputError(f"no format {format!r}; there are {', '.join(sorted(layouts))}", kind="format")
    codes = load_codes(rules or Rules.load())
    for member in opened(path, encoding, stdin):
        try:
            yield from _events(member, format, layouts, codes)
        except InputError as error:
            if member.alone:
                raise
            yield _fault(error, member.where)


def _events(
    member: Lines, format: str | None, layouts: dict[str, Layout], codes: Codes
) -> Iterator[ImportedEvent | Fault]:
    lines = iter(member.lines)
    first = list(itertools.islice(lines, SAMPLE))
    layout = recognised(first, format, layouts, member.where)
    rows = rows_of(itertools.chain(first, lines), layout, member.where)
    return _coded(rows, EVENT_OF[layout.name], codes, member.where)


def _coded(
    rows: Iterable[Row | Fault], event_of: Callable[[Row, Codes], ImportedEvent], codes: Codes, where: str
) -> Iterator[ImportedEvent | Fault]:
    """Each row as an event; a file without any row gets a fault that says so."""
    found = False
    for row in rows:
        found = True
        yield row if isinstance(row, Fault) else _event(row, event_of, codes)
    if not found:
        yield Fault(kind="empty", message="there is no event in it, only a header; expected at least one", where=where)


def _event(row: Row, event_of: Callable[[Row, Codes], ImportedEvent], codes: Codes) -> ImportedEvent | Fault:
    try:
        return event_of(row, codes)
    except InputError as error:
        return _fault(error, row.where)


def _fault(error: InputError, where: str) -> Fault:
    return Fault(kind=error.kind, message=error.message, where=error.where or where)
