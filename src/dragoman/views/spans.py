"""The days that a page shows where none are named: some weeks up to the last report."""

import datetime

from dragoman.resolve.tellings import later
from dragoman.store import Store
from dragoman.store.ledgers import last_day
from dragoman.views.periods import Days

WEEK = 7


def weeks_shown(store: Store, days: Days, weeks: int) -> Days:
    """The days asked for; an open end is the day of the last report, an open beginning so many weeks before the end.

    An end stays open where no report has a day and where the last one lies before the beginning.
    """
    return weeks_before(days, last_day(store), weeks)


def weeks_before(days: Days, latest: datetime.date | None, weeks: int) -> Days:
    """The same, where the day of the last report is known.

    >>> day = datetime.date
    >>> weeks_before((None, None), day(2013, 6, 20), 1)
    (datetime.date(2013, 6, 14), datetime.date(2013, 6, 20))
    """
    first, last = days
    if last is None and latest is not None and (first is None or first <= latest):
        last = latest
    if first is None and last is not None:
        first = later(last, 1 - WEEK * weeks)
    return first, last
