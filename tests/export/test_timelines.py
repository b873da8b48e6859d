"""Pictures: what they say stands in them, whatever the words; errors name the file."""

import datetime
from pathlib import Path

import pytest

from dragoman.errors import OutputError
from dragoman.export import timelines
from dragoman.export.panels import QUADS
from dragoman.export.timelines import Bars, draw_dyad, draw_ledger, draw_party
from dragoman.records import Account, Entry

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed")

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
    steps = [Bars("PRK", DAY, DAY, EVENTS), Bars("KOR", DAY, DAY, EVENTS)]
    yield lambda: draw_dyad("PRK", "KOR", steps, path)
    yield lambda: draw_party("PRK", steps[:1], [("KOR", EVENTS), ("USA", EVENTS)], path)
    yield lambda: draw_ledger([(account(f"thing {n}", str(n)), "kept") for n in range(99)], path)


@pytest.mark.parametrize("n", range(3))
def test_the_same_picture_has_the_same_bytes(tmp_path, n):
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    for path in (first, second):
        list(drawings(path))[n]()
    assert first.read_bytes() == second.read_bytes()


def test_what_cannot_be_drawn(tmp_path):
    with pytest.raises(OutputError, match="nothing to draw"):
        draw_ledger([], tmp_path / "a.svg")
    with pytest.raises(OutputError, match="nothing to draw"):
        draw_dyad("PRK", "KOR", [Bars("PRK", DAY, DAY, dict.fromkeys(EVENTS, 0))], tmp_path / "a.svg")
    with pytest.raises(OutputError, match="nothing to draw"):
        draw_party("PRK", [], [], tmp_path / "a.svg")
    with pytest.raises(OutputError, match=r"a\.bmp"):
        draw_party("PRK", [], [], Path("a.bmp"))
    with pytest.raises(OutputError, match="cannot be written: No such file") as error:
        draw_dyad("PRK", "KOR", [Bars("PRK", DAY, DAY, EVENTS)], tmp_path / "none" / "a.svg")
    assert "Errno" not in str(error.value)


def test_what_was_decided_is_shown_before_what_is_open(tmp_path):
    told = [(account(f"thing {n}.", str(n)), "kept" if n < 3 else "pending") for n in range(99)]
    draw_ledger(told, tmp_path / "ledger.svg")
    drawn = (tmp_path / "ledger.svg").read_text(encoding="utf-8")
    assert [f"thing {n}." in drawn for n in (0, 2, 3, 41, 42, 98)] == [True, True, False, False, True, True]
    assert "broken, threat carried out" in drawn


def test_bars_fill_their_period():
    axis = matplotlib.figure.Figure().subplots()
    month = datetime.date(2013, 6, 1), datetime.date(2013, 6, 30)
    timelines._draw_side(axis, [Bars("PRK", *month, EVENTS)])
    bar = axis.patches[0]
    assert bar.get_width() == 30
    assert bar.get_x() == matplotlib.dates.date2num(month[0])
