"""Requests made up from the OpenAPI document: no fault of the program, and every answer is as the document says."""

import pytest

from dragoman.web.app import make_app
from tests.web.made_up import known_values, make_up


@pytest.fixture(scope="module")
def made(served, client):
    """A tenth of what `./run prove web` asks."""
    return make_up(make_app(served), known_values(client), fitting=2, unfitting=1)


def test_there_are_many(made):
    assert made.asked >= 200
    assert made.statuses


def test_no_answer_is_other_than_the_document_says(made):
    assert not made.faults
