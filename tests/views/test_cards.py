"""The coder card for readers."""

import pytest

from dragoman.evaluate.cards import load_card
from dragoman.records import CoderInfo
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.views.cards import card_page
from tests.store.made import CODER, coded

CARD = load_card()


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def page(rules):
    measured = CARD.measured["project"].coder
    with open_store("sqlite://") as store:
        for id, coder in (("one", CODER), ("two", measured), ("three", measured)):
            save(store, coded(id, coder=coder), rules.ontology)
        return card_page(store, rules)


def test_coders_of_the_store_with_their_reports(page):
    project = CARD.measured["project"].coder
    assert [(one.coder, one.reports) for one in page.here] == [(project, 2), (CODER, 1)]
    assert "project" in page.here[0].measured
    assert page.here[1].measured == ()


def test_no_figure_is_lost(page):
    for trial in page.trials:
        shown = len(trial.tasks) + len(trial.types) + len(trial.sureness)
        assert shown == len(CARD.measured[trial.name].measures), trial.name


def test_every_measure_is_in_words(page):
    assert not [row.measure for trial in page.trials for row in trial.tasks if row.words == row.measure]
    assert not [row.measure for trial in page.trials for row in trial.types if row.words in row.measure]


@pytest.mark.parametrize(
    ("trial", "measure", "type"),
    [
        ("project", "event_dyad:ACCUSE", "ACCUSE"),
        ("held out", "plover: THREATEN", "THREATEN"),
        ("development", "relation_SANCTION", "SANCTION"),
        ("development", "attribution:direct", ""),
        ("held out", "plover: nothing", ""),
    ],
)
def test_figures_of_one_type(page, trial, measure, type):
    found = next(one for one in page.trials if one.name == trial)
    row = next(row for row in (*found.tasks, *found.types) if row.measure == measure)
    figure = CARD.measured[trial].measures[measure]
    assert (row.type, row.cases, row.f1, row.value) == (type, figure.n, figure.f1, figure.value)


def test_sureness_has_its_bounds(page):
    held_out = next(one for one in page.trials if one.name == "held out")
    assert held_out.sureness
    assert all(0 <= one.low < one.high <= 1 and one.cases for one in held_out.sureness)


def test_rules_at_hand_are_told_from_others(page, rules):
    for trial in page.trials:
        assert trial.rules_at_hand == (CARD.measured[trial.name].coder.rules == rules.digest)


def test_an_empty_store_has_no_coder(rules):
    with open_store("sqlite://") as store:
        page = card_page(store, rules)
    assert page.here == ()
    assert page.rules == rules.digest
    assert page.weaknesses == CARD.weaknesses


def test_the_same_coder_in_another_version_is_another_one(rules):
    project = CARD.measured["project"].coder
    later = CoderInfo(version="99", rules=project.rules, model=project.model)
    with open_store("sqlite://") as store:
        save(store, coded("one", coder=later), rules.ontology)
        assert card_page(store, rules).here[0].measured == ()
