"""The tables of the store, for SQLite and PostgreSQL alike; `migrations/` makes them, a test holds the two together.

Those of briefings by mail are in `briefing_tables`, those of watching in `watch_tables`, all of them in `tables`. Days
are text of the form YYYY-MM-DD: they compare and sort as they are, on both databases. Scores are kept in tenths, so
that sums stay exact. Full-text indexes are made by `search`, the only place where the databases differ.
"""

from sqlalchemy import (  # tables and statements for both databases with one text
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# The revision of `migrations/versions` that these tables are.
HEAD = "0008"

metadata = MetaData()
Key = BigInteger().with_variant(Integer, "sqlite")
Day = String(10)

coder = Table(
    "coder",
    metadata,
    Column("key", Key, primary_key=True),
    Column("version", Text, nullable=False, comment="of the program"),
    Column("rules", Text, nullable=False, comment="digest of the rules"),
    Column("model", Text, nullable=False, comment="language model and digest of the relation model"),
    UniqueConstraint("version", "rules", "model", name="coder_is"),
)

article = Table(
    "article",
    metadata,
    Column("key", Key, primary_key=True, comment="in the order of coming in"),
    Column("id", Text, nullable=False, comment="the caller's id, or a digest of the text"),
    Column("version", Text, nullable=False, comment="digest of the text: another one is a correction"),
    Column("corrected_by", Key, ForeignKey("article.key"), comment="the version that took its place; null: it stands"),
    Column("title", Text),
    Column("url", Text),
    Column("publisher", Text),
    Column("language", Text),
    Column("published", Day),
    Column("published_from", Text, comment="caller, page or dateline"),
    Column("text", Text, comment="null where only the coding came in"),
    Column("story", Text, comment="the story that it tells, by its first report; null: not yet grouped"),
    Column("coder", Key, ForeignKey("coder.key"), nullable=False),
    Column("found", Text, nullable=False, comment="JSON: warnings, quotes, dates and commitments of the coding"),
    UniqueConstraint("id", "version", name="article_is"),
)
# Addresses can be longer than PostgreSQL takes into an index by order.
Index("article_by_url", article.c.url, postgresql_using="hash")
# For the newest reports that stand, and how many do: from the index alone.
Index("article_by_day", article.c.published, article.c.key, article.c.corrected_by)
Index("article_by_story", article.c.story)
# Without those that stand, which are nearly all: SQLite would take this index to find them.
CORRECTED = text("corrected_by IS NOT NULL")
Index("article_by_correction", article.c.corrected_by, sqlite_where=CORRECTED, postgresql_where=CORRECTED)
# For the newest reports of a publisher, whose name can be too long for PostgreSQL's indexes by order.
Index("article_by_publisher", article.c.publisher, postgresql_using="hash")
# How many reports each coder has read, from the index alone.
Index("article_by_coder", article.c.coder, article.c.corrected_by)

event = Table(
    "event",
    metadata,
    Column("key", Key, primary_key=True),
    Column("id", Text, nullable=False, unique=True, comment="that of the earliest telling"),
    Column("type", Text, nullable=False),
    Column("mode", Text, nullable=False, comment="joined by ;"),
    Column("status", Text, nullable=False),
    Column("first", Day, nullable=False, comment="first day; that of publication where no report tells one"),
    Column("last", Day, nullable=False),
    Column("date_from", Text, nullable=False, comment="text or published"),
    Column("actor", Text, nullable=False, comment="codes, joined by ;"),
    Column("recipient", Text, nullable=False, comment="codes, joined by ;"),
    Column("actor_name", Text, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("score", Integer, nullable=False, comment="in tenths, -100 to 100"),
    Column("confidence", Integer, nullable=False, comment="in thousandths"),
    Column("reports", Integer, nullable=False, comment="how many tell it"),
    Column("publishers", Integer, nullable=False),
    Column("told_in", Key, ForeignKey("article.key"), nullable=False, comment="the report that tells it most fully"),
    Column("word", Text, nullable=False, comment="the trigger"),
    Column("sentence", Text, nullable=False, comment="where that report tells it"),
)
# For the newest events, a page after the other.
Index("event_by_day", event.c.first, event.c.key)
Index("event_by_article", event.c.told_in)
# The few that name more than one party on a side, which has a party counted twice among its dyads.
SEVERAL = text("actor LIKE '%;%' OR recipient LIKE '%;%'")
Index("event_of_several", event.c.first, sqlite_where=SEVERAL, postgresql_where=SEVERAL)

telling = Table(
    "telling",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article", Key, ForeignKey("article.key"), nullable=False),
    Column("id", Text, nullable=False, comment="of the event in its report"),
    Column("event", Key, ForeignKey("event.key"), comment="the distinct event; null: its report was corrected"),
    Column("component", Key, comment="the first of those that are linked by likeness"),
    Column("sentence", Text, nullable=False),
    Column("found", Text, nullable=False, comment="JSON: the event as the report tells it"),
    Column("compared", Text, nullable=False, comment="JSON: what tellings are compared by"),
    UniqueConstraint("article", "id", name="telling_is"),
)
Index("telling_by_event", telling.c.event)
Index("telling_by_component", telling.c.component)

# Where to look for tellings of the same event: only those that share a block and whose days meet are compared.
block = Table(
    "block",
    metadata,
    Column("name", Text, nullable=False),
    Column("first", Day, nullable=False),
    Column("last", Day, nullable=False),
    Column("telling", Key, ForeignKey("telling.key"), nullable=False),
)
Index("block_by_name", block.c.name, block.c.first)
Index("block_by_telling", block.c.telling)

# A row for each two parties of an event, in the direction in which one acts on the other; "" where nobody is named.
dyad = Table(
    "dyad",
    metadata,
    Column("actor", Text, nullable=False, comment="the state, or the code of what belongs to none"),
    Column("recipient", Text, nullable=False),
    Column("first", Day, nullable=False),
    Column("event", Key, ForeignKey("event.key"), nullable=False),
)
# For the newest events of two parties, or by or towards one: read from the index alone, a page after the other.
Index("dyad_by_parties", dyad.c.actor, dyad.c.recipient, dyad.c.first, dyad.c.event)
Index("dyad_by_actor", dyad.c.actor, dyad.c.first, dyad.c.event)
Index("dyad_by_recipient", dyad.c.recipient, dyad.c.first, dyad.c.event)
Index("dyad_by_event", dyad.c.event, dyad.c.actor, dyad.c.recipient)

# What pages and panels count, kept in the same transaction as the events.
dyad_day = Table(
    "dyad_day",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("score", Integer, nullable=False, comment="sum over the events, in tenths"),
)
# For what is counted over all dyads of some days: from the index alone.
Index(
    "dyad_day_by_day",
    *(dyad_day.c[name] for name in ("day", "actor", "recipient", "type", "status", "events", "reports")),
)

# Since when those counts of a day are what they are, as the number of their changes then; other days have not changed
# since this was first noted.
counted_day = Table(
    "counted_day",
    metadata,
    Column("day", Day, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
Index("counted_day_by_number", counted_day.c.number, counted_day.c.day)

# Who said what: a row for each quotation of each report that stands, kept in the same transaction as its coding.
statement = Table(
    "statement",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article", Key, ForeignKey("article.key"), nullable=False),
    Column("begins", Integer, nullable=False, comment="first character of the quotation in the text"),
    Column("ends", Integer, nullable=False),
    Column("kind", Text, nullable=False, comment="direct, mixed, indirect, belief or intention"),
    Column("speaker", Text, nullable=False, comment="the fullest name in the report; empty where nobody is named"),
    Column("speaker_code", Text, nullable=False, comment="empty where unknown, as its party"),
    Column("speaker_party", Text, nullable=False, comment="the state, or the code of what belongs to none"),
    Column("via", Text, nullable=False, comment="who carried it, by name; empty where nobody is told"),
    Column("via_code", Text, nullable=False),
    Column("day", Day, nullable=False, comment="of publication"),
    Column("cue", Text, nullable=False, comment="the word of saying"),
    Column("words", Text, nullable=False, comment="the quotation as it stands in the text"),
)
Index("statement_by_article", statement.c.article)
# For the newest statements, of all or of a party or a speaker, and of one kind of them: from the index alone.
Index("statement_by_day", statement.c.day, statement.c.key, statement.c.kind)
Index("statement_by_party", statement.c.speaker_party, statement.c.day, statement.c.key, statement.c.kind)
Index("statement_by_speaker", statement.c.speaker, statement.c.day, statement.c.key, statement.c.kind)

# About whom: a row for each party that a statement is about. Speaker and day are those of the statement, so that what
# one party says about another lies together in the order of days.
about = Table(
    "about",
    metadata,
    Column("party", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("statement", Key, ForeignKey("statement.key"), primary_key=True),
    Column("speaker_party", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("about_by_speaker", about.c.speaker_party, about.c.party, about.c.day, about.c.statement)
Index("about_by_statement", about.c.statement, about.c.party)

# How many reports that stand each publisher published on a day, kept in the same transaction as the reports.
report_day = Table(
    "report_day",
    metadata,
    Column("day", Day, primary_key=True),
    Column("publisher", Text, primary_key=True, comment="empty where unknown"),
    Column("reports", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# How often the store has been written to (1), and how often parts of it, by which pages know that nothing has changed.
pulse = Table(
    "pulse",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False, comment="1"),
    Column("number", BigInteger, nullable=False),
)

# Whose ledger a report bears on: who is bound, speaks or goes back on something in it; and whose deeds matter to that.
bound = Table(
    "bound",
    metadata,
    Column("party", Text, nullable=False, comment="state or code of who is bound or speaks"),
    Column("other", Text, nullable=False, comment="himself, or who is bound with him or addressed"),
    Column("jointly", Boolean, nullable=False, comment="whether the other one is bound too"),
    Column("article", Key, ForeignKey("article.key"), nullable=False),
    UniqueConstraint("party", "other", "article", name="bound_is"),
)
Index("bound_by_article", bound.c.article)

# Parties of whom something came in or went since the ledger was made.
stale = Table("stale", metadata, Column("party", Text, primary_key=True))

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("party", Text, nullable=False, comment="the first of those who are bound"),
    Column("held", Text, nullable=False, comment="JSON: the commitment with its entries"),
)
Index("account_by_party", account.c.party)

ruling = Table(
    "ruling",
    metadata,
    Column("key", Key, primary_key=True),
    Column("account", Text, nullable=False),
    Column("held", Text, nullable=False, comment="JSON: what a person decided on a commitment, and why"),
)
Index("ruling_by_account", ruling.c.account)

correction = Table(
    "correction",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article", Text, nullable=False, comment="id of the report"),
    Column("version", Text, nullable=False, comment="of the report: in another text the place is another one"),
    Column("begins", Integer, nullable=False, comment="first character of the trigger"),
    Column("ends", Integer, nullable=False),
    Column("held", Text, nullable=False, comment="JSON: what a person changed, and why"),
    Column("withdrawn", Text, comment="JSON: who took it back, when and why; null: it stands"),
)
Index("correction_by_article", correction.c.article)

# What the coder says where a person says otherwise, so that a correction can be taken back.
overruled = Table(
    "overruled",
    metadata,
    Column("article", Key, ForeignKey("article.key"), nullable=False),
    Column("place", Integer, nullable=False, comment="of the event among those of its coding"),
    Column("id", Text, nullable=False, comment="of the event in its report"),
    Column("found", Text, nullable=False, comment="JSON: the event as the coder has it"),
    UniqueConstraint("article", "place", name="overruled_is"),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column(
        "article", Text, primary_key=True, comment="digest of the id or address of a report that must not come back"
    ),
)

# Records of other data sets, with their own provenance.
imported = Table(
    "imported",
    metadata,
    Column("key", Key, primary_key=True),
    Column("source", Text, nullable=False, comment="gdelt, icews, polecat or phoenix"),
    Column("id", Text, nullable=False, comment="theirs"),
    Column("digest", Text, nullable=False, comment="of the whole record: their ids are not always unique"),
    Column("actor", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("day", Day, nullable=False),
    Column("type", Text, nullable=False),
    Column("held", Text, nullable=False, comment="JSON: the record as it came"),
    UniqueConstraint("source", "digest", name="imported_is"),
)
Index("imported_by_parties", imported.c.actor, imported.c.recipient, imported.c.day)

# Who may write from elsewhere; on the machine itself nobody needs to be known.
person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password", Text, nullable=False, comment="digest by argon2id, with its costs and salt"),
    Column("made", BigInteger, nullable=False, comment="seconds since 1970"),
)

session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the token, which only the browser holds"),
    Column("person", Text, ForeignKey("person.name"), nullable=False),
    Column("made", BigInteger, nullable=False, comment="seconds since 1970"),
    Column("seen", BigInteger, nullable=False, comment="last sign of life, to ten minutes"),
    Column("expires", BigInteger, nullable=False, comment="when it ends without another one"),
)
Index("session_by_person", session.c.person)

# How each commitment stood from day to day, by all that one could know then; made with the ledger, gone with it.
stood = Table(
    "stood",
    metadata,
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("first", Day, primary_key=True),
    Column("until", Day, nullable=False, comment="the first day on which it stood so no more"),
    Column("standing", Text, nullable=False),
    Column("before", Text, nullable=False, comment="how it stood before; empty where nobody knew of it"),
    Column("took", Integer, comment="days from the words to the deed that kept it"),
    Column("kind", Text, nullable=False),
    Column("made", Day, nullable=False, comment="day of the first words"),
    Column("latest", Day, nullable=False, comment="day of the last entry"),
)
# For pages of the ledger in order, for those of one standing, for what changed within some days, and for counting all.
Index("stood_by_making", stood.c.made, stood.c.account)
Index("stood_by_standing", stood.c.standing, stood.c.made, stood.c.account)
Index("stood_by_day", stood.c.first)
Index("stood_by_kind", *(stood.c[name] for name in ("standing", "kind", "took", "first", "until", "latest")))

# The same for each party that a commitment binds or is made to, with all that is counted of it, in the order of pages:
# a party's are read in one piece, as looking up thousands of commitments takes longer than a page may.
stood_of = Table(
    "stood_of",
    metadata,
    Column("party", Text, primary_key=True, comment="state or code"),
    Column("side", Text, primary_key=True, comment="by or to"),
    Column("made", Day, primary_key=True, comment="day of the first words"),
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("first", Day, primary_key=True),
    Column("until", Day, nullable=False),
    Column("standing", Text, nullable=False),
    Column("took", Integer),
    Column("kind", Text, nullable=False),
    Column("latest", Day, nullable=False),
    sqlite_with_rowid=False,
)
Index("stood_of_by_account", *(stood_of.c[name] for name in ("account", "side", "party", "first")))

# In which reports and by which events a commitment's history is told.
cited = Table(
    "cited",
    metadata,
    Column("account", Text, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("article", Text, primary_key=True, comment="id of the report; empty where a person entered it"),
    Column("event", Text, primary_key=True, comment="id of the distinct event; empty where there is none"),
)
Index("cited_by_article", cited.c.article)
Index("cited_by_event", cited.c.event)
