"""Statements out of the store: who said what about whom, the newest first, and who is quoted most."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, Select, Subquery, exists, func, select, tuple_

from dragoman.records import QuoteKind
from dragoman.store import schema
from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.merging import clean
from dragoman.store.paging import Place, day_of, place_after, read_place
from dragoman.store.quoting import is_name
from dragoman.store.search import HITS, hits, is_searchable

# Statements that are counted at most, and those whose speakers are, the newest ones: more take longer than a page may.
AT_MOST, HEARD = 10_000, 5_000
# Statements looked at for one page where more is asked of them than is in an index; often a page is full before.
LOOKED, OFTEN = 5_000, 10


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


class Survey(NamedTuple):
    """What is wanted at a glance; `about` are the parties, and the report, of each of the newest statements."""

    page: Sayings
    number: Number
    voices: Voices
    about: list[tuple[tuple[str, ...], int]]


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
    place = read_place(before) if before else None
    found = _page(connection, wanted, place, most, OFTEN * most)
    is_full = len(found.shown) == most or not found.next
    return found if is_full else _page(connection, wanted, place, most, LOOKED)


def count_sayings(connection: Connection, **wanted: Unpack[Wanted]) -> Number:
    """How many statements are wanted, counted to 10,000; of words to the 5,000 that came in last."""
    source = _source(connection, wanted, None, AT_MOST + 1, LOOKED)
    if source is None:
        return Number(0, False)
    counted = _chosen(source).limit(AT_MOST + 1).subquery()
    found = connection.execute(select(func.count()).select_from(counted)).scalar_one()
    return Number(min(found, AT_MOST), found > AT_MOST or _is_cut(connection, source))


def speakers(connection: Connection, *, most: int = 50, **wanted: Unpack[Wanted]) -> Voices:
    """Who is quoted most in the newest 5,000 statements that are wanted; pronouns that nobody is known for are not."""
    return survey(connection, most=0, voices=most, newest=0, **wanted).voices


def survey(
    connection: Connection, *, most: int = 50, voices: int = 50, newest: int = 500, **wanted: Unpack[Wanted]
) -> Survey:
    """The first page, how many there are, who is quoted most, and whom the newest are about: looked for but once.

    Where there are more than 5,000 they are counted by themselves.
    """
    source = _source(connection, wanted, None, HEARD + 1, LOOKED)
    if source is None:
        return Survey(Sayings([], ""), Number(0, False), Voices([], 0, False), [])
    rows, is_cut = _heard(connection, source), _is_cut(connection, source)
    is_more = len(rows) > HEARD or is_cut
    number = count_sayings(connection, **wanted) if len(rows) > HEARD else Number(len(rows), is_cut)
    ends = place_after(rows[most - 1].day, rows[most - 1].key) if len(rows) > most > 0 else ""
    shown = _by_keys(connection, [row.key for row in rows[:most]])
    parties = _about(connection, [row.key for row in rows[:newest]])
    return Survey(
        page=Sayings(shown, ends or _last_looked_at(connection, source)),
        number=number,
        voices=Voices(_voices(rows[:HEARD], voices), min(len(rows), HEARD), is_more),
        about=[(parties[row.key], row.article) for row in rows[:newest]],
    )


def _heard(connection: Connection, source: "_Source") -> Sequence[Any]:
    """Who says the newest statements of a source, and in which report."""
    newest, s = _chosen(source).limit(HEARD + 1).subquery(), schema.statement.c
    told = select(newest.c.day, newest.c.key, s.speaker, s.speaker_code, s.article).join(newest, s.key == newest.c.key)
    return connection.execute(told.order_by(newest.c.day.desc(), newest.c.key.desc())).all()


def _page(connection: Connection, wanted: Wanted, place: Place | None, most: int, looked_at: int) -> Sayings:
    source = _source(connection, wanted, place, most + 1, looked_at)
    if source is None:
        return Sayings([], "")
    rows = connection.execute(_chosen(source).limit(most + 1)).all()
    shown = rows[:most]
    ends = place_after(shown[-1].day, shown[-1].key) if len(rows) > most else _last_looked_at(connection, source)
    return Sayings(_by_keys(connection, [row.key for row in shown]), ends)


def _by_keys(connection: Connection, keys: Sequence[int]) -> list[Saying]:
    """Statements by their numbers, with the heads of their reports, the newest first."""
    s, a = schema.statement.c, schema.article.c
    whole = select(schema.statement, a.id, a.title, a.publisher, a.url).join(schema.article, a.key == s.article)
    rows = connection.execute(whole.where(s.key.in_(keys)).order_by(s.day.desc(), s.key.desc()))
    about = _about(connection, keys)
    return [_saying(row, about[row.key]) for row in rows]


def _voices(rows: Sequence[Any], most: int) -> list[Voice]:
    statements: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    reports: dict[str, set[int]] = defaultdict(set)
    for _, _, name, code, article in rows:
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


def _about(connection: Connection, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The parties that statements are about."""
    b = schema.about.c
    found: dict[int, tuple[str, ...]] = dict.fromkeys(keys, ())
    for key, party in connection.execute(select(b.statement, b.party).where(b.statement.in_(keys)).order_by(b.party)):
        found[key] += (party,)
    return found


class _Source(NamedTuple):
    """Where statements are looked for, at most `most` at a time, and what else they have to be.

    `query` gives their days and numbers, the newest first; or else those with some words, found through `hits`.
    """

    query: Select[Any]
    most: int
    rest: tuple[ColumnElement[bool], ...]
    hits: Subquery | None = None


def _source(connection: Connection, wanted: Wanted, place: Place | None, enough: int, looked_at: int) -> _Source | None:
    """What bars most; only as many as are `enough` where nothing else is asked. None where nothing can be found."""
    words = (wanted.get("words") or "").strip()
    if words:
        return _of_words(connection, words, wanted, place) if is_searchable(words) else None
    if wanted.get("speaker"):
        query, rest = _of_statements(wanted, place, ("speaker", "kind")), _conditions(wanted, ("by", "about"))
    elif wanted.get("about"):
        query, rest = _of_parties(wanted, place), _conditions(wanted, ("kind",))
    else:
        query, rest = _of_statements(wanted, place, ("by", "kind")), _conditions(wanted, ())
    others = tuple(rest)
    most = min(looked_at, LOOKED) if others else enough
    return _Source(query.limit(most), most, others)


def _of_words(connection: Connection, words: str, wanted: Wanted, place: Place | None) -> _Source:
    """The statements in which words stand."""
    s, found = schema.statement.c, hits(connection, "statement", words)
    query: Select[Any] = select(s.day, s.key).select_from(found).join(schema.statement, s.key == found.c.key)
    rest = (*_conditions(wanted, ("by", "speaker", "kind", "about")), *_within(s.day, s.key, wanted, place))
    return _Source(query, HITS, rest, found)


def _of_statements(wanted: Wanted, place: Place | None, names: Sequence[str]) -> Select[Any]:
    """The newest statements that are what an index knows of them."""
    s = schema.statement.c
    query = select(s.day, s.key).where(*_conditions(wanted, names), *_within(s.day, s.key, wanted, place))
    return query.order_by(s.day.desc(), s.key.desc())


def _of_parties(wanted: Wanted, place: Place | None) -> Select[Any]:
    """The newest statements about a party, and by one if that is asked."""
    b, by, about = schema.about.c, clean(wanted.get("by") or ""), clean(wanted.get("about") or "")
    query = select(b.day, b.statement.label("key")).where(b.party == about)
    query = query.where(*_within(b.day, b.statement, wanted, place)).order_by(b.day.desc(), b.statement.desc())
    return query.where(b.speaker_party == by) if by else query


def _conditions(wanted: Wanted, names: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """What else statements have to be, of what is asked."""
    s, asked = schema.statement.c, {name: clean(str(value)) for name, value in wanted.items() if value}
    for name, column in (("by", s.speaker_party), ("speaker", s.speaker), ("kind", s.kind)):
        if name in names and name in asked:
            yield column == asked[name]
    if "about" in names and "about" in asked:
        # Looked up for each statement: what is joined to "" is no column by which SQLite would go through the party.
        b = schema.about.c
        yield exists().where(b.statement == s.key, b.party.concat("") == asked["about"])


def _within(
    day: ColumnElement[str], key: ColumnElement[int], wanted: Wanted, place: Place | None
) -> Iterator[ColumnElement[bool]]:
    """The days that are wanted, and what follows a place."""
    if wanted.get("first") or wanted.get("last"):
        yield day.between(day_of(wanted.get("first"), FIRST), day_of(wanted.get("last"), LAST))
    if place:
        yield tuple_(day, key) < place


def _chosen(source: _Source) -> Select[Any]:
    """Days and numbers of the statements of a source that are wanted, the newest first."""
    s = schema.statement.c
    if source.hits is not None:
        return source.query.where(*source.rest).order_by(s.day.desc(), s.key.desc())
    if not source.rest:
        return source.query
    found = source.query.subquery()
    query = select(found).join(schema.statement, s.key == found.c.key).where(*source.rest)
    return query.order_by(found.c.day.desc(), found.c.key.desc())


def _last_looked_at(connection: Connection, source: _Source) -> str:
    """Where looking ended, as there may be more; "" where it came to the end."""
    if source.hits is not None or not source.rest:
        return ""
    last = connection.execute(source.query.offset(source.most - 1).limit(1)).first()
    return place_after(last.day, last.key) if last else ""


def _is_cut(connection: Connection, source: _Source) -> bool:
    """Whether there are, or may be, more statements than are looked through."""
    if source.hits is None:
        return bool(_last_looked_at(connection, source))
    return bool(connection.execute(select(func.count()).select_from(source.hits)).scalar_one() >= HITS)
