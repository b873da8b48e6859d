"""The days that a page shows where none are named."""

import pytest

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.views.spans import weeks_before, weeks_shown
from tests.views.told import DAY, fill


@pytest.mark.parametrize(
    ("days", "latest", "shown"),
    [
        (("", ""), "2013-06-20", ("2013-06-14", "2013-06-20")),
        (("2013-01-01", ""), "2013-06-20", ("2013-01-01", "2013-06-20")),
        (("", "2013-01-31"), "2013-06-20", ("2013-01-25", "2013-01-31")),
        (("2014-01-01", ""), "2013-06-20", ("2014-01-01", "")),
        (("", ""), "", ("", "")),
        (("", "0001-01-03"), "2013-06-20", ("0001-01-01", "0001-01-03")),
    ],
)
def test_weeks(days, latest, shown):
    first, last, known = (DAY(day) if day else None for day in (*days, latest))
    assert weeks_before((first, last), known, 1) == tuple(DAY(day) if day else None for day in shown)


def test_weeks_end_with_the_last_report():
    with open_store("sqlite://") as store:
        fill(store, Rules.load().ontology)
        assert weeks_shown(store, (None, None), 4) == (DAY("2013-05-05"), DAY("2013-06-01"))
