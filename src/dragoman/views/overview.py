"""What changed this week: dyads against what is usual, newest events, commitments, and how much was read."""

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from dragoman.export.panels import QUADS
from dragoman.ledger import deciding_entry, known_on
from dragoman.records import Basis, CommitmentKind, Record, Standing
from dragoman.rules import Rules
from dragoman.store import finding, ledgers, standings, volume
from dragoman.store.counts import Changed, changed_dyads, published_span
from dragoman.store.opening import Store
from dragoman.store.totals import totals

DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)
# How many weeks before this one it is compared with, as long as reports go back so far.
MONTH, YEAR = 4, 52
# The thresholds of ACLED's Trendfinder, in per cent of what is usual; and what is too little to call it a change.
SHARPLY, UP, DOWN = 25, 10, -25
FEW_USUAL, FEW_NOW = 2, 5
# How many of each are shown.
CHANGES, EVENTS, TURNS, PUBLISHERS = 10, 15, 15, 12
# Publishers whose reports are counted, so that those of a year are found among those of a week.
COUNTED = 1_000

Word = Literal["new", "limited change", "up sharply", "up", "steady", "down"]


class Usual(Record, frozen=True, kw_only=True):
    """A week of the weeks before: how many events and reports on average, and how this week differs from that.

    `per_cent` is None where nothing was before.
    """

    weeks: int
    events: float
    reports: float
    per_cent: float | None
    word: Word


class Change(Record, frozen=True, kw_only=True):
    """What one party did to another this week in a quad class, against what was usual; None where nothing was read."""

    actor: str
    recipient: str
    quad: str
    events: int
    reports: int
    month: Usual | None
    year: Usual | None


class Turned(Record, frozen=True, kw_only=True):
    """A commitment that came to stand otherwise on a day: as an entry told, or (`basis` None) as its day went by."""

    id: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    due: tuple[datetime.date, datetime.date] | None
    day: datetime.date
    before: Standing | None
    standing: Standing
    basis: Basis | None = None
    source: str = ""
    sentence: str = ""
    event: str | None = None
    note: str | None = None


class Volume(Record, frozen=True, kw_only=True):
    """How many reports a publisher ("" where none is named) published this week, and in 4 and 52 weeks with it."""

    publisher: str
    week: int
    month: int
    year: int


class Week(Record, frozen=True, kw_only=True):
    """How many reports were published in seven days."""

    first: datetime.date
    last: datetime.date
    reports: int


class Totals(Record, frozen=True, kw_only=True):
    """What the store holds; commitments by how they stand."""

    reports: int
    events: int
    commitments: int
    standings: dict[Standing, int]


class Overview(Record, frozen=True, kw_only=True):
    """What is new in a store as of the day of its last report; None where no report has a day.

    `week` is the first day of the seven that are compared. The dyads that differ most from what is usual come first.
    `is_current` is false where the ledger was not made anew since something came in.
    """

    first: datetime.date | None
    last: datetime.date | None
    week: datetime.date | None
    totals: Totals
    is_current: bool
    changes: tuple[Change, ...] = ()
    newest: tuple[dict[str, Any], ...] = ()
    turned: tuple[Turned, ...] = ()
    publishers: tuple[Volume, ...] = ()
    weeks: tuple[Week, ...] = ()


def overview_of(store: Store, rules: Rules) -> Overview:
    """What is new in a store; its ledger is taken as it was made last."""
    is_current = ledgers.is_current(store)
    with store.reading() as connection:
        first, last = published_span(connection)
        reports, events = totals(connection)
        stand = standings.tally(connection).standings
        newest = tuple(one._asdict() for one in finding.newest(connection, EVENTS).shown)
    found = Overview(
        first=first,
        last=last,
        week=None,
        totals=Totals(reports=reports, events=events, commitments=sum(stand.values()), standings=stand),
        is_current=is_current,
        newest=newest,
    )
    return _with_news(store, found, first, last, rules) if first and last else found


def _with_news(store: Store, found: Overview, first: datetime.date, last: datetime.date, rules: Rules) -> Overview:
    """The same with all that is of some days."""
    with store.reading() as connection:
        counted = changed_dyads(connection, last)
        turns = standings.turns(connection, last - MONTH * WEEK + DAY, last, most=TURNS)
    return msgspec.structs.replace(
        found,
        week=last - WEEK + DAY,
        changes=tuple(changes(counted, first, last, rules)),
        turned=tuple(map(_turned, turns)),
        publishers=tuple(_publishers(store, last)),
        weeks=tuple(_weeks(store, first, last)),
    )


# What changed


class _Sum(NamedTuple):
    """Events and reports of a week, of the 4 weeks before it and of the 52."""

    events: int = 0
    reports: int = 0
    month_events: int = 0
    month_reports: int = 0
    year_events: int = 0
    year_reports: int = 0


def changes(
    counted: Iterable[Changed], first: datetime.date, last: datetime.date, rules: Rules, *, most: int = CHANGES
) -> list[Change]:
    """The dyads and quad classes that differ most from what is usual, and before all others those that are no few.

    `first` is the day of the first report of all: weeks before it are no weeks in which nothing happened. What differs
    is measured by what chance does to counts, the root of what is usual.
    """
    before = last - WEEK + DAY - first
    weeks = (max(0, min(MONTH, before // WEEK)), max(0, min(YEAR, before // WEEK)))
    sums: defaultdict[tuple[str, str, str], _Sum] = defaultdict(_Sum)
    for one in counted:
        key = (one.actor, one.recipient, QUADS[rules.ontology.quad(one.type)])
        sums[key] = _Sum(*map(sum, zip(sums[key], one[3:], strict=True)))
    found = [_change(*key, one, weeks) for key, one in sums.items() if one.events or one.month_events]
    return sorted(found, key=_place)[:most]


def _change(actor: str, recipient: str, quad: str, one: _Sum, weeks: tuple[int, int]) -> Change:
    return Change(
        actor=actor,
        recipient=recipient,
        quad=quad,
        events=one.events,
        reports=one.reports,
        month=_usual(one.events, one.month_events, one.month_reports, weeks[0]),
        year=_usual(one.events, one.year_events, one.year_reports, weeks[1]),
    )


def _usual(now: int, events: int, reports: int, weeks: int) -> Usual | None:
    if not weeks:
        return None
    usual = events / weeks
    per_cent = round(100 * (now - usual) / usual, 1) if usual else None
    return Usual(weeks=weeks, events=usual, reports=reports / weeks, per_cent=per_cent, word=word_for(now, usual))


def word_for(now: int, usual: float) -> Word:
    """What to call a week with so many events where so many are usual.

    >>> word_for(5, 2.0), word_for(6, 2.0), word_for(3, 0.0), word_for(11, 10.0), word_for(7, 10.0)
    ('limited change', 'up sharply', 'new', 'steady', 'down')
    """
    if not usual:
        return "new" if now else "limited change"
    if usual <= FEW_USUAL and now <= FEW_NOW:
        return "limited change"
    per_cent = 100 * (now - usual) / usual
    words: tuple[tuple[bool, Word], ...] = (
        (per_cent > SHARPLY, "up sharply"),
        (per_cent > UP, "up"),
        (per_cent >= DOWN, "steady"),
    )
    return next((word for holds, word in words if holds), "down")


def _place(one: Change) -> tuple[bool, float, int, str, str, str]:
    usual = [each for each in (one.month, one.year) if each]
    few = all(each.events <= FEW_USUAL and one.events <= FEW_NOW for each in usual)
    apart = max((abs(one.events - each.events) / math.sqrt(each.events + 1) for each in usual), default=one.events)
    return few, -apart, -one.events, one.actor, one.recipient, one.quad


# Commitments


def _turned(turn: standings.Turn) -> Turned:
    account = turn.account
    held = known_on(account, turn.day)
    entry = deciding_entry(held, turn.day) if held else None
    return Turned(
        id=account.id,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        due=account.due,
        day=turn.day,
        before=turn.before,
        standing=turn.standing,
        basis=entry.basis if entry else None,
        source=entry.source if entry else "",
        sentence=entry.sentence.text if entry and entry.sentence else "",
        event=entry.event if entry else None,
        note=entry.note if entry else None,
    )


# How much was read


def _publishers(store: Store, last: datetime.date) -> Iterator[Volume]:
    """Who published most in a year."""
    with store.reading() as connection:
        year, month, week = (
            {one.publisher: one.reports for one in volume.reports_by_publisher(connection, since, last, most=COUNTED)}
            for since in (last - weeks * WEEK + DAY for weeks in (YEAR, MONTH, 1))
        )
    for name, reports in list(year.items())[:PUBLISHERS]:
        yield Volume(publisher=name, week=week.get(name, 0), month=month.get(name, 0), year=reports)


def _weeks(store: Store, first: datetime.date, last: datetime.date) -> Iterator[Week]:
    """The weeks of a year, the last one ending with the last report, from the first report on."""
    counted: Counter[int] = Counter()
    with store.reading() as connection:
        for one in volume.reports_by_day(connection, last - YEAR * WEEK + DAY, last):
            counted[(last - one.day) // WEEK] += one.reports
    for ago in range(min(YEAR - 1, (last - first) // WEEK), -1, -1):
        end = last - ago * WEEK
        yield Week(first=end - WEEK + DAY, last=end, reports=counted[ago])
