"""No page makes SQLite read a table from end to end, or an index of all reports that stand, whatever is asked."""

import datetime
import re

import pytest
from sqlalchemy import event

from dragoman.store import open_store, reading
from dragoman.store.counts import changed_dyads
from dragoman.store.finding import facets, find_events, newest
from dragoman.store.opening import pulse
from dragoman.store.saying import count_sayings, sayings, speakers
from dragoman.store.volume import reports_by_day, reports_by_publisher

DAY = datetime.date(2013, 3, 8)
DAYS = {"first": DAY, "last": DAY}
PLACE = {"before": "2013-03-08/5"}
SAYINGS = [
    {},
    {"by": "PRK"},
    {"about": "JPN"},
    {"by": "PRK", "about": "JPN"},
    {"speaker": "Obama"},
    {"speaker": "Obama", "about": "JPN", "by": "USA"},
    {"kind": "direct"},
    {"by": "PRK", "kind": "direct"},
    {"about": "JPN", "kind": "direct"},
    {"words": "rocket"},
    {"words": "rocket", "by": "PRK", "about": "JPN", "speaker": "Obama", "kind": "direct"},
]
EVENTS = [
    {},
    {"actor": "PRK"},
    {"recipient": "PRK"},
    {"actor": "PRK", "recipient": "JPN"},
    {"party": "PRK"},
    {"party": "PRK", "other": "JPN"},
    {"party": "PRK", "actor": "JPN", "types": {"ACCUSE"}},
    {"types": {"ACCUSE"}, "statuses": {"occurred"}},
    {"publisher": "Wire"},
    {"publisher": "Wire", "actor": "PRK"},
    {"words": "rocket"},
    {"words": "rocket", "actor": "PRK", "recipient": "JPN", "publisher": "Wire", "types": {"ACCUSE"}},
]
ASKED = {
    **{f"sayings {one}": (sayings, one) for one in SAYINGS},
    **{f"sayings later {one}": (sayings, one | DAYS | PLACE) for one in SAYINGS},
    **{f"count {one}": (count_sayings, one) for one in SAYINGS},
    **{f"speakers {one}": (speakers, one) for one in SAYINGS},
    **{f"events {one}": (find_events, one) for one in EVENTS},
    **{f"events later {one}": (find_events, one | DAYS | PLACE) for one in EVENTS},
    **{f"facets {one}": (facets, one) for one in EVENTS},
    "newest": (newest, {}),
    "changed": (changed_dyads, {"last": DAY}),
    "by publisher": (reports_by_publisher, DAYS),
    "by day": (reports_by_day, DAYS),
    "report": (reading.report, {"key": 1}),
    "number": (reading.key_of, {"id": "one"}),
    "told": (reading.events_told, {"key": 1}),
    "event": (reading.event_of, {"id": "one"}),
    "pulse": (pulse, {}),
}
# Through a whole table, or by an index of which nearly all rows have the one value.
SLOW = re.compile(r"SCAN (article|event|telling|dyad|dyad_day|statement|about|report_day)$|article_by_correction")


@pytest.fixture(scope="module")
def opened(full_file, tmp_path_factory):
    with open_store(full_file, writing=False) as store:
        yield store


@pytest.mark.parametrize("question", ASKED)
def test_how_it_is_found(opened, question):
    work, given = ASKED[question]
    told = []

    def explain(connection, cursor, statement, parameters, *rest):
        if statement.startswith(("SELECT", "WITH")):
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.extend(row[3] for row in rows)

    event.listen(opened.engine, "before_cursor_execute", explain)
    try:
        with opened.reading() as connection:
            work(connection, **given)
    finally:
        event.remove(opened.engine, "before_cursor_execute", explain)
    assert told
    assert [step for step in told if SLOW.search(step)] == []
