"""Words that make an act a commitment and tell what became of it, loaded from data/lexicon/commitments.toml."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_args

import msgspec

from dragoman.errors import RuleError
from dragoman.records import CommitmentKind, Record, Standing
from dragoman.rules.tables import read_toml

Kinds = dict[str, CommitmentKind]
# The parts of [withheld].
WITHHELD = ("agreement", "promise", "ruling_out", "threat", "demand", "types")


class CommitmentWords(Record, frozen=True, kw_only=True):
    """What commitments.toml says, turned the way it is asked: from a word to what the word means.

    `words` is type -> word -> kind, `withheld` what binds to not doing something, `outcomes` word -> standing, `nouns`
    noun -> class, `decides` standing -> class -> kinds. Words of two parts have a space between them.
    """

    words: dict[str, Kinds]
    modals: frozenset[str]
    announced: Kinds
    withheld: dict[str, frozenset[str]]
    due_modals: frozenset[str]
    due: Kinds
    unbound: frozenset[str]
    wanted: dict[str, frozenset[str]]
    armed: frozenset[str]
    domestic: frozenset[str]
    empty: frozenset[str]
    restraint: frozenset[str]
    hostile: frozenset[str]
    performing: frozenset[str]
    without: frozenset[str]
    outcomes: dict[str, Standing]
    nouns: dict[str, str]
    decides: dict[Standing, dict[str, tuple[CommitmentKind, ...]]]
    deeds: dict[str, frozenset[str]]
    conditions: tuple[tuple[str, ...], ...]
    condition_nouns: frozenset[str]
    none: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; raises `RuleError` where a part is missing or malformed, or a word has two meanings."""
        content = read_toml(path)
        try:
            return cls(**_fields(content, str(path)))
        except KeyError as error:
            raise RuleError(f"the part {error} is missing", kind="commitments", where=str(path)) from error
        except msgspec.ValidationError as error:
            raise RuleError(f"a part is malformed: {error}", kind="commitments", where=str(path)) from error


@functools.lru_cache(maxsize=4)
def load_commitment_words(path: Path) -> CommitmentWords:
    """The words of one file, read once."""
    return CommitmentWords.load(path)


def _fields(content: Mapping[str, Any], where: str) -> dict[str, Any]:
    groups = msgspec.convert(content["words"], dict[str, dict[CommitmentKind, list[str]]])
    announced, due = dict(content["announced"]), dict(content["due"])
    phrases = msgspec.convert(content["conditions"]["phrases"], list[str])
    return {
        "words": {type: _turned(kinds, f"words.{type}", where) for type, kinds in groups.items()},
        "modals": _words(announced.pop("modals")),
        "announced": msgspec.convert(announced, Kinds),
        "withheld": {name: _words(content["withheld"][name]) for name in WITHHELD},
        "due_modals": _words(due.pop("modals")),
        "due": msgspec.convert(due, Kinds),
        "unbound": _words(content["unbound"]["words"]),
        "wanted": {name: _words(content["wanted"][name]) for name in ("meeting", "clause", "act", "object")},
        **{
            name: _words(content["contents"][name])
            for name in ("armed", "domestic", "empty", "restraint", "hostile", "performing")
        },
        "without": _words(content["parties"]["without"]),
        "outcomes": _turned(_standings(content["outcomes"], where), "outcomes", where),
        "nouns": _turned(msgspec.convert(content["nouns"], dict[str, list[str]]), "nouns", where),
        "decides": msgspec.convert(content["decides"], dict[Standing, dict[str, tuple[CommitmentKind, ...]]]),
        "deeds": {name: _words(content["deeds"][name]) for name in ("breach", "keeping", "failing", "soon")},
        "conditions": tuple(sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True)),
        "condition_nouns": _words(content["conditions"]["nouns"]),
        "none": _words(content["conditions"]["none"]),
    }


def _words(value: object) -> frozenset[str]:
    return msgspec.convert(value, frozenset[str])


def _standings(content: object, where: str) -> dict[str, list[str]]:
    table = msgspec.convert(content, dict[str, list[str]])
    if unknown := set(table) - set(get_args(Standing)):
        raise RuleError(f"outcomes: no such standing as {sorted(unknown)}", kind="commitments", where=where)
    return table


def _turned(groups: Mapping[Any, list[str]], part: str, where: str) -> dict[str, Any]:
    """Word -> its group; a word in two groups is refused."""
    found: dict[str, Any] = {}
    for group, words in groups.items():
        for word in words:
            if found.setdefault(word, group) != group:
                message = f"{part}: {word!r} is both {found[word]} and {group}"
                raise RuleError(message, kind="commitments", where=where)
    return found
