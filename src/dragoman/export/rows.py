"""Events as rows, one each, of one report or of many, for CSV and Parquet; docs/formats.md explains every column."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from typing import Any

from dragoman.export.lines import derived
from dragoman.export.tallies import first_day, last_day, mentions, publishers, report_of, reports
from dragoman.records import ArticleHead, Coding, DistinctEvent, Entity, Event
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
# Of an event that several reports tell, the reports and publishers are told too; the other columns are those above.
DISTINCT_COLUMNS: dict[str, str] = {**COLUMNS, "reports": WHOLE, "report_ids": TEXT, "publishers": TEXT}
# A cell that begins with one of these is run as a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")


def rows_of(coding: Coding, ontology: Ontology) -> Iterator[dict[str, Any]]:
    """One row an event, with the columns of `COLUMNS`; several codes are joined by ";"."""
    for event in coding.events:
        yield {**_article_cells(coding.article), **_event_cells(event, coding.article), **derived(event, ontology)}


def rows_of_distinct(events: Iterable[DistinctEvent], ontology: Ontology) -> Iterator[dict[str, Any]]:
    """One row a distinct event, with the columns of `DISTINCT_COLUMNS`; its spans are places in `article`.

    Without a date in the text `date_first` and `date_last` are the day of the first report, `mentions` counts the
    sentences of all reports.
    """
    for told in events:
        report = report_of(told)
        yield {
            **_article_cells(report),
            **_event_cells(told.event, report),
            **derived(told.event, ontology),
            **_tallied_cells(told),
        }


def _tallied_cells(told: DistinctEvent) -> dict[str, Any]:
    dated = "text" if told.event.date else "published" if first_day(told) else ""
    return {
        "event": told.id,
        "date_first": first_day(told),
        "date_last": last_day(told),
        "date_from": dated,
        "mentions": mentions(told),
        "reports": len(reports(told)),
        "report_ids": ";".join(reports(told)),
        "publishers": ";".join(publishers(told)),
    }


def _article_cells(head: ArticleHead) -> dict[str, Any]:
    return {
        "article": head.id,
        "published": head.published,
        "publisher": head.publisher,
        "title": head.title,
        "url": head.url,
    }


def _event_cells(event: Event, head: ArticleHead) -> dict[str, Any]:
    published = head.published
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


def csv_header(columns: Iterable[str] = COLUMNS) -> str:
    """The header line of the CSV."""
    return _line(list(columns))


def csv_lines(coding: Coding, ontology: Ontology) -> Iterator[str]:
    """The events of a coding as CSV lines; text that a spreadsheet would run as a formula gets a quote before it."""
    for row in rows_of(coding, ontology):
        yield _line([_cell(row[name]) for name in COLUMNS])


def distinct_csv_lines(events: Iterable[DistinctEvent], ontology: Ontology) -> Iterator[str]:
    """Distinct events as CSV lines, the header first; formulas are defused as in `csv_lines`."""
    yield from csv_rows(rows_of_distinct(events, ontology), DISTINCT_COLUMNS)


def csv_rows(rows: Iterable[dict[str, Any]], columns: Iterable[str]) -> Iterator[str]:
    """Rows of any table as CSV lines, the header first; formulas are defused as in `csv_lines`."""
    names = list(columns)
    yield csv_header(names)
    for row in rows:
        yield _line([_cell(row[name]) for name in names])


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
