"""What the rules do not know in a corpus: names that nobody has coded, and verbs of coded parties without a pattern."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from dragoman.evaluate.explanations import unknown_names
from dragoman.find.dates import find_dates
from dragoman.find.dates.words import DateWords
from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.find.syntax import is_verb, objects, subjects
from dragoman.records import Document, Record, Sentence
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

Kind = Literal["name", "verb"]
# Verbs that tell no act of their own.
EMPTY = frozenset({"be", "have", "do", "get", "become", "seem", "remain", "include"})


class Unknown(NamedTuple):
    """A form that the rules do not know, and the sentence in which it stands."""

    kind: Kind
    form: str
    sentence: str


class Count(Record, frozen=True, kw_only=True):
    """How often a form was met, and the first sentence with it."""

    kind: Kind
    form: str
    count: int
    example: str


def unknowns(document: Document, rules: Rules, index: NameIndex, words: DateWords) -> Iterator[Unknown]:
    """The names and verbs of one report that no rule knows, in the order of the text; dates are no names."""
    dates = find_dates(document, words)
    parties = Parties(document, find_mentions(document, index), rules.lexicon)
    text = document.article.text
    for sentence in document.sentences:
        said = " ".join(text[sentence.start : sentence.end].split())
        for name in unknown_names(sentence, parties):
            if not any(date.start < name.end and name.start < date.end for date in dates):
                yield Unknown("name", " ".join(name.text.split()), said)
        for lemma in _verbs(sentence, parties, rules):
            yield Unknown("verb", lemma, said)


def _verbs(sentence: Sentence, parties: Parties, rules: Rules) -> Iterator[str]:
    """Verbs whose subject or object is a coded party, and that neither trigger nor announce anything."""
    for token in sentence.tokens:
        if not is_verb(token) or token.pos == "AUX" or token.lemma in EMPTY:
            continue
        key = f"{token.lemma}/verb"
        if key in rules.patterns.triggers or key in rules.lexicon.cues:
            continue
        if any(parties.at(sentence, i) for i in (*subjects(sentence, token.i), *objects(sentence, token.i))):
            yield token.lemma


def count(found: Iterable[Unknown]) -> list[Count]:
    """The forms by frequency, the most frequent first, then by the alphabet."""
    examples: dict[tuple[Kind, str], str] = {}
    numbers: dict[tuple[Kind, str], int] = {}
    for kind, form, sentence in found:
        examples.setdefault((kind, form), sentence)
        numbers[kind, form] = numbers.get((kind, form), 0) + 1
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [Count(kind=kind, form=form, count=number, example=examples[kind, form]) for (kind, form), number in ordered]
