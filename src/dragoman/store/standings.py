"""The ledger page by page: which commitments are wanted, how many stand how, what changed its standing when."""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, literal, or_, select

from dragoman.errors import InputError
from dragoman.ledger import known_on
from dragoman.ledger.rates import FollowThrough, summed
from dragoman.records import Account, CommitmentKind, Standing
from dragoman.resolve.tellings import party_of
from dragoman.store import schema
from dragoman.store.histories import BY, TO
from dragoman.store.ledgers import ANY, NOBODY, Wanted
from dragoman.store.merging import clean
from dragoman.store.remembering import Memory
from dragoman.store.statements import statement

# Where no report has a day nothing has lapsed.
NO_DAY = "0001-01-01"
Counts = dict[tuple[CommitmentKind, Standing], int]
# Where a page ends: the day on which the last commitment of it was made, and its id.
PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})/([\w-]{1,80})", re.ASCII)


class Shown(NamedTuple):
    """One page of the ledger: accounts with their standings, the one made last first; where the next page begins."""

    told: list[tuple[Account, Standing]]
    next: str


class Tally:
    """How many of the commitments that are wanted stand how, by kind."""

    def __init__(
        self, counts: dict[tuple[CommitmentKind, Standing], int], took: dict[CommitmentKind, list[int]]
    ) -> None:
        self.counts, self._took = counts, took

    @property
    def standings(self) -> dict[Standing, int]:
        """How many stand how, of all kinds."""
        found: Counter[Standing] = Counter()
        for (_, standing), many in self.counts.items():
            found[standing] += many
        return dict(found)

    def of(self, kinds: Collection[CommitmentKind]) -> FollowThrough:
        """The follow-through of some kinds."""
        standings: Counter[Standing] = Counter()
        for (kind, standing), many in self.counts.items():
            standings[standing] += many if kind in kinds else 0
        return summed(standings, [days for kind in kinds for days in self._took.get(kind, ())])


# Counting 400,000 commitments takes a fifth of a second.
_tallies = Memory("ledger")


class Turn(NamedTuple):
    """A commitment that came to stand otherwise on a day; `before` is None where it was not known before."""

    account: Account
    day: datetime.date
    before: Standing | None
    standing: Standing


class _Chosen(NamedTuple):
    """Periods that are wanted: one for each commitment; `of` is the table that they are read from, in its order."""

    query: Select[Any]
    of: FromClause


def page(connection: Connection, wanted: Wanted = ANY, *, most: int = 100, after: str = "") -> Shown:
    """The accounts that are wanted, those made last first, from the place where the page before ended.

    They stand as `ledgers.accounts` says: as of the last report or a later ruling, or as could be known on a day.
    """
    query, of = _chosen(wanted, _last(connection))
    made, account = of.c.made, of.c.account
    query = query.add_columns(made, schema.account.c.held).join(schema.account, schema.account.c.id == account)
    if wanted.on:
        # Follows from what is wanted; said so that what was made later is not looked through.
        query = query.where(made <= wanted.on.isoformat())
    if after:
        day, id = _place(after)
        query = query.where(or_(made < day, and_(made == day, account < id)))
    rows = connection.execute(query.order_by(made.desc(), account.desc()).limit(most + 1)).all()
    told = [(_held(row, wanted), row.standing) for row in rows[:most]]
    last = rows[most - 1] if len(rows) > most else None
    return Shown(told, f"{last.made}/{last.account}" if last else "")


def tally(connection: Connection, wanted: Wanted = ANY) -> Tally:
    """How many of the accounts that are wanted stand how; remembered until the ledger is changed."""
    last = _last(connection)
    return _tallies.answer(connection, wanted, lambda: _counted(connection, wanted, last), state=last)


def tallies(connection: Connection, wanted: Wanted, parties: Collection[str]) -> tuple[Tally, dict[str, Tally]]:
    """The same, and that of those addressed to each of some parties, all in one go."""
    last, asked = _last(connection), tuple(sorted(parties)) or (NOBODY,)
    return _tallies.answer(
        connection, (wanted, asked), lambda: _counted_by(connection, wanted, asked, last), state=last
    )


def _counted(connection: Connection, wanted: Wanted, last: str) -> Tally:
    return _tallied(connection.execute(_grouped(_chosen(wanted, last))))


def _counted_by(
    connection: Connection, wanted: Wanted, parties: Collection[str], last: str
) -> tuple[Tally, dict[str, Tally]]:
    chosen, to = _chosen(wanted, last), schema.stood_of.alias()
    # Of each commitment its addressees are looked up; the index of parties would go through all that are theirs.
    same = (to.c.account == chosen.of.c.account) & (to.c.first == chosen.of.c.first)
    told = select(func.aggregate_strings(to.c.party, ";")).where(
        same, to.c.side == TO, to.c.party.concat("").in_(parties)
    )
    rows = connection.execute(_grouped(chosen, told.scalar_subquery().label("told"))).all()
    return _tallied(rows), {one: _tallied(row for row in rows if one in (row.told or "").split(";")) for one in parties}


def _grouped(chosen: _Chosen, *columns: ColumnElement[str]) -> Select[Any]:
    """How many commitments there are of each standing, kind and time that keeping them took."""
    of = chosen.of.c
    # PostgreSQL groups by columns, not by what is looked up for each.
    one = chosen.query.with_only_columns(of.standing, of.kind, of.took, *columns).subquery()
    return select(*one.c, func.count().label("many")).group_by(*one.c)


def _tallied(rows: Iterable[Any]) -> Tally:
    counts: Counter[tuple[CommitmentKind, Standing]] = Counter()
    took: defaultdict[CommitmentKind, list[int]] = defaultdict(list)
    for row in rows:
        counts[row.kind, row.standing] += row.many
        took[row.kind] += [] if row.took is None else [row.took] * row.many
    return Tally(counts, took)


def turns(
    connection: Connection, first: datetime.date, last: datetime.date, *, most: int = 50, changed: bool = True
) -> list[Turn]:
    """Commitments that came to stand otherwise within some days, the latest first; with `changed` no new ones."""
    s, a = schema.stood.c, schema.account.c
    query = select(s.first, s.standing, s.before, a.held).join(schema.account, a.id == s.account)
    query = query.where(s.first >= first.isoformat(), s.first <= last.isoformat(), s.before != s.standing)
    query = query.where(s.before != "") if changed else query
    rows = connection.execute(query.order_by(s.first.desc(), s.account).limit(most))
    return [
        Turn(
            account=msgspec.json.decode(row.held, type=Account),
            day=datetime.date.fromisoformat(row.first),
            before=row.before or None,
            standing=row.standing,
        )
        for row in rows
    ]


def account_of(connection: Connection, id: str) -> Account | None:
    """An account by its id; None where the ledger has none."""
    a = schema.account.c
    found = connection.execute(select(a.held).where(a.id == clean(id))).scalar()
    return msgspec.json.decode(found, type=Account) if found else None


def accounts_citing(connection: Connection, *, article: str = "", event: str = "", most: int = 100) -> list[Account]:
    """The accounts of whose history some line is told in a report, or is a distinct event."""
    a, c = schema.account.c, schema.cited.c
    wanted = c.article == clean(article) if article else c.event == clean(event)
    query = select(a.id, a.held).where(a.id.in_(select(c.account).where(wanted))).order_by(a.id).limit(most)
    return [msgspec.json.decode(row.held, type=Account) for row in connection.execute(query)]


def _chosen(wanted: Wanted, last: str) -> _Chosen:
    parties = [(party_of(party), side) for party, side in ((wanted.by, BY), (wanted.to, TO)) if party]
    # Where parties are wanted their own periods are gone through, those of the first of them, and the others looked up.
    tables: list[FromClause] = [schema.stood_of.alias() for _ in parties]
    of = tables[0] if tables else schema.stood
    on = _as_of(of, wanted, last)
    query = select(of.c.account, of.c.kind, of.c.standing, of.c.took).where(of.c.first <= on, of.c.until > on)
    query = query.where(of.c.kind == wanted.kind) if wanted.kind else query
    query = query.where(of.c.standing == wanted.standing) if wanted.standing else query
    for table, (party, side) in zip(tables, parties, strict=True):
        if table is not of:
            query = query.join(table, (table.c.account == of.c.account) & (table.c.first == of.c.first))
            # What is joined to "" is no column by which SQLite would go through all that is the other one's.
            party_column = table.c.party.concat("")
        else:
            party_column = table.c.party
        query = query.where(party_column == party, table.c.side == side)
    return _Chosen(query, of)


def _as_of(of: FromClause, wanted: Wanted, last: str) -> ColumnElement[str]:
    """The day as of which an account stands: as asked, else that of the last report, or of a later ruling."""
    if wanted.on:
        return literal(wanted.on.isoformat())
    latest = of.c.latest
    return case((latest > last, latest), else_=last)


def _held(row: Any, wanted: Wanted) -> Account:
    account = msgspec.json.decode(row.held, type=Account)
    known = known_on(account, wanted.on) if wanted.on else account
    assert known is not None  # its period had begun
    return known


def _last(connection: Connection) -> str:
    return str(connection.execute(statement("last_published")).scalar() or NO_DAY)


def _place(after: str) -> tuple[str, str]:
    found = PLACE.fullmatch(after)
    if found is None:
        raise InputError(f"{after[:40]!r} is no place in a list: follow the links between pages", kind="place")
    return found[1], found[2]
