"""How many reports came out, by publisher and day."""

import contextlib
import datetime

import pytest

from dragoman.store.care import forget, mend
from dragoman.store.saving import put, save
from dragoman.store.volume import reports_by_day, reports_by_publisher
from tests.store.conftest import TakenBackError
from tests.store.made import coded, event

MARCH = [datetime.date(2013, 3, day) for day in range(1, 32)]
REPORTS = (
    ("Wire", MARCH[1]),
    ("Wire", MARCH[1]),
    ("Wire", MARCH[2]),
    ("Gazette", MARCH[1]),
    (None, MARCH[4]),
    ("Desk", None),
    ("N" * 5_000, MARCH[5]),
)


@pytest.fixture
def filled(store, ontology):
    for n, (publisher, day) in enumerate(REPORTS):
        save(store, coded(f"r{n}", event(f"e{n}"), publisher=publisher, published=day), ontology, words=f"Words {n}.")
    return store


def test_by_publisher(filled):
    with filled.reading() as connection:
        every = [("Wire", 3), ("", 1), ("Desk", 1), ("Gazette", 1), ("N" * 300, 1)]
        assert reports_by_publisher(connection) == every
        assert reports_by_publisher(connection, most=1) == every[:1]
        assert reports_by_publisher(connection, MARCH[2]) == [("", 1), ("N" * 300, 1), ("Wire", 1)]
        assert reports_by_publisher(connection, last=MARCH[1]) == [("Wire", 2), ("Gazette", 1)]


def test_by_day(filled):
    with filled.reading() as connection:
        assert reports_by_day(connection) == [(MARCH[1], 3), (MARCH[2], 1), (MARCH[4], 1), (MARCH[5], 1)]
        assert reports_by_day(connection, MARCH[2], MARCH[4]) == [(MARCH[2], 1), (MARCH[4], 1)]
        assert reports_by_day(connection, MARCH[10]) == []


def test_only_versions_that_stand_are_counted(filled, ontology):
    save(filled, coded("r0", event("new"), publisher="Desk", published=MARCH[7]), ontology, words="Corrected.")
    with filled.reading() as connection:
        assert reports_by_day(connection, last=MARCH[2]) == [(MARCH[1], 2), (MARCH[2], 1)]
        assert reports_by_publisher(connection, MARCH[7]) == [("Desk", 1)]


def test_days_are_counted_anew_when_a_report_came_or_went(store, ontology):
    save(store, coded("a", event("a1"), published=MARCH[1]), ontology)
    with store.reading() as connection:
        assert reports_by_day(connection) == [(MARCH[1], 1)]
    save(store, coded("b", event("b1"), published=MARCH[2]), ontology)
    with store.reading() as connection:
        assert reports_by_day(connection) == [(MARCH[1], 1), (MARCH[2], 1)]
        assert reports_by_day(connection, MARCH[2], MARCH[2]) == [(MARCH[2], 1)]
    forget(store, "a", ontology)
    with store.reading() as connection:
        assert reports_by_day(connection) == [(MARCH[2], 1)]


def test_what_a_transaction_takes_back_is_not_remembered(store, ontology):
    with contextlib.suppress(TakenBackError), store.writing() as connection:
        put(connection, coded("a", event("a1"), published=MARCH[1]), ontology, None)
        assert reports_by_day(connection) == [(MARCH[1], 1)]
        raise TakenBackError
    with store.reading() as connection:
        assert reports_by_day(connection) == []
    save(store, coded("b", event("b1"), published=MARCH[2]), ontology)
    with store.reading() as connection:
        assert reports_by_day(connection) == [(MARCH[2], 1)]


def test_days_follow_what_changes(filled, ontology):
    """The days that are kept in memory are those of the store, whatever came in or went."""

    def asked():
        with filled.reading() as connection:
            return reports_by_day(connection)

    assert len(asked()) == 4
    save(filled, coded("more", event("more"), publisher="Wire", published=MARCH[8]), ontology, words="More.")
    save(filled, coded("again", event("again"), publisher="Wire", published=MARCH[1]), ontology, words="Again.")
    assert asked() == [(MARCH[1], 4), (MARCH[2], 1), (MARCH[4], 1), (MARCH[5], 1), (MARCH[8], 1)]
    forget(filled, "more", ontology)
    forget(filled, "again", ontology)
    assert asked() == [(MARCH[1], 3), (MARCH[2], 1), (MARCH[4], 1), (MARCH[5], 1)]
    with filled.writing() as connection:
        connection.exec_driver_sql("DELETE FROM report_day WHERE day = '2013-03-05'")
    mend(filled, ontology)
    assert asked() == [(MARCH[1], 3), (MARCH[2], 1), (MARCH[4], 1), (MARCH[5], 1)]
