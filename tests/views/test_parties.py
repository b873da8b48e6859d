"""The words and deeds of a party: events counted once, partners with what came back, rates that are kept apart."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.views.conduct import Asked, conduct_of
from dragoman.views.dyads import dyad_of, two_parties
from dragoman.views.parties import party_of_store
from dragoman.views.rankings import parties_told
from tests.store.made import coded, event
from tests.views.dealt import fill

DAY = datetime.date.fromisoformat


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as found:
        fill(found, rules)
        yield found


@pytest.fixture(scope="module")
def page(store, rules):
    return conduct_of(store, "PRK", Asked(every="month"), rules)


def test_an_event_towards_two_is_one(page):
    """d1 helps Japan and South Korea."""
    towards = {one.side.recipient: sum(one.side.events.values()) for one in page.partners}
    assert towards == {"JPN": 8, "KOR": 1}
    assert sum(page.all.events.values()) == 8
    assert sum(page.all.reports.values()) == 9


def test_partners_stand_with_what_came_back(page):
    assert [(one.side.recipient, sum(one.events_back.values())) for one in page.partners] == [("JPN", 2), ("KOR", 0)]
    assert page.partners[0].events_back["material_cooperation"] == 1


def test_words_to_be_true_to_threats_and_demands_are_kept_apart(page):
    assert {rate.title: rate.found.made for rate in page.rates} == {
        "offers, promises, agreements kept": 1,
        "threats carried out": 1,
        "demands met": 0,
    }
    assert [(one.side.recipient, one.side.commitments.made, one.side.threats.made) for one in page.partners] == [
        ("JPN", 1, 0),
        ("KOR", 0, 1),
    ]
    assert sorted((one.kind, one.to, one.standing) for one in page.commitments) == [
        ("promise", ("JPN",), "kept"),
        ("threat", ("KOR",), "pending"),
    ]
    (promise,) = [one for one in page.commitments if one.kind == "promise"]
    assert (promise.day, promise.decided, promise.source) == (DAY("2013-04-01"), DAY("2013-05-06"), "Wire")


def test_commitments_stand_as_on_the_last_day_asked_for(store, rules):
    page = conduct_of(store, "PRK", Asked((None, DAY("2013-04-30"))), rules)
    assert {one.kind: (one.standing, one.decided) for one in page.commitments} == {
        "promise": ("pending", None),
        "threat": ("pending", None),
    }


def test_what_it_says(page, store, rules):
    (said,) = page.statements
    assert (said.speaker, said.day, said.publisher) == ("Kim Sample", "2013-04-01", "Wire")
    assert (page.statements_by.number, page.statements_by.is_more) == (1, False)
    earlier = conduct_of(store, "PRK", Asked((None, DAY("2013-03-31"))), rules)
    assert (earlier.statements, earlier.statements_by.number) == ((), 0)


def test_time_is_told_as_on_the_page_of_a_dyad(page):
    assert page.shown == (DAY("2013-01-01"), DAY("2013-05-31"))
    assert page.outside == 1
    assert [(step.recipient, step.read) for step in page.steps] == [("", 2), ("", 6), ("", 1), ("", 3)]
    assert [band.name for band in page.bands] == ["Kim Jong-un"]


def test_the_page_and_the_command_count_the_same(page, store, rules):
    told = party_of_store(store, "PRK", (None, None), "month", 10, rules)
    assert told.all == page.all
    assert told.partners == tuple(one.side for one in page.partners)
    dyad = dyad_of(store, "PRK", "JPN", (None, None), "month", rules)
    assert dyad.sides[0] == page.partners[0].side


def test_parties_that_most_is_told_of(store, rules):
    found = parties_told(store, (None, None), rules.ontology)
    assert [(one.party, one.events, one.reports, one.conflict) for one in found.parties] == [
        ("PRK", 7, 8, 4),
        ("JPN", 2, 2, 1),
        ("CHN", 1, 1, 1),
    ]
    assert parties_told(store, (DAY("2013-05-07"), None), rules.ontology).parties[0].party == "CHN"


@pytest.mark.parametrize(("one", "other"), [("PRK", "North Korea"), ("PRKGOV", "PRK")])
def test_a_dyad_has_two_parties(one, other, rules):
    with pytest.raises(InputError, match="same party"):
        two_parties(one, other, rules)


def test_without_days_two_years_are_shown_and_all_can_be_asked_for(store, rules):
    """Counting what a great power did in ten years takes longer than a page may."""
    with open_store("sqlite://") as long:
        fill(long, rules)
        save(long, coded("early", event("early", sentence="Long ago."), published=DAY("2009-01-05")), rules.ontology)
        page = conduct_of(long, "PRK", Asked(), rules)
        assert (page.first, page.last, page.shown[1] - page.shown[0] < datetime.timedelta(weeks=106)) == (
            DAY("2011-06-03"),
            None,
            True,
        )
        assert sum(page.all.events.values()) == 7
        whole = conduct_of(long, "PRK", Asked((DAY("2001-01-01"), None)), rules)
        assert (whole.first, sum(whole.all.events.values())) == (DAY("2001-01-01"), 9)
        until = conduct_of(long, "PRK", Asked((None, DAY("2010-01-01"))), rules)
        assert (until.first, sum(until.all.events.values())) == (None, 2)
