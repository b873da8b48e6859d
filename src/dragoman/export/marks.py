"""Where a report's text is marked: the spans of a coding as marks, and the text cut at their boundaries."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from dragoman.errors import InputError
from dragoman.records import Coding, Event, Quote, Record, Span

MarkKind = Literal["chosen", "sentence", "commitment", "quote", "date", "actor", "recipient", "trigger"]
# Where marks begin and end together, the earlier kind holds the later one.
NESTING: tuple[MarkKind, ...] = ("chosen", "sentence", "commitment", "quote", "date", "actor", "recipient", "trigger")
BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|(?:\r\n[^\S\r\n]*){2,}")
LINE_END = re.compile(r"[\r\n]+")


class Link(Record, frozen=True, kw_only=True):
    """A way from the text to a record: the anchor `id` in the text, the anchor `to` of the record, what it shows."""

    id: str
    to: str
    text: str
    title: str
    kind: str


class Mark(Record, frozen=True, kw_only=True):
    """A span of the text with what it is to which events (by number); `id` is its own anchor, if it has one.

    `side` is cooperation or conflict where the mark is of a trigger.
    """

    start: int
    end: int
    kind: MarkKind
    titles: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    id: str = ""
    side: str = ""


class Step(Record, frozen=True, kw_only=True):
    """One step through the text: a mark opens, text follows, a mark closes; `whole` if its true end is here."""

    does: Literal["open", "text", "close"]
    text: str = ""
    mark: Mark | None = None
    whole: bool = False


class Paragraph(Record, frozen=True, kw_only=True):
    """A block of the text and the white space behind it; `coded` is false after the end of the story."""

    steps: tuple[Step, ...]
    gap: str
    coded: bool


def marks_of(coding: Coding, text: str, sides: dict[str, str]) -> tuple[Mark, ...]:
    """All marks of a coding, those of the same kind and words as one; `sides` says what an event's type is.

    Raises `InputError` where a span does not hold the words that it should: the coding is of another text.
    """
    found: dict[tuple[int, int, MarkKind], Mark] = {}
    for mark in _marks(coding, text, sides):
        key = (mark.start, mark.end, mark.kind)
        found[key] = _joined(found[key], mark) if key in found else mark
    return tuple(sorted(found.values(), key=_order))


def marks_in_sentence(event: Event, side: str) -> tuple[Mark, ...]:
    """The marks of an event's own sentence, by their places in that; what stands elsewhere has none."""
    start, end = event.sentence.start, event.sentence.end
    marks = (mark for _, mark in _event_marks(1, event, side) if mark.kind != "sentence")
    inside = (mark for mark in marks if start <= mark.start < mark.end <= end)
    bare = (msgspec.structs.replace(mark, numbers=(), links=(), id="") for mark in inside)
    return tuple(msgspec.structs.replace(mark, start=mark.start - start, end=mark.end - start) for mark in bare)


def _order(mark: Mark) -> tuple[int, int, int]:
    return mark.start, -mark.end, NESTING.index(mark.kind)


def _joined(one: Mark, other: Mark) -> Mark:
    return msgspec.structs.replace(
        one,
        titles=tuple(dict.fromkeys(one.titles + other.titles)),
        numbers=tuple(dict.fromkeys(one.numbers + other.numbers)),
        links=one.links + other.links,
        id=one.id or other.id,
    )


def _marks(coding: Coding, text: str, sides: dict[str, str]) -> Iterator[Mark]:
    for number, event in enumerate(coding.events, 1):
        for span, mark in _event_marks(number, event, sides[event.type]):
            yield _checked(span, mark, text)
    for number, quote in enumerate(coding.quotes, 1):
        _check(quote, text)
        yield from _quote_marks(number, quote)
    for number, date in enumerate(coding.dates, 1):
        title = f"date: {date.first} to {date.last}" if date.first != date.last else f"date: {date.first or date.value}"
        yield _checked(date, _mark(date, "date", title, id=f"when-{number}"), text)
    for number, commitment in enumerate(coding.commitments, 1):
        title = f"commitment {number}: {commitment.kind} by {commitment.by}"
        for place, span in enumerate(commitment.evidence, 1):
            anchor = f"pledge-{number}-{place}"
            link = Link(id=anchor, to=f"commitment-{number}", text=f"C{number}", title=title, kind="commitment")
            yield _checked(span, _mark(span, "commitment", title, links=(link,)), text)


def _event_marks(number: int, event: Event, side: str) -> Iterator[tuple[Span, Mark]]:
    name = f"event {number}, {event.type}"
    yield event.sentence, _mark(event.sentence, "sentence", f"sentence of {name}")
    link = Link(id=f"e-{number}", to=f"event-{number}", text=str(number), title=f"{name}, {side}", kind=side)
    mark = _mark(event.trigger, "trigger", f"trigger of {name}, {side}", links=(link,))
    yield event.trigger, msgspec.structs.replace(mark, side=side)
    roles: tuple[tuple[MarkKind, tuple[Span, ...]], ...] = (("actor", event.actor), ("recipient", event.recipient))
    for kind, entities in roles:
        for entity in entities:
            title = f"{kind} of {name}: {getattr(entity, 'name', '')} ({getattr(entity, 'code', '')})"
            yield entity, _mark(entity, kind, title, numbers=(number,))
    if event.date:
        yield event.date, _mark(event.date, "date", f"date of {name}", numbers=(number,))
    for place, span in enumerate(event.also, 1):
        link = Link(id=f"also-{number}-{place}", to=f"event-{number}", text=f"={number}", title=f"{name}", kind="also")
        yield span, _mark(span, "sentence", f"tells {name}, again", links=(link,))


def _quote_marks(number: int, quote: Quote) -> Iterator[Mark]:
    title = f"quotation {number}, {quote.kind}" + (f", of {quote.speaker.name}" if quote.speaker else "")
    link = Link(id=f"q-{number}", to=f"quote-{number}", text=f"Q{number}", title=title, kind="quote")
    for place, (start, end) in enumerate(quote.spans, 1):
        links = (link,) if place == len(quote.spans) else ()
        yield Mark(start=start, end=end, kind="quote", titles=(title,), links=links)


def _mark(
    span: Span, kind: MarkKind, title: str, *, numbers: tuple[int, ...] = (), links: tuple[Link, ...] = (), id: str = ""
) -> Mark:
    return Mark(start=span.start, end=span.end, kind=kind, titles=(title,), numbers=numbers, links=links, id=id)


def _checked(span: Span, mark: Mark, text: str) -> Mark:
    _check(span, text)
    return mark


def _check(span: Span, text: str) -> None:
    if text[span.start : span.end] != span.text or not 0 <= span.start < span.end:
        found = text[max(0, span.start) : max(0, span.end)][:60]
        message = f"the coding is of another text: expected {span.text[:60]!r} at {span.start}, found {found!r}"
        raise InputError(message, kind="text")


def paragraphs(text: str, marks: Iterable[Mark], story_end: int | None = None) -> Iterator[Paragraph]:
    """The whole text in blocks; joined, their texts and gaps are the text again.

    A blank line ends a block; in a text that has none, every line end does, and so does the end of the story.
    """
    end = len(text) if story_end is None else story_end
    blocks = list(_blocks(text, end))
    starts = [start for start, _ in blocks]
    inside: list[list[Mark]] = [[] for _ in blocks]
    for mark in marks:
        first, last = bisect_right(starts, mark.start) - 1, bisect_right(starts, mark.end - 1) - 1
        for index in range(first, last):
            inside[index].append(mark)
        # White space between blocks is not marked, so a mark that ends in it ends with its block.
        inside[last].append(msgspec.structs.replace(mark, end=min(mark.end, blocks[last][1])))
    for index, (start, stop) in enumerate(blocks):
        following = starts[index + 1] if index + 1 < len(blocks) else len(text)
        steps = tuple(steps_of(text, start, stop, inside[index]))
        yield Paragraph(steps=steps, gap=text[stop:following], coded=start < end or end == len(text))


def _blocks(text: str, story_end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each block; the first begins where the text does."""
    pattern = BLANK_LINES if BLANK_LINES.search(text.strip()) else LINE_END
    for first, last in ((0, story_end), (story_end, len(text))):
        start = first
        for gap in pattern.finditer(text, first, last):
            if gap.start() > start or start == 0:
                yield start, gap.start()
            start = gap.end()
        if start < last:
            yield start, last


def steps_of(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[Step]:
    """The text from start to end with its marks properly nested: a mark that crosses another is cut in two."""
    waiting = sorted((mark for mark in marks if mark.start < end and mark.end > start), key=_order, reverse=True)
    inner = {place for mark in waiting for place in (mark.start, mark.end) if start < place < end}
    places = [start, *sorted(inner), end]
    open_marks: list[Mark] = []
    for place, following in itertools.pairwise(places):
        yield from _closed(open_marks, place)
        while waiting and waiting[-1].start <= place:
            open_marks.append(waiting.pop())
            yield Step(does="open", mark=open_marks[-1])
        yield Step(does="text", text=text[place:following])
    for mark in reversed(open_marks):
        yield Step(does="close", mark=mark, whole=mark.end <= end)


def _closed(open_marks: list[Mark], place: int) -> Iterator[Step]:
    """Close the marks that end here; those within them that go on are closed with them and opened again."""
    ending = next((index for index, mark in enumerate(open_marks) if mark.end <= place), None)
    if ending is None:
        return
    for mark in reversed(open_marks[ending:]):
        yield Step(does="close", mark=mark, whole=mark.end <= place)
    going_on = [mark for mark in open_marks[ending:] if mark.end > place]
    open_marks[ending:] = going_on
    for mark in going_on:
        yield Step(does="open", mark=mark)
