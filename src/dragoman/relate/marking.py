"""A sentence and two of its parties as the encoder reads them: word pieces with marks around the parties.

Training and coding both go through `mark`, so that the encoder meets in use what it was trained on.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# The encoder's unused word pieces, one before and one after each party: of the one named first, and of the other.
FIRST_OPENS, FIRST_CLOSES, SECOND_OPENS, SECOND_CLOSES = 1, 2, 3, 4
START, END, PADDING = 101, 102, 0
# Pieces of a sentence that are read: 99 sentences in 100 are shorter, and the time grows with the square.
LONGEST = 160
# Of a longer sentence, pieces kept before the first party; and pieces of one party at most.
BEFORE, WIDEST = 30, 30

PARTY = r"(?:\[[^\[\]{}]+\]|\{[^\[\]{}]+\})"
# "On Monday {the port of Odesa} was hit by [Russia]."
MARKED = re.compile(rf"^[^\[\]{{}}]*{PARTY}[^\[\]{{}}]*{PARTY}[^\[\]{{}}]*$")

Piece = tuple[int, int, int]
"""A word piece: its number in the vocabulary, and its first and last character (the last excluded)."""
Place = tuple[int, int]
"""First and last character of a party in the sentence, the last excluded."""


class Marked(NamedTuple):
    """Numbers of the word pieces, and where in them the marks of the one and of the other party stand."""

    pieces: list[int]
    one: int
    other: int


def mark(sentence: Sequence[Piece], one: Place, other: Place) -> Marked:
    """The pieces of a sentence with marks around two parties; the marks say which is named first, not who acts.

    >>> mark([(7, 0, 4), (8, 5, 12), (9, 13, 19)], (13, 19), (0, 4))
    Marked(pieces=[101, 1, 7, 2, 8, 3, 9, 4, 102], one=5, other=1)
    """
    spans = _covered(sentence, one), _covered(sentence, other)
    turned = spans[1] < spans[0]
    (first_opens, first_closes), (second_opens, second_closes) = reversed(spans) if turned else spans
    opened = {first_opens: FIRST_OPENS}, {second_opens: SECOND_OPENS}
    closed = {first_closes: FIRST_CLOSES}, {second_closes: SECOND_CLOSES}
    pieces, places = [START], [0, 0]
    for n in _read(len(sentence), first_opens, second_opens):
        for party, signs in enumerate(opened):
            if n in signs:
                places[party] = len(pieces)
                pieces.append(signs[n])
        pieces.append(sentence[n][0])
        pieces.extend(signs[n] for signs in closed if n in signs)
    return Marked([*pieces, END], *(reversed(places) if turned else places))


def _covered(sentence: Sequence[Piece], place: Place) -> tuple[int, int]:
    """The first and the last piece that a party covers; a place that covers none stands for the piece after it."""
    found = [n for n, (_, start, end) in enumerate(sentence) if start < place[1] and end > place[0]]
    if found:
        return found[0], min(found[-1], found[0] + WIDEST)
    after = next((n for n, (_, start, _) in enumerate(sentence) if start >= place[0]), len(sentence) - 1)
    return after, after


def _read(length: int, first: int, second: int) -> Iterator[int]:
    """The pieces that are read: all, or of a sentence that is too long those around the two parties."""
    if length <= LONGEST:
        yield from range(length)
    elif second + WIDEST < first - BEFORE + LONGEST:
        start = max(0, min(first - BEFORE, length - LONGEST))
        yield from range(start, start + LONGEST)
    else:
        start, half = max(0, first - BEFORE), LONGEST // 2
        yield from range(start, start + half)
        yield from range(max(start + half, second - half // 2), min(length, second + half // 2))


def is_marked(sentence: str) -> bool:
    """Whether a sentence marks exactly one [actor] and one {recipient}.

    >>> is_marked("{Peru} thanked [Chad]."), is_marked("[Peru] thanked [Chad].")
    (True, False)
    """
    return bool(MARKED.match(sentence)) and "[" in sentence and "{" in sentence


def unmarked(marked: str) -> tuple[str, Place, Place]:
    """A sentence without its marks, and the places of the [actor] and the {recipient} in it.

    >>> unmarked("{Peru} thanked [Chad].")
    ('Peru thanked Chad.', (13, 17), (0, 4))
    """
    text, opened, places = "", ("", 0), {}
    for piece in re.split(r"([\[\]{}])", marked):
        if piece in {"[", "{"}:
            opened = (piece, len(text))
        elif piece in {"]", "}"}:
            places[opened[0]] = (opened[1], len(text))
        else:
            text += piece
    return text, places["["], places["{"]
