"""The coder card tells the truth: its figures are this coder's, and it still errs where it says that it does."""

import json

import pytest

from dragoman.evaluate.cards import events_text, load_card
from tests.test_cli import dragoman
from tests.test_docs import ROOT

CARD = load_card()


@pytest.mark.parametrize("weakness", CARD.weaknesses, ids=lambda one: one.what)
def test_it_errs_as_it_says(weakness, coder):
    coded = events_text(coder.code(weakness.sentence, published="2020-06-15").events)
    assert coded == weakness.coded
    assert coded != weakness.right


def test_figures_are_of_this_coder(coder):
    assert CARD.measured["project"].coder == coder.info


def test_every_set_and_type_has_its_figures():
    assert set(CARD.measured) == set(CARD.sets) == {"project", "development", "held out"}
    for name in ("project", "development"):
        assert "event_dyad" in CARD.measured[name].measures
    assert {f"plover: {kind}" for kind in ("ACCUSE", "AID", "nothing")} <= set(CARD.measured["held out"].measures)


def test_the_page_is_the_command_s():
    done = dragoman("card")
    assert done.returncode == 0
    assert (ROOT / "docs" / "card.md").read_text(encoding="utf-8") == done.stdout


def test_as_json():
    done = dragoman("card", "--json")
    card = json.loads(done.stdout)
    assert set(card) == {"coder", "card"}
    assert card["card"]["measured"]["project"]["measures"]["pairs_kept"]["n"] >= 500
