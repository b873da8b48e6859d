"""Watching: the feeds that are followed, and what they have told of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DAY = sa.String(10)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feed",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("url", sa.Text, nullable=False, unique=True),
        sa.Column(
            "etag", sa.Text, nullable=False, comment="mark of the last answer, given back with the next question"
        ),
        sa.Column("modified", sa.Text, nullable=False, comment="the same, as a time of the server's"),
        sa.Column("due", sa.BigInteger, nullable=False, comment="when it is asked again"),
        sa.Column(
            "looked", sa.BigInteger, comment="when it answered last, with something new or without; null: not yet"
        ),
        sa.Column("answered", sa.BigInteger, comment="when it last sent all that it lists; null: not yet"),
        sa.Column("failures", sa.Integer, nullable=False, comment="how often it has failed since it answered last"),
        sa.Column(
            "told",
            sa.Text,
            nullable=False,
            comment="why it failed last, or what of it could not be read; empty: all well",
        ),
    )
    _make_items()


def _make_items() -> None:
    op.create_table(
        "feed_item",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("feed", KEY, sa.ForeignKey("feed.key"), nullable=False),
        sa.Column("name", sa.Text, nullable=False, comment="digest of what the feed knows it by"),
        sa.Column("page", sa.Text, nullable=False, comment="digest of its address; empty where it has none"),
        sa.Column("url", sa.Text, nullable=False, comment="empty where it has none, or needs none any more"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("published", DAY, comment="the day that the feed tells"),
        sa.Column("changed", sa.Text, nullable=False, comment="what the feed says of its last change"),
        sa.Column(
            "text", sa.Text, nullable=False, comment="the report, where the feed holds it and it is still to be read"
        ),
        sa.Column("state", sa.Text, nullable=False, comment="waiting, done, skipped or failed"),
        sa.Column("due", sa.BigInteger, nullable=False, comment="not before"),
        sa.Column("tries", sa.Integer, nullable=False, comment="how often it was begun"),
        sa.Column("losses", sa.Integer, nullable=False, comment="how often the coder was lost over it"),
        sa.Column("visits", sa.Integer, nullable=False, comment="how often it was read again as it had changed"),
        sa.Column("since", sa.BigInteger, nullable=False, comment="when the feed first told of it"),
        sa.Column("settled", sa.BigInteger, comment="when it was done, skipped or given up; null: it waits"),
        sa.Column("told", sa.Text, nullable=False, comment="why it waits or failed"),
        sa.UniqueConstraint("feed", "name", name="feed_item_is"),
    )
    op.create_index("feed_item_by_page", "feed_item", ["page"])
    op.create_index("feed_item_by_state", "feed_item", ["state", "feed", "settled"])
