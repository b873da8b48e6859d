"""Records of other data sets: beside the codings, each once, each with its provenance."""

import datetime

import pytest

from dragoman.records import ImportedEvent, ImportedParty
from dragoman.store.care import check, info
from dragoman.store.importing import BATCH, imported, imported_counts, load
from tests.store.contents import contents

DAY = datetime.date(2013, 3, 8)


def record(id="1", **fields):
    given = {
        "source": "gdelt",
        "day": DAY,
        "actor": (ImportedParty(code="PRKGOV", country="PRK"),),
        "recipient": (ImportedParty(code="KOR"), ImportedParty(code="IGOUNOSCL")),
        "type": "ACCUSE",
        "where": f"file:{id}",
    } | fields
    return ImportedEvent(id=id, **given)


def test_each_is_stored_once(store):
    records = [record("1"), record("2"), record("1"), record("1", where="another file:9")]
    assert load(store, records) == 2
    before = contents(store)
    assert load(store, records[::-1]) == 0
    assert contents(store) == before
    assert load(store, [record("1", score=-2.0)]) == 1
    assert (info(store).imported, info(store).events) == (3, 0)
    assert list(check(store)) == []


def test_they_come_out_as_they_came_in(store):
    records = [record("b", day=DAY + datetime.timedelta(1)), record("a", text="“Words”\0 of theirs", source="icews")]
    load(store, records)
    with store.reading() as connection:
        assert [one.id for one in imported(connection)] == ["a", "b"]
        assert next(imported(connection)) == records[1]


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({"actor": "PRK"}, ["1"]),
        ({"recipient": "KOR"}, ["1", "2"]),
        ({"recipient": "IGOUNO"}, ["1", "2"]),
        ({"recipient": "IGO"}, []),
        ({"recipient": "OR;IG"}, []),
        ({"actor": "%"}, []),
        ({"actor": "PRK", "recipient": "IGOUNO", "first": DAY, "last": DAY}, ["1"]),
        ({"first": DAY + datetime.timedelta(1)}, []),
        ({"last": DAY - datetime.timedelta(1)}, []),
        ({}, ["1", "2"]),
        ({"source": "icews"}, ["2"]),
        ({"actor": "PRK", "source": "icews"}, []),
    ],
)
def test_choices(store, choice, wanted):
    load(store, [record("1"), record("2", source="icews", actor=(ImportedParty(raw="???"),))])
    with store.reading() as connection:
        assert [one.id for one in imported(connection, **choice)] == wanted
        assert sum(one.records for one in imported_counts(connection, **choice)) == len(wanted)


def test_counts_by_data_set_and_type(store):
    load(store, [record("1"), record("2", type=""), record("3", source="icews"), record("4")])
    with store.reading() as connection:
        assert imported_counts(connection, actor="PRK", recipient="KOR") == [
            ("gdelt", "", 1),
            ("gdelt", "ACCUSE", 2),
            ("icews", "ACCUSE", 1),
        ]


def test_more_than_a_transaction_takes(store):
    records = [record(str(n)) for n in range(BATCH + 5)]
    assert load(store, iter(records)) == len(records)
    assert load(store, records + [record("new")]) == 1


def test_ids_of_theirs_need_not_be_unique(store):
    assert load(store, [record("1"), record("1", day=DAY + datetime.timedelta(1))]) == 2
