"""Leases: one holder at a time, followed when it runs out, whatever the clock does."""

import pytest

from dragoman.store import open_store
from dragoman.store.leases import Lease, hold, lease_of, release

NOW = 1_790_000_000
SECONDS = 120


def held(store, holder, now, name="sending"):
    with store.writing() as connection:
        return hold(connection, name, holder, SECONDS, now)


# Who asks at which second, and whether that one gets it.
TURNS = {
    "one alone goes on": [("a", 0, True), ("a", 60, True), ("a", 170, True)],
    "another waits": [("a", 0, True), ("b", 1, False), ("b", 119, False), ("b", 120, True), ("a", 121, False)],
    "one that goes on keeps another waiting": [("a", 0, True), ("a", 100, True), ("b", 150, False), ("b", 220, True)],
    "one that was away for long comes back": [("a", 0, True), ("a", 500, True), ("b", 501, False)],
    "the clock is put back an hour": [("a", 0, True), ("b", -3600, True), ("a", -3599, False)],
    "the clock is put back a little": [("a", 0, True), ("a", -30, True), ("b", 80, False), ("b", 90, True)],
    "the clock is put forward an hour": [("a", 0, True), ("b", 3600, True), ("a", 3601, False)],
}


@pytest.mark.parametrize("name", TURNS)
def test_turns(store, name):
    for holder, second, gets in TURNS[name]:
        assert held(store, holder, NOW + second) == gets


def test_one_that_is_let_go_is_free(store):
    assert held(store, "a", NOW)
    with store.writing() as connection:
        release(connection, "sending", "b")
        assert lease_of(connection, "sending") == Lease(holder="a", expires=NOW + SECONDS)
        release(connection, "sending", "a")
        assert lease_of(connection, "sending") is None
    assert held(store, "b", NOW + 1)


def test_leases_of_other_names_are_others(store):
    assert held(store, "a", NOW)
    assert held(store, "b", NOW, name="sweeping")


def test_other_connections_know(store, where):
    assert held(store, "a", NOW)
    with open_store(where) as other:
        assert not held(other, "b", NOW + 1)
