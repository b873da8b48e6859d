"""Which feeds are followed and how, from a TOML file."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from dragoman.errors import SettingsError
from dragoman.read.items import ADDRESS
from dragoman.records import Record

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
DURATION = re.compile(r"(?P<number>[0-9]{1,6}) ?(?P<unit>[smhd])")
# Seconds between two looks at a feed: more often serves nobody, and seldomer than every week much is missed.
SHORTEST, LONGEST = 60, 7 * 86_400
FIRST = 'url = "https://paper.example/news.rss"'


class Followed(Record, frozen=True, kw_only=True):
    """A feed that is followed: `every` so many seconds, at most `most` items of an answer.

    `publisher` is who publishes its reports, where not their pages are to say so. With `language` "en" they are taken
    for English, else each is looked at. `take` says whether reports are read from their pages or from the feed itself.
    """

    url: str
    publisher: str = ""
    every: int = 1_800
    language: Literal["en"] | None = None
    take: Literal["page", "feed"] = "page"
    most: int = 200


class Settings(Record, frozen=True, kw_only=True):
    """All feeds that are followed, and how servers are treated.

    `contact` is an address or page that servers are told, for whoever has a complaint; `pause` the seconds between two
    requests to one host; `readers` how many hosts are asked at a time; `seconds` what a page may take.
    """

    feeds: tuple[Followed, ...]
    contact: str = ""
    pause: float = 2.0
    readers: int = 4
    seconds: float = 30.0


class _Manners(Record, frozen=True, kw_only=True):
    contact: str = ""
    pause: float = 2.0
    readers: int = 4
    seconds: float = 30.0


class _Feed(Record, frozen=True, kw_only=True):
    url: str
    publisher: str = ""
    every: str = "30m"
    language: Literal["en"] | None = None
    take: Literal["page", "feed"] = "page"
    most: int = 200


class _File(Record, frozen=True, kw_only=True):
    watch: _Manners = _Manners()
    feed: tuple[_Feed, ...] = ()


def read_settings(path: Path) -> Settings:
    """The settings of a file; raises `SettingsError` with the file, the key, what was expected and what came."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        file = msgspec.convert(held, _File)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", kind="toml", where=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", kind="file", where=str(path)) from error
    except msgspec.ValidationError as error:
        raise SettingsError(_named(str(error)), where=str(path), key=_key(str(error))) from error
    for key, right, expected, given in _checks(file):
        if not right:
            raise SettingsError(f"{key}: expected {expected}, got {given!r}", where=str(path), key=key)
    feeds = tuple(_followed(feed) for feed in file.feed)
    return Settings(feeds=feeds, **{name: getattr(file.watch, name) for name in _Manners.__struct_fields__})


def _followed(feed: _Feed) -> Followed:
    fields: dict[str, Any] = {name: getattr(feed, name) for name in _Feed.__struct_fields__}
    return Followed(**fields | {"url": feed.url.strip(), "every": seconds_in(feed.every)})


def seconds_in(words: str) -> int:
    """A length of time; 0 for what is none.

    >>> seconds_in("30m")
    1800
    """
    matched = DURATION.fullmatch(words.strip())
    return int(matched["number"]) * UNITS[matched["unit"]] if matched else 0


def _checks(file: _File) -> list[tuple[str, bool, str, object]]:
    """What the types do not say: key, whether it is right, what was expected, what came."""
    watch, times = file.watch, Counter(feed.url.strip() for feed in file.feed)
    checks: list[tuple[str, bool, str, object]] = [
        ("feed", bool(file.feed), f"at least one [[feed]] with its {FIRST}", len(file.feed)),
        ("watch.contact", _is_line(watch.contact), "an address or a page, in ASCII and one line", watch.contact),
        ("watch.pause", 0 <= watch.pause <= 3_600, "seconds, from 0 to 3,600", watch.pause),
        ("watch.readers", 1 <= watch.readers <= 32, "a number from 1 to 32", watch.readers),
        ("watch.seconds", 1 <= watch.seconds <= 600, "seconds, from 1 to 600", watch.seconds),
    ]
    for number, feed in enumerate(file.feed, 1):
        key, every = f"feed {number}", seconds_in(feed.every)
        is_new = times[feed.url.strip()] == 1
        checks += [
            (f"{key}, url", _is_web(feed.url.strip()), "an address of http or https", feed.url),
            (f"{key}, url", is_new, "an address that stands there once", feed.url),
            (f"{key}, every", SHORTEST <= every <= LONGEST, "a time from 60s to 7d, as 30m, 2h or 1d", feed.every),
            (f"{key}, most", 1 <= feed.most <= 2_000, "a number from 1 to 2,000", feed.most),
            (f"{key}, publisher", feed.publisher.isprintable(), "a name in one line", feed.publisher),
        ]
    return checks


def _is_web(url: str) -> bool:
    """Whether it has the form of an address; who asks it knows whether it is one."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and parts.scheme in {"http", "https"} and len(url) <= ADDRESS and url.isprintable()


def _is_line(text: str) -> bool:
    return text.isprintable() and text.isascii() and len(text) <= 200 and "(" not in text and ")" not in text


def _key(told: str) -> str:
    return told.partition(" - at `$")[2].rstrip("`").lstrip(".")


def _named(told: str) -> str:
    """What the reader of records says, with the key where people look first."""
    key = _key(told)
    return f"{key}: {told.partition(' - at `')[0]}" if key else told.replace("Object", "the file")
