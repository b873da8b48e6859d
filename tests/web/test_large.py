"""On a store of 20,000 events: no page reads through a whole table, and none makes the database do much for it."""

import collections
import re

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from dragoman.store import open_store
from dragoman.store.tables import metadata
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.web import large

EVENTS, MANY = 20_000, 25
# Tables that are read to their end, and why that is no harm.
READ_THROUGH = {
    "coder": "a row for each version of the coder",
    "stale": "the parties of whom something came in since the ledger was made, mostly none",
    "report_day": "a row for each day and publisher, of two columns",
    "imported": "holds what other data sets have, which is asked for only where something was imported",
}
# What statements make for themselves and read again: each holds what an index or a limit has let through.
MADE = re.compile(
    r"\(subquery-\d+\)|\(join-\d+\)|CONSTANT ROW|anon_\d+|counted|several|done|lively|newest|\w+_words VIRTUAL"
)
SCAN = re.compile(r"SCAN (?P<what>(?:CONSTANT ROW|\w+ VIRTUAL|\S+))(?P<rest>.*)")
# Thousands of steps that the database takes for 95 of 100 questions: a million is about ten milliseconds. Pages of one
# thing take as many however large the store is.
MOST = 1_000
BOUNDED = dict.fromkeys(("event", "report", "commitment", "corrections", "add"), 10)
EACH = 100


class Asked:
    """What the pages of a store ask of its database: statements, their values, and the steps that they take."""

    def __init__(self):
        self.page, self.statements, self.steps = "", {}, collections.defaultdict(list)

    def note(self, connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "WITH")):
            self.statements.setdefault(statement, (parameters, self.page))

    def watch(self, driver, record, proxy):
        driver.set_progress_handler(self.step, EACH)

    def step(self):
        self.steps[self.page][-1] += EACH / 1000
        return 0


@pytest.fixture(scope="module")
def file(tmp_path_factory, chronicle):
    target = tmp_path_factory.mktemp("large") / "store.db"
    large.make(target, chronicle, EVENTS)
    return target


@pytest.fixture(scope="module")
def asked(file, rules):
    """Every page, asked many questions of which none is answered from memory."""
    found = Asked()
    with open_store(file) as store, TestClient(make_app(Served(store, rules)), base_url="http://localhost") as client:
        questions = large.questions(large.look_into(store, MANY), MANY)
        client.get("/")
        store.engine.dispose()
        event.listen(store.engine, "checkout", found.watch)
        event.listen(store.engine, "before_cursor_execute", found.note)
        for found.page, addresses in questions.items():
            for address in addresses:
                found.steps[found.page].append(0)
                assert client.get(address).status_code == 200, address
    return found


def test_no_page_reads_through_a_table(asked, file):
    scans = set()
    with open_store(file) as store, store.reading() as connection:
        for statement, (parameters, page) in asked.statements.items():
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                found = SCAN.match(row.detail)
                if found and not MADE.fullmatch(found["what"]) and "INDEX" not in found["rest"]:
                    scans.add((page, found["what"]))
    assert {table for _, table in scans} <= set(metadata.tables), "other names: a table under another one, or `MADE`"
    assert not [(page, table) for page, table in scans if table not in READ_THROUGH]


def test_questions_differ(asked):
    repeated = {"overview", "card", "corrections", "add"}
    assert {page for page, steps in asked.steps.items() if len(steps) < MANY} <= repeated
    assert len(asked.statements) > 100


def test_no_page_makes_the_database_do_much(asked):
    p95 = {page: sorted(steps)[int(0.95 * (len(steps) - 1))] for page, steps in asked.steps.items()}
    assert {page: steps for page, steps in p95.items() if steps > BOUNDED.get(page, MOST)} == {}
    assert sum(p95.values()) > 0
