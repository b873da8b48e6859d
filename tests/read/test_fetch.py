"""The reader of the network: which addresses it goes to, what it brings, and that readers of formats get it."""

import ipaddress
from pathlib import Path

import pytest

from dragoman.errors import InputError
from dragoman.read import fetch as module
from dragoman.read import read
from dragoman.read.fetch import fetch, is_public

from .answering import PAGE
from .test_read import CASES

ADDRESSES = [(address, True) for address in CASES["address"][0]["public"]]
ADDRESSES += [(address, False) for address in CASES["address"][0]["refused"]]


def loopback(address) -> bool:
    return address.is_loopback


@pytest.mark.parametrize(("address", "expected"), ADDRESSES)
def test_is_public(address, expected):
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize("case", CASES["url"], ids=lambda case: case["url"])
def test_refused(case, monkeypatch):
    """No lookup leaves the machine: names that are no numbers are not known."""
    real = module.socket.getaddrinfo

    def getaddrinfo(host, *args, **options):
        if "%" in host or host.endswith(".example"):
            raise OSError("no such name")
        return real(host, *args, **options)

    monkeypatch.setattr(module.socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(InputError) as caught:
        fetch(case["url"], seconds=5)
    assert caught.value.kind == "fetch"
    assert caught.value.where == case["url"]
    assert case["tells"] in caught.value.message


def test_there_are_at_least_as_many_forms_as_were_promised():
    assert len({case["url"] for case in CASES["url"]}) >= 50


def test_half_a_character_is_no_address():
    with pytest.raises(InputError, match="not a web address"):
        fetch("http://8.8.8.8/\ud800")


def test_a_server_on_this_machine_is_refused(server):
    with pytest.raises(InputError, match=r"127\.0\.0\.1"):
        fetch(f"{server}/page")


def test_page(server):
    fetched = fetch(f"{server}/page", allow=loopback)
    assert (fetched.data, fetched.media, fetched.charset) == (PAGE, "text/html", "utf-8")


@pytest.mark.parametrize("path", ["gzip", "gzip-and-more", "chunked", "early-hints", "page?a=b c#part"])
def test_the_same_page_otherwise(server, path):
    assert fetch(f"{server}/{path}", allow=loopback).data == PAGE


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
