"""Events in the JSON format of PLOVER 2.0, one object a line; docs/formats.md explains each field."""

import datetime
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec

from dragoman.export.schemes import schemes
from dragoman.export.tallies import first_day, last_day, mentions, report_of, reports
from dragoman.records import ArticleHead, DistinctEvent, Entity, Status
from dragoman.rules.ontology import Ontology

CODER, CODEBOOK, CODEBOOK_VERSION = "dragoman", "PLOVER", "2.0"


def plover_lines(
    events: Iterable[DistinctEvent],
    ontology: Ontology,
    *,
    statuses: Collection[Status] | None = None,
    coded: datetime.date | None = None,
) -> Iterator[str]:
    """One line an event, of every status unless `statuses` says less; `coded` is the day of the coding."""
    for told in events:
        if statuses is None or told.event.status in statuses:
            content = _with_known({**_content(told, ontology), "coded_date": coded})
            yield msgspec.json.encode(_whole(content)).decode() + "\n"


def _content(told: DistinctEvent, ontology: Ontology) -> dict[str, Any]:
    event, first, last = told.event, first_day(told), last_day(told)
    return {
        "id": told.id,
        "date": first.isoformat() if first else "",
        "enddate": last if last != first else None,
        "actor": [_entity(party) for party in event.actor],
        "recipient": [_entity(party) for party in event.recipient],
        "has_event": True,
        "event": [event.type],
        "mode": [*event.mode, *ontology.auxiliary_of(event.status)],
        "context": list(event.context),
        "quad_code": schemes().quads[str(ontology.quad(event.type))],
        "event_scale": ontology.score(event.type, event.mode),
        "event_text": event.trigger.text,
        "text": event.sentence.text,
        "text_info": {"start": event.sentence.start, "end": event.sentence.end},
        "cite_info": _with_known(_citation(report_of(told))),
        "coder": CODER,
        "comment": _comment(told),
    }


def _entity(party: Entity) -> dict[str, Any]:
    """The code is the state's, or a body's whole code; the sector has a field of its own."""
    body = party.country in schemes().cameo.bodies
    fields = {
        "code": party.code if body else party.country,
        "sector": party.sector,
        "entity_text": party.text,
        "identifier_id": party.wikidata,
        "identifier_text": party.name,
    }
    return _with_known(fields)


def _citation(report: ArticleHead) -> dict[str, Any]:
    return {
        "citation": report.id,
        "url": report.url,
        "title": report.title,
        "language": report.language,
        "publication": report.publisher,
        "coder": CODER,
        "codebook": CODEBOOK,
        "version": CODEBOOK_VERSION,
    }


def _comment(told: DistinctEvent) -> str:
    """What PLOVER has no field for."""
    count = len(reports(told))
    said = f"status {told.event.status}; confidence {told.event.confidence:.2f}; rule {told.event.rule}"
    return f"{said}; sentences {mentions(told)}; reports {count}: {' '.join(reports(told))}"


def _with_known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _whole(value: Any) -> Any:
    """The same without halves of characters, which no JSON can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value
