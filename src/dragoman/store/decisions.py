"""What people decided: corrections of events, those that were taken back, and rulings on commitments."""

import datetime
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from dragoman.errors import InputError
from dragoman.records import Account, ArticleHead, CoderInfo, Correction, Event, Ruling
from dragoman.store import schema
from dragoman.store.corrections import Withdrawal, corrected, is_at, read_by_coder
from dragoman.store.merging import head_of

# The numbers of the correction and of the ruling that stood last on a page: "12.7".
PLACE = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
# A number that no row has, as those of pages are written.
BEYOND = 10**18 - 1
# Reports whose corrections are read at a time.
PAGE = 200


class Corrected(NamedTuple):
    """A correction with its number, and how it was taken back; None where it stands.

    `article` is the number of the version of the report that it is of, None where that is stored no more.
    """

    key: int
    correction: Correction
    withdrawal: Withdrawal | None
    article: int | None
    title: str


class Ruled(NamedTuple):
    """A ruling with its number, and what it is about; None where the ledger has no such commitment by now."""

    key: int
    ruling: Ruling
    account: Account | None


class Decisions(NamedTuple):
    """One page of both, the newest first, and the place where the next one begins, "" where there is none."""

    shown: list[Corrected | Ruled]
    next: str


class Case(NamedTuple):
    """An event as the coder reads it, as people have it (None: there is no such event), and what they said."""

    article: ArticleHead
    coder: CoderInfo
    event: Event
    said: Event | None
    corrections: tuple[Correction, ...]


def newest(connection: Connection, *, most: int = 100, before: str = "") -> Decisions:
    """The decisions of people, the newest first; raises `InputError` where no page begins at that place."""
    places = _place(before) if before else (BEYOND, BEYOND)
    corrections, rulings = _corrections(connection, places[0], most + 1), _rulings(connection, places[1], most + 1)
    shown = list(_merged(deque(corrections), deque(rulings)))
    last = [
        min((one.key for one in shown[:most] if isinstance(one, kind)), default=place)
        for kind, place in zip((Corrected, Ruled), places, strict=True)
    ]
    return Decisions(shown[:most], f"{last[0]}.{last[1]}" if len(shown) > most else "")


def correction(connection: Connection, number: int) -> Corrected | None:
    """A correction by its number; None where there is none."""
    return next((one for one in _corrections(connection, number + 1, 1) if one.key == number), None)


def cases(connection: Connection) -> Iterator[Case]:
    """The events that people corrected, in the order of their reports; of corrections that stand, as they are now."""
    a, c = schema.article.c, schema.correction.c
    of_it = (c.article == a.id) & (c.version == a.version)
    query = select(a.key).join(schema.correction, of_it).where(c.withdrawn.is_(None)).distinct().order_by(a.key)
    after = 0
    while keys := connection.execute(query.where(a.key > after).limit(PAGE)).scalars().all():
        after = keys[-1]
        for key in keys:
            yield from _cases(connection, key)


def _cases(connection: Connection, key: int) -> Iterator[Case]:
    a, c, k = schema.article.c, schema.correction.c, schema.coder.c
    head = select(schema.article, k.version.label("program"), k.rules, k.model).join(schema.coder, k.key == a.coder)
    row = connection.execute(head.where(a.key == key)).one()
    coder = CoderInfo(version=row.program, rules=row.rules, model=row.model)
    mine = select(c.held).where(c.article == row.id, c.version == row.version, c.withdrawn.is_(None)).order_by(c.key)
    said = [msgspec.json.decode(held, type=Correction) for held in connection.execute(mine).scalars()]
    events = read_by_coder(connection, key)
    for event, other in zip(events, corrected(connection, key, events), strict=True):
        met = tuple(one for one in said if is_at(event, one.start, one.end))
        if met:
            yield Case(head_of(row), coder, event, other, met)


def _merged(*waiting: deque[Corrected] | deque[Ruled]) -> Iterator[Corrected | Ruled]:
    """All of several lists, always the latest of those that come next in theirs."""
    while left := [one for one in waiting if one]:
        yield max(left, key=lambda one: _day(one[0])).popleft()


def _day(one: Corrected | Ruled) -> datetime.date:
    return one.correction.day if isinstance(one, Corrected) else one.ruling.day


def _corrections(connection: Connection, before: int, most: int) -> Sequence[Corrected]:
    a, c = schema.article.c, schema.correction.c
    of_it = (c.article == a.id) & (c.version == a.version)
    query = select(c.key, c.held, c.withdrawn, a.key.label("number"), a.title, c.article)
    query = query.outerjoin(schema.article, of_it).where(c.key < before).order_by(c.key.desc()).limit(most)
    return [
        Corrected(
            key=row.key,
            correction=msgspec.json.decode(row.held, type=Correction),
            withdrawal=msgspec.json.decode(row.withdrawn, type=Withdrawal) if row.withdrawn else None,
            article=row.number,
            title=row.title or row.article,
        )
        for row in connection.execute(query)
    ]


def _rulings(connection: Connection, before: int, most: int) -> Sequence[Ruled]:
    r, a = schema.ruling.c, schema.account.c
    query = select(r.key, r.held, a.held.label("account")).outerjoin(schema.account, a.id == r.account)
    query = query.where(r.key < before).order_by(r.key.desc()).limit(most)
    return [
        Ruled(
            key=row.key,
            ruling=msgspec.json.decode(row.held, type=Ruling),
            account=msgspec.json.decode(row.account, type=Account) if row.account else None,
        )
        for row in connection.execute(query)
    ]


def _place(before: str) -> tuple[int, int]:
    found = PLACE.fullmatch(before)
    if found is None:
        raise InputError(f"{before[:40]!r} is no place in a list: follow the links between pages", kind="place")
    return int(found[1]), int(found[2])
