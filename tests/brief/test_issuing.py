"""From a list to an issue on its way: when it is due, that it is made once, and that each reader's mail is queued."""

import pytest

from dragoman.brief import issuing
from dragoman.brief.issuing import Desk, due_lists, is_due, last_day, preview, send_due, send_list
from dragoman.brief.settings import Settings
from dragoman.errors import InputError, StoreError
from dragoman.rules import Rules
from dragoman.store import issues, mailings, outbox
from dragoman.store.issues import Issue
from dragoman.views.names import Names
from tests.brief.dealt import DAY, LAST, act, mailing, report
from tests.brief.visitors import put_on

HOUR = 3_600
# 2013-03-11 12:00, the day after the last of the briefings' week.
NOON = 1_363_003_200


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def desk(store, rules):
    """A store with a week's events and a list about them, with two readers."""
    report(store, rules, "a", "2013-03-06", act("2013-03-05"), act("2013-03-06", "COERCE"))
    with store.writing() as connection:
        mailings.add_list(connection, mailing(parties=("PRK", "KOR")))
        mailings.add_list(connection, mailing(slug="gulf", parties=("IRN",), schedule="daily"))
    for name in ("anna", "bela"):
        put_on(store, f"{name}@example.org", ["koreas"])
    return Desk(store, Settings(), rules, Names(rules))


def issue(last, made=NOON):
    return Issue(key=1, list="koreas", number=1, made=made, first=DAY(last), last=DAY(last), subject="")


DUE = [
    ("daily", "public", None, True),
    ("daily", "private", None, True),
    ("daily", "archived", None, False),
    ("change", "archived", None, False),
    ("daily", "public", issue("2013-03-09"), True),
    ("daily", "public", issue("2013-03-10"), False),
    ("daily", "public", issue("2013-03-12"), False),
    ("weekly", "public", issue("2013-03-03"), True),
    ("weekly", "public", issue("2013-03-04"), False),
    ("weekly", "public", issue("2013-02-01"), True),
    ("change", "public", issue("2013-03-11", NOON - HOUR), True),
    ("change", "public", issue("2013-03-11", NOON - HOUR + 1), False),
    ("change", "public", issue("2013-03-11", NOON + 1), True),
]


@pytest.mark.parametrize(("schedule", "visibility", "last", "due"), DUE, ids=range(len(DUE)))
def test_when_a_list_is_due(schedule, visibility, last, due):
    one = mailings.MailingList(slug="koreas", title="K", schedule=schedule, visibility=visibility, made=0)
    assert is_due(one, last, NOON) is due


def test_an_issue_is_about_days_that_are_over_unless_it_goes_out_on_change():
    today = DAY("2013-03-11")
    assert [last_day(mailing(schedule), today) for schedule in ("daily", "weekly", "change")] == [LAST, LAST, today]


def test_a_preview_keeps_nothing(desk):
    found = preview(desk, mailing(parties=("PRK", "KOR")), LAST)
    assert found.counts.all.events == 2
    with desk.store.reading() as connection:
        assert issues.issues(connection, "koreas") == []
        assert issues.told_by(connection, "koreas") == frozenset()


def test_an_issue_is_kept_and_queued_for_each_reader(desk):
    made = send_list(desk, mailing(parties=("PRK", "KOR")), LAST, lambda: NOON)
    assert (made.number, made.readers, made.kind) == (1, 2, "")
    with desk.store.reading() as connection:
        assert outbox.counts(connection, issues.last_issue(connection, "koreas").key) == {"queued": 2}
    again = send_list(desk, mailing(parties=("PRK", "KOR")), LAST, lambda: NOON)
    assert (again.number, again.kind) == (None, "nothing")


def test_a_day_that_has_not_begun_is_refused(desk):
    """A slip in a month or a year would silence the list until then."""
    with pytest.raises(InputError, match="2013-03-12 has not begun yet"):
        send_list(desk, mailing(parties=("PRK", "KOR")), DAY("2013-03-12"), lambda: NOON)
    with desk.store.reading() as connection:
        assert issues.issues(connection, "koreas") == []
    assert send_list(desk, mailing(parties=("PRK", "KOR")), LAST, lambda: NOON).number == 1


def test_a_list_without_readers_has_issues_all_the_same(desk):
    report(
        desk.store,
        desk.rules,
        "b",
        "2013-03-07",
        act("2013-03-07", actor=("IRN",), recipient=("ISR",), sentence="Iran condemned Israel."),
    )
    made = send_list(desk, mailing(slug="gulf", parties=("IRN",)), LAST, lambda: NOON)
    assert (made.number, made.readers) == (1, 0)


def test_an_archived_list_sends_nothing(desk):
    closed = mailings.MailingList(slug="koreas", title="K", visibility="archived", made=0)
    assert send_list(desk, closed, LAST, lambda: NOON).kind == "closed"


def test_of_two_who_make_an_issue_at_once_one_does(desk):
    """The second begins while the first composes; the time is asked for just before the issue is kept."""
    one, seconds = mailing(parties=("PRK", "KOR")), []

    def clock():
        if not seconds:
            seconds.append(1)
            seconds.append(send_list(desk, one, LAST, lambda: NOON))
        return NOON

    first = send_list(desk, one, LAST, clock)
    assert (first.number, first.kind) == (None, "meanwhile")
    assert seconds[1].number == 1
    with desk.store.reading() as connection:
        assert len(issues.issues(connection, "koreas")) == 1
        assert outbox.counts(connection, issues.last_issue(connection, "koreas").key) == {"queued": 2}


def test_what_is_due_is_made_by_itself(desk):
    with desk.store.reading() as connection:
        assert {one.slug for one in mailings.lists(connection)} == {"gulf", "koreas"}
    assert {one.slug for one in due_lists(desk.store, NOON)} == {"gulf", "koreas"}
    made = {one.list: one for one in send_due(desk, lambda: NOON)}
    assert (made["koreas"].number, made["koreas"].day) == (1, LAST)
    assert made["gulf"].kind == "nothing"
    assert [one.slug for one in due_lists(desk.store, NOON)] == ["gulf"]


def test_the_trouble_of_one_list_does_not_keep_back_another(desk, monkeypatch):
    whole = issuing.next_briefing

    def failing(store, rules, names, mailing, day):
        if mailing.slug == "gulf":
            raise StoreError("locked", kind="locked")
        return whole(store, rules, names, mailing, day)

    monkeypatch.setattr(issuing, "next_briefing", failing)
    made = {one.list: one for one in send_due(desk, lambda: NOON)}
    assert (made["gulf"].kind, made["koreas"].number) == ("locked", 1)
