"""Lines as rows whose cells have names; a row with other cells than its layout has is a fault."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dragoman.read.events.layouts import Layout, is_header
from dragoman.read.events.lines import Numbered
from dragoman.records import Fault


class Row(NamedTuple):
    """The cells of one event by the names of their columns; a column that the file lacks is not there."""

    cells: dict[str, str]
    where: str


def rows_of(lines: Iterable[Numbered | Fault], layout: Layout, where: str) -> Iterator[Row | Fault]:
    """A row or a fault for each line after the header."""
    header: tuple[str, ...] | None = None
    at_start = True
    for line in lines:
        if isinstance(line, Fault):
            yield line
            continue
        cells = line.text.split("\t")
        if at_start and is_header(cells, layout):
            header = layout.header_of(cells)
        else:
            yield _row(line, cells, header, layout, f"{where}:{line.number}")
        at_start = False


def _row(line: Numbered, cells: list[str], header: Sequence[str] | None, layout: Layout, where: str) -> Row | Fault:
    names = _names(cells, header, layout)
    quoted = layout.quoted and '"' in line.text
    if names is None and quoted:
        cells = _unquoted(line.text)  # a tab inside quotation marks is no end of a cell
        names = _names(cells, header, layout)
    if names is None:
        message = _miscounted(cells, header, layout)
        return Fault(kind="columns", message=message, where=where)
    named = dict(zip(names, cells, strict=False))
    return Row({name: _bare(cell) for name, cell in named.items()} if quoted else named, where)


def _names(cells: Sequence[str], header: Sequence[str] | None, layout: Layout) -> Sequence[str] | None:
    """The columns of these cells, which may be followed by empty ones; None where they do not fit.

    Some files name more columns than their rows have: a row of the usual length is then read in the usual order.
    """
    count = len(cells)
    if header is None:
        return layout.names_of(count)
    if count == len(header):
        return header
    if count > len(header) and not any(cells[len(header) :]):
        return header
    return layout.columns if count == len(layout.columns) and len(header) > count else None


def _unquoted(text: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter="\t", strict=True), [])
    except csv.Error:
        return text.split("\t")


def _bare(cell: str) -> str:
    """A cell without quotation marks around all of it, as they are written where text is quoted.

    >>> _bare('"the ""Beehive"" said"'), _bare('"Yes", it said, "no"')
    ('the "Beehive" said', '"Yes", it said, "no"')
    """
    if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"':
        return cell
    inner = cell[1:-1].replace('""', "\0")
    return cell if '"' in inner else inner.replace("\0", '"')


def _miscounted(cells: Sequence[str], header: Sequence[str] | None, layout: Layout) -> str:
    wanted = len(header) if header else len(layout.columns)
    begins = "\\t".join(cells)[:60]
    return f"{layout.title} has {wanted} columns, and this row has {len(cells)} cells; it begins {begins!r}"
