"""Codings into the store: one transaction a report, nothing twice, a corrected report in place of the earlier one."""

import functools
import hashlib
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from dragoman.errors import InputError
from dragoman.records import Article, ArticleHead, Coding, Event
from dragoman.resolve.tellings import party_of
from dragoman.rules.ontology import Ontology
from dragoman.store import schema, search
from dragoman.store.corrections import corrected
from dragoman.store.merging import mark_stale, merge_in, withdraw
from dragoman.store.opening import Store
from dragoman.store.statements import statement

Outcome = Literal["new", "corrected", "same", "forgotten"]


class Found(msgspec.Struct, frozen=True):
    """What a coding holds besides its events, as the store keeps it."""

    warnings: list[Any]
    quotes: list[Any]
    dates: list[Any]
    commitments: list[Any]


def save(store: Store, coding: Coding, ontology: Ontology, *, words: str | None = None) -> Outcome:
    """Store a coding, and the text of its report where it is known; tells what became of it.

    "same": this very version is there already and stays as it is; "corrected": it takes the place of an earlier one,
    which is kept; "forgotten": a report that must not come back. Raises `InputError` where a text cannot be written.
    """
    try:
        with store.writing() as connection:
            return put(connection, coding, ontology, words)
    except UnicodeEncodeError as error:
        message = "a text holds half of a surrogate pair; expected whole characters"
        raise InputError(message, kind="encoding", where=coding.article.id) from error


def put(connection: Connection, coding: Coding, ontology: Ontology, words: str | None) -> Outcome:
    """The same within a transaction."""
    head, version = coding.article, version_of(coding, words)
    versions = connection.execute(statement("versions"), _names_of(head)).all()
    if any(row.key == -1 for row in versions):
        return "forgotten"
    if any(row.id == clean(head.id) and row.version == version for row in versions):
        return "same"
    earlier = [row.key for row in versions if row.corrected_by is None]
    key = _insert_article(connection, coding, version, words)
    for other in earlier:
        withdraw(connection, other, ontology)
        _corrected_by(connection, other, key)
    put_events(connection, key, coding, ontology)
    return "corrected" if earlier else "new"


def known(store: Store, article: Article) -> Literal["same", "forgotten"] | None:
    """Whether this very version of a report is stored, or the report is to stay forgotten."""
    with store.reading() as connection:
        rows = connection.execute(statement("versions"), _names_of(article)).all()
    if any(row.key == -1 for row in rows):
        return "forgotten"
    version = digest_of_text(article.text)
    return "same" if any(row.id == article.id and row.version == version for row in rows) else None


def _names_of(head: ArticleHead) -> dict[str, str | None]:
    """What a report is known by: its id and its address, and the digests of both."""
    address = digest_of_id(head.url) if head.url else None
    return {"id": clean(head.id), "url": clean(head.url), "digest": digest_of_id(head.id), "address": address}


def digest_of_text(words: str) -> str:
    """What tells versions of a report apart."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def version_of(coding: Coding, words: str | None) -> str:
    """The digest of a report's text; where only the coding is known, that of what was found in it."""
    if words is None:
        parts = (coding.events, coding.quotes, coding.dates, coding.commitments)
        return "coding-" + hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]
    return digest_of_text(words)


def digest_of_id(article: str) -> str:
    """What is kept of the id or the address of a report that is to stay forgotten."""
    return hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()


def put_events(connection: Connection, key: int, coding: Coding, ontology: Ontology) -> None:
    """The events of a report that is in the table of articles, as people have corrected them, and whom it binds."""
    events = corrected(connection, coding.article.id, coding.events)
    merge_in(connection, key, coding.article, events, ontology)
    _bind(connection, key, coding)


def found_of(coding: Coding) -> str:
    """What a coding holds besides its events, as JSON."""
    parts = {name: msgspec.to_builtins(getattr(coding, name)) for name in Found.__struct_fields__}
    return msgspec.json.encode(parts).decode()


def coder_key(connection: Connection, coding: Coding) -> int:
    """The number of the coder that made a coding."""
    named = {"version": coding.coder.version, "rules": coding.coder.rules, "model": coding.coder.model}
    found = connection.execute(statement("coder_key"), named).scalar()
    if found is None:
        connection.execute(ignoring(connection, schema.coder), named)
        found = connection.execute(statement("coder_key"), named).scalar_one()
    return int(found)


def ignoring(connection: Connection, table: Any) -> Any:
    """An insert that leaves a row that is there already as it is."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _corrected_by(connection: Connection, earlier: int, key: int) -> None:
    unbind(connection, earlier)
    connection.execute(
        schema.article.update().where(schema.article.c.key == earlier).values(corrected_by=key, story=None)
    )


def _insert_article(connection: Connection, coding: Coding, version: str, words: str | None) -> int:
    head = coding.article
    row = {
        "id": clean(head.id),
        "version": version,
        "title": clean(head.title),
        "url": clean(head.url),
        "publisher": clean(head.publisher),
        "language": clean(head.language),
        "published": head.published.isoformat() if head.published else None,
        "published_from": head.published_from,
        "text": clean(words),
        "coder": coder_key(connection, coding),
        "found": clean(found_of(coding)),
    }
    key = connection.execute(_insert(), row).scalar_one()
    search.index_article(connection, key)
    return int(key)


@functools.cache
def _insert() -> Any:
    return schema.article.insert().returning(schema.article.c.key)


def clean(words: str | None) -> str | None:
    """Text as both databases take it: what is no character (a lone surrogate, NUL) is replaced, one for one."""
    if words is None:
        return None
    return words.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _bind(connection: Connection, key: int, coding: Coding) -> None:
    """Note on whose ledgers the report bears; they have to be made anew."""
    ties = _ties(coding)
    if ties:
        rows = [{"party": one, "other": other, "jointly": ties[one, other], "article": key} for one, other in ties]
        connection.execute(schema.bound.insert(), rows)
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


def replace_coding(connection: Connection, key: int, coding: Coding, ontology: Ontology) -> None:
    """Another coding of a report that is stored: the events of the earlier one go."""
    withdraw(connection, key, ontology)
    drop_tellings(connection, key)
    unbind(connection, key)
    values = {"coder": coder_key(connection, coding), "found": clean(found_of(coding))}
    connection.execute(schema.article.update().where(schema.article.c.key == key).values(values))
    put_events(connection, key, coding, ontology)


def drop_tellings(connection: Connection, key: int) -> None:
    """What a report tells, once it has been withdrawn from the events."""
    search.forget_tellings(connection, key)
    connection.execute(schema.telling.delete().where(schema.telling.c.article == key))


def events_of(rows: Sequence[str]) -> tuple[Event, ...]:
    """Events from their JSON."""
    return tuple(msgspec.json.decode(row, type=Event) for row in rows)
