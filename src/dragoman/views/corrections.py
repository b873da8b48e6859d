"""What people decided, newest first, and the corrections as cases that rules and models are tested and trained on."""

import datetime
from collections.abc import Iterator
from typing import Literal

from dragoman.records import (
    ArticleHead,
    CoderInfo,
    CommitmentKind,
    Correction,
    Event,
    Record,
    Ruling,
    Span,
    Status,
)
from dragoman.store import decisions
from dragoman.store.opening import Store

MOST = 100


class Withdrawn(Record, frozen=True, kw_only=True):
    """Who took a correction back, when and why."""

    by: str
    day: datetime.date
    reason: str


class Decision(Record, frozen=True, kw_only=True):
    """What a person decided: on an event of a report, or on a commitment.

    `number` is that of the decision among those of its kind. Of a correction `article` is the number of the report,
    None where that version is stored no more, and `title` its title; `withdrawn` is None where it stands. Of a
    ruling `kind` and `content` are those of its commitment, None and "" where the ledger has it no more.
    """

    number: int
    about: Literal["event", "commitment"]
    by: str
    day: datetime.date
    reason: str
    correction: Correction | None = None
    article: int | None = None
    title: str = ""
    withdrawn: Withdrawn | None = None
    ruling: Ruling | None = None
    kind: CommitmentKind | None = None
    content: str = ""


class Corrections(Record, frozen=True, kw_only=True):
    """One page of what people decided, the newest first; `next` is where the next page begins."""

    found: tuple[Decision, ...]
    next: str


class Reading(Record, frozen=True, kw_only=True):
    """What an event is: type, modes, status and whose it is, as codes."""

    type: str
    mode: tuple[str, ...]
    status: Status
    actor: tuple[str, ...]
    recipient: tuple[str, ...]


class Case(Record, frozen=True, kw_only=True):
    """A sentence, what the coder read in it, and what a person says is right; None: there is no such event.

    All places are characters of the sentence; `actor` and `recipient` are the first words that the coder took for them,
    None where it found none. `dragoman relation --input` takes the cases that have both.
    """

    id: str
    sentence: str
    trigger: Span
    actor: Span | None
    recipient: Span | None
    read: Reading
    right: Reading | None
    reason: str
    by: str
    day: datetime.date
    rule: str
    coder: CoderInfo
    article: ArticleHead


def corrections_of(store: Store, *, most: int = MOST, before: str = "") -> Corrections:
    """What people decided, the newest first, from the place where the page before ended."""
    with store.reading() as connection:
        found = decisions.newest(connection, most=most, before=before)
    return Corrections(found=tuple(map(_decision, found.shown)), next=found.next)


def correction_of(store: Store, number: int) -> Decision | None:
    """A correction by its number; None where there is none."""
    with store.reading() as connection:
        found = decisions.correction(connection, number)
    return _decision(found) if found else None


def cases_of(store: Store) -> Iterator[Case]:
    """The corrections that stand as cases, in the order of their reports."""
    with store.reading() as connection:
        for one in decisions.cases(connection):
            yield _case(one)


def _decision(one: decisions.Corrected | decisions.Ruled) -> Decision:
    if isinstance(one, decisions.Ruled):
        account, ruling = one.account, one.ruling
        return Decision(
            number=one.key,
            about="commitment",
            by=ruling.by,
            day=ruling.day,
            reason=ruling.reason,
            ruling=ruling,
            kind=account.kind if account else None,
            content=account.content if account else "",
        )
    back, correction = one.withdrawal, one.correction
    return Decision(
        number=one.key,
        about="event",
        by=correction.by,
        day=correction.day,
        reason=correction.reason,
        correction=correction,
        article=one.article,
        title=one.title,
        withdrawn=Withdrawn(by=back.by, day=back.day, reason=back.reason) if back else None,
    )


def _case(one: decisions.Case) -> Case:
    event, last = one.event, one.corrections[-1]
    return Case(
        id=f"{one.article.id}/{event.id}",
        sentence=event.sentence.text,
        trigger=_within(event, event.trigger),
        actor=_party(event, "actor"),
        recipient=_party(event, "recipient"),
        read=_reading(event),
        right=_reading(one.said) if one.said else None,
        reason=last.reason,
        by=last.by,
        day=last.day,
        rule=event.rule,
        coder=one.coder,
        article=one.article,
    )


def _reading(event: Event) -> Reading:
    return Reading(
        type=event.type,
        mode=event.mode,
        status=event.status,
        actor=tuple(entity.code for entity in event.actor),
        recipient=tuple(entity.code for entity in event.recipient),
    )


def _party(event: Event, side: Literal["actor", "recipient"]) -> Span | None:
    """The words of the first party of a side that stand in the sentence."""
    start, end = event.sentence.start, event.sentence.end
    inside = (one for one in getattr(event, side) if start <= one.start < one.end <= end)
    found = next(inside, None)
    return _within(event, found) if found else None


def _within(event: Event, span: Span) -> Span:
    """A span by its place in the event's sentence."""
    start = event.sentence.start
    return Span(text=span.text, start=span.start - start, end=span.end - start)
