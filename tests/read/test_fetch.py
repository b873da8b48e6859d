"""The reader of the network, against the rules for addresses and a server of its own on this machine."""

import gzip
import ipaddress
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dragoman.errors import InputError
from dragoman.read import fetch as module
from dragoman.read import read
from dragoman.read.fetch import fetch, is_public

from .test_read import CASES, FILES

ADDRESSES = [(address, True) for address in CASES["address"][0]["public"]]
ADDRESSES += [(address, False) for address in CASES["address"][0]["refused"]]
PAGE = (FILES / "harbour.html").read_bytes()


def loopback(address) -> bool:
    return address.is_loopback


class Handler(BaseHTTPRequestHandler):
    """Answers each path in its own way: well, elsewhere, badly, slowly, without end."""

    def do_GET(self):
        name = self.path.strip("/").split("/")[0].partition("?")[0]
        getattr(self, f"answer_{name.replace('-', '_')}", self.answer_missing)()

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_page(self):
        self.answer(body=PAGE, Content_Type="text/html; charset=utf-8")

    def answer_text(self):
        self.answer(
            body="Chad thanked Sudan for the café.".encode("latin-1"), Content_Type="text/plain; charset=iso-8859-1"
        )

    def answer_lines(self):
        self.answer(body=(FILES / "reports.jsonl").read_bytes(), Content_Type="application/x-ndjson")

    def answer_gzip(self):
        self.answer(body=gzip.compress(PAGE), Content_Type="text/html", Content_Encoding="gzip")

    def answer_bomb(self):
        self.answer(body=gzip.compress(b"x" * 20_000_000), Content_Type="text/html", Content_Encoding="gzip")

    def answer_half_gzip(self):
        self.answer(body=gzip.compress(PAGE)[:-20], Content_Type="text/html", Content_Encoding="gzip")

    def answer_brotli(self):
        self.answer(body=b"x", Content_Encoding="br")

    def answer_once(self):
        self.answer(302, Location="/page")

    def answer_loop(self):
        self.answer(301, Location="/loop")

    def answer_to_file(self):
        self.answer(302, Location="file:///etc/hosts")

    def answer_to_private(self):
        self.answer(307, Location="http://10.0.0.1/")

    def answer_to_metadata(self):
        self.answer(302, Location="//169.254.169.254/latest/")

    def answer_missing(self):
        self.answer(404, b"nothing here")

    def answer_endless(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(400):
            self.wfile.write(b"x" * 65_536)

    def answer_slow_head(self):
        for _ in range(60):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def answer_slow_body(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b"x")
            time.sleep(0.05)

    def answer_cut(self):
        self.answer(body=b"short", Content_Length="500")

    def log_message(self, *_):
        pass


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A reader that stops in the middle is what is tested."""


@pytest.fixture(scope="module")
def server():
    quiet = QuietServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=quiet.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{quiet.server_port}"
    quiet.shutdown()
    quiet.server_close()


@pytest.mark.parametrize(("address", "expected"), ADDRESSES)
def test_is_public(address, expected):
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize("case", CASES["url"], ids=lambda case: case["url"])
def test_refused(case):
    with pytest.raises(InputError) as caught:
        fetch(case["url"], seconds=5)
    assert caught.value.kind == "fetch"
    assert caught.value.where == case["url"]
    assert case["tells"] in caught.value.message


def test_half_a_character_is_no_address():
    with pytest.raises(InputError, match="not a web address"):
        fetch("http://8.8.8.8/\ud800")


def test_a_server_on_this_machine_is_refused(server):
    with pytest.raises(InputError, match=r"127\.0\.0\.1"):
        fetch(f"{server}/page")


def test_page(server):
    fetched = fetch(f"{server}/page", allow=loopback)
    assert (fetched.data, fetched.media, fetched.charset) == (PAGE, "text/html", "utf-8")


@pytest.mark.parametrize("path", ["gzip", "once", "page?a=b c#part"])
def test_the_same_page_otherwise(server, path):
    assert fetch(f"{server}/{path}", allow=loopback).data == PAGE


@pytest.mark.parametrize(
    ("path", "tells"),
    [
        ("missing", "404"),
        ("bomb", "10,000,000"),
        ("endless", "10,000,000"),
        ("half-gzip", "too early"),
        ("brotli", "'br'"),
        ("loop", "5 redirects"),
        ("to-file", "'file'"),
        ("to-private", "10.0.0.1"),
        ("to-metadata", "169.254.169.254"),
        ("cut", "connection failed"),
    ],
)
def test_bad_answers(server, path, tells):
    with pytest.raises(InputError) as caught:
        fetch(f"{server}/{path}", allow=loopback)
    assert tells in caught.value.message
    assert caught.value.where == f"{server}/{path}"


@pytest.mark.parametrize("path", ["slow-head", "slow-body"])
def test_the_time_is_for_the_whole_page(server, path):
    begun = time.monotonic()
    with pytest.raises(InputError, match="time"):
        fetch(f"{server}/{path}", allow=loopback, seconds=0.4)
    assert time.monotonic() - begun < 2


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    answers = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(InputError, match=r"10\.0\.0\.1"):
        fetch("http://harbour.example/")


def test_the_checked_address_is_the_one_that_is_used(server, monkeypatch):
    """A name that answers differently the second time: it is asked once, and its answer is an address."""
    port = int(server.rpartition(":")[2])
    asked = []
    real = module.socket.getaddrinfo

    def getaddrinfo(host, *args, **options):
        asked.append(host)
        if host == "harbour.example":
            return [(2, 1, 6, "", ("127.0.0.1", port))]
        return real(host, *args, **options)

    monkeypatch.setattr(module.socket, "getaddrinfo", getaddrinfo)
    assert fetch(f"http://harbour.example:{port}/page", allow=loopback).data == PAGE
    assert asked.count("harbour.example") == 1


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    assert fetch(f"{server}/page", allow=loopback).data == PAGE


def test_from_https_back_to_http():
    with pytest.raises(InputError, match="https"):
        module._next("https://harbour.example/a", "http://harbour.example/b")


def test_read_page(server):
    (reading,) = read([f"{server}/page"], allow=loopback)
    assert reading.article.url == reading.where == f"{server}/page"
    assert reading.article.publisher == "The Harbour Daily"


def test_read_other_kinds(server):
    text, *lines = read([f"{server}/text", f"{server}/lines"], allow=loopback)
    assert text.article.text.endswith("café.")
    assert [Path(str(getattr(line, "where", ""))).name for line in lines] == ["lines:1", "lines:3", "", "lines:5"]


def test_read_refused(server):
    (failure,) = read([f"{server}/page"])
    assert failure.error.kind == "fetch"
    assert failure.error.where == failure.article.url == f"{server}/page"
