"""A list with subscribers and an issue for them, and a mail for each: what tests of sending begin with."""

import datetime
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import text

from dragoman.brief.marks import message_id
from dragoman.brief.senders import Envelope
from dragoman.records import Record
from dragoman.store import outbox, subscribers
from dragoman.store.issues import add_issue
from dragoman.store.keys import keys_of
from dragoman.store.mailings import MailingList, add_list

NOW = 1_790_000_000
DAY = datetime.date(2026, 9, 21)
FROM = "news@record.example"
WORDS = "Three events between the two Koreas.\n.\n..A line that begins with dots.\n" + "More of them. " * 60


class Composed(Record, frozen=True, kw_only=True):
    """As much of a briefing as an issue needs."""

    first: datetime.date = DAY
    last: datetime.date = DAY
    subject: str = "Two Koreas"
    tells: tuple[str, ...] = ()


def filled(store, many=5, *, slug="koreas", queued=True):
    """Make a list with so many confirmed subscribers and an issue; gives the issue's key."""
    with store.writing() as connection:
        add_list(connection, MailingList(slug=slug, title="Koreas", made=NOW))
        for number in range(1, many + 1):
            address = f"{slug}-{number}@kontor.example"
            key = subscribers.add_subscriber(connection, address, address, NOW)
            subscribers.set_states(connection, key, [slug], "confirmed", NOW)
        issue = add_issue(connection, slug, Composed(), NOW).key
        if queued:
            assert outbox.queue_issue(connection, issue, slug, NOW) == many
        keys_of(connection, "addresses")
    return issue


def writer(store, words=WORDS):
    """A function that writes the mail for a row of the outbox."""
    with store.writing() as connection:
        key = keys_of(connection, "addresses")[0]

    def write(mail):
        message = EmailMessage(policy=SMTP.clone(max_line_length=998))
        message["From"], message["To"], message["Subject"] = FROM, mail.address or "nobody@kontor.example", "Two Koreas"
        message["Message-ID"] = message_id(key, mail, FROM)
        message.set_content(words)
        name = f"{mail.kind}-{mail.key}"
        return Envelope(sender=FROM, recipient=mail.address or "", message=message.as_bytes(), key=name)

    return write


def states(store):
    """How many mails there are in each state."""
    with store.reading() as connection:
        return outbox.counts(connection)


def rows(store, query, **values):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def change(store, query, **values):
    with store.writing() as connection:
        return connection.execute(text(query), values).rowcount
