"""The page of an event, and saying that a report's telling of it is wrong."""

import csv
import io

import pytest

from tests.views.reported import FIRST
from tests.web.reported import browsing, read, send, words

PLACE = f"{FIRST.index('condemned')}-{FIRST.index('condemned') + 9}"
WRONG = f"/events/a-1/wrong?report=1&at={PLACE}"
AS_READ = {"kind": "ACCUSE/disapprove", "status": "occurred", "actor": "PRK", "recipient": "JPNGOV"}
GIVEN = {"report": "1", "at": PLACE, **AS_READ, "reason": "it is more than words", "by": "a reader"}


@pytest.fixture
def client(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules) as found:
        yield found


def test_an_event(client):
    page = read(client.get("/events/a-1"))
    assert page.xpath("//h1")[0].text_content() == "North Korea accused Japan"
    assert [one.text_content() for one in page.xpath("//ol[contains(@class, 'tellings')]/li/blockquote")] == [
        "North Korea condemned the Japanese government for a blockade of its ports on Friday.",
        "On Friday North Korea denounced Japan for the blockade of its ports.",
    ]
    first = page.xpath("//ol[contains(@class, 'tellings')]/li[1]/blockquote/mark")
    assert [(mark.get("class"), mark.text) for mark in first] == [
        ("actor", "North Korea"),
        ("trigger conflict", "condemned"),
        ("recipient", "Japanese government"),
        ("date", "Friday"),
    ]
    text = words(page)
    for told in (
        "2 reports of 2 publishers",
        "The rule ACCUSE/condemn fits “condemned”",
        "[France] condemned {Russia}",
        "The model that the project trained sees it here",
        "The Desk, 2 March 2013, likest to that of The Wire, 1 March 2013",
    ):
        assert told in text
    assert page.xpath("//p[@class='wrong']/a/@href")[0] == WRONG
    assert "send rice to North Korea" in words(read(client.get("/events/c-1")))


def test_files(client):
    first, second = csv.DictReader(io.StringIO(client.get("/events/a-1.csv").text))
    assert (first["article"], first["made_by"], first["rule"]) == ("a", "rules", "ACCUSE/condemn")
    assert (second["article"], second["made_by"], second["sentence"][:15]) == ("b", "model", "On Friday North")
    assert client.get("/events/a-1.json").json()["reports"] == 2
    assert client.get("/events/a-1.parquet").content[:4] == b"PAR1"
    assert client.get("/events/a-1.atom").text.count("<entry>") == 2


@pytest.mark.parametrize(
    "id", ["none", "a-1%27%20OR%201=1", "a%00b", "%2e%2e/%2e%2e/etc/passwd", "%ED%A0%80", "x" * 250]
)
def test_an_event_that_is_not_there(client, id):
    for address in (f"/events/{id}", f"/events/{id}.json"):
        assert client.get(address).status_code == 404


def test_the_form_holds_what_was_read(client):
    page = read(client.get(WRONG))
    assert page.xpath("//select[@name='kind']//option[@selected]/@value") == ["ACCUSE/disapprove"]
    assert page.xpath("//select[@name='status']//option[@selected]/@value") == ["occurred"]
    assert page.xpath("//input[@name='actor']/@value") == ["PRK"]
    assert page.xpath("//input[@name='recipient']/@value") == ["JPNGOV"]
    assert len(page.xpath("//select[@name='kind']//optgroup")) == 16


# What is changed; what the event then is.
CHANGES = [
    ({"kind": "THREATEN"}, {"type": "THREATEN", "mode": []}),
    ({"kind": "THREATEN/violence"}, {"type": "THREATEN", "mode": ["violence"]}),
    ({"kind": "ACCUSE"}, {"type": "ACCUSE", "mode": []}),
    ({"status": "alleged"}, {"status": "alleged", "type": "ACCUSE", "mode": ["disapprove"]}),
    ({"actor": "prkmil, PRKGOV"}, {"actor": ["PRKMIL", "PRKGOV"]}),
    ({"recipient": ""}, {"recipient": []}),
]


@pytest.mark.parametrize(("changed", "expected"), CHANGES)
def test_correcting(client, changed, expected):
    answer = send(client, WRONG, GIVEN | changed)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/articles/1/corrected?event=a-1"
    (event,) = client.get("/articles/1.json").json()["coding"]["events"]
    codes = {side: [one["code"] for one in event[side]] for side in ("actor", "recipient")}
    assert {name: (event | codes)[name] for name in expected} == expected
    assert event["rule"] == "person/a reader"
    page = read(client.get(answer.headers["location"]))
    (place,) = (href for href in page.xpath("//main//a/@href") if href.startswith("/events/"))
    assert "A person corrected it: a reader" in words(read(client.get(place)))


def test_an_event_that_is_none(client):
    answer = send(client, WRONG, GIVEN | {"wrong": "yes"})
    assert answer.status_code == 303
    assert "The event is gone from this report" in words(read(client.get(answer.headers["location"])))
    assert client.get("/articles/1.json").json()["coding"]["events"] == []
    assert client.get("/events/a-1").status_code == 404
    assert client.get("/events/b-1.json").json()["reports"] == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, "Nothing is other than it was read"),
        ({"actor": "XYZ"}, "Nobody has the code"),
        ({"actor": "<script>"}, "Nobody has the code"),
        ({"kind": "THREATEN/disapprove"}, "is no mode of THREATEN"),
        ({"kind": "NONE"}, "is no type"),
        ({"status": "maybe"}, "is no status"),
        ({"wrong": "yes", "reason": " "}, "Say why"),
    ],
)
def test_a_correction_that_makes_no_sense(client, wrong, told):
    answer = send(client, WRONG, GIVEN | wrong)
    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>" not in answer.text
    assert client.get("/articles/1.json").json()["coding"]["events"][0]["rule"] == "ACCUSE/condemn"


def test_a_forged_correction(client):
    client.get(WRONG)
    for fields in (GIVEN | {"wrong": "yes"}, GIVEN | {"wrong": "yes", "token": "0" * 64}):
        assert client.post("/events/a-1/wrong", data=fields).status_code == 403
    assert client.get("/events/a-1.json").json()["reports"] == 2


@pytest.mark.parametrize("place", ["report=1&at=0-5", "report=9&at=1-2", "report=1&at="])
def test_a_place_where_nothing_is_read(client, place):
    assert client.get(f"/events/a-1/wrong?{place}").status_code == 404


@pytest.mark.parametrize("place", ["report=x&at=0-5", "report=1&at=x", "report=0&at=1-2", ""])
def test_a_place_that_is_none(client, place):
    assert client.get(f"/events/a-1/wrong?{place}").status_code == 422


def test_elsewhere_a_login_is_needed(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules, loopback=False) as client:
        assert client.get(WRONG).headers["location"].startswith("/login?next=%2Fevents%2Fa-1%2Fwrong")
        assert client.post("/events/a-1/wrong", data=GIVEN | {"wrong": "yes"}).status_code in {303, 401, 403}
        assert client.get("/events/a-1.json").json()["reports"] == 2
