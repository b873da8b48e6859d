"""One event for its page: every report's telling of it, why they are one, where they differ, and what it decided."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from dragoman.export.lines import derived
from dragoman.export.panels import QUADS
from dragoman.export.tallies import first_day, last_day, publishers, reports
from dragoman.records import (
    Account,
    ArticleHead,
    Basis,
    Change,
    CommitmentKind,
    DistinctEvent,
    Event,
    Evidence,
    Record,
    Standing,
)
from dragoman.resolve.contradictions import Contradiction, contradictions
from dragoman.resolve.reasons import reasons_of
from dragoman.resolve.sharpening import publisher_of
from dragoman.rules import Rules
from dragoman.rules.ontology import Ontology
from dragoman.store import reading
from dragoman.store.corrections import is_at, read_by_coder
from dragoman.store.counts import published_span
from dragoman.store.opening import Store
from dragoman.store.reports import Head, heads_of
from dragoman.store.standings import accounts_citing
from dragoman.views.ledgers import stands

# Tellings on a page, and those that are compared with each other: the time for that grows with the square.
TELLINGS, COMPARED = 100, 16
# What the rule of an event begins with that a model found, or a person corrected.
MODEL, PERSON = "model/", "person/"


class Telling(Record, frozen=True, kw_only=True):
    """One report's telling: `key` is the report's number, `made_by` what made the event of its words.

    `example` is a sentence that its pattern has to fit, "" where no pattern made it. Where a person corrected it,
    `read` is what the coder had read there.
    """

    key: int | None
    article: ArticleHead
    event: Event
    made_by: Literal["rules", "model", "person"]
    example: str
    read: Event | None


class Likeness(Record, frozen=True, kw_only=True):
    """Why a telling is part of the event: the one that it is likest to, and the judgement on the two in words."""

    report: str
    likest: str
    words: tuple[str, ...]


class Phrasing(Record, frozen=True, kw_only=True):
    """A word by which the event is told, and who tells it so."""

    word: str
    publishers: tuple[str, ...]


class Decided(Record, frozen=True, kw_only=True):
    """A commitment in whose history this event is a line: what it changed, and how the commitment stands now."""

    id: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    change: Change
    basis: Basis
    standing: Standing


class Happening(Record, frozen=True, kw_only=True):
    """A distinct event with everything that is told of it.

    `event` is what the reports together say, as in `DistinctEvent`; `date_from` is text, or published where no report
    gives a day. At most `TELLINGS` of its tellings are there, and `reasons` for the first few.
    """

    id: str
    event: Event
    first: datetime.date | None
    last: datetime.date | None
    date_from: Literal["text", "published"]
    quad: str
    score: float
    cameo: str
    reports: int
    publishers: int
    told: int
    tellings: tuple[Telling, ...]
    reasons: tuple[Likeness, ...]
    contradictions: tuple[Contradiction, ...]
    phrasings: tuple[Phrasing, ...]
    commitments: tuple[Decided, ...]


def happening_of(store: Store, rules: Rules, id: str) -> Happening | None:
    """A distinct event by its id; None where there is none."""
    with store.reading() as connection:
        found = reading.event_of(connection, id)
        if found is None:
            return None
        shown = found.evidence[:TELLINGS]
        heads = heads_of(connection, (one.article.id for one in shown))
        keys = {
            heads[one.article.id].key for one in shown if one.article.id in heads and made_by_of(one.event) == "person"
        }
        read = {key: read_by_coder(connection, key) for key in keys}
        accounts = accounts_citing(connection, event=id)
        last = published_span(connection)[1]
    tellings = tuple(_telling(one, heads.get(one.article.id), read, rules) for one in shown)
    commitments = tuple(_decided(account, id, last) for account in accounts)
    return _happening(found, tellings, commitments, rules.ontology)


def _happening(
    found: DistinctEvent, tellings: tuple[Telling, ...], commitments: tuple[Decided, ...], ontology: Ontology
) -> Happening:
    values = derived(found.event, ontology)
    few = msgspec.structs.replace(found, evidence=found.evidence[:COMPARED])
    return Happening(
        id=found.id,
        event=found.event,
        first=first_day(found),
        last=last_day(found),
        date_from="text" if found.event.date else "published",
        quad=QUADS[values["quad"]],
        score=values["score"],
        cameo=values["cameo"],
        reports=len(reports(found)),
        publishers=len(publishers(found)),
        told=len(found.evidence),
        tellings=tellings,
        reasons=tuple(
            Likeness(report=one.telling.article.id, likest=one.likest.article.id, words=one.words)
            for one in reasons_of(few)
        ),
        contradictions=contradictions(found),
        phrasings=_phrasings(found.evidence),
        commitments=commitments,
    )


def _telling(one: Evidence, head: Head | None, read: dict[int, tuple[Event, ...]], rules: Rules) -> Telling:
    event = one.event
    place = event.trigger.start, event.trigger.end
    by_coder = read.get(head.key, ()) if head else ()
    return Telling(
        key=head.key if head else None,
        article=one.article,
        event=event,
        made_by=made_by_of(event),
        example=example_of(event.rule, rules),
        read=next((other for other in by_coder if other != event and is_at(other, *place)), None),
    )


def made_by_of(event: Event) -> Literal["rules", "model", "person"]:
    """What made an event of its words."""
    return "model" if event.rule.startswith(MODEL) else "person" if event.rule.startswith(PERSON) else "rules"


def example_of(rule: str, rules: Rules) -> str:
    """The first sentence that a pattern has to fit, with [the actor] and {the recipient}; "" where it is none."""
    kind, _, name = rule.partition("/")
    found = (one.examples[0] for one in rules.patterns.all if one.name == name and one.type == kind)
    return next(found, "")


def _phrasings(told: Iterable[Evidence]) -> tuple[Phrasing, ...]:
    """The triggers by which the event is told, the most frequent first, and who uses each."""
    found: dict[str, dict[str, None]] = {}
    for one in told:
        found.setdefault(one.event.trigger.text.lower(), {})[publisher_of(one)] = None
    listed = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Phrasing(word=word, publishers=tuple(who)) for word, who in listed)


def _decided(account: Account, event: str, last: datetime.date | None) -> Decided:
    entry = next(entry for entry in account.entries if entry.event == event)
    return Decided(
        id=account.id,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        change=entry.change,
        basis=entry.basis,
        standing=stands(account, last),
    )


# Correcting


def telling_at(store: Store, key: int, start: int, end: int) -> tuple[ArticleHead, Event] | None:
    """A report that stands and its event, as people have it by now, at a place; None where none is read there."""
    with store.reading() as connection:
        report = reading.report(connection, key)
    if report is None or report.corrected_by is not None:
        return None
    found: Sequence[Event] = [one for one in report.coding.events if is_at(one, start, end)]
    return (report.coding.article, found[0]) if found else None
