"""The words and deeds of a party, for a page: what it did and to whom, what it committed itself to, what it said."""

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dragoman.export.panels import Every
from dragoman.ledger import deciding_entry
from dragoman.ledger.rates import FollowThrough
from dragoman.records import Account, CommitmentKind, QuoteKind, Record, Standing
from dragoman.rules import Rules
from dragoman.store import ledgers, standings
from dragoman.store.counts import Count, counts, outward_counts, partners, published_span
from dragoman.store.opening import Store
from dragoman.store.saying import Number, Saying, count_sayings, sayings
from dragoman.views.paces import Measure, Pace, pace_of, read_by_step
from dragoman.views.periods import Days, fitting, shown_days
from dragoman.views.sides import RATES, Side, by_quad, events_in, is_within, outcome, side_of, steps_of
from dragoman.views.spans import weeks_before
from dragoman.views.terms import Band, Term, bands_within, terms_of

# Partners, commitments and statements that the page shows; other pages have all.
PARTNERS, COMMITMENTS, STATEMENTS = 6, 10, 5
# Weeks that are shown where nobody says since when: counting what a great power did in ten years takes too long.
WEEKS = 104


class Asked(NamedTuple):
    """What is asked of a party; without `every` steps are as long as fits the time."""

    days: Days = (None, None)
    every: Every | None = None
    measure: Measure = "events"


class Partner(Record, frozen=True, kw_only=True):
    """A party to whom much was done, and what it did in return: distinct events and reports by quad class."""

    side: Side
    events_back: dict[str, int]
    reports_back: dict[str, int]


class Rate(Record, frozen=True, kw_only=True):
    """What became of commitments of some kinds, in numbers and in words."""

    title: str
    kinds: tuple[CommitmentKind, ...]
    found: FollowThrough
    words: str


class Made(Record, frozen=True, kw_only=True):
    """A commitment and how it stands; `decided` is the day of what decided it, `source` on whose word that was."""

    id: str
    day: datetime.date
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    condition: str | None
    due: tuple[datetime.date, datetime.date] | None
    standing: Standing
    decided: datetime.date | None
    source: str


class Said(Record, frozen=True, kw_only=True):
    """A statement: who said it in which report; `day` is that of its publication."""

    day: str | None
    speaker: str
    kind: QuoteKind
    words: str
    article: int
    publisher: str | None


class Many(Record, frozen=True, kw_only=True):
    """How many there are; with `is_more` at least so many."""

    number: int
    is_more: bool


class Conduct(Record, frozen=True, kw_only=True):
    """A party's words and deeds.

    In `all` an event with several recipients is one event, also where none is named; `steps` are those of `all`.
    `first` and `last` are the days asked for, else two years up to the last report, `since` that of the first report,
    `shown` the ends of the time axis: `outside` events lie beyond these. Commitments are all that were made until
    `last`, statements those published in the days shown. `is_current` is false where the ledger was not made anew
    since something came in.
    """

    party: str
    first: datetime.date | None
    last: datetime.date | None
    since: datetime.date | None
    shown: tuple[datetime.date | None, datetime.date | None]
    every: Every
    measure: Measure
    all: Side
    partners: tuple[Partner, ...]
    steps: tuple[Pace, ...]
    outside: int
    read: dict[datetime.date, int]
    bands: tuple[Band, ...]
    terms: tuple[Term, ...]
    rates: tuple[Rate, ...]
    commitments: tuple[Made, ...]
    statements: tuple[Said, ...]
    statements_by: Many
    statements_about: Many
    is_current: bool


def conduct_of(store: Store, party: str, asked: Asked, rules: Rules) -> Conduct:
    """The page of a party by its code."""
    with store.reading() as connection:
        published = published_span(connection)
        days = _bounded(asked.days, published)
        counted = list(outward_counts(connection, party, first=days[0], last=days[1]))
        first, last = days
        most = [one.recipient for one in partners(connection, party, first=first, last=last, most=PARTNERS)]
        tally, tallies = standings.tallies(connection, ledgers.Wanted(by=party, on=last), most)
        there = {one: list(counts(connection, actor=party, recipient=one, first=first, last=last)) for one in most}
        back = {one: list(counts(connection, actor=one, recipient=party, first=first, last=last)) for one in most}
    every = asked.every or fitting(days, published)
    shown = shown_days(days, published, every)
    steps = list(steps_of(counted, every, rules))
    within = [step for step in steps if is_within(step, shown, every)]
    read = read_by_step(store, shown, every)
    terms = terms_of(party, shown, rules)
    said, by, about = _said(store, party, days)
    return Conduct(
        party=party,
        first=days[0],
        last=days[1],
        since=published[0],
        shown=shown,
        every=every,
        measure=asked.measure,
        all=side_of(party, "", counted, tally.of, rules),
        partners=tuple(_partner(party, one, there[one], back[one], tallies[one], rules) for one in most),
        steps=tuple(pace_of(step, every, read) for step in within),
        outside=events_in(steps) - events_in(within),
        read=read,
        bands=bands_within(terms, shown),
        terms=terms,
        rates=tuple(_rates(tally)),
        commitments=tuple(_commitments(store, party, days[1])),
        statements=said,
        statements_by=by,
        statements_about=about,
        is_current=ledgers.is_current(store),
    )


def _bounded(days: Days, published: Days) -> Days:
    """The days asked for; without a first one as far back as the page goes, unless reports begin later than that."""
    first, _ = weeks_before(days, published[1], WEEKS)
    begins_later = published[0] is None or first is None or published[0] >= first
    return days if days[0] or begins_later else (first, days[1])


def _partner(
    party: str, other: str, there: Sequence[Count], back: Sequence[Count], tally: standings.Tally, rules: Rules
) -> Partner:
    side = side_of(party, other, there, tally.of, rules)
    events, reports = by_quad(back, rules)
    return Partner(side=side, events_back=events, reports_back=reports)


def _rates(tally: standings.Tally) -> Iterator[Rate]:
    for title, kinds in RATES:
        found = tally.of(kinds)
        yield Rate(title=title, kinds=tuple(sorted(kinds)), found=found, words=outcome(found))


def _commitments(store: Store, party: str, on: datetime.date | None) -> Iterator[Made]:
    """Those made last."""
    with store.reading() as connection:
        page = standings.page(connection, ledgers.Wanted(by=party, on=on), most=COMMITMENTS)
    for account, standing in page.told:
        yield _made(account, standing, on)


def _made(account: Account, standing: Standing, on: datetime.date | None) -> Made:
    decided = deciding_entry(account, on)
    return Made(
        id=account.id,
        day=account.entries[0].day,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        condition=account.condition,
        due=account.due,
        standing=standing,
        decided=decided.day if decided else None,
        source=decided.source if decided else "",
    )


def _said(store: Store, party: str, days: Days) -> tuple[tuple[Said, ...], Many, Many]:
    """The newest statements of a party, how many it made, and how many are about it."""
    first, last = days
    with store.reading() as connection:
        newest = sayings(connection, by=party, first=first, last=last, most=STATEMENTS).shown
        by, about = (
            count_sayings(connection, by=party, first=first, last=last),
            count_sayings(connection, about=party, first=first, last=last),
        )
    return tuple(map(_quoted, newest)), _many(by), _many(about)


def _quoted(one: Saying) -> Said:
    return Said(
        day=one.published,
        speaker=one.speaker,
        kind=one.kind,
        words=one.words,
        article=one.article,
        publisher=one.publisher,
    )


def _many(found: Number) -> Many:
    return Many(number=found.number, is_more=found.is_more)
