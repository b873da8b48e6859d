"""Stored reports coded anew, after the rules or the model changed: what is different; what people corrected is kept."""

import datetime
from collections.abc import Callable, Iterable, Iterator

import msgspec
from sqlalchemy import Connection, select

from dragoman.errors import InputError
from dragoman.records import Article, CoderInfo, Coding, Correction, Event, Failure, Record
from dragoman.rules.ontology import Ontology
from dragoman.store import reading, schema
from dragoman.store.corrections import check_correction, corrected
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


def recode(store: Store, keys: Iterable[int], pipe: Pipe, ontology: Ontology) -> Iterator[Difference]:
    """Code reports anew, one transaction each; gives what became different in each of them, nothing where nothing did.

    A report that cannot be coded any more keeps its coding; one that was corrected or forgotten meanwhile is passed.
    """
    wanted = list(keys)
    for start in range(0, len(wanted), BATCH):
        with store.reading() as connection:
            texts = list(reading.articles(connection, keys=wanted[start : start + BATCH]))
        for article, result in zip(texts, pipe(texts), strict=True):
            if isinstance(result, Coding):
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
    after = corrected(connection, coding.article.id, coding.events)
    replace_coding(connection, key, coding, ontology)
    return before, after


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
    a = schema.article.c
    with store.writing() as connection:
        key = connection.execute(select(a.key).where(a.id == correction.article, a.corrected_by.is_(None))).scalar()
        if key is None:
            raise InputError(f"no report has the id {correction.article!r}", kind="correction")
        coding = next(reading.codings(connection, keys=[key]))
        met = [e for e in coding.events if correction.start < e.trigger.end and e.trigger.start < correction.end]
        if not met:
            place = f"{correction.start} to {correction.end}"
            raise InputError(f"no event of the report is read from characters {place}", kind="correction")
        row = {
            "article": correction.article,
            "begins": correction.start,
            "ends": correction.end,
            "held": msgspec.json.encode(correction).decode(),
        }
        c = schema.correction.c
        same = (c.article == row["article"]) & (c.begins == row["begins"]) & (c.ends == row["ends"])
        connection.execute(schema.correction.delete().where(same, c.held == row["held"]))
        connection.execute(schema.correction.insert(), row)
        replace_coding(connection, key, coding, ontology)
    return len(met)
