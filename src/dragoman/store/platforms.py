"""What a sending platform calls things of ours, and what it and we last agreed on about each person.

A member is known by the platform's hash of the address, which outlives the address here: so the platform can be told to
erase it too. Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from dragoman.records import Record
from dragoman.store.outbox import Mail
from dragoman.store.statements import statement
from dragoman.store.subscribers import State, subscriber

Kind = Literal["list", "subscriber", "member", "issue", "sweep"]
# People that are read at a time.
PAGE = 500


class On(NamedTuple):
    """How somebody is on a list, and since when."""

    state: State
    changed: int


class Member(Record, frozen=True, kw_only=True):
    """Somebody as the platform has them: the state and the lists there, when these were last compared with ours.

    `changed` is when anything of theirs had last changed here by then, `event` the time and kind of the last change
    that the platform told of by itself. With `left` the platform ended it, not we: only its own confirmation brings
    them back. `asked` are lists that the platform has asked them about. With `under_way` they are being told of, and
    may be on these lists or not. `subscriber` is who it is here.
    """

    subscriber: int
    state: str
    lists: tuple[str, ...] = ()
    changed: int = 0
    event: str = ""
    left: bool = False
    asked: tuple[str, ...] = ()
    under_way: bool = False


class Someone(Record, frozen=True, kw_only=True):
    """A subscriber with an address, and how they are on each list."""

    key: int
    address: str
    on: dict[str, On]

    def wanted(self) -> tuple[str, ...]:
        """The lists that they get."""
        return tuple(sorted(slug for slug, one in self.on.items() if one.state == "confirmed"))

    def changed(self) -> int:
        """When any of it changed last."""
        return max((one.changed for one in self.on.values()), default=0)


def theirs(connection: Connection, platform: str, kind: Kind, ours: str) -> str | None:
    """What the platform calls a thing of ours; None where it has none."""
    values = {"platform": platform, "kind": kind, "ours": ours}
    found: str | None = connection.execute(statement("platform_id"), values).scalar()
    return found


def all_theirs(connection: Connection, platform: str, kind: Kind) -> dict[str, str]:
    """What the platform calls all things of a kind, by what they are here."""
    rows = connection.execute(statement("platform_ids"), {"platform": platform, "kind": kind})
    return {row.ours: row.theirs for row in rows}


def keep(connection: Connection, platform: str, kind: Kind, ours: str, name: str) -> str:
    """Keep what the platform calls a thing, unless it is known already: what is kept then."""
    values = {"platform": platform, "kind": kind, "ours": ours, "theirs": name}
    connection.execute(statement("keep_platform_id"), values)
    return theirs(connection, platform, kind, ours) or name


def put(connection: Connection, platform: str, kind: Kind, ours: str, name: str) -> None:
    """Keep what the platform calls a thing, whatever was kept before."""
    values = {"platform": platform, "kind": kind, "ours": ours, "theirs": name}
    connection.execute(statement("set_platform_id"), values)


def drop(connection: Connection, platform: str, kind: Kind, ours: str) -> None:
    """Forget what the platform calls a thing."""
    connection.execute(statement("drop_platform_id"), {"platform": platform, "kind": kind, "ours": ours})


def member_of(connection: Connection, platform: str, digest: str) -> Member | None:
    """The member of a hash; None where nothing was agreed on yet."""
    found = theirs(connection, platform, "member", digest)
    return None if found is None else _read(found)


def put_member(connection: Connection, platform: str, digest: str, member: Member) -> None:
    """Keep what was agreed on about somebody, and under which hash.

    For whoever was erased meanwhile no number leads there: `orphans` then tells that the platform has to erase them.
    """
    put(connection, platform, "member", digest, msgspec.json.encode(member).decode())
    found = subscriber(connection, member.subscriber)
    if found is not None and found.address is not None:
        put(connection, platform, "subscriber", str(member.subscriber), digest)


def orphans(connection: Connection, platform: str) -> list[str]:
    """The hashes of members who were erased here."""
    return list(connection.execute(statement("orphaned_members"), {"platform": platform}).scalars())


def members(connection: Connection, platform: str, after: str = "", most: int = PAGE) -> dict[str, Member]:
    """The members by their hashes, a page after the other, from the one after `after` on."""
    values = {"platform": platform, "after": after, "most": most}
    return {row.ours: _read(row.theirs) for row in connection.execute(statement("platform_members"), values)}


def people(connection: Connection, after: int = 0, most: int = PAGE) -> tuple[list[Someone], int | None]:
    """Those who are or were on lists, a page after the other, and after whom the next page begins; None: the end."""
    values = {"after": after, "most": most}
    found: dict[int, Someone] = {}
    for row in connection.execute(statement("platform_people"), values):
        someone = found.setdefault(row.key, Someone(key=row.key, address=row.address, on={}))
        someone.on[row.list] = On(row.state, row.changed)
    return list(found.values()), connection.execute(statement("last_person"), values).scalar()


def confirmations(connection: Connection, now: int, after: int = 0, most: int = PAGE) -> list[Mail]:
    """The confirmation mails whose turn it is, a page after the other."""
    values = {"now": now, "after": after, "most": most}
    return [Mail(**row._mapping) for row in connection.execute(statement("confirmations_to_send"), values)]


def someone(connection: Connection, key: int, address: str) -> Someone:
    """A subscriber, and how they are on each list."""
    rows = connection.execute(statement("subscriptions_with_time"), {"subscriber": key})
    return Someone(key=key, address=address, on={row.list: On(row.state, row.changed) for row in rows})


def agreements(connection: Connection, key: int) -> dict[str, tuple[int, str]]:
    """When somebody last asked ("requested") and confirmed ("confirmed"), and from where as far as that is kept."""
    rows = connection.execute(statement("agreements"), {"subscriber": key})
    return {row.action: (row.at, row.origin) for row in rows}


def _read(text: str) -> Member:
    return msgspec.json.decode(text, type=Member)
