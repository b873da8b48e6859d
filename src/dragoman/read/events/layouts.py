"""The layouts of event data, from data/imports/layouts.toml and data/export/columns.toml, and which a file has."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dragoman.errors import InputError
from dragoman.read.events.lines import Numbered
from dragoman.records import Fault, Record
from dragoman.rules import DATA
from dragoman.rules.tables import read_toml


class Layout(Record, frozen=True, kw_only=True):
    """How the files of one data set are made; the parts are explained in layouts.toml."""

    name: str = ""
    title: str
    columns: tuple[str, ...]
    header: bool
    quoted: bool
    required: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    shorter: dict[int, tuple[str, ...]] = {}

    def names_of(self, count: int) -> tuple[str, ...] | None:
        """The columns of a row with so many cells, by their order; None where no version of the layout has so many."""
        if count == len(self.columns):
            return self.columns
        lacking = self.shorter.get(count)
        return tuple(name for name in self.columns if name not in lacking) if lacking else None

    def header_of(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The names of a header line, where files have more than one name for a column the usual one."""
        stripped = (cell.strip().strip('"').lstrip("#! ") for cell in cells)
        return tuple(self.renamed.get(cell, cell) for cell in stripped)


class Seen(NamedTuple):
    """What the beginning of a file looks like; `layout` is None where nothing is known to look so."""

    layout: Layout | None
    cells: int


@functools.cache
def load_layouts() -> dict[str, Layout]:
    """The layouts by name, read once."""
    columns = read_toml(DATA / "export" / "columns.toml")
    content = read_toml(DATA / "imports" / "layouts.toml")
    return {name: _layout({**table, "name": name, "columns": columns[name]}) for name, table in content.items()}


def _layout(table: dict[str, object]) -> Layout:
    return msgspec.convert(table, Layout, strict=False)  # the keys of TOML are text, those of `shorter` numbers


def recognised(first: Sequence[Numbered | Fault], format: str | None, layouts: dict[str, Layout], where: str) -> Layout:
    """The layout of a file from its first lines; raises `InputError` where it is none, or not the one asked for."""
    lines = [line for line in first if isinstance(line, Numbered)]
    if not lines:
        raise _no_lines(first, where)
    seen = look(lines, layouts)
    if seen.layout and format in (None, seen.layout.name):
        return seen.layout
    if seen.layout:
        message = f"this looks like {seen.layout.title}: add --format {seen.layout.name}"
        raise InputError(message, kind="format", where=where)
    if format and not layouts[format].header:
        return layouts[format]
    raise InputError(_strange(lines[0], seen.cells, format, layouts), kind="format", where=where)


def look(lines: Sequence[Numbered], layouts: dict[str, Layout]) -> Seen:
    """By the header where there is one, else by the number of cells, which the first line alone may have wrong."""
    head = lines[0].text.split("\t")
    for layout in layouts.values():
        if layout.header and set(layout.required) <= set(layout.header_of(head)):
            return Seen(layout, len(head))
    for line in lines:
        cells = line.text.split("\t")
        for layout in layouts.values():
            if not layout.header and layout.names_of(len(cells)) and _is_body(cells):
                return Seen(layout, len(cells))
    return Seen(None, len(head))


def is_header(cells: Sequence[str], layout: Layout) -> bool:
    """Whether the first line only names the columns, as some people add it to files that come without."""
    return layout.header or layout.header_of(cells)[0].casefold() == layout.columns[0].casefold()


def _is_body(cells: Sequence[str]) -> bool:
    """Whether it begins as events do: an id with a digit, and a day; or as a header that somebody added."""
    return cells[0].casefold() in ("globaleventid", "eventid") or cells[1].replace("-", "").isdecimal()


def _no_lines(first: Sequence[Numbered | Fault], where: str) -> InputError:
    for fault in first:
        if isinstance(fault, Fault):
            return InputError(fault.message, kind=fault.kind, where=fault.where)
    return InputError("the file is empty; expected a table of events", kind="empty", where=where)


def _strange(line: Numbered, cells: int, format: str | None, layouts: dict[str, Layout]) -> str:
    came = f"and line {line.number} has {cells}: {line.text[:60]!r}"
    if format:
        layout = layouts[format]
        missing = [name for name in layout.required if name not in layout.header_of(line.text.split("\t"))]
        return f"expected the header of {layout.title} with {', '.join(missing)} as well, {came}"
    wanted = ", ".join(f"{layout.title} {len(layout.columns)}" for layout in layouts.values())
    return f"expected event data with tabs between the cells ({wanted} columns), {came}"
