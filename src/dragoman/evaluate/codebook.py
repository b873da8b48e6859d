"""The codebook for users: every field, type, mode, status, standing and kind, made from the rules and codebook.toml."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from dragoman.errors import RuleError
from dragoman.export.lines import DERIVED
from dragoman.records import (
    ArticleHead,
    CoderInfo,
    Coding,
    Commitment,
    CommitmentKind,
    Date,
    DateType,
    Entity,
    Event,
    EventDate,
    Failure,
    Fault,
    Quote,
    QuoteKind,
    Record,
    Span,
    Speaker,
    Standing,
    Status,
    Warning,
)
from dragoman.rules import DATA, Rules
from dragoman.rules.ontology import EventType, Mode, Ontology
from dragoman.rules.tables import read_toml

FILE = DATA / "card" / "codebook.toml"
# The day on which the examples were published.
PUBLISHED = "2020-06-15"
# How many of the words that suggest a context are shown.
WORDS = 6
# The objects of a coding by the names that codebook.toml has for them.
OBJECTS: dict[str, type[Record]] = {
    "coding": Coding,
    "article": ArticleHead,
    "coder": CoderInfo,
    "warning": Warning,
    "event": Event,
    "entity": Entity,
    "event_date": EventDate,
    "speaker": Speaker,
    "span": Span,
    "quote": Quote,
    "date": Date,
    "commitment": Commitment,
    "failure": Failure,
    "fault": Fault,
}


class Miss(Record, frozen=True, kw_only=True):
    """A sentence on which the coder errs: what a careful reader records, and what it does."""

    sentence: str
    right: str
    coded: str


class Shown(Record, frozen=True, kw_only=True):
    """A term with a sentence and what the coder makes of it, and what is known to go wrong."""

    means: str = ""
    sentence: str = ""
    coded: str = ""
    weak: str = ""
    miss: Miss | None = None


class Field(Record, frozen=True, kw_only=True):
    """A field: what it holds, its value (JSON) for the worked sentence, what is known to go wrong."""

    holds: str
    example: str = ""
    weak: str = ""


class Worked(Record, frozen=True, kw_only=True):
    """The sentence that the examples of fields are of."""

    about: str
    sentence: str
    weak: str


class Codebook(Record, frozen=True, kw_only=True):
    """The hand-written part of the codebook; codebook.toml explains it."""

    about: str
    worked: Worked
    objects: dict[str, str]
    fields: dict[str, dict[str, Field]]
    quads: dict[str, str]
    types: dict[str, Shown]
    modes: dict[str, dict[str, Shown]]
    statuses: dict[Status, Shown]
    quotes: dict[QuoteKind, Shown]
    commitments: dict[CommitmentKind, Shown]
    standings: dict[Standing, Shown]
    dates: dict[DateType, Shown]


def load_codebook(ontology: Ontology, path: Path = FILE) -> Codebook:
    """The hand-written part, checked to hold every type, mode, status, standing, kind and field, and no other."""
    try:
        book = msgspec.convert(read_toml(path), Codebook)
    except msgspec.ValidationError as error:
        raise RuleError(f"the codebook is malformed: {error}", kind="codebook", where=str(path)) from error
    for name, found, wanted in _parts(book, ontology):
        if set(found) != set(wanted):
            odd = ", ".join(sorted(map(str, set(found) ^ set(wanted))))
            raise RuleError(f"{name}: missing or unknown: {odd}", kind="codebook", where=str(path))
    return book


def _parts(book: Codebook, ontology: Ontology) -> Iterator[tuple[str, Collection[str], Collection[str]]]:
    yield "types", book.types, ontology.types
    for name, kind in ontology.types.items():
        yield f"modes of {name}", book.modes.get(name, {}), kind.modes
    yield "quads", book.quads, {str(kind.quad) for kind in ontology.types.values()}
    yield "statuses", book.statuses, get_args(Status)
    yield "quotes", book.quotes, get_args(QuoteKind)
    yield "commitments", book.commitments, get_args(CommitmentKind)
    yield "standings", book.standings, get_args(Standing)
    yield "dates", book.dates, get_args(DateType)
    yield "objects", book.objects, OBJECTS
    for name, record in OBJECTS.items():
        derived = DERIVED if record is Event else ()
        yield f"fields of {name}", book.fields.get(name, {}), (*record.__struct_fields__, *derived)


def codebook(rules: Rules) -> str:
    """The codebook as Markdown."""
    book = load_codebook(rules.ontology)
    parts = (
        ("# Codebook", "", book.about.strip(), ""),
        _field_lines(book),
        _quad_lines(book, rules.ontology),
        _type_lines(book, rules.ontology),
        _shown_lines("Statuses", book.statuses.items()),
        _shown_lines("Kinds of quotations", book.quotes.items()),
        _shown_lines("Kinds of commitments", book.commitments.items()),
        _shown_lines("Standings", book.standings.items()),
        _shown_lines("Types of time expressions", book.dates.items()),
        _context_lines(rules.ontology),
        _sector_lines(rules.ontology),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def acts_of(events: Iterable[Event]) -> str:
    """Events in few words, as the codebook writes them: "CONSULT:visit VNMGOV LAO occurred"; "nothing" if none."""
    return "; ".join(map(_act, events)) or "nothing"


def _act(event: Event) -> str:
    actor, recipient = ("+".join(entity.code for entity in side) or "-" for side in (event.actor, event.recipient))
    return f"{':'.join((event.type, *event.mode))} {actor} {recipient} {event.status}"


def _field_lines(book: Codebook) -> Iterator[str]:
    yield from ("## Fields", "", book.worked.about.strip(), "", f"> {book.worked.sentence}", "")
    yield from (f"Known weakness: {' '.join(book.worked.weak.split())}", "")
    for name, title in book.objects.items():
        yield from (f"### {title}", "", "| field | holds | example | known weakness |", "|---|---|---|---|")
        for field, shown in book.fields[name].items():
            example = f"`{shown.example}`" if shown.example else ""
            yield f"| {field} | {shown.holds} | {example} | {shown.weak} |"
        yield ""


def _quad_lines(book: Codebook, ontology: Ontology) -> Iterator[str]:
    yield from ("## Quad classes", "", "| quad | means | types |", "|---|---|---|")
    for quad, means in book.quads.items():
        types = (name for name, kind in ontology.types.items() if str(kind.quad) == quad)
        yield f"| {quad} | {means} | {', '.join(types)} |"
    yield ""


def _type_lines(book: Codebook, ontology: Ontology) -> Iterator[str]:
    yield from ("## Types and modes", "")
    for name, kind in ontology.types.items():
        yield from (f"### {name}", "", kind.definition)
        yield from (f"Quad class {kind.quad} ({book.quads[str(kind.quad)].split(':')[0]}), {_numbers(kind)}.", "")
        yield from _remarks(kind)
        yield from (f"- {line}" for line in _said(book.types[name]))
        yield ""
        if kind.modes:
            yield from _mode_lines(kind, book.modes[name])


def _numbers(kind: Mode) -> str:
    return f"score {kind.score:g}, CAMEO {kind.cameo}"


def _remarks(kind: EventType) -> Iterator[str]:
    needed = "An event without a recipient is incomplete." if kind.recipient_required else ""
    if kind.note or needed:
        yield from (" ".join(part for part in (kind.note, needed) if part), "")


def _mode_lines(kind: EventType, shown: Mapping[str, Shown]) -> Iterator[str]:
    for name, mode in kind.modes.items():
        yield f"- **{name}** ({_numbers(mode)}): {mode.definition} {mode.note}".rstrip()
        yield from (f"  - {line}" for line in _said(shown[name]))
    yield ""


def _shown_lines(title: str, terms: Iterable[tuple[str, Shown]]) -> Iterator[str]:
    yield from (f"## {title}", "")
    for name, shown in terms:
        yield f"- **{name}**: {shown.means}"
        yield from (f"  - {line}" for line in _said(shown))
    yield ""


def _said(shown: Shown) -> Iterator[str]:
    if shown.sentence:
        yield f"Example: *{shown.sentence}* `{shown.coded}`"
    yield from _weak(shown)


def _weak(shown: Shown) -> Iterator[str]:
    miss = shown.miss
    wrong = f"*{miss.sentence}* Right: `{miss.right}`. Coded: `{miss.coded}`." if miss else ""
    remark = f"{shown.weak[:1].upper()}{shown.weak[1:].removesuffix('.')}." if shown.weak else ""
    if remark or wrong:
        yield " ".join(part for part in ("Known weakness:", remark, wrong) if part)


def _context_lines(ontology: Ontology) -> Iterator[str]:
    yield from ("## Contexts", "")
    yield "Suggested by words of the sentence, whether they belong to this act or not; an event may have several."
    yield from ("", "| context | covers | words, among others |", "|---|---|---|")
    for name, context in ontology.contexts.items():
        yield f"| {name} | {context.definition} | {', '.join(context.words[:WORDS])} |"
    yield ""


def _sector_lines(ontology: Ontology) -> Iterator[str]:
    yield from ("## Sectors", "", "| sector | who | note |", "|---|---|---|")
    for name, sector in ontology.sectors.items():
        yield f"| {name} | {sector.definition} | {sector.note} |"
