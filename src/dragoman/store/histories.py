"""How each commitment stood from day to day, and where it is told: kept beside the ledger, to search it unread."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from dragoman.ledger import known_on, standing_on
from dragoman.ledger.rates import days_to_deed
from dragoman.records import Account, Standing
from dragoman.resolve.tellings import later, party_of
from dragoman.store.merging import clean
from dragoman.store.statements import write

BY, TO = "by", "to"


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
    kept = list(accounts)
    periods = [row for account in kept for row in _rows(account)]
    sides = [
        {"account": one.id, "party": party, "side": side, "made": one.entries[0].day.isoformat()}
        for one in kept
        for party, side in sorted(sides_of(one))
    ]
    told = {(one.id, clean(entry.article or ""), entry.event or "") for one in kept for entry in one.entries}
    citations = [dict(zip(("account", "article", "event"), row, strict=True)) for row in sorted(told)]
    for name, rows in (("add_periods", periods), ("add_sides", sides), ("add_citations", citations)):
        if rows:
            write(connection, name, rows)


def _rows(account: Account) -> Iterator[dict[str, Any]]:
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
