"""Events as a network of actors in GEXF 1.3, which Gephi and other network programs open."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree  # the standard library writes XML; nothing is parsed here

import msgspec

from dragoman.export.cells import plain
from dragoman.export.dyads import dyads_of, kept
from dragoman.export.tallies import first_day, last_day, reports
from dragoman.records import DistinctEvent, Entity, Record, Status
from dragoman.rules.ontology import Ontology

NAMESPACE, VERSION = "http://gexf.net/1.3", "1.3"
QUADS = (1, 2, 3, 4)
NODE_FIELDS = {"country": "string", "sector": "string"}
EDGE_FIELDS = {
    "events": "integer",
    "reports": "integer",
    **{f"events_quad{quad}": "integer" for quad in QUADS},
    **{f"reports_quad{quad}": "integer" for quad in QUADS},
}
# Two characters that XML 1.0 forbids, besides the control characters that a plain text has not.
FORBIDDEN = {0xFFFE: " ", 0xFFFF: " "}

Key = tuple[str, str]


class Tie(Record, frozen=True, kw_only=True):
    """All that one actor did to another: events and tellings of reports by quad class, first and last day."""

    events: dict[int, int] = msgspec.field(default_factory=dict)
    reports: dict[int, int] = msgspec.field(default_factory=dict)
    first: datetime.date | None = None
    last: datetime.date | None = None


def gexf(events: Iterable[DistinctEvent], ontology: Ontology, *, statuses: Collection[Status] | None = None) -> str:
    """The network as XML: a node for each actor's code, a directed edge for each actor and recipient.

    An edge's weight is its number of events; its start and end are the first and last day of these. Joint acts are
    edges in both directions. The order of the events makes no difference.
    """
    names: dict[str, Counter[str]] = defaultdict(Counter)
    parties: dict[str, Entity] = {}
    ties: dict[Key, Tie] = {}
    for told in kept(events, statuses):
        for party in (*told.event.actor, *told.event.recipient):
            names[party.code][plain(party.name)] += 1
            parties[party.code] = min(parties.get(party.code, party), party, key=lambda it: (it.country, it.sector))
        for key in _edges(told, ontology):
            ties[key] = _tied(ties.get(key, Tie()), told, ontology.quad(told.event.type))
    nodes = {code: (_commonest(names[code]), parties[code]) for code in sorted(parties)}
    return _document(nodes, {key: ties[key] for key in sorted(ties)})


def _edges(told: DistinctEvent, ontology: Ontology) -> Iterator[Key]:
    """Each pair once, however often an event names it."""
    pairs = ((dyad.actor.code, dyad.recipient.code) for dyad in dyads_of(told, ontology) if dyad.recipient)
    yield from dict.fromkeys(pairs)


def _tied(tie: Tie, told: DistinctEvent, quad: int) -> Tie:
    days = [day for day in (tie.first, tie.last, first_day(told), last_day(told)) if day]
    return Tie(
        events={**tie.events, quad: tie.events.get(quad, 0) + 1},
        reports={**tie.reports, quad: tie.reports.get(quad, 0) + len(reports(told))},
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _commonest(names: Counter[str]) -> str:
    """The name that most events have for an actor; of two the one earlier in the alphabet."""
    return min(names, key=lambda name: (-names[name], name))


def _document(nodes: dict[str, tuple[str, Entity]], ties: dict[Key, Tie]) -> str:
    drawn = Graph(
        nodes=[Node(code, name, {"country": it.country, "sector": it.sector}) for code, (name, it) in nodes.items()],
        edges=[
            Edge(*key, sum(tie.events.values()), _edge_values(tie), tie.first, tie.last) for key, tie in ties.items()
        ],
        node_fields=NODE_FIELDS,
        edge_fields=EDGE_FIELDS,
    )
    return gexf_of(drawn)


def _edge_values(tie: Tie) -> dict[str, int]:
    counts = {"events": sum(tie.events.values()), "reports": sum(tie.reports.values())}
    counts |= {f"events_quad{quad}": tie.events.get(quad, 0) for quad in QUADS}
    return counts | {f"reports_quad{quad}": tie.reports.get(quad, 0) for quad in QUADS}


# The format


class Node(NamedTuple):
    """An actor, by what names it once and for all, with the name that people see."""

    id: str
    label: str
    values: Mapping[str, str | int]


class Edge(NamedTuple):
    """What one actor did to another; between the two days where they are known."""

    source: str
    target: str
    weight: int
    values: Mapping[str, str | int]
    first: datetime.date | None = None
    last: datetime.date | None = None


class Graph(NamedTuple):
    """A directed network, with the types of the values that its nodes and edges have ("integer", "string")."""

    nodes: Iterable[Node]
    edges: Iterable[Edge]
    node_fields: Mapping[str, str]
    edge_fields: Mapping[str, str]


def gexf_of(graph: Graph) -> str:
    """A network as XML, its nodes and edges in the order given."""
    root = ElementTree.Element("gexf", {"xmlns": NAMESPACE, "version": VERSION})
    meta = ElementTree.SubElement(root, "meta")
    ElementTree.SubElement(meta, "creator").text = "dragoman"
    drawn = ElementTree.SubElement(
        root, "graph", {"defaultedgetype": "directed", "mode": "dynamic", "timeformat": "date"}
    )
    _declare(drawn, "node", graph.node_fields)
    _declare(drawn, "edge", graph.edge_fields)
    into = ElementTree.SubElement(drawn, "nodes")
    for node in graph.nodes:
        _values(ElementTree.SubElement(into, "node", {"id": _shown(node.id), "label": _shown(node.label)}), node.values)
    into = ElementTree.SubElement(drawn, "edges")
    for number, edge in enumerate(graph.edges):
        _values(ElementTree.SubElement(into, "edge", _edge_attributes(number, edge)), edge.values)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _declare(graph: ElementTree.Element, kind: str, fields: Mapping[str, str]) -> None:
    into = ElementTree.SubElement(graph, "attributes", {"class": kind, "mode": "static"})
    for name, type_ in fields.items():
        ElementTree.SubElement(into, "attribute", {"id": name, "title": name, "type": type_})


def _values(element: ElementTree.Element, values: Mapping[str, str | int]) -> None:
    into = ElementTree.SubElement(element, "attvalues")
    for name, value in values.items():
        ElementTree.SubElement(into, "attvalue", {"for": name, "value": str(value)})


def _edge_attributes(number: int, edge: Edge) -> dict[str, str]:
    found = {"id": str(number), "source": _shown(edge.source), "target": _shown(edge.target)}
    found["weight"] = str(edge.weight)
    if edge.first and edge.last:
        found |= {"start": edge.first.isoformat(), "end": edge.last.isoformat()}
    return found


def _shown(text: str) -> str:
    return text.translate(FORBIDDEN)
