"""Records made by hand, with what a test does not care about filled in."""

import datetime
from collections.abc import Iterable

from dragoman.records import (
    ArticleHead,
    CoderInfo,
    Coding,
    Commitment,
    CommitmentKind,
    Date,
    DateType,
    Entity,
    Event,
    EventDate,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    Standing,
    Status,
)

CODER = CoderInfo(version="0", rules="none", model="none")


def span(text: str, start: int = 0) -> Span:
    return Span(text=text, start=start, end=start + len(text))


def entity(code: str) -> Entity:
    return Entity(text=code, start=0, end=3, code=code, country=code[:3], sector=code[3:6], name=code)


def event(
    type: str,
    actor: str,
    recipient: str = "",
    *,
    sentence: str,
    also: Iterable[str] = (),
    status: Status = "occurred",
    date: tuple[str, str] | None = None,
) -> Event:
    """An event; several codes of one side are joined by spaces."""
    return Event(
        id="e",
        type=type,
        actor=tuple(map(entity, actor.split())),
        recipient=tuple(map(entity, recipient.split())),
        status=status,
        date=event_date(*date) if date else None,
        confidence=1.0,
        trigger=span("x"),
        sentence=span(sentence),
        also=tuple(map(span, also)),
        rule="hand",
    )


def event_date(first: str, last: str) -> EventDate:
    days = map(datetime.date.fromisoformat, (first, last))
    return EventDate(text="then", start=0, end=4, first=next(days), last=next(days))


def quote(text: str, *, start: int = 0, kind: QuoteKind = "direct", speaker: Speaker | None = None) -> Quote:
    return Quote(text=text, start=start, end=start + len(text), spans=(), kind=kind, speaker=speaker)


def speaker(name: str, code: str = "", *, start: int = 0) -> Speaker:
    return Speaker(text=name, start=start, end=start + len(name), name=name, code=code)


def date(text: str, value: str, *, start: int = 0, type: DateType = "DATE") -> Date:
    return Date(text=text, start=start, end=start + len(text), type=type, value=value)


def commitment(by: str, to: str, kind: CommitmentKind, outcome: Standing = "pending") -> Commitment:
    return Commitment(by=by, to=tuple(to.split()), kind=kind, content="it", outcome=outcome, evidence=())


def coding(
    id: str,
    *,
    events: Iterable[Event] = (),
    quotes: Iterable[Quote] = (),
    dates: Iterable[Date] = (),
    commitments: Iterable[Commitment] = (),
) -> Coding:
    return Coding(
        article=ArticleHead(id=id),
        coder=CODER,
        events=tuple(events),
        quotes=tuple(quotes),
        dates=tuple(dates),
        commitments=tuple(commitments),
    )
