"""Pictures: what they say stands in them, whatever the words; errors name the file."""

import datetime
from pathlib import Path

import pytest

from dragoman.errors import OutputError
from dragoman.export.panels import QUADS
from dragoman.export.timelines import Bars, draw_dyad, draw_ledger, draw_party
from dragoman.records import Account, Entry

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

DAY = datetime.date(2013, 6, 16)
EVENTS = dict.fromkeys(QUADS.values(), 2)
# What a library that sets formulas would stumble over, and what other scripts and markup bring.
WORDS = ["$10_million \\frac and $5^x", "$x$", "<b>&amp;</b>", "a\nb\tc", "“quoted” – dash", "\\", "%s {0}", "x" * 500]


def account(content, id="a"):
    entry = Entry(change="made", day=DAY, basis="report", source="Wire", rule="made")
    return Account(id=id, by=("PRK",), to=("KOR",), kind="promise", content=content, entries=(entry,))


@pytest.mark.parametrize("content", WORDS)
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_any_words_can_be_drawn(tmp_path, content, ending):
    picture = tmp_path / f"ledger.{ending}"
    draw_ledger([(account(content), "pending")], picture)
    assert picture.stat().st_size > 1000


def test_words_stand_as_they_are(tmp_path):
    draw_ledger([(account("$10_million or $5^x"), "pending")], tmp_path / "ledger.svg")
    assert "PRK to KOR, promise: $10_million or $5^x" in (tmp_path / "ledger.svg").read_text(encoding="utf-8")


def drawings(path):
    steps = [Bars("PRK", DAY, EVENTS), Bars("KOR", DAY, EVENTS)]
    yield lambda: draw_dyad("PRK", "KOR", steps, path)
    yield lambda: draw_dyad("PRK", "KOR", [], path)
    yield lambda: draw_party("PRK", steps[:1], [("KOR", EVENTS), ("USA", EVENTS)], path)
    yield lambda: draw_party("PRK", [], [], path)
    yield lambda: draw_ledger([(account(f"thing {n}", str(n)), "kept") for n in range(99)], path)


@pytest.mark.parametrize("n", range(5))
def test_the_same_picture_has_the_same_bytes(tmp_path, n):
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    for path in (first, second):
        list(drawings(path))[n]()
    assert first.read_bytes() == second.read_bytes()


def test_what_cannot_be_drawn(tmp_path):
    with pytest.raises(OutputError, match="nothing to draw"):
        draw_ledger([], tmp_path / "a.svg")
    with pytest.raises(OutputError, match=r"a\.bmp"):
        draw_party("PRK", [], [], Path("a.bmp"))
    with pytest.raises(OutputError, match="cannot be written"):
        draw_dyad("PRK", "KOR", [], tmp_path / "none" / "a.svg")
