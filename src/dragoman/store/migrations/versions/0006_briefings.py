"""Briefings by mail: lists, who gets them, what they agreed to, issues, and what is to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DAY = sa.String(10)


def upgrade() -> None:
    """Make the tables."""
    _make_lists()
    _make_consent()
    _make_issues()
    _make_keeping()


def _make_lists() -> None:
    op.create_table(
        "mailing_list",
        sa.Column("slug", sa.Text, primary_key=True, comment="its name in addresses; it never changes"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False, comment="JSON: what its briefings are about"),
        sa.Column("schedule", sa.Text, nullable=False, comment="daily, weekly or change"),
        sa.Column("visibility", sa.Text, nullable=False, comment="public, private or archived"),
        sa.Column("made", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "subscriber",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("address", sa.Text, comment="as mail goes to it; null: erased"),
        sa.Column(
            "same", sa.Text, unique=True, comment="the address as two of the same person are alike; null: erased"
        ),
        sa.Column("made", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "subscription",
        sa.Column("subscriber", KEY, sa.ForeignKey("subscriber.key"), primary_key=True),
        sa.Column("list", sa.Text, sa.ForeignKey("mailing_list.slug"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False, comment="pending, confirmed, unsubscribed, bounced or complained"),
        sa.Column("changed", sa.BigInteger, nullable=False),
    )
    op.create_index("subscription_by_list", "subscription", ["list", "state", "subscriber"])
    op.create_table(
        "sign_up",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("subscriber", KEY, sa.ForeignKey("subscriber.key"), nullable=False),
        sa.Column("lists", sa.Text, nullable=False, comment="slugs, joined by blanks"),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("confirmed", sa.BigInteger, comment="null: not yet"),
    )
    op.create_index("sign_up_by_subscriber", "sign_up", ["subscriber", "asked"])


def _make_consent() -> None:
    op.create_table(
        "consent_text",
        sa.Column("digest", sa.Text, primary_key=True, comment="SHA-256 of the text"),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("number", KEY, primary_key=True, comment="1, 2, 3 ... without a gap"),
        sa.Column("subscriber", KEY, nullable=False),
        sa.Column("who", sa.Text, nullable=False, comment="keyed digest of the address"),
        sa.Column("list", sa.Text, nullable=False, comment="slug; empty where it concerns all"),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column(
            "origin", sa.Text, nullable=False, comment="the network address, as the settings say; empty where not kept"
        ),
        sa.Column("agent", sa.Text, nullable=False, comment="what the browser calls itself; empty where not kept"),
        sa.Column("form", sa.Text, nullable=False, comment="address of the form"),
        sa.Column(
            "text",
            sa.Text,
            sa.ForeignKey("consent_text.digest"),
            comment="what was shown; null where nothing was agreed to",
        ),
        sa.Column("by", sa.Text, nullable=False, comment="self, operator, platform or mail"),
        sa.Column("previous", sa.Text, nullable=False, comment="digest of the row before; empty for the first"),
        sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of all the other fields"),
    )
    op.create_index("consent_by_subscriber", "consent", ["subscriber"])
    op.create_table(
        "suppression",
        sa.Column("who", sa.Text, primary_key=True, comment="keyed digest of the address"),
        sa.Column("reason", sa.Text, nullable=False, comment="bounced, complained, erased or operator"),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _make_issues() -> None:
    op.create_table(
        "issue",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("list", sa.Text, sa.ForeignKey("mailing_list.slug"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, comment="1, 2, 3 ... in its list"),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("first", DAY, nullable=False, comment="the days that it is about"),
        sa.Column("last", DAY, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("held", sa.Text, nullable=False, comment="JSON: the briefing as it was composed"),
        sa.UniqueConstraint("list", "number", name="issue_is"),
    )
    op.create_table(
        "told",
        sa.Column("list", sa.Text, sa.ForeignKey("mailing_list.slug"), primary_key=True),
        sa.Column(
            "what",
            sa.Text,
            primary_key=True,
            comment="id of an event or statement, or of a commitment and its standing",
        ),
        sa.Column("issue", KEY, sa.ForeignKey("issue.key"), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, comment="confirm, known or issue"),
        sa.Column("subscriber", KEY, sa.ForeignKey("subscriber.key"), nullable=False),
        sa.Column("issue", KEY, sa.ForeignKey("issue.key"), comment="null where it is none"),
        sa.Column("sign_up", KEY, sa.ForeignKey("sign_up.key"), comment="null where it is none"),
        sa.Column("state", sa.Text, nullable=False, comment="queued, sending, sent, failed, unknown or dropped"),
        sa.Column("due", sa.BigInteger, nullable=False, comment="not before"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("reply", sa.Text, nullable=False, comment="the server's last words"),
        sa.UniqueConstraint("issue", "subscriber", name="outbox_is"),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "due", "key"])
    op.create_index("outbox_by_subscriber", "outbox", ["subscriber"])
    op.create_table(
        "bounce",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("subscriber", KEY, sa.ForeignKey("subscriber.key"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="hard, soft or complaint"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Text, nullable=False, comment="what the other side said, and digest of the report"),
        sa.UniqueConstraint("subscriber", "told", name="bounce_is"),
    )


def _make_keeping() -> None:
    op.create_table(
        "allowance",
        sa.Column("name", sa.Text, primary_key=True, comment="what is counted, or a keyed digest of for whom"),
        sa.Column("span", sa.BigInteger, primary_key=True, comment="number of the span of time"),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_index("allowance_by_end", "allowance", ["expires"])
    op.create_table(
        "secret",
        sa.Column("purpose", sa.Text, primary_key=True, comment="links or addresses"),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "platform_id",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True, comment="list, subscriber, member, issue or sweep"),
        sa.Column("ours", sa.Text, primary_key=True),
        sa.Column("theirs", sa.Text, nullable=False),
    )
