"""The outbox: every mail that is to go out, committed before it does, so that none goes out twice.

A mail is `queued`, then `sending` from before a server gets it until its answer is written down, then `sent`, `failed`,
or `queued` again. What a dead process left in `sending` may have gone out or not: it becomes `unknown`, and only a
person can say that it is to go out once more. `dropped` is what nobody wanted any more when its turn came. Points in
time are whole seconds since 1970, UTC, and are given by the caller.
"""

import os
from typing import Literal

from sqlalchemy import Connection

from dragoman.records import Record
from dragoman.store.keys import who
from dragoman.store.opening import Store
from dragoman.store.statements import run
from dragoman.store.subscribers import suppression_of

State = Literal["queued", "sending", "sent", "failed", "unknown", "dropped"]
# Seconds until a mail is tried again, after each time that it was not taken: first as long as greylisting asks for, in
# all about a day, then it has failed.
GAPS = (300, 900, 3600, 4 * 3600, 16 * 3600)
ORPHANED = "the program ended while this was being sent: it may have gone out or not"
TAKEN_BACK = "taken back by whoever runs the list"
UNWANTED = "not wanted any more when its turn came"


class Mail(Record, frozen=True, kw_only=True):
    """A mail whose turn it is; `attempts` were made before. Without an address its person has been erased.

    `same` is the address as two of the same person are alike.
    """

    key: int
    kind: str
    subscriber: int
    issue: int | None
    sign_up: int | None
    attempts: int
    address: str | None
    same: str | None


class Held(Record, frozen=True, kw_only=True):
    """A mail in the outbox as people look at it: when it came to its state, and the server's last words."""

    key: int
    kind: str
    issue: int | None
    attempts: int
    changed: int
    reply: str
    address: str | None


def queue_issue(connection: Connection, issue: int, slug: str, now: int) -> int:
    """Queue an issue for all who confirmed its list, once each however often this is asked; gives how many are new."""
    values = {"issue": issue, "list": slug, "now": now}
    return run(connection, "queue_issue", values).rowcount


def due_mails(connection: Connection, now: int, most: int = 100) -> list[Mail]:
    """The mails whose turn it is, confirmations first."""
    values = {"now": now, "latest": now + max(GAPS), "most": most}
    return [Mail(**row._mapping) for row in run(connection, "due_mails", values)]


def is_wanted(connection: Connection, mail: Mail, now: int) -> bool:
    """Whether a mail is queued still, and whom it goes to still wants it at that address and may get it."""
    values = {"key": mail.key, "address": mail.address, "now": now}
    if mail.same is None or run(connection, "wanted_mail", values).first() is None:
        return False
    return suppression_of(connection, who(connection, mail.same)) is None


def claim(connection: Connection, mail: Mail, now: int) -> bool:
    """Say that a mail is being sent, to be committed before it is; False where it is another's or not queued."""
    return bool(run(connection, "claim_mail", {"key": mail.key, "now": now}).rowcount)


def drop(connection: Connection, mail: Mail, now: int, reply: str = UNWANTED) -> None:
    """Take a mail that was queued out of the queue."""
    run(connection, "drop_mail", {"key": mail.key, "now": now, "reply": reply})


def mark_sent(connection: Connection, mail: Mail, now: int, reply: str) -> None:
    """Write down that a server took a mail."""
    run(connection, "mark_sent", {"key": mail.key, "now": now, "reply": reply})


def mark(connection: Connection, mail: Mail, state: Literal["failed", "unknown"], now: int, reply: str) -> None:
    """Write down what became of the attempt that was claimed last."""
    _mark(connection, mail, state, now, now, reply)


def put_off(connection: Connection, mail: Mail, now: int, reply: str) -> bool:
    """Queue a claimed mail again for later, or where that was the last attempt let it fail; whether it is queued."""
    again = mail.attempts < len(GAPS)
    due = now + GAPS[mail.attempts] if again else now
    _mark(connection, mail, "queued" if again else "failed", due, now, reply)
    return again


def put_back(connection: Connection, mail: Mail, now: int, reply: str) -> None:
    """Queue a claimed mail again as it was: not it was refused, but whoever sends."""
    _mark(connection, mail, "queued", now, now, reply)


def _mark(connection: Connection, mail: Mail, state: State, due: int, now: int, reply: str) -> None:
    values = {"key": mail.key, "state": state, "attempts": mail.attempts + 1, "due": due, "now": now, "reply": reply}
    run(connection, "mark_mail", values)


def mark_orphans(connection: Connection, now: int) -> int:
    """Whatever is being sent becomes unknown; for whoever sends alone, before the first mail. Gives how many."""
    return run(connection, "mark_orphans", {"now": now, "reply": ORPHANED}).rowcount


def resend(
    connection: Connection, now: int, *, state: Literal["unknown", "failed"] = "unknown", issue: int | None = None
) -> int:
    """Queue once more what is unknown or has failed: only on a person's word, as it may come twice. Gives how many."""
    return run(connection, "resend_mails", {"state": state, "issue": issue, "now": now}).rowcount


def believe_sent(connection: Connection, now: int, *, issue: int | None = None) -> int:
    """Take what is unknown as sent, on a person's word; gives how many."""
    return run(connection, "believe_sent", {"issue": issue, "now": now}).rowcount


def take_back(connection: Connection, issue: int, now: int) -> int:
    """Take what is queued of an issue out of the queue, on a person's word; gives how many."""
    return run(connection, "take_back", {"issue": issue, "now": now, "reply": TAKEN_BACK}).rowcount


def counts(connection: Connection, issue: int | None = None) -> dict[str, int]:
    """How many mails there are in each state, of one issue or in all."""
    return {row.state: row.mails for row in run(connection, "count_mails", {"issue": issue})}


def next_due(connection: Connection) -> int | None:
    """When the next mail is due; None where nothing waits."""
    found: int | None = run(connection, "next_mail", {}).scalar()
    return found


def mails(
    connection: Connection, state: State, *, issue: int | None = None, after: int = 0, most: int = 100
) -> list[Held]:
    """The mails in a state, a page after the other."""
    values = {"state": state, "issue": issue, "after": after, "most": most}
    return [Held(**row._mapping) for row in run(connection, "mails_in_state", values)]


def harden(store: Store) -> None:
    """Have everything that was committed on the disk, so that a power cut cannot take it back.

    PostgreSQL does so itself; SQLite as it is used here leaves that to the system, which writes when it pleases.
    """
    if store.dialect != "sqlite":
        return
    with store.reading() as connection:
        file = run(connection, "database_file", {}).scalar()
    if file and os.path.exists(f"{file}-wal"):
        with open(f"{file}-wal", "rb") as log:
            os.fsync(log.fileno())
