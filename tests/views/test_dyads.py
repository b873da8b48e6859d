"""What passed between two parties: steps beside what was read, what stands out, days around an event."""

import datetime

import pytest

from dragoman.errors import InputError
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.counts import counts
from dragoman.views.dealings import Asked, dealings_of
from dragoman.views.naming import near_names
from dragoman.views.peaks import standing_out
from dragoman.views.periods import fitting
from dragoman.views.rankings import dyads_told
from dragoman.views.sides import Step
from tests.views.dealt import OLD, fill

DAY = datetime.date.fromisoformat


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as found:
        fill(found, rules)
        yield found


@pytest.fixture(scope="module")
def page(store, rules):
    return dealings_of(store, "PRK", "JPN", Asked(every="month"), rules)


def events_of(steps, actor):
    return {str(step.first): sum(step.events.values()) for step in steps if step.actor == actor}


def test_steps_add_up_to_what_is_counted(page, store):
    assert events_of(page.steps, "PRK") == {"2013-01-01": 1, "2013-03-01": 4, "2013-04-01": 1, "2013-05-01": 1}
    assert events_of(page.steps, "JPN") == {"2013-01-01": 1, "2013-03-01": 1}
    there, back = page.sides
    assert there.events == {
        "verbal_cooperation": 2,
        "material_cooperation": 2,
        "verbal_conflict": 3,
        "material_conflict": 1,
    }
    assert there.reports["material_conflict"] == 2
    assert sum(back.events.values()) == 2
    with store.reading() as connection:
        assert sum(one.events for one in counts(connection, actor="PRK", recipient="JPN")) == sum(there.events.values())


def test_what_reports_recall_lies_outside_the_picture(page, store, rules):
    assert page.shown == (DAY("2013-01-01"), DAY("2013-05-31"))
    assert page.outside == 1
    wide = dealings_of(store, "PRK", "JPN", Asked((DAY(OLD), None), "month"), rules)
    assert (wide.outside, str(wide.steps[0].first)) == (0, "2005-09-01")


def test_a_step_is_set_beside_all_reports_of_its_time(page):
    """Those of other parties and those that tell an event again are reading too."""
    assert {str(day): number for day, number in page.read.items()} == {
        "2013-01-01": 2,
        "2013-03-01": 6,
        "2013-04-01": 1,
        "2013-05-01": 3,
    }
    march = next(step for step in page.steps if step.actor == "PRK" and step.first == DAY("2013-03-01"))
    assert (march.read, march.per_hundred, march.last) == (6, 66.667, DAY("2013-03-31"))


def test_a_step_in_which_nothing_was_read_has_no_rate(store, rules):
    page = dealings_of(store, "PRK", "JPN", Asked((DAY("2005-01-01"), DAY("2005-12-31"))), rules)
    assert [(step.read, step.per_hundred) for step in page.steps] == [(0, None)]


def test_leaders_stand_beside_the_time_that_is_shown(page):
    assert [(band.party, band.name) for band in page.bands] == [("PRK", "Kim Jong-un"), ("JPN", "Shinzo Abe")]
    assert all(band.first >= page.shown[0] and band.last <= page.shown[1] for band in page.bands)


def test_commitments_are_those_of_the_dyad(page, store, rules):
    there, back = page.sides
    assert (there.commitments.made, there.threats.made, back.commitments.made) == (1, 0, 0)
    assert page.is_current
    before = dealings_of(store, "PRK", "JPN", Asked((None, DAY("2013-03-31"))), rules)
    assert before.sides[0].commitments.made == 0


def test_a_peak_is_named_by_what_most_reports_tell(page):
    (peak,) = page.peaks
    assert (str(peak.first), peak.actor, peak.events, peak.reports) == ("2013-03-01", "PRK", 4, 5)
    assert (peak.event.type, peak.event.reports) == ("SANCTION", 2)


STANDING_OUT = [
    # events of the steps, those that stand out
    ([], []),
    ([2, 1, 1], []),
    ([3], []),
    ([3, 1, 1], [3]),
    ([6, 3, 3], [6]),
    ([5, 3, 3], []),
    ([4, 9, 1, 1, 7, 8, 1, 1, 1], [9, 7, 8]),
    ([0, 0, 0, 0, 4, 1], []),
    ([0, 0, 0, 4, 1, 1], [4]),
]


@pytest.mark.parametrize(("events", "found"), STANDING_OUT)
def test_what_stands_out(events, found):
    steps = [
        Step(
            actor="PRK",
            recipient="JPN",
            first=datetime.date(2010 + n, 1, 1),
            events={"x": number},
            reports={"x": number},
        )
        for n, number in enumerate(events)
    ]
    assert [step.events["x"] for step in standing_out(steps)] == found


def around(store, rules, type, days=14):
    latest = dealings_of(store, "PRK", "JPN", Asked(), rules).latest
    (id,) = [one.id for one in latest if one.type == type]
    return dealings_of(store, "PRK", "JPN", Asked(around=id, around_days=days), rules).around


def test_days_before_and_after(store, rules):
    found = around(store, rules, "SANCTION")
    assert (found.event.first, found.days) == ("2013-03-06", 14)
    windows = {"before": found.before, "during": found.during, "after": found.after}
    assert {name: (str(one.first), str(one.last), one.read) for name, one in windows.items()} == {
        "before": ("2013-02-20", "2013-03-05", 2),
        "during": ("2013-03-06", "2013-03-06", 1),
        "after": ("2013-03-07", "2013-03-20", 3),
    }
    done = {name: [sum(side.events.values()) for side in one.done] for name, one in windows.items()}
    assert done == {"before": [2, 0], "during": [1, 0], "after": [1, 1]}
    assert found.after.done[1].events["material_cooperation"] == 1
    assert "need not come because of it" in found.note
    assert all(one.is_covered for one in windows.values())


def test_days_that_no_report_covers_are_told(store, rules):
    found = around(store, rules, "SANCTION", days=300)
    assert (found.before.is_covered, found.during.is_covered, found.after.is_covered) == (False, True, False)


def test_an_event_that_is_not_there(store, rules):
    with pytest.raises(InputError, match="no event 'b'"):
        dealings_of(store, "PRK", "JPN", Asked(around="b"), rules)


def test_a_page_of_an_empty_store_and_of_strangers(store, rules):
    with open_store("sqlite://") as empty:
        page = dealings_of(empty, "PRK", "JPN", Asked(), rules)
    assert (page.shown, page.steps, page.read, page.bands, page.peaks, page.latest) == (
        (None, None),
        (),
        {},
        (),
        (),
        (),
    )
    assert dealings_of(store, "FRA", "BEL", Asked(), rules).steps == ()


@pytest.mark.parametrize(
    ("first", "last", "every"),
    [("2013-01-01", "2013-03-31", "day"), ("2013-01-01", "2013-06-30", "week"), ("2010-01-01", "2013-06-30", "month")],
)
def test_steps_fit_the_time(first, last, every):
    assert fitting((DAY(first), None), (DAY("2001-01-01"), DAY(last))) == every


def test_dyads_that_most_is_told_of(store, rules):
    found = dyads_told(store, (None, None), rules.ontology)
    assert (found.first, found.last, found.all) == (DAY("2012-06-01"), DAY("2013-05-30"), 4)
    first = found.dyads[0]
    assert (first.actor, first.recipient, first.events, first.reports, first.conflict) == ("PRK", "JPN", 7, 8, 4)
    assert dyads_told(store, (DAY("2013-05-07"), DAY("2013-05-07")), rules.ontology).all == 1


NEAR = [
    ("Nort Korea", {"North Korea": "PRK", "South Korea": "KOR"}),
    ("Untied Nations", {"United Nations": "IGOUNO"}),
    ("guinea", {"Guinea": "GIN", "Equatorial Guinea": "GNQ", "Guinea-Bissau": "GNB", "Papua New Guinea": "PNG"}),
    ("", {}),
    ("\0" * 90, {}),
]


@pytest.mark.parametrize(("typed", "names"), NEAR)
def test_names_near_what_is_typed(typed, names, rules):
    assert near_names(typed, rules) == names
