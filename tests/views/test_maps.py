"""How much each country and body has a part in."""

import pytest

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.views.maps import map_of
from dragoman.views.names import Names
from tests.views.told import DAY, fill

NOWHERE = (None, None)


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def names(rules):
    return Names(rules)


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as store:
        fill(store, rules.ontology)
        yield store


@pytest.mark.parametrize(
    ("part", "countries", "bodies"),
    [
        ("actor", {"PRK": (2, 2), "USA": (1, 0), "CHN": (1, 0), "JPN": (1, 1)}, {"IGOUNO": (1, 1)}),
        ("recipient", {"JPN": (2, 2), "PRK": (3, 1)}, {"IGOUNO": (1, 0)}),
        ("either", {"PRK": (5, 3), "JPN": (3, 3), "USA": (1, 0), "CHN": (1, 0)}, {"IGOUNO": (2, 1)}),
    ],
)
def test_map(store, rules, names, part, countries, bodies):
    found = map_of(store, NOWHERE, part, "", rules.ontology, names)
    assert {one.code: (one.events, one.conflict) for one in found.countries} == countries
    assert {one.code: (one.events, one.conflict) for one in found.bodies} == bodies
    assert [one.events for one in found.countries] == sorted((one.events for one in found.countries), reverse=True)


def test_map_of_a_quad_class(store, rules, names):
    found = map_of(store, NOWHERE, "either", "material_cooperation", rules.ontology, names)
    assert {one.code: one.events for one in found.countries} == {"CHN": 1, "PRK": 1}
    assert found.countries[0].name in {"China", "North Korea"}


def test_days_asked_for_bar_others(store, rules, names):
    found = map_of(store, (None, DAY("2011-06-01")), "actor", "", rules.ontology, names)
    assert {one.code: (one.events, one.reports) for one in found.countries} == {"PRK": (1, 1)}
    assert found.last == DAY("2011-06-01")


def test_an_empty_store_has_no_map(rules, names):
    with open_store("sqlite://") as store:
        found = map_of(store, NOWHERE, "either", "", rules.ontology, names)
    assert (found.first, found.last, found.countries, found.bodies) == (None, None, (), ())
