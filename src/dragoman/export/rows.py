"""Events as rows, one each, for CSV and Parquet; docs/formats.md explains every column."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from typing import Any

from dragoman.export.lines import derived
from dragoman.records import Coding, Entity, Event
from dragoman.rules.ontology import Ontology

TEXT, NUMBER, WHOLE, DAY = "text", "number", "whole", "day"
COLUMNS: dict[str, str] = {
    "article": TEXT,
    "published": DAY,
    "publisher": TEXT,
    "title": TEXT,
    "url": TEXT,
    "event": TEXT,
    "date_first": DAY,
    "date_last": DAY,
    "date_from": TEXT,
    "type": TEXT,
    "mode": TEXT,
    "context": TEXT,
    "status": TEXT,
    "quad": WHOLE,
    "score": NUMBER,
    "cameo": TEXT,
    "actor": TEXT,
    "actor_name": TEXT,
    "recipient": TEXT,
    "recipient_name": TEXT,
    "reported_by": TEXT,
    "confidence": NUMBER,
    "mentions": WHOLE,
    "trigger": TEXT,
    "trigger_start": WHOLE,
    "trigger_end": WHOLE,
    "sentence": TEXT,
    "sentence_start": WHOLE,
    "sentence_end": WHOLE,
    "rule": TEXT,
}
# A cell that begins with one of these is run as a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")


def rows_of(coding: Coding, ontology: Ontology) -> Iterator[dict[str, Any]]:
    """One row an event, with the columns of `COLUMNS`; several codes are joined by ";"."""
    for event in coding.events:
        yield {**_article_cells(coding), **_event_cells(event, coding), **derived(event, ontology)}


def _article_cells(coding: Coding) -> dict[str, Any]:
    head = coding.article
    return {
        "article": head.id,
        "published": head.published,
        "publisher": head.publisher,
        "title": head.title,
        "url": head.url,
    }


def _event_cells(event: Event, coding: Coding) -> dict[str, Any]:
    published = coding.article.published
    return {
        "event": event.id,
        "date_first": event.date.first if event.date else published,
        "date_last": event.date.last if event.date else published,
        "date_from": "text" if event.date else "published" if published else "",
        "type": event.type,
        "mode": ";".join(event.mode),
        "context": ";".join(event.context),
        "status": event.status,
        "actor": _joined(event.actor, "code"),
        "actor_name": _joined(event.actor, "name"),
        "recipient": _joined(event.recipient, "code"),
        "recipient_name": _joined(event.recipient, "name"),
        "reported_by": event.reported_by.name if event.reported_by else "",
        "confidence": event.confidence,
        "mentions": 1 + len(event.also),
        "trigger": event.trigger.text,
        "trigger_start": event.trigger.start,
        "trigger_end": event.trigger.end,
        "sentence": event.sentence.text,
        "sentence_start": event.sentence.start,
        "sentence_end": event.sentence.end,
        "rule": event.rule,
    }


def _joined(entities: Iterable[Entity], field: str) -> str:
    return ";".join(getattr(entity, field) for entity in entities)


def csv_header() -> str:
    """The header line of the CSV."""
    return _line(list(COLUMNS))


def csv_lines(coding: Coding, ontology: Ontology) -> Iterator[str]:
    """The events of a coding as CSV lines; text that a spreadsheet would run as a formula gets a quote before it."""
    for row in rows_of(coding, ontology):
        yield _line([_cell(row[name]) for name in COLUMNS])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.date | int | float):
        return str(value)
    text = str(value)
    return "'" + text if text.startswith(FORMULA) else text


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
