"""Peaks of a timeline: the few steps that stand out, each with the event that most reports told in it."""

import datetime
import statistics
from collections.abc import Iterable, Iterator

from dragoman.export.panels import Every, end_of
from dragoman.records import Record
from dragoman.store.counts import HAPPENED, Recent, latest
from dragoman.store.opening import Store
from dragoman.views.lines import Line, line_of
from dragoman.views.sides import Step

# How many steps can stand out, above how many times the median step, and with how many events at the least: what is
# only twice or thrice itself is no peak.
MOST, TIMES, LEAST = 3, 2, 3
# Events of a step among which the most reported is looked for.
AMONG = 500


class Peak(Record, frozen=True, kw_only=True):
    """A step in which one party did much to the other, and of its events the one that most reports tell."""

    actor: str
    recipient: str
    first: datetime.date
    last: datetime.date
    events: int
    reports: int
    event: Line


def standing_out(steps: Iterable[Step]) -> list[Step]:
    """The up to three steps with the most events, of those with at least three and at least twice the median step.

    The median is that of all steps in which anything happened, in both directions together; of equal steps the later
    one stands out.
    """
    counted = {(step.first, step.actor, step.recipient): step for step in steps if sum(step.events.values())}
    sizes = {key: sum(step.events.values()) for key, step in counted.items()}
    least = max(LEAST, TIMES * statistics.median(sizes.values())) if sizes else LEAST
    ranked = sorted((key for key, size in sizes.items() if size >= least), key=lambda key: (sizes[key], key))
    return [counted[key] for key in sorted(ranked[-MOST:])]


def peaks_of(store: Store, steps: Iterable[Step], every: Every) -> tuple[Peak, ...]:
    """The steps that stand out, the earliest first, with what most reports tell of each."""
    return tuple(_peaks(store, standing_out(steps), every))


def _peaks(store: Store, steps: Iterable[Step], every: Every) -> Iterator[Peak]:
    for step in steps:
        last = end_of(step.first, every)
        with store.reading() as connection:
            found = latest(connection, step.actor, step.recipient, first=step.first, last=last, most=AMONG)
        happened = [one for one in found if one.status in HAPPENED]
        if happened:
            yield _peak(step, last, max(happened, key=_weight))


def _weight(one: Recent) -> tuple[int, int, str, str]:
    return one.reports, one.publishers, one.first or "", one.id


def _peak(step: Step, last: datetime.date, told: Recent) -> Peak:
    return Peak(
        actor=step.actor,
        recipient=step.recipient,
        first=step.first,
        last=last,
        events=sum(step.events.values()),
        reports=sum(step.reports.values()),
        event=line_of(told),
    )
