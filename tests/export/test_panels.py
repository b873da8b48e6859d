"""Panels: whole periods, zero rows, nothing lost or counted twice; also at the ends of the calendar."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.export.written import ontology

from dragoman.export.panels import Counted, columns_of, end_of, panel_rows, period_of, periods, widened

DAYS = st.dates()
EVERY = st.sampled_from(["day", "week", "month"])


def counted(day, actor="PRK", recipient="KOR", type="ACCUSE", events=1, reports=2, score=-2.0):
    return Counted(actor, recipient, datetime.date.fromisoformat(day), type, events, reports, score)


def rows(counts, first, last, every="month", unit="dyad", **options):
    days = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return list(panel_rows(counts, ontology(), unit=unit, every=every, days=days, **options))


@given(DAYS, EVERY)
def test_a_day_lies_in_its_period(day, every):
    start = period_of(day, every)
    assert start <= day <= end_of(start, every)
    assert period_of(end_of(start, every), every) == start
    assert widened(day, day, every) == (start, end_of(start, every))


@given(DAYS, st.integers(0, 400), EVERY)
def test_periods_follow_one_another(first, length, every):
    last = datetime.date.fromordinal(min(first.toordinal() + length, datetime.date.max.toordinal()))
    found = list(periods(first, last, every))
    ends = [end_of(start, every) for start in found]
    assert found[0] <= first
    assert ends[-1] >= last
    assert [end.toordinal() + 1 for end in ends[:-1]] == [start.toordinal() for start in found[1:]]


@pytest.mark.parametrize("every", ["day", "week", "month"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(day, every):
    (row,) = rows([counted(day)], day, day, every)
    assert row["first"].isoformat() <= day <= row["last"].isoformat()
    assert row["events_all"] == 1


def test_an_open_end_stays_open():
    assert widened(None, None, "month") == (None, None)
    assert widened(datetime.date(2013, 6, 12), None, "week") == (datetime.date(2013, 6, 10), None)


def test_rows_and_zero_rows():
    counts = [counted("2013-06-16", events=2, reports=3, score=-4.0), counted("2013-08-01", type="AID", score=7.0)]
    found = rows(counts, "2013-06-16", "2013-08-01")
    assert [row["events_all"] for row in found] == [2, 0, 1]
    assert [row["last"].isoformat() for row in found] == ["2013-06-30", "2013-07-31", "2013-08-31"]
    assert (found[0]["events_accuse"], found[0]["reports_verbal_conflict"], found[0]["score_mean"]) == (2, 3, -2.0)
    assert (found[2]["events_aid"], found[2]["events_material_cooperation"], found[1]["score_mean"]) == (1, 1, None)
    assert set(found[0]) == set(columns_of("dyad", ontology()))


def test_units():
    counts = [counted("2013-06-01"), counted("2013-06-01", actor="USA")]
    found = rows(counts, "2013-06-01", "2013-06-01", among=("PRK", "KOR"))
    assert [(row["actor"], row["recipient"], row["events_all"]) for row in found] == [
        ("KOR", "PRK", 0),
        ("PRK", "KOR", 1),
    ]
    countries = [counted("2013-06-01", recipient="")]
    found = rows(countries, "2013-06-01", "2013-06-01", unit="country", among=("PRK", "JPN"))
    assert [(row["country"], row["events_all"]) for row in found] == [("JPN", 0), ("PRK", 1)]
    assert rows([], "2013-06-01", "2013-06-01") == []


COUNTS = st.lists(
    st.builds(
        Counted,
        st.sampled_from(["PRK", "KOR"]),
        st.sampled_from(["USA", "IGOUNO"]),
        st.dates(datetime.date(2013, 1, 1), datetime.date(2013, 12, 31)),
        st.sampled_from(["ACCUSE", "AID", "CONSULT"]),
        st.integers(1, 5),
        st.integers(1, 9),
        st.just(1.0),
    ),
    max_size=30,
)


@given(COUNTS, EVERY)
def test_everything_is_counted_once(counts, every):
    found = rows(counts, "2013-01-01", "2013-12-31", every)
    for what in ("events", "reports"):
        assert sum(row[f"{what}_all"] for row in found) == sum(getattr(one, what) for one in counts)
    for row in found:
        quads = [
            value
            for name, value in row.items()
            if name.startswith("events_") and name.endswith(("cooperation", "conflict"))
        ]
        assert sum(quads) == row["events_all"]
