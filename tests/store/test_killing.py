"""Ingest killed with -9 at random points and run again: nothing lost, nothing doubled, everything sound."""

import contextlib
import functools

import pytest

from dragoman.export.lines import encode
from tests.store.killing import corpus_of, kill_server, new_database, prove

POINTS = 10


@pytest.fixture
def places(kind, request, tmp_path):
    if kind == "postgresql":
        return functools.partial(new_database, request.getfixturevalue("server"))
    numbers = iter(range(1_000))

    @contextlib.contextmanager
    def new():
        yield str(tmp_path / f"{next(numbers)}.db")

    return new


@pytest.fixture
def corpus(places, few, ontology):
    with places() as where:
        return corpus_of([encode(coding, ontology) for coding in few[:5]], where)


def test_killed_ingest_loses_and_doubles_nothing(places, corpus):
    proof = prove(places, corpus, POINTS)
    assert (proof.kills, proof.lost, proof.doubled, proof.unsound) == (POINTS, 0, 0, [])
    assert proof.inside > 0


def test_a_server_that_is_killed_loses_and_doubles_nothing(server, few, ontology):
    places = functools.partial(new_database, server)
    with places() as where:
        corpus = corpus_of([encode(coding, ontology) for coding in few[:3]], where)
    proof = prove(places, corpus, 3, kill=functools.partial(kill_server, server), seed=1)
    assert (proof.lost, proof.doubled, proof.unsound) == (0, 0, [])
