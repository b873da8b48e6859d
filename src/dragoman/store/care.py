"""Looking after a store: what is in it, whether it is sound, a copy of it, and reports that must go."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, func, or_, select

from dragoman.errors import StoreError
from dragoman.records import Record
from dragoman.rules.ontology import Ontology
from dragoman.store import schema, search
from dragoman.store.merging import withdraw
from dragoman.store.opening import Store
from dragoman.store.saving import digest_of_id, drop_tellings, ignoring, unbind
from dragoman.store.statements import statement


class Info(Record, frozen=True, kw_only=True):
    """How much a store holds: reports that stand and versions that were corrected; tellings and distinct events."""

    where: str
    tables: str
    reports: int
    corrected: int
    without_text: int
    tellings: int
    events: int
    accounts: int
    imported: int
    forgotten: int
    first: str | None
    last: str | None
    coders: dict[str, int]


class Flaw(Record, frozen=True, kw_only=True):
    """Something in a store that is not as it has to be."""

    kind: str
    message: str


def info(store: Store) -> Info:
    """How much is in a store."""
    a, t, e = schema.article.c, schema.telling.c, schema.event.c
    with store.reading() as connection:

        def count(query: object) -> int:
            return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]

        days = connection.execute(
            select(func.min(a.published), func.max(a.published)).where(a.corrected_by.is_(None))
        ).one()
        return Info(
            where=store.where,
            tables=schema.HEAD,
            reports=count(select(func.count()).where(a.corrected_by.is_(None))),
            corrected=count(select(func.count()).where(a.corrected_by.is_not(None))),
            without_text=count(select(func.count()).where(a.text.is_(None))),
            tellings=count(select(func.count()).where(t.event.is_not(None))),
            events=count(select(func.count(e.key))),
            accounts=count(select(func.count()).select_from(schema.account)),
            imported=count(select(func.count()).select_from(schema.imported)),
            forgotten=count(select(func.count()).select_from(schema.forgotten)),
            first=days[0],
            last=days[1],
            coders=_coders(connection),
        )


def _coders(connection: Connection) -> dict[str, int]:
    """How many of the reports that stand each coder coded, by version and digest of its rules."""
    a, c = schema.article.c, schema.coder.c
    query = (
        select(c.version, c.rules, c.model, func.count())
        .join(schema.article, a.coder == c.key)
        .where(a.corrected_by.is_(None))
        .group_by(c.version, c.rules, c.model)
    )
    return {f"{row[0]} rules {row[1]} {row[2]}": row[3] for row in connection.execute(query)}


# Statements that find nothing in a sound store, and what it means where they do.
RULES = (
    ("check_tellings_without_event", "tellings of reports that stand are in no event"),
    ("check_tellings_of_corrected", "tellings of corrected reports are still in an event"),
    ("check_events_untold", "events that nobody tells"),
    ("check_report_counts", "events whose count of reports is wrong"),
    ("check_dyads_missing", "events without their parties"),
    ("check_blocks_missing", "tellings that cannot be looked up"),
    ("check_articles_without_coder", "reports without their coder"),
)


def check(store: Store) -> Iterator[Flaw]:
    """Everything in a store that is not as it has to be: the file itself, what belongs together, the counts."""
    with store.reading() as connection:
        if store.dialect == "sqlite":
            yield from _file_flaws(connection)
        for name, meaning in RULES:
            found = connection.execute(statement(name)).scalar_one()
            if found:
                yield Flaw(kind=name.removeprefix("check_").replace("_", " "), message=f"{found:,} {meaning}")
        yield from _count_flaws(connection)


def _file_flaws(connection: Connection) -> Iterator[Flaw]:
    for row in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield Flaw(kind="file", message=str(row[0]))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Flaw(kind="reference", message=f"{row[0]} row {row[1]} names a row of {row[2]} that is not there")


def _count_flaws(connection: Connection) -> Iterator[Flaw]:
    """Whether what is counted by dyad and day is what counting anew gives."""
    wanted = _counts(connection, "counted_anew")
    there = _counts(connection, "counted")
    wrong = sum(1 for key in wanted.keys() | there.keys() if wanted[key] != there[key])
    if wrong:
        yield Flaw(kind="counts", message=f"{wrong:,} counts by dyad and day are wrong: `dragoman store check --mend`")


def _counts(connection: Connection, name: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for actor, recipient, day, kind, status, *numbers in connection.execute(statement(name)):
        for n, number in enumerate(numbers):
            found[actor, recipient, day, kind, status, str(n)] = int(number)
    return found


def mend(store: Store) -> None:
    """Count anew what is counted by dyad and day, and make the full-text indexes anew."""
    with store.writing() as connection:
        connection.execute(schema.dyad_day.delete())
        connection.execute(statement("count_all"))
        search.rebuild(connection)


def backup(store: Store, target: Path) -> None:
    """A whole copy of a SQLite store while others use it; raises `StoreError` where the copy would overwrite a file."""
    if store.dialect != "sqlite":
        raise StoreError("a PostgreSQL store is copied with pg_dump", kind="backup", where=store.where)
    if target.exists():
        raise StoreError("is there already; name another file", kind="backup", where=str(target))
    aside = target.with_name(f".{target.name}.part")
    with store.reading() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with sqlite3.connect(aside) as copy:
            source.backup(copy)
        copy.close()
    shutil.move(aside, target)


def forget(store: Store, article: str, ontology: Ontology) -> int:
    """Take a report out with all its versions, codings and evidence, and keep it from coming back.

    `article` is its id or its address. Gives the number of versions that went; raises `StoreError` where there is none.
    """
    a = schema.article.c
    with store.writing() as connection:
        rows = connection.execute(
            select(a.key, a.id).where(or_(a.id == article, a.url == article)).order_by(a.key.desc())
        ).all()
        if not rows:
            raise StoreError(f"no report has the id or address {article!r}", kind="missing", where=store.where)
        keys = [row.key for row in rows]
        _erasing(connection)
        for row in rows:
            withdraw(connection, row.key, ontology)
        connection.execute(schema.article.update().where(a.corrected_by.in_(keys)).values(corrected_by=None))
        for row in rows:
            _remove(connection, row.key, row.id)
    return len(rows)


def _remove(connection: Connection, key: int, article: str) -> None:
    drop_tellings(connection, key)
    unbind(connection, key)
    search.forget_article(connection, key)
    connection.execute(schema.article.delete().where(schema.article.c.key == key))
    connection.execute(schema.correction.delete().where(schema.correction.c.article == article))
    connection.execute(ignoring(connection, schema.forgotten), {"article": digest_of_id(article)})


def _erasing(connection: Connection) -> None:
    """What is removed from now on is overwritten in the file, not only marked as free."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
