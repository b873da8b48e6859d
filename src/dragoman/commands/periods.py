"""The time that panels and pictures show: where none is named, that of the reports, in whole days, weeks or months."""

import datetime

from rich.console import Console

from dragoman.export.panels import Every, widened

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


def say_left_out(asked: Days, shown: Days, held: Days) -> None:
    """Tell on standard error what an open end leaves out; `held` are the first and last day of any event."""
    before = asked[0] is None and shown[0] and held[0] and held[0] < shown[0]
    after = asked[1] is None and shown[1] and held[1] and held[1] > shown[1]
    told = []
    if before:
        told.append(f"events recalled from before, since {held[0]}, are left out; --from widens")
    if after:
        told.append(f"events after it, until {held[1]}, are left out; --until widens")
    if told:
        message = f"{shown[0] or 'start'} to {shown[1] or 'end'}, the time of the reports: " + "; ".join(told)
        Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)


def say_drawn(picture: object, what: str) -> None:
    """Tell on standard error what picture was written."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{picture}: {what}", markup=False)
