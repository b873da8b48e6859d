"""Who may write: everybody at this machine, from elsewhere those who are logged in; how they get in and out."""

import re

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.store import open_store, people
from dragoman.store.people import IDLE, LONGEST
from dragoman.web import people as web_people
from dragoman.web.errors import add_errors
from dragoman.web.forms import Checked
from dragoman.web.pages import login
from dragoman.web.passwords import BusyError, Passwords
from dragoman.web.people import (
    BY_NAME,
    BY_NETWORK,
    HOUR,
    JOBS,
    MINUTE,
    Adder,
    Guard,
    Reader,
    Writer,
    add_people,
    safe_next,
)
from dragoman.web.serving import Served

ANNA, PASSWORD, OTHER = "Anna", "correct horse battery", "another good password"
TOKEN = re.compile(r'name="token" value="(\w+)"')
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Clock:
    now = 1_780_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.db") as found:
        yield found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def guard(clock, store):
    """What lets Anna in, at costs that only tests can take."""
    found = Guard(clock=clock, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    with store.writing() as connection:
        people.add_person(connection, ANNA, found.passwords.digest(PASSWORD), found.now())
    return found


@pytest.fixture
def app_of(store, rules, guard):
    """A function that serves the store, with pages that ask who is there."""

    def made(*, loopback=False, https=False):
        app = FastAPI()
        app.state.served = Served(store, rules, loopback=loopback, https=https)
        add_errors(app)
        add_people(app, guard)
        app.include_router(login.router)

        @app.get("/who")
        def who(person: Reader) -> str:
            return person.name if person else ""

        @app.get("/settings")
        def settings(person: Writer) -> str:
            return person.name

        @app.post("/settings")
        def settings_sent(person: Writer, _: Checked) -> str:
            return person.name

        @app.post("/job")
        def job(person: Adder) -> str:
            return person.name

        return app

    return made


@pytest.fixture
def browser_of(app_of):
    """A function that gives a browser that has been nowhere yet."""

    def opened(scheme="http", client=("203.0.113.7", 5000), **options):
        return TestClient(
            app_of(**options),
            base_url=f"{scheme}://here.example",
            follow_redirects=False,
            headers=HTML,
            client=client,
        )

    return opened


@pytest.fixture
def browser(browser_of):
    return browser_of()


def token_of(browser, page="/login"):
    return TOKEN.search(browser.get(page).text)[1]


def logged_in(browser, name=ANNA, password=PASSWORD, **more):
    data = {"token": token_of(browser), "name": name, "password": password} | more
    return browser.post("/login", data=data)


def who(browser):
    return browser.get("/who").json()


def cookie_of(browser):
    return next((one.value for one in browser.cookies.jar if one.name.removeprefix("__Host-") == "dragoman"), None)


# At this machine and elsewhere


def test_at_this_machine_everything_works_without_a_login(browser_of):
    browser = browser_of(loopback=True)
    name = web_people.person_here().name
    assert who(browser) == name
    assert browser.get("/settings").json() == name
    data = {"token": token_of(browser)}
    assert browser.post("/settings", data=data).json() == name
    assert {browser.post("/job", data=data).status_code for _ in range(JOBS + 5)} == {200}
    assert "nobody needs to log in" in browser.get("/account").text


def test_at_this_machine_forged_forms_are_refused_all_the_same(browser_of):
    browser = browser_of(loopback=True)
    token = token_of(browser)
    assert browser.post("/settings").status_code == 403
    forged = browser.post("/settings", data={"token": token}, headers={"origin": "http://evil.example"})
    assert forged.status_code == 403


NAMES = [
    ("somebody", "somebody"),
    ("Ödön K.", "Ödön K."),
    ("a\nb", "somebody at this computer"),
    ("x" * 65, "somebody at this computer"),
]


@pytest.mark.parametrize(("user", "name"), NAMES)
def test_the_name_of_whoever_sits_here(monkeypatch, user, name):
    monkeypatch.setenv("LOGNAME", user)
    assert web_people.person_here().name == name


@pytest.mark.parametrize("error", [KeyError("uid"), OSError("no name")])
def test_a_number_without_a_name_is_somebody(monkeypatch, error):
    def getuser():
        raise error

    monkeypatch.setattr(web_people.getpass, "getuser", getuser)
    assert web_people.person_here().name == "somebody at this computer"


PASSED_ON = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]


@pytest.mark.parametrize("header", PASSED_ON)
def test_whoever_comes_through_another_server_sits_elsewhere(browser_of, header):
    browser = browser_of(loopback=True)
    headers = {header: "127.0.0.1"}
    assert browser.get("/who", headers=headers).json() == ""
    assert browser.get("/settings", headers=headers).status_code == 303


def test_a_server_that_is_reached_by_https_is_no_loopback(browser_of):
    browser = browser_of(loopback=True, https=True)
    assert who(browser) == ""
    assert browser.get("/settings").status_code == 303


def test_from_elsewhere_reading_is_open_and_writing_leads_to_the_login(browser):
    assert who(browser) == ""
    for answer in (browser.get("/settings?of=me&at=1"), browser.get("/account")):
        assert answer.status_code == 303
    assert browser.get("/settings?of=me&at=1").headers["location"] == "/login?next=%2Fsettings%3Fof%3Dme%26at%3D1"


REFERERS = [
    ("http://here.example/events/e?all=1", "/events/e?all=1"),
    ("http://here.example/events/e?all=1#words", "/events/e?all=1"),
    ("http://evil.example/events/e", "/"),
    ("http://here.example//evil.example", "/"),
    ("http://here.example@evil.example/x", "/"),
    ("http://[evil", "/"),
    ("", "/"),
]


@pytest.mark.parametrize(("referer", "next"), REFERERS)
def test_whoever_sent_a_form_comes_back_to_its_page(browser, referer, next):
    data = {"token": token_of(browser)}
    answer = browser.post("/settings", data=data, headers={"referer": referer})
    assert answer.status_code == 303
    assert TestClient(browser.app).get(answer.headers["location"]).text.count(f'name="next" value="{next}"') == 1


def test_programs_are_refused_in_json(browser):
    answer = browser.post("/settings", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (401, "page")


# In and out


def test_logging_in(browser):
    answer = logged_in(browser, next="/settings?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?a=1")
    assert answer.headers["cache-control"] == "no-store"
    assert who(browser) == ANNA
    assert browser.get("/settings").json() == ANNA
    assert browser.post("/settings", data={"token": token_of(browser, "/account")}).json() == ANNA


def test_a_name_is_taken_as_it_is_kept(browser):
    assert logged_in(browser, name=f" {ANNA} ").status_code == 303


WRONG = {
    "another password": (ANNA, OTHER),
    "no password": (ANNA, ""),
    "nobody": ("Nobody", PASSWORD),
    "another case": (ANNA.upper(), PASSWORD),
    "no name": ("", PASSWORD),
    "not a name": ("a\x00b", PASSWORD),
    "markup": ("<b>Anna</b>", PASSWORD),
    "SQL": ("Anna' OR '1'='1", PASSWORD),
    "very long": ("x" * 10_000, "y" * 10_000),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_names_and_passwords_are_refused_alike(browser, case):
    name, password = WRONG[case]
    answer = logged_in(browser, name, password)
    assert answer.status_code == 403
    assert "The name or the password is not right." in answer.text
    assert "<b>Anna</b>" not in answer.text
    assert password not in answer.text or password == ""
    assert (cookie_of(browser), who(browser)) == (None, "")


def test_refusals_are_the_same_but_for_the_name(browser):
    one, other = (logged_in(browser, name, OTHER).text.replace(name, "NAME") for name in (ANNA, "Bert"))
    assert one == other


def test_for_nobody_a_password_is_compared_too(browser, guard, monkeypatch):
    compared = []
    is_right = guard.passwords.is_right
    monkeypatch.setattr(guard.passwords, "is_right", lambda *given: compared.append(given) or is_right(*given))
    logged_in(browser, "Nobody", PASSWORD)
    logged_in(browser, "a\x00b", PASSWORD)
    assert compared == [(PASSWORD, None)] * 2


def test_a_login_without_a_token_is_refused(browser):
    browser.get("/login")
    answer = browser.post("/login", data={"name": ANNA, "password": PASSWORD})
    assert answer.status_code == 403
    assert cookie_of(browser) is None


def test_each_login_has_a_session_of_its_own_and_ends_the_one_before(browser):
    logged_in(browser)
    first = cookie_of(browser)
    data = {"token": token_of(browser, "/account"), "name": ANNA, "password": PASSWORD}
    assert browser.post("/login", data=data).status_code == 303
    assert cookie_of(browser) != first
    assert who(browser) == ANNA
    browser.cookies.clear()
    browser.cookies.set("dragoman", first)
    assert who(browser) == ""


def test_a_session_that_somebody_else_chose_is_not_taken_up(browser):
    chosen = {"cookie": "dragoman=chosen"}
    token = TOKEN.search(browser.get("/login", headers=chosen).text)[1]
    answer = browser.post("/login", data={"token": token, "name": ANNA, "password": PASSWORD}, headers=chosen)
    assert answer.status_code == 303
    assert "chosen" not in answer.headers["set-cookie"]
    assert browser.get("/who", headers=chosen).json() == ""


def test_logging_out(browser):
    logged_in(browser)
    token = cookie_of(browser)
    answer = browser.post("/logout", data={"token": token_of(browser, "/account")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie_of(browser) is None
    browser.cookies.set("dragoman", token)
    assert who(browser) == ""


def test_nobody_is_logged_out_by_another_site(browser):
    logged_in(browser)
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout").status_code == 403
    assert who(browser) == ANNA


COOKIES = [
    ("http", False, "dragoman=", []),
    ("https", False, "__Host-dragoman=", ["Secure"]),
    ("http", True, "__Host-dragoman=", ["Secure"]),
]


@pytest.mark.parametrize(("scheme", "https", "name", "more"), COOKIES)
def test_the_cookie(browser_of, scheme, https, name, more):
    browser = browser_of(scheme, https=https)
    page = browser.get("/login")
    form = page.headers["set-cookie"].partition(";")[0]
    data = {"token": TOKEN.search(page.text)[1], "name": ANNA, "password": PASSWORD}
    answer = browser.post("/login", data=data, headers={"cookie": form})
    (line,) = answer.headers.get_list("set-cookie")
    value, *flags = line.split("; ")
    assert value.startswith(name)
    assert len(value) >= len(name) + 43
    assert flags == ["Path=/", f"Max-Age={LONGEST}", "HttpOnly", "SameSite=Lax", *more]
    assert browser.get("/who", headers={"cookie": value}).json() == ANNA


def test_over_https_a_cookie_that_another_host_can_have_set_is_not_read(browser_of):
    browser = browser_of("https")
    logged_in(browser)
    token = cookie_of(browser)
    browser.cookies.clear()
    browser.cookies.set("dragoman", token)
    assert who(browser) == ""


def test_sessions_end(browser, clock):
    logged_in(browser)
    clock.now += IDLE - 1
    assert who(browser) == ANNA
    clock.now += IDLE
    assert who(browser) == ""
    assert browser.get("/settings").status_code == 303


def test_whoever_is_logged_in_goes_on(browser):
    logged_in(browser)
    answer = browser.get("/login?next=/settings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")


def test_what_knows_the_reader_is_kept_by_no_cache(browser):
    logged_in(browser)
    for page in ("/who", "/settings", "/account", "/login"):
        assert browser.get(page).headers["cache-control"] == "no-store", page
    assert "no-store" not in TestClient(browser.app).get("/who").headers.get("cache-control", "")


def test_a_digest_at_other_costs_is_renewed_at_login(browser, guard, store):
    older = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with store.writing() as connection:
        people.set_password(connection, ANNA, older)
    assert logged_in(browser).status_code == 303
    with store.reading() as connection:
        kept = people.password_of(connection, ANNA)
    assert not guard.passwords.is_dated(kept)
    assert who(browser) == ANNA


def test_a_password_that_is_changed_while_it_is_compared_opens_nothing(browser, guard, store, monkeypatch):
    is_right = guard.passwords.is_right

    def changing(*given):
        with store.writing() as connection:
            people.set_password(connection, ANNA, "another digest")
        return is_right(*given)

    monkeypatch.setattr(guard.passwords, "is_right", changing)
    assert logged_in(browser).status_code == 403
    assert who(browser) == ""


# Where to go on

SAME_SITE = [
    "/",
    "/ledger?by=PRK&to=KOR",
    "/dyads/PRK/USA?from=2012-01-01#events",
    "/a//b",
    "/ü",
    "/%2F%2Fevil.example",
]
OPEN_REDIRECTS = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/a\x00b",
    "/a\x7fb",
    "/a\u2028b",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?next=//evil.example",
    "",
    "/login",
    "/login?next=/login",
    "/logout",
    "/" + "x" * 2_001,
]


@pytest.mark.parametrize("next", SAME_SITE)
def test_next_is_a_page_of_this_site(next):
    assert safe_next(next) == next


@pytest.mark.parametrize("next", OPEN_REDIRECTS)
def test_next_leads_nowhere_else(browser, next):
    assert safe_next(next) == "/"
    answer = browser.get("/login", params={"next": next})
    assert 'name="next" value="/"' in answer.text
    assert logged_in(browser, next=next).headers["location"] == "/"
    assert browser.get("/login", params={"next": next}).headers["location"] == "/"


# A person's own page


def change(browser, current=PASSWORD, new=OTHER, again=None):
    data = {"token": token_of(browser, "/account"), "current": current, "new": new, "again": again or new}
    return browser.post("/account/password", data=data)


def test_changing_the_password_ends_all_other_sessions(browser_of):
    browser, other = browser_of(), browser_of()
    logged_in(browser)
    logged_in(other)
    before = cookie_of(browser)
    answer = change(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?changed=1")
    assert "is changed" in browser.get("/account?changed=1").text
    assert (who(browser), who(other)) == (ANNA, "")
    assert cookie_of(browser) != before
    assert logged_in(other).status_code == 403
    assert logged_in(other, password=OTHER).status_code == 303


UNCHANGED = [
    ({"current": "not the right one"}, 403, "not your password"),
    ({"again": "a different password"}, 422, "not the same"),
    ({"new": "too short"}, 422, "at least 12 characters"),
    ({"new": "x" * 2_000}, 422, "at most 1,000 characters"),
    ({"new": "aaaaaaaaaaaaaa"}, 422, "over and over"),
]


@pytest.mark.parametrize(("given", "status", "words"), UNCHANGED)
def test_what_does_not_change_it(browser, given, status, words):
    logged_in(browser)
    answer = change(browser, **given)
    assert answer.status_code == status
    assert words in answer.text
    assert who(browser) == ANNA
    assert logged_in(TestClient(browser.app, base_url="http://here.example", follow_redirects=False)).status_code == 303


def test_guessing_the_password_from_a_session_is_limited(browser):
    logged_in(browser)
    statuses = [change(browser, current="not the right one").status_code for _ in range(BY_NAME)]
    assert statuses == [403] * (BY_NAME - 1) + [429]


def test_ending_all_sessions(browser_of):
    browser, other = browser_of(), browser_of()
    logged_in(browser)
    logged_in(other)
    answer = browser.post("/account/sessions", data={"token": token_of(browser, "/account")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert (who(browser), who(other)) == ("", "")


@pytest.mark.parametrize("address", ["/account/password", "/account/sessions"])
def test_an_account_is_changed_only_by_its_person(browser_of, browser, store, address):
    with store.reading() as connection:
        before = people.password_of(connection, ANNA)
    assert browser.post(address, data={"token": token_of(browser)}).status_code == 303
    here = browser_of(loopback=True)
    assert here.post(address, data={"token": token_of(here)}).status_code == 403
    logged_in(browser)
    assert browser.post(address, data={"current": PASSWORD, "new": OTHER, "again": OTHER}).status_code == 403
    with store.reading() as connection:
        assert people.password_of(connection, ANNA) == before
    assert who(browser) == ANNA


# Limits


def test_logins_of_one_name_are_limited_from_wherever(browser_of, clock):
    browsers = [browser_of(client=(f"198.51.{number}.1", 1)) for number in range(BY_NAME + 1)]
    answers = [logged_in(browser, password=OTHER) for browser in browsers]
    assert [answer.status_code for answer in answers] == [403] * BY_NAME + [429]
    assert answers[-1].headers["retry-after"] == str(MINUTE)
    assert "Try again in 60 seconds" in answers[-1].text
    assert logged_in(browsers[0]).status_code == 429
    clock.now += MINUTE
    assert logged_in(browsers[0]).status_code == 303


def test_the_limit_tells_nothing_of_who_there_is(browser):
    answers = {
        name: [logged_in(browser, spelled, OTHER).status_code for spelled in spellings]
        for name, spellings in {
            ANNA: [ANNA, " anna", "ANNA ", ANNA, ANNA, ANNA],
            "Bert": ["Bert", " bert", "BERT ", "Bert", "Bert", "Bert"],
        }.items()
    }
    assert answers[ANNA] == answers["Bert"] == [403] * BY_NAME + [429]


@pytest.mark.parametrize(
    "addresses",
    [
        [f"203.0.113.{number}" for number in range(1, 30)],
        [f"2001:db8:7:4{number:02x}::{number}" for number in range(1, 30)],
    ],
)
def test_logins_of_one_network_are_limited_whatever_the_name(browser_of, addresses):
    statuses = []
    for number, address in enumerate(addresses):
        browser = browser_of(client=(address, 1))
        statuses.append(logged_in(browser, f"Name {number}", OTHER).status_code)
    assert statuses == [403] * BY_NETWORK + [429] * (len(addresses) - BY_NETWORK)
    assert logged_in(browser_of(client=("192.0.2.1", 1))).status_code == 303


def test_an_address_that_is_only_claimed_is_not_believed(browser):
    statuses = []
    for number in range(BY_NETWORK + 3):
        browser.headers["x-forwarded-for"] = f"10.{number}.0.1"
        statuses.append(logged_in(browser, f"Name {number}", OTHER).status_code)
    assert statuses == [403] * BY_NETWORK + [429] * 3


def test_forged_logins_lock_nobody_out(browser):
    for _ in range(BY_NETWORK + 5):
        assert browser.post("/login", data={"name": ANNA, "password": OTHER, "token": "0"}).status_code == 403
    assert logged_in(browser).status_code == 303


def test_adding_is_limited_by_the_hour(browser, clock):
    logged_in(browser)
    data = {"token": token_of(browser, "/account")}
    assert {browser.post("/job").status_code for _ in range(JOBS + 5)} == {403}
    answers = [browser.post("/job", data=data) for _ in range(JOBS + 1)]
    assert [answer.status_code for answer in answers] == [200] * JOBS + [429]
    assert answers[-1].headers["retry-after"] == str(HOUR)
    assert "Try again in 60 minutes" in answers[-1].text
    clock.now += HOUR
    assert browser.post("/job", data=data).status_code == 200


@pytest.mark.parametrize("step", ["is_right", "digest"])
def test_too_many_at_once_come_back_in_a_moment(browser, guard, monkeypatch, step):
    def busy(*given):
        raise BusyError("too many people log in at once", kind="busy")

    logged_in(browser)
    monkeypatch.setattr(guard.passwords, step, busy)
    answer = change(browser)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
