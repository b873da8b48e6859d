"""Words that tell how far an act has come, loaded from data/lexicon/status.toml."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules.tables import read_toml

PARTS = ("modals", "verbs", "nouns", "adjectives", "adverbs", "clauses", "infinitive_only", "continuing", "given")


class Modality(Record, frozen=True, kw_only=True):
    """(part, lemma) -> statuses; which types absorb their content or are aimed at somebody; what acts to come are."""

    words: dict[tuple[str, str], frozenset[str]]
    absorbing: frozenset[str]
    aimed: frozenset[str]
    asides: dict[str, frozenset[str]]
    answering: frozenset[str]
    by_the_state: frozenset[str]
    leaving: frozenset[str]
    to_come: dict[str, str]
    on_condition: dict[str, str]
    refused: str
    deeds: dict[str, tuple[str, ...]]
    certainty: dict[str, float]

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Self:
        """Read status.toml from the last folder that has one; raises `RuleError` where a part is malformed."""
        path = [folder / "status.toml" for folder in folders if (folder / "status.toml").exists()][-1]
        content = read_toml(path)
        words: dict[tuple[str, str], set[str]] = {}
        try:
            for part in PARTS:
                for status, lemmas in msgspec.convert(content[part], dict[str, list[str]]).items():
                    for lemma in lemmas:
                        words.setdefault((part, lemma), set()).add(status)
            return cls(
                words={key: frozenset(found) for key, found in words.items()},
                absorbing=frozenset(content["absorbing"]["types"]),
                by_the_state=frozenset(content["by_the_state"]["types"]),
                answering=frozenset(content["answering"]["types"]),
                aimed=frozenset(content["aimed"]["types"]),
                asides=msgspec.convert(content["asides"], dict[str, frozenset[str]]),
                leaving=frozenset(content["absorbing"]["leave"]),
                to_come=msgspec.convert(content["to_come"], dict[str, str]),
                refused=content["refused"]["type"],
                deeds=msgspec.convert(content["deeds"], dict[str, tuple[str, ...]]),
                certainty=msgspec.convert(content["certainty"], dict[str, float]),
                on_condition=msgspec.convert(content["on_condition"], dict[str, str]),
            )
        except (KeyError, msgspec.ValidationError) as error:
            raise RuleError(f"a part is missing or malformed: {error}", kind="status", where=str(path)) from error

    def of(self, part: str, lemma: str) -> frozenset[str]:
        """The statuses that a word gives; empty for most words."""
        return self.words.get((part, lemma), frozenset())
