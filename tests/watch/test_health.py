"""The health page: what it says, to whom, and with which status."""

import http.client
import json
import re

import pytest

from dragoman.errors import InputError
from dragoman.store.watching import FeedState
from dragoman.watch.health import HealthServer
from dragoman.watch.notes import Note
from dragoman.watch.progress import SILENCE, Progress
from dragoman.watch.settings import Followed

NOW = 1_700_000_000
HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture
def progress():
    found = Progress("1", HOSTILE, NOW - 7_200)
    found.beat(NOW, "watching", HOSTILE)
    well = FeedState(key=1, url="https://paper.example/rss", due=NOW + 60, looked=NOW - 30)
    failing = FeedState(key=2, url=f"https://x.example/{HOSTILE}", due=NOW, failures=3, told=HOSTILE)
    found.feed(Followed(url=well.url, publisher="The Harbour Daily"), well, {"waiting": 2, "done": 5})
    found.feed(Followed(url=failing.url, publisher=HOSTILE), failing, {})
    found.settled(1, "new", 4)
    found.settled(1, "failed", 0)
    found.note(Note(at=NOW, level="warning", about="feed", message=HOSTILE, url=HOSTILE))
    found.note(Note(at=NOW, level="info", about="feed", message="all is well"))
    return found


@pytest.fixture
def server(progress):
    found = HealthServer(lambda: progress.health(NOW + 1), 0)
    yield found
    found.close()


def asked(server, path="/", method="GET", host="localhost"):
    connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", server.url)[1]), timeout=30)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    return answer, answer.read().decode()


def test_the_page(server):
    answer, page = asked(server)
    assert answer.status == 200
    assert "<h1>Watching 2 feeds, 1 failing</h1>" in page
    assert page.index("failing, 3 times") < page.index("The Harbour Daily")
    assert '<span class="total">4</span> events' in page
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 6
    assert "all is well" not in page


def test_for_programs(server):
    answer, body = asked(server, "/health.json")
    held = json.loads(body)
    assert answer.headers["content-type"] == "application/json"
    assert (held["state"], held["well"], held["waiting"], held["events"]) == ("watching", True, 0, 4)
    assert held["counts"] == {"new": 1, "failed": 1}
    well, failing = held["feeds"]
    assert (well["state"], well["done"], well["failed"], well["waiting"]) == ("well", 6, 1, 0)
    assert (failing["state"], failing["failures"], failing["told"]) == ("failing", 3, HOSTILE)
    assert len(held["troubles"]) == 1


@pytest.mark.parametrize(("state", "silent"), [("watching", SILENCE), ("stopping", 0), ("stopped", 0)])
def test_a_watch_that_is_not_well(server, progress, state, silent):
    progress.beat(NOW - silent, state, "")
    for path in ("/", "/health.json"):
        assert asked(server, path)[0].status == 503


@pytest.mark.parametrize("path", ["/dragoman.css", "/", "/health.json", "/none", "/../feeds.toml"])
def test_head_and_headers(server, path):
    got, body = asked(server, path)
    head, nothing = asked(server, path, method="HEAD")
    assert (got.status, got.headers["content-length"]) == (head.status, head.headers["content-length"])
    assert (nothing, bool(body)) == ("", True)
    assert got.status == (404 if path in {"/none", "/../feeds.toml"} else 200)
    assert "default-src 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:80", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("desk.example", 421),
        ("10.0.0.1", 421),
        ("", 421),
    ],
)
def test_other_names(server, host, status):
    assert asked(server, host=host)[0].status == status


def test_it_only_reads(server):
    assert asked(server, method="POST")[0].status == 501


def test_a_port_that_is_taken(server):
    with pytest.raises(InputError, match="choose another with --port"):
        HealthServer(lambda: None, int(re.search(r":(\d+)/", server.url)[1]))
