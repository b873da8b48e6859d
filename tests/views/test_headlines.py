"""Who did what to whom, in words."""

from typing import get_args

import pytest

from dragoman.records import Status
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology
from dragoman.rules.tables import read_toml
from dragoman.views.headlines import ACTS, BASE, PAST, headline_of
from tests.store.made import event

NAMES = {"PRK": "North Korea", "JPN": "Japan", "PRKGOV": "its government", "PRKMIL": "its army"}
CASES = [
    ({}, "North Korea accused Japan"),
    ({"status": "alleged"}, "North Korea allegedly accused Japan"),
    ({"status": "planned"}, "North Korea plans to accuse Japan"),
    ({"status": "negated"}, "North Korea did not accuse Japan"),
    ({"status": "conditional"}, "North Korea would accuse Japan"),
    ({"status": "cancelled"}, "North Korea no longer plans to accuse Japan"),
    ({"kind": "CONSULT", "recipient": ()}, "North Korea held talks "),
    ({"kind": "CONSULT", "recipient": (), "status": "planned"}, "North Korea plans to hold talks "),
    ({"actor": ("PRKGOV", "PRKMIL"), "recipient": ("JPN", "USA")}, "North Korea accused Japan and USA"),
    ({"actor": ("PRKGOV",), "recipient": ("PRKMIL",)}, "its government accused its army"),
    ({"actor": ("PRK", "JPN", "FRA")}, "North Korea, Japan and FRA accused Japan"),
    ({"actor": ()}, " accused Japan"),
]


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_headlines(fields, expected):
    found = headline_of(event("e", **fields), lambda code: NAMES.get(code, code))
    assert f"{found.actor} {found.act} {found.recipient}" == expected


def test_every_type_and_status_has_words():
    acts = read_toml(ACTS)
    assert set(acts) == set(Ontology.load(DATA / "ontology").types)
    assert all(set(words) == {"past", "base", "alone", "base_alone"} for words in acts.values())
    assert set(PAST) | set(BASE) == set(get_args(Status))
