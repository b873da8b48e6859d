"""Events as a network of actors in GEXF 1.3, which Gephi and other network programs open."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
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
    root = ElementTree.Element("gexf", {"xmlns": NAMESPACE, "version": VERSION})
    meta = ElementTree.SubElement(root, "meta")
    ElementTree.SubElement(meta, "creator").text = "dragoman"
    graph = ElementTree.SubElement(
        root, "graph", {"defaultedgetype": "directed", "mode": "dynamic", "timeformat": "date"}
    )
    _declare(graph, "node", NODE_FIELDS)
    _declare(graph, "edge", EDGE_FIELDS)
    into = ElementTree.SubElement(graph, "nodes")
    for code, (label, party) in nodes.items():
        node = ElementTree.SubElement(into, "node", {"id": _shown(code), "label": _shown(label)})
        _values(node, {"country": party.country, "sector": party.sector})
    into = ElementTree.SubElement(graph, "edges")
    for number, (key, tie) in enumerate(ties.items()):
        edge = ElementTree.SubElement(into, "edge", _edge_attributes(number, key, tie))
        _values(edge, _edge_values(tie))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _declare(graph: ElementTree.Element, kind: str, fields: dict[str, str]) -> None:
    into = ElementTree.SubElement(graph, "attributes", {"class": kind, "mode": "static"})
    for name, type_ in fields.items():
        ElementTree.SubElement(into, "attribute", {"id": name, "title": name, "type": type_})


def _values(element: ElementTree.Element, values: dict[str, str]) -> None:
    into = ElementTree.SubElement(element, "attvalues")
    for name, value in values.items():
        ElementTree.SubElement(into, "attvalue", {"for": name, "value": value})


def _edge_attributes(number: int, key: Key, tie: Tie) -> dict[str, str]:
    source, target = key
    found = {"id": str(number), "source": _shown(source), "target": _shown(target)}
    found["weight"] = str(sum(tie.events.values()))
    if tie.first and tie.last:
        found |= {"start": tie.first.isoformat(), "end": tie.last.isoformat()}
    return found


def _edge_values(tie: Tie) -> dict[str, str]:
    counts = {"events": sum(tie.events.values()), "reports": sum(tie.reports.values())}
    counts |= {f"events_quad{quad}": tie.events.get(quad, 0) for quad in QUADS}
    counts |= {f"reports_quad{quad}": tie.reports.get(quad, 0) for quad in QUADS}
    return {name: str(count) for name, count in counts.items()}


def _shown(text: str) -> str:
    return text.translate(FORBIDDEN)
