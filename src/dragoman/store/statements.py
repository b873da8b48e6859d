"""The store's SQL, by name, from the .sql files beside this module; the same text runs on both databases."""

import functools
import re
from pathlib import Path

from sqlalchemy import TextClause, bindparam, text

FOLDER = Path(__file__).parent / "sql"
COMMENT = re.compile(r"^--.*\n", re.MULTILINE)
NAMED = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@functools.cache
def statement(name: str, *lists: str) -> TextClause:
    """The statement of a name; `lists` are those of its values that are lists."""
    return text(_statements()[name]).bindparams(*(bindparam(one, expanding=True) for one in lists))


@functools.cache
def _statements() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.sql")):
        _, *parts = NAMED.split(path.read_text(encoding="utf-8"))
        found.update(zip(parts[::2], (COMMENT.sub("", part).strip() for part in parts[1::2]), strict=True))
    return found
