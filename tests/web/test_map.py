"""The map: its page and files; the tables hold what the picture shows, and bodies besides."""

import csv
import io

import pytest
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.pages import map as map_page
from dragoman.web.serving import Served
from tests.views.told import fill


@pytest.fixture(scope="module")
def client():
    rules = Rules.load()
    with open_store("sqlite://") as store:
        fill(store, rules.ontology)
        with TestClient(make_app(Served(store, rules), among=[map_page]), base_url="http://localhost") as found:
            yield found


@pytest.mark.parametrize(("part", "events"), [("actor", 2), ("recipient", 3), ("either", 5)])
def test_a_country_counts_as_what_is_asked(client, part, events):
    told = client.get(f"/map.json?part={part}").json()
    korea = next(one for one in told["countries"] if one["code"] == "PRK")
    assert korea["events"] == events
    assert korea["name"] == "North Korea"
    assert f"North Korea: {events} events in {events} reports" in client.get(f"/map?part={part}").text


def test_the_table_leads_to_the_events(client):
    page = client.get("/map?part=recipient&quad=material_conflict").text
    asked = "party=PRK&amp;side=recipient&amp;status=happened&amp;quad=material_conflict"
    link = f'href="/search?{asked}&amp;from=2012-06-03&amp;until=2013-06-01"'
    # in the table and around the country's outline
    assert page.count(link) == 2


def test_bodies_stand_beside_the_map(client):
    told = client.get("/map.json").json()
    assert [one["name"] for one in told["bodies"]] == ["United Nations"]
    assert "Without a place on the map" in client.get("/map").text


def test_as_csv(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/map.csv?part=actor").text)))
    assert {row["code"]: row["events"] for row in rows} == {
        "PRK": "2",
        "USA": "1",
        "CHN": "1",
        "JPN": "1",
        "IGOUNO": "1",
    }


def test_nothing_counted_is_a_page_too(client):
    page = client.get("/map?until=1990-01-01")
    assert page.status_code == 200
    assert "Nothing counted" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("asked", ["part=both", "quad=good", "from=2013-06-01&until=2013-05-01", "part="])
def test_what_cannot_be_understood(client, asked):
    assert client.get(f"/map?{asked}").status_code == 422
