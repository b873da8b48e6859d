"""What a report tells into the distinct events: joined to what is like it, counted by dyad and day, taken out again.

Tellings that are linked by likeness form a component. A component is a function of its tellings alone, so the same
reports give the same events in whatever order they come.
"""

import datetime
import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints, overload

import msgspec
from sqlalchemy import Column, Connection, CursorResult, Select, bindparam, select

from dragoman.records import ArticleHead, DistinctEvent, Event, Evidence
from dragoman.resolve.happenings import components, event_of, grouped, is_same
from dragoman.resolve.tellings import Telling, days_of, keys_of_blocks, later, party_of, telling_of
from dragoman.rules.ontology import Ontology
from dragoman.store import schema, search
from dragoman.store.counts import NO_DAY
from dragoman.store.statements import run, statement, write
from dragoman.store.tallies import Tally

# Days of a narrow interval at most, and what the names of the blocks of wider ones end in.
NARROW, WIDE = 62, "|wide"
# Tellings of a component at most that are made anew together. Daily news of a war in like words can link up for years;
# beyond this a new telling is weighed only with the events that it is linked to, so that storing stays quick.
LARGEST = 64
# Rows that one statement names at most: SQLite takes 32,766 values.
MANY = 5_000


# The part of a telling that is made from its words, as the store keeps it.
Compared: Any = msgspec.defstruct(
    "Compared", [(name, kind) for name, kind in get_type_hints(Telling).items() if name != "evidence"], frozen=True
)


class Kept(NamedTuple):
    """A telling with its numbers in the store."""

    key: int
    article: int
    component: int | None
    event: int | None
    telling: Telling


class Written(NamedTuple):
    """A distinct event to be written: its row, its parties, its tellings, the component that they are of."""

    row: dict[str, Any]
    dyads: list[tuple[str, str]]
    members: list[int]
    component: int


Scope = tuple[str, int]
"""A component or an event, by its number."""
Whole = tuple[int, Sequence[Kept]]
"""The tellings of a component, or of events of a large one, with the number of the component."""


class Look(NamedTuple):
    """Where tellings of the same event lie: the blocks, and the days that theirs have to meet.

    Tellings of wide intervals ("in the 1990s") have blocks of their own: of the others it is known that what ends on a
    day or later begins `NARROW` days before that day at the earliest.
    """

    blocks: frozenset[str]
    first: str
    last: str
    is_wide: bool

    @property
    def names(self) -> Iterator[str]:
        """Under which the telling itself is found."""
        return (name + WIDE if self.is_wide else name for name in self.blocks)


def merge_in(
    connection: Connection, article: int, head: ArticleHead, events: Sequence[Event], ontology: Ontology
) -> None:
    """Put what a report tells among the distinct events."""
    tellings = [telling_of(head, event) for event in events]
    if not tellings:
        return
    new = _insert(connection, article, tellings)
    linked = _linked(connection, new, {one.key: look_of(one.telling) for one in new})
    scopes = _scopes(connection, [other for others in linked.values() for other in others])
    members = defaultdict(list)
    for one in _within(connection, scopes.values()):
        members[_scope_of(one, scopes)].append(one)
    tally = Tally()
    _drop_events(connection, {one.event for those in members.values() for one in those}, tally)
    wholes: list[Whole] = []
    for group in _joined(new, {key: {scopes[other.key] for other in others} for key, others in linked.items()}):
        old = sorted({scopes[other.key] for one in group for other in linked[one.key]})
        whole = [*group, *(one for scope in old for one in members[scope])]
        wholes.append((_number_of(whole, old), whole))
    _write(connection, wholes, ontology, tally)
    tally.settle(connection)
    _mark_stale(connection, tellings)


def withdraw(connection: Connection, article: int, ontology: Ontology) -> None:
    """Take what a report tells out of the distinct events; its tellings stay, as part of its coding."""
    table = schema.telling.c
    mine = _kept(connection, table.article, [article])
    placed = [one for one in mine if one.event is not None]
    if not placed:
        return
    scopes = _scopes(connection, placed)
    members = _within(connection, scopes.values())
    tally = Tally()
    _drop_events(connection, {one.event for one in members}, tally)
    keys = {one.key for one in placed}
    connection.execute(schema.block.delete().where(schema.block.c.telling.in_(keys)))
    connection.execute(schema.telling.update().where(table.key.in_(keys)).values(component=None))
    rest = {_place(one.telling): one for one in members if one.key not in keys}
    parts = [[rest[_place(telling)] for telling in part] for part in components([one.telling for one in rest.values()])]
    wholes = [(_number_of(part, {_scope_of(one, scopes) for one in part}), part) for part in parts]
    _write(connection, wholes, ontology, tally)
    tally.settle(connection)
    _mark_stale(connection, [one.telling for one in members])


def _scopes(connection: Connection, linked: Sequence[Kept]) -> dict[int, Scope]:
    """For each telling what is made anew with it: its component, or of one that is too large its event alone."""
    touched = sorted({one.component for one in linked if one.component is not None})
    rows = _among(connection, "sizes", "components", touched).all() if touched else []
    sizes = {row.component: row.members for row in rows}
    return {
        one.key: ("event", one.event or 0) if sizes[one.component] > LARGEST else ("component", one.component or 0)
        for one in linked
    }


def _scope_of(one: Kept, scopes: Mapping[int, Scope]) -> Scope:
    whole, part = ("component", one.component or 0), ("event", one.event or 0)
    return whole if whole in scopes.values() else part


def _number_of(members: Sequence[Kept], scopes: Iterable[Scope]) -> int:
    """The number of the component that tellings form: its first telling's, or the large one's that they are part of."""
    large = {key for kind, key in scopes if kind == "event"}
    within = [one.component for one in members if one.event in large and one.component is not None]
    return min(within) if within else min(one.key for one in members)


def _within(connection: Connection, scopes: Iterable[Scope]) -> list[Kept]:
    """The tellings of some components and events, each once."""
    wanted: dict[str, set[int]] = {"component": set(), "event": set()}
    for kind, key in scopes:
        wanted[kind].add(key)
    t = schema.telling.c
    found = [*_kept(connection, t.component, wanted["component"]), *_kept(connection, t.event, wanted["event"])]
    return list({one.key: one for one in found}.values())


def look_of(telling: Telling) -> Look:
    """The blocks and days among which tellings of the same event lie."""
    first, last = days_of(telling)
    wide = (last - first).days > NARROW
    return Look(frozenset(keys_of_blocks(telling)), first.isoformat(), last.isoformat(), wide)


def _place(telling: Telling) -> tuple[str, str]:
    return telling.evidence.article.id, telling.evidence.event.id


def _insert(connection: Connection, article: int, tellings: Sequence[Telling]) -> list[Kept]:
    """Rows for new tellings, and where they can be looked up."""
    rows = [
        {
            "article": article,
            "id": telling.evidence.event.id,
            "sentence": clean(telling.evidence.event.sentence.text),
            "found": clean(msgspec.json.encode(telling.evidence.event).decode()),
            "compared": clean(msgspec.json.encode(_compared(telling)).decode()),
        }
        for telling in tellings
    ]
    keys = next_keys(connection, "telling", len(rows))
    write(connection, "add_tellings", [{"key": key, **row} for key, row in zip(keys, rows, strict=True)])
    search.index_tellings(connection, article)
    new = [Kept(key, article, None, None, telling) for key, telling in zip(keys, tellings, strict=True)]
    blocks = [
        {"name": name, "first": look.first, "last": look.last, "telling": one.key}
        for one in new
        for look in (look_of(one.telling),)
        for name in look.names
    ]
    if blocks:
        write(connection, "add_blocks", blocks)
    return new


@overload
def clean(words: str) -> str: ...
@overload
def clean(words: None) -> None: ...
def clean(words: str | None) -> str | None:
    """Text as both databases take it: what is no character (a lone surrogate, NUL) is replaced, one for one."""
    if words is None:
        return None
    return words.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def next_keys(connection: Connection, table: str, many: int) -> range:
    """Numbers for new rows; nobody else can take them, as there is one writer at a time."""
    last = int(run(connection, f"last_{table}", {}).scalar_one())
    return range(last + 1, last + 1 + many)


def _compared(telling: Telling) -> Any:
    return Compared(**{name: getattr(telling, name) for name in Compared.__struct_fields__})


def _linked(connection: Connection, new: Sequence[Kept], looks: dict[int, Look]) -> dict[int, list[Kept]]:
    """For each new telling those of other reports that are of the same event."""
    found: dict[int, list[Kept]] = {one.key: [] for one in new}
    near = _near(connection, new[0].article, looks)
    by_key = {one.key: one for one in new}
    for other in _kept(connection, schema.telling.c.key, near):
        for key in near[other.key]:
            if is_same(by_key[key].telling, other.telling):
                found[key].append(other)
    return found


def _near(connection: Connection, article: int, looks: dict[int, Look]) -> dict[int, set[int]]:
    """Tellings of other reports that share a block with new ones and whose days meet theirs, with those new ones."""
    by_name: dict[str, list[tuple[int, Look]]] = defaultdict(list)
    for key, look in looks.items():
        for name in look.blocks:
            by_name[name].append((key, look))
    near: dict[int, set[int]] = defaultdict(set)
    if not by_name:
        return near
    days = [look for look in looks.values() if look.blocks]
    first = min(look.first for look in days)
    since = later(datetime.date.fromisoformat(first), -NARROW).isoformat()
    values = {"first": first, "last": max(look.last for look in days), "since": since, "article": article}
    names = {"names": sorted(by_name), "wide": sorted(name + WIDE for name in by_name)}
    for row in connection.execute(statement("candidates", "names", "wide"), values | names):
        for key, look in by_name[row.name.removesuffix(WIDE)]:
            if row.first <= look.last and row.last >= look.first:
                near[row.telling].add(key)
    return near


def _kept(connection: Connection, column: Column[Any], keys: Iterable[int]) -> list[Kept]:
    return [one for _, one in kept_of(connection, column, keys)]


def kept_of(connection: Connection, column: Column[Any], keys: Iterable[int]) -> Iterator[tuple[int, Kept]]:
    """Tellings by one of their columns, each with the number of its event."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), MANY):
        for row in connection.execute(_tellings_by(column), {"wanted": wanted[start : start + MANY]}):
            yield row.event, _kept_of(row)


@functools.cache
def _tellings_by(column: Column[Any]) -> Select[Any]:
    t, a = schema.telling.c, schema.article.c
    return (
        select(t.key, t.article, t.component, t.event, t.found, t.compared, a.id, a.title, a.url, a.publisher)
        .add_columns(a.published, a.published_from, a.language)
        .join(schema.article, a.key == t.article)
        .where(column.in_(bindparam("wanted", expanding=True)))
    )


def made(members: Iterable[Kept]) -> DistinctEvent:
    """The distinct event of some tellings."""
    return event_of([one.telling for one in members])


def _kept_of(row: Any) -> Kept:
    return Kept(row.key, row.article, row.component, row.event, telling_from(row))


def telling_from(row: Any) -> Telling:
    """A telling from its row; what an earlier version of this program compared by is made anew."""
    event = msgspec.json.decode(row.found, type=Event)
    try:
        compared = msgspec.json.decode(row.compared, type=Compared)
    except msgspec.DecodeError:
        return telling_of(head_of(row), event)
    parts = {name: getattr(compared, name) for name in Compared.__struct_fields__}
    return Telling(evidence=Evidence(article=head_of(row), event=event), **parts)


def head_of(row: Any) -> ArticleHead:
    """What is known of a report, from its row."""
    return ArticleHead(
        id=row.id,
        title=row.title,
        url=row.url,
        publisher=row.publisher,
        published=msgspec.convert(row.published, datetime.date | None),
        published_from=row.published_from,
        language=row.language,
    )


def _joined(new: Sequence[Kept], linked: Mapping[int, set[Scope]]) -> list[list[Kept]]:
    """The new tellings by the components that they join together."""
    groups: list[tuple[set[Scope], list[Kept]]] = []
    for one in new:
        mine, members = set(linked[one.key]), [one]
        for other in [group for group in groups if group[0] & mine]:
            groups.remove(other)
            mine, members = mine | other[0], other[1] + members
        groups.append((mine, members))
    return [members for _, members in groups]


def _write(connection: Connection, components: Iterable[Whole], ontology: Ontology, tally: Tally) -> None:
    """The distinct events of some components, with their parties and counts."""
    written = [one for number, members in components for one in _events_of(number, members, ontology)]
    if not written:
        return
    keys = next_keys(connection, "event", len(written))
    write(connection, "add_events", [{"key": key, **one.row} for key, one in zip(keys, written, strict=True)])
    pairs: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for key, one in zip(keys, written, strict=True):
        tally.count(one.row, one.dyads, 1)
        pairs += [{"actor": a, "recipient": r, "first": one.row["first"], "event": key} for a, r in one.dyads]
        places += [{"telling": member, "event": key, "component": one.component} for member in one.members]
    write(connection, "add_dyads", pairs)
    write(connection, "place", places)


def _events_of(number: int, component: Sequence[Kept], ontology: Ontology) -> Iterator[Written]:
    by_place = {_place(one.telling): one for one in component}
    for group in grouped([one.telling for one in component]):
        event = event_of(group)
        members = [by_place[_place(telling)] for telling in group]
        told_in = next(one.article for one in members if one.telling.evidence.article.id == event.told_in)
        row = row_of(event, told_in, ontology)
        yield Written(row, dyads_of(event.event), [one.key for one in members], number)


def row_of(event: DistinctEvent, told_in: int, ontology: Ontology) -> dict[str, Any]:
    """A distinct event as its row."""
    one, published = event.event, _first_published(event)
    first = one.date.first.isoformat() if one.date else published
    return {
        "id": event.id,
        "type": one.type,
        "mode": ";".join(one.mode),
        "status": one.status,
        "first": first,
        "last": one.date.last.isoformat() if one.date else published,
        "date_from": "text" if one.date else "published" if published != NO_DAY else "",
        "actor": ";".join(entity.code for entity in one.actor),
        "recipient": ";".join(entity.code for entity in one.recipient),
        "actor_name": clean(";".join(entity.name for entity in one.actor)),
        "recipient_name": clean(";".join(entity.name for entity in one.recipient)),
        "score": round(10 * ontology.score(one.type, one.mode)),
        "confidence": round(1000 * min(max(one.confidence, 0.0), 1.0)),
        "reports": len(event.evidence),
        "publishers": len({told.article.publisher or told.article.id for told in event.evidence}),
        "told_in": told_in,
        "word": clean(one.trigger.text),
        "sentence": clean(one.sentence.text),
    }


def _first_published(event: DistinctEvent) -> str:
    days = [told.article.published for told in event.evidence if told.article.published]
    return min(days).isoformat() if days else NO_DAY


def dyads_of(event: Event) -> list[tuple[str, str]]:
    """Who acts on whom, by party; what several do together goes in every direction, "" stands for nobody."""
    actors = list(dict.fromkeys(party_of(entity.code) for entity in event.actor)) or [""]
    recipients = list(dict.fromkeys(party_of(entity.code) for entity in event.recipient))
    if not recipients:
        recipients = actors if len(actors) > 1 else [""]
        return [(one, other) for one in actors for other in recipients if one != other]
    return [(one, other) for one in actors for other in recipients]


def _drop_events(connection: Connection, events: Iterable[int | None], tally: Tally) -> None:
    """Distinct events that are to be made anew, or to go."""
    wanted = sorted(key for key in events if key is not None)
    if not wanted:
        return
    dropped = _among(connection, "events_counted", "events", wanted).mappings()
    rows = {row["key"]: {str(name): value for name, value in row.items()} for row in dropped}
    for pair in _among(connection, "dyads_of_events", "events", wanted).all():
        tally.count(rows[pair.event], [(pair.actor, pair.recipient)], -1)
    for name in ("unplace", "drop_dyads", "drop_event"):
        write(connection, name, [{"event": key} for key in wanted])


def _among(connection: Connection, name: str, values: str, wanted: Sequence[int]) -> CursorResult[Any]:
    return connection.execute(statement(name, values), {values: wanted})


def _mark_stale(connection: Connection, tellings: Iterable[Telling]) -> None:
    """The ledgers of those who have a part in what came in or went have to be made anew."""
    mark_stale(connection, {party_of(code) for telling in tellings for code in telling.actor | telling.recipient})


def mark_stale(connection: Connection, parties: Iterable[str]) -> None:
    """Note of whom something came in or went."""
    if rows := [{"party": party} for party in sorted(parties)]:
        write(connection, "mark_stale", rows)
