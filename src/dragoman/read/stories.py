"""Where the story of a report ends and sign-up boxes, link lists, cookie notes and copyright lines begin.

The text is walked paragraph by paragraph from its end upwards. A paragraph goes when the phrases in it weigh enough;
short lines without an end of sentence (titles of other reports) go when a paragraph above them goes.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

# What the phrases of a paragraph must weigh together: a line, prose that does not speak to its reader, and prose that
# tells who said what.
ENOUGH = 2
ENOUGH_IN_PROSE = 3
ENOUGH_IN_REPORTING = 5
# Words of a sentence that is short enough to be a notice by its beginning alone.
SHORT = 10
# Characters of the longest notice: legal notes of mailing lists reach 1,200.
LONGEST = 1_500
# A title of another report: not longer than this, and at most so many of them in a row.
TITLE_WORDS = 16
TITLES = 15
# A text of more than three paragraphs keeps at least this share of its characters: what cuts more has misread it.
KEPT = 0.4
FEW_PARAGRAPHS = 3
# A line that fills a column of print and goes on in the next one is no paragraph of its own.
COLUMN = 55

LINE = re.compile(r"[^\r\n]+")
QUOTED = re.compile(r"“[^”]{0,1000}”?|\"[^\"]{0,1000}\"|«[^»]{0,1000}»")
BULLETS = re.compile(r"^[\W_]+(?=\w)")
WILD = {"*": r"(?:\S+ ){0,4}?", "#": r"(?:19|20)\d\d(?:\W{1,3}\d{2,4})?"}
SENTENCE_END = re.compile(r"[.!…:;][\"'”’)\]]*$")


class Phrases(NamedTuple):
    """Phrases that begin a notice, that stand in one, that hint at one; and words for and against."""

    begins: re.Pattern[str]
    holds: re.Pattern[str]
    hints: re.Pattern[str]
    reporting: re.Pattern[str]
    address: re.Pattern[str]


class Paragraph(NamedTuple):
    """A piece of the text: one line, or the lines of a hard-wrapped paragraph."""

    start: int
    text: str


@functools.cache
def load_phrases() -> Phrases:
    """The phrases that ship with the package."""
    table = resources.files("dragoman").joinpath("data/lexicon/boilerplate.toml").read_text(encoding="utf-8")
    return phrases_of(tomllib.loads(table))


def phrases_of(table: Mapping[str, Any]) -> Phrases:
    """Phrases from a table of the form of `boilerplate.toml`; the kinds in it are there for its readers."""
    return Phrases(
        begins=_pattern([phrase for kind in table["kind"] for phrase in kind["begins"]]),
        holds=_pattern([phrase for kind in table["kind"] for phrase in kind["holds"]]),
        hints=_pattern([phrase for kind in table["kind"] for phrase in kind["hints"]]),
        reporting=_pattern(table["reporting"]),
        address=_pattern(table["address"]),
    )


def story_end(text: str, phrases: Phrases) -> int:
    """The offset where boilerplate at the end of the text begins, `len(text)` if there is none."""
    paragraphs = _paragraphs(text)
    for start in _cuts(paragraphs, phrases):
        if start >= _least(text, paragraphs):
            return start
    return len(text)


def is_boilerplate(paragraph: str, phrases: Phrases) -> bool:
    """Whether one paragraph is a notice of the page and no part of its story."""
    if len(paragraph) > LONGEST:
        return False
    plain = _plain(paragraph)
    if phrases.reporting.search(plain):
        needed = ENOUGH_IN_REPORTING
    else:
        needed = ENOUGH_IN_PROSE if _is_long(plain) and not phrases.address.search(plain) else ENOUGH
    return _weight(plain, phrases) >= needed


def _weight(plain: str, phrases: Phrases) -> int:
    """2 for each telling phrase, 1 for each hint; a beginning weighs 2, and 1 where a long sentence follows it."""
    first, stop, _ = plain.partition(". ")
    begins = (1 if _is_long(first + stop) else 2) if phrases.begins.match(plain) else 0
    return begins + 2 * len(set(phrases.holds.findall(plain))) + len(set(phrases.hints.findall(plain)))


def _is_long(plain: str) -> bool:
    return len(plain.split()) > SHORT and SENTENCE_END.search(plain.rstrip()) is not None


def _plain(paragraph: str) -> str:
    """Lower case, straight apostrophes, single blanks, no bullets, and nothing of what is quoted."""
    unquoted = QUOTED.sub(" ", paragraph) if SENTENCE_END.search(paragraph.rstrip()) else paragraph
    return BULLETS.sub("", " ".join(unquoted.replace("’", "'").casefold().split()))


def _cuts(paragraphs: Sequence[Paragraph], phrases: Phrases) -> list[int]:
    """Where the tail may be cut, the longest tail first; the first paragraph always stays."""
    cuts: list[int] = []
    titles = 0
    for paragraph in reversed(paragraphs[1:]):
        if is_boilerplate(paragraph.text, phrases):
            cuts.append(paragraph.start)
            titles = 0
        elif _is_title(paragraph.text) and titles < TITLES:
            titles += 1
        else:
            break
    return cuts[::-1]


def _least(text: str, paragraphs: Sequence[Paragraph]) -> int:
    return int(len(text) * KEPT) if len(paragraphs) > FEW_PARAGRAPHS else 0


def _is_title(paragraph: str) -> bool:
    """Whether this can be the title of another report, a button or a name: short and not ended as a sentence."""
    stripped = paragraph.strip()
    return len(stripped.split()) <= TITLE_WORDS and SENTENCE_END.search(stripped) is None


def _paragraphs(text: str) -> list[Paragraph]:
    """Lines that are not blank; where print was wrapped by hand, its lines together."""
    found: list[Paragraph] = []
    for block in _blocks(text):
        if any(line.text.lstrip()[:1].islower() for line in block[1:]):
            block = list(_unwrapped(block))
        found.extend(block)
    return found


def _blocks(text: str) -> Iterator[list[Paragraph]]:
    """Runs of lines without a blank line between them."""
    block: list[Paragraph] = []
    end = 0
    for line in LINE.finditer(text):
        if not line[0].strip():
            continue
        if block and text.count("\n", end, line.start()) > 1:
            yield block
            block = []
        block.append(Paragraph(line.start() + len(line[0]) - len(line[0].lstrip()), line[0].strip()))
        end = line.end()
    if block:
        yield block


def _unwrapped(block: Sequence[Paragraph]) -> Iterator[Paragraph]:
    held, last = block[0], block[0].text
    for line in block[1:]:
        if len(last) >= COLUMN and not SENTENCE_END.search(last):
            held = Paragraph(held.start, f"{held.text} {line.text}")
        else:
            yield held
            held = line
        last = line.text
    yield held


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words; `*`, `#` and a final `$` as told in the table."""
    if not phrases:
        return re.compile(r"(?!)")
    return re.compile("|".join(_phrase(phrase) for phrase in sorted(phrases, key=len, reverse=True)))


def _phrase(phrase: str) -> str:
    words = [
        WILD.get(word, re.escape(word)) + ("" if word == "*" else " ") for word in phrase.removesuffix("$").split()
    ]
    start = r"(?<!\w)" if phrase[0].isalnum() else ""
    end = r"\W*$" if phrase.endswith("$") else r"(?!\w)" if phrase[-1].isalnum() else ""
    return start + "".join(words).removesuffix(" ") + end


def _word(word: str) -> str:
    return WILD["*"] if word == "*" else WILD.get(word, re.escape(word)) + " "
