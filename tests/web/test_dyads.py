"""The pages of dyads and parties: what they show and link to, their data, where wrong or other addresses lead."""

import csv
import io
import json
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import lxml.html
import msgspec
import pyarrow.parquet
import pytest
from starlette.testclient import TestClient

from dragoman.store import ledgers, open_store
from dragoman.store.saving import save
from dragoman.web.app import make_app
from dragoman.web.pages import dyads, parties
from dragoman.web.serving import Served
from tests.views.dealt import codings, fill

PAGES = [
    "/dyads",
    "/dyads/PRK/JPN",
    "/dyads/PRK/JPN?measure=rate&every=day",
    "/dyads/FRA/BEL",
    "/parties",
    "/parties/PRK",
    "/parties/FRA",
]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def store(tmp_path_factory, rules):
    with open_store(tmp_path_factory.mktemp("dyads") / "store.db") as found:
        fill(found, rules)
        yield found


@pytest.fixture(scope="module")
def client(store, rules):
    app = make_app(Served(store, rules), among=[dyads, parties])
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="module")
def event(client):
    """The id of the event that is told twice."""
    (found,) = [one["id"] for one in client.get("/dyads/PRK/JPN.json").json()["latest"] if one["type"] == "SANCTION"]
    return found


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.text)


def text_of(element):
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("address", PAGES)
def test_what_every_page_keeps_to(client, address):
    tree = page(client, address)
    assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
    assert not tree.xpath("//table[not(caption)]")
    assert not tree.xpath("//th[not(@scope)] | //thead//td")
    assert not tree.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
    for control in tree.xpath("//main//input[not(@type='hidden')] | //main//select"):
        assert tree.xpath(f"//label[@for='{control.get('id')}']")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = tree.xpath("//a/@href | //form/@action | //link/@href")
    assert links
    assert all(link.startswith(("/", "#")) and not link.startswith("//") for link in links)


def test_every_number_leads_to_its_events(client):
    tree = page(client, "/dyads/PRK/JPN?from=2013-03-01&until=2013-03-31")
    (row,) = tree.xpath("//table[starts-with(caption, 'Distinct events')]//tr[th='North Korea to Japan']")
    cells = [text_of(cell) for cell in row.xpath("td")]
    assert cells == ["0 in 0 reports", "1 in 1 report", "2 in 2 reports", "1 in 2 reports"]
    places = [urlsplit(place) for place in row.xpath(".//a/@href")]
    assert {place.path for place in places} == {"/search"}
    asked = [{name: values[0] for name, values in parse_qs(place.query).items()} for place in places]
    common = {"actor": "PRK", "recipient": "JPN", "status": "happened", "from": "2013-03-01", "until": "2013-03-31"}
    assert asked == [
        common | {"quad": quad} for quad in ("material_cooperation", "verbal_conflict", "material_conflict")
    ]


def test_a_dyad_shows_words_and_deeds_leaders_and_peaks(client):
    tree = page(client, "/dyads/PRK/JPN?every=month")
    assert text_of(tree.find(".//h1")) == "North Korea and Japan"
    lead = text_of(tree.find_class("lead")[0])
    assert "North Korea to Japan, 8 events in 9 reports; Japan to North Korea, 2 events in 2 reports." in lead
    (figure,) = tree.xpath("//figure")
    assert "Kim Jong-un" in text_of(figure)
    assert "1 event of other times" in text_of(figure)
    assert figure.get("data-series") == "/dyads/PRK/JPN.json?every=month"
    assert json.loads(figure.get("data-names")) == {"PRK": "North Korea", "JPN": "Japan"}
    (peak,) = tree.xpath("//ol[@class='peaks']/li")
    assert "4 events in 5 reports" in text_of(peak)
    assert "told by 2 reports" in text_of(peak)
    assert "kept (100 %" in text_of(tree.xpath("//section[@aria-labelledby='kept']")[0])


def test_heights_can_be_events_for_each_hundred_reports(client):
    plain, rate = (
        text_of(page(client, f"/dyads/PRK/JPN?every=month{more}").find(".//figure")) for more in ("", "&measure=rate")
    )
    assert "events by month" in plain
    assert "per 100 reports" not in plain
    assert "events per 100 reports read by month" in rate


def test_days_around_an_event(client, event):
    asked = f"/dyads/PRK/JPN?around={event}&days=14&from=2013-01-01&every=week"
    tree = page(client, asked)
    (section,) = tree.xpath("//section[@aria-labelledby='around']")
    assert section.xpath(".//select[@name='around']/option[@selected]/@value") == [event]
    kept = {one.get("name"): one.get("value") for one in section.xpath(".//input[@type='hidden']")}
    assert kept == {"from": "2013-01-01", "every": "week", "measure": "events"}
    heads = [text_of(head) for head in section.xpath(".//th[@scope='rowgroup']")]
    assert heads == ["before 20 February – 5 March 2013", "on the day 6 March 2013", "after 7 – 20 March 2013"]
    assert "need not come because of it" in text_of(section)
    (form,) = tree.xpath("//form[@aria-label='Time shown']")
    assert {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")} == {
        "around": event,
        "days": "14",
    }


@pytest.mark.parametrize("address", ["/dyads/PRK/JPN", "/parties/PRK"])
def test_steps_as_data(client, address):
    told = client.get(f"{address}.json?every=month").json()["steps"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv?every=month").text)))
    assert len(rows) == len(told) > 3
    for step, row in zip(told, rows, strict=True):
        assert (row["actor"], row["first"], row["read"]) == (step["actor"], step["first"], str(step["read"]))
        assert int(row["events_verbal_conflict"]) == step["events"]["verbal_conflict"]
    parquet = client.get(f"{address}.parquet?every=month").content
    table = pyarrow.parquet.read_table(io.BytesIO(parquet)).to_pylist()
    assert [float(one["per_hundred"]) for one in table] == [step["per_hundred"] for step in told]


@pytest.mark.parametrize(
    ("address", "columns"),
    [
        ("/dyads", ["actor", "recipient", "events", "reports", "conflict"]),
        ("/parties", ["party", "events", "reports", "conflict"]),
    ],
)
def test_lists_as_data(client, address, columns):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))
    assert list(rows[0]) == columns
    told = client.get(f"{address}.json").json()[address[1:]]
    assert [{name: str(one[name]) for name in columns} for one in told] == rows
    assert rows[0]["events"] == "7"


@pytest.mark.parametrize(
    ("address", "links"),
    [("/dyads", "/dyads/"), ("/parties", "/parties/"), ("/dyads/PRK/JPN", "/events/"), ("/parties/PRK", "/ledger/")],
)
def test_feeds(client, address, links):
    feed = ElementTree.fromstring(client.get(f"{address}.atom").content)
    found = [urlsplit(entry.find(f"{ATOM}link").get("href")).path for entry in feed.iter(f"{ATOM}entry")]
    assert found
    assert all(one.startswith(links) for one in found)


LEADS = [
    ("/dyads?one=North+Korea&other=USA", "/dyads/PRK/USA"),
    (
        "/dyads?one=%20prk%20&other=united+nations&from=2013-01-01&until=2013-02-01",
        "/dyads/PRK/IGOUNO?from=2013-01-01&until=2013-02-01",
    ),
    ("/dyads.json?one=PRKGOV&other=KOR", "/dyads/PRK/KOR.json"),
    ("/dyads/PRKGOV/KOR", "/dyads/PRK/KOR"),
    ("/dyads/PRK/KORMIL.csv?until=2013-02-01", "/dyads/PRK/KOR.csv?until=2013-02-01"),
    ("/parties?name=north+korea", "/parties/PRK"),
    ("/parties/IGOUNOIAE.atom", "/parties/IGOUNO.atom"),
]


@pytest.mark.parametrize(("address", "place"), LEADS)
def test_other_addresses_lead_to_the_page(client, address, place):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, place)


REFUSED = [
    (422, "/dyads?one=Nort+Korea&other=USA", "North Korea (PRK)"),
    (422, "/dyads?one=&other=USA", "name both"),
    (422, "/dyads?one=congo&other=xyzzyx", "nobody is called"),
    (422, "/parties?name=Nort+Korea", "South Korea (KOR)"),
    (422, "/parties?name=" + quote("<script>alert(1)</script>"), "nobody is called"),
    (422, "/dyads/PRK/PRK", "same party"),
    (422, "/dyads/prk/USA", "one"),
    (422, "/dyads/PRK/USA?every=year", "every"),
    (422, "/dyads/PRK/USA?measure=x", "measure"),
    (422, "/dyads/PRK/USA?around=nothing", "no event"),
    (422, "/dyads/PRK/USA?around=%00", "around"),
    (422, "/dyads/PRK/USA?around=x&days=731", "days"),
    (422, "/dyads/PRK/USA?from=2013-02-01&until=2013-01-01", "before"),
    (422, "/parties/PRK?from=2013-02-30", "from"),
    (404, "/dyads/QQQ/PRK", "QQQ"),
    (404, "/parties/QQQ", "QQQ"),
]


@pytest.mark.parametrize(("status", "address", "words"), REFUSED)
def test_what_is_refused_says_why(client, status, address, words):
    answer = client.get(address)
    assert (answer.status_code, "<script>" in answer.text) == (status, False)
    assert words.lower() in text_of(lxml.html.fromstring(answer.text).find(".//main")).lower()
    path, _, asked = address.partition("?")
    answer = client.get(f"{path}.json?{asked}")
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


def test_what_is_refused_leads_back_to_the_page_and_shows_no_pattern(client):
    main = lxml.html.fromstring(client.get("/dyads/PRK/JPN?from=1/2/2013").text).find(".//main")
    assert "From: '1/2/2013' is not written as expected; a day is like 2013-05-31" in text_of(main)
    assert main.xpath(".//a/@href") == ["/dyads/PRK/JPN", "/"]
    missing = lxml.html.fromstring(client.get("/dyads/QQQ/PRK?from=2013-01-01").text).find(".//main")
    assert missing.xpath(".//a/@href") == ["/"]


@pytest.mark.parametrize("address", ["/dyads", "/dyads/PRK/JPN", "/parties", "/parties/PRK"])
@pytest.mark.parametrize("days", ["from=0001-01-01&until=9999-12-31", "from=9999-12-31", "until=0001-01-01"])
@pytest.mark.parametrize("every", ["day", "month"])
def test_any_days_can_be_asked_for(client, address, days, every):
    for ending in ("", ".json", ".csv", ".atom"):
        assert client.get(f"{address}{ending}?{days}&every={every}").status_code == 200


def test_an_unnamed_party_of_the_store_has_its_page(rules, tmp_path):
    """Codings of others can hold codes that the lexicon has no name for."""
    with open_store(tmp_path / "store.db") as store:
        fill(store, rules)
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE dyad_day SET actor = 'QQQ' WHERE actor = 'CHN'")
            connection.exec_driver_sql("UPDATE dyad SET actor = 'QQQ' WHERE actor = 'CHN'")
        with TestClient(make_app(Served(store, rules), among=[dyads, parties]), base_url="http://localhost") as client:
            assert "QQQ" in text_of(page(client, "/dyads/QQQ/PRK").find(".//h1"))
            assert "QQQ" in text_of(page(client, "/parties/QQQ").find(".//h1"))


def test_a_page_says_how_far_back_reports_go(client):
    tree = page(client, "/parties/PRK?from=2013-03-01&until=2013-04-30")
    (address,) = tree.xpath("//p[contains(., 'Reports go back to 7 January 2013')]/a/@href")
    assert address == "/parties/PRK?from=2013-01-07&until=2013-04-30"
    assert not page(client, address).xpath("//p[contains(., 'Reports go back to')]")


def test_an_empty_store_has_its_pages(rules, tmp_path):
    with open_store(tmp_path / "store.db") as store:
        app = make_app(Served(store, rules), among=[dyads, parties])
        with TestClient(app, base_url="http://localhost") as client:
            for address in PAGES:
                assert len(page(client, address).xpath("//h1")) == 1


def test_a_ledger_that_is_not_up_to_date_says_so(rules, tmp_path):
    with open_store(tmp_path / "store.db") as store:
        fill(store, rules)
        app = make_app(Served(store, rules), among=[dyads, parties])
        with TestClient(app, base_url="http://localhost") as client:
            for address in ("/dyads/PRK/JPN", "/parties/PRK"):
                assert "not been made anew" not in text_of(page(client, address))
            let_in_another(store, rules)
            for address in ("/dyads/PRK/JPN", "/parties/PRK"):
                assert "not been made anew" in text_of(page(client, address))


def let_in_another(store, rules):
    """Let another report of a commitment come in."""
    *_, told = codings()
    later = msgspec.structs.replace(told.article, id="later")
    save(store, msgspec.structs.replace(told, article=later, events=()), rules.ontology)
    assert not ledgers.is_current(store)
