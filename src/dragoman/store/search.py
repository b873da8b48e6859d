"""Full-text search over reports, sentences of events and statements: the only place where the two databases differ."""

import re
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Subquery, column

from dragoman.records import Status
from dragoman.store import schema
from dragoman.store.counts import NO_DAY
from dragoman.store.statements import statement, write

# "missile test" in quotes is one phrase, everything else single words that all have to stand there.
PIECE = re.compile(r'"([^"]+)"|(\S+)')
LETTERS = re.compile(r"\w")
# Of words that stand in more tellings or statements only these are looked at, which came in last.
HITS = 5_000
# What both databases take: a search of more words, or of a longer one, is no question of a person's.
WORDS, LETTERS_OF_WORD = 64, 200


class Report(NamedTuple):
    """A report that was found, with the words around what was looked for."""

    article: str
    published: str | None
    publisher: str | None
    title: str | None
    excerpt: str


class Hit(NamedTuple):
    """A distinct event of which some telling holds the words; `first` is None where no day is known."""

    event: str
    first: str | None
    type: str
    mode: str
    status: Status
    actor: str
    recipient: str
    reports: int
    sentence: str


def search_reports(connection: Connection, words: str, *, most: int = 50) -> list[Report]:
    """The newest reports in which all words stand, "several words" in quotes as a phrase."""
    return [Report(*row) for row in _found(connection, "reports", words, most)]


def search_events(connection: Connection, words: str, *, most: int = 50) -> list[Hit]:
    """Distinct events told by a sentence in which all words stand, the newest first, those without a day last."""
    hits = [Hit(*row) for row in _found(connection, "events", words, most)]
    return [hit._replace(first=None) if hit.first == NO_DAY else hit for hit in hits]


def is_searchable(words: str) -> bool:
    """Whether there is anything in words to look for.

    >>> is_searchable("rocket"), is_searchable('" (')
    (True, False)
    """
    return bool(_quoted(words))


def count_events(connection: Connection, words: str) -> int:
    """How many distinct events are told by a sentence in which all words stand."""
    rows = _found(connection, "events_counted", words, 1)
    return int(rows[0][0]) if rows else 0


def hits(connection: Connection, what: Literal["telling", "statement"], words: str) -> Subquery:
    """The numbers (`key`) of what holds all words, at most `HITS` of them; there must be something to look for."""
    found = statement(f"{what}_hits_{connection.dialect.name}").bindparams(words=_quoted(words), many=HITS)
    return found.columns(column("key", schema.Key)).subquery()


def _found(connection: Connection, what: str, words: str, most: int) -> list[tuple[Any, ...]]:
    query = _quoted(words)
    if not query:
        return []
    name = f"search_{what}_{connection.dialect.name}"
    rows = connection.execute(statement(name), {"words": query, "most": most})
    return [tuple(row) for row in rows]


def _quoted(words: str) -> str:
    """Words as both databases take them: each in quotes, so that nothing in them is read as an operator.

    >>> _quoted('Yongbyon "reactor restart" NOT (')
    '"Yongbyon" "reactor restart" "NOT"'
    """
    typed = words.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    pieces = [(phrase or word)[:LETTERS_OF_WORD].replace('"', "") for phrase, word in PIECE.findall(typed)]
    return " ".join(f'"{piece}"' for piece in pieces[:WORDS] if LETTERS.search(piece))


def index_article(connection: Connection, key: int) -> None:
    """Make a report's words searchable; PostgreSQL does so by itself."""
    _run(connection, "index_article", key)


def index_tellings(connection: Connection, article: int) -> None:
    """Make the sentences of a report's events searchable."""
    _run(connection, "index_tellings", article)


def forget_article(connection: Connection, key: int) -> None:
    """Take a report's words out of the index, while its row is still there."""
    _run(connection, "forget_article", key)


def forget_tellings(connection: Connection, article: int) -> None:
    """Take the sentences of a report's events out of the index, while their rows are still there."""
    _run(connection, "forget_tellings", article)


def index_statements(connection: Connection, article: int) -> None:
    """Make what a report has people say searchable."""
    _run(connection, "index_statements", article)


def forget_statements(connection: Connection, article: int) -> None:
    """Take what a report has people say out of the index, while those rows are still there."""
    _run(connection, "forget_statements", article)


def rebuild(connection: Connection) -> None:
    """Make SQLite's indexes anew from the tables."""
    if connection.dialect.name == "sqlite":
        for name in ("rebuild_articles", "rebuild_tellings", "rebuild_statements"):
            connection.execute(statement(name))


def merge(connection: Connection) -> None:
    """Make each of SQLite's indexes one piece, in which nothing is left of what was taken out."""
    if connection.dialect.name == "sqlite":
        for name in ("merge_articles", "merge_tellings", "merge_statements"):
            connection.execute(statement(name))


def _run(connection: Connection, name: str, key: int) -> None:
    if connection.dialect.name == "sqlite":
        write(connection, name, {"key": key})
