"""What holds for every response: headers, names, HEAD, errors."""

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from dragoman.errors import InputError, StoreError
from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.errors import MissingError
from dragoman.web.serving import Served


class Faulty:
    """Pages that go wrong, each in its own way."""

    router = APIRouter()


@Faulty.router.get("/unreadable")
@Faulty.router.get("/unreadable.json")
def unreadable():
    raise InputError("'<b>' is no day", kind="date")


@Faulty.router.get("/missing")
def missing():
    raise MissingError("there is no event 'x'", kind="event")


@Faulty.router.get("/locked")
def locked():
    raise StoreError("another program is writing to it", kind="locked", where="folder/secret.db")


@Faulty.router.get("/broken")
@Faulty.router.get("/broken.json")
def broken():
    raise ZeroDivisionError("the secret of the code")


@pytest.fixture(scope="module")
def faulty(rules, tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("faulty") / "store.db") as store:
        app = make_app(Served(store, rules), names=["desk.example"], among=[Faulty])
        yield TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


ADDRESSES = (
    "/unreadable",
    "/unreadable.json",
    "/missing",
    "/locked",
    "/broken",
    "/nowhere",
    "/static/dragoman.css",
    "/openapi.json",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_response_is_guarded(faulty, address):
    headers = faulty.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "cache-control" in headers


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/unreadable", 422, "&#39;&lt;b&gt;&#39; is no day"),
        ("/missing", 404, "There is no event &#39;x&#39;"),
        ("/locked", 503, "Another program is writing"),
        ("/broken", 500, "A fault of the program"),
        ("/nowhere", 404, "There is no such page"),
    ],
)
def test_errors_are_pages(faulty, address, status, told):
    answer = faulty.get(address)
    assert answer.status_code == status
    assert told in answer.text
    assert "secret" not in answer.text


def test_errors_are_json_for_programs(faulty):
    assert faulty.get("/unreadable.json").json() == {
        "error": {"kind": "date", "message": "'<b>' is no day", "where": None}
    }
    assert faulty.get("/broken.json").json()["error"]["kind"] == "fault"
    assert faulty.get("/missing", headers={"accept": "application/json"}).json()["error"]["kind"] == "event"


def test_locked_store_is_asked_again_later(faulty):
    assert faulty.get("/locked").headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8765", 200),
        ("127.0.0.1:8765", 200),
        ("[::1]:8765", 200),
        ("192.0.2.7", 200),
        ("desk.example", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("localhost@evil.example", 421),
        ("[::1", 421),
        ("", 421),
        ("localhost:80:90", 421),
        ("desk.example:x", 421),
    ],
)
def test_only_own_names_are_answered_to(faulty, host, status):
    assert faulty.get("/static/dragoman.css", headers={"host": host}).status_code == status


def test_head_is_answered_without_a_body(faulty):
    answer = faulty.head("/static/dragoman.css")
    assert (answer.status_code, answer.content) == (200, b"")
    assert faulty.head("/missing").status_code == 404


def test_files_are_kept_by_their_version(faulty):
    assert "immutable" in faulty.get("/static/dragoman.css?v=1").headers["cache-control"]
    assert "immutable" not in faulty.get("/static/dragoman.css").headers["cache-control"]
    packed = faulty.get("/static/dragoman.css", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../serving.py",
        "/static/%2e%2e/%2e%2e/words.toml",
        "/static/..%2f..%2fwords.toml",
        "/static//etc/passwd",
        "/static/vendor/../../words.toml",
        "/static/%00",
        "/static/",
    ],
)
def test_no_path_leads_out_of_the_folder(faulty, path):
    assert faulty.get(path).status_code in {400, 404, 405}
