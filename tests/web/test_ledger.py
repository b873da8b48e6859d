"""The ledger's pages: the list with its filters and files, one commitment, and overruling it."""

import csv
import io

import lxml.etree
import msgspec
import pyarrow.parquet
import pytest

from dragoman.records import Coding
from tests.views.reported import reports
from tests.web.reported import browsing, read, send, words


@pytest.fixture
def client(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules) as found:
        yield found


@pytest.fixture
def own(client):
    (one,) = client.get("/ledger.json").json()["commitments"]
    return f"/ledger/{one['id']}"


def test_the_list(client, own):
    page = read(client.get("/ledger"))
    assert "1 commitment, those made last first" in words(page)
    (row,) = page.xpath("//table/tbody/tr")
    assert row.xpath(".//td[3]/a/@href") == [own]
    assert row.xpath(".//td[5]//a/@href") == ["/events/c-1"]
    assert row.xpath(".//*[contains(@class, 'standing')]/text()") == ["kept"]
    assert page.xpath("//figure[@class='strip']//svg")
    assert "Offers, promises, agreements kept" in words(page)
    assert "it was due, and no report tells what became of it" in words(page)


# What is asked, and how many commitments are like that.
QUESTIONS = [
    ("", 1),
    ("by=Japan&to=PRK", 1),
    ("by=&to=&kind=&standing=&on=", 1),
    ("by=PRK", 0),
    ("kind=threat", 0),
    ("standing=kept", 1),
    ("standing=no+evidence", 0),
    ("on=2013-03-05&standing=pending", 1),
    ("on=2013-02-01", 0),
]


@pytest.mark.parametrize(("asked", "many"), QUESTIONS)
def test_filters(client, asked, many):
    assert len(read(client.get(f"/ledger?{asked}")).xpath("//table[@class='ledger']/tbody/tr")) == many
    assert len(client.get(f"/ledger.json?{asked}").json()["commitments"]) == many


@pytest.mark.parametrize(
    "asked", ["by=Freedonia", "kind=x", "standing=x", "on=2013-02-30", "on=x", "after=x", "most=0", "most=99999"]
)
def test_what_makes_no_sense_is_told(client, asked):
    for address in (f"/ledger?{asked}", f"/ledger.json?{asked}"):
        assert client.get(address).status_code == 422


def test_a_condition_is_told_in_the_words_of_the_report(tmp_path, rules):
    (told, text), *_ = reports()
    (pledge,) = told.commitments
    pledge = msgspec.structs.replace(pledge, condition="if the harvest fails")
    told = msgspec.structs.replace(told, commitments=(pledge,))
    with browsing(tmp_path / "store.db", rules, [(told, text)]) as client:
        for address in ("/ledger", "/articles/1"):
            assert "condition: if the harvest fails" in words(read(client.get(address)))


def test_a_day_that_is_none_is_told_by_its_name(client):
    assert client.get("/ledger.json?on=2013-02-30").json()["error"]["message"].startswith("on is '2013-02-30'")


def test_files(client, own):
    (row,) = csv.DictReader(io.StringIO(client.get("/ledger.csv").text))
    assert (row["by"], row["kind"], row["standing"], row["event"]) == ("JPN", "promise", "kept", "c-1")
    table = pyarrow.parquet.read_table(io.BytesIO(client.get("/ledger.parquet").content))
    assert table.column("content").to_pylist() == ["send rice to North Korea"]
    feed = lxml.etree.fromstring(client.get("/ledger.atom").content)
    (entry,) = feed.findall("{*}entry")
    assert entry.find("{*}link").get("href") == f"http://localhost{own}"
    lines = list(csv.DictReader(io.StringIO(client.get(f"{own}.csv").text)))
    assert [(line["change"], line["event"]) for line in lines] == [("made", ""), ("kept", "c-1")]
    assert len(lxml.etree.fromstring(client.get(f"{own}.atom").content).findall("{*}entry")) == 2


def test_one_commitment(client, own):
    page = read(client.get(own))
    assert page.xpath("//h1")[0].text_content() == "Promise: send rice to North Korea"
    assert [item.get("class") for item in page.xpath("//ol[@class='history']/li")] == ["report", "deed"]
    assert page.xpath("//ol[@class='history']/li/blockquote/a/@href") == [
        "/articles/1?at=0-57#at",
        "/articles/3?at=0-54#at",
    ]
    assert client.get("/ledger/none").status_code == client.get("/ledger/none.json").status_code == 404


GIVEN = {"standing": "broken", "day": "2013-05-02", "reason": "half of it spoilt", "by": "an inspector"}


def test_overruling(client, own):
    assert f'href="{own}/rule"' in client.get(own).text
    answer = send(client, f"{own}/rule", GIVEN)
    assert (answer.status_code, answer.headers["location"]) == (303, own)
    text = words(read(client.get(own)))
    assert "ruled by an inspector: half of it spoilt" in text
    assert "kept is what reports and deeds say without the ruling" in text
    assert client.get(f"{own}.json").json()["standing"] == "broken"
    assert send(client, f"{own}/rule", GIVEN | {"standing": "kept", "reason": "the other half was eaten"}).is_redirect
    assert client.get(f"{own}.json").json()["standing"] == "kept"
    text = words(read(client.get(own)))
    assert "half of it spoilt" in text
    assert "the other half was eaten" in text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reason": "  "}, "Say why"),
        ({"standing": ""}, "Choose how it stands"),
        ({"standing": "superb"}, "Choose how it stands"),
        ({"day": ""}, "Name the day"),
        ({"day": "2013-02-30"}, "2013-02-30"),
    ],
)
def test_a_ruling_that_lacks_something(client, own, wrong, told):
    answer = send(client, f"{own}/rule", GIVEN | wrong)
    assert answer.status_code == 422
    assert told in answer.text
    if "reason" not in wrong:
        assert GIVEN["reason"] in answer.text
    assert client.get(f"{own}.json").json()["standing"] == "kept"


def test_a_forged_ruling(client, own):
    client.get(f"{own}/rule")
    for fields in (GIVEN, GIVEN | {"token": "0" * 64}):
        assert client.post(f"{own}/rule", data=fields).status_code == 403
    assert client.get(f"{own}.json").json()["standing"] == "kept"


def test_a_ruling_on_nothing(client):
    assert client.get("/ledger/none/rule").status_code == 404


def test_elsewhere_a_login_is_needed(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules, loopback=False) as client:
        (one,) = client.get("/ledger.json").json()["commitments"]
        address = f"/ledger/{one['id']}/rule"
        assert client.get(address).headers["location"].startswith("/login?next=%2Fledger%2F")
        assert client.post(address, data=GIVEN).status_code in {303, 401, 403}
        assert client.get(f"/ledger/{one['id']}.json").json()["standing"] == "kept"


def test_pages_follow_each_other(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules, many_promises()) as client:
        seen, address = [], "/ledger?most=4"
        while address:
            page = read(client.get(address))
            seen += page.xpath("//table[@class='ledger']//td[3]/a/@href")
            (address,) = page.xpath("//a[@rel='next']/@href") or [""]
            address += "&most=4" if address else ""
    assert len(seen) == len(set(seen)) == 10


def many_promises():
    """Ten reports, each of another promise."""
    (one, text), *_ = reports()
    (pledge,) = one.commitments
    for n, thing in enumerate(THINGS):
        words = text.replace("rice", thing)
        span = msgspec.structs.replace(pledge.evidence[0], text=pledge.evidence[0].text.replace("rice", thing))
        span = msgspec.structs.replace(span, end=span.start + len(span.text))
        head = msgspec.structs.replace(one.article, id=f"p{n}", url=None)
        told = msgspec.structs.replace(pledge, content=f"send {thing} to North Korea", evidence=(span,), by=PARTIES[n])
        yield Coding(article=head, coder=one.coder, commitments=(told,)), words


THINGS = ("rice", "oil", "coal", "wheat", "steel", "milk", "salt", "fish", "cloth", "paper")
PARTIES = ("JPN", "FRA", "DEU", "USA", "CHN", "RUS", "GBR", "ITA", "ESP", "IND")
