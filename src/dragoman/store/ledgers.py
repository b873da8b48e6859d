"""The ledger in the store: accounts made anew for the parties of whom something came in, and people's rulings."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from dragoman.errors import InputError, StoreError
from dragoman.ledger import known_on, standing_on
from dragoman.ledger.accounts import Told, accounts_of, deeds_of, told_in
from dragoman.ledger.joining import since
from dragoman.ledger.links import Deeds
from dragoman.ledger.rulings import homeless, places_of
from dragoman.records import Account, Coding, CommitmentKind, Ruling, Standing
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.store import histories, reading, schema
from dragoman.store.merging import Kept, kept_of, made, mark_stale
from dragoman.store.opening import Store
from dragoman.store.remembering import changed
from dragoman.store.statements import statement

# Rows named in one statement.
MANY = 500
# No code: PostgreSQL cannot tell the type of what is in an empty list.
NOBODY = "-"


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

    With a day only what was known at its end counts: reports published by then. Without one an account stands as of
    the `last_day` of the store, or as of a later ruling. Of a store that cannot be written it is what was made before;
    `is_current` says whether anything came in since.
    """
    made_current(store, rules)
    with store.reading() as connection:
        found = list(_stored(connection, wanted))
        last = _last_day(connection)
    held = [one for account in found if (one := known_on(account, wanted.on) if wanted.on else account)]
    told = [(one, standing_on(one, wanted.on or _as_of(one, last))) for one in held if fits(one, wanted)]
    chosen = [pair for pair in told if wanted.standing in (None, pair[1])]
    return sorted(chosen, key=lambda pair: (pair[0].entries[0].day, pair[0].id))


def last_day(store: Store) -> datetime.date | None:
    """The day of the last report that stands; None where no report has a day."""
    with store.reading() as connection:
        return _last_day(connection)


def _last_day(connection: Connection) -> datetime.date | None:
    return msgspec.convert(connection.execute(statement("last_published")).scalar(), datetime.date | None)


def day_of(told: Iterable[tuple[Account, Standing]], last: datetime.date | None) -> datetime.date | None:
    """The day as of which accounts stand where none was asked for: of the last report, or of a later ruling."""
    return max((_as_of(account, last) for account, _ in told), default=last)


def _as_of(account: Account, last: datetime.date | None) -> datetime.date:
    latest = max(entry.day for entry in account.entries)
    return max(last, latest) if last else latest


def fits(account: Account, wanted: Wanted) -> bool:
    """Whether an account is of the parties and kind that are wanted; what binds several binds each to the others."""
    by, to = ({party_of(code) for code in codes} for codes in (account.by, account.to))
    return (
        (wanted.by is None or party_of(wanted.by) in by)
        and (wanted.to is None or party_of(wanted.to) in to | (by if len(by) > 1 else set()))
        and wanted.kind in (None, account.kind)
    )


def _stored(connection: Connection, wanted: Wanted = ANY) -> Iterator[Account]:
    """The accounts that are stored; where parties are wanted, those that can be theirs."""
    query, b, party = select(schema.account.c.held), schema.bound.c, schema.account.c.party
    if wanted.by is not None:
        query = query.where(party.in_(select(b.other).where(b.party == party_of(wanted.by), b.jointly)))
    if wanted.to is not None:
        query = query.where(party.in_(select(b.party).where(b.other == party_of(wanted.to))))
    for row in connection.execute(query).scalars():
        yield msgspec.json.decode(row, type=Account)


# Making it anew


class Circle(NamedTuple):
    """Parties bound with each other in some report, and everybody whose deeds matter to them."""

    parties: frozenset[str]
    others: frozenset[str]


def is_current(store: Store) -> bool:
    """Whether nothing came in or went since the ledger was made."""
    with store.reading() as connection:
        return not _stale(connection)


def made_current(store: Store, rules: Rules) -> bool:
    """Make the ledger anew where something came in or went; False where that store cannot be written."""
    try:
        if store.writable:
            refresh(store, rules)
    except StoreError as error:
        if error.kind != "readonly":
            raise
        return False
    return store.writable or is_current(store)


def refresh(store: Store, rules: Rules) -> int:
    """Make the ledgers anew on which something bears that came in or went since; gives the number of parties.

    Parties that were ever bound jointly have one ledger: what binds one alone can be the same as what binds both.
    """
    if is_current(store):
        return 0
    with store.writing() as connection:
        stale = _stale(connection)
        circles = [circle for circle in _circles(connection) if circle.others & stale]
        found = _made(connection, circles, rules) if circles else []
        _put(connection, found, stale.union(*(circle.parties for circle in circles)))
        connection.execute(schema.stale.delete())
    return len(stale)


def _stale(connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(select(schema.stale.c.party)).scalars())


def _circles(connection: Connection) -> list[Circle]:
    """The circles of all who are bound by something; who only speaks has no ledger."""
    ties = connection.execute(statement("bound_together")).all()
    circle_of = {tie.party: frozenset([tie.party]) for tie in ties if tie.jointly and tie.party == tie.other}
    for tie in ties:
        if tie.jointly and circle_of[tie.other] is not circle_of[tie.party]:
            joined = circle_of[tie.party] | circle_of[tie.other]
            circle_of |= dict.fromkeys(joined, joined)
    others: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for tie in ties:
        if tie.party in circle_of:
            others[circle_of[tie.party]] |= {tie.party, tie.other}
    return [Circle(parties, frozenset(found)) for parties, found in others.items()]


def _made(connection: Connection, circles: Sequence[Circle], rules: Rules) -> list[Account]:
    """The accounts of some circles; each report and each event is read once for all of them."""
    parties = sorted(frozenset().union(*(circle.parties for circle in circles)))
    keys = set(connection.execute(statement("bound_articles", "parties"), {"parties": parties}).scalars())
    codings = list(reading.codings(connection, keys=keys))
    told = told_in(codings, rules)
    deeds = _deeds(connection, codings, told, frozenset().union(*(circle.others for circle in circles)), rules)
    rulings = _rulings(connection)
    return [one for circle in circles for one in accounts_of(_bearing(told, circle), deeds, _about(rulings, circle))]


def _bearing(told: Told, circle: Circle) -> Told:
    """What is told of the commitments of a circle."""
    tellings = (t for t in told.tellings if circle.parties & {party_of(c) for c in t.commitment.by.split(";")})
    verdicts = (v for v in told.verdicts if circle.parties & {party_of(code) for code in v.of})
    return Told(tellings=tuple(tellings), verdicts=frozenset(verdicts))


def _about(rulings: Iterable[Ruling], circle: Circle) -> list[Ruling]:
    return [one for one in rulings if not one.bound or circle.parties & {party_of(code) for code in one.bound}]


def _deeds(connection: Connection, codings: Sequence[Coding], told: Told, sides: Iterable[str], rules: Rules) -> Deeds:
    """What can decide what is told: deeds by or to the parties of it; undated ones with the days of their sentences."""
    keys = _linkable(connection, told, sides, rules)
    tellings: defaultdict[int, list[Kept]] = defaultdict(list)
    for event, one in kept_of(connection, schema.telling.c.event, keys):
        tellings[event].append(one)
    read = {coding.article.id for coding in codings}
    undated = (one for kept in tellings.values() for one in kept if one.telling.told == "undated")
    more = {one.article for one in undated if one.telling.evidence.article.id not in read}
    return deeds_of(map(made, tellings.values()), [*codings, *reading.codings(connection, keys=more)], rules)


def _linkable(connection: Connection, told: Told, sides: Iterable[str], rules: Rules) -> Sequence[int]:
    """The numbers of the events that rules can link, since the first words that are told."""
    linked = [link.rule for link in rules.ledger.links]
    asked = (t for t in told.tellings if t.condition)
    values = {
        "parties": sorted(sides),
        "first": min(map(since, told.tellings), default=datetime.date.max).isoformat(),
        "types": sorted({type for rule in linked for type in rule.types}),
        "statuses": sorted({status for rule in linked for status in rule.status}),
        "asked": sorted({party_of(code) for telling in asked for code in telling.parties} or {NOBODY}),
    }
    query = statement("deeds", "parties", "types", "statuses", "asked")
    return connection.execute(query, values).scalars().all()


def _put(connection: Connection, found: Iterable[Account], parties: Iterable[str]) -> None:
    """Put accounts in the place of those that some parties had; what is as it was stays untouched."""
    a = schema.account.c
    kept = {one.id: one for one in found}
    rows = {id: (min(map(party_of, one.by)), msgspec.json.encode(one).decode()) for id, one in kept.items()}
    query = select(a.id, a.party, a.held).where(a.party.in_(sorted(parties)))
    before = {row.id: (row.party, row.held) for row in connection.execute(query)}
    gone = [id for id in before if rows.get(id) != before[id]]
    for start in range(0, len(gone), MANY):
        connection.execute(schema.account.delete().where(a.id.in_(gone[start : start + MANY])))
    new = [{"id": id, "party": row[0], "held": row[1]} for id, row in rows.items() if before.get(id) != row]
    if gone or new:
        changed(connection, "ledger")
    if new:
        connection.execute(schema.account.insert(), new)
        histories.keep(connection, (kept[row["id"]] for row in new))


# What people decide


def _rulings(connection: Connection) -> list[Ruling]:
    """The rulings in the order in which they were entered."""
    r = schema.ruling.c
    rows = connection.execute(select(r.key, r.held).order_by(r.key))
    return [msgspec.structs.replace(msgspec.json.decode(row.held, type=Ruling), number=row.key) for row in rows]


def homeless_rulings(store: Store) -> list[Ruling]:
    """Rulings that no account of the ledger as it was last made has: coded anew, its reports tell it otherwise."""
    with store.reading() as connection:
        rulings = _rulings(connection)
        return homeless(_stored(connection), rulings) if rulings else []


def rule(store: Store, rules: Rules, ruling: Ruling) -> None:
    """Enter what a person decided on a commitment; the other readings stay beside it.

    Of several rulings that hold from one day the one entered last counts. Raises `InputError` where there is no such
    account or no reason.
    """
    if not ruling.reason.strip():
        raise InputError("a ruling needs its reason", kind="ruling")
    refresh(store, rules)
    a, r = schema.account.c, schema.ruling.c
    with store.writing() as connection:
        found = connection.execute(select(a.party, a.held).where(a.id == ruling.account)).first()
        if found is None:
            raise InputError(f"the ledger has no account {ruling.account!r}", kind="ruling")
        account = msgspec.json.decode(found.held, type=Account)
        held = msgspec.json.encode(_placed(ruling, account)).decode()
        last = select(r.held).where(r.account == ruling.account).order_by(r.key.desc()).limit(1)
        if connection.execute(last).scalar() == held:
            return
        connection.execute(schema.ruling.insert(), {"account": ruling.account, "held": held})
        mark_stale(connection, [found.party])
    refresh(store, rules)


def _placed(ruling: Ruling, account: Account) -> Ruling:
    """A ruling with what it is found again by, should its account get another id."""
    return msgspec.structs.replace(ruling, number=0, told=places_of(account), bound=account.by, kind=account.kind)
