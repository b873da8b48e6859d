"""Opening a store: where it is, that its tables are those of this version, and errors that say what to do."""

import contextlib
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from dragoman.errors import StoreError
from dragoman.store.schema import HEAD
from dragoman.store.statements import run, write

DEFAULT = "dragoman.db"
# Milliseconds that a writer waits for another one: making a large ledger anew takes seconds.
PATIENCE = 30_000
# Pages of the log of changes after which it is written into the file: 32 MB, so that a commit seldom waits for it.
LOG_PAGES = 8_000
# Connections that are kept open; more are opened as threads need them (a web server runs 40), and closed again.
KEPT, AT_MOST = 10, 40
# Any number, the same for all: on a PostgreSQL server whoever holds it writes, one after the other as in SQLite.
WRITING = 7_031_914


class Store:
    """An open store; several threads may read and write through one."""

    def __init__(self, engine: Engine, where: str, *, writable: bool = True) -> None:
        self.engine, self.where, self.writable = engine, where, writable

    @property
    def dialect(self) -> str:
        """Sqlite or postgresql."""
        return self.engine.dialect.name

    @contextlib.contextmanager
    def writing(self, *, quietly: bool = False) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or on any error nothing.

        There is one writer at a time on either database: what a report tells is joined to what others have told.
        `quietly` is for what no page shows, as when a feed was asked last: it does not count as a change of the store.
        """
        with _told(self.where), self.engine.begin() as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITING})
            before = _changes(connection)
            yield connection
            if not quietly and (_changes(connection) != before or self.dialect == "postgresql"):
                write(connection, f"beat_{self.dialect}", {})

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads one state of the store."""
        with _told(self.where), self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def pulse(connection: Connection) -> int:
    """How often the store has been written to: where the number is the same, so is everything that it holds."""
    return int(run(connection, "pulse", {}).scalar() or 0)


def _changes(connection: Connection) -> int:
    """How many rows SQLite's driver has changed so far; PostgreSQL knows by itself whether anything was written."""
    driver = connection.connection.driver_connection
    return driver.total_changes if isinstance(driver, sqlite3.Connection) else 0


def place_of(named: str | None) -> str:
    """Where the store is: as named, else by the environment, else a file in this folder."""
    return named or os.environ.get("DRAGOMAN_STORE") or DEFAULT


def open_store(where: str | Path, *, writing: bool = True, make: bool = True) -> Store:
    """Open a store by its file or URL (`sqlite:///file`, `sqlite://` in memory, `postgresql+pg8000://user@host/name`).

    With `writing` an earlier version's tables are brought up to date, and with `make` a missing store is made; without
    it the store can only be read. Raises `StoreError` where there is none, where it is of a newer version, or cannot be
    opened.
    """
    url = _url(str(where))
    shown = url.database or "memory" if url.get_backend_name() == "sqlite" else url.render_as_string()
    make = make and writing
    if not make and url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise StoreError("there is no store here; `dragoman code --store FILE` makes one", kind="missing", where=shown)
    if url.get_backend_name() == "sqlite" and Path(url.database or "").is_dir() and url.database:
        message = "a folder; a store is a file: name one, like dragoman.db in it"
        raise StoreError(message, kind="unopened", where=shown)
    with _told(shown):
        store = Store(_engine(url, writing=writing), shown, writable=writing)
        try:
            _made_ready(store, writing=writing, make=make)
            if writing and store.dialect == "sqlite":
                _log_ahead(store)
        except BaseException:
            store.close()
            raise
    return store


def open_kept(where: str | Path) -> Store:
    """Open a store to read it and to make anew what is out of date; only to read where it cannot be written.

    `writable` of the store says which. Raises `StoreError` as `open_store` does.
    """
    try:
        return open_store(where, make=False)
    except StoreError as error:
        if error.kind not in {"readonly", "unopened"}:
            raise
    return open_store(where, writing=False)


def _url(where: str) -> URL:
    """A file's name or a URL as a URL."""
    if "://" not in where:
        return URL.create("sqlite", database=where)
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise StoreError(f"not a file and not the URL of a store: {error}", kind="url", where=where) from error
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        message = "a store is a SQLite file or a postgresql+pg8000:// URL"
        raise StoreError(message, kind="url", where=url.render_as_string())
    return url


def _engine(url: URL, *, writing: bool) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return _postgresql(url, writing=writing)
        return _sqlite(url.database or "", writing=writing)
    except (NoSuchModuleError, ImportError) as error:
        message = f"{error}: pip install 'dragoman[postgres]'"
        raise StoreError(message, kind="missing", where=url.render_as_string()) from error


def _postgresql(url: URL, *, writing: bool) -> Engine:
    """An engine on a server: readers see one state of the store, writers come one after the other."""
    engine = create_engine(url, pool_pre_ping=True, pool_size=KEPT, max_overflow=AT_MOST - KEPT)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not writing or connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")

    return engine


def _sqlite(file: str, *, writing: bool) -> Engine:
    """An engine on a file, or on memory that all its connections share."""

    def connect() -> sqlite3.Connection:
        name = file or ":memory:"
        target = name if writing or not file else f"{Path(name).absolute().as_uri()}?{_mode(Path(name))}"
        found = sqlite3.connect(target, uri=target != name, isolation_level=None, check_same_thread=False)
        found.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        if writing:
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            found.execute("PRAGMA foreign_keys = ON")
        return found

    # A pool that gives each thread of a web server a connection of its own; the one used last first, as its pages are
    # still in memory. SQLAlchemy's own choice here would close connections that other threads are using.
    many: dict[str, Any] = {"poolclass": QueuePool, "pool_size": KEPT, "max_overflow": -1, "pool_use_lifo": True}
    pool: dict[str, Any] = many if file else {"poolclass": StaticPool}
    engine = create_engine("sqlite://", creator=connect, **pool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = not writing or connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _log_ahead(store: Store) -> None:
    """Let people read while somebody writes; the file keeps that mode, so it must be known to be a store."""
    connection = store.engine.raw_connection()
    try:
        _patiently(lambda: connection.cursor().execute("PRAGMA journal_mode = WAL"))
    finally:
        connection.close()


def _patiently(change: Callable[[], object]) -> None:
    """Try again while others are at the same: SQLite does not wait for those who change the mode at the same moment."""
    until = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            change()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01 + 0.05 * random.random())  # noqa: S311  no secret
        else:
            return


def _mode(file: Path) -> str:
    """How a file is read: where nobody can write beside it there is no log of changes to share either."""
    alone = not os.access(file.parent, os.W_OK) and not file.with_name(file.name + "-wal").exists()
    return "immutable=1" if alone else "mode=ro"


def _made_ready(store: Store, *, writing: bool, make: bool) -> None:
    """Bring the tables to this version, whole or not at all; refuse those of another one where nothing is written."""
    with store.engine.connect().execution_options(reading=True) as connection:
        found = _revision(connection, store.where)
    if found == HEAD:
        return
    if found is None and not make:
        message = "holds no store; `dragoman code --store` makes one there"
        raise StoreError(message, kind="missing", where=store.where)
    if not writing:
        told = f"its tables are of version {found}, this program reads {HEAD}"
        message = f"{told}; open it once for writing (`dragoman store info --migrate`) or update Dragoman"
        raise StoreError(message, kind="version", where=store.where)
    from dragoman.store.migrating import migrate

    with store.engine.begin() as connection:
        migrate(connection, _revision(connection, store.where), store.where)


def _revision(connection: Connection, where: str) -> str | None:
    """The version of the tables; None where there are none. A database of something else is refused."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            message = f"a database, but no store: it holds the tables {', '.join(sorted(tables)[:4])}; name another one"
            raise StoreError(message, kind="other", where=where)
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


# What databases say when something outside is wrong (PostgreSQL with its code), and what a person can do about it.
REMEDIES = (
    ("database is locked", "locked", "another program is writing to it; try again when that is done"),
    ("55p03", "locked", "another program is writing to it; try again when that is done"),
    ("readonly", "readonly", "the file or its folder cannot be written: check its permissions, or copy it"),
    ("25006", "readonly", "that server only lets it be read; name the one that is written to"),
    ("42501", "readonly", "that user may not write there; the owner of the database can permit it"),
    ("unable to open", "unopened", "cannot be opened: does its folder exist, and may you write there?"),
    ("is full", "full", "the disk is full: free some space and run again, what was stored is safe"),
    ("disk i/o error", "disk", "the disk failed or is full: check it and run again, then `dragoman store check`"),
    ("53100", "full", "the server's disk is full: free some space and run again, what was stored is safe"),
    ("malformed", "corrupt", "the file is damaged: restore a backup, or save what can be read with `sqlite3 .recover`"),
    ("not a database", "corrupt", "the file is no SQLite database; name another one"),
    ("3d000", "missing", "that database does not exist on the server: make it with createdb"),
    ("28000", "refused", "the server does not let that user in: make it with createuser, or name another one"),
    ("28p01", "refused", "the server refused the user or the password"),
    ("connect", "gone", "the database cannot be reached: is the server running? What was stored is safe; run again"),
)
GONE = "the database went away; what was stored is safe, run again to go on"
DAMAGED = "a row is damaged: `dragoman store check --mend`, then `dragoman store recode`, or restore a backup"


@contextlib.contextmanager
def _told(where: str) -> Iterator[None]:
    """What the database says, as a `StoreError` with what to do."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        said = _said(error.orig if isinstance(error, IntegrityError) else error).splitlines()[0]
        message = f"ids that another report or event has already: {said}"
        raise StoreError(message, kind="twice", where=where) from error
    except DBAPIError as error:
        raise _error(_said(error.orig), where, lost=error.connection_invalidated) from error
    except msgspec.MsgspecError as error:
        raise StoreError(DAMAGED, kind="corrupt", where=where) from error
    except SQLAlchemyError as error:
        raise _error(str(error), where, lost=False) from error
    except BrokenPipeError:
        raise  # whoever reads our output has gone: drivers tell what they cannot send as errors of the database
    except (sqlite3.Error, ConnectionError) as error:
        raise _error(str(error), where, lost=isinstance(error, ConnectionError)) from error


def _said(error: BaseException | None) -> str:
    """The words of a database: pg8000 gives a table of which C is the code and M the message."""
    given = error.args[0] if error is not None and error.args else error
    return f"{given.get('M')} ({given.get('C')})" if isinstance(given, dict) else str(error)


def _error(said: str, where: str, *, lost: bool) -> StoreError:
    low = said.lower()
    for words, kind, remedy in REMEDIES:
        if words in low:
            return StoreError(remedy, kind=kind, where=where)
    if lost or "network error" in low or "terminating connection" in low or "closed" in low:
        return StoreError(GONE, kind="gone", where=where)
    return StoreError(said.splitlines()[0] if said else "the database failed", kind="store", where=where)
