"""The file of feeds: what can stand in it, and what is said of each mistake."""

import re
from pathlib import Path

import pytest

from dragoman.errors import SettingsError
from dragoman.watch.settings import Followed, Settings, read_settings, seconds_in

ONE = '[[feed]]\nurl = "https://paper.example/rss"\n'


def read(tmp_path, text):
    file = tmp_path / "feeds.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_everything(tmp_path):
    text = """
[watch]
contact = "https://desk.example/about"
pause = 1.5
readers = 8
seconds = 20

[[feed]]
url = " https://paper.example/rss "
publisher = "The Harbour Daily"
every = "2h"
language = "en"
take = "feed"
most = 50

[[feed]]
url = "https://other.example/atom"
"""
    assert read(tmp_path, text) == Settings(
        feeds=(
            Followed(
                url="https://paper.example/rss",
                publisher="The Harbour Daily",
                every=7_200,
                language="en",
                take="feed",
                most=50,
            ),
            Followed(url="https://other.example/atom"),
        ),
        contact="https://desk.example/about",
        pause=1.5,
        readers=8,
        seconds=20.0,
    )


def test_what_is_not_said(tmp_path):
    (feed,) = read(tmp_path, ONE).feeds
    assert (feed.every, feed.take, feed.language) == (1_800, "page", None)


MISTAKES = [
    ("", 'feed: expected at least one [[feed]] with its url = "https://paper.example/news.rss", got 0'),
    ("[[feed]\n", "not valid TOML"),
    ("[[feed]]\n", "url"),
    (ONE + 'colour = "red"\n', "colour"),
    (ONE + "every = 5\n", "feed[0].every"),
    (ONE + 'every = "5"\n', "feed 1, every: expected a time from 60s to 7d, as 30m, 2h or 1d, got '5'"),
    (ONE + 'every = "5s"\n', "got '5s'"),
    (ONE + 'every = "9d"\n', "got '9d'"),
    (ONE + 'language = "de"\n', "language"),
    (ONE + 'take = "all"\n', "take"),
    (ONE + "most = 0\n", "most"),
    (ONE + 'publisher = "a\\nb"\n', "publisher"),
    (ONE + ONE, "stands there once"),
    ('[[feed]]\nurl = "ftp://paper.example/"\n', "an address of http or https, got 'ftp://paper.example/'"),
    ('[[feed]]\nurl = "paper.example/rss"\n', "an address of http or https"),
    ('[[feed]]\nurl = "http://[::1"\n', "an address of http or https"),
    ('[watch]\npause = -1\n' + ONE, "pause"),
    ('[watch]\nreaders = 0\n' + ONE, "readers"),
    ('[watch]\nseconds = 0\n' + ONE, "seconds"),
    ('[watch]\ncontact = "a\\r\\nHost: b"\n' + ONE, "contact"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tells"), MISTAKES, ids=[text[-30:] for text, _ in MISTAKES])
def test_mistakes(tmp_path, text, tells):
    with pytest.raises(SettingsError, match=re.escape(tells)) as raised:
        read(tmp_path, text)
    assert raised.value.where.endswith("feeds.toml")
    assert "\n" not in str(raised.value)


def test_the_file_in_the_manual(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "watch.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    found = read(tmp_path, text)
    assert [(feed.take, feed.every) for feed in found.feeds] == [("page", 1_800), ("feed", 600)]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        read_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("words", "seconds"), [("90s", 90), ("30m", 1_800), ("2 h", 7_200), ("1d", 86_400), ("x", 0), ("-1m", 0)]
)
def test_times(words, seconds):
    assert seconds_in(words) == seconds
