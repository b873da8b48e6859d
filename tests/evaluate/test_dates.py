"""Scores of time expressions: the span, the overlap, the value, the day."""

import msgspec

from dragoman.evaluate.dates import pair_overlapping, score_dates
from dragoman.evaluate.golds import DatedText
from dragoman.evaluate.measures import prf, share

from .made import coding, date

TEXT = "The envoys met on Friday, two weeks after the first round of June 3, and will meet in 2011."
GOLD = msgspec.convert(
    {
        "id": "t",
        "text": TEXT,
        "dates": [
            {"start": 18, "end": 24, "value": "2010-06-18"},
            {"start": 26, "end": 35, "value": "P2W"},
            {"start": 61, "end": 67, "value": "2010-06-03"},
            {"start": 86, "end": 90, "value": "2011"},
        ],
    },
    DatedText,
)


def test_the_spans_are_those_of_the_text() -> None:
    words = [TEXT[gold.start : gold.end] for gold in GOLD.dates]
    assert words == ["Friday", "two weeks", "June 3", "2011"]


def test_score_dates() -> None:
    mine = [
        date("Friday", "2010-06-18T10:00", start=18),
        date("two weeks after", "P2W", start=26),
        date("June 3", "2010-06-03", start=61),
        date("first", "P1X", start=46),
    ]
    measures = score_dates([GOLD], {"t": coding("t", dates=mine)})
    assert measures["timex_strict"].figure == prf(2, 4, 4)
    assert measures["timex_relaxed"].figure == prf(3, 4, 4)
    assert measures["timex_value"].figure == prf(2, 4, 4)
    assert measures["timex_value"].hits == ("t#1", "t#2")
    assert measures["timex_day"].figure == share(2, 2)


def test_the_widest_overlap_wins_and_is_used_once() -> None:
    mine = [date("on F", "A", start=15), date("Friday, two", "B", start=18)]
    pairs = pair_overlapping(GOLD, mine)
    assert [p.found.value if p.found else None for p in pairs] == ["B", None, None, None]


def test_a_text_without_coding_has_all_missed() -> None:
    assert score_dates([GOLD], {})["timex_relaxed"].figure == prf(0, 0, 4)
