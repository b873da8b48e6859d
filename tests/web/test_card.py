"""The coder card as a page and as files."""

import csv
import io

import pytest
from starlette.testclient import TestClient

from dragoman.evaluate.cards import load_card
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.web.app import make_app
from dragoman.web.pages import card
from dragoman.web.serving import Served
from tests.store.made import CODER, coded

CARD = load_card()


def served(*codings):
    rules = Rules.load()
    store = open_store("sqlite://")
    for coding in codings:
        save(store, coding, rules.ontology)
    return TestClient(make_app(Served(store, rules), among=[card]), base_url="http://localhost")


@pytest.fixture(scope="module")
def client():
    return served(coded("one", coder=CARD.measured["project"].coder), coded("two", coder=CODER))


def test_the_page_has_all_figures(client):
    page = client.get("/card").text
    dyad = CARD.measured["project"].measures["event_dyad"]
    assert f"Of 100 events that it codes there, {100 * dyad.precision:.0f} have" in page
    assert f"it finds {100 * dyad.recall:.0f}." in page
    for weakness in CARD.weaknesses:
        assert weakness.what in page
    rows = page.count('<tr><th scope="row"')
    assert rows == sum(len(measured.measures) for measured in CARD.measured.values())


def test_the_coders_of_the_store_lead_to_where_they_were_measured(client):
    page = client.get("/card").text
    assert '<a href="#set-project">project</a>' in page
    assert 'id="set-project"' in page
    assert "none of the sets below" in page


def test_as_csv(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/card.csv").text)))
    accuse = next(row for row in rows if row["set"] == "project" and row["measure"] == "event_dyad:ACCUSE")
    figure = CARD.measured["project"].measures["event_dyad:ACCUSE"]
    assert (accuse["type"], float(accuse["f1"]), int(accuse["cases"])) == ("ACCUSE", figure.f1, figure.n)
    assert accuse["rules"] == CARD.measured["project"].coder.rules


def test_as_json(client):
    told = client.get("/card.json").json()
    assert [one["reports"] for one in told["here"]] == [1, 1]
    assert {one["name"] for one in told["trials"]} == set(CARD.measured)


def test_of_an_empty_store():
    page = served().get("/card")
    assert page.status_code == 200
    assert "This store holds no report yet." in page.text
