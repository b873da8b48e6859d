"""What pages ask for: statements and whom they are about, reports by publisher and day, how often it was written to."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from alembic import op

from dragoman.store.migrations.words import make_statement_index
from dragoman.store.quoting import Rows, Said, read_coding, rows_of, said_in

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# Reports read at a time: some megabytes.
PAGE = 500


def upgrade() -> None:
    """Make the tables, fill them from the codings that are there, and then the indexes."""
    connection = op.get_bind()
    _fill(connection, *_make_tables())
    connection.execute(sa.text("INSERT INTO pulse (key, number) VALUES (1, 1)"))
    connection.execute(sa.text(REPORTS))
    _make_indexes()
    make_statement_index(connection)


def _make_tables() -> tuple[sa.Table, sa.Table]:
    """All of them; gives those that are filled from codings."""
    statement = op.create_table(
        "statement",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("article", KEY, sa.ForeignKey("article.key"), nullable=False),
        sa.Column("begins", sa.Integer, nullable=False, comment="first character of the quotation in the text"),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="direct, mixed, indirect, belief or intention"),
        sa.Column(
            "speaker", sa.Text, nullable=False, comment="the fullest name in the report; empty where nobody is named"
        ),
        sa.Column("speaker_code", sa.Text, nullable=False, comment="empty where unknown, as its party"),
        sa.Column("speaker_party", sa.Text, nullable=False, comment="the state, or the code of what belongs to none"),
        sa.Column("via", sa.Text, nullable=False, comment="who carried it, by name; empty where nobody is told"),
        sa.Column("via_code", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False, comment="of publication"),
        sa.Column("cue", sa.Text, nullable=False, comment="the word of saying"),
        sa.Column("words", sa.Text, nullable=False, comment="the quotation as it stands in the text"),
    )
    about = op.create_table(
        "about",
        sa.Column("party", sa.Text, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("statement", KEY, sa.ForeignKey("statement.key"), primary_key=True),
        sa.Column("speaker_party", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_day",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("publisher", sa.Text, primary_key=True, comment="empty where unknown"),
        sa.Column("reports", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=False, comment="1"),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    return statement, about


def _make_indexes() -> None:
    for name, columns in (
        ("statement_by_article", ["article"]),
        ("statement_by_day", ["day", "key", "kind"]),
        ("statement_by_party", ["speaker_party", "day", "key", "kind"]),
        ("statement_by_speaker", ["speaker", "day", "key", "kind"]),
        ("about_by_speaker", ["speaker_party", "party", "day", "statement"]),
        ("about_by_statement", ["statement", "party"]),
    ):
        op.create_index(name, name.partition("_by_")[0], columns)
    op.create_index("article_by_publisher", "article", ["publisher"], postgresql_using="hash")
    op.create_index("article_by_coder", "article", ["coder", "corrected_by"])
    several = sa.text("actor LIKE '%;%' OR recipient LIKE '%;%'")
    op.create_index("event_of_several", "event", ["first"], sqlite_where=several, postgresql_where=several)
    # The same as before, longer by what puts rows of the same day in order or spares reading the rows.
    for name in (
        "article_by_correction",
        "article_by_day",
        "dyad_day_by_day",
        "dyad_by_parties",
        "dyad_by_recipient",
        "dyad_by_event",
        "event_by_day",
    ):
        op.drop_index(name, name.partition("_by_")[0])
    counted = ["day", "actor", "recipient", "type", "status", "events", "reports"]
    op.create_index("dyad_day_by_day", "dyad_day", counted)
    corrected = sa.text("corrected_by IS NOT NULL")
    op.create_index(
        "article_by_correction", "article", ["corrected_by"], sqlite_where=corrected, postgresql_where=corrected
    )
    op.create_index("article_by_day", "article", ["published", "key", "corrected_by"])
    op.create_index("dyad_by_parties", "dyad", ["actor", "recipient", "first", "event"])
    op.create_index("dyad_by_actor", "dyad", ["actor", "first", "event"])
    op.create_index("dyad_by_recipient", "dyad", ["recipient", "first", "event"])
    op.create_index("dyad_by_event", "dyad", ["event", "actor", "recipient"])
    op.create_index("event_by_day", "event", ["first", "key"])


REPORTS = """
INSERT INTO report_day (day, publisher, reports)
SELECT coalesce(published, '0001-01-01'), substr(coalesce(publisher, ''), 1, 300), count(*)
FROM article WHERE corrected_by IS NULL GROUP BY 1, 2
"""
ARTICLES = """
SELECT key, published, found FROM article WHERE corrected_by IS NULL AND key > :last ORDER BY key LIMIT :page
"""
TELLINGS = """
SELECT telling.article, telling.found FROM telling JOIN article ON article.key = telling.article
WHERE telling.article BETWEEN :first AND :last AND article.corrected_by IS NULL
"""


def _fill(connection: sa.Connection, statement: sa.Table, about: sa.Table) -> None:
    """The statements of all reports that stand; of what is damaged there are none: `dragoman store check` tells it."""
    last, key = 0, 1
    while page := connection.execute(sa.text(ARTICLES), {"last": last, "page": PAGE}).all():
        told = _told(connection, page[0].key, page[-1].key)
        rows: Rows = []
        parties: Rows = []
        for row in page:
            mine, theirs = rows_of(row.key, row.published, _said(row.found, told.get(row.key, ())), key)
            rows, parties, key = rows + mine, parties + theirs, key + len(mine)
        for table, values in ((statement, rows), (about, parties)):
            if values:
                connection.execute(table.insert(), values)
        last = page[-1].key


def _told(connection: sa.Connection, first: int, last: int) -> dict[int, list[str]]:
    """The events of some reports, as they are stored."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(sa.text(TELLINGS), {"first": first, "last": last}):
        found.setdefault(row.article, []).append(row.found)
    return found


def _said(found: str, told: Sequence[str]) -> list[Said]:
    try:
        return said_in(*read_coding(found, told))
    except (ValueError, msgspec.MsgspecError):
        return []
