"""The events of one report as distinct events, for exports of what was not merged."""

from collections.abc import Iterator

from dragoman.records import Coding, DistinctEvent, Evidence


def distinct_of(coding: Coding) -> Iterator[DistinctEvent]:
    """Each event of a report as a distinct event with one telling."""
    for event in coding.events:
        told = Evidence(article=coding.article, event=event)
        yield DistinctEvent(id=event.id, event=event, told_in=coding.article.id, evidence=(told,))
