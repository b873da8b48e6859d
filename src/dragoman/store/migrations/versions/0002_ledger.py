"""The ledger, what people ruled and corrected, what is to stay forgotten, and records of other data sets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("party", sa.Text, nullable=False, comment="the first of those who are bound"),
        sa.Column("held", sa.Text, nullable=False, comment="JSON: the commitment with its entries"),
    )
    op.create_index("account_by_party", "account", ["party"])
    op.create_table(
        "correction",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("article", sa.Text, nullable=False, comment="id of the report"),
        sa.Column(
            "version", sa.Text, nullable=False, comment="of the report: in another text the place is another one"
        ),
        sa.Column("begins", sa.Integer, nullable=False, comment="first character of the trigger"),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("held", sa.Text, nullable=False, comment="JSON: what a person changed, and why"),
        sa.Column("withdrawn", sa.Text, comment="JSON: who took it back, when and why; null: it stands"),
    )
    op.create_index("correction_by_article", "correction", ["article"])
    op.create_table(
        "overruled",
        sa.Column("article", KEY, sa.ForeignKey("article.key"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, comment="of the event among those of its coding"),
        sa.Column("id", sa.Text, nullable=False, comment="of the event in its report"),
        sa.Column("found", sa.Text, nullable=False, comment="JSON: the event as the coder has it"),
        sa.UniqueConstraint("article", "place", name="overruled_is"),
    )
    op.create_table(
        "forgotten",
        sa.Column(
            "article",
            sa.Text,
            primary_key=True,
            comment="digest of the id or address of a report that must not come back",
        ),
    )
    op.create_table(
        "imported",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("source", sa.Text, nullable=False, comment="gdelt, icews, polecat or phoenix"),
        sa.Column("id", sa.Text, nullable=False, comment="theirs"),
        sa.Column("digest", sa.Text, nullable=False, comment="of the whole record: their ids are not always unique"),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("held", sa.Text, nullable=False, comment="JSON: the record as it came"),
        sa.UniqueConstraint("source", "digest", name="imported_is"),
    )
    op.create_index("imported_by_parties", "imported", ["actor", "recipient", "day"])
    op.create_table(
        "ruling",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("held", sa.Text, nullable=False, comment="JSON: what a person decided on a commitment, and why"),
    )
    op.create_index("ruling_by_account", "ruling", ["account"])
    op.create_table(
        "stale",
        sa.Column("party", sa.Text, primary_key=True),
    )
    op.create_table(
        "bound",
        sa.Column("party", sa.Text, nullable=False, comment="state or code of who is bound or speaks"),
        sa.Column("other", sa.Text, nullable=False, comment="himself, or who is bound with him or addressed"),
        sa.Column("jointly", sa.Boolean, nullable=False, comment="whether the other one is bound too"),
        sa.Column("article", KEY, sa.ForeignKey("article.key"), nullable=False),
        sa.UniqueConstraint("party", "other", "article", name="bound_is"),
    )
    op.create_index("bound_by_article", "bound", ["article"])
