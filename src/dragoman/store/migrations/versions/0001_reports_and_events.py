"""Reports with their codings, tellings, distinct events, the counts by dyad and day, and the full-text indexes."""

import sqlalchemy as sa
from alembic import op

from dragoman.store.migrations.words import make_indexes

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and their full-text indexes."""
    op.create_table(
        "coder",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("version", sa.Text, nullable=False, comment="of the program"),
        sa.Column("rules", sa.Text, nullable=False, comment="digest of the rules"),
        sa.Column("model", sa.Text, nullable=False, comment="language model and digest of the relation model"),
        sa.UniqueConstraint("version", "rules", "model", name="coder_is"),
    )
    op.create_table(
        "dyad_day",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("recipient", sa.Text, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, primary_key=True),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False, comment="sum over the events, in tenths"),
    )
    op.create_index("dyad_day_by_day", "dyad_day", ["day"])
    op.create_table(
        "article",
        sa.Column("key", KEY, primary_key=True, comment="in the order of coming in"),
        sa.Column("id", sa.Text, nullable=False, comment="the caller's id, or a digest of the text"),
        sa.Column("version", sa.Text, nullable=False, comment="digest of the text: another one is a correction"),
        sa.Column(
            "corrected_by",
            KEY,
            sa.ForeignKey("article.key"),
            comment="the version that took its place; null: it stands",
        ),
        sa.Column("title", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("publisher", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("published", sa.String(10)),
        sa.Column("published_from", sa.Text, comment="caller, page or dateline"),
        sa.Column("text", sa.Text, comment="null where only the coding came in"),
        sa.Column("story", sa.Text, comment="the story that it tells, by its first report; null: not yet grouped"),
        sa.Column("coder", KEY, sa.ForeignKey("coder.key"), nullable=False),
        sa.Column(
            "found", sa.Text, nullable=False, comment="JSON: warnings, quotes, dates and commitments of the coding"
        ),
        sa.UniqueConstraint("id", "version", name="article_is"),
    )
    op.create_index("article_by_correction", "article", ["corrected_by"])
    op.create_index("article_by_day", "article", ["published"])
    op.create_index("article_by_story", "article", ["story"])
    op.create_index("article_by_url", "article", ["url"], postgresql_using="hash")
    op.create_table(
        "event",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True, comment="that of the earliest telling"),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False, comment="joined by ;"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column(
            "first", sa.String(10), nullable=False, comment="first day; that of publication where no report tells one"
        ),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("date_from", sa.Text, nullable=False, comment="text or published"),
        sa.Column("actor", sa.Text, nullable=False, comment="codes, joined by ;"),
        sa.Column("recipient", sa.Text, nullable=False, comment="codes, joined by ;"),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("recipient_name", sa.Text, nullable=False),
        sa.Column("score", sa.Integer, nullable=False, comment="in tenths, -100 to 100"),
        sa.Column("confidence", sa.Integer, nullable=False, comment="in thousandths"),
        sa.Column("reports", sa.Integer, nullable=False, comment="how many tell it"),
        sa.Column("publishers", sa.Integer, nullable=False),
        sa.Column(
            "told_in", KEY, sa.ForeignKey("article.key"), nullable=False, comment="the report that tells it most fully"
        ),
        sa.Column("word", sa.Text, nullable=False, comment="the trigger"),
        sa.Column("sentence", sa.Text, nullable=False, comment="where that report tells it"),
    )
    op.create_index("event_by_article", "event", ["told_in"])
    op.create_index("event_by_day", "event", ["first"])
    op.create_table(
        "dyad",
        sa.Column("actor", sa.Text, nullable=False, comment="the state, or the code of what belongs to none"),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("event", KEY, sa.ForeignKey("event.key"), nullable=False),
    )
    op.create_index("dyad_by_event", "dyad", ["event"])
    op.create_index("dyad_by_parties", "dyad", ["actor", "recipient", "first"])
    op.create_index("dyad_by_recipient", "dyad", ["recipient", "first"])
    op.create_table(
        "telling",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("article", KEY, sa.ForeignKey("article.key"), nullable=False),
        sa.Column("id", sa.Text, nullable=False, comment="of the event in its report"),
        sa.Column(
            "event", KEY, sa.ForeignKey("event.key"), comment="the distinct event; null: its report was corrected"
        ),
        sa.Column("component", KEY, comment="the first of those that are linked by likeness"),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False, comment="JSON: the event as the report tells it"),
        sa.Column("compared", sa.Text, nullable=False, comment="JSON: what tellings are compared by"),
        sa.UniqueConstraint("article", "id", name="telling_is"),
    )
    op.create_index("telling_by_component", "telling", ["component"])
    op.create_index("telling_by_event", "telling", ["event"])
    op.create_table(
        "block",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("telling", KEY, sa.ForeignKey("telling.key"), nullable=False),
    )
    op.create_index("block_by_name", "block", ["name", "first"])
    op.create_index("block_by_telling", "block", ["telling"])
    make_indexes(op.get_bind())
