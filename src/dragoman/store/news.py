"""What is new for a briefing: who told which event and when that came in, and what became of commitments."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection

from dragoman.records import Account, Event
from dragoman.resolve.tellings import party_of
from dragoman.store.merging import clean
from dragoman.store.standings import Turn, turns
from dragoman.store.statements import statement

# Ids that one statement names.
MANY = 500
Id = TypeVar("Id", int, str)


class Telling(NamedTuple):
    """One report's telling of a distinct event: its id, and the report by its number, its id, its day and publisher.

    `came` is the number of the first version of that report: by it one knows what came in later than something else.
    """

    event: str
    key: int
    id: str
    article: int
    report: str
    published: datetime.date | None
    publisher: str
    came: int


class Read(NamedTuple):
    """What was read in a telling, with its sentence as it stands there."""

    sentence: str
    event: Event


def newest_article(connection: Connection) -> int:
    """The number of the report that came in last, 0 where there is none."""
    return int(connection.execute(statement("newest_article")).scalar_one())


def tellings_of(connection: Connection, events: Collection[str]) -> dict[str, list[Telling]]:
    """Who told distinct events, by the ids of these, in the order in which they came in."""
    found: dict[str, list[Telling]] = {id: [] for id in events}
    for some in _parts(sorted(found)):
        for row in connection.execute(statement("tellings_of", "events"), {"events": some}):
            day = datetime.date.fromisoformat(row.published) if row.published else None
            told = Telling(row.event, row.key, row.telling, row.article, row.report, day, row.publisher or "", row.came)
            found[row.event].append(told)
    return found


def read_in(connection: Connection, tellings: Collection[int]) -> dict[int, Read]:
    """What was read in tellings, by their numbers."""
    found: dict[int, Read] = {}
    for some in _parts(sorted(tellings)):
        for row in connection.execute(statement("tellings_read", "keys"), {"keys": some}):
            found[row.key] = Read(row.sentence, msgspec.json.decode(row.found, type=Event))
    return found


def came_in(connection: Connection, reports: Collection[str]) -> dict[str, int]:
    """The numbers of the first versions of reports, by the ids of these."""
    found: dict[str, int] = {}
    for some in _parts(sorted({clean(id) for id in reports})):
        found |= {row.id: row.came for row in connection.execute(statement("first_versions", "ids"), {"ids": some})}
    return found


def turns_of(
    connection: Connection, parties: Sequence[str], first: datetime.date, last: datetime.date, *, most: int
) -> list[Turn]:
    """Commitments that came to stand otherwise within some days, new ones too, the latest first.

    With parties those that bind one of them or are made to one.
    """
    if not parties:
        return turns(connection, first, last, most=most, changed=False)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    values = {**days, "parties": sorted(map(party_of, parties)), "most": most}
    return [
        Turn(
            account=msgspec.json.decode(row.held, type=Account),
            day=datetime.date.fromisoformat(row.first),
            before=row.before or None,
            standing=row.standing,
        )
        for row in connection.execute(statement("turns_of_parties", "parties"), values)
    ]


def _parts(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    return (ids[start : start + MANY] for start in range(0, len(ids), MANY))
