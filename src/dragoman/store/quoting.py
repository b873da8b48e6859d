"""What a report has people say, and about whom: a row for each of its quotations, kept with its coding."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from dragoman.records import Entity, Event, Quote, QuoteKind
from dragoman.resolve.tellings import party_of
from dragoman.rules import DATA
from dragoman.rules.tables import read_toml
from dragoman.store import schema, search
from dragoman.store.counts import NO_DAY
from dragoman.store.merging import clean, next_keys
from dragoman.store.statements import write

# Reports read at a time: some megabytes.
PAGE = 500
# Characters of a name that are kept: PostgreSQL's indexes hold 2,704 bytes, and no name is that long.
NAME = 300


class Said(NamedTuple):
    """A quotation: where it stands, who says it, who carried it, and the parties that it is about."""

    begins: int
    ends: int
    kind: QuoteKind
    speaker: str
    speaker_code: str
    speaker_party: str
    via: str
    via_code: str
    cue: str
    words: str
    about: tuple[str, ...]


class _Quotes(msgspec.Struct, frozen=True):
    """The part of a coding, besides its events, that says who said what."""

    quotes: list[Quote]


def read_coding(found: str, told: Iterable[str]) -> tuple[list[Quote], list[Event]]:
    """The quotations and the events of a report, as it is stored; raises msgspec's errors where they are damaged."""
    quotes = msgspec.json.decode(found, type=_Quotes).quotes
    return quotes, [msgspec.json.decode(one, type=Event) for one in told]


def said_in(quotes: Iterable[Quote], events: Sequence[Event]) -> list[Said]:
    """What people say in a report, in the order of its coding.

    A quotation is about the parties that are named in it, those of acts told in it, and those towards whom its speaker
    acts in that sentence. His own party counts only where it is named. Names are those that the report's events have
    for their parties; one that stands for two of them names nobody.
    """
    names = _names(events)
    return [_said(quote, _about(quote, events, names)) for quote in quotes]


def is_name(words: str) -> bool:
    """Whether words name somebody wherever they stand: with a capital, and no pronoun before it ("his Korean hosts").

    "US" is no pronoun, but "us" and "Us" are.
    """
    first, _, _ = words.partition(" ")
    return words != words.lower() and first not in _pronouns()


def _said(quote: Quote, about: Iterable[str]) -> Said:
    speaker, via = quote.speaker, quote.via
    code = speaker.code if speaker else ""
    return Said(
        begins=quote.start,
        ends=quote.end,
        kind=quote.kind,
        speaker=clean(speaker.name)[:NAME] if speaker else "",
        speaker_code=clean(code)[:NAME],
        speaker_party=clean(party_of(code)),
        via=clean(via.name)[:NAME] if via else "",
        via_code=clean(via.code)[:NAME] if via else "",
        cue=clean(quote.cue.text) if quote.cue else "",
        words=clean(quote.text),
        about=tuple(sorted({clean(party) for party in about if party})),
    )


def _about(quote: Quote, events: Iterable[Event], names: Mapping[str, str]) -> set[str]:
    """The parties that a quotation is about; "" may be among them."""
    pieces = [quote.text[first - quote.start : last - quote.start] for first, last in quote.spans]
    named = {party for piece in pieces for party in _named(piece, names)}
    meant: list[Entity] = []
    for event in events:
        if any(first <= event.trigger.start and event.trigger.end <= last for first, last in quote.spans):
            meant += (*event.actor, *event.recipient)
        elif _is_told_with(quote, event):
            meant += event.recipient
    own = party_of(quote.speaker.code) if quote.speaker else ""
    return named | ({party_of(entity.code) for entity in meant} - {own})


def _is_told_with(quote: Quote, event: Event) -> bool:
    """Whether an act's sentence holds the quotation, and its speaker is who acts.

    "Pyongyang accused Tokyo of plotting a war": accuses, and says so.
    """
    within = event.sentence.start <= quote.start and quote.end <= event.sentence.end
    return within and any(_is_speaker(quote, entity) for entity in event.actor)


def _is_speaker(quote: Quote, entity: Entity) -> bool:
    speaker = quote.speaker
    if speaker is None:
        return False
    same_words = entity.start < speaker.end and speaker.start < entity.end
    return same_words or entity.name == speaker.name != ""


def _names(events: Iterable[Event]) -> dict[str, str]:
    """What parties of events are called in their report -> the party, "" where it is not one; the longest first."""
    meant: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for entity in (*event.actor, *event.recipient):
            for name in filter(is_name, (entity.text, entity.name)):
                meant[name].add(party_of(entity.code))
                # At the beginning of what is said the article has its capital.
                meant["The" + name[3:] if name.startswith("the ") else name].add(party_of(entity.code))
    longest = sorted(meant, key=lambda name: (-len(name), name))
    return {name: "".join(meant[name]) if len(meant[name]) == 1 else "" for name in longest}


@functools.cache
def _pronouns() -> frozenset[str]:
    """The pronouns of the lexicon, as they stand within and at the beginning of a sentence."""
    classes = read_toml(DATA / "lexicon" / "classes.toml")
    found = {word for name, words in classes.items() if name.startswith("pronoun-") for word in words}
    return frozenset(found | {word.capitalize() for word in found})


def _named(words: str, names: Mapping[str, str]) -> set[str]:
    """The parties whose names stand in words; where one name holds another the longer one is meant."""
    taken: list[tuple[int, int]] = []
    found: set[str] = set()
    for name, party in names.items():
        for place in _places(words, name):
            end = place + len(name)
            if all(end <= first or last <= place for first, last in taken):
                taken.append((place, end))
                found.add(party)
    return found


def _places(words: str, name: str) -> Iterator[int]:
    """Where a name stands as whole words, and not before another capital: "the South" is not in "the South Sea"."""
    place = words.find(name)
    while place >= 0:
        before, after = words[:place][-1:], words[place + len(name) :][:2]
        if not before.isalnum() and not after[:1].isalnum() and not (after[:1] == " " and after[1:].isupper()):
            yield place
        place = words.find(name, place + 1)


Rows = list[dict[str, Any]]


def rows_of(article: int, published: str | None, said: Sequence[Said], first: int) -> tuple[Rows, Rows]:
    """What a report has people say as rows of `statement`, numbered from `first` on, and of `about`."""
    rows, parties = [], []
    for key, one in enumerate(said, start=first):
        *values, about = one
        day = published or NO_DAY
        rows.append(dict(zip(Said._fields, values, strict=False)) | {"key": key, "article": article, "day": day})
        mine = {"day": day, "statement": key, "speaker_party": one.speaker_party}
        parties += [{"party": party, **mine} for party in about]
    return rows, parties


def put_statements(
    connection: Connection, article: int, published: str | None, quotes: Sequence[Quote], events: Sequence[Event]
) -> None:
    """Keep what a report that stands has people say."""
    if not quotes:
        return
    said = said_in(quotes, events)
    first = next_keys(connection, "statement", len(said)).start
    rows, parties = rows_of(article, published, said, first)
    write(connection, "add_statements", rows)
    if parties:
        write(connection, "add_about", parties)
    search.index_statements(connection, article)


def drop_statements(connection: Connection, article: int) -> None:
    """What a report had people say, once it no longer stands or is coded anew."""
    search.forget_statements(connection, article)
    for name in ("drop_about", "drop_statements"):
        write(connection, name, {"article": article})


def remake(connection: Connection, article: int) -> None:
    """Make the statements of a report anew from its coding, which can be read."""
    a, t = schema.article.c, schema.telling.c
    drop_statements(connection, article)
    row = connection.execute(select(a.published, a.found, a.corrected_by).where(a.key == article)).one()
    if row.corrected_by is None:
        told = connection.execute(select(t.found).where(t.article == article).order_by(t.key)).scalars()
        put_statements(connection, article, row.published, *read_coding(row.found, told))


def differing(connection: Connection) -> Iterator[int]:
    """The numbers of the reports whose statements are not those of their codings, all of which can be read."""
    a = schema.article.c
    query = select(a.key, a.published, a.found, a.corrected_by).order_by(a.key).limit(PAGE)
    page = connection.execute(query).all()
    while page:
        told, kept = _told(connection, page[0].key, page[-1].key), _kept(connection, page[0].key, page[-1].key)
        for row in page:
            wanted = _wanted(row, told.get(row.key, []))
            if wanted != sorted(kept.get(row.key, [])):
                yield row.key
        page = connection.execute(query.where(a.key > page[-1].key)).all()


def _wanted(row: Any, told: Sequence[str]) -> list[tuple[Any, ...]]:
    """What a report's statements have to be, with day and parties."""
    if row.corrected_by is not None:
        return []
    day = row.published or NO_DAY
    said = said_in(*read_coding(row.found, told))
    return sorted((*one[:-1], day, [(party, day, one.speaker_party) for party in one.about]) for one in said)


def _told(connection: Connection, first: int, last: int) -> dict[int, list[str]]:
    """The events of some reports as they are stored."""
    t, found = schema.telling.c, defaultdict(list)
    query = select(t.article, t.found).where(t.article.between(first, last)).order_by(t.key)
    for row in connection.execute(query):
        found[row.article].append(row.found)
    return found


def _kept(connection: Connection, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
    """The statements of some reports as they are stored, with day and parties."""
    s, b = schema.statement.c, schema.about.c
    about, found = defaultdict(list), defaultdict(list)
    of_them = select(b.statement, b.party, b.day, b.speaker_party).join(schema.statement, s.key == b.statement)
    within = s.article.between(first, last)
    for statement, *rest in connection.execute(of_them.where(within).order_by(b.statement, b.party)):
        about[statement].append(tuple(rest))
    query = select(s.key, s.article, *(s[name] for name in Said._fields[:-1]), s.day).where(within)
    for key, article, *values in connection.execute(query):
        found[article].append((*values, about[key]))
    return found
