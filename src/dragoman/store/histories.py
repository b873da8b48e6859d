"""How each commitment stood from day to day, and where it is told: kept beside the ledger, to search it unread."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from dragoman.ledger import known_on, standing_on
from dragoman.ledger.rates import days_to_deed
from dragoman.records import Account, Standing
from dragoman.resolve.tellings import later, party_of
from dragoman.store.merging import clean
from dragoman.store.statements import statement, write

BY, TO = "by", "to"
# Accounts read at a time.
PAGE = 500

Rows = list[dict[str, Any]]


class Period(NamedTuple):
    """From the day `first` on, and until before `until`, a commitment stood so by all that one could know.

    `took` is the number of days from its words to the deed that kept it; None where none did.
    """

    first: datetime.date
    until: datetime.date
    standing: Standing
    took: int | None


def periods_of(account: Account) -> list[Period]:
    """How an account stood, from the day on which the first report told of it; the last period never ends."""
    found: list[Period] = []
    for day in _turns(account):
        held = known_on(account, day)
        if held is None:
            continue
        standing = standing_on(held, day)
        took = days_to_deed(held, day) if standing == "kept" else None
        if not found or (found[-1].standing, found[-1].took) != (standing, took):
            found.append(Period(day, datetime.date.max, standing, took))
    ends = [*(one.first for one in found[1:]), datetime.date.max]
    return [one._replace(until=end) for one, end in zip(found, ends, strict=True)]


def _turns(account: Account) -> list[datetime.date]:
    """The days on which it can come to stand otherwise: something gets known, or it was due the day before."""
    due = {later(account.due[1], 1)} if account.due else set()
    return sorted({max(entry.day, entry.known or entry.day) for entry in account.entries} | due)


def sides_of(account: Account) -> set[tuple[str, str]]:
    """Whom an account binds and towards whom, as (party, side); what binds several binds each to the others."""
    by, to = ({party_of(code) for code in codes} for codes in (account.by, account.to))
    return {(party, BY) for party in by} | {(party, TO) for party in to | (by if len(by) > 1 else set())}


def keep(connection: Connection, accounts: Iterable[Account]) -> None:
    """Write down how accounts that were just stored stood; with an account its history goes."""
    found = [rows_of(account) for account in accounts]
    for place, name in enumerate(("add_periods", "add_sides", "add_citations")):
        if rows := [row for kept in found for row in kept[place]]:
            write(connection, name, rows)


def rows_of(account: Account) -> tuple[Rows, Rows, Rows]:
    """What is kept of an account: how it stood, the same for each whom it binds or is made to, and where it is told."""
    periods = list(_periods(account))
    sides = [
        {"party": party, "side": side} | {name: value for name, value in period.items() if name != "before"}
        for party, side in sorted(sides_of(account))
        for period in periods
    ]
    told = sorted({(clean(entry.article or ""), entry.event or "") for entry in account.entries})
    citations = [{"account": account.id, "article": article, "event": event} for article, event in told]
    return periods, sides, citations


def differing(connection: Connection) -> Iterator[str]:
    """The ids of accounts of which something else is kept than follows from them."""
    last = ""
    while page := connection.execute(statement("accounts_after"), {"last": last, "page": PAGE}).all():
        last = page[-1].id
        kept = [_kept(connection, name, page[0].id, last) for name in ("kept_periods", "kept_sides", "kept_citations")]
        for row in page:
            found = rows_of(msgspec.json.decode(row.held, type=Account))
            if any(_alike(rows) != held.get(row.id, set()) for rows, held in zip(found, kept, strict=True)):
                yield row.id


def _kept(connection: Connection, name: str, first: str, last: str) -> dict[str, set[Any]]:
    """Rows by their account."""
    found: dict[str, set[Any]] = {}
    for row in connection.execute(statement(name), {"first": first, "last": last}).mappings():
        found.setdefault(row["account"], set()).add(frozenset(row.items()))
    return found


def _alike(rows: Rows) -> set[Any]:
    return {frozenset(row.items()) for row in rows}


def _periods(account: Account) -> Iterator[dict[str, Any]]:
    before = ""
    fixed = {
        "account": account.id,
        "kind": account.kind,
        "made": account.entries[0].day.isoformat(),
        "latest": max(entry.day for entry in account.entries).isoformat(),
    }
    for first, until, standing, took in periods_of(account):
        days = {"first": first.isoformat(), "until": until.isoformat()}
        yield {**fixed, **days, "standing": standing, "before": before, "took": took}
        before = standing
