"""Reports in a list, and the page of one: its text marked, and everything beside it; nothing of it is ever run."""

import csv
import io

import msgspec
import pytest

from dragoman.records import Span
from tests.views.reported import FIRST, TUESDAY, reports
from tests.web.reported import browsing, read, words

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "</textarea></style><b style='x:y'>",
    "\x00\x0b\u202e<b>",
)
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://news.example",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//news.example/x",
    "ftp://news.example/x",
    'https://news.example/"><script>alert(1)</script>',
)


@pytest.fixture
def client(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules) as found:
        yield found


def test_the_list(client):
    page = read(client.get("/articles"))
    assert page.xpath("//table//td[2]/a/@href") == ["/articles/3", "/articles/2", "/articles/1"]
    page = read(client.get("/articles?publisher=The+Wire&until=2013-03-31"))
    assert page.xpath("//table//td[2]/a/@href") == ["/articles/1"]
    page = read(client.get("/articles?most=2"))
    (more,) = page.xpath("//a[@rel='next']/@href")
    assert read(client.get(more)).xpath("//table//td[2]/a/@href") == ["/articles/1"]
    rows = list(csv.DictReader(io.StringIO(client.get("/articles.csv").text)))
    assert [(row["article"], row["events"]) for row in rows] == [("c", "1"), ("b", "1"), ("a", "1")]
    assert client.get("/articles.atom").text.count("<entry>") == 3
    assert "No report is like that" in words(read(client.get("/articles?publisher=Nobody")))


def test_an_id_leads_to_the_report(client):
    for address, place in (("/articles?id=b", "/articles/2"), ("/articles.json?id=b", "/articles/2.json")):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert client.get("/articles?id=none").status_code == 404


@pytest.mark.parametrize("asked", ["from=x", "from=2013-05-01&until=2013-04-01", "after=x", "most=0"])
def test_what_makes_no_sense_is_told(client, asked):
    assert client.get(f"/articles?{asked}").status_code == client.get(f"/articles.json?{asked}").status_code == 422


def test_a_report(client):
    page = read(client.get("/articles/1"))
    story = page.xpath("//div[@class='story']")[0]
    assert [
        (mark.get("class"), mark.text) for mark in story.xpath(".//mark[@class='actor' or @class='recipient']")
    ] == [
        ("actor", "North Korea"),
        ("recipient", "Japanese government"),
    ]
    ids = set(page.xpath("//@id"))
    assert {"e-1", "q-1", "event-1", "quote-1", "commitment-1", "pledge-1-1", "when-1"} <= ids
    assert {href.removeprefix("#") for href in page.xpath("//main//a/@href") if href.startswith("#")} <= ids
    places = set(page.xpath("//main//a/@href"))
    assert {"/events/a-1", "/statements?speaker=the+envoy", "https://news.example/a"} <= places
    assert any(place.startswith("/events/a-1/wrong?report=1&at=") for place in places)
    assert any(place.startswith("/ledger/") for place in places)
    (link,) = page.xpath("//a[@href='https://news.example/a']")
    assert set(link.get("rel").split()) == {"noopener", "noreferrer", "nofollow"}


def test_the_words_that_led_here_are_marked(client):
    start = FIRST.index("We want rice")
    page = read(client.get(f"/articles/1?at={start}-{start + 12}"))
    (mark,) = page.xpath("//mark[@class='chosen']")
    assert mark.text_content().startswith("We want rice")
    assert page.xpath("//a[@id='at']")
    for place in ("0-0", "5-2", "0-999999999", ""):
        assert not read(client.get(f"/articles/1?at={place}")).xpath("//mark[@class='chosen']")
    for place in ("x", "1", "-1-2", "1-2-3"):
        assert client.get(f"/articles/1?at={place}").status_code == 422


def test_files(client):
    (row,) = csv.DictReader(io.StringIO(client.get("/articles/1.csv").text))
    assert (row["event"], row["reports"], row["type"], row["trigger"]) == ("a-1", "2", "ACCUSE", "condemned")
    assert FIRST[int(row["sentence_start"]) : int(row["sentence_end"])] == row["sentence"]
    found = client.get("/articles/1.json").json()
    assert (found["text"], found["coding"]["quotes"][0]["kind"]) == (FIRST, "direct")


@pytest.mark.parametrize("key", ["9", "0", "99999999999999999999", "x", "-1", "1.5"])
def test_a_report_that_is_not_there(client, key):
    assert client.get(f"/articles/{key}").status_code in {404, 422}


def test_versions(tmp_path, rules):
    (first, text), *_ = reports()
    later = msgspec.structs.replace(first, article=msgspec.structs.replace(first.article, published=TUESDAY))
    told = [*reports(), (later, text + " It was corrected.")]
    with browsing(tmp_path / "store.db", rules, told) as client:
        old, new = (read(client.get(f"/articles/{key}")) for key in (1, 4))
        assert "This version was corrected" in words(old)
        assert old.xpath("//main//p[@role='note']/a/@href") == ["/articles/4"]
        assert not [place for place in old.xpath("//main//a/@href") if "/wrong" in place]
        assert new.xpath("//ol[@class='versions']//a/@href") == ["/articles/1"]
        assert read(client.get("/articles")).xpath("//table//td[2]/a/@href")[0] == "/articles/4"


def test_a_report_without_its_text(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules, [(reports()[0][0], None)]) as client:
        page = read(client.get("/articles/1"))
        assert "Its text is not kept" in words(page)
        assert "North Korea condemned the Japanese government" in words(page)


def hostile(words, address=None):
    """A report in which every word that somebody else wrote is hostile."""
    text = f"{words} attacked {words}."
    (one, _), *_ = reports()
    (event,), (quote,), (pledge,) = one.events, one.quotes, one.commitments

    def span(words, nth=0):
        start = text.index(words, text.index(words) + 1 if nth else 0)
        return {"text": words, "start": start, "end": start + len(words)}

    replace = msgspec.structs.replace
    whole = Span(text=text, start=0, end=len(text))
    event = replace(
        event,
        id="e" + words.replace("\x00", ""),
        actor=(replace(event.actor[0], **span(words), name=words),),
        recipient=(replace(event.recipient[0], **span(words, 1), name=words),),
        date=None,
        trigger=Span(**span("attacked")),
        sentence=whole,
        rule=f"ACCUSE/{words}",
    )
    speaker = replace(quote.speaker, **span(words), name=words)
    quote = replace(
        quote, text=text, start=0, end=len(text), spans=((0, len(text)),), speaker=speaker, via=speaker, cue=None
    )
    pledge = replace(pledge, content=words, condition=words, due=None, evidence=(whole,))
    head = replace(one.article, id=f"id {words}", title=words, publisher=words, url=address or words)
    return replace(one, article=head, events=(event,), quotes=(quote,), dates=(), commitments=(pledge,)), text


def is_inert(answer):
    """No element, attribute or address in a page that would run."""
    page = read(answer)
    assert not page.xpath("//script[not(starts-with(@src, '/static/'))] | //iframe | //img | //object | //style")
    assert not page.xpath("//@style | //@onerror | //@onload | //@onmouseover | //@srcdoc")
    addresses = [one.strip().lower() for one in page.xpath("//@href | //@src | //@action")]
    assert all(one.startswith(("/", "#", "https://news.example")) and not one.startswith("//") for one in addresses)
    assert "49" not in page.xpath("//h1")[0].text_content()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_hostile_runs(tmp_path, rules, payload):
    with browsing(tmp_path / "store.db", rules, [hostile(payload)]) as client:
        (event,) = (one["id"] for one in client.get("/articles/1.json").json()["events"])
        (owed,) = (one["id"] for one in client.get("/ledger.json").json()["commitments"])
        for address in (
            "/articles",
            "/articles/1",
            "/articles/1?at=0-9",
            f"/ledger/{owed}",
            "/ledger",
            f"/ledger/{owed}/rule",
        ):
            is_inert(client.get(address))
        page = client.get("/articles/1")
        (place,) = {
            one for one in read(page).xpath("//main//a/@href") if one.startswith("/events/") and "wrong" not in one
        }
        (wrong,) = {one for one in read(page).xpath("//main//a/@href") if "/wrong?" in one}
        is_inert(client.get(place))
        is_inert(client.get(wrong))
        assert payload.replace("\x00", "�").replace("\x0b", "�") in words(read(page)) or "\x00" in payload
        assert event.startswith("e")


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_the_web_is_linked_to(tmp_path, rules, address):
    with browsing(tmp_path / "store.db", rules, [hostile("Somebody", address)]) as client:
        answer = client.get("/articles/1")
        is_inert(answer)
        linked = list(read(answer).xpath("//p[@class='origin']/a/@href"))
        assert linked == ([address] if address.startswith("https://") else [])
