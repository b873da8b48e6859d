"""The tables of watching: the feeds that are followed, and what they have told of.

Points in time are whole seconds since 1970, UTC, given by the caller.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from dragoman.store.schema import Day, Key, metadata

feed = Table(
    "feed",
    metadata,
    Column("key", Key, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("etag", Text, nullable=False, comment="mark of the last answer, given back with the next question"),
    Column("modified", Text, nullable=False, comment="the same, as a time of the server's"),
    Column("due", BigInteger, nullable=False, comment="when it is asked again"),
    Column("looked", BigInteger, comment="when it answered last, with something new or without; null: not yet"),
    Column("answered", BigInteger, comment="when it last sent all that it lists; null: not yet"),
    Column("failures", Integer, nullable=False, comment="how often it has failed since it answered last"),
    Column(
        "told", Text, nullable=False, comment="why it failed last, or what of it could not be read; empty: all well"
    ),
)

# Of what was read or left out only digests stay, so that it is not read again; its report is in `article`.
feed_item = Table(
    "feed_item",
    metadata,
    Column("key", Key, primary_key=True),
    Column("feed", Key, ForeignKey("feed.key"), nullable=False),
    Column("name", Text, nullable=False, comment="digest of what the feed knows it by"),
    Column("page", Text, nullable=False, comment="digest of its address; empty where it has none"),
    Column("url", Text, nullable=False, comment="empty where it has none, or needs none any more"),
    Column("title", Text, nullable=False),
    Column("published", Day, comment="the day that the feed tells"),
    Column("changed", Text, nullable=False, comment="what the feed says of its last change"),
    Column("text", Text, nullable=False, comment="the report, where the feed holds it and it is still to be read"),
    Column("state", Text, nullable=False, comment="waiting, done, skipped or failed"),
    Column("due", BigInteger, nullable=False, comment="not before"),
    Column("tries", Integer, nullable=False, comment="how often it was begun"),
    Column("losses", Integer, nullable=False, comment="how often the coder was lost over it"),
    Column("visits", Integer, nullable=False, comment="how often it was read again as it had changed"),
    Column("since", BigInteger, nullable=False, comment="when the feed first told of it"),
    Column("settled", BigInteger, comment="when it was done, skipped or given up; null: it waits"),
    Column("told", Text, nullable=False, comment="why it waits or failed"),
    UniqueConstraint("feed", "name", name="feed_item_is"),
)
Index("feed_item_by_page", feed_item.c.page)
Index("feed_item_by_state", feed_item.c.state, feed_item.c.feed, feed_item.c.settled)
