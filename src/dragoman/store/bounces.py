"""Mails that came back, or were complained of: each report of one once, and how often lately.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

from typing import Literal

from sqlalchemy import Connection

from dragoman.records import Record
from dragoman.store.statements import run

Kind = Literal["hard", "soft", "complaint"]


class Bounce(Record, frozen=True, kw_only=True):
    """A mail that came back for good, for now, or with a complaint; what was said of it, and its report's digest."""

    kind: Kind
    at: int
    told: str


def add_bounce(connection: Connection, subscriber: int, bounce: Bounce) -> bool:
    """Write down that a subscriber's mail came back; False where the same report is here already."""
    values = {"subscriber": subscriber, "kind": bounce.kind, "at": bounce.at, "told": bounce.told}
    return bool(run(connection, "add_bounce", values).rowcount)


def soft_bounces(connection: Connection, subscriber: int, since: int) -> int:
    """How often mails of a subscriber came back for now after a moment."""
    values = {"subscriber": subscriber, "since": since}
    return int(run(connection, "count_soft_bounces", values).scalar_one())


def bounces_of(connection: Connection, subscriber: int) -> list[Bounce]:
    """The mails of a subscriber that came back."""
    return [Bounce(**row._mapping) for row in run(connection, "bounces_of", {"subscriber": subscriber})]
