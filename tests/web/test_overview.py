"""The front page: an empty store, the numbers and what stands behind them, files, hostile content."""

import csv
import datetime
import html
import io
import re
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.store import ledgers, open_store
from dragoman.store.saving import save
from dragoman.views.overview import Week
from dragoman.web.app import make_app
from dragoman.web.forms import Forms
from dragoman.web.pages import articles, overview, search
from dragoman.web.serving import Served
from tests.store.made import coded, event
from tests.views.test_overview import promise, promised

DAY = datetime.date.fromisoformat
HOSTILE = "<img src=x onerror=alert(1)>"
TOLD = [
    ("2012-06-01", "ACCUSE"),
    ("2013-06-14", "THREATEN"),
    ("2013-06-20", "ACCUSE"),
    ("2013-06-20", "REQUEST"),
    ("2013-06-19", "AID"),
]


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def client(rules):
    with open_store("sqlite://") as store:
        for n, (day, kind) in enumerate(TOLD):
            told = event(f"e{n}", kind, sentence=f"Sentence {n} {HOSTILE}")
            save(store, coded(f"r{n}", told, published=DAY(day), publisher=HOSTILE, title=HOSTILE), rules.ontology)
        save(store, promised("made", "2012-12-01", promise(f"open the border {HOSTILE}", "2013-06-05")), rules.ontology)
        ledgers.refresh(store, rules)
        with TestClient(make_app(Served(store, rules), among=[overview, search]), base_url="http://localhost") as found:
            yield found


@pytest.fixture
def empty(rules):
    with open_store("sqlite://") as store:
        app = Forms(make_app(Served(store, rules), among=[overview]))
        yield TestClient(app, base_url="http://localhost")


def test_an_empty_store_offers_the_chronicle_and_ways_to_add(empty):
    page = empty.get("/").text
    form = re.search(r'<form[^>]*action="/add/chronicle" method="post">(.*?)</form>', page, re.DOTALL)[1]
    assert re.search(r'<input type="hidden" name="token" value="[^"]{20,}">', form)
    assert form.count("<button") == 1
    assert 'href="/add"' in page
    assert empty.get("/overview.json").json()["totals"]["reports"] == 0


def test_every_number_of_a_change_leads_to_its_events(client):
    page = client.get("/").text
    found = {html.unescape(address) for address in re.findall(r'class="count" href="([^"]*)"', page)}
    assert len(found) == 2
    told = client.get("/overview.json").json()["changes"]
    for address in found:
        behind = client.get(address.replace("/search?", "/search.json?")).json()
        quad = behind["asked"]["quad"]
        (change,) = [one for one in told if one["quad"] == quad]
        assert (behind["counted"], behind["reported"]) == (change["events"], change["reports"])


def test_every_number_of_a_publisher_leads_to_its_reports(rules):
    told = [
        ("2012-07-01", "Wire"),
        ("2013-05-30", "Wire"),
        ("2013-06-14", "Wire"),
        ("2013-06-20", "Wire"),
        ("2013-06-20", None),
    ]
    with open_store("sqlite://") as store:
        for n, (day, publisher) in enumerate(told):
            save(store, coded(f"r{n}", published=DAY(day), publisher=publisher), rules.ontology)
        with TestClient(
            make_app(Served(store, rules), among=[overview, articles]), base_url="http://localhost"
        ) as client:
            table = client.get("/").text.partition("<caption>Reports by publisher")[2].partition("</table>")[0]
            led = re.findall(r'<td class="figure"><a href="([^"]*)">(\d+)</a>', table)
            assert [int(number) for _, number in led] == [2, 3, 4]
            for address, number in led:
                behind = client.get(html.unescape(address).replace("/articles?", "/articles.json?")).json()
                assert len(behind["found"]) == int(number)


def test_what_turned_is_told_with_the_reason(client):
    page = client.get("/").text
    assert "its day has passed, and no report tells what became of it" in page
    assert re.search(r'<a href="/ledger/[0-9a-f]+">open the border', page)


def test_what_is_stored_is_escaped(client):
    page = client.get("/").text
    assert HOSTILE not in page
    assert page.count(html.escape(HOSTILE)) >= 3
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|<[^>]*\son\w+=\S", page)


def test_every_part_is_in_the_files(client):
    lines = list(csv.DictReader(io.StringIO(client.get("/overview.csv").text)))
    assert {line["part"] for line in lines} == {"change", "event", "commitment", "publisher", "week"}
    (aid,) = [line for line in lines if line["part"] == "change" and line["kind"] == "material_cooperation"]
    assert (aid["actor"], aid["events"], aid["usual_4_weeks"], aid["change_52_weeks"]) == ("PRK", "1", "0.0", "new")
    assert client.get("/overview.parquet").content[:4] == b"PAR1"


def test_the_feed_has_events_and_turns(client):
    root = ElementTree.fromstring(client.get("/overview.atom").content)
    ids = [one.text for one in root.iter("{http://www.w3.org/2005/Atom}id")]
    assert len(ids) == len(set(ids))
    assert sum("turn" in one for one in ids) == 1
    assert sum("event" in one for one in ids) == 6


def weeks(*reports):
    starts = (DAY("2012-12-20") + datetime.timedelta(days=7 * n) for n in range(len(reports)))
    return tuple(
        Week(first=start, last=start + datetime.timedelta(days=6), reports=many)
        for start, many in zip(starts, reports, strict=True)
    )


def test_weeks_are_drawn_as_columns_with_the_months_that_begin():
    drawn = str(overview.columns(weeks(*range(12))))
    heights = [float(tall) for tall in re.findall(r'height="([\d.]+)" class="filled"', drawn)]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, overview.TALL)
    assert re.findall(r'class="tick wide">([^<]+)<', drawn) == ["Jan 2013", "Feb"]
    assert re.findall(r'class="tick narrow">([^<]+)<', drawn) == ["Jan 2013"]
    assert drawn.count('href="/articles?from=') == 12


def test_no_weeks_are_drawn_as_nothing():
    assert 'class="filled"' not in str(overview.columns(()))


def test_a_store_that_begins_this_week_has_an_overview(rules):
    with open_store("sqlite://") as store:
        save(store, coded("r", event("e", "ACCUSE"), published=DAY("2013-06-20")), rules.ontology)
        app = Forms(make_app(Served(store, rules), among=[overview, search]))
        assert TestClient(app, base_url="http://localhost").get("/").status_code == 200
