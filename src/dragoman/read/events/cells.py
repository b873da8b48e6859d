"""What stands in a cell: days, numbers, lists; what cannot be read is refused with its column, and what came."""

import datetime
import re
from typing import NoReturn

from dragoman.errors import InputError
from dragoman.read.events.rows import Row

# 20130617   2013-06-17   20130617093000   2013-06-17 00:00:00
DAY = re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)(?:[ T]?\d\d:?\d\d(?::?\d\d(?:\.0+)?)?)?", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"\d{1,12}(\.0)?", re.ASCII)
# Characters of a cell that a message shows.
SHOWN = 60


def refuse(row: Row, column: str, expected: str, kind: str) -> NoReturn:
    """Stop reading this row."""
    came = row.cells.get(column)
    got = "no such column" if came is None else repr(came[:SHOWN])
    raise InputError(f"{column}: expected {expected}, got {got}", kind=kind)


def text(row: Row, column: str, unknown: frozenset[str] = frozenset()) -> str:
    """A cell without blanks around it; "" where it is empty or missing, or one of the marks for nothing known."""
    cell = row.cells.get(column, "").strip()
    return "" if cell in unknown else cell


def listed(row: Row, column: str, mark: str, unknown: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The values of a cell that holds several with this mark between them."""
    parts = (part.strip() for part in row.cells.get(column, "").split(mark))
    return tuple(part for part in parts if part and part not in unknown)


def needed(row: Row, column: str) -> str:
    """A cell that may not be empty."""
    return text(row, column) or refuse(row, column, "something", "field")


def day(row: Row, column: str) -> datetime.date:
    """A day; the time of day beside it is dropped."""
    matched = DAY.fullmatch(text(row, column))
    if matched:
        try:
            return datetime.date(int(matched["year"]), int(matched["month"]), int(matched["day"]))
        except ValueError:
            pass
    refuse(row, column, "a day as YYYY-MM-DD or YYYYMMDD", "date")


def perhaps_day(row: Row, column: str, unknown: frozenset[str] = frozenset()) -> datetime.date | None:
    """A day, or None where the cell is empty."""
    return day(row, column) if text(row, column, unknown) else None


def number(row: Row, column: str, low: float, high: float, unknown: frozenset[str] = frozenset()) -> float | None:
    """A number between two others, both included; None where the cell is empty."""
    cell = text(row, column, unknown)
    if not cell:
        return None
    if NUMBER.fullmatch(cell) and low <= (value := float(cell)) <= high:
        return value
    refuse(row, column, f"a number from {low:g} to {high:g}", "number")


def whole(row: Row, column: str) -> int | None:
    """A count; None where the cell is empty. "5.0" is what other tools make of 5."""
    cell = text(row, column)
    if not cell:
        return None
    if WHOLE.fullmatch(cell):
        return int(cell.removesuffix(".0"))
    refuse(row, column, "a whole number", "number")
