"""Sending killed with -9 at random points, and the mail server too: nobody gets an issue twice, nobody is forgotten."""

import functools

import pytest

from tests.brief.killing import kill_mail_server, new_file, prove
from tests.store.killing import new_database

POINTS = 10


@pytest.fixture
def places(kind, request):
    if kind == "postgresql":
        return functools.partial(new_database, request.getfixturevalue("server"))
    return new_file


def holds(proof, points):
    assert (proof.kills, proof.twice, proof.untrue, proof.forgotten) == (points, 0, 0, 0)
    assert 0 <= proof.arrived <= proof.unknown <= 2 * points
    assert proof.mails > 0


def test_a_killed_run_mails_nobody_twice_and_forgets_nobody(places):
    proof = prove(places, POINTS)
    holds(proof, POINTS)
    assert proof.unknown == proof.inside


def test_a_killed_mail_server_does_not_either():
    holds(prove(new_file, 3, kill=kill_mail_server, seed=1), 3)
