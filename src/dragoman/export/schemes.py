"""What other event data sets call things: their columns, codes and names, read from data/export."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record, Status
from dragoman.rules import DATA
from dragoman.rules.tables import read_table, read_toml

FOLDER = DATA / "export"


class Columns(Record, frozen=True, kw_only=True):
    """The columns of each data set, in their order."""

    gdelt: tuple[str, ...]
    icews: tuple[str, ...]
    polecat: tuple[str, ...]
    phoenix: tuple[str, ...]


class Dyads(Record, frozen=True, kw_only=True):
    """Types whose several actors act on each other, and types of which ICEWS writes the other side too."""

    joint: frozenset[str]
    mirrored: frozenset[str]


class Cameo(Record, frozen=True, kw_only=True):
    """How CAMEO codes actors: `sectors` and `countries` map PLOVER's codes, `bodies` are "countries" of no state."""

    bodies: frozenset[str]
    sectors: dict[str, str]
    countries: dict[str, str]


class Gdelt(Record, frozen=True, kw_only=True):
    """GDELT's own country codes, and the lists whose codes have a column of their own."""

    countries: dict[str, str]
    regions: frozenset[str]
    groups: frozenset[str]
    types: frozenset[str]


class Phoenix(Record, frozen=True, kw_only=True):
    """The roles that have a column in Phoenix, and what is written for somebody unknown."""

    roles: frozenset[str]
    unknown: str


class Icews(Record, frozen=True, kw_only=True):
    """ICEWS writes names where others write codes: of sectors, of states, of CAMEO codes."""

    sectors: dict[str, str]
    countries: dict[str, str]
    texts: dict[str, str] = msgspec.field(default_factory=dict)


class Schemes(Record, frozen=True, kw_only=True):
    """All of data/export; `counterparts` are CAMEO codes of an act's other side, `cow` Correlates of War numbers."""

    columns: Columns
    statuses: dict[str, frozenset[Status]]
    dyads: Dyads
    counterparts: dict[str, str]
    quads: dict[str, str]
    cameo: Cameo
    gdelt: Gdelt
    phoenix: Phoenix
    icews: Icews
    cow: dict[str, str]

    def kept(self, type: str, status: Status, statuses: Collection[Status] | None) -> bool:
        """Whether an event is written: by the caller's statuses, else by those that count for its type."""
        if statuses is not None:
            return status in statuses
        return status in self.statuses.get(type, self.statuses["default"])


@cache
def schemes() -> Schemes:
    """The data of the package, read when first asked for; raises `RuleError` where a file is damaged."""
    content = dict(read_toml(FOLDER / "codes.toml"))
    columns = read_toml(FOLDER / "columns.toml")
    names = _column(DATA / "lexicon" / "countries.tsv", "name") | content["icews"]["countries"]
    content["icews"] = {**content["icews"], "countries": names, "texts": _column(FOLDER / "icews.tsv", "text")}
    try:
        return msgspec.convert({**content, "columns": columns, "cow": _column(FOLDER / "states.tsv", "cow")}, Schemes)
    except msgspec.ValidationError as error:
        raise RuleError(str(error), kind="export", where=str(FOLDER)) from error


def _column(path: Path, name: str) -> dict[str, str]:
    return {row["code"]: row[name] for _, row in read_table(path, ("code", name))}
