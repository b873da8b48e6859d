"""Who has to do with whom: the parties as a network, each tie with its events and the reports that tell them."""

import datetime
from collections.abc import Iterable
from typing import Literal, NamedTuple

from dragoman.errors import InputError
from dragoman.export.network import Edge as Line
from dragoman.export.network import Graph
from dragoman.export.network import Node as Knot
from dragoman.export.panels import QUADS
from dragoman.records import Record
from dragoman.rules.ontology import Ontology
from dragoman.store import Store
from dragoman.store.ties import Tie, Wanted, ties
from dragoman.views.names import Names
from dragoman.views.periods import Days
from dragoman.views.spans import weeks_shown

Quad = Literal["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"]
# A year in whole weeks, as the overview compares with.
WEEKS = 52
FIELDS = {"events": "integer", "reports": "integer", "conflict": "integer"}


class Asked(NamedTuple):
    """Which ties are wanted: of a quad class and a type ("" for all), of how many events at least, how many ties."""

    quad: Quad | Literal[""] = ""
    type: str = ""
    least: int = 1
    most: int = 60


class Node(Record, frozen=True, kw_only=True):
    """A party, with the events and reports of those of its ties that are shown, added up."""

    code: str
    name: str
    events: int
    reports: int


class Edge(Record, frozen=True, kw_only=True):
    """What one party did to another; `conflict` are those of its distinct events that are conflict."""

    actor: str
    recipient: str
    events: int
    reports: int
    conflict: int


class Network(Record, frozen=True, kw_only=True):
    """The strongest ties between two parties within some days, and how many ties there are in all."""

    first: datetime.date | None
    last: datetime.date | None
    quad: str
    type: str
    least: int
    most: int
    ties: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def network_of(store: Store, days: Days, asked: Asked, ontology: Ontology, names: Names) -> Network:
    """The network that is asked for; raises `InputError` where there is no such type of event."""
    first, last = weeks_shown(store, days, WEEKS)
    wanted = Wanted(types_of(asked.quad, asked.type, ontology), conflict_of(ontology), first, last)
    with store.reading() as connection:
        found = ties(connection, wanted, least=asked.least, most=asked.most)
    return Network(
        first=first,
        last=last,
        quad=asked.quad,
        type=asked.type,
        least=asked.least,
        most=asked.most,
        ties=found.all,
        nodes=tuple(_nodes(found.ties, names)),
        edges=tuple(Edge(**tie._asdict()) for tie in found.ties),
    )


def types_of(quad: str, type_: str, ontology: Ontology) -> list[str]:
    """The types of events that are both of a quad class and of a type, "" for all; raises `InputError` for no type."""
    if type_ and type_ not in ontology.types:
        raise InputError(f"there is no type of event {type_[:20]!r}; one is ACCUSE", kind="type")
    among = [type_] if type_ else list(ontology.types)
    return [name for name in among if quad in ("", QUADS[ontology.quad(name)])]


def conflict_of(ontology: Ontology) -> frozenset[str]:
    """The types of events that are conflict, in words or in deeds."""
    return frozenset(name for name in ontology.types if QUADS[ontology.quad(name)].endswith("conflict"))


def _nodes(found: Iterable[Tie], names: Names) -> list[Node]:
    sums: dict[str, list[int]] = {}
    for tie in found:
        for party in (tie.actor, tie.recipient):
            mine = sums.setdefault(party, [0, 0])
            mine[0] += tie.events
            mine[1] += tie.reports
    nodes = [Node(code=code, name=names.of(code), events=it[0], reports=it[1]) for code, it in sums.items()]
    return sorted(nodes, key=lambda node: (-node.events, node.code))


def graph_of(network: Network) -> Graph:
    """The same for network programs: an edge weighs as much as it has events."""
    shown = {"first": network.first, "last": network.last}
    return Graph(
        nodes=[Knot(node.code, node.name, {"events": node.events, "reports": node.reports}) for node in network.nodes],
        edges=[Line(edge.actor, edge.recipient, edge.events, _values(edge), **shown) for edge in network.edges],
        node_fields={name: FIELDS[name] for name in ("events", "reports")},
        edge_fields=FIELDS,
    )


def _values(edge: Edge) -> dict[str, str | int]:
    return {name: getattr(edge, name) for name in FIELDS}
