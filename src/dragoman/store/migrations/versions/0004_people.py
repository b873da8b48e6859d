"""People who may write from elsewhere, and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "person",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("password", sa.Text, nullable=False, comment="digest by argon2id, with its costs and salt"),
        sa.Column("made", sa.BigInteger, nullable=False, comment="seconds since 1970"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.Text, primary_key=True, comment="SHA-256 of the token, which only the browser holds"),
        sa.Column("person", sa.Text, sa.ForeignKey("person.name"), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False, comment="seconds since 1970"),
        sa.Column("seen", sa.BigInteger, nullable=False, comment="last sign of life, to ten minutes"),
        sa.Column("expires", sa.BigInteger, nullable=False, comment="when it ends without another one"),
    )
    op.create_index("session_by_person", "session", ["person"])
