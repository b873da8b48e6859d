"""Statements out of the store: who said what about whom, the newest first, and who is quoted most."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, Select, Subquery, exists, func, select, tuple_

from dragoman.records import QuoteKind
from dragoman.store import schema
from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.merging import clean
from dragoman.store.paging import day_of, place_after, read_place
from dragoman.store.quoting import is_name
from dragoman.store.search import HITS, hits, is_searchable

# Statements that are counted at most, the newest ones: reading more takes longer than a page may.
AT_MOST = 10_000
# Statements about a party among which those of a kind are looked for at a time: each of them has to be read.
LOOKED = 10_000


class Saying(NamedTuple):
    """A statement with the head of its report; empty where nothing is told, without a day where none is known."""

    key: int
    published: str | None
    kind: QuoteKind
    speaker: str
    code: str
    party: str
    via: str
    via_code: str
    cue: str
    words: str
    begins: int
    ends: int
    about: tuple[str, ...]
    article: int
    id: str
    title: str | None
    publisher: str | None
    url: str | None


class Sayings(NamedTuple):
    """One page of statements, the newest first, and the place where the next one begins, "" where there is none."""

    shown: list[Saying]
    next: str


class Number(NamedTuple):
    """How many there are; `is_more` where counting ended there."""

    number: int
    is_more: bool


class Voice(NamedTuple):
    """Somebody who is quoted, with the codes that he speaks for: his statements, and the reports that they stand in."""

    name: str
    codes: tuple[str, ...]
    statements: int
    reports: int


class Voices(NamedTuple):
    """Who is quoted most in the newest `counted` statements; `is_more` where there are earlier ones."""

    voices: list[Voice]
    counted: int
    is_more: bool


class Wanted(TypedDict, total=False):
    """Which statements are wanted: by and about a party, of a speaker by name, with words in them, of some days."""

    by: str | None
    speaker: str | None
    about: str | None
    words: str | None
    kind: QuoteKind | None
    first: datetime.date | None
    last: datetime.date | None


def sayings(connection: Connection, *, most: int = 50, before: str = "", **wanted: Unpack[Wanted]) -> Sayings:
    """The newest statements that are wanted, or those that follow on a page; raises `InputError` for a wrong place.

    Of words that stand in more than 5,000 statements those that came in last are looked through.
    """
    choice = _chosen(connection, wanted, before)
    if choice is None:
        return Sayings([], "")
    rows = connection.execute(_whole(choice.query.limit(most + 1).subquery())).all()
    shown = rows[:most]
    about = _about(connection, [row.key for row in shown])
    ends = place_after(shown[-1].day, shown[-1].key) if len(rows) > most else _last_looked_at(connection, choice)
    return Sayings([_saying(row, about[row.key]) for row in shown], ends)


def count_sayings(connection: Connection, **wanted: Unpack[Wanted]) -> Number:
    """How many statements are wanted, counted to 10,000; of words to the 5,000 that came in last."""
    choice = _chosen(connection, wanted, "")
    if choice is None:
        return Number(0, False)
    counted = choice.query.limit(AT_MOST + 1).subquery()
    found = connection.execute(select(func.count()).select_from(counted)).scalar_one()
    return Number(min(found, AT_MOST), found > AT_MOST or _is_cut(connection, wanted, choice))


def speakers(connection: Connection, *, most: int = 50, **wanted: Unpack[Wanted]) -> Voices:
    """Who is quoted most in the newest 10,000 statements that are wanted; pronouns that nobody is known for are not."""
    choice = _chosen(connection, wanted, "")
    if choice is None:
        return Voices([], 0, False)
    newest, s = choice.query.limit(AT_MOST + 1).subquery(), schema.statement.c
    rows = connection.execute(
        select(s.speaker, s.speaker_code, s.article).select_from(newest).join(schema.statement, s.key == newest.c.key)
    ).all()
    is_more = len(rows) > AT_MOST or _is_cut(connection, wanted, choice)
    return Voices(_voices(rows[:AT_MOST], most), min(len(rows), AT_MOST), is_more)


def _whole(page: Subquery) -> Select[Any]:
    """Statements by their days and numbers, with the heads of their reports."""
    s, a = schema.statement.c, schema.article.c
    return (
        select(schema.statement, a.id, a.title, a.publisher, a.url)
        .select_from(page)
        .join(schema.statement, s.key == page.c.key)
        .join(schema.article, a.key == s.article)
        .order_by(page.c.day.desc(), page.c.key.desc())
    )


def _voices(rows: Sequence[Any], most: int) -> list[Voice]:
    statements: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    reports: dict[str, set[int]] = defaultdict(set)
    for name, code, article in rows:
        if name and (code or is_name(name)):
            statements[name] += 1
            codes[name][code] += 1
            reports[name].add(article)
    first = sorted(statements.items(), key=lambda one: (-one[1], one[0]))[:most]
    return [Voice(name, _codes(codes[name]), many, len(reports[name])) for name, many in first]


def _codes(counted: Counter[str]) -> tuple[str, ...]:
    """The codes that were read for a name, the most frequent first."""
    return tuple(code for code, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0])) if code)


def _saying(row: Any, about: tuple[str, ...]) -> Saying:
    return Saying(
        key=row.key,
        published=None if row.day == NO_DAY else row.day,
        kind=row.kind,
        speaker=row.speaker,
        code=row.speaker_code,
        party=row.speaker_party,
        via=row.via,
        via_code=row.via_code,
        cue=row.cue,
        words=row.words,
        begins=row.begins,
        ends=row.ends,
        about=about,
        article=row.article,
        id=row.id,
        title=row.title,
        publisher=row.publisher,
        url=row.url,
    )


def _about(connection: Connection, keys: list[int]) -> dict[int, tuple[str, ...]]:
    """The parties that statements are about."""
    b = schema.about.c
    found: dict[int, tuple[str, ...]] = dict.fromkeys(keys, ())
    for key, party in connection.execute(select(b.statement, b.party).where(b.statement.in_(keys)).order_by(b.party)):
        found[key] += (party,)
    return found


class _Choice(NamedTuple):
    """Day and number of the statements that are wanted, the newest first; and what they are chosen from, if cut off."""

    query: Select[Any]
    looked: Select[Any] | None = None


def _chosen(connection: Connection, wanted: Wanted, before: str) -> _Choice | None:
    """Which statements are wanted; None where nothing can be looked for."""
    words, kind = _words(wanted), clean(wanted.get("kind") or "")
    if words and not is_searchable(words):
        return None
    query, day, key = _from(connection, wanted, words)
    if wanted.get("first") or wanted.get("last"):
        query = query.where(day.between(day_of(wanted.get("first"), FIRST), day_of(wanted.get("last"), LAST)))
    if before:
        query = query.where(tuple_(day, key) < read_place(before))
    query, s = query.order_by(day.desc(), key.desc()), schema.statement.c
    if not kind or key is s.key:
        return _Choice(query.where(s.kind == kind) if kind else query)
    looked = query.limit(LOOKED)
    found = looked.subquery()
    of_kind = select(found).join(schema.statement, s.key == found.c.key).where(s.kind == kind)
    return _Choice(of_kind.order_by(found.c.day.desc(), found.c.key.desc()), looked)


def _words(wanted: Wanted) -> str:
    return (wanted.get("words") or "").strip()


def _from(
    connection: Connection, wanted: Wanted, words: str
) -> tuple[Select[Any], ColumnElement[str], ColumnElement[int]]:
    """The same without days, from the table whose index has them in order; with it the columns of the order."""
    s, b = schema.statement.c, schema.about.c
    by, about = clean(wanted.get("by") or ""), clean(wanted.get("about") or "")
    speaker = clean(wanted.get("speaker") or "")
    if about and not words and not speaker:
        query = select(b.day, b.statement.label("key")).where(b.party == about)
        return query.where(b.speaker_party == by) if by else query, b.day, b.statement
    query = select(s.day, s.key)
    if words:
        found = hits(connection, "statement", words)
        query = query.select_from(found).join(schema.statement, s.key == found.c.key)
    query = query.where(s.speaker_party == by) if by else query
    query = query.where(s.speaker == speaker) if speaker else query
    # Looked up for each statement: the list of all that are about a party can be long.
    query = query.where(exists().where(b.statement == s.key, b.party == about)) if about else query
    return query, s.day, s.key


def _last_looked_at(connection: Connection, choice: _Choice) -> str:
    """Where looking ended, as there may be more; "" where it came to the end."""
    last = connection.execute(choice.looked.offset(LOOKED - 1).limit(1)).first() if choice.looked is not None else None
    return place_after(last.day, last.key) if last else ""


def _is_cut(connection: Connection, wanted: Wanted, choice: _Choice) -> bool:
    """Whether there are, or may be, more statements than are looked through."""
    words = _words(wanted)
    if not words:
        return bool(_last_looked_at(connection, choice))
    found = hits(connection, "statement", words)
    return bool(connection.execute(select(func.count()).select_from(found)).scalar_one() >= HITS)
