"""The words of attribution: which verbs and nouns announce what somebody said, and what they take."""

import functools
from pathlib import Path

from dragoman.records import QuoteKind, Record, Sentence
from dragoman.rules import Rules
from dragoman.rules.tables import read_toml

THOUGHT: dict[str, QuoteKind] = {"belief": "belief", "intention": "intention"}


class Cues(Record, frozen=True, kw_only=True):
    """The lexicon's cues with the word lists of quotes.toml."""

    kinds: dict[str, str]
    lists: dict[str, frozenset[str]]

    def kind(self, lemma: str, pos: str) -> QuoteKind | None:
        """What a word with this lemma announces: "indirect" for speech, a belief or an intention; None if no cue."""
        found = self.kinds.get(f"{lemma}/{pos}")
        return None if found is None else THOUGHT.get(found, "indirect")

    def has(self, name: str, word: str) -> bool:
        """Whether a lemma is in one of the lists of quotes.toml."""
        return word in self.lists[name]

    def is_list(self, name: str, sentence: Sentence, i: int) -> bool:
        """Whether a token's lemma or form is in a list."""
        token = sentence.tokens[i]
        return token.lemma in self.lists[name] or token.text.lower() in self.lists[name]


def cues_of(rules: Rules) -> Cues:
    """The cues of a set of rules."""
    return Cues(kinds=rules.lexicon.cues, lists=_lists(rules.file("lexicon/quotes.toml")))


@functools.lru_cache(maxsize=4)
def _lists(path: Path) -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in read_toml(path).items()}
