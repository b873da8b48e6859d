"""Quotation marks and what stands between them, over several paragraphs where the marks say so.

Apostrophes, measures (6'2") and marks that never close are no quotations.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dragoman.parse import PARAGRAPH

MARK = re.compile(r"``|''|[\"“”„‟«»‘’']")
OPENING = frozenset("“„‟«") | {"``"}
CLOSING = frozenset("”»")
SINGLE = frozenset("‘’'")
# Single marks must close within a paragraph and not far on: what opens one is often an apostrophe.
SINGLE_MARKS_AHEAD = 24
# "'90s", "'em", "'n": apostrophes at the beginning of a word.
ELIDED = re.compile(r"['’‘](?:\d\ds?\b|em\b|n\b|til\b|tis\b|twas\b|cause\b)", re.IGNORECASE)
MEASURED = re.compile(r"[\d′’']$")


class Quotation(NamedTuple):
    """Words between marks: `open` and `close` are its ends with the marks, `pieces` without, one for each paragraph."""

    open: int
    close: int
    pieces: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where the words begin."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.pieces[-1][1]


class Open(NamedTuple):
    """A mark that waits for its other half, and the pieces of the paragraphs before."""

    open: int
    start: int
    mark: str
    pieces: tuple[tuple[int, int], ...] = ()


def find_quotations(text: str, start: int, end: int) -> tuple[Quotation, ...]:
    """The quotations between two places of a text, in order; none lies in another."""
    found: list[Quotation] = []
    held: Open | None = None
    for first, last in _paragraphs(text, start, end):
        if held is not None and (mark := MARK.match(text, first)) and _goes_on(held, mark.group()):
            held = held._replace(start=mark.end())
            first = mark.end()
        elif held is not None:
            found.extend(_given_up(held))
            held = None
        held = _scan(text, first, last, held, found)
    return (*found, *(_given_up(held) if held else ()))


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for gap in PARAGRAPH.finditer(text, start, end):
        if gap.start() > start:
            yield start, gap.start()
        start = gap.end()
    if start < end:
        yield start, end


def _goes_on(held: Open, mark: str) -> bool:
    """Whether a mark at the start of a paragraph goes on with the speech of the paragraph before."""
    return mark == held.mark or (mark in OPENING and held.mark in OPENING)


def _given_up(held: Open) -> Iterator[Quotation]:
    """A speech of several paragraphs whose last never closes ends there; a mark alone is no quotation."""
    if len(held.pieces) > 1:
        yield Quotation(held.open, held.pieces[-1][1], held.pieces)


def _scan(text: str, first: int, last: int, held: Open | None, found: list[Quotation]) -> Open | None:
    """Add the quotations of one paragraph; answers with the mark that is still open at its end."""
    skip = first
    for match in MARK.finditer(text, first, last):
        mark, place = match.group(), match.start()
        if place < skip:
            continue
        if mark in SINGLE:
            if held is None and (end := _single_end(text, match.end(), last, first)) is not None:
                found.append(Quotation(place, end + 1, ((match.end(), end),)))
                skip = end + 1
        elif held is not None and _closes(text, match, held):
            found.append(Quotation(held.open, match.end(), (*held.pieces, (held.start, place))))
            held = None
        elif _opens(text, match, first):
            held = Open(place, match.end(), mark)
    if held is None:
        return None
    return held._replace(pieces=(*held.pieces, (held.start, last)))


def _opens(text: str, match: re.Match[str], first: int) -> bool:
    mark, before, after = match.group(), text[max(first, match.start() - 1) : match.start()], text[match.end() :][:1]
    if mark in OPENING:
        return True
    if MEASURED.search(before):
        return False
    return not before or (not before.isalnum() and (not after.isspace() or before.isspace()) and before not in ".,!?")


def _closes(text: str, match: re.Match[str], held: Open) -> bool:
    mark, before, after = match.group(), text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if mark in CLOSING:
        return True
    if mark in OPENING or (held.mark in OPENING and mark != "''" and held.mark != "``"):
        return mark == '"' and not before.isspace()
    return not before.isspace() or not after.strip()


def _single_end(text: str, start: int, last: int, first: int) -> int | None:
    """Where a quotation in single marks closes; None where its first mark is an apostrophe."""
    before, after = text[max(first, start - 2) : start - 1], text[start : start + 1]
    if (before and not before.isspace() and before not in '([-–—"“') or not (after.isalnum() or after in "[…"):
        return None
    if ELIDED.match(text, start - 1):
        return None
    possible = None
    for number, match in enumerate(MARK.finditer(text, start, last)):
        if number > SINGLE_MARKS_AHEAD:
            break
        place = match.start()
        if match.group() not in "’'" or text[place + 1 : place + 2].isalnum() or text[place - 1].isspace():
            continue
        if not _may_be_possessive(text, place):
            return place
        possible = place if possible is None else possible
    return possible


def _may_be_possessive(text: str, place: int) -> bool:
    """ "the ministers' plan": an apostrophe after an s and before another word."""
    return text[place - 1] == "s" and text[place + 1 : place + 2] == " " and text[place + 2 : place + 3].islower()
