"""The network: its page, files and GEXF; the table says the same as the picture, and every number leads on."""

import csv
import io
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.pages import network
from dragoman.web.pages.network import choices
from dragoman.web.serving import Served
from tests.views.told import fill

GEXF = "{http://gexf.net/1.3}"


@pytest.fixture(scope="module")
def client():
    rules = Rules.load()
    with open_store("sqlite://") as store:
        fill(store, rules.ontology)
        with TestClient(make_app(Served(store, rules), among=[network]), base_url="http://localhost") as found:
            yield found


def test_the_table_says_the_same_as_the_picture(client):
    told = client.get("/network.json").json()
    page = client.get("/network").text
    assert len(told["edges"]) == told["ties"] == 5
    assert page.count('<th scope="row">') == 5
    for edge in told["edges"]:
        link = f"/dyads/{edge['actor']}/{edge['recipient']}?from=2012-06-03&amp;until=2013-06-01"
        assert link in page
    assert 'data-network="/network.json?from=2012-06-03&amp;until=2013-06-01&amp;least=1&amp;most=60"' in page


def test_a_number_leads_to_its_events(client):
    page = client.get("/network?quad=verbal_conflict&type=accuse").text
    asked = "actor=PRK&amp;recipient=JPN&amp;status=happened&amp;quad=verbal_conflict&amp;type=ACCUSE"
    assert f'href="/search?{asked}&amp;from=2012-06-03&amp;until=2013-06-01">2<small> in 2 reports</small></a>' in page


def test_what_is_cut_is_said(client):
    page = client.get("/network?most=2").text
    assert "The 2 strongest of 5 ties" in page
    assert '<option value="2" selected>2</option>' in page


def test_as_csv(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/network.csv?least=2").text)))
    assert [(row["actor_name"], row["recipient_name"], row["events"], row["conflict"]) for row in rows] == [
        ("North Korea", "Japan", "2", "2")
    ]


def test_as_gexf(client):
    answer = client.get("/network.gexf?least=2")
    root = ElementTree.fromstring(answer.content)
    assert answer.headers["content-type"].startswith("application/gexf+xml")
    assert {node.get("id"): node.get("label") for node in root.iter(f"{GEXF}node")} == {
        "PRK": "North Korea",
        "JPN": "Japan",
    }
    assert [(edge.get("source"), edge.get("target"), edge.get("weight")) for edge in root.iter(f"{GEXF}edge")] == [
        ("PRK", "JPN", "2")
    ]


def test_no_tie_is_a_page_too(client):
    page = client.get("/network?least=1000")
    assert page.status_code == 200
    assert "No such tie" in page.text
    assert "<script" not in page.text


def test_fields_left_empty_bar_nothing(client):
    assert client.get("/network.json?from=&until=&quad=&type=").json()["ties"] == 5


@pytest.mark.parametrize(
    "asked", ["most=0", "most=401", "least=0", "least=x", "quad=good", "type=NONSENSE", "from=2013-13-01", "until=x"]
)
@pytest.mark.parametrize("address", ["/network", "/network.json", "/network.gexf"])
def test_what_cannot_be_understood(client, address, asked):
    assert client.get(f"{address}?{asked}").status_code == 422


def test_choices_hold_what_is_chosen():
    assert choices(7, [1, 10]) == ["1", "7", "10"]
    assert choices(10, [1, 10]) == ["1", "10"]
