"""Script and markup in all that reports and people write: shown as it is, and nothing of it runs anywhere."""

import csv
import io
import json
import re
from urllib.parse import quote

import lxml.etree
import lxml.html
import pytest
from starlette.testclient import TestClient

from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.web.browsing import listening, opened, started
from tests.web.hostile import PAYLOADS, fill, plain

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = (
    "/", "/search", "/search/reports?words=condemned", "/dyads", "/dyads/PRK/JPN?every=day", "/parties", "/parties/PRK",
    "/ledger", "/statements", "/articles", "/corrections", "/network?from=2013-01-01", "/map?from=2013-01-01", "/card",
)  # fmt: skip
FORMS = ("/wrong", "/rule", "/withdraw")
FORMATS = ("json", "csv", "atom")


def site(rules, words):
    with open_store("sqlite://") as store:
        fill(store, rules, words)
        served = Served(store, rules)
        with TestClient(make_app(served), base_url="http://localhost") as client:
            yield served, client


@pytest.fixture(scope="module")
def hostile(rules):
    """A store whose every free text is a payload, served."""
    yield from site(rules, PAYLOADS.__getitem__)


@pytest.fixture(scope="module")
def harmless(rules):
    """The same with plain words, to see which elements are the page's own."""
    yield from site(rules, plain)


def addresses(client):
    """Every page that shows something of the reports, in an order that does not depend on the words."""
    articles = sorted(client.get("/articles.json?most=500").json()["found"], key=lambda one: one["key"])
    ledger = client.get("/ledger.json?most=500").json()["commitments"]
    commitments = sorted(ledger, key=lambda one: one["made"])
    decisions = client.get("/corrections.json?most=500").json()["found"]
    found = list(LISTS)
    for one in articles:
        article = client.get(f"/articles/{one['key']}.json").json()
        event = quote(article["events"][0]["id"], safe="")
        trigger = article["coding"]["events"][0]["trigger"]
        found += [f"/articles/{one['key']}", f"/events/{event}"]
        found.append(f"/events/{event}/wrong?report={one['key']}&at={trigger['start']}-{trigger['end']}")
        found.append(f"/articles?publisher={quote(one['article']['publisher'], safe='')}")
        found.append(f"/statements?speaker={quote(article['coding']['quotes'][0]['speaker']['name'], safe='')}")
    for one in commitments:
        found += [f"/ledger/{one['id']}", f"/ledger/{one['id']}/rule"]
    numbers = sorted(one["number"] for one in decisions if one["correction"])
    return found + [f"/corrections/{number}/withdraw" for number in numbers]


@pytest.fixture(scope="module")
def places(hostile, harmless):
    """The pages of both, side by side."""
    return list(zip(*(addresses(client) for _, client in (hostile, harmless)), strict=True))


def test_there_are_pages_for_every_payload(places):
    assert len(places) == len(LISTS) + 8 * len(PAYLOADS)


def test_no_element_and_no_attribute_comes_from_what_is_shown(hostile, harmless, places):
    for address, twin in places:
        page, plain_page = (client.get(at) for (_, client), at in ((hostile, address), (harmless, twin)))
        assert (page.status_code, plain_page.status_code) == (200, 200), address
        assert skeleton(page.text) == skeleton(plain_page.text), address


def skeleton(page):
    """The elements of a page in order with the names of their attributes."""
    return [
        (one.tag, *sorted(one.keys())) for one in lxml.html.document_fromstring(page).iter() if isinstance(one.tag, str)
    ]


def test_every_address_in_a_page_leads_into_the_site(hostile, places):
    for address, _ in places:
        for one in lxml.html.document_fromstring(hostile[1].get(address).text).iter():
            for name in ("href", "src", "action", "formaction", "xlink:href", "cite", "data", "hx-get", "hx-post"):
                led = one.get(name)
                assert led is None or re.match(r"/(?![/\\])|[?#]|https://evil\.example/|data:,", led), (address, led)


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_payload_is_shown_as_it_is(hostile, number):
    client, shown = hostile[1], seen(PAYLOADS[number].replace("\0", "\ufffd"))
    key = number + 1
    article = client.get(f"/articles/{key}.json").json()
    assert article["coding"]["article"]["title"] == PAYLOADS[number].replace("\0", "\ufffd")
    for address in (f"/articles/{key}", f"/events/{quote(article['events'][0]['id'], safe='')}"):
        tree = lxml.html.document_fromstring(client.get(address).text)
        assert shown in seen(" ".join(tree.itertext())), address
        assert "1337" not in " ".join(tree.itertext())


def seen(text):
    """Words without the blanks between them, which pages are free to break."""
    return re.sub(r"[\s\u2028\u2029]+", "", text)


@pytest.mark.parametrize("format", FORMATS)
def test_what_programs_get_is_sound(hostile, places, format):
    asked = 0
    for address, _ in places:
        path, mark, question = address.partition("?")
        if path.endswith(FORMS):
            continue
        stem = "/overview" if path == "/" else path
        answer = hostile[1].get(f"{stem}.{format}{mark}{question}")
        if answer.status_code == 404:
            assert format == "atom", stem
            continue
        assert answer.status_code == 200
        SOUND[format](answer)
        asked += 1
    assert asked >= len(PAYLOADS) * 4


def sound_json(answer):
    assert answer.headers["content-type"] == "application/json"
    json.loads(answer.content)


def sound_csv(answer):
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert {len(row) for row in rows} <= {len(head)}
    # What a spreadsheet would run as a formula; numbers may be negative.
    assert not [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?![0-9.]+$)", cell)]


def sound_atom(answer):
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = lxml.etree.fromstring(answer.content, lxml.etree.XMLParser(resolve_entities=False))
    known = {
        f"{ATOM}{name}" for name in ("feed", "title", "id", "updated", "link", "author", "name", "entry", "summary")
    }
    assert {one.tag for one in root.iter()} <= known
    assert all(one.get("href").startswith("http://localhost/") for one in root.iter(f"{ATOM}link"))
    assert not [one for one in root.iter() if set(one.keys()) - {"href"}]


SOUND = {"json": sound_json, "csv": sound_csv, "atom": sound_atom}


# In a real browser


@pytest.fixture(scope="module")
def browser():
    with started() as found:
        yield found


@pytest.mark.parametrize("part", range(4))
def test_nothing_runs_in_a_browser(browser, hostile, places, part):
    """No dialog, no message of the console or of the policy, no request elsewhere: `opened` sees to that."""
    forms = [address for address, _ in places if address.endswith(FORMS) or "/wrong?" in address]
    others = [address for address, _ in places if address in LISTS or not ("?" in address or address in forms)]
    chosen = [*others, *forms[::5]][part::4]
    with listening(hostile[0]) as site, opened(browser, viewport={"width": 1280, "height": 900}) as page:
        for address in chosen:
            # Scripts draw on some of the lists, and ask for more.
            page.goto(site + address, wait_until="networkidle" if address in LISTS else "load")
            assert page.locator("h1").count() == 1
            assert page.evaluate("document.querySelectorAll('main').length") == 1
        assert page.url.startswith(site)


@pytest.mark.parametrize(
    "address", ["/dyads/PRK/JPN?every=day", "/network?from=2013-01-01", "/map?from=2013-01-01", "/search"]
)
def test_nothing_runs_when_scripts_have_drawn_it(browser, hostile, address):
    with listening(hostile[0]) as site, opened(browser, viewport={"width": 1280, "height": 900}) as page:
        page.goto(site + address, wait_until="networkidle")
        for one in page.locator("main a, main circle, main button").all()[:20]:
            if one.is_visible():
                one.hover(force=True, timeout=2_000)
        led = page.evaluate(
            "[...document.links].map(one => one.protocol + one.host).filter(one => !one.includes(location.host))"
        )
        assert not led
