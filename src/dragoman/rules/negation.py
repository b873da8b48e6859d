"""Does a content say that something is not done? Read from its words alone: "not to attack", "fire no more rockets"."""

import re
from collections.abc import Mapping
from typing import Any, Self

import msgspec

from dragoman.records import Record

WORD = re.compile(r"[^\W_]+(?:[’'][^\W\d_]+)?")
# "[conduct] no tests", "no tests": later in a content "no" is about something else ("talks with no conditions").
NEAR = 1
# A content that names its own subject has its auxiliary among so many words.
FIRST = 6


class Negation(Record, frozen=True, kw_only=True):
    """The words that turn a content round, in lower case.

    `negators` negate at the beginning or after one of `auxiliaries` ("its army will [not] attack"), `nothing` before
    the object ("conduct [no] tests"). `quantities` after either take that away ("no [later] than May", "not [only]").
    `phrases` mean "never" ("under no circumstances"); `withholding` are verbs that negate what they govern ("refrain
    from"), of one word or of two. At one of `stops` another clause begins. `light` are passed over at the beginning.
    """

    negators: frozenset[str]
    auxiliaries: frozenset[str]
    nothing: frozenset[str]
    quantities: frozenset[str]
    phrases: tuple[str, ...]
    withholding: frozenset[tuple[str, ...]]
    stops: frozenset[str]
    light: frozenset[str]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Make it from the part [negation] of lexicon/ledger.toml; raises `KeyError` or `ValidationError`."""
        sets = ("negators", "auxiliaries", "nothing", "quantities", "stops", "light")
        return cls(
            **{name: msgspec.convert(table[name], frozenset[str]) for name in sets},
            phrases=msgspec.convert(table["phrases"], tuple[str, ...]),
            withholding=frozenset(tuple(one.split()) for one in table["withholding"]),
        )

    def is_negated(self, content: str) -> bool:
        """Whether the words of a content say that something is not done; two negations take each other away."""
        words = self._clause(content)
        begun = self._beginning(words)
        found = sum(self._negates(words, i, begun) for i in range(len(words)))
        return (found + self._withholds(words[begun:])) % 2 == 1

    def _clause(self, content: str) -> tuple[str, ...]:
        """The words of the first clause, "won't" as two, and each of the phrases as "never"."""
        text = " ".join(match[0].lower().replace("’", "'") for match in WORD.finditer(content))
        for phrase in self.phrases:
            text = f" {text} ".replace(f" {phrase} ", " never ").strip()
        words: list[str] = []
        for word in text.replace("n't", " n't").split():
            if word in self.stops and words:
                break
            words.append(word)
        return tuple(words)

    def _beginning(self, words: tuple[str, ...]) -> int:
        """Where the verb of a content stands: after negators, auxiliaries and words that are passed over."""
        known = self.negators | self.auxiliaries | self.light
        last = max((i for i, word in enumerate(words[:FIRST]) if word in self.auxiliaries), default=0)
        return next((i for i in range(last, len(words)) if words[i] not in known), len(words))

    def _negates(self, words: tuple[str, ...], i: int, begun: int) -> bool:
        if self.quantities & {*words[i + 1 : i + 2], " ".join(words[i + 1 : i + 3])}:
            return False
        if words[i] in self.nothing:
            return i <= begun + NEAR
        return words[i] in self.negators and (i < begun or words[i - 1] in self.auxiliaries)

    def _withholds(self, words: tuple[str, ...]) -> bool:
        return words[:1] in self.withholding or words[:2] in self.withholding
