"""Reports by what is known of them: pages in order, by publisher and days, and the versions of one."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.store.reports import heads_of, newest, reports_of_events, versions_of
from dragoman.store.saving import save
from tests.store.made import coded, event

DAYS = (1, 5, 3, 5, None, 2, None)
PUBLISHERS = ("Wire", "Desk", "Wire", None, "Wire", "Wire", "Desk")


def day(number):
    return number and datetime.date(2013, 3, number)


@pytest.fixture(scope="module")
def filled(shared, rules):
    return fill(shared, rules)


def fill(store, rules):
    for n, (number, publisher) in enumerate(zip(DAYS, PUBLISHERS, strict=True)):
        one = coded(f"r{n}", event(f"e{n}"), published=day(number), publisher=publisher, title=f"Report {n}")
        save(store, one, rules.ontology, words=f"North Korea condemned Japan. {n}")
    return store


# What is asked; which reports come, in order.
QUESTIONS = [
    ({}, ["r3", "r1", "r2", "r5", "r0", "r6", "r4"]),
    ({"publisher": "Wire"}, ["r2", "r5", "r0", "r4"]),
    ({"publisher": "Desk"}, ["r1", "r6"]),
    ({"publisher": "Nobody"}, []),
    ({"publisher": "W\0ire"}, []),
    ({"first": day(2)}, ["r3", "r1", "r2", "r5"]),
    ({"last": day(3)}, ["r2", "r5", "r0"]),
    ({"first": day(2), "last": day(3)}, ["r2", "r5"]),
    ({"publisher": "Wire", "first": day(2)}, ["r2", "r5"]),
    ({"first": day(20)}, []),
]


@pytest.mark.parametrize(("asked", "expected"), QUESTIONS)
@pytest.mark.parametrize("most", [1, 2, 50])
def test_pages(filled, asked, expected, most):
    found, before = [], ""
    with filled.reading() as connection:
        while True:
            page = newest(connection, **asked, most=most, before=before)
            assert len(page.shown) <= most
            found += [one.article.id for one in page.shown]
            before = page.next
            if not before:
                break
    assert found == expected


def test_what_is_told_of_each(filled):
    with filled.reading() as connection:
        first, *_ = newest(connection).shown
    assert (first.article.id, first.article.title, first.article.published, first.events) == (
        "r3",
        "Report 3",
        day(5),
        1,
    )


def test_a_place_that_is_none(filled):
    with filled.reading() as connection, pytest.raises(InputError, match="no place"):
        newest(connection, before="'; DROP TABLE article")


def test_heads(filled):
    with filled.reading() as connection:
        found = heads_of(connection, ["r1", "r4", "none", "a\0b"])
        assert {id: (head.article.id, head.article.publisher) for id, head in found.items()} == {
            "r1": ("r1", "Desk"),
            "r4": ("r4", "Wire"),
        }
        assert [one.article.id for one in versions_of(connection, found["r1"].key)] == ["r1"]
        assert versions_of(connection, 99) == []


def test_versions(store, rules):
    filled = fill(store, rules)
    with filled.reading() as connection:
        key = heads_of(connection, ["r1"])["r1"].key
    corrected = coded("r1", event("e1"), published=day(6), title="Corrected")
    save(filled, corrected, rules.ontology, words="North Korea condemned Japan. It was corrected.")
    with filled.reading() as connection:
        new = heads_of(connection, ["r1"])["r1"].key
        for either in (key, new):
            found = [(one.key, one.article.title, one.corrected_by) for one in versions_of(connection, either)]
            assert found == [(key, "Report 1", new), (new, "Corrected", None)]
        assert "Report 1" not in [one.article.title for one in newest(connection).shown]


def test_reports_of_events(filled):
    with filled.reading() as connection:
        assert reports_of_events(connection, ["e0", "none"]) == {"e0": 1}
