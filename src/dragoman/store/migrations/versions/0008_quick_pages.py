"""Which days were counted anew since when, and how the commitments of each party stood."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

DAY = sa.String(10)


def upgrade() -> None:
    """Make the tables; nobody has kept anything yet, and how commitments stood follows from what is there."""
    op.create_table(
        "counted_day",
        sa.Column("day", DAY, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("counted_day_by_number", "counted_day", ["number", "day"])
    op.create_table(
        "stood_of",
        sa.Column("party", sa.Text, primary_key=True, comment="state or code"),
        sa.Column("side", sa.Text, primary_key=True, comment="by or to"),
        sa.Column("made", DAY, primary_key=True, comment="day of the first words"),
        sa.Column("account", sa.Text, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("first", DAY, primary_key=True),
        sa.Column("until", DAY, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("took", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("latest", DAY, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO stood_of (party, side, made, account, first, until, standing, took, kind, latest)"
        " SELECT s.party, s.side, s.made, s.account, stood.first, until, standing, took, kind, latest"
        " FROM account_side AS s JOIN stood ON stood.account = s.account ORDER BY 1, 2, 3, 4, 5"
    )
    op.create_index("stood_of_by_account", "stood_of", ["account", "side", "party", "first"])
    op.drop_table("account_side")
