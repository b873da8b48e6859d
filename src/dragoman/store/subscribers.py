"""Who gets briefings: subscribers, the lists that each is on, and addresses that get no mail.

Points in time are whole seconds since 1970, UTC, and are given by the caller. What changes a subscription is agreed to
or told by somebody: whoever changes one here enters that in `consents` within the same transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Row

from dragoman.records import Record
from dragoman.store.statements import statement

State = Literal["pending", "confirmed", "unsubscribed", "bounced", "complained"]
Reason = Literal["bounced", "complained", "erased", "operator"]
# Subscribers that are read at a time.
PAGE = 500


class Subscriber(Record, frozen=True, kw_only=True):
    """Somebody who asked for briefings, by the address that mail goes to; it is None once it was erased."""

    key: int
    address: str | None
    same: str | None
    made: int


class SignedUp(Record, frozen=True, kw_only=True):
    """A sign-up: for which lists, until when its link confirms it, and whether it has."""

    key: int
    subscriber: int
    lists: tuple[str, ...]
    asked: int
    expires: int
    confirmed: int | None


def subscriber_of(connection: Connection, same: str) -> Subscriber | None:
    """The subscriber of an address, in the form in which two of the same person are alike; None where there is none."""
    row = connection.execute(statement("subscriber_of"), {"same": same}).one_or_none()
    return Subscriber(**row._mapping) if row else None


def subscriber(connection: Connection, key: int) -> Subscriber | None:
    """The subscriber of a number; None where there is none."""
    row = connection.execute(statement("subscriber"), {"key": key}).one_or_none()
    return Subscriber(**row._mapping) if row else None


def add_subscriber(connection: Connection, address: str, same: str, now: int) -> int:
    """The number of the subscriber of an address, who is entered where nobody has it."""
    connection.execute(statement("add_subscriber"), {"address": address, "same": same, "now": now})
    return int(connection.execute(statement("subscriber_of"), {"same": same}).one().key)


def subscriptions_of(connection: Connection, key: int) -> dict[str, State]:
    """The lists that a subscriber is or was on, by name, and how."""
    rows = connection.execute(statement("subscriptions_of"), {"subscriber": key})
    return {row.list: row.state for row in rows}


def set_states(connection: Connection, key: int, slugs: Iterable[str], state: State, now: int) -> None:
    """Put a subscriber on lists, or change how somebody is on them."""
    rows = [{"subscriber": key, "list": slug, "state": state, "now": now} for slug in slugs]
    if rows:
        connection.execute(statement("set_subscription"), rows)


def ask(connection: Connection, key: int, slugs: Iterable[str], now: int) -> None:
    """Let a subscriber wait for lists that he or she is not on."""
    connection.execute(statement("ask_subscription"), [{"subscriber": key, "list": slug, "now": now} for slug in slugs])


def confirmed(connection: Connection, slug: str, after: int = 0, most: int = PAGE) -> list[Subscriber]:
    """Those who get a list, in the order of their numbers, from the one after `after` on."""
    values = {"list": slug, "after": after, "most": most}
    return [Subscriber(**row._mapping) for row in connection.execute(statement("confirmed"), values)]


def counts(connection: Connection, slug: str) -> dict[str, int]:
    """How many are on a list in each state; a state that nobody is in is left out."""
    rows = connection.execute(statement("count_subscriptions"), {"list": slug})
    return {row.state: row.many for row in rows}


def add_sign_up(connection: Connection, key: int, slugs: Sequence[str], now: int, expires: int) -> int:
    """Keep a sign-up until it is confirmed or expires; its number."""
    values = {"subscriber": key, "lists": " ".join(slugs), "now": now, "expires": expires}
    return int(connection.execute(statement("add_sign_up"), values).scalar_one())


def sign_up_of(connection: Connection, key: int) -> SignedUp | None:
    """The sign-up of a number; None where there is none."""
    row = connection.execute(statement("sign_up"), {"key": key}).one_or_none()
    return _signed_up(row) if row else None


def use_sign_up(connection: Connection, key: int, now: int) -> bool:
    """Confirm a sign-up that has not expired; whether this did it: of many at once one does."""
    return bool(connection.execute(statement("use_sign_up"), {"key": key, "now": now}).rowcount)


def queue_mail(connection: Connection, kind: Literal["confirm", "known"], key: int, sign_up: int, now: int) -> None:
    """Put the one mail into the outbox that answers a sign-up."""
    values = {"kind": kind, "subscriber": key, "sign_up": sign_up, "now": now}
    connection.execute(statement("queue_mail"), values)


def suppress(connection: Connection, who: str, reason: Reason, now: int) -> None:
    """Let an address, by its keyed digest, get no mail any more; the first reason stays."""
    connection.execute(statement("suppress"), {"who": who, "reason": reason, "now": now})


def suppression_of(connection: Connection, who: str) -> str | None:
    """Why an address gets no mail, by its keyed digest; None where it may."""
    found: str | None = connection.execute(statement("suppression_of"), {"who": who}).scalar()
    return found


def lift(connection: Connection, who: str) -> bool:
    """Let an address get mail again; whether it was kept from that. Only for whoever runs the lists."""
    return bool(connection.execute(statement("lift_suppression"), {"who": who}).rowcount)


def drop_mails(connection: Connection, key: int, slugs: Sequence[str] | None, now: int) -> int:
    """Take back what is queued for a subscriber: issues of those lists, or with None everything; how many mails.

    A mail that is being sent is not touched.
    """
    if slugs is None:
        return connection.execute(statement("drop_all_mails"), {"subscriber": key, "now": now}).rowcount
    values = {"subscriber": key, "lists": list(slugs), "now": now}
    return connection.execute(statement("drop_mails", "lists"), values).rowcount


def held(connection: Connection, key: int) -> dict[str, list[dict[str, Any]]]:
    """All that is kept about a subscriber besides consents, by table."""
    return {
        name: [dict(row._mapping) for row in connection.execute(statement(f"held_{name}"), {"subscriber": key})]
        for name in ("subscriber", "subscription", "sign_up", "outbox", "bounce", "platform_id")
    }


def erase(connection: Connection, key: int, now: int) -> None:
    """Take out what is kept about a subscriber; only a number without an address stays, and that mails were sent.

    Consents and suppression are kept by a keyed digest; `consents.erase` takes out what else these hold.
    """
    values = {"subscriber": key, "now": now}
    if connection.dialect.name == "sqlite":
        # What is taken out is overwritten in the file, not only marked as free.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    drop_mails(connection, key, None, now)
    steps = ("erase_outbox", "erase_sign_ups", "erase_bounces", "erase_subscriptions", "erase_ids", "erase_subscriber")
    for step in steps:
        connection.execute(statement(step), values)


def never_confirmed(connection: Connection, before: int, most: int = PAGE) -> list[Subscriber]:
    """Those who have an address here, asked for the last time before a moment, and never confirmed anything."""
    values = {"before": before, "most": most}
    return [Subscriber(**row._mapping) for row in connection.execute(statement("never_confirmed"), values)]


def _signed_up(row: Row[Any]) -> SignedUp:
    return SignedUp(**{**row._mapping, "lists": tuple(row.lists.split())})
