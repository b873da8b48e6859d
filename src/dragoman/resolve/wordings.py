"""The words of a sentence that tell what it is about, in a form that two reports share."""

import re
from collections.abc import Iterable

from dragoman.records import Span
from dragoman.rules.happenings import HappeningRules
from dragoman.rules.stems import stem

# "240,000", "7:39"; "B" and "52" of "B-52", "North" of "North's"
WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
# Single letters are initials or what an apostrophe leaves behind.
SHORTEST = 2


def content_words(
    sentence: Span, trigger: Span, parties: Iterable[Span], rules: HappeningRules
) -> tuple[frozenset[str], frozenset[str]]:
    """Stems and numbers that tell the matter of an act: those around the trigger, and of these the closest.

    Left out are the trigger itself, the parties, words of reporting, names of states, and days.
    """
    found = [(match.start() + sentence.start, match[0].lower()) for match in WORD.finditer(sentence.text)]
    act = next((i for i, (start, _) in enumerate(found) if start >= trigger.start), len(found))
    taken = [(span.start, span.end) for span in (trigger, *parties)]
    stems = {
        i: stem_of(word, rules)
        for i, (start, word) in enumerate(found)
        if abs(i - act) <= rules.words.near
        and _tells(word, rules)
        and not any(first <= start < last for first, last in taken)
    }
    close = (stem for i, stem in stems.items() if -rules.words.close_before <= i - act <= rules.words.close_after)
    return frozenset(stems.values()), frozenset(close)


def stem_of(word: str, rules: HappeningRules) -> str:
    """The stem that stands for a word and for those that reports use in its place."""
    found = stem(word.lower())
    return rules.same.get(found, found)


def words_in(text: str, stems: frozenset[str], rules: HappeningRules) -> tuple[str, ...]:
    """The words of a text that have these stems, each once, as they are written."""
    found = (match[0] for match in WORD.finditer(text))
    return tuple(dict.fromkeys(word for word in found if stem_of(word, rules) in stems))


def _tells(word: str, rules: HappeningRules) -> bool:
    return len(word) >= SHORTEST and word not in rules.skipped and word not in rules.states
