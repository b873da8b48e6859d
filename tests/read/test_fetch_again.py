"""What was read before is asked for by its marks; whoever asks can be told each address; refusals say what may pass."""

import http.server
import threading

import pytest

from dragoman.read.fetch import MARK, Asking, FetchError, fetch

from .answering import PAGE
from .test_fetch import loopback


@pytest.fixture
def marked():
    """A server whose page has marks, and the headers that it was asked with."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(dict(self.headers.items()))
            if self.path == "/moved":
                self.send_response(308)
                self.send_header("Location", "/page")
            elif self.path == "/moved-for-now":
                self.send_response(302)
                self.send_header("Location", "/moved")
            elif self.path == "/for-ever" or self.headers["If-None-Match"] == '"a1"':
                self.send_response(304)
            else:
                self.send_response(200)
                self.send_header("ETag", '"a1"' if self.path == "/page" else "x" * (MARK + 1))
                self.send_header("Last-Modified", "Mon, 17 Jun 2013 09:30:00 GMT")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_marks_are_given_back(marked):
    url, asked = marked
    first = fetch(f"{url}/page", allow=loopback)
    assert (first.etag, first.modified, first.is_unchanged) == ('"a1"', "Mon, 17 Jun 2013 09:30:00 GMT", False)
    again = fetch(f"{url}/page", allow=loopback, asking=Asking(etag=first.etag, modified=first.modified))
    assert (again.is_unchanged, again.data) == (True, b"")
    assert asked[1]["If-Modified-Since"] == first.modified
    assert "If-None-Match" not in asked[0]


def test_who_asks_and_for_what(marked):
    url, asked = marked
    fetch(f"{url}/page", allow=loopback, asking=Asking(agent="dragoman/1 (+a)", accept="text/xml"))
    assert (asked[0]["User-Agent"], asked[0]["Accept"]) == ("dragoman/1 (+a)", "text/xml")


def test_marks_that_are_too_long_are_none(marked):
    assert fetch(f"{marked[0]}/other", allow=loopback).etag == ""


@pytest.mark.parametrize("mark", ["a\r\nHost: b", "a\nb", "\x00"])
def test_marks_that_no_header_can_hold_are_refused(marked, mark):
    with pytest.raises(FetchError):
        fetch(f"{marked[0]}/page", allow=loopback, asking=Asking(etag=mark))
    assert marked[1] == []


def test_unchanged_is_no_answer_to_a_question_without_marks(marked):
    with pytest.raises(FetchError, match="status 304") as raised:
        fetch(f"{marked[0]}/for-ever", allow=loopback)
    assert raised.value.status == 304


@pytest.mark.parametrize(("path", "moved"), [("/moved", "/page"), ("/page", ""), ("/moved-for-now", "")])
def test_where_a_page_is_for_good(marked, path, moved):
    url = marked[0]
    assert fetch(f"{url}{path}", allow=loopback).moved == (f"{url}{moved}" if moved else "")


def test_each_address_is_told_before_it_is_asked(server):
    told = []
    fetch(f"{server}/to/302?/to/301?/page", allow=loopback, before=told.append)
    assert told == [f"{server}/to/302?/to/301?/page", f"{server}/to/301?/page", f"{server}/page"]


def test_whoever_is_told_can_refuse(server):
    def refuse(url):
        if url.endswith("/page"):
            raise FetchError("not this one", passing=True)

    with pytest.raises(FetchError, match="not this one") as raised:
        fetch(f"{server}/to/302?/page", allow=loopback, before=refuse)
    assert (raised.value.where, raised.value.passing) == (f"{server}/to/302?/page", True)


def test_waiting_for_a_turn_is_not_the_pages_time(server):
    import time

    assert fetch(f"{server}/page", allow=loopback, seconds=2.0, before=lambda url: time.sleep(2.2)).data == PAGE


# The path, whether it may be there another time, the status, and what the server says of when.
REFUSED = [
    ("missing", False, 404, ""),
    ("broken", True, 500, ""),
    ("too-many", True, 429, "120"),
    ("busy", True, 503, "Fri, 31 Dec 1999 23:59:59 GMT"),
    ("no-content", False, 204, ""),
    ("says-gigabyte", False, None, ""),
    ("endless", False, None, ""),
    ("bomb", False, None, ""),
    ("brotli", False, None, ""),
    ("half-gzip", True, None, ""),
    ("says-more", True, None, ""),
    ("no-http", True, None, ""),
    ("slow-body", True, None, ""),
    ("to/302?http://10.0.0.1/", False, None, ""),
    ("down/9", False, None, ""),
]


@pytest.mark.parametrize(("path", "passing", "status", "wait"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_may_pass(server, path, passing, status, wait):
    with pytest.raises(FetchError) as raised:
        fetch(f"{server}/{path}", allow=lambda address: str(address) == "127.0.0.1", seconds=1.5)
    error = raised.value
    assert (error.kind, error.passing, error.status, error.retry_after) == ("fetch", passing, status, wait)
