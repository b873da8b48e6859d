"""Requests made up from the OpenAPI document: no fault of the program, and every answer is as the document says."""

import json
import re

import pytest

from dragoman.web.app import make_app
from tests.web.made_up import known_values, make_up


@pytest.fixture(scope="module")
def made(served, client):
    """A tenth of what `./run prove web` asks."""
    return make_up(make_app(served), known_values(client), fitting=2, unfitting=1)


def test_there_are_many_and_every_page_is_found(made):
    assert made.asked >= 200
    assert not [operation for operation, statuses in made.statuses.items() if not statuses[200]]
    assert any(statuses[422] for statuses in made.statuses.values())


def test_no_answer_is_other_than_the_document_says(made):
    assert not made.faults


def test_every_page_is_there_for_programs(client):
    paths = client.get("/openapi.json").json()["paths"]
    pages = {path for path, of in paths.items() if "text/html" in of["get"]["responses"]["200"]["content"]}
    assert len(pages) >= 15
    for path in pages:
        stem = "/overview" if path == "/" else path
        assert {f"{stem}{end}" for end in (".json", ".csv", ".parquet")} <= set(paths)


def test_the_document_refers_to_nothing_that_is_not_there(client):
    document = client.get("/openapi.json").json()
    told = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert told <= set(document["components"]["schemas"])
    assert {"Overview", "Happening", "Ledger", "Failed"} <= told
