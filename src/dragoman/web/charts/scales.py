"""Where days and numbers stand in a picture, and which of them are written at its edges."""

import datetime
import math
from collections.abc import Iterator
from typing import NamedTuple

# Steps between days that are written: (unit, how many of it, days that it lasts).
UNITS: tuple[tuple[str, int, float], ...] = (
    *(("day", many, many) for many in (1, 2)),
    *(("week", many, 7 * many) for many in (1, 2)),
    *(("month", many, 30.4 * many) for many in (1, 2, 3, 6)),
    *(("year", many, 365.25 * many) for many in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)),
)
# Days that have room at the edge of a picture on a desk and on a phone.
MANY, FEW = 10, 4


class Tick(NamedTuple):
    """A day that is written: its words, and on which screens: "" for all, else "wide" or "narrow"."""

    day: datetime.date
    words: str
    screens: str


class Times(NamedTuple):
    """A stretch of days, both ends included, over a share of a picture's width."""

    first: datetime.date
    last: datetime.date
    left: float = 0.0
    right: float = 1.0

    @property
    def length(self) -> int:
        """How many days there are."""
        return self.last.toordinal() - self.first.toordinal() + 1

    def at(self, day: datetime.date) -> float:
        """Where a day begins, as a share of the picture's width; a day outside stands at the nearer end."""
        return self._share(day.toordinal())

    def behind(self, day: datetime.date) -> float:
        """Where a day ends."""
        return self._share(day.toordinal() + 1)

    def _share(self, ordinal: int) -> float:
        share = (ordinal - self.first.toordinal()) / self.length
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def ticks(self) -> list[Tick]:
        """The days to write: many on a desk, few on a phone."""
        wide, narrow = set(self._days(MANY)), set(self._days(FEW))
        days = sorted(wide | narrow)
        firsts = {min(chosen) for chosen in (wide, narrow) if chosen}
        unit = self._unit(MANY)[0]
        return [Tick(day, _words(day, unit, day in firsts), _screens(day in wide, day in narrow)) for day in days]

    def _unit(self, most: int) -> tuple[str, int]:
        return next((unit, many) for unit, many, lasts in UNITS if self.length / lasts <= most)

    def _days(self, most: int) -> Iterator[datetime.date]:
        """The days on which a unit begins."""
        unit, many = self._unit(most)
        if unit in {"day", "week"}:
            step = many if unit == "day" else 7 * many
            start = self.first.toordinal()
            # The ordinal of a Monday leaves 1 when divided by 7.
            start += (1 - start) % 7 if unit == "week" else 0
            yield from map(datetime.date.fromordinal, range(start, self.last.toordinal() + 1, step))
            return
        months = many if unit == "month" else 12 * many
        start = self.first.year * 12 + self.first.month - 1
        for month in range(-(-start // months) * months, self.last.year * 12 + self.last.month, months):
            day = datetime.date(month // 12, month % 12 + 1, 1)
            if day >= self.first:
                yield day


def _screens(is_wide: bool, is_narrow: bool) -> str:
    return "" if is_wide and is_narrow else "wide" if is_wide else "narrow"


def _words(day: datetime.date, unit: str, is_first: bool) -> str:
    """A day as it is written in a row of days: the year only where it is new."""
    if unit == "year":
        return str(day.year)
    month = f"{day:%b}"
    if unit == "month":
        return f"{month} {day.year}" if is_first or day.month == 1 else month
    return f"{day.day} {month}" + (f" {day.year}" if is_first else "")


def steps_to(most: float, room: float, least: float = 0) -> list[float]:
    """Round numbers up to the largest, in steps of 1, 2 or 5 times a power of ten, as many as have room.

    >>> steps_to(17, 4)
    [5.0, 10.0, 15.0]
    """
    if most <= 0 or room < 1:
        return []
    power = 10.0 ** math.floor(math.log10(most / room))
    step = max(least, next(times * power for times in (1, 2, 5, 10) if times * power * room >= most))
    return [step * n for n in range(1, int(most / step + 1e-9) + 1)]
