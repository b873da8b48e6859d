"""Scores of quotations (AttrF1): the words of the content, and with them the head word of the speaker."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from dragoman.evaluate.golds import Conventions, QuotedText, item_id
from dragoman.evaluate.measures import Measure, choice, pair, search
from dragoman.records import Article, Coding, Quote

Spans = Iterable[tuple[int, int]]

# "U.S.", "vice-president" and "Minister's" are one word each.
WORD = re.compile(r"\w+(?:[\u2019'\-.]\w+)*")
# Punctuation, dashes and curly quotes too, after which a speaker's head is over: "Mr Lee, the envoy", "Lee - an aide".
BREAK = re.compile(r"[,;:()\u2014\u2013\"\u201c\u201d\n]|\ -\ ")


class Words(NamedTuple):
    """A text and where its words are."""

    text: str
    spans: tuple[tuple[int, int], ...]


class Said(NamedTuple):
    """A quotation as word numbers: all words of the content, and the head of the speaker (None if nobody is named)."""

    content: frozenset[int]
    speaker: int | None
    kind: str


def quoted_article(gold: QuotedText) -> Article:
    """The report, as a coder gets it."""
    return Article(id=gold.id, text=gold.text, published=gold.published)


def score_quotes(
    texts: Sequence[QuotedText], codings: Mapping[str, Coding], conventions: Conventions
) -> dict[str, Measure]:
    """F1 of the content alone and with the speaker (AttrF1), the share of right speakers, and recall for each kind."""
    after_head = conventions.words["after_head"]
    pairs, found = [], 0
    for gold in texts:
        words = split_words(gold.text)
        wanted = _wanted(gold, words, after_head)
        said = _found(codings[gold.id].quotes if gold.id in codings else (), words, after_head)
        found += len(said)
        pairs += pair(wanted, said, content_shared)
    right = {p.id: p.found is not None and p.gold.speaker == p.found.speaker for p in pairs}
    kinds = {kind: {p.id: right[p.id] for p in pairs if p.gold.kind == kind} for kind in _kinds(p.gold for p in pairs)}
    return {
        "attribution_content": search({p.id: p.found is not None for p in pairs}, found),
        "attribution": search(right, found),
        "attribution_speaker": choice({p.id: right[p.id] for p in pairs if p.found}),
        **{f"attribution:{kind}": choice(items) for kind, items in kinds.items()},
    }


def _wanted(gold: QuotedText, words: Words, after_head: Collection[str]) -> dict[str, Said]:
    read = partial(_said, words=words, after_head=after_head)
    quotes = {item_id(gold.id, i, "quote"): read(q.content, q.speaker, q.kind) for i, q in enumerate(gold.quotes)}
    return {item: said for item, said in quotes.items() if said.content}


def _found(quotes: Iterable[Quote], words: Words, after_head: Collection[str]) -> list[Said]:
    found = []
    for quote in quotes:
        speaker = ((quote.speaker.start, quote.speaker.end),) if quote.speaker else ()
        found.append(_said(quote.spans or ((quote.start, quote.end),), speaker, quote.kind, words, after_head))
    return [said for said in found if said.content]


def _said(content: Spans, speaker: Spans, kind: str, words: Words, after_head: Collection[str]) -> Said:
    return Said(frozenset(words_in(content, words)), head_word(words_in(speaker, words), words, after_head), kind)


def content_shared(one: Said, other: Said) -> float:
    """Dice's coefficient of the two contents, or 0 below a half."""
    dice = 2 * len(one.content & other.content) / (len(one.content) + len(other.content))
    return dice if dice >= 0.5 else 0


def split_words(text: str) -> Words:
    """The words of a text by their places in it."""
    return Words(text, tuple(match.span() for match in WORD.finditer(text)))


def words_in(spans: Spans, words: Words) -> list[int]:
    """The numbers of the words that lie in the spans by half of their letters or more."""
    inside = {
        i
        for first, last in spans
        for i, (start, end) in enumerate(words.spans)
        if end > first and start < last and 2 * (min(end, last) - max(start, first)) >= end - start
    }
    return sorted(inside)


def head_word(numbers: Sequence[int], words: Words, after_head: Collection[str]) -> int | None:
    """The last word of a name phrase before anything that is added to it; None of no words.

    >>> text = split_words("the foreign minister of Chad, Mr Ali")
    >>> head_word(range(7), text, {"of"})
    2
    """
    head = None
    for number, before in zip(numbers, [None, *numbers], strict=False):
        is_small = _word(words, number) in after_head
        if head is not None and (is_small or number - 1 != before or _is_broken(words, head, number)):
            break
        head = head if is_small else number
    return numbers[-1] if head is None and numbers else head


def _word(words: Words, number: int) -> str:
    start, end = words.spans[number]
    return words.text[start:end].lower()


def _is_broken(words: Words, head: int, number: int) -> bool:
    return bool(BREAK.search(words.text[words.spans[head][1] : words.spans[number][0]]))


def _kinds(quotes: Iterable[Said]) -> list[str]:
    return sorted({quote.kind for quote in quotes})
