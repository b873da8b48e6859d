"""The ledger for its page: which commitments are wanted, how each stands and why; and one of them with its history."""

import datetime
from collections.abc import Iterable

import msgspec

from dragoman.ledger import deciding_entry, standing_on
from dragoman.ledger.rates import FollowThrough
from dragoman.records import Account, CommitmentKind, Entry, Record, Standing
from dragoman.resolve.tellings import later
from dragoman.rules import Rules
from dragoman.store import ledgers, standings
from dragoman.store.counts import published_span
from dragoman.store.histories import periods_of
from dragoman.store.opening import Store
from dragoman.store.reports import Head, heads_of
from dragoman.views.naming import party_named
from dragoman.views.sides import RATES, outcome

# Commitments on a page.
MOST = 100


class Place(Record, frozen=True, kw_only=True):
    """Where a sentence stands: the number of the report, and its first and last character there."""

    key: int
    start: int
    end: int


class Held(Record, frozen=True, kw_only=True):
    """A commitment as it stands: the entry that decided it and where that is told, and how many reports tell of it.

    `made` is the day of its first words, `due` the first and the last day by which it falls due.
    """

    id: str
    made: datetime.date
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    condition: str | None
    due: tuple[datetime.date, datetime.date] | None
    standing: Standing
    decided: Entry | None
    place: Place | None
    reports: int


class Rate(Record, frozen=True, kw_only=True):
    """What became of commitments of some kinds, in numbers and in words."""

    title: str
    kinds: tuple[CommitmentKind, ...]
    found: FollowThrough
    words: str


class Ledger(Record, frozen=True, kw_only=True):
    """The commitments that are wanted, those made last first, as they stand at the end of a day.

    `by` and `to` are codes of parties, "" where anybody is wanted; `on` is the day that was asked for, `as_of` that as
    of which they stand (None where no report has a day), `since` that of the first report. `total` of them are told by
    `standings` and, unless they were chosen by their standing, by `rates`. `next` is where the next page begins.
    """

    by: str
    to: str
    kind: CommitmentKind | None
    standing: Standing | None
    on: datetime.date | None
    as_of: datetime.date | None
    since: datetime.date | None
    total: int
    standings: dict[Standing, int]
    rates: tuple[Rate, ...]
    commitments: tuple[Held, ...]
    next: str
    is_current: bool


class Line(Record, frozen=True, kw_only=True):
    """One line of a commitment's history: the entry, the place of its sentence, and the title of that report."""

    entry: Entry
    place: Place | None
    title: str


class Stood(Record, frozen=True, kw_only=True):
    """How a commitment stood from the day `first` to the day `last`, by all that one could know then."""

    first: datetime.date
    last: datetime.date | None
    standing: Standing


class Commitment(Record, frozen=True, kw_only=True):
    """One commitment with everything that was said and done about it, and how it stood from day to day.

    `read` is how it would stand had nobody ruled on it, `decided` the entry by which it stands as it does.
    """

    id: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    condition: str | None
    due: tuple[datetime.date, datetime.date] | None
    standing: Standing
    read: Standing
    decided: Entry | None
    as_of: datetime.date | None
    reports: int
    lines: tuple[Line, ...]
    stood: tuple[Stood, ...]


def ledger_of(
    store: Store, rules: Rules, wanted: ledgers.Wanted = ledgers.ANY, *, most: int = MOST, after: str = ""
) -> Ledger:
    """A page of the ledger; parties are given by name or code, `after` is where the page before ended."""
    by, to = (party_named(name, rules) if name else None for name in (wanted.by, wanted.to))
    wanted = wanted._replace(by=by, to=to)
    is_current = ledgers.made_current(store, rules)
    with store.reading() as connection:
        shown = standings.page(connection, wanted, most=most, after=after)
        tally = standings.tally(connection, wanted)
        since, last = published_span(connection)
        decided = [deciding_entry(account, wanted.on) for account, _ in shown.told]
        heads = heads_of(connection, (one.article for one in decided if one and one.article))
    return Ledger(
        by=by or "",
        to=to or "",
        kind=wanted.kind,
        standing=wanted.standing,
        on=wanted.on,
        as_of=wanted.on or last,
        since=since,
        total=sum(tally.standings.values()),
        standings=tally.standings,
        rates=() if wanted.standing else _rates(tally),
        commitments=tuple(_held(*told, why, heads) for told, why in zip(shown.told, decided, strict=True)),
        next=shown.next,
        is_current=is_current,
    )


def _rates(tally: standings.Tally) -> tuple[Rate, ...]:
    """The rates of which something was made."""
    found = ((title, tuple(sorted(kinds)), tally.of(kinds)) for title, kinds in RATES)
    return tuple(
        Rate(title=title, kinds=kinds, found=one, words=outcome(one)) for title, kinds, one in found if one.made
    )


def _held(account: Account, standing: Standing, decided: Entry | None, heads: dict[str, Head]) -> Held:
    place = place_of(decided, heads) if decided else None
    return Held(
        id=account.id,
        made=account.entries[0].day,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        condition=account.condition,
        due=account.due,
        standing=standing,
        decided=decided,
        place=place,
        reports=reports_in(account),
    )


def reports_in(account: Account) -> int:
    """How many reports tell of a commitment."""
    return len({entry.article for entry in account.entries if entry.article})


def stands(account: Account, last: datetime.date | None) -> Standing:
    """How a commitment stands as of the day of the last report, or of a later ruling."""
    return standing_on(account, ledgers.day_of([(account, "pending")], last))


def place_of(entry: Entry, heads: dict[str, Head]) -> Place | None:
    """Where the sentence of an entry stands; None where there is none, or its report is not stored."""
    head = heads.get(entry.article or "")
    if head is None or entry.sentence is None:
        return None
    return Place(key=head.key, start=entry.sentence.start, end=entry.sentence.end)


def commitment_of(store: Store, rules: Rules, id: str) -> Commitment | None:
    """One commitment by its id; None where the ledger has none."""
    ledgers.made_current(store, rules)
    with store.reading() as connection:
        account = standings.account_of(connection, id)
        if account is None:
            return None
        last = published_span(connection)[1]
        heads = heads_of(connection, (entry.article for entry in account.entries if entry.article))
    as_of = ledgers.day_of([(account, "pending")], last)
    return Commitment(
        id=account.id,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        condition=account.condition,
        due=account.due,
        standing=standing_on(account, as_of),
        read=standing_on(_unruled(account), as_of),
        decided=deciding_entry(account, as_of),
        as_of=as_of,
        reports=reports_in(account),
        lines=tuple(_line(entry, heads) for entry in account.entries),
        stood=_stood(account),
    )


def _unruled(account: Account) -> Account:
    """The same without what people decided."""
    entries = tuple(entry for entry in account.entries if entry.basis != "person")
    return msgspec.structs.replace(account, entries=entries)


def _line(entry: Entry, heads: dict[str, Head]) -> Line:
    head = heads.get(entry.article or "")
    title = (head.article.title or head.article.id) if head else ""
    return Line(entry=entry, place=place_of(entry, heads), title=title)


def _stood(account: Account) -> tuple[Stood, ...]:
    found = periods_of(account)
    return tuple(
        Stood(first=one.first, last=later(one.until, -1) if one is not found[-1] else None, standing=one.standing)
        for one in found
    )


def axis_start(found: Iterable[Held], since: datetime.date | None) -> datetime.date | None:
    """Where a time axis begins: the day of the first report, as one year that it recalls would set it otherwise.

    An earlier one where something was decided earlier, so that each outcome is seen; None where nothing is older.
    """
    older = [held for held in found if since and held.made < since]
    decided = [held.decided.day for held in older if held.decided]
    return min([since, *decided]) if older and since else None
