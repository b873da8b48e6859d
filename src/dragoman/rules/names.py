"""What a name of the lexicon can mean."""

import datetime
from typing import Literal

from dragoman.records import Record

NameKind = Literal["country", "adjective", "people", "capital", "seat", "place", "organization", "person", "short"]

# Which meaning a form has first: a breakaway region before the place, a ministry before the building it is in.
PRECEDENCE: tuple[NameKind, ...] = (
    "person", "organization", "country", "adjective", "people", "seat", "capital", "place", "short"
)  # fmt: skip


class Name(Record, frozen=True, kw_only=True):
    """What one surface form can mean: a code with its country and sectors; for a person, the term of office.

    `needs` is a country that the report must name elsewhere before a short form ("the North") may mean it.
    """

    kind: NameKind
    country: str
    sectors: tuple[str, ...] = ()
    code: str
    name: str
    office: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    wikidata: str | None = None
    needs: str = ""
