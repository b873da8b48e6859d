"""Days, weeks, months, quarters, seasons, years and decades as stretches of the calendar with their TIMEX3 values.

Weeks are those of ISO 8601 (Monday to Sunday); seasons those of weather records in the north (spring: March to May).
"""

import datetime
from calendar import monthrange
from dataclasses import dataclass, replace

FIRST_MONTH = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""The month in which each season begins; winter runs into the next year."""
SIZES = ("day", "weekend", "week", "month", "quarter", "season", "half", "year", "decade", "century")
"""What a stretch can be, from the smallest to the largest."""
UNKNOWN = {
    "day": "XXXX-XX-XX",
    "weekend": "XXXX-WXX-WE",
    "week": "XXXX-WXX",
    "month": "XXXX-XX",
    "quarter": "XXXX-QX",
    "year": "XXXX",
    "decade": "XXX",
    "century": "XX",
}
"""The TIMEX3 value of a stretch that nothing places."""
EARLIEST, LATEST = datetime.date(101, 1, 1).toordinal(), datetime.date(9900, 1, 1).toordinal()
"""Days beyond these are not reached by counting: their weeks or centuries would leave the calendar."""
MOST_YEARS = 3000
"""Counts beyond this are no news."""


@dataclass(frozen=True)
class Stretch:
    """Days of the calendar, both included, with the TIMEX3 value and what they are ("day", "week", "month" ...)."""

    size: str
    value: str
    first: datetime.date
    last: datetime.date

    def is_within(self, size: str) -> bool:
        """The stretch is of this size or smaller."""
        return SIZES.index(self.size) <= SIZES.index(size)


def day(on: datetime.date) -> Stretch:
    """One day: 2013-06-17."""
    return Stretch("day", on.isoformat(), on, on)


def week(on: datetime.date) -> Stretch:
    """The week that holds a day: 2013-W25."""
    first = on - datetime.timedelta(days=on.weekday())
    year, number, _ = on.isocalendar()
    return Stretch("week", f"{year:04}-W{number:02}", first, first + datetime.timedelta(days=6))


def weekend(on: datetime.date) -> Stretch:
    """Saturday and Sunday of the week that holds a day: 2013-W25-WE."""
    whole = week(on)
    return Stretch("weekend", f"{whole.value}-WE", whole.last - datetime.timedelta(days=1), whole.last)


def month(year_number: int, number: int) -> Stretch:
    """A month: 2013-06."""
    last = monthrange(year_number, number)[1]
    return Stretch(
        "month",
        f"{year_number:04}-{number:02}",
        datetime.date(year_number, number, 1),
        datetime.date(year_number, number, last),
    )


def quarter(year_number: int, number: int) -> Stretch:
    """A quarter of a year: 2013-Q2."""
    return _months("quarter", f"{year_number:04}-Q{number}", year_number, 3 * number - 2, 3)


def half(year_number: int, number: int) -> Stretch:
    """A half of a year: 2013-H1."""
    return _months("half", f"{year_number:04}-H{number}", year_number, 6 * number - 5, 6)


def season(year_number: int, name: str) -> Stretch:
    """A season: 2013-SU; the winter of 2013 begins in December 2013."""
    return _months("season", f"{year_number:04}-{name}", year_number, FIRST_MONTH[name], 3)


def _months(size: str, value: str, year_number: int, first: int, count: int) -> Stretch:
    end = first + count - 2
    return Stretch(size, value, datetime.date(year_number, first, 1), month(year_number + end // 12, end % 12 + 1).last)


def year(number: int) -> Stretch:
    """A year: 2013."""
    return Stretch("year", f"{number:04}", datetime.date(number, 1, 1), datetime.date(number, 12, 31))


def decade(number: int) -> Stretch:
    """The decade that holds a year: 199 for the 1990s."""
    first = number - number % 10
    return Stretch("decade", f"{first // 10:03}", datetime.date(first, 1, 1), datetime.date(first + 9, 12, 31))


def century(number: int) -> Stretch:
    """The hundred years that hold a year: 19 for the 20th century."""
    first = number - number % 100
    return Stretch(
        "century", f"{first // 100:02}", datetime.date(max(first, 1), 1, 1), datetime.date(first + 99, 12, 31)
    )


def around(on: datetime.date, size: str) -> Stretch:
    """The stretch of a size that holds a day."""
    match size:
        case "day":
            return day(on)
        case "week":
            return week(on)
        case "weekend":
            return weekend(on)
        case "month":
            return month(on.year, on.month)
        case "quarter":
            return quarter(on.year, (on.month + 2) // 3)
        case "decade":
            return decade(on.year)
        case "century":
            return century(on.year)
        case _:
            return year(on.year)


def shifted(on: datetime.date, size: str, count: int) -> datetime.date | None:
    """The day so many days, weeks, months, quarters, years, decades or centuries away; None outside the calendar."""
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}.get(size)
    if abs(count) > MOST_YEARS * 366:
        return None
    if months is None:
        ordinal = on.toordinal() + count * (7 if size in {"week", "weekend"} else 1)
        return datetime.date.fromordinal(ordinal) if EARLIEST <= ordinal < LATEST else None
    number = on.year * 12 + on.month - 1 + count * months
    if not 12 * 101 <= number < 12 * 9900:
        return None
    year_number, month_number = number // 12, number % 12 + 1
    return datetime.date(year_number, month_number, min(on.day, monthrange(year_number, month_number)[1]))


def easter(year_number: int) -> datetime.date:
    """Easter Sunday of the western churches, by the rule of the Gregorian calendar."""
    hundreds = year_number // 100
    epact = (19 * (year_number % 19) + hundreds - hundreds // 4 - (8 * hundreds + 13) // 25 + 15) % 30
    # The paschal moon never falls later than April 18, nor twice on one day in a cycle of 19 years.
    if epact == 29 or (epact == 28 and year_number % 19 > 10):
        epact -= 1
    moon = datetime.date(year_number, 3, 21) + datetime.timedelta(days=epact)
    return moon + datetime.timedelta(days=7 - moon.isoweekday() % 7)


def part(whole: Stretch, name: str, published: datetime.date | None) -> Stretch:
    """The days that "early", "mid-" or "late" leave of a stretch, or "earlier" and "later" seen from publication."""
    if whole.size in {"day", "weekend"}:
        return whole
    days = (whole.last - whole.first).days
    third = datetime.timedelta(days=days // 3)
    half_way = datetime.timedelta(days=days // 2)
    inside = published is not None and whole.first <= published <= whole.last
    first, last = whole.first, whole.last
    if name == "MID":
        first, last = first + third // 2, last - third // 2
    elif name == "BEFORE" and inside:
        last = published or last
    elif name == "AFTER" and inside:
        first = published or first
    elif name == "START":
        last = first + half_way
    elif name == "END":
        first = first + half_way
    return replace(whole, first=first, last=last)
