"""What is weighed when reports are put together to stories: stories.toml and frequencies.tsv of data/lexicon."""

import functools
from pathlib import Path
from typing import Self

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules.tables import read_table, read_toml

LEXICON = Path(__file__).parent.parent / "data" / "lexicon"
COLUMNS = ("stem", "texts", "capital")
# The row that has the number of texts in place of a stem.
ALL = "*"


class WordWeights(Record, frozen=True, kw_only=True):
    """What kinds of words weigh, when a word is a name, when it is too common, when a report is short: see the file."""

    name: float
    number: float
    plain: float
    capitals: float
    common: float
    least: float


class Cohesion(Record, frozen=True, kw_only=True):
    """How alike the reports of a story are: see the file; likenesses are 0 to 1, `pairs` counts pairs of reports."""

    share: float
    prior: float
    pairs: float
    least: float


class Chance(Record, frozen=True, kw_only=True):
    """How likeness that comes from a common theme is measured: see the file; `sample` is a number of reports."""

    below: float
    sample: int
    trust: float


class Gaps(Record, frozen=True, kw_only=True):
    """Days between two reports: up to `near` nothing is lost, from `apart` on they do not tell one story."""

    near: int
    apart: int

    def __post_init__(self) -> None:
        """Likeness fades between the two."""
        if self.apart <= self.near:
            raise ValueError(f"apart ({self.apart}) must be more than near ({self.near})")


class Frequencies(Record, frozen=True, kw_only=True):
    """In how many of `texts` texts each stem stands, and in how many of those with a capital."""

    texts: int
    found: dict[str, tuple[int, int]]


class StoryRules(Record, frozen=True, kw_only=True):
    """All that is weighed; `table` is the number of reports that the table of frequencies counts like."""

    weights: WordWeights
    cohesion: Cohesion
    chance: Chance
    days: Gaps
    table: float
    frequencies: Frequencies

    @classmethod
    def load(cls, folder: Path = LEXICON) -> Self:
        """Read both files; raises `RuleError` where a part is missing or malformed."""
        path = folder / "stories.toml"
        content = read_toml(path)
        try:
            return cls(
                weights=msgspec.convert(content["weights"], WordWeights),
                cohesion=msgspec.convert(content["cohesion"], Cohesion),
                chance=msgspec.convert(content["chance"], Chance),
                days=msgspec.convert(content["days"], Gaps),
                table=msgspec.convert(content["frequencies"]["table"], float),
                frequencies=read_frequencies(folder / "frequencies.tsv"),
            )
        except KeyError as error:
            raise RuleError(f"the part {error} is missing", kind="stories", where=str(path)) from error
        except msgspec.ValidationError as error:
            raise RuleError(f"a part is malformed: {error}", kind="stories", where=str(path)) from error


@functools.lru_cache(maxsize=1)
def load_story_rules() -> StoryRules:
    """The rules that come with the package, read once."""
    return StoryRules.load()


def read_frequencies(path: Path) -> Frequencies:
    """The table of frequencies; raises `RuleError` where a cell is no number or the number of texts is missing."""
    found = {row["stem"]: _counts(row, f"{path}:{number}") for number, row in read_table(path, COLUMNS)}
    if ALL not in found:
        raise RuleError(f"no row {ALL!r} with the number of texts", kind="table", where=str(path))
    return Frequencies(texts=found.pop(ALL)[0], found=found)


def _counts(row: dict[str, str], where: str) -> tuple[int, int]:
    try:
        return int(row["texts"]), int(row["capital"])
    except ValueError as error:
        raise RuleError(f"not two counts: {row}", kind="table", where=where) from error
