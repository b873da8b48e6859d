"""How each commitment stood and where it is told; the ledger is made anew when it is next asked for, with these."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, and have the ledger made anew."""
    op.create_table(
        "stood",
        sa.Column("account", sa.Text, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("first", sa.String(10), primary_key=True),
        sa.Column("until", sa.String(10), nullable=False, comment="the first day on which it stood so no more"),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False, comment="how it stood before; empty where nobody knew of it"),
        sa.Column("took", sa.Integer, comment="days from the words to the deed that kept it"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made", sa.String(10), nullable=False, comment="day of the first words"),
        sa.Column("latest", sa.String(10), nullable=False, comment="day of the last entry"),
    )
    op.create_index("stood_by_making", "stood", ["made", "account"])
    op.create_index("stood_by_standing", "stood", ["standing", "made", "account"])
    op.create_index("stood_by_day", "stood", ["first"])
    op.create_index("stood_by_kind", "stood", ["standing", "kind", "took", "first", "until", "latest"])
    op.create_table(
        "account_side",
        sa.Column("account", sa.Text, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("side", sa.Text, primary_key=True, comment="by or to"),
        sa.Column("party", sa.Text, primary_key=True, comment="state or code"),
        sa.Column("made", sa.String(10), nullable=False, comment="day of the first words"),
    )
    op.create_index("account_side_by_party", "account_side", ["party", "side", "made", "account"])
    op.create_table(
        "cited",
        sa.Column("account", sa.Text, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("article", sa.Text, primary_key=True, comment="id of the report; empty where a person entered it"),
        sa.Column("event", sa.Text, primary_key=True, comment="id of the distinct event; empty where there is none"),
    )
    op.create_index("cited_by_article", "cited", ["article"])
    op.create_index("cited_by_event", "cited", ["event"])
    op.execute(
        "INSERT INTO stale (party) SELECT DISTINCT party FROM account WHERE party NOT IN (SELECT party FROM stale)"
    )
    op.execute("DELETE FROM account")
