"""The full-text indexes over reports, sentences of events and statements: FTS5 in SQLite, tsvector in PostgreSQL.

Both take words by their stems and leave accents out of account where the database can.
"""

from sqlalchemy import Connection, text

SQLITE = (
    "CREATE VIRTUAL TABLE article_words USING fts5"
    "(title, text, content='article', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE telling_words USING fts5"
    "(sentence, content='telling', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2')",
)
# A report of more than 200,000 characters is found by its beginning: PostgreSQL's indexes hold a megabyte of words.
POSTGRESQL = (
    "ALTER TABLE article ADD COLUMN words tsvector GENERATED ALWAYS AS"
    " (to_tsvector('english', coalesce(title, '') || ' ' || left(coalesce(text, ''), 200000))) STORED",
    "CREATE INDEX article_words ON article USING gin (words)",
    "ALTER TABLE telling ADD COLUMN words tsvector GENERATED ALWAYS AS"
    " (to_tsvector('english', left(sentence, 200000))) STORED",
    "CREATE INDEX telling_words ON telling USING gin (words)",
)
# An index over the words themselves: a column of its own for what stands in the words already would double them.
STATEMENTS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE statement_words USING fts5"
        "(words, content='statement', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2')",
        "INSERT INTO statement_words(statement_words) VALUES ('rebuild')",
    ),
    "postgresql": (
        "CREATE INDEX statement_words ON statement USING gin (to_tsvector('english', left(words, 200000)))",
    ),
}


def make_indexes(connection: Connection) -> None:
    """Make the indexes, in the form that the database has."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.execute(text(statement))


def make_statement_index(connection: Connection) -> None:
    """The same over the words of statements, of those that are there already too."""
    for statement in STATEMENTS[connection.dialect.name]:
        connection.execute(text(statement))
