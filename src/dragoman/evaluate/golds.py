"""What a folder of gold holds: reports coded in full, sentences, dates, phrases, quotations; each item has an id."""

import csv
import datetime
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from dragoman.errors import InputError
from dragoman.records import Article, Record
from dragoman.relate.marking import is_marked
from dragoman.rules import DATA
from dragoman.rules.tables import read_toml


class GoldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of gold: others wrote it, so fields that we do not know are left aside."""


class Party(GoldRecord, frozen=True, kw_only=True):
    """An actor or recipient; sentences have the country instead of the code."""

    text: str
    code: str = ""
    country: str = ""


class GoldEvent(GoldRecord, frozen=True, kw_only=True):
    """An act of a report, in the sentence that tells it best; `date` is a day, a month or a year."""

    sentence: str
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...] = ()
    type: str
    status: str
    date: str | None = None
    trigger: str = ""


class GoldQuote(GoldRecord, frozen=True, kw_only=True):
    """Something said, with the speaker's fullest name and code."""

    text: str
    speaker: str
    speaker_code: str | None = None


class GoldDate(GoldRecord, frozen=True, kw_only=True):
    """A time expression and its value."""

    text: str
    value: str


class GoldCommitment(GoldRecord, frozen=True, kw_only=True):
    """An offer, promise, threat, demand or agreement; codes in one text are joined by ";"."""

    by: str
    to: str | tuple[str, ...] | None = None
    kind: str
    text: str = ""
    outcome: str


class Story(GoldRecord, frozen=True, kw_only=True):
    """A report coded in full."""

    id: str
    text: str
    title: str | None = None
    published: datetime.date | None = None
    events: tuple[GoldEvent, ...]
    quotes: tuple[GoldQuote, ...] = ()
    dates: tuple[GoldDate, ...] = ()
    commitments: tuple[GoldCommitment, ...] = ()


class GoldSentence(GoldRecord, frozen=True, kw_only=True):
    """One sentence with the one act that it tells."""

    id: str
    sentence: str
    type: str
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...] = ()


class Timex(GoldRecord, frozen=True, kw_only=True):
    """A time expression in its place, with its TIMEX3 value."""

    start: int
    end: int
    value: str | None = None


class DatedText(GoldRecord, frozen=True, kw_only=True):
    """A report with all its time expressions."""

    id: str
    text: str
    published: datetime.date | None = None
    dates: tuple[Timex, ...]


class Attribution(GoldRecord, frozen=True, kw_only=True):
    """A quotation: the pieces of its content and of its speaker, in characters; no speaker is an empty tuple."""

    content: tuple[tuple[int, int], ...]
    speaker: tuple[tuple[int, int], ...] = ()
    kind: str


class QuotedText(GoldRecord, frozen=True, kw_only=True):
    """A report with all its quotations."""

    id: str
    text: str
    published: datetime.date | None = None
    quotes: tuple[Attribution, ...]


class GoldPhrase(GoldRecord, frozen=True, kw_only=True):
    """Words that name an actor, and the country and sector that they mean on a day."""

    phrase: str
    country: str
    sector: str
    on: datetime.date | None = None


class GoldPlace(GoldRecord, frozen=True, kw_only=True):
    """Where the word that tells an act begins, in characters."""

    start: int


class GoldAct(GoldRecord, frozen=True, kw_only=True):
    """A word of a sentence that tells an act, and how certain readers take it, from -3 to 3."""

    id: str
    sentence: str
    event: GoldPlace
    factuality: float


class GoldSpan(GoldRecord, frozen=True, kw_only=True):
    """Where words stand, in characters, the last excluded."""

    start: int
    end: int

    @property
    def place(self) -> tuple[int, int]:
        """First and last character."""
        return self.start, self.end


class GoldRelation(GoldRecord, frozen=True, kw_only=True):
    """A sentence, two parties, and what the one does to the other: PLV's root type and quad class."""

    id: str
    sentence: str
    actor: GoldSpan
    recipient: GoldSpan
    root: str
    quad: int


class GoldPair(GoldRecord, frozen=True, kw_only=True):
    """Two sentences with [actor] and {recipient} that differ by a change of one kind, and what each tells."""

    kind: str
    sentence: str
    type: str
    status: str
    changed: str
    changed_type: str
    changed_status: str


class GoldReport(GoldRecord, frozen=True, kw_only=True):
    """A report and the story that it tells, by a name that means nothing."""

    id: str
    text: str
    title: str | None = None
    published: datetime.date | None = None
    story: str


class Conventions(Record, frozen=True, kw_only=True):
    """How golds differ from our records; each table is explained in the file."""

    files: dict[str, tuple[str, ...]]
    fields: dict[str, str]
    statuses: dict[str, str]
    countries: dict[str, str]
    words: dict[str, frozenset[str]]
    kinds: dict[str, frozenset[str]]
    quads: dict[str, str]

    @classmethod
    def load(cls) -> Self:
        """The conventions that come with the package."""
        return msgspec.convert(read_toml(DATA / "evaluate" / "conventions.toml"), cls)


G = TypeVar("G", bound=GoldRecord)


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """All gold of a folder; what the folder does not hold is empty."""

    stories: tuple[Story, ...] = ()
    sentences: tuple[GoldSentence, ...] = ()
    dates: tuple[DatedText, ...] = ()
    phrases: tuple[GoldPhrase, ...] = ()
    quotes: tuple[QuotedText, ...] = ()
    acts: tuple[GoldAct, ...] = ()
    relations: tuple[GoldRelation, ...] = ()
    pairs: tuple[GoldPair, ...] = ()
    clusters: tuple[GoldReport, ...] = ()

    @classmethod
    def load(cls, folder: Path, conventions: Conventions) -> Self:
        """Read a folder; raises `InputError` with the file and line that is malformed, or when nothing is there."""
        gold = cls(
            stories=tuple(_stories(folder, conventions)),
            sentences=tuple(_lines(GoldSentence, _file(folder, conventions.files["sentences"]))),
            dates=tuple(_lines(DatedText, _file(folder, conventions.files["dates"]))),
            phrases=tuple(_phrases(_file(folder, conventions.files["phrases"]))),
            quotes=tuple(_lines(QuotedText, _file(folder, conventions.files["quotes"]))),
            acts=tuple(_lines(GoldAct, _file(folder, conventions.files["acts"]))),
            relations=tuple(_lines(GoldRelation, _file(folder, conventions.files["relations"]))),
            pairs=tuple(_pairs(_file(folder, conventions.files["pairs"]))),
            clusters=tuple(_clusters(folder, conventions.files["clusters"])),
        )
        if gold == cls():
            raise InputError(
                "no gold here; expected stories or the files that are known", kind="gold", where=str(folder)
            )
        return gold

    def texts(self) -> dict[str, str]:
        """Every gold item by its id, as one line to show."""
        return dict(_texts(self))


def story_article(story: Story) -> Article:
    """The report of a coded story, as a coder gets it."""
    return Article(id=story.id, text=story.text, title=story.title, published=story.published)


def item_id(article: str, index: int, part: str = "") -> str:
    """The id of a gold item: its report and its number there, from 0.

    >>> item_id("A14", 3), item_id("A14", 0, "quote")
    ('A14#3', 'A14#quote0')
    """
    return f"{article}#{part}{index}"


def phrase_id(index: int) -> str:
    """The id of a phrase, which has none of its own: its row from 0."""
    return item_id("phrase", index)


def _stories(folder: Path, conventions: Conventions) -> Iterator[Story]:
    for path in (*sorted(folder.glob("*.json")), *sorted((folder / "stories").glob("*.json"))):
        table = _json(_read(path), str(path))
        if isinstance(table, dict) and "events" in table and table.get("text"):
            events = [_renamed(event, conventions.fields) for event in table["events"]]
            yield _convert({**table, "events": events}, Story, str(path))


def _renamed(event: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    return {fields.get(name, name): value for name, value in event.items()}


def _lines(kind: type[G], path: Path | None) -> Iterator[G]:
    if path is None:
        return
    # Split at line feeds alone: a text may hold other characters that str.splitlines takes for a new line.
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            where = f"{path}:{number}"
            yield _convert(_json(line, where), kind, where)


def _phrases(path: Path | None) -> Iterator[GoldPhrase]:
    if path is None:
        return
    for number, row in enumerate(csv.DictReader(_read(path).split("\n"), delimiter="\t"), 2):
        yield _convert({**row, "on": row.get("on") or None}, GoldPhrase, f"{path}:{number}")


def _pairs(path: Path | None) -> Iterator[GoldPair]:
    if path is None:
        return
    rows = csv.DictReader(_read(path).split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, 2):
        pair = _convert(row, GoldPair, f"{path}:{number}")
        for sentence in (pair.sentence, pair.changed):
            if not is_marked(sentence):
                raise InputError(f"no [actor] and {{recipient}} in {sentence!r}", kind="gold", where=f"{path}:{number}")
        yield pair


def _clusters(folder: Path, patterns: tuple[str, ...]) -> Iterator[GoldReport]:
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        yield from _lines(GoldReport, path)


def _file(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).exists()), None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", kind="gold", where=str(path)) from error


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error}", kind="gold", where=where) from error


def _convert(table: object, kind: type[G], where: str) -> G:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise InputError(f"not a gold {kind.__name__}: {error}", kind="gold", where=where) from error


def _texts(gold: Gold) -> Iterator[tuple[str, str]]:
    for story in gold.stories:
        yield from _story_texts(story)
    for dated in gold.dates:
        for i, timex in enumerate(dated.dates):
            yield item_id(dated.id, i), f"{timex.value}: {_around(dated.text, timex.start, timex.end)}"
    for i, phrase in enumerate(gold.phrases):
        yield phrase_id(i), f"{phrase.country} {phrase.sector}: {phrase.phrase}"
    for quoted in gold.quotes:
        for i, quote in enumerate(quoted.quotes):
            spans = (*quote.content, *quote.speaker)
            ends = min((start for start, _ in spans), default=0), max((end for _, end in spans), default=0)
            yield item_id(quoted.id, i, "quote"), f"{quote.kind}: {_around(quoted.text, *ends)}"
    for report in gold.clusters:
        yield report.id, f"{report.story}: {_around(report.text, 0, 0)}"
    yield from _sentence_texts(gold)


def _sentence_texts(gold: Gold) -> Iterator[tuple[str, str]]:
    """What is judged in single sentences."""
    for sentence in gold.sentences:
        yield sentence.id, f"{sentence.type} {_parties(sentence)}: {sentence.sentence.strip()}"
    for act in gold.acts:
        yield act.id, f"{act.factuality:+.1f}: {_around(act.sentence, act.event.start, act.event.start + 1)}"
    for relation in gold.relations:
        yield relation.id, f"{relation.root}: {relation.sentence}"
    for i, pair in enumerate(gold.pairs):
        yield item_id("pair", i), f"{pair.kind}: {pair.type} {pair.sentence} -> {pair.changed_type} {pair.changed}"


def _story_texts(story: Story) -> Iterator[tuple[str, str]]:
    for i, event in enumerate(story.events):
        yield item_id(story.id, i), f"{event.type} {_parties(event)} {event.status} {event.date}: {event.sentence}"
    for i, quote in enumerate(story.quotes):
        yield item_id(story.id, i, "quote"), f"{quote.speaker}: {quote.text}"
    for i, date in enumerate(story.dates):
        yield item_id(story.id, i, "date"), f"{date.value}: {date.text}"
    for i, commitment in enumerate(story.commitments):
        parties = f"{commitment.by} to {commitment.to}"
        yield item_id(story.id, i, "commitment"), f"{commitment.kind} {parties} {commitment.outcome}: {commitment.text}"


def _parties(event: GoldEvent | GoldSentence) -> str:
    sides = (event.actor, event.recipient)
    actor, recipient = (",".join(party.code or party.country for party in side) for side in sides)
    return f"[{actor}] {{{recipient}}}"


def _around(text: str, start: int, end: int) -> str:
    """A span with 40 characters before and after it, on one line."""
    return " ".join(f"{text[max(0, start - 40) : start]}[{text[start:end]}]{text[end : end + 40]}".split())
