"""The limits of the reader of the network: bytes, seconds, ratio, and answers that are none."""

import time
import tracemalloc

import pytest

from dragoman.errors import InputError
from dragoman.read import fetch as module
from dragoman.read import read
from dragoman.read.fetch import fetch

from .answering import FILES, answering, bomb
from .test_fetch import loopback

# The path, and what the reader says about its answer.
LIMITS = [
    ("endless", "more than 10,000,000 bytes"),
    ("endless-chunks", "more than 10,000,000 bytes"),
    ("endless-headers", "connection failed"),
    ("long-header", "connection failed"),
    ("says-gigabyte", "has 1,000,000,000 bytes"),
    ("says-more", "connection failed"),
    ("says-two-lengths", "connection failed"),
    ("says-less-than-none", "connection failed"),
    ("bad-chunk", "connection failed"),
    ("cut-chunk", "connection failed"),
    ("bomb", "more than 200 times"),
    ("small-bomb", "more than 200 times"),
    ("large-gzip", "more than 10,000,000 bytes"),
    ("half-gzip", "ends too early"),
    ("no-gzip", "connection failed"),
    ("nothing-packed", "more than 10,000,000 bytes"),
    ("brotli", "'br'"),
    ("deflate", "'deflate'"),
    ("twice-packed", "'gzip, gzip'"),
    ("missing", "status 404"),
    ("broken", "status 500"),
    ("no-content", "status 204"),
    ("too-many", "Retry-After: '120'"),
    ("busy", "status 503 and asks to try again later"),
    ("no-http", "connection failed"),
]


@pytest.mark.parametrize(("path", "tells"), LIMITS, ids=[path for path, _ in LIMITS])
def test_bad_answers(server, path, tells):
    with pytest.raises(InputError) as caught:
        fetch(f"{server}/{path}", allow=loopback)
    assert caught.value.kind == "fetch"
    assert caught.value.where == f"{server}/{path}"
    assert tells in caught.value.message


SLOW = ["slow-head", "slow-header", "slow-body", "slow-chunks", "silent", "endless-hints"]


@pytest.mark.parametrize("path", SLOW)
def test_the_time_is_for_the_whole_page(server, path):
    begun = time.monotonic()
    with pytest.raises(InputError, match="within the time"):
        fetch(f"{server}/{path}", allow=loopback, seconds=0.4)
    assert time.monotonic() - begun < 2


def test_the_time_is_for_all_redirects(server):
    with pytest.raises(InputError, match="within the time"):
        fetch(f"{server}/to/302?/slow-body", allow=loopback, seconds=0.4)


def test_a_slow_lookup_counts(monkeypatch):
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    begun = time.monotonic()
    with pytest.raises(InputError, match="within the time"):
        fetch("http://harbour.example/", seconds=0.3)
    assert time.monotonic() - begun < 2


def test_a_handshake_that_never_comes(server):
    """A server that takes the connection and waits for a request, where a secure greeting is expected."""
    with pytest.raises(InputError, match=r"within the time|connection failed"):
        fetch(server.replace("http:", "https:") + "/page", allow=loopback, seconds=0.5)


def test_a_certificate_that_nobody_vouches_for():
    with answering(FILES / "nobody.pem") as secure, pytest.raises(InputError, match="certificate verify failed"):
        fetch(f"{secure}/page", allow=loopback)


def test_a_bomb_takes_no_memory(server):
    bomb(20_000_000)
    tracemalloc.start()
    with pytest.raises(InputError):
        fetch(f"{server}/bomb", allow=loopback)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def test_an_empty_page_is_told(server):
    (failure,) = read([f"{server}/empty"], allow=loopback)
    assert failure.error.kind in {"empty", "no-story"}
