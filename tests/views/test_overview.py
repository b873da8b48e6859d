"""The front page: what is called a change, what comes first, which commitments turned, how much was read."""

import datetime

import pytest

from dragoman.records import Commitment, EventDate, Span
from dragoman.rules import Rules
from dragoman.store import ledgers, open_store
from dragoman.store.counts import Changed
from dragoman.store.saving import save
from dragoman.views.overview import changes, overview_of, word_for
from tests.store.made import SENTENCE, coded, event

DAY = datetime.date.fromisoformat
LAST, LONG_AGO = DAY("2013-06-20"), DAY("2010-01-01")
WORDS = [
    # this week, usual, what it is called
    (0, 0, "limited change"),
    (1, 0, "new"),
    (40, 0, "new"),
    (5, 2, "limited change"),
    (0, 2, "limited change"),
    (6, 2, "up sharply"),
    (5, 2.25, "up sharply"),
    (5, 4, "up"),
    (126, 100, "up sharply"),
    (125, 100, "up"),
    (111, 100, "up"),
    (110, 100, "steady"),
    (100, 100, "steady"),
    (75, 100, "steady"),
    (74, 100, "down"),
    (0, 3, "down"),
]


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.mark.parametrize(("now", "usual", "word"), WORDS)
def test_what_a_week_is_called(now, usual, word):
    assert word_for(now, usual) == word


def changed(actor, recipient, kind, week, month, year):
    """What one party did to another, each event in two reports."""
    pairs = [number for events in (week, month, year) for number in (events, 2 * events)]
    return Changed(actor, recipient, kind, *pairs)


def test_types_of_a_class_are_added_up(rules):
    counted = [changed("PRK", "KOR", kind, 3, 8, 52) for kind in ("ACCUSE", "REJECT", "AID")]
    conflict, aid = changes(counted, LONG_AGO, LAST, rules)
    assert (conflict.quad, conflict.events, conflict.reports) == ("verbal_conflict", 6, 12)
    assert (conflict.month.events, conflict.month.reports, conflict.month.per_cent) == (4, 8, 50)
    assert (conflict.year.events, conflict.year.per_cent, conflict.year.word) == (2, 200, "up sharply")
    assert (aid.quad, aid.events) == ("material_cooperation", 3)


def test_what_differs_most_for_its_size_comes_first_and_few_last(rules):
    counted = [
        changed("AAA", "BBB", "ACCUSE", 110, 400, 5200),
        changed("CCC", "DDD", "ACCUSE", 12, 4, 52),
        changed("EEE", "FFF", "ACCUSE", 5, 0, 0),
        changed("GGG", "HHH", "ACCUSE", 0, 36, 468),
        changed("III", "JJJ", "ACCUSE", 0, 0, 52),
    ]
    assert [one.actor for one in changes(counted, LONG_AGO, LAST, rules)] == ["CCC", "GGG", "AAA", "EEE"]
    assert [one.actor for one in changes(counted, LONG_AGO, LAST, rules, most=1)] == ["CCC"]


@pytest.mark.parametrize(
    ("first", "month", "year"),
    [
        ("2013-06-14", None, None),
        ("2013-06-07", 1, 1),
        ("2013-05-10", 4, 5),
        ("2012-06-15", 4, 52),
        ("2001-01-01", 4, 52),
    ],
)
def test_weeks_before_the_first_report_are_not_quiet_ones(rules, first, month, year):
    (one,) = changes([changed("PRK", "KOR", "ACCUSE", 4, 8, 40)], DAY(first), LAST, rules)
    assert [usual and usual.weeks for usual in (one.month, one.year)] == [month, year]
    if month:
        assert one.month.events == 8 / month


def test_nothing_is_new_in_an_empty_store(rules):
    with open_store("sqlite://") as store:
        found = overview_of(store, rules)
    assert (found.last, found.week, found.totals.reports, found.changes, found.weeks) == (None, None, 0, (), ())


def test_reports_without_a_day_are_counted_all_the_same(rules):
    with open_store("sqlite://") as store:
        save(store, coded(published=None), rules.ontology)
        found = overview_of(store, rules)
    assert (found.last, found.totals.reports, found.totals.events) == (None, 1, 1)
    assert [(one["type"], one["first"]) for one in found.newest] == [("ACCUSE", None)]


def said(n, day, kind="ACCUSE", **head):
    told = event(f"e{n}", kind, sentence=f"Sentence number {n} is told.")
    return coded(f"r{n}", told, published=DAY(day), **head)


@pytest.fixture(scope="module")
def store(rules):
    told = [
        ("2013-03-01", "ACCUSE"),
        ("2013-05-24", "ACCUSE"),
        ("2013-06-13", "REJECT"),
        ("2013-06-14", "THREATEN"),
        ("2013-06-20", "ACCUSE"),
        ("2013-06-20", "REQUEST"),
    ]
    with open_store("sqlite://") as store:
        for n, (day, kind) in enumerate(told):
            save(store, said(n, day, kind, publisher="Wire" if n % 2 else "Gazette"), rules.ontology)
        yield store


def test_the_week_ends_with_the_last_report(store, rules):
    found = overview_of(store, rules)
    assert (found.first, found.week, found.last) == (DAY("2013-03-01"), DAY("2013-06-14"), LAST)
    (one,) = found.changes
    assert (one.actor, one.recipient, one.events, one.month.events, one.month.weeks) == ("PRK", "JPN", 3, 0.5, 4)
    assert (one.year.weeks, one.year.events) == (15, 3 / 15)
    assert [event["first"] for event in found.newest][:3] == ["2013-06-20", "2013-06-20", "2013-06-14"]


def test_reports_are_counted_by_publisher_and_week(store, rules):
    found = overview_of(store, rules)
    assert [(one.publisher, one.week, one.month, one.year) for one in found.publishers] == [
        ("Gazette", 1, 2, 3),
        ("Wire", 2, 3, 3),
    ]
    assert sum(week.reports for week in found.weeks) == found.totals.reports == 6
    assert [(week.first, week.reports) for week in found.weeks[-2:]] == [(DAY("2013-06-07"), 1), (DAY("2013-06-14"), 3)]
    assert found.weeks[0].first <= DAY("2013-03-01") <= found.weeks[0].last
    assert all(one.last - one.first == datetime.timedelta(days=6) for one in found.weeks)


def promise(content, due):
    evidence = (Span(text=SENTENCE, start=0, end=len(SENTENCE)),)
    return Commitment(by="PRKGOV", to=("JPNGOV",), kind="promise", content=content, due=due, evidence=evidence)


def promised(id, day, *commitments):
    date = EventDate(text="", start=0, end=0, first=DAY(day), last=DAY(day))
    coding = coded(id, event(f"{id}-1", "THREATEN", sentence=f"Told by {id}.", date=date), published=DAY(day))
    return coding.__class__(article=coding.article, coder=coding.coder, events=coding.events, commitments=commitments)


def test_what_fell_due_within_four_weeks_is_told(rules):
    with open_store("sqlite://") as store:
        due = {"open the border": "2013-06-05", "close the plant": "2013-01-05", "release the crew": "2013-12-24"}
        made = [promise(content, day) for content, day in due.items()]
        for coding in (promised("made", "2012-12-01", *made), said(1, "2013-06-20")):
            save(store, coding, rules.ontology)
        before = overview_of(store, rules)
        ledgers.refresh(store, rules)
        found = overview_of(store, rules)
    assert (before.is_current, before.totals.commitments, before.turned) == (False, 0, ())
    assert (found.is_current, found.totals.commitments) == (True, 3)
    assert found.totals.standings == {"pending": 1, "no evidence": 2}
    (turn,) = found.turned
    assert (turn.content, turn.day, turn.before, turn.standing) == (
        "open the border",
        DAY("2013-06-06"),
        "pending",
        "no evidence",
    )
    assert (turn.basis, turn.by, turn.due) == (None, ("PRKGOV",), (DAY("2013-06-05"), DAY("2013-06-05")))
