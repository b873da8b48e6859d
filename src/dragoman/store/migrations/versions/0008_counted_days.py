"""Which days were counted anew since when, for those who keep the counts in memory."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table; nobody has kept anything yet."""
    op.create_table(
        "counted_day",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("counted_day_by_number", "counted_day", ["number", "day"])
