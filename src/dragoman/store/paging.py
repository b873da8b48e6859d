"""Where a page of a list, the newest first, ends and the next one begins."""

import datetime
import re

from dragoman.errors import InputError

# The day of what stood last on a page, and its number, which is below 2^63 as in both databases.
PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{1,18})", re.ASCII)
Place = tuple[str, int]


def place_after(day: str, key: int) -> str:
    """The place where a page ends whose last row is of that day and number, for the address of the next page.

    >>> place_after("2013-03-08", 120)
    '2013-03-08/120'
    """
    return f"{day}/{key}"


def read_place(words: str) -> Place:
    """Day and number of such a place; raises `InputError` where it is none.

    >>> read_place("2013-03-08/120")
    ('2013-03-08', 120)
    """
    found = PLACE.fullmatch(words)
    try:
        day = datetime.date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise InputError(f"{words[:40]!r} is no place in a list: follow the links between pages", kind="place")
    return found[1], int(found[2])


def day_of(first: datetime.date | None, otherwise: str) -> str:
    """A day as the store has it, else another one."""
    return first.isoformat() if first else otherwise
