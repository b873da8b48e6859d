"""Reading the rule files: tab-separated tables with a header, and TOML; every complaint names file and line."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dragoman.errors import RuleError


def read_table(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table as (line number, column -> cell); `columns` must all be in the header, more may be.

    Raises `RuleError` on a missing column or a row with more cells than the header.
    """
    lines = read_text(path).splitlines()
    if not lines:
        raise RuleError("the table is empty; expected a header line", kind="table", where=str(path))
    header = lines[0].split("\t")
    missing = [name for name in columns if name not in header]
    if missing:
        raise RuleError(f"columns {missing} are missing; the header has {header}", kind="table", where=f"{path}:1")
    for number, line in enumerate(lines[1:], 2):
        if line.strip() and not line.startswith("#"):
            yield number, _row(line, header, f"{path}:{number}")


def _row(line: str, header: list[str], where: str) -> dict[str, str]:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) > len(header):
        raise RuleError(f"{len(cells)} cells, but the header has {len(header)} columns", kind="table", where=where)
    cells += [""] * (len(header) - len(cells))
    return dict(zip(header, cells, strict=True))


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file; raises `RuleError` with the line that does not parse."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"not valid TOML: {error}", kind="toml", where=str(path)) from error


def many(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, joined by "|".

    >>> many("Kyiv|Kiev")
    ('Kyiv', 'Kiev')
    """
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def read_text(path: Path) -> str:
    """A rule file as text; raises `RuleError` where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read: {error}", kind="file", where=str(path)) from error
