"""The tables of briefings by mail: lists, who gets them and agreed to it, issues, and what is to be sent.

Points in time are seconds since 1970, UTC, given by the caller.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from dragoman.store.schema import Day, Key, metadata

mailing_list = Table(
    "mailing_list",
    metadata,
    Column("slug", Text, primary_key=True, comment="its name in addresses; it never changes"),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("question", Text, nullable=False, comment="JSON: what its briefings are about"),
    Column("schedule", Text, nullable=False, comment="daily, weekly or change"),
    Column("visibility", Text, nullable=False, comment="public, private or archived"),
    Column("made", BigInteger, nullable=False),
)

subscriber = Table(
    "subscriber",
    metadata,
    Column("key", Key, primary_key=True),
    Column("address", Text, comment="as mail goes to it; null: erased"),
    Column("same", Text, unique=True, comment="the address as two of the same person are alike; null: erased"),
    Column("made", BigInteger, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("subscriber", Key, ForeignKey("subscriber.key"), primary_key=True),
    Column("list", Text, ForeignKey("mailing_list.slug"), primary_key=True),
    Column("state", Text, nullable=False, comment="pending, confirmed, unsubscribed, bounced or complained"),
    Column("changed", BigInteger, nullable=False),
)
Index("subscription_by_list", subscription.c.list, subscription.c.state, subscription.c.subscriber)

# A sign-up that waits for its confirmation; the link in the mail names it, and works once.
sign_up = Table(
    "sign_up",
    metadata,
    Column("key", Key, primary_key=True),
    Column("subscriber", Key, ForeignKey("subscriber.key"), nullable=False),
    Column("lists", Text, nullable=False, comment="slugs, joined by blanks"),
    Column("asked", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("confirmed", BigInteger, comment="null: not yet"),
)
Index("sign_up_by_subscriber", sign_up.c.subscriber, sign_up.c.asked)

# What somebody was told when asked for consent, word for word, once.
consent_text = Table(
    "consent_text",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the text"),
    Column("text", Text, nullable=False),
)

# Who agreed to what and when, and who left: only added to, each row bound to the one before it.
consent = Table(
    "consent",
    metadata,
    Column("number", Key, primary_key=True, comment="1, 2, 3 ... without a gap"),
    Column("subscriber", Key, nullable=False),
    Column("who", Text, nullable=False, comment="keyed digest of the address"),
    Column("list", Text, nullable=False, comment="slug; empty where it concerns all"),
    Column("action", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("origin", Text, nullable=False, comment="the network address, as the settings say; empty where not kept"),
    Column("agent", Text, nullable=False, comment="what the browser calls itself; empty where not kept"),
    Column("form", Text, nullable=False, comment="address of the form"),
    Column("text", Text, ForeignKey("consent_text.digest"), comment="what was shown; null where nothing was agreed to"),
    Column("by", Text, nullable=False, comment="self, operator, platform or mail"),
    Column("previous", Text, nullable=False, comment="digest of the row before; empty for the first"),
    Column("digest", Text, nullable=False, comment="SHA-256 of all the other fields"),
)
Index("consent_by_subscriber", consent.c.subscriber)

# Addresses that get no mail: they stay so after erasure, which leaves only this keyed digest.
suppression = Table(
    "suppression",
    metadata,
    Column("who", Text, primary_key=True, comment="keyed digest of the address"),
    Column("reason", Text, nullable=False, comment="bounced, complained, erased or operator"),
    Column("at", BigInteger, nullable=False),
)

issue = Table(
    "issue",
    metadata,
    Column("key", Key, primary_key=True),
    Column("list", Text, ForeignKey("mailing_list.slug"), nullable=False),
    Column("number", Integer, nullable=False, comment="1, 2, 3 ... in its list"),
    Column("made", BigInteger, nullable=False),
    Column("first", Day, nullable=False, comment="the days that it is about"),
    Column("last", Day, nullable=False),
    Column("subject", Text, nullable=False),
    Column("held", Text, nullable=False, comment="JSON: the briefing as it was composed"),
    UniqueConstraint("list", "number", name="issue_is"),
)

# What a list has told already, so that nothing is told twice, in whatever order reports come in.
told = Table(
    "told",
    metadata,
    Column("list", Text, ForeignKey("mailing_list.slug"), primary_key=True),
    Column("what", Text, primary_key=True, comment="id of an event or statement, or of a commitment and its standing"),
    Column("issue", Key, ForeignKey("issue.key"), nullable=False),
)

# Every mail that is to go out, committed before it does: a confirmation of a sign-up, or an issue.
outbox = Table(
    "outbox",
    metadata,
    Column("key", Key, primary_key=True),
    Column("kind", Text, nullable=False, comment="confirm, known or issue"),
    Column("subscriber", Key, ForeignKey("subscriber.key"), nullable=False),
    Column("issue", Key, ForeignKey("issue.key"), comment="null where it is none"),
    Column("sign_up", Key, ForeignKey("sign_up.key"), comment="null where it is none"),
    Column("state", Text, nullable=False, comment="queued, sending, sent, failed, unknown or dropped"),
    Column("due", BigInteger, nullable=False, comment="not before"),
    Column("attempts", Integer, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("reply", Text, nullable=False, comment="the server's last words"),
    UniqueConstraint("issue", "subscriber", name="outbox_is"),
)
Index("outbox_by_state", outbox.c.state, outbox.c.due, outbox.c.key)
Index("outbox_by_subscriber", outbox.c.subscriber)

# Mails that came back, for counting those that may be taken again.
bounce = Table(
    "bounce",
    metadata,
    Column("key", Key, primary_key=True),
    Column("subscriber", Key, ForeignKey("subscriber.key"), nullable=False),
    Column("kind", Text, nullable=False, comment="hard, soft or complaint"),
    Column("at", BigInteger, nullable=False),
    Column("told", Text, nullable=False, comment="what the other side said, and digest of the report"),
    UniqueConstraint("subscriber", "told", name="bounce_is"),
)

# How often something was done within a span of time, kept across restarts and shared by all processes.
allowance = Table(
    "allowance",
    metadata,
    Column("name", Text, primary_key=True, comment="what is counted, or a keyed digest of for whom"),
    Column("span", BigInteger, primary_key=True, comment="number of the span of time"),
    Column("used", Integer, nullable=False),
    Column("expires", BigInteger, nullable=False),
)
Index("allowance_by_end", allowance.c.expires)

# Keys that sign links and hide addresses; the newest signs, all are believed until they are taken away.
secret = Table(
    "secret",
    metadata,
    Column("purpose", Text, primary_key=True, comment="links or addresses"),
    Column("number", Integer, primary_key=True),
    Column("value", Text, nullable=False),
    Column("made", BigInteger, nullable=False),
)

# Who does now what only one may do at a time, as sending; whoever is gone is followed when it runs out.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires", BigInteger, nullable=False),
)

# What a sending platform calls things of ours.
platform_id = Table(
    "platform_id",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("kind", Text, primary_key=True, comment="list, subscriber, member, issue or sweep"),
    Column("ours", Text, primary_key=True),
    Column("theirs", Text, nullable=False),
)
