"""Pictures: what they say stands in them, whatever the words; colours that all can tell apart; scripts as they came."""

import csv
import datetime
import gzip
import itertools
import re
from collections import Counter
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.export.panels import QUADS, periods
from dragoman.records import Account, Entry
from dragoman.rules import DATA
from dragoman.web.charts import steps as stepping
from dragoman.web.charts.bars import Row, bars, stacked
from dragoman.web.charts.ledgers import MOST, ledger_lines
from dragoman.web.charts.panels import BODY, Peak, placed
from dragoman.web.charts.scales import FEW, MANY, Times, steps_to
from dragoman.web.charts.sparks import change, sparkline
from dragoman.web.charts.timelines import timeline
from dragoman.web.charts.worlds import bounds_of, outlines, shade_of, world

STATIC = DATA / "web" / "static"
VENDOR = STATIC / "vendor"
DAY = datetime.date
JUNE = (DAY(2013, 6, 1), DAY(2013, 6, 30))
# What breaks out of elements, attributes, scripts and XML, and what other scripts bring.
WORDS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</title></svg><b>", "&lt;&amp;",
    "a\nb\tc\x00\x0b\x1f", "“quoted” – ملك 金正恩 🚀", "]]>", "{{ 7 * 7 }}", "%s {0}", "x" * 500, " ",
]  # fmt: skip


class Step(NamedTuple):
    actor: str
    recipient: str
    first: datetime.date
    events: dict[str, int]
    reports: dict[str, int]


class Band(NamedTuple):
    party: str
    name: str
    first: datetime.date
    last: datetime.date | None


class Country(NamedTuple):
    code: str
    name: str
    events: int
    reports: int
    conflict: int


def step(day=16, actor="PRK", recipient="KOR", **events):
    counts = dict.fromkeys(QUADS.values(), 0) | events
    return Step(actor, recipient, DAY(2013, 6, day), counts, {quad: 3 * number for quad, number in counts.items()})


def account(content="talks", kind="offer", *changes, id="a"):
    told = [("made", DAY(2013, 6, 2)), *changes]
    entries = [Entry(change=change, day=day, basis="report", source="Wire", rule="made") for change, day in told]
    return Account(id=id, by=("PRK",), to=("KOR",), kind=kind, content=content, entries=tuple(entries))


def drawn(markup):
    return ElementTree.fromstring(f"<all>{markup}</all>")


def texts(markup, name=None):
    return [it.text or "" for it in drawn(markup).iter() if (name or it.tag) == it.tag and (it.text or "").strip()]


def classes(markup):
    return Counter(name for it in drawn(markup).iter() for name in it.get("class", "").split())


def addresses(markup):
    return [it.get("href") for it in drawn(markup).iter("a")]


def pictures(words):
    """One of each kind, with the same words wherever somebody else's words can stand."""
    steps = [step(verbal_conflict=3, material_cooperation=1), step(20, "KOR", "PRK", material_conflict=2)]
    peaks = [Peak("PRK", "KOR", DAY(2013, 6, 16), words, "/events/" + words)]
    bands = [Band("PRK", words, DAY(2013, 6, 3), None)]
    yield timeline(steps, days=JUNE, every="day", bands=bands, peaks=peaks, link=lambda *_: words, name=lambda _: words)
    yield bars([Row(words, 2, 5, words), Row("b", 1, 1, quads={"verbal_conflict": 1})], title=words)
    yield stacked({"kept": 3, "broken": 1}, title=words, link_to=lambda _: words)
    yield sparkline([1, 2, 0], title=words)
    yield change(1, 2, title=words)
    yield ledger_lines([(account(words), "pending")], on=JUNE[1], name=lambda _: words, link_to=lambda _: words)
    yield world([Country("PRK", words, 4, 9, 3), Country("SGP", words, 1, 1, 0)], title=words, link_to=lambda _: words)


# Whatever the words


@pytest.mark.parametrize("words", WORDS)
def test_words_stay_words(words):
    for plain, markup in zip(pictures("plain"), pictures(words), strict=True):
        here, there = drawn(markup), drawn(plain)
        # A label that is empty or cut short for a phone may be missing; nothing else may come or go.
        extra = Counter(it.tag for it in here.iter()) - Counter(it.tag for it in there.iter())
        assert set(extra) <= {"text"}, extra
        assert {key for it in here.iter() for key in it.attrib} == {key for it in there.iter() for key in it.attrib}


def test_words_stand_as_they_are():
    for markup in pictures("<b>Kim & Lee</b>"):
        assert any(
            "<b>Kim & Lee</b>" in words
            for words in [*texts(markup), *(it.get("aria-label", "") for it in drawn(markup).iter())]
        )


@pytest.mark.parametrize("number", range(7))
def test_nothing_that_the_policy_forbids(number):
    markup = list(pictures("words"))[number]
    for it in drawn(markup).iter():
        assert it.tag not in {"script", "style", "foreignObject", "image", "use"}
        assert not [key for key in it.attrib if key == "style" or key.startswith("on")]


@pytest.mark.parametrize("number", range(7))
def test_each_tells_what_it_shows(number):
    root = drawn(list(pictures("what it shows"))[number])
    named = next(it for it in root.iter("svg") if it.get("role"))
    assert named.get("role") in {"img", "group"}
    assert named.get("aria-label")
    assert named.find("title").text


@pytest.mark.parametrize("number", range(7))
def test_links_are_no_stops_of_the_tab_key_and_told_by_no_screen_reader(number):
    root = drawn(list(pictures("words"))[number])
    parents = {child: parent for parent in root.iter() for child in parent}
    for it in root.iter("a"):
        assert it.get("tabindex") == "-1"
        above = list(
            itertools.takewhile(
                lambda x: x is not None, itertools.accumulate(itertools.repeat(it), lambda x, _: parents.get(x))
            )
        )
        assert any(one.get("aria-hidden") == "true" for one in above)
        assert not any(one.get("role") == "img" for one in above)


@pytest.mark.parametrize("number", range(7))
def test_numbers_are_short_and_the_same_words_give_the_same_bytes(number):
    first, second = (list(pictures("words"))[number] for _ in range(2))
    assert first == second
    for it in drawn(first).iter():
        for key, value in it.items():
            if key in {"x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r"}:
                assert re.fullmatch(r"-?\d+(\.\d)?|\d+(\.\d\d?)?%", value), (key, value)
            if key == "d":
                assert not re.search(r"\.\d\d", value)


def test_ids_of_two_pictures_of_a_page_differ():
    steps = [step(verbal_conflict=1)]
    both = timeline(steps, days=JUNE, every="day", key="one") + timeline(steps, days=JUNE, every="day", key="other")
    ids = [it.get("id") for it in drawn(both).iter() if it.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert set(re.findall(r"url\(#([^)]+)\)", both)) == set(ids)


# Words and deeds over time


def boxes(markup, quad):
    """Left, top, width and height of each bar of a quad class, in all panels."""
    name = quad.replace("_", "-")
    paths = [it.get("d") for it in drawn(markup).iter("path") if name in f"{it.get('class')} {it.get('fill')}"]
    found = re.findall(r"M(\S+) (\S+)h(\S+)v(\S+)h", "".join(paths))
    return [tuple(float(number) for number in box) for box in found]


def test_words_stand_above_the_line_and_deeds_below():
    counts = {"verbal_cooperation": 2, "verbal_conflict": 4, "material_cooperation": 1, "material_conflict": 3}
    markup = timeline([step(**counts)], days=JUNE, every="day")
    [(left, *_, width, _)] = [(box[0], *box[1:]) for box in boxes(markup, "verbal_conflict")]
    assert (left, width) == (15, 1)
    tall = {quad: boxes(markup, quad)[0] for quad in counts}
    unit = BODY / 10
    assert {quad: box[3] for quad, box in tall.items()} == pytest.approx(
        {quad: unit * n for quad, n in counts.items()}, abs=0.06
    )
    line = tall["verbal_cooperation"][1] + tall["verbal_cooperation"][3]
    assert tall["verbal_conflict"][1] + tall["verbal_conflict"][3] == pytest.approx(
        tall["verbal_cooperation"][1], abs=0.11
    )
    assert tall["material_cooperation"][1] == pytest.approx(line, abs=0.11)
    assert tall["material_conflict"][1] == pytest.approx(line + unit, abs=0.11)


def test_both_counts_and_a_link_stand_on_each_step():
    asked = []
    markup = timeline(
        [step(verbal_conflict=2)], days=JUNE, every="week", link=lambda *it: asked.append(it) or f"/e?{it[2]}"
    )
    assert asked == [("PRK", "KOR", DAY(2013, 6, 10), DAY(2013, 6, 16))]
    assert addresses(markup) == ["/e?2013-06-10"]
    assert "10–16 June 2013: 2 events in 6 reports (conflict in words 2)" in "".join(texts(markup, "title")).replace(
        " – ", "–"
    )


def test_the_way_back_is_shown_where_nothing_came_back():
    markup = timeline([step(verbal_conflict=1)], days=JUNE, every="day")
    assert [words for words in texts(markup, "text") if " to " in words] == ["KOR to PRK", "PRK to KOR"]
    assert "KOR to PRK: 0 events in 0 reports." in texts(markup, "desc")[0]


def test_one_party_towards_all_has_one_panel():
    markup = timeline([step(recipient="", verbal_conflict=1)], days=JUNE, every="day")
    assert [words for words in texts(markup, "text") if " to " in words] == ["PRK to all others"]


def test_nothing_at_all_can_be_drawn():
    assert "Nothing was counted." in texts(timeline([], days=(None, None), every="day"), "desc")[0]
    assert "Nothing was counted." in texts(timeline([], days=JUNE, every="day"), "desc")[0]


LENGTHS = [
    ("day", 1, "day"), ("day", 2, "week"), ("week", 6, "week"), ("week", 10, "month"), ("month", 30, "month"),
    ("month", 60, "quarter"), ("month", 100, "year"),
]  # fmt: skip


@pytest.mark.parametrize(("every", "years", "drawn_by"), LENGTHS)
def test_too_many_steps_are_joined(every, years, drawn_by):
    days = (DAY(1700, 1, 1), DAY(1699 + years, 12, 31))
    steps = [Step("PRK", "KOR", day, {"verbal_conflict": 1}, {"verbal_conflict": 2}) for day in periods(*days, every)]
    markup = timeline(steps, days=days, every=every)
    assert f"events by {drawn_by}" in texts(markup, "text")
    assert len(boxes(markup, "verbal_conflict")) <= stepping.MOST + 2
    assert f"{len(steps):,} events in {2 * len(steps):,} reports" in texts(markup, "desc")[0]


def test_a_year_of_days_is_a_small_file():
    steps = [
        Step(*way, day, dict.fromkeys(QUADS.values(), 3), dict.fromkeys(QUADS.values(), 7))
        for day in periods(DAY(2013, 1, 1), DAY(2013, 12, 31), "day")
        for way in (("PRK", "KOR"), ("KOR", "PRK"))
    ]
    markup = timeline(
        steps,
        days=(None, None),
        every="day",
        link=lambda a, b, *days: f"/search?actor={a}&recipient={b}&from={days[0]}",
    )
    assert len(addresses(markup)) == 730
    assert len(gzip.compress(markup.encode(), 6)) < 25_000


def test_rates_are_for_each_hundred_reports_read():
    steps = [step(3, verbal_conflict=4), step(4, verbal_conflict=4), step(5, verbal_conflict=4)]
    read = {DAY(2013, 6, 3): 100, DAY(2013, 6, 4): 400}
    markup = timeline(steps, days=JUNE, every="day", read=read)
    heights = [height for *_, height in boxes(markup, "verbal_conflict")]
    # Of the third day nothing was read: there is no rate, and nothing is drawn.
    assert len(heights) == 2
    assert heights[0] == pytest.approx(4 * heights[1], abs=0.3)
    assert "events per 100 reports read by day" in texts(markup, "text")
    assert "4 events in 12 reports (conflict in words 4); 400 reports were read in that time" in "".join(
        texts(markup, "title")
    )


def test_steps_outside_the_days_are_left_out():
    markup = timeline(
        [step(5, verbal_conflict=1), step(25, verbal_conflict=1)],
        days=(DAY(2013, 6, 20), DAY(2013, 6, 30)),
        every="day",
    )
    assert len(boxes(markup, "verbal_conflict")) == 1


def test_terms_are_named_in_the_panel_of_their_party():
    bands = [
        Band("PRK", "Kim Jong Un", DAY(2011, 12, 17), None),
        Band("KOR", "Lee Myung-bak", DAY(2008, 2, 25), DAY(2013, 2, 24)),
        Band("KOR", "Park Geun-hye", DAY(2013, 2, 25), DAY(2017, 3, 10)),
        Band("USA", "Barack Obama", DAY(2009, 1, 20), DAY(2017, 1, 19)),
    ]
    days = (DAY(2013, 1, 1), DAY(2013, 12, 31))
    markup = timeline([step(verbal_conflict=1)], days=days, every="week", bands=iter(bands))
    shown = "".join(texts(markup, "title"))
    assert "Kim Jong Un, from 17 December 2011 on" in shown
    assert "Lee Myung-bak, from 25 February 2008 to 24 February 2013" in shown
    assert "Obama" not in markup
    # On a phone the first eight weeks have no room for a whole name.
    assert {"Lee Myung-bak", "Lee M…", "Park Geun-hye", "Kim Jong Un"} <= set(texts(markup, "text"))


def test_a_peak_says_what_made_it_and_leads_there():
    peak = Peak(
        "PRK",
        "KOR",
        DAY(2013, 6, 16),
        "North Korea proposes talks with the United States, the first in a year",
        "/events/e1",
    )
    markup = timeline([step(verbal_cooperation=3)], days=JUNE, every="day", peaks=[peak])
    assert "/events/e1" in addresses(markup)
    assert "North Korea proposes talks with the United States…" in texts(markup, "text")
    assert peak.label in texts(markup, "title")


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), max_size=12))
def test_no_piece_covers_another(pieces):
    found = placed([tuple(piece) for piece in pieces])
    for one, other in itertools.combinations(found, 2):
        assert one.row != other.row or one.right <= other.left or other.right <= one.left


# Scales


@given(st.dates(), st.dates())
def test_days_that_are_written_lie_within_and_are_few(one, other):
    times = Times(min(one, other), max(one, other))
    ticks = times.ticks()
    assert len([tick for tick in ticks if tick.screens != "narrow"]) <= MANY + 1
    assert len([tick for tick in ticks if tick.screens != "wide"]) <= FEW + 1
    assert [tick.day for tick in ticks] == sorted({tick.day for tick in ticks})
    assert all(times.first <= tick.day <= times.last for tick in ticks)
    assert all(0 <= times.at(tick.day) < times.behind(tick.day) <= 1 for tick in ticks)


@given(st.floats(0.001, 1e9), st.integers(1, 12))
def test_numbers_that_are_written_are_round(most, room):
    found = steps_to(most, room)
    assert len(found) <= room
    assert all(value <= most * 1.000001 for value in found)
    assert not found or f"{found[0]:e}"[0] in "125"


# Level bars


def test_bars_show_reports_and_the_events_in_them():
    markup = bars([Row("Wire", 5, 20, "/w"), Row("Post", 10, 10)], title="Publishers")
    widths = {
        name: [it.get("width") for it in drawn(markup).iter("rect") if it.get("class") == name]
        for name in ("hollow", "filled")
    }
    assert widths == {"hollow": ["46%", "23%"], "filled": ["11.5%", "23%"]}
    assert addresses(markup) == ["/w"]
    assert {"5 events in 20 reports", "5 / 20", "10 events in 10 reports"} <= set(texts(markup, "text"))


def test_parts_of_a_strip_are_in_order_and_fill_it():
    counts = {"broken": 1, "kept": 2, "pending": 1, "lapsed": 0}
    markup = stacked(counts, title="How they stand", link_to=lambda standing: f"/ledger?standing={standing}")
    assert addresses(markup) == [f"/ledger?standing={it}" for it in ("kept", "pending", "broken")]
    rects = [it for it in drawn(markup).iter("rect") if it.get("height") == "14"]
    assert [(it.get("x"), it.get("width")) for it in rects] == [("0%", "50%"), ("50%", "25%"), ("75%", "25%")]
    assert rects[2].get("fill") == "url(#standings-material-conflict)"
    assert texts(markup, "desc") == ["kept 2, pending 1, broken 1"]


def test_a_threat_carried_out_is_conflict():
    kept = [(DAY(2013, 6, 9))]
    for kind, has in (("threat", 1), ("promise", 0)):
        told = [(account("x", kind, ("kept", kept[0])), "kept")]
        assert bool("url(#ledger-material-conflict)" in ledger_lines(told, on=JUNE[1])) is bool(has)
        assert bool("url(#standings-material-conflict)" in stacked({"kept": 1}, title="", kind=kind)) is bool(has)


def test_small_pictures_end_where_their_numbers_end():
    course = drawn(sparkline([0, 5, 10], title="course"))
    assert course.find("svg/path").get("d") == "M3 19L55 11L107 3"
    assert course.find("svg/circle").get("cx") == "107"
    assert len(drawn(sparkline([], title="nothing")).findall("svg/path")) == 0
    bullet = drawn(change(5, 10, title="half of what is usual", most=20))
    assert bullet.find("svg/rect[@class='filled']").get("width") == "27.5"
    assert bullet.find("svg/line").get("x1") == "55"
    assert "NaN" not in change(0, 0, title="nothing")


# The ledger


def test_a_line_of_the_ledger_ends_where_it_was_decided():
    decided = account("food aid", "offer", ("kept", DAY(2013, 6, 16)))
    told = [(decided, "kept"), (account("talks", id="b"), "pending")]
    markup = ledger_lines(told, on=JUNE[1], days=JUNE, link_to=lambda one: f"/ledger/{one.id}")
    lines = [it for it in drawn(markup).iter("line") if "course" in it.get("class")]
    assert [it.get("class") for it in lines] == ["course", "course open"]
    share = {n: f"{1 + 98 * (n - 1) / 30:.2f}".rstrip("0").rstrip(".") + "%" for n in (2, 16, 30)}
    assert [(it.get("x1"), it.get("x2")) for it in lines] == [(share[2], share[16]), (share[2], share[30])]
    assert addresses(markup) == ["/ledger/a", "/ledger/b"]
    assert "kept, 16 June 2013" in texts(markup, "text")
    assert "PRK to KOR, offer: food aid (made 2 June 2013, kept 16 June 2013)" in texts(markup, "title")


def test_a_long_ledger_says_that_it_is_cut():
    told = [(account(id=str(number)), "pending") for number in range(MOST + 7)]
    assert texts(ledger_lines(told, on=JUNE[1]), "desc")[0].startswith(f"{MOST} of {MOST + 7} commitments")
    assert ledger_lines([], on=JUNE[1])


# The map


def test_every_state_has_its_place_on_the_map():
    with (DATA / "lexicon" / "countries.tsv").open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    shapes, points = ([place.code for place in places] for places in (outlines().shapes, outlines().points))
    placed_codes = [code for code in [*shapes, *points] if code]
    assert len(placed_codes) == len(set(placed_codes))
    assert known - set(placed_codes) == {"CSK", "DDR", "SUN", "YUG"}
    assert len([code for code in shapes if not code]) == 2


PLACES = [
    ("PRK", 1580, 1740, 170, 300),
    ("USA", 80, 700, 30, 330),
    ("ZAF", 1050, 1250, 680, 800),
    ("NZL", 1780, 1960, 700, 860),
]


@pytest.mark.parametrize(("code", "west", "east", "north", "south"), PLACES)
def test_countries_lie_where_they_lie(code, west, east, north, south):
    [shape] = [shape for shape in outlines().shapes if shape.code == code]
    starts = [(float(x), float(y)) for x, y in re.findall(r"M(-?\d+) (-?\d+)", shape.path)]
    assert all(west <= x <= east and north <= y <= south for x, y in starts[:1])
    assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", shape.path)


def test_a_country_shows_how_much_and_of_what_kind():
    told = [
        Country("PRK", "North Korea", 40, 90, 30),
        Country("KOR", "South Korea", 9, 20, 2),
        Country("SUN", "Soviet Union", 1, 1, 0),
    ]
    markup = world(told, title="Events", link_to=lambda code: f"/parties/{code}")
    assert addresses(markup) == ["/parties/PRK", "/parties/KOR"]
    assert "North Korea: 40 events in 90 reports, 30 of them conflict" in texts(markup, "title")
    countries = [it for it in drawn(markup).iter("path") if "told" in it.get("class", "").split()]
    assert [(it.get("data-atlas"), it.get("fill")) for it in countries] == [
        ("North Korea", "url(#world-5)"),
        ("South Korea", None),
    ]
    legend = ["".join(it.itertext()).strip() for it in drawn(markup).iter("li")]
    assert legend == [
        "Distinct events:",
        "1",
        "2 to 4",
        "5 to 9",
        "10 to 19",
        "20 or more",
        "half or more of them conflict",
    ]


def test_small_states_are_dots_where_something_was_counted():
    assert [
        it.get("data-at") for it in drawn(world([Country("SGP", "Singapore", 1, 1, 0)], title="")).iter("circle")
    ] == ["103.8 1.4"]
    assert not list(drawn(world([], title="")).iter("circle"))


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=40))
def test_shades_grow_with_the_numbers(numbers):
    bounds = bounds_of(numbers)
    shades = [shade_of(number, bounds) for number in sorted(numbers)]
    assert shades == sorted(shades)
    assert shades[-1] == 5
    assert all(1 <= shade <= 5 for shade in shades)
    assert len({shade_of(least, bounds) for least in bounds}) == len(bounds)


def test_every_class_of_a_picture_is_in_the_style_sheet():
    style = (STATIC / "charts.css").read_text(encoding="utf-8")
    markup = "".join(pictures("words")) + stacked(
        dict.fromkeys(("partly kept", "accepted", "pending", "lapsed"), 1), title=""
    )
    unstyled = {name for name in classes(markup) if not re.search(rf"\.{name}\b", style)}
    # Names of whole pictures and of groups, which scripts look for.
    assert unstyled <= {"land", "told", "fine"}
    assert not re.search(r"@import|https?:|url\((?!#)", style)
