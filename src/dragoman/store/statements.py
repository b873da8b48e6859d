"""The store's SQL, by name, from the .sql files beside this module; the same text runs on both databases."""

import functools
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, bindparam, text

Values = dict[str, Any] | Sequence[dict[str, Any]]
FOLDER = Path(__file__).parent / "sql"
COMMENT = re.compile(r"^--.*\n", re.MULTILINE)
NAMED = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def run(connection: Connection, name: str, values: Values) -> CursorResult[Any]:
    """Run a statement that is run for every report; SQLite's driver takes the text with its named values as it is."""
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(_statements()[name], values)
    return connection.execute(statement(name), values)


def write(connection: Connection, name: str, values: Values) -> None:
    """Run a statement that gives nothing back, once or for many rows, within the connection's transaction.

    On SQLite its driver does so by itself, which spares a quarter of the time that storing takes; on PostgreSQL the
    network takes most of it.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        (driver.execute if isinstance(values, dict) else driver.executemany)(_statements()[name], values)
    else:
        connection.execute(statement(name), values)


@functools.cache
def statement(name: str, *lists: str) -> TextClause:
    """The statement of a name; `lists` are those of its values that are lists."""
    return text(_statements()[name]).bindparams(*(bindparam(one, expanding=True) for one in lists))


@functools.cache
def _statements() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.sql")):
        _, *parts = NAMED.split(path.read_text(encoding="utf-8"))
        for name, part in zip(parts[::2], parts[1::2], strict=True):
            assert name not in found, f"{path.name}: another statement is called {name}"
            found[name] = COMMENT.sub("", part).strip()
    return found
