"""The office that somebody held on a day."""

import datetime

import pytest

from dragoman.rules import Rules
from dragoman.rules.names import Name
from dragoman.views.offices import Offices

DAY = datetime.date.fromisoformat


@pytest.fixture(scope="module")
def offices():
    return Offices(Rules.load())


@pytest.mark.parametrize(
    ("name", "day", "party", "office"),
    [
        ("Barack Obama", "2013-06-01", "USA", "president"),
        ("Barack Obama", "2013-06-01", "", "president"),
        ("Barack Obama", "2017-01-20", "USA", ""),
        ("Barack Obama", "2013-06-01", "FRA", ""),
        ("Ban Ki-moon", "2005-05-05", "", "foreign minister"),
        ("Ban Ki-moon", "2013-05-05", "", "secretary-general"),
        ("Ban Ki-moon", "2013-05-05", "IGOUNO", "secretary-general"),
        ("Ban Ki Moon", "2013-05-05", "IGOUNO", "secretary-general"),
        ("Vladimir Putin", "2000-01-15", "RUS", "acting president and prime minister"),
        ("Putin", "2013-01-15", "RUS", "president"),
        ("a spokesman", "2013-01-15", "", ""),
        ("North Korea", "2013-01-15", "PRK", ""),
        ("", "2013-01-15", "", ""),
    ],
)
def test_office_on_a_day(offices, name, day, party, office):
    assert offices.held(name, DAY(day), party=party) == office


def test_without_a_day_there_is_none(offices):
    assert offices.held("Barack Obama", None, party="USA") == ""


def test_of_two_holders_of_one_name_neither_is_meant():
    terms = tuple(
        Name(kind="person", country=code, code=f"{code}GOV", name=name, office="foreign minister", first=DAY(first))
        for code, name, first in (("AFG", "Ali Khan", "2001-01-01"), ("PAK", "Ali A. Khan", "2005-01-01"))
    )

    class Held:
        lexicon = type("Names", (), {"names": {"Khan": terms}})

    offices = Offices(Held())
    assert offices.held("Khan", DAY("2003-01-01")) == "foreign minister"
    assert offices.held("Khan", DAY("2006-01-01")) == ""
    assert offices.held("Khan", DAY("2006-01-01"), party="PAK") == "foreign minister"
