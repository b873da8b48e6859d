"""The search page: links that narrow and widen, pages, files, and that nothing typed gives an error page."""

import csv
import datetime
import html
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from dragoman.records import EventDate
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.web.app import make_app
from dragoman.web.pages import search
from dragoman.web.serving import Served
from tests.store.made import coded, event

DAY = datetime.date.fromisoformat
HOSTILE = '<script>alert("1")</script>'
PARAMETERS = (
    "words",
    "party",
    "side",
    "other",
    "actor",
    "recipient",
    "type",
    "quad",
    "status",
    "publisher",
    "from",
    "until",
    "before",
)
TYPED = [
    HOSTILE,
    "' OR 1=1 --",
    '"; DROP TABLE event; --',
    'NEAR("a" "b", 3)',
    "a* AND (b",
    "^x col:y -z",
    "\0",
    "%00%ff",
    "🙂" * 300,
    "../../etc/passwd",
    "a\r\nSet-Cookie: b=c",
    "9" * 400,
]
FORMATS = {"": "text/html", ".json": "application/json", ".csv": "text/csv", ".atom": "application/atom+xml",
           ".parquet": "application/vnd.apache.parquet"}  # fmt: skip


@pytest.fixture(scope="module")
def client():
    rules = Rules.load()
    with open_store("sqlite://") as store:
        for n in range(60):
            day = DAY("2013-01-01") + datetime.timedelta(days=2 * n)
            date = EventDate(text="", start=0, end=0, first=day, last=day)
            kind, actor = ("ACCUSE", "PRK") if n % 3 else ("AID", "CHN")
            sentence = f"Rocket number {n} <b>flew</b>."
            told = event(f"e{n}", kind, (actor,), sentence=sentence, date=date)
            publisher = HOSTILE if n % 2 else "Wire"
            coding = coded(f"r/{n}", told, published=day, publisher=publisher, title=HOSTILE if n == 1 else None)
            save(store, coding, rules.ontology, words=sentence)
        app = make_app(Served(store, rules), among=[search])
        with TestClient(app, base_url="http://localhost") as found:
            yield found


def links(page, words):
    """Where the links of a page with these words lead."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return [html.unescape(address) for address, shown in found if words in html.unescape(re.sub("<.*?>", "", shown))]


def asked(address):
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("address", ["/search", "/search/reports"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_there(client, address, format):
    answer = client.get(f"{address}{format}?words=rocket")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(FORMATS[format])


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("typed", TYPED)
def test_nothing_typed_gives_an_error_page(client, parameter, typed):
    answer = client.get("/search", params={parameter: typed})
    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert client.get("/search.json", params={parameter: typed}).status_code == 200


@pytest.mark.parametrize("typed", TYPED)
def test_nothing_typed_for_reports_gives_an_error_page(client, typed):
    answer = client.get("/search/reports", params={"words": typed})
    assert answer.status_code == 200
    assert HOSTILE not in answer.text


def test_what_is_stored_is_escaped(client):
    for address in ("/search", "/search/reports?words=rocket"):
        page = client.get(address).text
        assert HOSTILE not in page
        assert html.escape(HOSTILE).replace("&quot;", "&#34;") in page
        assert "<b>flew</b>" not in page
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)


def test_words_are_marked(client):
    page = client.get("/search?words=rockets+flew+7").text
    assert "<mark>Rocket</mark> number <mark>7</mark> &lt;b&gt;<mark>flew</mark>&lt;/b&gt;." in page


def test_facets_narrow_and_chips_widen(client):
    page = client.get("/search?words=rocket&status=happened")
    (address,) = links(page, "AID")[:1]
    assert asked(address) == {"words": "rocket", "status": "happened", "type": "AID"}
    narrowed = client.get(address)
    assert "20 distinct events" in narrowed.text
    (widened,) = links(narrowed, "Without: AID")
    assert asked(widened) == {"words": "rocket", "status": "happened"}
    assert "60 distinct events" in client.get(widened).text


def test_a_month_narrows_to_its_days(client):
    (address,) = links(client.get("/search"), "2013-02")[:1]
    assert asked(address) == {"from": "2013-02-01", "until": "2013-02-28"}
    assert (
        client.get(address).text.count("<tr>") - 1
        == client.get(f"/search.json?{urlsplit(address).query}").json()["counted"]
    )


def test_taking_a_party_away_keeps_the_other_one_where_it_stands(client):
    page = client.get("/search?party=PRK&side=actor&other=JPN")
    (address,) = links(page, "Without: by North Korea")
    assert asked(address) == {"party": "JPN", "side": "recipient"}


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("actor=PRK", "party=PRK&side=actor"),
        ("recipient=JPN", "party=JPN&side=recipient"),
        ("actor=PRK&recipient=JPN", "party=PRK&side=actor&other=JPN"),
    ],
)
def test_actor_and_recipient_can_be_named_as_such(client, given, same):
    one, other = (client.get(f"/search.json?{question}").json() for question in (given, same))
    assert one == other
    assert one["counted"] == 60 if "actor" not in given else 40


def test_pages_lead_to_earlier_events_and_back(client):
    first = client.get("/search")
    (address,) = links(first, "Earlier events")
    second = client.get(address)
    assert len(re.findall(r'href="/events/', first.text)) == 50
    assert len(re.findall(r'href="/events/', second.text)) == 10
    assert not links(second, "Earlier events")
    assert links(second, "To the newest") == ["/search"]


def test_files_hold_more_than_a_page(client):
    lines = list(csv.DictReader(io.StringIO(client.get("/search.csv").text)))
    assert len(lines) == 60
    assert (lines[0]["id"], lines[0]["first"], lines[0]["quad"]) == ("e59", "2013-04-29", "verbal_conflict")
    assert len(client.get("/search.json").json()["events"]) == 50


def test_what_is_not_found_says_what_to_try(client):
    page = client.get("/search?words=zeppelin&type=AID")
    assert "Nothing found" in page.text
    assert links(page, "Reports that hold these words") == ["/search/reports?words=zeppelin"]
    assert "Nothing found" in client.get("/search/reports?words=zeppelin").text


def test_somebody_who_is_not_known_is_told_with_who_can_be_meant(client):
    page = client.get("/search?words=rocket&party=Nort+Korea")
    assert "Nobody is called &#39;Nort Korea&#39;" in page.text
    assert asked(links(page, "North Korea")[0]) == {"words": "rocket", "party": "PRK"}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("from=2013-02-01&until=2013-01-01", "2013-01-01 is before 2013-02-01."),
        ("from=yesterday&until=2013-01-01", "From is &#39;yesterday&#39;"),
        ("until=2013-02-30", "Until is &#39;2013-02-30&#39;"),
    ],
)
def test_days_that_make_no_sense_are_told_beside_the_form(client, days, told):
    page = client.get(f"/search?{days}").text
    assert told in page
    assert page.count('role="alert"') == 1
    assert "Nothing found" not in page


def test_every_type_is_told_in_words(client):
    legend = re.search(r'<dl class="facts" id="types">(.*?)</dl>', client.get("/search").text, re.DOTALL)[1]
    types = Rules.load().ontology.types
    assert legend.count("<dt>") == len(types)
    assert all(kind.definition in html.unescape(legend) for kind in types.values())


def test_reports_lead_to_their_pages(client):
    assert "/articles?id=r%2F59" in links(client.get("/search/reports?words=rocket"), "Report without a title")
