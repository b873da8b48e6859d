"""The day a report was published, from what a caller or a page writes."""

import datetime
import re

from dragoman.read.readings import refuse

# No newspaper report that this program can read is older; such a year is a slip or an unset field.
FIRST_YEAR = 1900

# 2013-06-17   2013-06-17T23:30:00Z   2013-06-17 23:30   2013-06-17T23:30:00.123+09:00
DATE_OR_TIME = re.compile(
    r"""
    (?P<day> [0-9]{4}-[0-9]{2}-[0-9]{2} )
    (?: [Tt\ ] (?: [01][0-9] | 2[0-4] )                                 # hour
        (?: :? [0-5][0-9] (?: :? [0-6][0-9] (?: [.,][0-9]+ )? )? )?     # minute, second, its fraction
        \ ? (?: [Zz] | UTC | GMT | [+-][0-9]{2} (?: :? [0-9]{2} )? )?   # zone: said, but the day is the writer's own
    )?
    """,
    re.VERBOSE,
)
EXPECTED = "expected YYYY-MM-DD, or an ISO date and time such as 2013-06-17T09:30:00Z"


def published_date(written: str) -> datetime.date:
    """The calendar day of an ISO date or date-time as written; refused with kind "date" otherwise.

    >>> published_date("2013-06-17T23:30:00-05:00")
    datetime.date(2013, 6, 17)
    """
    matched = DATE_OR_TIME.fullmatch(written.strip())
    if matched is None:
        refuse("date", f"published is {written[:60]!r}; {EXPECTED}")
    try:
        return datetime.date.fromisoformat(matched["day"])
    except ValueError as error:
        refuse("date", f"published is {written[:60]!r}, which is no day of the calendar ({error}); {EXPECTED}")


def check_year(day: datetime.date) -> None:
    """Refuse a year that no report can have."""
    if day.year < FIRST_YEAR:
        refuse("date", f"published is {day.isoformat()}; expected a year from {FIRST_YEAR} on")
