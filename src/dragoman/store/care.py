"""Looking after a store: what is in it, whether it is sound, a copy of it, and reports that must go."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from dragoman.errors import StoreError
from dragoman.records import Record
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology
from dragoman.store import histories, schema, search
from dragoman.store.corrections import misplaced
from dragoman.store.damage import Damage, damages, is_near_damage, set_aside
from dragoman.store.ledgers import homeless_rulings, is_current
from dragoman.store.merging import clean, withdraw
from dragoman.store.opening import PATIENCE, Store
from dragoman.store.quoting import differing, drop_statements, remake
from dragoman.store.remembering import all_counted_anew, changed
from dragoman.store.saving import digest_of_id, drop_tellings, ignoring, unbind
from dragoman.store.statements import statement
from dragoman.store.tallies import count_report

# Milliseconds that forgetting waits for readers, who keep what is forgotten in SQLite's log.
READERS = 2_000


class Info(Record, frozen=True, kw_only=True):
    """How much a store holds: reports that stand and versions that were corrected; tellings and distinct events.

    `without_text` is of the reports that stand. `accounts` are the commitments of the ledger as it was made last;
    `not_yet_made` counts the parties whose ledger something came in for since. `misplaced` corrections find no event.
    """

    where: str
    tables: str
    reports: int
    corrected: int
    without_text: int
    tellings: int
    events: int
    accounts: int
    not_yet_made: int
    corrections: int
    misplaced: int
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
    a, t, e, c = schema.article.c, schema.telling.c, schema.event.c, schema.correction.c
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
            without_text=count(select(func.count()).where(a.text.is_(None), a.corrected_by.is_(None))),
            tellings=count(select(func.count()).where(t.event.is_not(None))),
            events=count(select(func.count(e.key))),
            accounts=count(select(func.count()).select_from(schema.account)),
            not_yet_made=count(statement("parties_not_yet_made")),
            corrections=count(select(func.count(c.key)).where(c.withdrawn.is_(None))),
            misplaced=sum(1 for _ in misplaced(connection)),
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
    return {_named(*row[:3]): row[3] for row in connection.execute(query)}


def _named(version: str, rules: str, model: str) -> str:
    return f"{version} rules {rules} {model}" if version else "nobody: a damaged coding was taken out"


# Statements that find nothing in a sound store, and what it means where they do.
RULES = (
    ("check_tellings_without_event", "tellings of reports that stand are in no event"),
    ("check_tellings_of_corrected", "tellings of corrected reports are still in an event"),
    ("check_events_untold", "events that nobody tells"),
    ("check_report_counts", "events whose count of reports is wrong"),
    ("check_dyads_missing", "events without their parties"),
    ("check_blocks_missing", "tellings that cannot be looked up"),
    ("check_articles_without_coder", "reports without their coder"),
    ("check_reports_lost", "reports whose damaged coding was taken out: `dragoman store recode`, or load them again"),
    ("check_corrected_by_corrected_away", "corrected reports whose correction is not there"),
)
# The same of SQLite's full-text indexes, which are tables beside the others.
INDEXES = (
    ("check_articles_not_searchable", "reports that cannot be searched: `dragoman store check --mend`"),
    ("check_tellings_not_searchable", "tellings that cannot be searched: `dragoman store check --mend`"),
    ("check_statements_not_searchable", "statements that cannot be searched: `dragoman store check --mend`"),
)


def check(store: Store) -> Iterator[Flaw]:
    """Everything in a store that is not as it has to be: the file itself, what belongs together, the counts."""
    with store.reading() as connection:
        sqlite = store.dialect == "sqlite"
        if sqlite:
            yield from _file_flaws(connection)
        for name, meaning in RULES + (INDEXES if sqlite else ()):
            found = connection.execute(statement(name)).scalar_one()
            if found:
                yield Flaw(kind=name.removeprefix("check_").replace("_", " "), message=f"{found:,} {meaning}")
        yield from _count_flaws(connection)
        yield from _correction_flaws(connection)
        damaged = list(damages(connection))
        if not any(damage.kind in {"coding", "event"} for damage in damaged):
            yield from _derived_flaws(connection)
    yield from map(_damage_flaw, damaged)
    if not any(damage.kind in {"account", "ruling"} for damage in damaged):
        yield from _history_flaws(store)
        yield from _ruling_flaws(store)


def _file_flaws(connection: Connection) -> Iterator[Flaw]:
    for row in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield Flaw(kind="file", message=str(row[0]))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Flaw(kind="reference", message=f"{row[0]} row {row[1]} names a row of {row[2]} that is not there")


def _count_flaws(connection: Connection) -> Iterator[Flaw]:
    """Whether what is counted by dyad and day is what counting anew gives."""
    wrong = connection.execute(statement("counted_wrong")).scalar_one()
    if wrong:
        yield Flaw(kind="counts", message=f"{wrong:,} counts by dyad and day are wrong: `dragoman store check --mend`")


def _derived_flaws(connection: Connection) -> Iterator[Flaw]:
    """Whether who said what, and who published how much, is what the reports say, all of which can be read."""
    if wrong := connection.execute(statement("reports_counted_wrong")).scalar_one():
        message = f"{wrong:,} counts of reports by publisher and day are wrong: `dragoman store check --mend`"
        yield Flaw(kind="volume", message=message)
    if wrong := sum(1 for _ in differing(connection)):
        message = f"{wrong:,} reports have other statements than their codings: `dragoman store check --mend`"
        yield Flaw(kind="statements", message=message)


def _correction_flaws(connection: Connection) -> Iterator[Flaw]:
    """What people corrected in reports that came in with other words since, or where no event is read any more."""
    for one in misplaced(connection):
        place = f"{one.start}:{one.end}"
        withdrawing = f"`dragoman store correct {one.article} {place} --withdraw`"
        message = (
            f"{one.article}: what was corrected at {place} is no event any more: correct it anew, or {withdrawing}"
        )
        yield Flaw(kind="correction", message=message)


# What to do about rows that cannot be read, by their kind; other kinds are of people or of other data sets.
REMEDIES = {
    "coding": "`dragoman store check --mend` takes that out, then `dragoman store recode` codes the report anew",
    "event": "`dragoman store check --mend` takes that out, then `dragoman store recode` codes the report anew",
    "account": "`dragoman store check --mend`, then `dragoman ledger` makes it anew",
}


def _damage_flaw(damage: Damage) -> Flaw:
    otherwise = f"restore a backup, or take that row out of the table {damage.kind} and enter it again"
    return Flaw(kind=damage.kind, message=f"{damage.name}: cannot be read: {REMEDIES.get(damage.kind, otherwise)}")


def _history_flaws(store: Store) -> Iterator[Flaw]:
    """Whether how commitments stood is what follows from them."""
    with store.reading() as connection:
        if wrong := sum(1 for _ in histories.differing(connection)):
            message = (
                f"{wrong:,} commitments are kept to have stood otherwise than they did: `dragoman store check --mend`"
            )
            yield Flaw(kind="standings", message=message)


def _ruling_flaws(store: Store) -> Iterator[Flaw]:
    """What people decided on commitments that no report tells as it did; known where the ledger is up to date."""
    if not is_current(store):
        return
    for one in homeless_rulings(store):
        message = f"{one.account}: what {one.by} decided ({one.standing}) finds its commitment no more: decide it anew"
        yield Flaw(kind="ruling", message=message)


def mend(store: Store, ontology: Ontology | None = None) -> None:
    """Count anew what is counted, make statements that are not right and the full-text indexes anew, later the ledger.

    Codings that cannot be read are taken out: their reports wait to be coded anew. Without an ontology the package's
    own scores what stood beside them.
    """
    with store.writing() as connection:
        _count_anew(connection, ontology or Ontology.load(DATA / "ontology"))
        for key in list(differing(connection)):
            remake(connection, key)
        search.rebuild(connection)
        connection.execute(schema.account.delete())
        changed(connection, "ledger")
        connection.execute(statement("mark_all_stale"))


def _count_anew(connection: Connection, ontology: Ontology) -> None:
    """Without what cannot be read."""
    all_counted_anew(connection)  # the days that were counted before, and below those that are now
    set_aside(connection, ontology)
    for table, name in ((schema.dyad_day, "count_all"), (schema.report_day, "count_reports")):
        connection.execute(table.delete())
        connection.execute(statement(name))
    all_counted_anew(connection)


def backup(store: Store, target: Path) -> None:
    """A whole copy of a SQLite store while others use it; raises `StoreError` where the copy would overwrite a file."""
    if store.dialect != "sqlite":
        raise StoreError("a PostgreSQL store is copied with pg_dump", kind="backup", where=store.where)
    if target.exists():
        raise StoreError("is there already; name another file", kind="backup", where=str(target))
    if not target.parent.is_dir():
        raise StoreError("its folder does not exist; make it first", kind="backup", where=str(target))
    aside = target.with_name(f".{target.name}.part")
    try:
        with store.reading() as connection, contextlib.closing(_opened(aside)) as copy:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
        aside.replace(target)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", kind="backup", where=str(target)) from error
    finally:
        aside.unlink(missing_ok=True)


def _opened(file: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(file)
    except sqlite3.Error as error:
        raise StoreError(f"cannot be written: {error}", kind="backup", where=str(file)) from error


def forget(store: Store, article: str, ontology: Ontology) -> int:
    """Take a report out with all its versions, codings and evidence, and keep it from coming back.

    `article` is its id or its address; versions under other ids are those that it corrected or that corrected it.
    Gives the number of versions that went; raises `StoreError` where there is none (kind "missing"), and where they
    went but their words stay in SQLite's log as others read the store (kind "log").
    """
    with store.writing() as connection:
        rows = _versions(connection, clean(article))
        if not rows:
            raise StoreError(f"no report has the id or address {article!r}", kind="missing", where=store.where)
        _erasing(connection)
        _forget(connection, rows, ontology)
        search.merge(connection)
    _empty_log(store)
    return len(rows)


def _forget(connection: Connection, rows: list[Row[Any]], ontology: Ontology) -> None:
    a, keys = schema.article.c, [row.key for row in rows]
    if is_near_damage(connection, keys):
        _count_anew(connection, ontology)
    for key in keys:
        withdraw(connection, key, ontology)
    standing = select(a.published, a.publisher).where(a.key.in_(keys), a.corrected_by.is_(None))
    for published, publisher in connection.execute(standing).all():
        count_report(connection, published, publisher, -1)
    connection.execute(schema.article.update().where(a.key.in_(keys)).values(corrected_by=None))
    for row in rows:
        _remove(connection, row.key, row.id, row.url)
    connection.execute(schema.account.delete())
    changed(connection, "ledger")
    connection.execute(statement("mark_all_stale"))


def _versions(connection: Connection, article: str) -> list[Row[Any]]:
    """All versions of a report, whatever their ids: each with those that it corrected and the one that corrected it."""
    a = schema.article.c
    query = select(a.key, a.id, a.url, a.corrected_by)
    found: dict[int, Row[Any]] = {}
    new = connection.execute(query.where(or_(a.id == article, a.url == article))).all()
    while new:
        found |= {row.key: row for row in new}
        later = [row.corrected_by for row in new if row.corrected_by is not None]
        near = or_(a.corrected_by.in_([row.key for row in new]), a.key.in_(later))
        new = [row for row in connection.execute(query.where(near)) if row.key not in found]
    return [found[key] for key in sorted(found, reverse=True)]


def _remove(connection: Connection, key: int, article: str, address: str | None) -> None:
    drop_tellings(connection, key)
    drop_statements(connection, key)
    unbind(connection, key)
    search.forget_article(connection, key)
    connection.execute(schema.article.delete().where(schema.article.c.key == key))
    connection.execute(schema.correction.delete().where(schema.correction.c.article == article))
    for name in (article, address):
        if name:
            connection.execute(ignoring(connection, schema.forgotten), {"article": digest_of_id(name)})


def _erasing(connection: Connection) -> None:
    """What is removed from now on is overwritten in the file, not only marked as free."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _empty_log(store: Store) -> None:
    """Let nothing of what was removed stay in SQLite's log of changes; raises `StoreError` where others read it."""
    if store.dialect != "sqlite":
        return
    with contextlib.closing(store.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {READERS}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    if busy:
        message = "forgotten, but others read the store: its words leave the file's log when they are done and close it"
        raise StoreError(message, kind="log", where=store.where)
