"""The words of a text as other texts may have them: stems and numbers, and whether a capital marks them as names."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dragoman.rules.stems import stem

# "240,000", "5.6"; "Obama" of "Obama's"; "Saint" and "Denis" of "Saint-Denis"; "U.S." is two words
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Single letters are initials, or what an apostrophe leaves behind.
SHORTEST = 2
# A headline or a text that writes this share of its words with a capital says nothing about which are names.
CAPITALS = 0.5


class Word(NamedTuple):
    """A word of a text: its stem (a number without its commas) and how it is written.

    `capital` is None where the text around it has capitals everywhere, so that they mark no names.
    """

    stem: str
    capital: bool | None
    number: bool


def words_of(text: str) -> list[Word]:
    """The words of a text in their order.

    >>> [word.stem for word in words_of("Seoul's envoys offered 10,000 tonnes.")]
    ['seoul', 'envoy', 'offer', '10000', 'tonn']
    """
    found = [match[0] for match in WORD.finditer(text) if match[0].isdecimal() or len(match[0]) >= SHORTEST]
    written = [word for word in found if not word[0].isdecimal()]
    marks_names = sum(word[0].isupper() for word in written) <= CAPITALS * len(written)
    return list(_words(found, marks_names=marks_names))


def _words(found: list[str], *, marks_names: bool) -> Iterator[Word]:
    for word in found:
        if word[0].isdecimal():
            yield Word(word.replace(",", ""), capital=None, number=True)
        else:
            yield Word(stem(word.lower()), capital=word[0].isupper() if marks_names else None, number=False)
