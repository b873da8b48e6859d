"""What was done in step with what was read: events for each hundred reports published in a day, week or month."""

import datetime
from collections.abc import Mapping
from typing import Literal

from dragoman.export.panels import Every, end_of, period_of
from dragoman.records import Record
from dragoman.store.opening import Store
from dragoman.store.volume import reports_by_day
from dragoman.views.periods import Days
from dragoman.views.sides import Step

# What the heights of a timeline are: distinct events, or events for each hundred reports read.
Measure = Literal["events", "rate"]


class Pace(Record, frozen=True, kw_only=True):
    """What one party did to the other in a day, week or month, and how much that is for what was read then.

    `read` is how many reports were published in that time, about whomever; `per_hundred` the distinct events for each
    100 of them, None where there was none.
    """

    actor: str
    recipient: str
    first: datetime.date
    last: datetime.date
    events: dict[str, int]
    reports: dict[str, int]
    read: int
    per_hundred: float | None


def pace_of(step: Step, every: Every, read: Mapping[datetime.date, int]) -> Pace:
    """A step beside the reports that were read in it."""
    articles = read.get(step.first, 0)
    return Pace(
        actor=step.actor,
        recipient=step.recipient,
        first=step.first,
        last=end_of(step.first, every),
        events=step.events,
        reports=step.reports,
        read=articles,
        per_hundred=round(100 * sum(step.events.values()) / articles, 3) if articles else None,
    )


def read_by_step(store: Store, shown: Days, every: Every) -> dict[datetime.date, int]:
    """How many reports were published in each day, week or month of a time; empty where it has an open end."""
    if shown[0] is None or shown[1] is None:
        return {}
    with store.reading() as connection:
        days = reports_by_day(connection, period_of(shown[0], every), end_of(shown[1], every))
    found: dict[datetime.date, int] = {}
    end = datetime.date.min
    for day, reports in days:
        # Days come in order: where a step begins is worked out once for all of its days.
        if day > end:
            start = period_of(day, every)
            end = end_of(start, every)
            found[start] = 0
        found[start] += reports
    return found
