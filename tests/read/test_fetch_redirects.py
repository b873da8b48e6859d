"""Where the reader of the network follows: every hop is checked anew, and a name is believed once."""

import socket
import urllib.parse

import pytest

from dragoman.errors import InputError
from dragoman.read import fetch as module
from dragoman.read.fetch import fetch

from .answering import PAGE

HOME = "127.0.0.1"
# Where a server sends its reader, and what the reader says; only the address 127.0.0.1 is allowed here.
REDIRECTS = [
    ("http://10.0.0.1/", "10.0.0.1"),
    ("//169.254.169.254/latest/meta-data/", "169.254.169.254"),
    ("http://127.0.0.2/", "127.0.0.2"),
    ("http://2130706434/", "127.0.0.2"),
    ("http://[::1]/", "::1"),
    ("http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1"),
    ("http://[64:ff9b::a00:1]/", "64:ff9b::a00:1"),
    ("file:///etc/hosts", "'file'"),
    ("gopher://127.0.0.1/", "'gopher'"),
    ("data:text/html,Chad", "'data'"),
    ("javascript:alert(1)", "'javascript'"),
    ("http://name:word@127.0.0.1/", "user name"),
    ("http://127.0.0.1:25/", "port 25"),
    ("http://[::1/", "not a web address"),
    ("/to/302?http://10.0.0.1/", "10.0.0.1"),
]


def home(address) -> bool:
    return str(address) == HOME


def answers(*addresses):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


@pytest.fixture
def names(monkeypatch):
    """Names with their answers, one list of addresses for each time they are asked for; and who was asked."""
    real, known, asked = module.socket.getaddrinfo, {}, []

    def getaddrinfo(host, *args, **options):
        asked.append(host)
        return answers(*known[host].pop(0)) if host in known else real(host, *args, **options)

    monkeypatch.setattr(module.socket, "getaddrinfo", getaddrinfo)
    return known, asked


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize(("location", "tells"), REDIRECTS, ids=[location for location, _ in REDIRECTS])
def test_each_hop_is_checked(server, status, location, tells):
    url = f"{server}/to/{status}?{urllib.parse.quote(location, safe='')}"
    with pytest.raises(InputError) as caught:
        fetch(url, allow=home)
    assert caught.value.kind == "fetch"
    assert caught.value.where == url
    assert tells in caught.value.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_allowed_redirects_are_followed(server, status):
    fetched = fetch(f"{server}/to/{status}?/page", allow=home)
    assert (fetched.data, fetched.url) == (PAGE, f"{server}/page")


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False), (600, False)])
def test_five_redirects_and_no_more(server, hops, arrives):
    if arrives:
        assert fetch(f"{server}/down/{hops}", allow=home).data == PAGE
        return
    with pytest.raises(InputError, match="more than 5 redirects"):
        fetch(f"{server}/down/{hops}", allow=home)


@pytest.mark.parametrize("location", ["", "/to/302?", "?"])
def test_a_loop_ends(server, location):
    with pytest.raises(InputError, match="more than 5 redirects"):
        fetch(f"{server}/to/302?{location}", allow=home)


@pytest.mark.parametrize(
    ("location", "follows"),
    [("http://harbour.example/b", False), ("//harbour.example/b", True), ("b", True), ("ftp://harbour.example", False)],
)
def test_never_from_https_back_to_http(location, follows):
    if follows:
        assert module._next("https://harbour.example/a", location) == "https://harbour.example/b"
        return
    with pytest.raises(InputError, match="expected https"):
        module._next("https://harbour.example/a", location)


def test_the_checked_address_is_the_one_that_is_used(server, names):
    """A name that would answer differently the second time: it is asked once, and its answer is an address."""
    known, asked = names
    known["harbour.example"] = [[HOME], ["10.0.0.1"]]
    assert fetch(server.replace(HOME, "harbour.example") + "/page", allow=home).data == PAGE
    assert asked.count("harbour.example") == 1


def test_a_name_that_leads_elsewhere_at_the_next_hop(server, names):
    known, _ = names
    known["harbour.example"] = [[HOME], ["10.0.0.1"]]
    with pytest.raises(InputError, match=r"10\.0\.0\.1"):
        fetch(server.replace(HOME, "harbour.example") + "/to/302?/page", allow=home)


@pytest.mark.parametrize("mixed", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"]])
def test_a_name_with_one_private_address_is_refused(names, mixed):
    names[0]["harbour.example"] = [mixed]
    with pytest.raises(InputError, match="not public"):
        fetch("http://harbour.example/")


def test_the_next_address_is_tried_where_one_does_not_answer(server, names):
    names[0]["harbour.example"] = [["127.0.0.9", HOME]]
    url = server.replace(HOME, "harbour.example") + "/page"
    assert fetch(url, allow=lambda address: address.is_loopback, seconds=5).data == PAGE


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment_are_not_used(server, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert fetch(f"{server}/page", allow=home).data == PAGE
