"""Codings into the store: one transaction a report, nothing twice, a corrected report in place of the earlier one."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from dragoman.errors import InputError, StoreError
from dragoman.records import Article, ArticleHead, CoderInfo, Coding, Event, Span
from dragoman.resolve.soundness import flaw_of
from dragoman.resolve.tellings import party_of
from dragoman.rules.ontology import Ontology
from dragoman.store import schema, search
from dragoman.store.corrections import coder_rows, corrected, note_overruled
from dragoman.store.merging import clean, head_of, mark_stale, merge_in, withdraw
from dragoman.store.opening import Store
from dragoman.store.quoting import drop_statements, put_statements
from dragoman.store.statements import run, statement, write
from dragoman.store.tallies import count_report

Outcome = Literal["new", "corrected", "recoded", "same", "forgotten"]
# What the versions of reports begin with of which only the coding is known.
TEXTLESS = "coding-"


class Found(msgspec.Struct, frozen=True):
    """What a coding holds besides its events, as the store keeps it."""

    warnings: list[Any]
    quotes: list[Any]
    dates: list[Any]
    commitments: list[Any]


def save(store: Store, coding: Coding, ontology: Ontology, *, words: str | None = None) -> Outcome:
    """Store a coding, and the text of its report where it is known; tells what became of it.

    "same": this very version, or the same findings, are there already and stay as they are; "corrected": it takes the
    place of an earlier one, which is kept; "recoded": it came without its text, which is stored, and takes the place of
    the coding of that text; "forgotten": a report that must not come back. Raises `InputError` where a text cannot be
    written or the coding cannot be, `StoreError` where it came without its text and is of another one than is stored.
    """
    if flaw := flaw_of(coding):
        raise InputError(flaw, kind="coding", where=coding.article.id)
    try:
        with store.writing() as connection:
            return put(connection, coding, ontology, words)
    except UnicodeEncodeError as error:
        message = "a text holds half of a surrogate pair; expected whole characters"
        raise InputError(message, kind="encoding", where=coding.article.id) from error


def put(connection: Connection, coding: Coding, ontology: Ontology, words: str | None) -> Outcome:
    """The same within a transaction."""
    version = version_of(coding, words)
    versions = run(connection, "versions", _names_of(coding.article)).all()
    if any(row.key == -1 for row in versions):
        return "forgotten"
    mine = [row for row in versions if row.id == clean(coding.article.id)]
    if any(row.version == version for row in mine) or (words is None and _is_stored(connection, mine, coding)):
        return "same"
    earlier = [row for row in versions if row.corrected_by is None]
    worded = [row for row in earlier if not row.version.startswith(TEXTLESS)]
    if words is None and worded:
        _put_beside_text(connection, worded[0], coding, ontology)
        return "recoded"
    _put_version(connection, coding, version, words, [row.key for row in earlier], ontology)
    return "corrected" if earlier else "new"


def _put_version(
    connection: Connection, coding: Coding, version: str, words: str | None, earlier: list[int], ontology: Ontology
) -> None:
    """A version of a report in the place of earlier ones."""
    key = _insert_article(connection, coding, version, words)
    for other in earlier:
        withdraw(connection, other, ontology)
        _corrected_by(connection, other, key)
    put_events(connection, key, coding, ontology)


def _put_beside_text(connection: Connection, row: Any, coding: Coding, ontology: Ontology) -> None:
    """A coding that came without its text, as that of the text that is stored; a text never makes room for none."""
    a = schema.article.c
    text = connection.execute(select(a.text).where(a.key == row.key)).scalar_one()
    if row.id != clean(coding.article.id) or not _is_of(coding, text):
        message = "a report of this id or address is stored with another text; code that text with `--store`"
        raise StoreError(message, kind="twice", where=coding.article.id)
    replace_coding(connection, row.key, coding, ontology)


def _is_of(coding: Coding, text: str) -> bool:
    """Whether all words of the findings stand in a text where the coding says."""
    return all(clean(span.text) == text[span.start : span.end] for span in _spans(coding))


def _spans(coding: Coding) -> Iterator[Span]:
    for event in coding.events:
        yield from (event.trigger, event.sentence, *event.also)
    yield from coding.quotes
    yield from coding.dates
    for commitment in coding.commitments:
        yield from commitment.evidence


def _is_stored(connection: Connection, versions: Iterable[Any], coding: Coding) -> bool:
    """Whether some version of a report holds the findings of a coding, as its coder or as people have them."""
    return any(_holds(connection, row.key, coding) for row in versions)


def _holds(connection: Connection, key: int, coding: Coding) -> bool:
    a, t = schema.article.c, schema.telling.c
    if connection.execute(select(a.found).where(a.key == key)).scalar_one() != clean(found_of(coding)):
        return False
    lines = [clean(msgspec.json.encode(event).decode()) for event in coding.events]
    told = connection.execute(select(t.found).where(t.article == key).order_by(t.key)).scalars()
    return lines in (list(told), coder_rows(connection, key))


def known(store: Store, article: Article) -> Literal["same", "forgotten"] | None:
    """Whether this very version of a report is stored, or the report is to stay forgotten."""
    with store.reading() as connection:
        rows = run(connection, "versions", _names_of(article)).all()
    if any(row.key == -1 for row in rows):
        return "forgotten"
    version = digest_of_text(article.text)
    return "same" if any(row.id == clean(article.id) and row.version == version for row in rows) else None


def _names_of(head: ArticleHead) -> dict[str, str | None]:
    """What a report is known by: its id and its address, and the digests of both."""
    id, url = clean(head.id), clean(head.url)
    return {"id": id, "url": url, "digest": digest_of_id(id), "address": digest_of_id(url) if url else None}


def digest_of_text(words: str) -> str:
    """What tells versions of a report apart."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def version_of(coding: Coding, words: str | None) -> str:
    """The digest of a report's text; where only the coding is known, that of what was found in it."""
    if words is None:
        parts = (coding.events, coding.quotes, coding.dates, coding.commitments)
        return TEXTLESS + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]
    return digest_of_text(words)


def digest_of_id(article: str) -> str:
    """What is kept of the id or the address of a report that is to stay forgotten, as the store has it."""
    return hashlib.sha256(article.encode()).hexdigest()


def put_events(connection: Connection, key: int, coding: Coding, ontology: Ontology) -> tuple[Event, ...]:
    """The events of a report that is in the table of articles, as people have corrected them, with whom it binds.

    Gives these events.
    """
    head = coding.article
    events = place_events(connection, key, head, coding.events, ontology)
    put_statements(connection, key, head.published.isoformat() if head.published else None, coding.quotes, events)
    _bind(connection, key, msgspec.structs.replace(coding, events=events))
    return events


def place_events(
    connection: Connection, key: int, head: ArticleHead, events: Sequence[Event], ontology: Ontology
) -> tuple[Event, ...]:
    """What the coder read in a report, as people have corrected it, among the distinct events."""
    found = note_overruled(connection, key, events, corrected(connection, key, events))
    merge_in(connection, key, head, found, ontology)
    return found


def found_of(coding: Coding) -> str:
    """What a coding holds besides its events, as JSON."""
    parts = {name: msgspec.to_builtins(getattr(coding, name)) for name in Found.__struct_fields__}
    return msgspec.json.encode(parts).decode()


def coder_key(connection: Connection, coder: CoderInfo) -> int:
    """The number of a coder."""
    named = msgspec.structs.asdict(coder)
    found = run(connection, "coder_key", named).scalar()
    if found is None:
        connection.execute(ignoring(connection, schema.coder), named)
        found = run(connection, "coder_key", named).scalar_one()
    return int(found)


def ignoring(connection: Connection, table: Any) -> Any:
    """An insert that leaves a row that is there already as it is."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _corrected_by(connection: Connection, earlier: int, key: int) -> None:
    a = schema.article.c
    unbind(connection, earlier)
    drop_statements(connection, earlier)
    row = connection.execute(select(a.published, a.publisher).where(a.key == earlier)).one()
    count_report(connection, row.published, row.publisher, -1)
    connection.execute(schema.article.update().where(a.key == earlier).values(corrected_by=key, story=None))


def _insert_article(connection: Connection, coding: Coding, version: str, words: str | None) -> int:
    head = coding.article
    published, publisher = head.published.isoformat() if head.published else None, clean(head.publisher)
    row = {
        "id": clean(head.id),
        "version": version,
        "title": clean(head.title),
        "url": clean(head.url),
        "publisher": publisher,
        "language": clean(head.language),
        "published": published,
        "published_from": head.published_from,
        "text": clean(words),
        "coder": coder_key(connection, coding.coder),
        "found": clean(found_of(coding)),
    }
    key = connection.execute(_insert(), row).scalar_one()
    search.index_article(connection, key)
    count_report(connection, published, publisher, 1)
    return int(key)


@functools.cache
def _insert() -> Any:
    return schema.article.insert().returning(schema.article.c.key)


def _bind(connection: Connection, key: int, coding: Coding) -> None:
    """Note on whose ledgers the report bears; they have to be made anew."""
    ties = _ties(coding)
    if ties:
        rows = [{"party": one, "other": other, "jointly": ties[one, other], "article": key} for one, other in ties]
        write(connection, "add_bound", rows)
        mark_stale(connection, {one for one, _ in ties})


def _ties(coding: Coding) -> dict[tuple[str, str], bool]:
    """Who is bound, speaks, or goes back on something, with whose deeds matter to him; whether both are bound."""
    speakers = [quote.speaker.code for quote in coding.quotes if quote.speaker]
    refusing = [entity.code for event in coding.events if event.type == "REJECT" for entity in event.actor]
    ties = {(party, party): False for party in sorted(map(party_of, filter(None, speakers + refusing)))}
    for one in coding.commitments:
        by, to = (sorted({party_of(code) for code in side if code}) for side in (one.by.split(";"), one.to))
        ties |= {(party, other): False for party in by for other in to if (party, other) not in ties}
        ties |= {(party, other): True for party in by for other in by}
    return ties


def unbind(connection: Connection, key: int) -> None:
    """A report that no longer stands binds nobody; the ledgers of whom it bound have to be made anew."""
    connection.execute(statement("mark_bound_stale"), {"key": key})
    connection.execute(schema.bound.delete().where(schema.bound.c.article == key))


def replace_coding(connection: Connection, key: int, coding: Coding, ontology: Ontology) -> tuple[Event, ...]:
    """Another coding of a report that is stored: the events of the earlier one go. Gives those that come, corrected."""
    withdraw(connection, key, ontology)
    drop_tellings(connection, key)
    drop_statements(connection, key)
    unbind(connection, key)
    values = {"coder": coder_key(connection, coding.coder), "found": clean(found_of(coding))}
    a = schema.article.c
    connection.execute(schema.article.update().where(a.key == key).values(values))
    head = head_of(connection.execute(select(schema.article).where(a.key == key)).one())
    return put_events(connection, key, msgspec.structs.replace(coding, article=head), ontology)


def drop_tellings(connection: Connection, key: int) -> None:
    """What a report tells and what people overruled in it, once it has been withdrawn from the events."""
    search.forget_tellings(connection, key)
    connection.execute(schema.telling.delete().where(schema.telling.c.article == key))
    connection.execute(schema.overruled.delete().where(schema.overruled.c.article == key))
