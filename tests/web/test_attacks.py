"""Attacks on pages: SQL and full-text syntax in every parameter, paths that lead elsewhere, forged forms and names."""

import json
import re
import shutil
from urllib.parse import quote, urlencode

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from dragoman.store import ledgers, open_store, people
from dragoman.store.saving import save
from dragoman.web.adding import Jobs
from dragoman.web.app import all_pages, make_app
from dragoman.web.passwords import Passwords
from dragoman.web.serving import Served
from tests.store.contents import contents
from tests.web import coded
from tests.web.addresses import DESK, pages
from tests.web.briefed import add_lists, briefing
from tests.web.made_up import known_values
from tests.web.outsiders import FOR_OUTSIDERS

HTML = {"accept": "text/html"}
TOKEN = re.compile(r'name="token" value="(\w+)"')


# SQL and the syntax of full-text search, on both databases

PAYLOADS = [
    "'",
    "''",
    '"',
    "' OR '1'='1",
    "'; DROP TABLE event; --",
    "' UNION SELECT name, sql FROM sqlite_master --",
    "1; ATTACH DATABASE '/tmp/x.db' AS x",
    "') OR 1=1 --",
    "%' AND 1=0 --",
    "%_%\\",
    "' || pg_sleep(9) || '",
    "\\'; SELECT 1; --",
    "%(name)s %s ? :name $1 {0}",
    "PRK\x00",
    "\ud800",
    "\u202e\ufeff\U0001d518",
    "missile* NEAR(test, 5)",
    'NEAR("a" "b", 0)',
    '"unbalanced',
    "*",
    "^missile -test",
    "sentence: missile",
    "{sentence title} : x",
    "missile AND",
    "NOT",
    "OR OR OR",
    "missile:* & !test <-> x | 'y':*A",
    "(" * 500,
    '"' * 501,
    "a " * 2_000,
    "1e309",
    "-9223372036854775809",
]
# What a database or the program says of itself where it fails.
TOLD = re.compile(
    r"OperationalError|ProgrammingError|syntax error|unrecognized token|no such column|fts5:|Traceback|pg8000"
)


@pytest.fixture(scope="module")
def on_server(server, chronicle, rules):
    """The chronicle on a PostgreSQL server, with mailing lists."""
    with open_store(server.url(server.database("ready"))) as store:
        for coding in chronicle:
            save(store, coding, rules.ontology)
        add_lists(store, briefing(store, rules))
        yield store


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(request, file, rules, tmp_path_factory):
    """A store with the chronicle and its ledger, its client, and the addresses of its pages with their parameters."""
    if request.param == "postgresql":
        yield from _attacked(request.getfixturevalue("on_server"), rules)
        return
    target = tmp_path_factory.mktemp("attacked") / "store.db"
    shutil.copyfile(file, target)
    with open_store(target) as store:
        yield from _attacked(store, rules)


def _attacked(store, rules):
    ledgers.refresh(store, rules)
    app = make_app(Served(store, rules))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield store, client, list(questions(client))


def questions(client):
    """Every page with each of its parameters, as functions that put something into the parameter."""
    known = {name: values[0] for name, values in known_values(client).items()}
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if re.search(r"\.(json|csv|parquet|atom)$", path):
            continue  # what they ask of the store is what their page asks
        given = known | {"id": known.get(path, "")}
        for one in operations["get"].get("parameters", []):
            yield lambda what, one=one, path=path, given=given: _filled(path, one, given, what)


def _filled(path, parameter, known, what):
    typed = what.encode("utf-8", "surrogatepass")
    values = known | {parameter["name"]: quote(typed, safe="")} if parameter["in"] == "path" else known
    address = path.format_map(values)
    return address if parameter["in"] == "path" else f"{address}?{urlencode({parameter['name']: typed})}"


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_syntax_reaches_the_database(attacked, payload):
    store, client, asking = attacked
    before = contents(store)
    for ask in asking:
        address = ask(payload)
        answer = client.get(address)
        assert answer.status_code in {200, 303, 404, 422}, address
        assert not TOLD.search(answer.text), address
    assert contents(store) == before


def test_every_parameter_of_every_page_is_asked(attacked):
    assert len(attacked[2]) >= 55


# Paths that lead elsewhere

PLACES = (
    "/static/",
    "/static/vendor/",
    "/events/",
    "/ledger/",
    "/parties/",
    "/dyads/PRK/",
    "/articles/",
    "/add/",
    "/corrections/",
)
ELSEWHERE = [
    "..%252f..%252f..%252fwords.toml",
    "%252e%252e/%252e%252e/words.toml",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "....//....//words.toml",
    "..;/..;/words.toml",
    "..\\..\\words.toml",
    "..%5c..%5cwords.toml",
    "%c0%ae%c0%ae/words.toml",
    "%uff0e%uff0e/words.toml",
    "..%00/words.toml",
    "dragoman.css%00.txt",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "file:///etc/passwd",
    "C:%5cWindows%5cwin.ini",
    "templates/base.html.jinja",
]
HELD = re.compile(r"root:|\{% block|^# |^\[|password", re.MULTILINE)


@pytest.mark.parametrize("end", ELSEWHERE)
@pytest.mark.parametrize("place", PLACES)
def test_no_path_leads_to_another_file(client, place, end):
    answer = client.get(place + end, headers=HTML)
    assert answer.status_code in {404, 405, 422}
    assert answer.headers["content-type"].startswith("text/html")
    shown = re.sub(r"<nav.*?</nav>|<head>.*?</head>", "", answer.text, flags=re.DOTALL)
    assert not HELD.search(shown)


# Addresses that lead to another site

LED = [
    "/dyads?one=//evil.example&other=PRK",
    "/dyads?one=PRK&other=https://evil.example",
    "/dyads?one=PRK/../../evil.example&other=USA",
    "/dyads?one=PRK&other=USA&from=//evil.example",
    "/dyads/PRKGOV/USA?around=//evil.example",
    "/parties?name=//evil.example",
    "/parties?name=PRK%0d%0aLocation:%20//evil.example",
    "/articles?id=//evil.example",
    "/articles?id=https://evil.example",
    "//evil.example/dyads/",
    "//evil.example/%2e%2e",
    "//evil.example",
    "/\\evil.example/",
    "/%5cevil.example/",
    "/.evil.example",
    "/static//evil.example/..",
    "/dyads/PRK/USA/",
    "/login?next=//evil.example",
    "/logout?next=//evil.example",
    "/account?next=//evil.example",
]


@pytest.mark.parametrize("address", LED)
@pytest.mark.parametrize("is_here", [True, False], ids=["here", "elsewhere"])
def test_nothing_leads_to_another_site(served, address, is_here):
    app = make_app(Served(served.store, served.rules, loopback=is_here))
    answer = TestClient(app, base_url="http://localhost", follow_redirects=False).get(f"http://localhost{address}")
    led = answer.headers.get("location", "/")
    assert re.match(r"(http://localhost)?/(?![/\\])", led), led
    assert "\n" not in led
    assert not re.search(r"""(href|src|action)=["']?(https?:|)//evil""", answer.text)


def test_a_party_by_name_leads_to_its_own_page(client):
    answer = client.get("/dyads?one=North+Korea&other=United+States&from=2013-01-01")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dyads/PRK/USA?from=2013-01-01")


# Names that are not this server's

FORGED = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Host": "evil.example"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Forwarded-Server": "evil.example", "X-Forwarded-Proto": "javascript"},
    {"X-Original-URL": "/account", "X-Rewrite-URL": "//evil.example"},
    {"Origin": "http://evil.example"},
    {"Referer": "http://evil.example/"},
    {"X-HTTP-Method-Override": "DELETE"},
]


@pytest.mark.parametrize("headers", FORGED, ids=[next(iter(one)) for one in FORGED])
@pytest.mark.parametrize("address", ["/", "/dyads.atom", "/search?words=missile", "/add", "/missing"])
def test_headers_that_only_claim_are_not_believed(client, address, headers):
    answer, plain = client.get(address, headers=headers), client.get(address)
    assert "evil.example" not in answer.text + str(answer.headers)
    assert answer.status_code in {plain.status_code, 303}
    assert answer.headers.get("location", "/").startswith(("/", "http://localhost/"))


@pytest.mark.parametrize(("https", "scheme"), [(False, "http"), (True, "https")])
def test_feeds_lead_to_this_site_as_browsers_reach_it(served, https, scheme):
    app = make_app(Served(served.store, served.rules, https=https), names=["desk.example"])
    feed = TestClient(app, base_url="http://desk.example").get("/dyads.atom").text
    assert set(re.findall(r'href="(\w+://[^/"]+)', feed)) == {f"{scheme}://desk.example"}


# Forms


def posts():
    """Every route that takes something in from those who may write; `test_outsiders` tries those for everybody."""
    routes = [route for module in all_pages() for route in module.router.routes if "POST" in route.methods]
    return {route.path: route.path_format for route in routes if route.path not in FOR_OUTSIDERS}


POSTS = posts()
LIST = {"title": "The Gulf", "parties": "Iran", "what": "events", "schedule": "daily", "visibility": "public"}
GIVEN = {
    "/add/text": {"text": "Chad thanked Sudan for its help on Monday."},
    "/add/address": {"address": "http://harbour.example/"},
    "/add/files": {},
    "/add/chronicle": {},
    "/login": {"name": "Anna", "password": "correct horse battery"},
    "/logout": {},
    "/account/password": {"current": "correct horse battery", "new": "another good password", "again": "another good password"},
    "/account/sessions": {},
    "/events/{id:path}/wrong": {"wrong": "1", "reason": "it is not so", "by": "Anna"},
    "/ledger/{id:path}/rule": {"standing": "kept", "day": "2013-05-01", "reason": "it was done", "by": "Anna"},
    "/corrections/{number:int}/withdraw": {"reason": "it was so", "by": "Anna"},
    "/briefings/add": LIST | {"name": "gulf"},
    "/briefings/manage/{slug}": LIST,
    "/briefings/manage/{slug}/send": {"day": "2013-06-20"},
}  # fmt: skip


class Site:
    """A copy of the chronicle, served to this machine or to others, with one correction in it."""

    def __init__(self, file, rules, *, is_here):
        self.file = file
        self.store = open_store(file)
        self.jobs = Jobs(self.store, rules, load=coded.load, allow=lambda address: False)
        self.app = make_app(Served(self.store, rules, loopback=is_here, jobs=self.jobs))
        ledgers.refresh(self.store, rules)

    def browser(self):
        return TestClient(self.app, base_url="http://localhost", follow_redirects=False, headers=HTML)

    def address(self, path):
        """A route with what is there."""
        browser = self.browser()
        known = known_values(browser)
        event = self.telling(browser, known)
        ids = {"/events": event["id"], "/ledger": known["/ledger/{id}"][0]}
        return POSTS[path].format(
            id=next((id for stem, id in ids.items() if path.startswith(stem)), ""), number=1, slug="koreas"
        )

    def telling(self, browser, known):
        found = browser.get(f"/events/{known['/events/{id}'][0]}.json").json()
        told = found["tellings"][0]
        trigger = told["event"]["trigger"]
        return {"id": found["id"], "report": told["key"], "at": f"{trigger['start']}-{trigger['end']}"}

    def given(self, path):
        if not path.startswith("/events"):
            return GIVEN[path]
        browser = self.browser()
        return GIVEN[path] | {
            name: value for name, value in self.telling(browser, known_values(browser)).items() if name != "id"
        }

    def state(self):
        """Everything that is stored, and every job."""
        with self.store.reading() as connection:
            driver = connection.connection.driver_connection
            return list(driver.iterdump()), self.jobs.latest()

    def close(self):
        self.jobs.close()
        self.store.close()


@pytest.fixture
def site_of(file, rules, tmp_path):
    made = []

    def site(*, is_here):
        shutil.copyfile(file, tmp_path / "site.db")
        made.append(Site(tmp_path / "site.db", rules, is_here=is_here))
        return made[-1]

    yield site
    for one in made:
        one.close()


def send(browser, site, path, *, token=None, headers=None):
    data = site.given(path) | ({"token": token} if token is not None else {})
    files = [("files", ("a.txt", b"Chad thanked Sudan.", "text/plain"))] if path == "/add/files" else None
    return browser.post(site.address(path), data=data, files=files, headers=headers)


def token_of(browser, page="/add"):
    return TOKEN.search(browser.get(page).text)[1]


def test_every_route_that_writes_is_tried():
    assert set(POSTS) == set(GIVEN)


# What a browser brings: whose token, and what it tells of where the form stood.
FORGERIES = {
    "no token": (None, {}),
    "an empty token": ("", {}),
    "somebody else's token": ("theirs", {}),
    "another origin": ("own", {"Origin": "http://evil.example"}),
    "another port": ("own", {"Origin": "http://localhost:1"}),
    "a hidden origin": ("own", {"Origin": "null"}),
    "across sites": ("own", {"Sec-Fetch-Site": "cross-site"}),
    "from a sister": ("own", {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}),
    "a token in a header": (None, {"X-CSRF-Token": "own"}),
}


@pytest.mark.parametrize("path", sorted(POSTS))
def test_forged_forms_are_refused_and_nothing_is_stored(site_of, path):
    site = site_of(is_here=True)
    browser, other = site.browser(), site.browser()
    tokens = {"own": token_of(browser), "theirs": token_of(other)}
    before = site.state()
    for name, (token, headers) in FORGERIES.items():
        sent = {key: tokens.get(value, value) for key, value in headers.items()}
        answer = send(browser, site, path, token=tokens.get(token, token), headers=sent)
        assert answer.status_code == 403, name
        assert "set-cookie" not in answer.headers, name
    assert site.state() == before


@pytest.mark.parametrize("path", sorted(POSTS))
def test_the_same_form_from_our_page_is_taken(site_of, path):
    """So that a refusal above is due to the forgery alone."""
    site = site_of(is_here=True)
    browser = site.browser()
    if path.startswith("/corrections"):
        sent = send(browser, site, "/events/{id:path}/wrong", token=token_of(browser))
        assert sent.status_code == 303
    answer = send(browser, site, path, token=token_of(browser))
    refused = {
        "/login": "not right",
        "/account/password": "nobody needs a login",
        "/account/sessions": "nobody needs a login",
    }
    if path in refused:
        assert refused[path] in answer.text
    else:
        assert (answer.status_code, answer.headers["location"][0]) == (303, "/")


@pytest.mark.parametrize("path", sorted(set(POSTS) - {"/login", "/logout"}))
def test_from_elsewhere_nobody_writes_without_a_login(site_of, path):
    site = site_of(is_here=False)
    browser = site.browser()
    token = token_of(browser, "/login")
    before = site.state()
    answer = send(browser, site, path, token=token)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2F")
    assert send(browser, site, path, token=token, headers={"accept": "application/json"}).status_code == 401
    assert site.state() == before


def test_whoever_is_logged_in_writes_by_his_own_name(site_of):
    site = site_of(is_here=False)
    browser = logged_in(site)
    answer = send(browser, site, "/events/{id:path}/wrong", token=token_of(browser))
    assert answer.status_code == 303
    (decision,) = browser.get("/corrections.json").json()["found"]
    assert decision["by"] == "Anna K."


def test_a_session_that_was_ended_writes_nothing(site_of):
    site = site_of(is_here=False)
    browser = logged_in(site)
    token, cookies = token_of(browser), dict(browser.cookies)
    assert browser.post("/logout", data={"token": token}).status_code == 303
    browser.cookies.update(cookies)
    assert send(browser, site, "/add/text", token=token).headers["location"].startswith("/login")


def logged_in(site):
    """A browser in which Anna K. has logged in, with a password that costs little."""
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    site.app.app.app.state.guard.passwords = cheap
    with site.store.writing() as connection:
        people.add_person(connection, "Anna K.", cheap.digest("correct horse battery"), 0)
    browser = site.browser()
    given = {"name": "Anna K.", "password": "correct horse battery", "token": token_of(browser, "/login")}
    assert browser.post("/login", data=given).status_code == 303
    return browser


# What every page keeps to


@pytest.mark.parametrize("is_here", [True, False], ids=["here", "elsewhere"])
def test_pages_with_a_token_are_kept_by_no_cache_and_others_give_no_cookie(served, client, is_here):
    app = make_app(Served(served.store, served.rules, loopback=is_here))
    seen = set()
    for name, (address, _) in (pages(client) | {"login": ("/login", ()), "account": ("/account", ())}).items():
        answer = TestClient(app, base_url="http://localhost", follow_redirects=False).get(address, headers=HTML)
        with_form = TOKEN.search(answer.text) is not None
        seen.add(with_form)
        assert answer.headers["cache-control"] == "no-store" or not with_form, name
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == with_form, name
        for cookie in cookies:
            assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), name
    assert seen == {True, False}


@pytest.mark.parametrize("name", ["add", "account"])
def test_from_elsewhere_reading_is_open_and_forms_are_not(served, client, name):
    app = make_app(Served(served.store, served.rules, loopback=False))
    stranger = TestClient(app, base_url="http://localhost", follow_redirects=False, headers=HTML)
    shut = {"add": "/add", "account": "/account"}
    assert stranger.get(shut[name]).headers["location"] == f"/login?next=%2F{name}"
    read = {one: address for one, (address, _) in pages(client).items() if one not in {*DESK, "missing"}}
    assert {stranger.get(address).status_code for address in read.values()} == {200}


METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "CONNECT")


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(client, method):
    addresses = [one.address for one in pages(client).values()]
    for address in [*addresses, "/add/text", "/login", "/static/dragoman.css", "/openapi.json"]:
        answer = client.request(method, address)
        assert answer.status_code == 405, address
        assert "TRACE" not in answer.text


def test_what_is_posted_to_a_page_is_refused(client):
    taking = {"missing", "briefings-add", "briefings-one"}
    addresses = [one.address for name, one in pages(client).items() if name not in taking]
    assert {client.post(address, data={"by": "x"}).status_code for address in addresses} == {405}


def test_errors_tell_nothing_of_the_machine(client):
    told = [client.get(address).text for address in ("/articles/0", "/dyads/x/y", "/events/%00", "/search?before=x")]
    told.append(json.dumps(client.get("/ledger.json?on=2013-02-31").json()))
    assert not re.search(r"/root|/home|/usr|site-packages|\.py\b|line \d+", " ".join(told))
