"""Names of the lexicon in a document's text, each tied to its tokens."""

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import ahocorasick_rs  # all names in one pass over the text, at 100 MB a second; wheels for every platform, Apache-2.0

from dragoman.records import Document, Sentence, Span
from dragoman.rules.lexicon import Lexicon
from dragoman.rules.names import Name

ABBREVIATION = re.compile(r"\s\(([A-Z][A-Za-z]{1,9})\)")
# "IRAN" is a name in capitals, "US" and "WHO" are words or abbreviations of their own.
SHORTEST_CAPITALS = 4
CAPITALIZED = frozenset({"country", "adjective", "people", "capital"})


class Mention(Span, frozen=True, kw_only=True):
    """A name in the text: its sentence, its first and last token there, the token that heads it, what it can mean."""

    sentence: int
    first: int
    last: int
    head: int
    names: tuple[Name, ...]


class NameIndex:
    """All names of a lexicon, ready to be found; build it once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = {**_capitals(lexicon), **lexicon.names}
        self._forms = sorted(self._names)
        self._automaton = ahocorasick_rs.AhoCorasick(self._forms)

    @classmethod
    def of(cls, lexicon: Lexicon) -> Self:
        """The index of a lexicon's names."""
        return cls(lexicon)

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[Name, ...]]]:
        """Start, end and meanings of each name: whole words, the longest where names overlap, in text order."""
        hits = [
            (start - end, start, number)
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if _is_word(text, start, end)
        ]
        taken: set[int] = set()
        kept: list[tuple[int, int, int]] = []
        for length, start, number in sorted(hits):
            covered = range(start, start - length)
            if taken.isdisjoint((covered[0], covered[-1])):
                taken.update(covered)
                kept.append((start, start - length, number))
        for start, end, number in sorted(kept):
            yield start, end, self._names[self._forms[number]]


def _capitals(lexicon: Lexicon) -> dict[str, tuple[Name, ...]]:
    """Names as datelines and old headlines print them: TEHRAN, NORTH KOREA."""
    return {
        form.upper(): names
        for form, names in lexicon.names.items()
        if len(form) >= SHORTEST_CAPITALS and names[0].kind in CAPITALIZED
    }


def _is_word(text: str, start: int, end: int) -> bool:
    before = start == 0 or not text[start - 1].isalnum()
    return before and (end == len(text) or not text[end].isalnum())


def find_mentions(document: Document, index: NameIndex) -> tuple[Mention, ...]:
    """Every name of the lexicon in the sentences of a document, in order."""
    if not document.sentences:
        return ()
    text = document.article.text[: document.sentences[-1].end]
    starts = [sentence.start for sentence in document.sentences]
    known = list(index.find(text))
    found = (
        mention_at(document.sentences[bisect.bisect_right(starts, start) - 1], text, start, end, names)
        for start, end, names in sorted([*known, *_abbreviated(text, known)], key=lambda hit: hit[0])
        if start >= starts[0]
    )
    return tuple(mention for mention in found if mention)


def _abbreviated(
    text: str, known: Sequence[tuple[int, int, tuple[Name, ...]]]
) -> Iterator[tuple[int, int, tuple[Name, ...]]]:
    """Every use of an abbreviation that the report explains itself: "the Sample Liberation Front (SLF)"."""
    covered = {start for start, _, _ in known}
    seen: set[str] = set()
    for _, end, names in known:
        if (explained := ABBREVIATION.match(text, end)) and explained[1] not in seen:
            seen.add(explained[1])
            for use in re.finditer(rf"\b{explained[1]}\b", text):
                if use.start() not in covered:
                    yield use.start(), use.end(), names


def mention_at(sentence: Sentence, text: str, start: int, end: int, names: tuple[Name, ...]) -> Mention | None:
    """A span of the text as a mention in its sentence; None where it covers no token."""
    covered = [token.i for token in sentence.tokens if token.start < end and token.end > start]
    if not covered:
        return None
    return Mention(
        text=text[start:end],
        start=start,
        end=end,
        sentence=sentence.index,
        first=covered[0],
        last=covered[-1],
        head=_head(sentence, covered),
        names=names,
    )


def _head(sentence: Sentence, covered: list[int]) -> int:
    """The last token of a span whose own head lies outside it."""
    inside = set(covered)
    return max(
        (i for i in covered if sentence.tokens[i].head not in inside or sentence.tokens[i].head == i),
        default=covered[-1],
    )


def by_token(mentions: Iterable[Mention]) -> dict[tuple[int, int], Mention]:
    """(sentence, token) -> the mention that covers it."""
    return {(m.sentence, i): m for m in mentions for i in range(m.first, m.last + 1)}
