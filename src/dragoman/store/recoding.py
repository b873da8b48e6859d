"""Stored reports coded anew, after the rules or the model changed: what is different; what people corrected is kept."""

import datetime
from collections.abc import Callable, Iterable, Iterator

import msgspec
from sqlalchemy import Connection, select

from dragoman.errors import InputError
from dragoman.records import Article, CoderInfo, Coding, Correction, Event, Failure, Record
from dragoman.rules.ontology import Ontology
from dragoman.store import reading, schema
from dragoman.store.corrections import (
    Withdrawal,
    check_correction,
    enter,
    is_at,
    read_by_coder,
    take_back,
    withdraw,
)
from dragoman.store.merging import clean
from dragoman.store.opening import Store
from dragoman.store.saving import replace_coding

Pipe = Callable[[Iterable[Article]], Iterator[Coding | Failure]]
# Reports that are read from the store at a time.
BATCH = 16


class Difference(Record, frozen=True, kw_only=True):
    """What a new coding of one report changed in its events: those lost and those gained, in words."""

    article: str
    published: datetime.date | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def waiting(store: Store, coder: CoderInfo) -> list[int]:
    """The numbers of the reports whose texts are known and that another coder coded."""
    a, c = schema.article.c, schema.coder.c
    same = (c.version == coder.version) & (c.rules == coder.rules) & (c.model == coder.model)
    with store.reading() as connection:
        mine = select(c.key).where(same).scalar_subquery()
        query = select(a.key).where(a.corrected_by.is_(None), a.text.is_not(None), a.coder.is_distinct_from(mine))
        return list(connection.execute(query.order_by(a.key)).scalars())


def recode(store: Store, keys: Iterable[int], pipe: Pipe, ontology: Ontology) -> Iterator[Difference | Failure]:
    """Code reports anew, one transaction each; gives what became different in each of them, nothing where nothing did.

    A report that cannot be coded any more keeps its coding, and its failure is given; one that was corrected or
    forgotten meanwhile is passed.
    """
    wanted = list(keys)
    for start in range(0, len(wanted), BATCH):
        with store.reading() as connection:
            texts = list(reading.articles(connection, keys=wanted[start : start + BATCH]))
        for article, result in zip(texts, pipe(texts), strict=True):
            if isinstance(result, Failure):
                yield result
                continue
            with store.writing() as connection:
                found = _replaced(connection, article, result, ontology)
            if found:
                yield _difference(*found)


def _replaced(
    connection: Connection, article: Article, coding: Coding, ontology: Ontology
) -> tuple[Coding, tuple[Event, ...]] | None:
    """Put a new coding in the place of the earlier one; gives that, and the events as people have corrected them."""
    a = schema.article.c
    same = (a.id == article.id) & (a.text == article.text)
    key = connection.execute(select(a.key).where(same, a.corrected_by.is_(None))).scalar()
    if key is None:
        return None
    before = next(reading.codings(connection, keys=[key]))
    return before, replace_coding(connection, key, coding, ontology)


def _difference(before: Coding, after: Iterable[Event]) -> Difference:
    old, new = ({described(event) for event in events} for events in (before.events, after))
    head = before.article
    return Difference(
        article=head.id, published=head.published, lost=tuple(sorted(old - new)), gained=tuple(sorted(new - old))
    )


def described(event: Event) -> str:
    """An event in a line: where it is read from, who, what, to whom, how far, when."""
    kind = ":".join((event.type, *event.mode))
    actor, recipient = (",".join(entity.code for entity in side) for side in (event.actor, event.recipient))
    days = f"{event.date.first}/{event.date.last}" if event.date else "no day"
    return f"{event.trigger.start} {event.trigger.text!r}: {actor} {kind} {recipient or '-'} {event.status} {days}"


def correct(store: Store, correction: Correction, ontology: Ontology) -> int:
    """Enter what a person corrected, at once and for every later coding; gives the number of events that it met.

    Raises `InputError` where there is no such report, no event at that place, or what it names does not exist.
    """
    check_correction(correction, ontology)
    with store.writing() as connection:
        key = _standing(connection, correction.article)
        if key is None:
            raise InputError(f"no report has the id {correction.article!r}", kind="correction")
        met = [e for e in read_by_coder(connection, key) if is_at(e, correction.start, correction.end)]
        if not met:
            place = f"{correction.start} to {correction.end}"
            raise InputError(f"no event of the report is read from characters {place}", kind="correction")
        enter(connection, key, correction)
        _apply(connection, key, ontology)
    return len(met)


def take_back_correction(
    store: Store, article: str, start: int, end: int, withdrawal: Withdrawal, ontology: Ontology
) -> None:
    """Take back the latest correction that stands at a place of a report: what was there before it is so again.

    Raises `InputError` where no correction stands there.
    """
    if not withdrawal.reason.strip():
        raise InputError("taking a correction back needs its reason", kind="correction")
    with store.writing() as connection:
        if not take_back(connection, clean(article), start, end, withdrawal):
            message = f"no correction of {article!r} stands at characters {start} to {end}"
            raise InputError(message, kind="correction")
        key = _standing(connection, article)
        if key is not None:
            _apply(connection, key, ontology)


def withdraw_correction(store: Store, number: int, withdrawal: Withdrawal, ontology: Ontology) -> None:
    """Take one correction back by its number; raises `InputError` where none of that number stands."""
    if not withdrawal.reason.strip():
        raise InputError("taking a correction back needs its reason", kind="correction")
    with store.writing() as connection:
        article = withdraw(connection, number, withdrawal)
        if article is None:
            raise InputError(f"no correction {number} stands", kind="correction")
        key = _standing(connection, article)
        if key is not None:
            _apply(connection, key, ontology)


def _standing(connection: Connection, article: str) -> int | None:
    """The number of the version of a report that stands."""
    a = schema.article.c
    return connection.execute(select(a.key).where(a.id == clean(article), a.corrected_by.is_(None))).scalar()


def _apply(connection: Connection, key: int, ontology: Ontology) -> None:
    """Put what the coder read in a report anew, as people have corrected it by now."""
    coding = next(reading.codings(connection, keys=[key]))
    own = msgspec.structs.replace(coding, events=read_by_coder(connection, key))
    replace_coding(connection, key, own, ontology)
