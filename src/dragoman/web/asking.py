"""What questions of several pages have in common: days, parties, how many."""

import datetime
from typing import Annotated

from fastapi import Depends, Path, Query

from dragoman.edge import day_of
from dragoman.errors import InputError

# Forms send what is left empty as "".
DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
Day = Annotated[str, Query(pattern=DAY, max_length=10, description="A day, YYYY-MM-DD.")]
Days = tuple[datetime.date | None, datetime.date | None]


def days_asked(
    since: Annotated[str, Query(alias="from", pattern=DAY, max_length=10, description="First day.")] = "",
    until: Annotated[str, Query(alias="until", pattern=DAY, max_length=10, description="Last day, included.")] = "",
) -> Days:
    """The first and the last day that are asked for; None where nothing bars."""
    first, last = day_of(since or None, what="from"), day_of(until or None, what="until")
    if first and last and first > last:
        raise InputError(f"{until} is before {since}", kind="date")
    return first, last


DaysAsked = Annotated[Days, Depends(days_asked)]
# Codes are pieces of three letters.
CODE = r"^([A-Z]{3}){1,6}$"
PartyPath = Annotated[str, Path(pattern=CODE, max_length=18, description="A party's code: PRK, IGOUNO.")]
PartyAsked = Annotated[str, Query(max_length=80, description="A party: a code, or a name like North Korea.")]
WordsAsked = Annotated[str, Query(max_length=200, description="Words that all stand there.")]
PageAsked = Annotated[str, Query(max_length=60, description="Where the next page begins, as the last one told.")]
