"""Forged forms: only what one of our pages gave to this very browser is taken, and only from here."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI, Request, UploadFile
from fastapi.testclient import TestClient

from dragoman.web.forms import FOREIGN, NO_COOKIE, STALE, Checked, Forms, form_token

SECRET = b"s" * 32


def make_app(*, https=False, secret=SECRET):
    app = FastAPI()
    app.state.served = SimpleNamespace(https=https)
    app.add_middleware(Forms, secret=secret)

    @app.get("/form")
    def form(request: Request) -> str:
        assert form_token(request) == form_token(request)
        return form_token(request)

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.post("/send")
    def send(_: Checked) -> str:
        return "taken"

    @app.post("/upload")
    def upload(_: Checked, files: list[UploadFile]) -> int:
        return len(files)

    return app


def browser(scheme="http", **options):
    return TestClient(make_app(**options), base_url=f"{scheme}://here.example")


@pytest.fixture
def one():
    return browser()


def sent(client, token=None, **headers):
    """What comes of sending a form: the answer's status, and the reason where it is refused."""
    data = {} if token is None else {"token": token}
    answer = client.post("/send", data=data, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, answer.json()["detail"] if answer.status_code == 403 else None


def test_a_form_from_our_page_is_taken(one):
    token = one.get("/form").json()
    assert sent(one, token) == (200, None)
    assert sent(one, token) == (200, None)
    assert one.get("/form").json() == token


def test_with_files(one):
    token = one.get("/form").json()
    files = [("files", ("a.txt", b"a")), ("files", ("b.txt", b"b"))]
    assert one.post("/upload", data={"token": token}, files=files).json() == 2
    assert one.post("/upload", files=files).status_code == 403


CHANGES = {
    "missing": lambda token: None,
    "empty": lambda token: "",
    "cut": lambda token: token[:-1],
    "longer": lambda token: token + "0",
    "upper case": lambda token: token.upper(),
    "turned": lambda token: token[::-1],
    "not ASCII": lambda token: "ü" * 64,
    "surrogate": lambda token: "\\ud800",
    "NUL": lambda token: token + "\x00",
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_tokens_are_refused(one, change):
    token = one.get("/form").json()
    assert sent(one, CHANGES[change](token)) == (403, STALE)


def test_every_flipped_bit_is_refused(one):
    token = one.get("/form").json()
    flipped = [
        token[:place] + f"{int(token[place], 16) ^ (1 << bit):x}" + token[place + 1 :]
        for place in range(0, 64, 5)
        for bit in range(4)
    ]
    assert {sent(one, other)[0] for other in flipped} == {403}


def test_a_token_of_another_browser_is_refused(one):
    token = browser().get("/form").json()
    one.get("/form")
    assert sent(one, token) == (403, STALE)


def test_a_token_without_the_cookie_is_refused(one):
    token = one.get("/form").json()
    one.cookies.clear()
    assert sent(one, token) == (403, NO_COOKIE)


def test_a_token_of_before_the_restart_is_refused(one):
    token = one.get("/form").json()
    again = browser(secret=b"t" * 32)
    again.cookies.update(one.cookies)
    assert sent(again, token) == (403, STALE)


def test_after_logging_in_a_token_of_before_is_refused(one):
    token = one.get("/form").json()
    one.cookies.set("dragoman", "token of a session")
    assert sent(one, token) == (403, STALE)
    bound = one.get("/form").json()
    assert sent(one, bound) == (200, None)
    one.cookies.set("dragoman", "token of the next session")
    assert sent(one, bound) == (403, STALE)


def test_one_cookie_cannot_stand_for_the_other(one):
    one.cookies.set("dragoman-form", "value")
    token = one.get("/form").json()
    one.cookies.clear()
    one.cookies.set("dragoman", "value")
    assert sent(one, token) == (403, STALE)


def test_only_a_token_in_the_form_counts(one):
    token = one.get("/form").json()
    assert one.post(f"/send?token={token}").status_code == 403
    assert one.post("/send", json={"token": token}).status_code in {403, 422}
    plain = one.post("/send", content=f"token={token}", headers={"content-type": "text/plain"})
    assert plain.status_code in {403, 422}


HERE = [
    {"origin": "http://here.example"},
    {"sec_fetch_site": "same-origin"},
    {"origin": "http://here.example", "sec_fetch_site": "same-origin"},
    {"origin": "null", "sec_fetch_site": "same-origin"},
    {"origin": "http://here.example", "host": "HERE.example"},
]
ELSEWHERE = [
    {"origin": "http://evil.example"},
    {"origin": "https://here.example"},
    {"origin": "http://here.example:8000"},
    {"origin": "http://here.example.evil.example"},
    {"origin": "http://evil.example/http://here.example"},
    {"origin": "here.example"},
    {"origin": "null"},
    {"origin": ""},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"sec_fetch_site": "none"},
    {"sec_fetch_site": ""},
    {"origin": "http://here.example", "sec_fetch_site": "cross-site"},
    {"origin": "http://evil.example", "sec_fetch_site": "same-origin"},
]


@pytest.mark.parametrize("headers", HERE)
def test_from_here(one, headers):
    token = one.get("/form").json()
    assert sent(one, token, **headers) == (200, None)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_from_elsewhere(one, headers):
    token = one.get("/form").json()
    assert sent(one, token, **headers) == (403, FOREIGN)


def test_behind_a_server_that_speaks_https(one):
    client = browser("http", https=True)
    client.cookies.set("__Host-dragoman-form", "value")
    token = client.get("/form").json()
    assert sent(client, token, origin="https://here.example") == (200, None)
    assert sent(client, token, origin="http://here.example") == (403, FOREIGN)


COOKIES = [
    ("http", False, "dragoman-form=", []),
    ("https", False, "__Host-dragoman-form=", ["Secure"]),
    ("http", True, "__Host-dragoman-form=", ["Secure"]),
]


@pytest.mark.parametrize(("scheme", "https", "name", "more"), COOKIES)
def test_the_cookie(scheme, https, name, more):
    (line,) = browser(scheme, https=https).get("/form").headers.get_list("set-cookie")
    value, *flags = line.split("; ")
    assert value.startswith(name)
    assert len(value) >= len(name) + 43
    assert flags == ["Path=/", "HttpOnly", "SameSite=Lax", *more]


def test_over_https_a_cookie_that_another_host_can_have_set_is_not_read():
    client = browser("https")
    client.get("/form")
    (cookie,) = [one for one in client.cookies.jar if one.name == "__Host-dragoman-form"]
    client.cookies.clear()
    client.cookies.set("dragoman-form", cookie.value)
    assert sent(client, "0" * 64) == (403, NO_COOKIE)


def test_only_pages_with_a_form_give_a_cookie_and_are_private(one):
    plain, form, again = one.get("/plain"), one.get("/form"), one.get("/form")
    assert ["set-cookie" in answer.headers for answer in (plain, form, again)] == [False, True, False]
    told = [answer.headers.get("cache-control") for answer in (plain, form, again)]
    assert told == [None, "no-store", "no-store"]
