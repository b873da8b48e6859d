"""robots.txt: what it forbids, and that no file of rules costs more than it is worth."""

import contextlib
import time

import pytest

from dragoman.read.fetch import FetchError
from dragoman.watch import robots
from dragoman.watch.robots import Robots

SITE = "https://paper.example"
RULES = [
    ("", "/a", True),
    ("User-agent: *\nDisallow:", "/a", True),
    ("User-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow: /\nAllow: /a", "/a", True),
    ("User-agent: *\nDisallow: /*.html$", "/a.html", False),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: dragoman\nDisallow: /b", "/a", True),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: DRAGOMAN\nDisallow: /b", "/b", False),
    ("User-agent: other\nDisallow: /", "/a", True),
    ("User-agent: other\nUser-agent: dragoman\nDisallow: /", "/a", False),
    ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\r\nDisallow: /a # no\r\n", "/a", False),
    ("<!doctype html><p>Not found", "/a", True),
    ("\x00\xff\n" * 100, "/a", True),
]


@pytest.mark.parametrize(("rules", "path", "allowed"), RULES)
def test_rules(rules, path, allowed):
    site = Robots(lambda url: rules.encode())
    if allowed:
        assert site.check(SITE + path) == 0.0
        return
    with pytest.raises(FetchError, match="does not allow") as raised:
        site.check(SITE + path)
    assert not raised.value.passing


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("5", 5.0), ("0.5", 0.5), ("86400", robots.SLOWEST), ("-1", 0.0), ("nan", 0.0), ("1e999", 0.0)],
)
def test_delays(delay, seconds):
    assert Robots(lambda url: f"User-agent: *\nCrawl-delay: {delay}".encode()).check(SITE) == seconds


@pytest.mark.parametrize(
    ("status", "passing", "allowed"),
    [
        (404, False, True),
        (401, False, True),
        (410, False, True),
        (429, True, False),
        (503, True, False),
        (None, True, False),
        (None, False, False),
    ],
)
def test_no_rules(status, passing, allowed):
    def get(url):
        raise FetchError("it failed", status=status, passing=passing)

    site = Robots(get)
    if allowed:
        assert site.check(SITE) == 0.0
        return
    with pytest.raises(FetchError, match="cannot be read, so it is not asked: it failed") as raised:
        site.check(SITE)
    assert raised.value.passing == (passing or status is not None)


def test_each_site_is_asked_once():
    asked = []
    site = Robots(lambda url: asked.append(url) or b"")
    for path in ("/a", "/b", "/a"):
        site.check(f"https://paper.example{path}")
        site.check(f"http://paper.example:8080{path}")
    assert asked == ["https://paper.example/robots.txt", "http://paper.example:8080/robots.txt"]


def test_only_so_many_sites_are_remembered(monkeypatch):
    monkeypatch.setattr(robots, "SITES", 5)
    site = Robots(lambda url: b"")
    for number in range(50):
        site.check(f"https://paper{number}.example/")
    assert len(site._sites) == 5


HOSTILE = [
    "".join(f"User-agent: a{number}\n" for number in range(20_000))
    + "".join(f"Disallow: /{number}\n" for number in range(15_000)),
    "User-agent: *\n" + f"Disallow: /{'*a' * 200_000}b$\n",
    "User-agent: *\n" + "Disallow: /*a*b*c\n" * 25_000,
    "user agent" * 50_000,
    " \t" * 250_000,
    "user-agent: " + " " * 500_000,
    "%" * 500_000,
]


@pytest.mark.parametrize("rules", HOSTILE, ids=[rules[:20].strip() + "…" for rules in HOSTILE])
def test_hostile_rules_take_little_time(rules):
    begun = time.process_time()
    site = Robots(lambda url: rules.encode())
    with contextlib.suppress(FetchError):
        site.check(f"{SITE}/{'a' * 2_000}")
    assert time.process_time() - begun < 5
