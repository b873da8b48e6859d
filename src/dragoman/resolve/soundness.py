"""What a coding must hold for others to reckon with it: days in their order, a confidence, words as evidence."""

import datetime
from collections.abc import Iterator

import msgspec

from dragoman.records import Coding, Commitment, Event


def flaw_of(coding: Coding) -> str | None:
    """What is wrong with a coding, in words; None where nothing is."""
    return next(_flaws(coding), None)


def _flaws(coding: Coding) -> Iterator[str]:
    for event in coding.events:
        yield from _of_event(event)
    for date in coding.dates:
        if date.first and date.last and date.first > date.last:
            yield f"date {date.text!r}: its first day {date.first} is after its last, {date.last}"
    for commitment in coding.commitments:
        yield from _of_commitment(commitment)


def _of_event(event: Event) -> Iterator[str]:
    if not 0 <= event.confidence <= 1:
        yield f"event {event.id}: confidence is {event.confidence!r}, expected 0 to 1"
    if event.date and event.date.first > event.date.last:
        yield f"event {event.id}: its first day {event.date.first} is after its last, {event.date.last}"


def _of_commitment(commitment: Commitment) -> Iterator[str]:
    named = f"commitment {commitment.content[:40]!r}"
    if not commitment.evidence:
        yield f"{named}: evidence is empty, expected the words that tell it"
    if commitment.due is not None and not _are_days(commitment.due):
        yield f"{named}: due is {commitment.due!r}, expected YYYY-MM-DD, or a first and a last day with / between"


def _are_days(due: str) -> bool:
    """Whether a due date is a day, or two of them in order.

    >>> _are_days("2013-06-12/2013-06-13"), _are_days("soon"), _are_days("2013-06-13/2013-06-12")
    (True, False, False)
    """
    try:
        days = [msgspec.convert(part, datetime.date) for part in due.split("/")]
    except msgspec.ValidationError:
        return False
    return len(days) <= 2 and days == sorted(days)
