"""The ledger in the store: accounts made anew for the parties of whom something came in, and people's rulings."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from dragoman.errors import InputError
from dragoman.ledger import ledger_of, standing_on
from dragoman.records import Account, Coding, CommitmentKind, DistinctEvent, Ruling, Standing
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.store import reading, schema
from dragoman.store.merging import mark_stale
from dragoman.store.opening import Store


class Wanted(NamedTuple):
    """Which accounts are wanted: who is bound, to whom, what kind, how they stand on a day; None bars nothing."""

    by: str | None = None
    to: str | None = None
    kind: CommitmentKind | None = None
    standing: Standing | None = None
    on: datetime.date | None = None


ANY = Wanted()


def accounts(store: Store, rules: Rules, wanted: Wanted = ANY) -> list[tuple[Account, Standing]]:
    """The accounts that are wanted, each with its standing, in order of the days on which they were made.

    Only what was known on the day counts: entries of later days are left out, and accounts that were opened later.
    """
    refresh(store, rules)
    with store.reading() as connection:
        found = list(_stored(connection))
    held = [one for one in (_until(account, wanted.on) for account in found) if one and _fits(one, wanted)]
    told = [(one, standing_on(one, wanted.on)) for one in held]
    chosen = [pair for pair in told if wanted.standing in (None, pair[1])]
    return sorted(chosen, key=lambda pair: (pair[0].entries[0].day, pair[0].id))


def _until(account: Account, day: datetime.date | None) -> Account | None:
    if day is None:
        return account
    entries = tuple(entry for entry in account.entries if entry.day <= day)
    return msgspec.structs.replace(account, entries=entries) if entries else None


def _fits(account: Account, wanted: Wanted) -> bool:
    by, to = ({party_of(code) for code in codes} for codes in (account.by, account.to))
    return (
        (wanted.by is None or party_of(wanted.by) in by)
        and (wanted.to is None or party_of(wanted.to) in to | (by if len(by) > 1 else set()))
        and wanted.kind in (None, account.kind)
    )


def _stored(connection: Connection) -> Iterator[Account]:
    for row in connection.execute(select(schema.account.c.held)).scalars():
        yield msgspec.json.decode(row, type=Account)


class Circle(NamedTuple):
    """Parties bound with each other in some report, and everybody whose deeds matter to them."""

    parties: frozenset[str]
    others: frozenset[str]


def refresh(store: Store, rules: Rules) -> int:
    """Make the ledgers anew on which something bears that came in or went since; gives the number of parties.

    Parties that were ever bound jointly have one ledger: what binds one alone can be the same as what binds both.
    """
    with store.reading() as connection:
        if not _stale(connection):
            return 0
    with store.writing() as connection:
        stale = _stale(connection)
        concerned = [circle for circle in _circles(connection) if circle.others & stale]
        for circle in concerned:
            _remake(connection, circle, rules)
        gone = sorted(stale - {party for circle in concerned for party in circle.parties})
        connection.execute(schema.account.delete().where(schema.account.c.party.in_(gone)))
        connection.execute(schema.stale.delete())
    return len(stale)


def _stale(connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(select(schema.stale.c.party)).scalars())


def _circles(connection: Connection) -> list[Circle]:
    b = schema.bound.c
    ties = connection.execute(select(b.party, b.other, b.jointly).distinct()).all()
    circle_of = {party: frozenset([party]) for party in sorted({tie.party for tie in ties})}
    for tie in ties:
        if tie.jointly and circle_of[tie.other] is not circle_of[tie.party]:
            joined = circle_of[tie.party] | circle_of[tie.other]
            circle_of |= dict.fromkeys(joined, joined)
    others: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for tie in ties:
        others[circle_of[tie.party]] |= {tie.party, tie.other}
    return [Circle(parties, frozenset(found)) for parties, found in others.items()]


def _remake(connection: Connection, circle: Circle, rules: Rules) -> None:
    """The accounts of a circle of parties."""
    parties = sorted(circle.parties)
    keys = set(connection.execute(select(schema.bound.c.article).where(schema.bound.c.party.in_(parties))).scalars())
    codings = [_binding(coding, circle.parties) for coding in reading.codings(connection, keys=keys)]
    events = _deeds(connection, codings, circle.others)
    made = ledger_of(codings, events, rules, judged=_rulings(connection))
    connection.execute(schema.account.delete().where(schema.account.c.party.in_(parties)))
    rows = [
        {"id": one.id, "party": min(map(party_of, one.by)), "held": msgspec.json.encode(one).decode()} for one in made
    ]
    if rows:
        connection.execute(schema.account.insert(), rows)


def _binding(coding: Coding, parties: frozenset[str]) -> Coding:
    """A coding with those of its commitments by which one of some parties is bound."""
    mine = tuple(one for one in coding.commitments if parties & {party_of(code) for code in one.by.split(";")})
    return msgspec.structs.replace(coding, commitments=mine)


def _deeds(connection: Connection, codings: Iterable[Coding], sides: Iterable[str]) -> list[DistinctEvent]:
    """What those who are bound, and those to whom, did since the first day of it."""
    found = {
        event.id: event
        for side in sorted(sides)
        for event in reading.events(connection, reading.Choice(actor=side, first=_first_day(codings)))
    }
    return list(found.values())


def _first_day(codings: Iterable[Coding]) -> datetime.date | None:
    """A year before the first report: what it tells may have been promised some time ago."""
    days = [coding.article.published for coding in codings if coding.article.published]
    return min(days) - datetime.timedelta(days=365) if days else None


def _rulings(connection: Connection) -> list[Ruling]:
    rows = connection.execute(select(schema.ruling.c.held).order_by(schema.ruling.c.key)).scalars()
    return [msgspec.json.decode(row, type=Ruling) for row in rows]


def rule(store: Store, rules: Rules, ruling: Ruling) -> None:
    """Enter what a person decided on a commitment; the other readings stay beside it.

    Raises `InputError` where there is no such account or no reason.
    """
    if not ruling.reason.strip():
        raise InputError("a ruling needs its reason", kind="ruling")
    refresh(store, rules)
    with store.writing() as connection:
        found = connection.execute(select(schema.account.c.party).where(schema.account.c.id == ruling.account)).scalar()
        if found is None:
            raise InputError(f"the ledger has no account {ruling.account!r}", kind="ruling")
        row = {"account": ruling.account, "held": msgspec.json.encode(ruling).decode()}
        r = schema.ruling.c
        connection.execute(schema.ruling.delete().where(r.account == row["account"], r.held == row["held"]))
        connection.execute(schema.ruling.insert(), row)
        mark_stale(connection, [found])
    refresh(store, rules)
