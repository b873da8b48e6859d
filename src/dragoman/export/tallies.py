"""What the tellings of an event add up to: its day, its reports, its publishers, how often it is told."""

import datetime

from dragoman.records import ArticleHead, DistinctEvent
from dragoman.resolve.sharpening import publisher_of


def first_day(distinct: DistinctEvent) -> datetime.date | None:
    """The event's first day, else the day on which it was first reported; None where neither is known."""
    date = distinct.event.date
    return date.first if date else first_published(distinct)


def last_day(distinct: DistinctEvent) -> datetime.date | None:
    """The event's last day, else the day on which it was first reported; None where neither is known."""
    date = distinct.event.date
    return date.last if date else first_published(distinct)


def first_published(distinct: DistinctEvent) -> datetime.date | None:
    """The day of the earliest report that has one."""
    days = [told.article.published for told in distinct.evidence if told.article.published]
    return min(days, default=None)


def report_of(distinct: DistinctEvent) -> ArticleHead:
    """The report in which the event's spans are places."""
    heads = [told.article for told in distinct.evidence if told.article.id == distinct.told_in]
    return heads[0] if heads else ArticleHead(id=distinct.told_in)


def reports(distinct: DistinctEvent) -> tuple[str, ...]:
    """The ids of the reports that tell the event, each once."""
    return tuple(dict.fromkeys(told.article.id for told in distinct.evidence))


def publishers(distinct: DistinctEvent) -> tuple[str, ...]:
    """Who published these reports, each once; a report of which that is not known counts by itself, by its id."""
    return tuple(dict.fromkeys(map(publisher_of, distinct.evidence)))


def addresses(distinct: DistinctEvent) -> tuple[str, ...]:
    """The addresses of these reports, each once, the earliest report first."""
    return tuple(dict.fromkeys(told.article.url for told in distinct.evidence if told.article.url))


def mentions(distinct: DistinctEvent) -> int:
    """How many sentences of all reports tell the event."""
    return sum(1 + len(told.event.also) for told in distinct.evidence)
