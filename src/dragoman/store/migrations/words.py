"""The full-text indexes over reports and over the sentences of events: FTS5 in SQLite, tsvector in PostgreSQL.

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


def make_indexes(connection: Connection) -> None:
    """Make the indexes, in the form that the database has."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.execute(text(statement))
