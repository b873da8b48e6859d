"""Statements: the page, its filters and files, and hostile content in everything that a report can say."""

import csv
import io
from xml.etree import ElementTree

import msgspec
import pytest
from starlette.testclient import TestClient

from dragoman.records import Quote, Speaker
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.web.app import make_app
from dragoman.web.pages import statements
from dragoman.web.serving import Served
from tests.store.made import coded
from tests.views.test_statements import DAY, KCNA, KIM, quote

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
ATOM = "{http://www.w3.org/2005/Atom}"


def served(quotes, **head):
    rules = Rules.load()
    store = open_store("sqlite://")
    coding = coded("one", published=DAY("2013-03-08"), **head)
    save(store, msgspec.structs.replace(coding, quotes=tuple(quotes)), rules.ontology)
    return TestClient(make_app(Served(store, rules), among=[statements]), base_url="http://localhost")


@pytest.fixture(scope="module")
def client():
    quotes = [quote(90 + n, f"Word number {n}", KIM, KCNA) for n in range(120)]
    return served([*quotes, quote(40, "nobody said it", kind="indirect")], title="A title", publisher="The Paper")


@pytest.fixture(scope="module")
def hostile():
    who = Speaker(text=HOSTILE, start=0, end=0, name=HOSTILE, code="")
    told = Quote(text=HOSTILE, start=40, end=40 + len(HOSTILE), spans=(), kind="direct", speaker=who, via=who)
    return served([told], title=HOSTILE, publisher=HOSTILE, url="javascript:alert(3)")


def test_a_statement_leads_to_its_place_in_the_report(client):
    page = client.get("/statements?words=nobody").text
    assert '<a href="/articles/1#q-121">nobody said it</a>' in page
    assert "8 March 2013" in page
    assert "The Paper" in page


def test_speaker_office_and_carrier(client):
    page = client.get("/statements").text
    assert "Kim Jong-un</a>, supreme leader" in page
    assert 'for <a href="/parties/PRK">North Korea, government</a>' in page
    assert "as carried by" in page


def test_files_tell_where_they_were_cut(client, monkeypatch):
    """Line by line the same as all at once, by following what each file names as the next."""
    whole = client.get("/statements.csv").text.splitlines()
    monkeypatch.setattr(statements, "ROWS", 50)
    address, rows = "/statements.csv?words=word", []
    while address:
        answer = client.get(address)
        rows += answer.text.splitlines()[1:]
        address = answer.links.get("next", {}).get("url")
    assert len(rows) == 120
    assert set(rows) == {line for line in whole[1:] if "Word number" in line}


def test_page_after_page(client):
    first = client.get("/statements.json").json()
    assert (first["number"], len(first["shown"])) == (121, 50)
    assert f'href="/statements?before={first["next"].replace("/", "%2F")}"' in client.get("/statements").text
    words, before = [], ""
    for _ in range(3):
        page = client.get("/statements.json", params={"before": before}).json()
        words += [one["words"] for one in page["shown"]]
        before = page["next"]
    assert len(set(words)) == 121
    assert before == ""


def test_files_hold_more_than_a_page(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/statements.csv").text)))
    assert len(rows) == 121
    assert rows[-1]["speaker"] == "Kim Jong-un"
    assert rows[-1]["office"] == "supreme leader"


def test_what_is_chosen_can_be_taken_away(client):
    page = client.get("/statements?by=North+Korea&kind=direct").text
    assert "Without: by North Korea" in page
    assert 'href="/statements?kind=direct"' in page


@pytest.mark.parametrize("asked", ["by=Ruritania", "about=%27%20OR%201%3D1", "kind=rumour", "before=1"])
def test_what_is_not_understood_is_said_beside_the_form(client, asked):
    page = client.get(f"/statements?{asked}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("name", ["by", "speaker", "about", "words", "kind", "before"])
@pytest.mark.parametrize("value", ["' OR 1=1 --", 'NEAR("', "*", "\x00", "😀" * 20, HOSTILE])
def test_no_words_are_an_error_page(client, name, value):
    page = client.get("/statements", params={name: value})
    assert page.status_code == 200
    assert "<img" not in page.text
    assert "alert(2)</script>" not in page.text


def test_hostile_content_is_text(hostile):
    page = hostile.get("/statements").text
    assert "<img" not in page
    assert "<script>" not in page
    assert "javascript:" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 4


def test_as_a_feed(hostile, client):
    for feed in (hostile, client):
        root = ElementTree.fromstring(feed.get("/statements.atom").content)
        entries = root.findall(f"{ATOM}entry")
        assert entries
        for entry in entries:
            assert "/articles/1#q-" in entry.find(f"{ATOM}link").get("href")
    assert entries[1].find(f"{ATOM}title").text == "Kim Jong-un, supreme leader: Word number 119"
