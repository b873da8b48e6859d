"""One party towards another: what is counted by quad class, what was promised, and what became of it."""

import datetime
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from dragoman.export.panels import QUADS
from dragoman.ledger.rates import FollowThrough, follow_through, in_words
from dragoman.records import Account, Record, Standing
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.counts import HAPPENED, Count
from dragoman.store.opening import Store

Days = tuple[datetime.date | None, datetime.date | None]
Told = Sequence[tuple[Account, Standing]]
OWN_WORDS, THREATS, DEMANDS = "offers, promises, agreements", "threats carried out", "demands met"


class Side(Record, frozen=True, kw_only=True):
    """One party towards another, "" for all others: totals by quad class, its commitments and what became of them."""

    actor: str
    recipient: str
    events: dict[str, int]
    reports: dict[str, int]
    commitments: FollowThrough
    threats: FollowThrough


def made_within(store: Store, by: str, days: Days, rules: Rules) -> Told:
    """What a party committed itself to within some days, each as it stands at the end of them."""
    told = ledgers.accounts(store, rules, ledgers.Wanted(by=by, on=days[1]))
    return [pair for pair in told if days[0] is None or pair[0].entries[0].day >= days[0]]


def warn_if_old(store: Store) -> None:
    """Say so on standard error where the ledger is older than what the store holds and cannot be made anew."""
    if not ledgers.is_current(store):
        message = f"{store.where}: commitments are not up to date, as that store cannot be written"
        Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)


def towards(told: Told, other: str) -> Told:
    """Those that bind somebody to a party: made to it, or with it."""
    return [(one, standing) for one, standing in told if other in _addressed(one)]


def _addressed(account: Account) -> set[str]:
    by = {party_of(code) for code in account.by}
    return {party_of(code) for code in account.to} | (by if len(by) > 1 else set())


def side_of(
    actor: str, recipient: str, counted: Iterable[Count], told: Told, until: datetime.date | None, rules: Rules
) -> Side:
    """What is counted and what was promised, added up."""
    events, reports = by_quad(counted, rules)
    return Side(
        actor=actor,
        recipient=recipient,
        events=events,
        reports=reports,
        commitments=follow_through(told, on=until),
        threats=follow_through(told, ("threat",), on=until),
    )


def by_quad(counted: Iterable[Count], rules: Rules) -> tuple[dict[str, int], dict[str, int]]:
    """Distinct events that happened or go on, and reports of them, by quad class."""
    events, reports = (dict.fromkeys(QUADS.values(), 0) for _ in range(2))
    for one in counted:
        if one.status in HAPPENED:
            quad = QUADS[rules.ontology.quad(one.type)]
            events[quad] += one.events
            reports[quad] += one.reports
    return events, reports


def quad_table(title: str, *more: str) -> Table:
    """A table with a column for each quad class."""
    names = (name.replace("_", " ") for name in QUADS.values())
    return Table("", *names, *more, title=title, title_justify="left", show_edge=False)


def cells_of(side: Side) -> list[str]:
    """The counts of a side, by quad class: distinct events, and in brackets the reports that tell them."""
    return [f"{side.events[name]:,} ({side.reports[name]:,})" for name in QUADS.values()]


def show_words(console: Console, side: Side) -> None:
    """What became of a side's commitments, in a line or three."""
    console.print(f"{name_of(side)}: {OWN_WORDS}: {outcome(side.commitments)}", markup=False)
    if side.threats.made:
        console.print(f"    {THREATS}: {outcome(side.threats)}", markup=False)


def outcome(found: FollowThrough) -> str:
    """What became of commitments, and how long it took, in words."""
    if found.made and not found.decided:
        accepted = found.standings.get("accepted", 0)
        return f"{found.made} made, none decided yet" + (f", {accepted} accepted" if accepted else "")
    days = f"; median {found.days:.0f} days from word to deed" if found.days is not None else ""
    return in_words(found) + days


def name_of(side: Side) -> str:
    """Who towards whom, in words."""
    return f"{side.actor} to {side.recipient or 'all'}"
