"""What is weighed when tellings of several reports are compared, loaded from data/lexicon/happenings.toml."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules.stems import stem
from dragoman.rules.tables import many, read_table, read_toml

LEXICON = Path(__file__).parent.parent / "data" / "lexicon"
COUNTRY_NAMES = ("name", "aliases", "adjectives", "people")
COUNTRY_SEATS = ("capital", "seats")


class Days(Record, frozen=True, kw_only=True):
    """Lengths in days (`undated`, `apart`, `narrow`) and how well two intervals agree (0 to 1) by how they meet."""

    undated: int
    apart: int
    narrow: int
    same: float
    narrow_overlap: float
    one_wide: float
    one_undated: float
    both_undated: float
    both_wide: float
    day_apart: float


class Parties(Record, frozen=True, kw_only=True):
    """How well the parties of two tellings agree, 0 to 1."""

    same: float
    fewer: float
    unnamed: float
    sector_apart: float


class Triggers(Record, frozen=True, kw_only=True):
    """How well the words for the act agree, 0 to 1."""

    same_word: float
    same_pattern: float
    same_mode: float
    same_type: float
    mode_apart: float
    confused_type: float


class Weights(Record, frozen=True, kw_only=True):
    """The parts of a likeness; they add to 1."""

    words: float
    days: float
    trigger: float
    parties: float


class Thresholds(Record, frozen=True, kw_only=True):
    """Likeness from which two tellings are one event, by what kind of act it is."""

    rare: float
    frequent: float
    confused: float
    bare: float
    met: float
    slack: float


class WordCounts(Record, frozen=True, kw_only=True):
    """How many words a share is taken of at least; how many words from the trigger count, and which count twice.

    A share below `scanty` says nothing for acts that the same two do often.
    """

    least: int
    scanty: float
    near: int
    close_before: int
    close_after: int


class Types(Record, frozen=True, kw_only=True):
    """Kinds of types that are compared differently; `confused` are families that the same act is read as."""

    frequent: frozenset[str]
    words_of_parties: frozenset[str]
    mutual: frozenset[str]
    joint: frozenset[str]
    confused: tuple[tuple[str, ...], ...]


class HappeningRules(Record, frozen=True, kw_only=True):
    """What happenings.toml says; `families` is type -> the family whose block keys it shares.

    `same` is stem -> the stem that stands for its group; `skipped` are words that tell nothing about the matter,
    `states` the words of country names, `seats` those of capitals and government buildings.
    """

    weights: Weights
    thresholds: Thresholds
    days: Days
    parties: Parties
    trigger: Triggers
    words: WordCounts
    types: Types
    families: dict[str, str]
    agree: tuple[frozenset[str], ...]
    agree_in_words: tuple[frozenset[str], ...]
    apart: frozenset[str]
    same: dict[str, str]
    skipped: frozenset[str]
    states: frozenset[str]
    seats: frozenset[str]

    @classmethod
    def load(cls, path: Path, countries: Path) -> Self:
        """Read both files; raises `RuleError` where a part is missing or malformed."""
        content = read_toml(path)
        try:
            return cls(**_fields(content, countries))
        except KeyError as error:
            raise RuleError(f"the part {error} is missing", kind="happenings", where=str(path)) from error
        except (msgspec.ValidationError, ValueError) as error:
            raise RuleError(f"a part is malformed: {error}", kind="happenings", where=str(path)) from error


@functools.cache
def load_happening_rules() -> HappeningRules:
    """The rules that come with the package, read once."""
    return HappeningRules.load(LEXICON / "happenings.toml", LEXICON / "countries.tsv")


def _fields(content: Mapping[str, Any], countries: Path) -> dict[str, Any]:
    types = msgspec.convert(content["types"], Types)
    return {
        "weights": msgspec.convert(content["weights"], Weights),
        "thresholds": msgspec.convert(content["thresholds"], Thresholds),
        "days": msgspec.convert(content["days"], Days),
        "parties": msgspec.convert(content["parties"], Parties),
        "trigger": msgspec.convert(content["trigger"], Triggers),
        "words": msgspec.convert(content["words"], WordCounts),
        "types": types,
        "families": _first_of(types.confused),
        "agree": msgspec.convert(content["statuses"]["agree"], tuple[frozenset[str], ...]),
        "agree_in_words": msgspec.convert(content["statuses"]["agree_in_words"], tuple[frozenset[str], ...]),
        "apart": msgspec.convert(content["sectors"]["apart"], frozenset[str]),
        "same": _first_of(_stemmed(msgspec.convert(content["same"]["groups"], tuple[tuple[str, ...], ...]))),
        "skipped": frozenset(content["skip"]["words"].split()),
        "states": _words_in(countries, COUNTRY_NAMES),
        "seats": _words_in(countries, COUNTRY_SEATS),
    }


def _first_of(groups: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """Member -> the first of its group; a member of two groups is refused."""
    found: dict[str, str] = {}
    for group in groups:
        for member in group:
            if found.setdefault(member, group[0]) != group[0]:
                raise ValueError(f"{member!r} is in two groups, those of {found[member]!r} and {group[0]!r}")
    return found


def _stemmed(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(stem(word) for word in group) for group in groups)


def _words_in(table: Path, columns: tuple[str, ...]) -> frozenset[str]:
    cells = (row[column] for _, row in read_table(table, columns) for column in columns)
    names = (name for cell in cells for name in many(cell))
    return frozenset(word for name in names for word in name.lower().replace("-", " ").split())
