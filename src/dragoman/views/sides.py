"""One party towards another: what is counted by quad class and step, what was promised, and what became of it."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from dragoman.export.panels import QUADS, Every, end_of, period_of
from dragoman.ledger.rates import OWN, FollowThrough, follow_through, in_words
from dragoman.records import Account, CommitmentKind, Record, Standing
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.counts import HAPPENED, Count
from dragoman.store.opening import Store
from dragoman.views.periods import Days

Told = Sequence[tuple[Account, Standing]]
Rate = Callable[[frozenset[CommitmentKind]], FollowThrough]
OWN_WORDS, THREATS, DEMANDS = "offers, promises, agreements kept", "threats carried out", "demands met"
THREAT: frozenset[CommitmentKind] = frozenset({"threat"})
# Rates that are never added to each other: what a party binds itself to, what it threatens, what it asks of others.
RATES: tuple[tuple[str, frozenset[CommitmentKind]], ...] = (
    (OWN_WORDS, OWN),
    (THREATS, THREAT),
    (DEMANDS, frozenset({"demand"})),
)


class Side(Record, frozen=True, kw_only=True):
    """One party towards another, "" for all others: totals by quad class, its commitments and what became of them."""

    actor: str
    recipient: str
    events: dict[str, int]
    reports: dict[str, int]
    commitments: FollowThrough
    threats: FollowThrough


class Step(Record, frozen=True, kw_only=True):
    """What one party did to the other in a day, week or month: distinct events and reports by quad class."""

    actor: str
    recipient: str
    first: datetime.date
    events: dict[str, int]
    reports: dict[str, int]


def made_within(store: Store, by: str, days: Days, rules: Rules) -> Told:
    """What a party committed itself to within some days, each as it stands at the end of them."""
    told = ledgers.accounts(store, rules, ledgers.Wanted(by=by, on=days[1]))
    return [pair for pair in told if days[0] is None or pair[0].entries[0].day >= days[0]]


def towards(told: Told, other: str) -> Told:
    """Those that bind somebody to a party: made to it, or with it."""
    return [(one, standing) for one, standing in told if other in _addressed(one)]


def _addressed(account: Account) -> set[str]:
    by = {party_of(code) for code in account.by}
    return {party_of(code) for code in account.to} | (by if len(by) > 1 else set())


def side_of(actor: str, recipient: str, counted: Iterable[Count], rate: Rate, rules: Rules) -> Side:
    """What is counted, and what became of what was promised and threatened: `rate` gives that of some kinds."""
    events, reports = by_quad(counted, rules)
    return Side(
        actor=actor, recipient=recipient, events=events, reports=reports, commitments=rate(OWN), threats=rate(THREAT)
    )


def rate_of(told: Told, until: datetime.date | None) -> Rate:
    """The follow-through of commitments of any kinds, each with its standing at the end of a day."""
    return lambda kinds: follow_through(told, kinds, on=until)


def by_quad(counted: Iterable[Count], rules: Rules) -> tuple[dict[str, int], dict[str, int]]:
    """Distinct events that happened or go on, and reports of them, by quad class."""
    events, reports = (dict.fromkeys(QUADS.values(), 0) for _ in range(2))
    for one in counted:
        if one.status in HAPPENED:
            quad = QUADS[rules.ontology.quad(one.type)]
            events[quad] += one.events
            reports[quad] += one.reports
    return events, reports


def steps_of(counted: Iterable[Count], every: Every, rules: Rules) -> Iterator[Step]:
    """What is counted by day, week or month and direction, in their order."""
    by_step: defaultdict[tuple[datetime.date, str, str], list[Count]] = defaultdict(list)
    for one in counted:
        start = period_of(datetime.date.fromisoformat(one.day), every)
        by_step[start, one.actor, one.recipient].append(one)
    for start, actor, recipient in sorted(by_step):
        events, reports = by_quad(by_step[start, actor, recipient], rules)
        yield Step(actor=actor, recipient=recipient, first=start, events=events, reports=reports)


def is_within(step: Step, shown: Days, every: Every) -> bool:
    """Whether a step lies at least in part within the days of a time axis."""
    first, last = shown
    return (first is None or end_of(step.first, every) >= first) and (last is None or step.first <= last)


def events_in(steps: Iterable[Step]) -> int:
    """How many distinct events the steps of a dyad have in all."""
    return sum(sum(step.events.values()) for step in steps)


def outcome(found: FollowThrough) -> str:
    """What became of commitments, and how long it took, in words."""
    if found.made and not found.decided:
        accepted = found.standings.get("accepted", 0)
        return f"{found.made} made, none decided yet" + (f", {accepted} accepted" if accepted else "")
    days = f"; median {found.days:.0f} days from word to deed" if found.days is not None else ""
    return in_words(found) + days
