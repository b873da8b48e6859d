"""Distinct events by words, parties, type, status, days and publisher: the newest first, and counted by what they are.

Where there are no words, events are found by their parties, else by their day, in order; at most `EXAMINED` of them are
looked at for a page. Those of a publisher alone are found by his reports that came in last.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, exists, func, or_, select, tuple_, union

from dragoman.records import Status
from dragoman.resolve.tellings import party_of
from dragoman.store import schema
from dragoman.store.counts import FIRST, HAPPENED, LAST, Recent, recent
from dragoman.store.merging import clean
from dragoman.store.paging import Place, day_of, place_after, read_place
from dragoman.store.search import HITS, hits, is_searchable

# Events looked at for one page, and hits whose facets are counted: more of them take longer than a page may.
EXAMINED, COUNTED = 5_000, 2_000
# A page is often full before so many times as many events have been looked at.
OFTEN = 10
# The same where their reports have to be read for who published them.
EXAMINED_OF_PUBLISHER = 1_500
# Reports of a publisher that are looked through: they tell some six events each.
REPORTS = 500
MONTH = len("2013-03")
COUNTABLE = ("first", "type", "status", "actor", "reports")
Side = ColumnElement[str]
SIDES: tuple[Literal["actor"], Literal["recipient"], Literal["party"]] = ("actor", "recipient", "party")


class Found(NamedTuple):
    """One page of events, the newest first, and the place where the next one begins, "" where there is none.

    A page can hold fewer than were asked for, or none, and yet have a next one: where what is wanted is rare.
    """

    shown: list[Recent]
    next: str


class Facet(NamedTuple):
    """How many events have a value, and how many reports tell them."""

    value: str
    events: int
    reports: int


class Facets(NamedTuple):
    """The newest `events` that are wanted by what they are; `is_capped` where there are, or may be, more of them.

    Months are in their order, all others by how many events there are. An event with several actors counts for each.
    """

    events: int
    is_capped: bool
    types: list[Facet]
    statuses: list[Facet]
    publishers: list[Facet]
    months: list[Facet]
    actors: list[Facet]


class Sought(TypedDict, total=False):
    """Which events are wanted; what is missing or empty bars nothing. `party` is actor or recipient.

    `other` stands on the side opposite to `party`. Days, both included, are those on which an event began: the days by
    which `counts` counts.
    """

    words: str | None
    actor: str | None
    recipient: str | None
    party: str | None
    other: str | None
    types: Collection[str]
    statuses: Collection[str]
    first: datetime.date | None
    last: datetime.date | None
    publisher: str | None


def find_events(connection: Connection, *, most: int = 50, before: str = "", **sought: Unpack[Sought]) -> Found:
    """The newest events that are wanted, or those that follow on a page; raises `InputError` for a wrong place."""
    place = read_place(before) if before else None
    found = _page(connection, sought, place, most, OFTEN * most)
    is_full = len(found.shown) == most or not found.next
    return found if is_full else _page(connection, sought, place, most, EXAMINED)


def newest(
    connection: Connection, most: int = 50, before: str = "", *, statuses: Collection[Status] = HAPPENED
) -> Found:
    """The newest events of some statuses."""
    return find_events(connection, most=most, before=before, statuses=statuses)


def facets(connection: Connection, **sought: Unpack[Sought]) -> Facets:
    """What the newest 2,000 events that are wanted are."""
    return glance(connection, most=0, **sought)[1]


def glance(connection: Connection, *, most: int = 50, **sought: Unpack[Sought]) -> tuple[Found, Facets]:
    """The newest events that are wanted, and what the newest 2,000 are: looked for but once."""
    many = max(COUNTED, most) + 1
    source = _source(connection, sought, None, many, EXAMINED)
    if source is None:
        return Found([], ""), Facets(0, False, [], [], [], [], [])
    rows = connection.execute(_matching(source, COUNTABLE).limit(many)).all()
    last = _last_looked_at(connection, source)
    is_capped = len(rows) > COUNTED or bool(last) or _is_cut(connection, source)
    ends = place_after(rows[most - 1].first, rows[most - 1].key) if len(rows) > most > 0 else last
    page = Found(_by_keys(connection, [row.key for row in rows[:most]]), ends)
    return page, _faceted(connection, rows[:COUNTED], is_capped=is_capped)


def _faceted(connection: Connection, rows: Sequence[Any], *, is_capped: bool) -> Facets:
    # By columns: the names of two thousand rows would take longer than counting them.
    keys, days, types, statuses, actors, reports = zip(*rows, strict=True) if rows else ((),) * 6
    months = ((day[:MONTH], many) for day, many in zip(days, reports, strict=True) if day >= FIRST)
    parties = ((party, many) for codes, many in zip(actors, reports, strict=True) for party in _parties(codes))
    return Facets(
        events=len(keys),
        is_capped=is_capped,
        types=_facets(zip(types, reports, strict=True)),
        statuses=_facets(zip(statuses, reports, strict=True)),
        publishers=_publishers(connection, keys),
        months=sorted(_facets(months)),
        actors=_facets(parties),
    )


def _by_keys(connection: Connection, keys: Sequence[int]) -> list[Recent]:
    """Events by their numbers, the newest first."""
    e = schema.event.c
    query = select(*(e[name] for name in Recent._fields)).where(e.key.in_(keys))
    return [recent(row) for row in connection.execute(query.order_by(e.first.desc(), e.key.desc()))]


def _page(connection: Connection, sought: Sought, place: Place | None, most: int, looked_at: int) -> Found:
    source = _source(connection, sought, place, most + 1, looked_at)
    if source is None:
        return Found([], "")
    rows = connection.execute(_matching(source, Recent._fields).limit(most + 1)).all()
    if len(rows) > most:
        return Found([recent(row[1:]) for row in rows[:most]], place_after(rows[most - 1].first, rows[most - 1].key))
    return Found([recent(row[1:]) for row in rows], _last_looked_at(connection, source))


def _parties(codes: str) -> list[str]:
    return list(dict.fromkeys(party_of(code) for code in codes.split(";") if code))


def _facets(values: Iterable[tuple[str, int]]) -> list[Facet]:
    events: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    for value, many in values:
        events[value] += 1
        reports[value] += many
    return _ordered(Facet(value, many, reports[value]) for value, many in events.items())


def _ordered(found: Iterable[Facet]) -> list[Facet]:
    return sorted(found, key=lambda one: (-one.events, one.value))


def _publishers(connection: Connection, keys: Sequence[int]) -> list[Facet]:
    """Who published the reports that tell some events: how many of the events, in how many reports."""
    t, a = schema.telling.c, schema.article.c
    told = select(func.coalesce(a.publisher, "").label("publisher"), t.event)
    found = told.join(schema.article, a.key == t.article).where(t.event.in_(keys)).subquery()
    query = select(found.c.publisher, func.count(found.c.event.distinct()), func.count())
    return _ordered(Facet(*row) for row in connection.execute(query.group_by(found.c.publisher)))


class _Source(NamedTuple):
    """Where events are looked for, at most `most` at a time, and what else they have to be.

    `query` gives their numbers, and their first days where it is in order; else `newest` are the tellings or reports,
    the ones that came in last, through which they are found.
    """

    query: Select[Any]
    most: int
    rest: tuple[ColumnElement[bool], ...]
    newest: Subquery | None = None


def _source(connection: Connection, sought: Sought, place: Place | None, wanted: int, looked_at: int) -> _Source | None:
    """What bars most; only as many as are `wanted` where nothing else is asked. None where nothing can be found."""
    words, publisher = (sought.get("words") or "").strip(), clean(sought.get("publisher") or "")
    e, t = schema.event.c, schema.telling.c
    told = select(t.event.label("key")).distinct()
    rest = (*_kinds(sought), *_within(e.first, e.key, sought, place))
    if words and not is_searchable(words):
        return None
    if words:
        found = hits(connection, "telling", words)
        query = told.select_from(found).join(schema.telling, t.key == found.c.key)
        return _Source(query, HITS, (*rest, *_sides(sought), *_published(publisher)), found)
    if publisher and not any(sought.get(name) for name in ("actor", "recipient", "party", "first", "last")):
        found = _reports(publisher)
        query = told.select_from(found).join(schema.telling, t.article == found.c.key)
        return _Source(query, REPORTS, rest, found)
    # Of actor and recipient together only the one way is in the index; the party comes on top.
    others = _sides(sought) if sought.get("party") and (sought.get("actor") or sought.get("recipient")) else ()
    rest = (*_kinds(sought), *others, *_published(publisher))
    at_most = EXAMINED_OF_PUBLISHER if publisher else EXAMINED
    most = min(looked_at, at_most) if rest else wanted
    return _Source(_in_order(sought, place, most), most, rest)


def _reports(publisher: str) -> Subquery:
    """A publisher's newest reports."""
    a = schema.article.c
    query = select(a.key).where(a.publisher == publisher, a.corrected_by.is_(None))
    return query.order_by(a.key.desc()).limit(REPORTS).subquery()


def _in_order(sought: Sought, place: Place | None, most: int) -> Select[Any]:
    """Numbers and first days of the newest events of some parties or of all, from an index that has them in order."""
    d, e = schema.dyad.c, schema.event.c
    actor, recipient, party = (clean(sought.get(name) or "") for name in SIDES)
    sides = [side == value for side, value in ((d.actor, actor), (d.recipient, recipient)) if value]
    if not sides and not party:
        query = select(e.first, e.key).where(*_within(e.first, e.key, sought, place))
        return query.order_by(e.first.desc(), e.key.desc()).limit(most)
    of_dyads = select(d.first, d.event.label("key")).distinct().where(*_within(d.first, d.event, sought, place))
    of_dyads = of_dyads.order_by(d.first.desc(), d.event.desc()).limit(most)
    if sides:
        return of_dyads.where(*sides)
    halves = (select(of_dyads.where(*way).subquery()) for way in _ways(sought, d.actor, d.recipient))
    either = union(*halves).subquery()
    return select(either).order_by(either.c.first.desc(), either.c.key.desc()).limit(most)


def _within(
    first: ColumnElement[str], key: ColumnElement[int], sought: Sought, place: Place | None
) -> Iterator[ColumnElement[bool]]:
    """The days that are wanted, and what follows a place."""
    if sought.get("first") or sought.get("last"):
        yield first.between(day_of(sought.get("first"), FIRST), day_of(sought.get("last"), LAST))
    if place:
        yield tuple_(first, key) < place


def _kinds(sought: Sought) -> Iterator[ColumnElement[bool]]:
    e = schema.event.c
    for column, values in ((e.type, sought.get("types")), (e.status, sought.get("statuses"))):
        if values:
            yield column.in_(sorted(clean(value) for value in values))


def _ways(sought: Sought, actor: Side, recipient: Side) -> list[list[ColumnElement[bool]]]:
    """Both ways between `party` and whom it deals with."""
    party, other = clean(sought.get("party") or ""), clean(sought.get("other") or "")
    opposite = ((actor, recipient), (recipient, actor))
    return [[one == party, *([another == other] if other else [])] for one, another in opposite]


def _sides(sought: Sought) -> Iterator[ColumnElement[bool]]:
    """Looked up for each event: what is joined to "" is no column by which SQLite would go through all of a party."""
    d = schema.dyad.c
    sides = d.actor.concat(""), d.recipient.concat("")
    asked = clean(sought.get("actor") or ""), clean(sought.get("recipient") or "")
    if any(asked):
        mine = [side == value for side, value in zip(sides, asked, strict=True) if value]
        yield exists().where(d.event == schema.event.c.key, *mine)
    if sought.get("party"):
        either = or_(*(and_(*way) for way in _ways(sought, *sides)))
        yield exists().where(d.event == schema.event.c.key, either)


def _published(publisher: str) -> Iterator[ColumnElement[bool]]:
    t, a = schema.telling.c, schema.article.c
    if publisher:
        told = select(t.key).join(schema.article, a.key == t.article)
        yield exists(told.where(t.event == schema.event.c.key, a.publisher == publisher))


def _matching(source: _Source, columns: Sequence[str]) -> Select[Any]:
    """The events of a source that are wanted, the newest first, with their numbers and some columns."""
    e, found = schema.event.c, source.query.subquery()
    query = select(e.key, *(e[name] for name in columns)).select_from(found)
    query = query.join(schema.event, e.key == found.c.key).where(*source.rest)
    return query.order_by(e.first.desc(), e.key.desc())


def _last_looked_at(connection: Connection, source: _Source) -> str:
    """Where looking ended, as there may be more: the place of the last event that was looked at."""
    if source.newest is not None or not source.rest:
        return ""
    last = connection.execute(source.query.offset(source.most - 1).limit(1)).first()
    return place_after(last.first, last.key) if last else ""


def _is_cut(connection: Connection, source: _Source) -> bool:
    """Whether there are, or may be, more tellings or reports than are looked through."""
    if source.newest is None:
        return False
    return bool(connection.execute(select(func.count()).select_from(source.newest)).scalar_one() >= source.most)
