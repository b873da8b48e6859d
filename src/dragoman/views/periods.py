"""The time that panels, pictures and pages show: where none is named, that of the reports, in whole steps."""

import datetime

from dragoman.export.panels import Every, widened

# Days up to which steps of a day fit a page, and those up to which steps of a week do.
SHORT, MIDDLE = 92, 800

Days = tuple[datetime.date | None, datetime.date | None]


def shown_days(days: Days, published: Days, every: Every) -> Days:
    """The days asked for; an open end is the day of the first or of the last report, in whole steps.

    Otherwise one year that a report recalls would set the time axis. An end stays open where no report has a day, and
    where all reports lie beyond the other end.

    >>> day = datetime.date
    >>> shown_days((None, day(2013, 3, 9)), (day(2012, 2, 25), day(2013, 6, 20)), "month")
    (datetime.date(2012, 2, 1), datetime.date(2013, 3, 9))
    """
    first, last = days
    low, high = widened(*published, every)
    if first is None and low is not None and (last is None or low <= last):
        first = low
    if days[1] is None and high is not None and (first is None or first <= high):
        last = high
    return first, last


def fitting(days: Days, published: Days) -> Every:
    """How long the steps of a picture are for it to be neither crowded nor empty.

    >>> day = datetime.date
    >>> fitting((None, day(2013, 3, 9)), (day(2012, 2, 25), day(2013, 6, 20)))
    'week'
    """
    first, last = days[0] or published[0], days[1] or published[1]
    if first is None or last is None or (last - first).days > MIDDLE:
        return "month"
    return "day" if (last - first).days <= SHORT else "week"
