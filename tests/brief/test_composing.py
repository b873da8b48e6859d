"""What is new for a list, and nothing else: counted, grouped, told once, with the sentences that it was read from."""

import datetime

import msgspec
import pytest
from sqlalchemy import event as sql_event

from dragoman.brief.briefings import Briefing, Count, read_briefing
from dragoman.brief.composing import compose, next_briefing
from dragoman.records import Ruling
from dragoman.rules import Rules
from dragoman.store import issues, ledgers, mailings, open_store
from dragoman.store.opening import pulse
from dragoman.views.names import Names
from tests.brief.dealt import DAY, FIRST, LAST, NOW, act, mailing, promise, quote, report
from tests.store.test_plans import SLOW

KOREAS = {"parties": ("PRK", "KOR")}


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def names(rules):
    return Names(rules)


@pytest.fixture
def composed(store, rules, names):
    """Composes of the store."""
    return lambda of, day=LAST, **other: compose(store, rules, names, of, day, **other)


@pytest.fixture
def telling(store, rules):
    """Takes in reports."""
    return lambda id, published, *events, **other: report(store, rules, id, published, *events, **other)


def shown(briefing):
    """The ids of all events that are shown."""
    acts = [one for group in briefing.happened for one in group.acts]
    return {one.id for one in (*acts, *briefing.others)}


def test_of_an_empty_store_there_is_none(composed):
    assert composed(mailing()) is None


def test_where_nothing_is_new_there_is_none(composed, telling):
    telling("old", "2013-02-01", act("2013-02-01"))
    assert composed(mailing(**KOREAS)) is None
    assert composed(mailing(**KOREAS), DAY("2013-02-03")) is not None


def test_one_event_in_two_reports_is_one_in_two(composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    telling("b", "2013-03-06", act("2013-03-05", id="other"), publisher="The Gazette")
    telling("c", "2013-03-07", act("2013-03-07", "CONSULT", sentence="They met at Panmunjom to talk of rice."))
    found = composed(mailing(**KOREAS))
    assert found.counts.all == Count(events=2, reports=3)
    assert (found.counts.conflict, found.counts.cooperation) == (Count(events=1, reports=2), Count(events=1, reports=1))
    assert found.summary[0].startswith("2 distinct events in 3 reports, told from 4 to 10 March 2013")
    told = next(one for group in found.happened for one in group.acts if one.type == "ACCUSE")
    assert (told.reports, told.publishers) == (2, ("The Wire", "The Gazette"))
    assert told.headline == "North Korea accused South Korea"
    assert told.link.startswith("/events/")
    assert told.at.startswith("/articles/")
    assert told.at.endswith("#at")


def test_what_a_list_has_told_it_tells_no_more(composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    first = composed(mailing(**KOREAS))
    assert composed(mailing(**KOREAS), told=first.tells) is None
    asked = []
    again = composed(mailing(**KOREAS), told=lambda ids: asked.extend(ids) or set(ids))
    assert again is None
    assert set(first.tells) <= set(asked)


def test_an_event_that_more_reports_tell_later_is_not_told_again(composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    first = composed(mailing(**KOREAS))
    telling("b", "2013-03-04", act("2013-03-05", id="before"), publisher="The Gazette")
    assert composed(mailing(**KOREAS), told=first.tells) is None


def test_what_was_published_later_is_not_known_yet(composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    telling("b", "2013-04-20", act("2013-03-06", "SANCTION", sentence="In March they cut the line."))
    found = composed(mailing(**KOREAS))
    assert found.counts.all == Count(events=1, reports=1)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ({}, {"ACCUSE", "AID", "CONSULT"}),
        ({"parties": ("PRK",)}, {"ACCUSE", "AID"}),
        ({"parties": ("PRK", "KOR"), "among": True}, {"ACCUSE"}),
        ({"parties": ("PRK", "KOR", "CHN"), "among": True}, {"ACCUSE", "AID"}),
        ({"types": ("AID", "CONSULT")}, {"AID", "CONSULT"}),
        ({"parties": ("PRK",), "types": ("AID",)}, {"AID"}),
        ({"words": "rice"}, {"AID"}),
        ({"parties": ("IRN",)}, set()),
        ({"what": ("commitments", "statements")}, set()),
    ],
)
def test_a_list_is_about_what_it_asks(composed, telling, question, kinds):
    telling(
        "a",
        "2013-03-05",
        act("2013-03-05"),
        act("2013-03-05", "AID", ("CHN",), ("PRK",), sentence="Beijing sent rice to the North."),
        act("2013-03-05", "CONSULT", ("JPN",), ("USA",), sentence="Tokyo and Washington held talks."),
    )
    found = composed(mailing(**question))
    assert {one.type for group in found.happened for one in group.acts} == kinds if kinds else found is None


def test_a_list_about_two_parties_is_by_day_and_others_by_who_deals_with_whom(composed, telling):
    telling(
        "a", "2013-03-06", act("2013-03-05"), act("2013-03-06", "AID", ("KOR",), ("PRK",), sentence="Rice was sent.")
    )
    by_day = composed(mailing(parties=("PRK", "KOR"), among=True))
    assert [group.title for group in by_day.happened] == ["Wednesday, 6 March 2013", "Tuesday, 5 March 2013"]
    by_dyad = composed(mailing(parties=("PRK", "USA")))
    assert [group.title for group in by_dyad.happened] == ["North Korea and South Korea"]
    assert by_dyad.happened[0].link == "/dyads/PRK/KOR?from=2013-03-04&until=2013-03-10"


def test_what_has_not_happened_is_told_apart(composed, telling):
    telling("a", "2013-03-05", act("2013-03-08", "MOBILIZE", status="planned"), act("2013-03-05", status="alleged"))
    found = composed(mailing(**KOREAS))
    assert found.counts.all == Count()
    assert found.counts.others == Count(events=2, reports=1)
    assert found.happened == ()
    assert [one.remark for one in found.others] == ["alleged, not established", "still to come"]


def test_the_chart_counts_by_the_days_of_the_events(composed, telling):
    telling("before", "2013-01-10", act("2013-01-10"))
    telling(
        "a", "2013-03-05", act("2013-03-05"), act("2013-03-05", "ASSAULT", sentence="Shots were fired at the line.")
    )
    telling("b", "2013-02-27", act("2013-02-27", "AID", ("KOR",), ("PRK",), sentence="Rice was sent north."))
    *_, before, last = composed(mailing(**KOREAS)).chart
    assert (last.first, last.last) == (FIRST, LAST)
    assert (last.conflict, last.deeds) == (Count(events=2, reports=1), (0, 1))
    assert (before.cooperation, before.conflict) == (Count(events=1, reports=1), Count())


def test_before_the_first_report_there_was_not_nothing(composed, telling):
    telling("b", "2013-02-25", act("2013-02-25", "AID", ("KOR",), ("PRK",), sentence="Rice was sent north."))
    telling("a", "2013-03-05", act("2013-03-05"))
    assert [step.first for step in composed(mailing(**KOREAS)).chart] == [DAY("2013-02-25"), FIRST]


# What comes first


@pytest.mark.parametrize(
    ("acts", "headline"),
    [
        # A deed before words, the clear sentence before "It also", and one that three tell before one that one tells.
        ([("ACCUSE", "Pyongyang condemned Seoul for it."), ("ASSAULT", "It shelled the island.")], "North Korea attacked South Korea"),
        ([("ASSAULT", "North Korea shelled an island on Monday, killing two, a day after a drill in which shells had been fired into the sea."), ("ASSAULT.", "It shelled it.")], "North Korea shelled an island on Monday, killing two …"),
        ([("ACCUSE", "Pyongyang condemned Seoul for it.")], "Pyongyang condemned Seoul for it"),
        ([("ACCUSE", "It condemned Seoul for it.")], "North Korea accused South Korea"),
        ([("ACCUSE", "The North condemned Seoul for it.")], "North Korea accused South Korea"),
        ([("ACCUSE", "President Barack Obama condemned the step.")], "President Barack Obama condemned the step"),
        ([("ACCUSE", "Pyongyang called it “a step too far, and more than that is worth in all of this long week of drills and of words”.")], "North Korea accused South Korea"),
    ],
)  # fmt: skip
def test_the_most_telling_thing_comes_first(composed, telling, acts, headline):
    events = [act("2013-03-05", kind.rstrip("."), id=f"e{n}", sentence=words) for n, (kind, words) in enumerate(acts)]
    telling("a", "2013-03-05", *events)
    found = composed(mailing(**KOREAS))
    assert found.headline == headline
    assert found.subject == f"{headline} – The two Koreas"


# The ledger


def test_a_promise_is_told_when_it_is_made_and_when_it_is_decided(store, rules, names, composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"), commitments=[promise()])
    made = composed(mailing(parties=("PRK",))).ledger.made
    assert [(one.says, one.content) for one in made] == [
        ("North Korea made a promise to the United States", "stop the tests")
    ]
    ruling = Ruling(account=made[0].id, standing="broken", reason="they tested", by="a desk", day=DAY("2013-03-13"))
    ledgers.rule(store, rules, ruling)
    found = compose(store, rules, names, mailing(parties=("PRK",)), DAY("2013-03-17"))
    (outcome,) = found.ledger.outcomes
    assert (outcome.says, outcome.became, outcome.before) == (
        "North Korea broke a promise to the United States", "broken", "pending",
    )  # fmt: skip
    assert outcome.at == ""
    assert found.headline == "North Korea broke a promise to the United States: stop the tests"
    assert found.subject == "North Korea broke a promise to the United States: stop the tests – The two Koreas"
    assert found.summary == ("In the ledger: 1 promise broken.",)


def test_what_falls_due_is_told_before_and_what_became_of_it_after(composed, telling):
    telling("a", "2013-02-20", act("2013-02-20"), commitments=[promise(due="2013-03-14")])
    (due,) = composed(mailing(parties=("PRK",))).ledger.due
    assert due.due == (DAY("2013-03-14"), DAY("2013-03-14"))
    later = composed(mailing(parties=("PRK",)), DAY("2013-03-17"))
    assert [one.standing for one in later.ledger.outcomes] == ["no evidence"]
    assert later.ledger.outcomes[0].says == "A promise of North Korea to the United States fell due"


@pytest.mark.parametrize(("parties", "many"), [(("PRK", "USA"), 1), (("PRK", "KOR"), 0), (("USA", "KOR"), 0)])
def test_among_parties_only_what_binds_them_to_each_other(composed, telling, parties, many):
    telling("a", "2013-03-05", act("2013-03-05", "CONSULT", parties[:1], parties[1:]), commitments=[promise()])
    found = composed(mailing(parties=parties, among=True))
    assert len(found.ledger.made) == many


# Statements


def test_a_statement_has_the_office_of_that_day_and_who_carried_it(composed, telling):
    words = '"The United States will judge the North by what it does"'
    telling("a", "2013-03-05", act("2013-03-05", actor=("USA",)), quotes=[quote(words, via="KCNA")])
    (said,) = composed(mailing(parties=("USA",))).said
    assert (said.speaker, said.office, said.via) == ("Barack Obama", "president", "KCNA")
    assert said.words == words
    assert said.link.startswith("/articles/")


def test_who_is_nobody_by_name_is_not_quoted(composed, telling):
    quotes = [quote("it would go on as before", name, start=90 * n) for n, name in enumerate(("it", "officials", "he"))]
    telling("a", "2013-03-05", act("2013-03-05", actor=("USA",)), quotes=quotes)
    assert composed(mailing(parties=("USA",))).said == ()


def test_who_is_told_by_a_part_of_a_name_is_named_whole(composed, telling):
    telling("a", "2013-03-05", act("2013-03-05"), quotes=[quote("the line would be cut at once", "North", "PRKGOV")])
    assert [one.speaker for one in composed(mailing(parties=("PRK",))).said] == ["North Korea"]


# One issue after the other


@pytest.fixture
def issue(store, rules, names):
    """Makes the next issue of the list and keeps it."""
    of = mailing(**KOREAS)
    with store.writing() as connection:
        mailings.add_list(connection, of)

    def make(day):
        found = next_briefing(store, rules, names, of, day)
        if found is not None:
            with store.writing() as connection:
                issues.add_issue(connection, of.slug, found, NOW)
        return found

    return make


def test_each_issue_goes_on_where_the_last_one_ended(issue, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    telling("b", "2013-03-12", act("2013-03-12", "SANCTION", sentence="They cut the line at noon."))
    first, second = issue(LAST), issue(DAY("2013-03-17"))
    assert (first.first, first.last) == (FIRST, LAST)
    assert (second.first, second.last) == (DAY("2013-03-11"), DAY("2013-03-17"))
    assert shown(first) & shown(second) == set()
    assert issue(DAY("2013-03-24")) is None


def test_what_comes_in_late_is_told_once_and_marked(issue, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    issue(LAST)
    telling("late", "2013-03-06", act("2013-03-06", "SANCTION", sentence="They cut the line at noon."))
    second = issue(DAY("2013-03-17"))
    assert [(one.type, one.is_late) for group in second.happened for one in group.acts] == [("SANCTION", True)]
    assert issue(DAY("2013-03-24")) is None


def test_what_lies_long_back_is_no_news(issue, telling):
    telling("a", "2013-03-05", act("2013-03-05"))
    issue(LAST)
    telling("older", "2013-03-12", act("2012-12-06", "SANCTION", sentence="They had cut the line at noon."))
    assert issue(DAY("2013-03-17")) is None


def test_a_corrected_report_tells_nothing_new(issue, telling):
    telling("a", "2013-03-05", act("2013-03-05"), quotes=[quote("the line would be cut at once", "North", "PRKGOV")])
    issue(LAST)
    changed = act("2013-03-05", "THREATEN", sentence="It was put otherwise: they threatened Seoul.", id="again")
    telling("a", "2013-03-05", changed)
    assert issue(DAY("2013-03-17")) is None


def test_several_issues_of_a_day_tell_each_thing_once(issue, telling):
    telling("a", "2013-03-10", act("2013-03-10"))
    assert shown(issue(LAST)) == {"ACCUSE-2013-03-10-PRK"}
    assert issue(LAST) is None
    telling("b", "2013-03-10", act("2013-03-10", "SANCTION", sentence="They cut the line at noon."))
    third = issue(LAST)
    assert shown(third) == {"SANCTION-2013-03-10-PRK"}
    assert (third.first, third.last) == (LAST, LAST)
    assert issue(LAST) is None


def test_an_issue_is_kept_as_it_was(issue, store, telling):
    telling("a", "2013-03-05", act("2013-03-05"), commitments=[promise()])
    made = issue(LAST)
    with store.reading() as connection:
        kept = issues.last_issue(connection, "koreas")
    assert kept.subject == made.subject
    assert read_briefing(kept.held) == msgspec.structs.replace(made, tells=())


# On large stores, and without writing


@pytest.fixture(scope="module")
def chronicled(chronicle, rules, tmp_path_factory):
    """A file with the chronicle."""
    from dragoman.store.saving import save

    file = tmp_path_factory.mktemp("brief") / "chronicle.db"
    with open_store(file) as store:
        for coding in chronicle:
            save(store, coding, rules.ontology)
        ledgers.refresh(store, rules)
    return file


WEEKS = [LAST + datetime.timedelta(days=7 * n) for n in range(-40, 16)]


def test_nothing_is_written_and_the_same_comes_of_the_same(chronicled, rules, names):
    with open_store(chronicled, writing=False) as store:
        with store.reading() as connection:
            before = pulse(connection)
        found = [compose(store, rules, names, mailing(**KOREAS), week) for week in WEEKS]
        again = [compose(store, rules, names, mailing(**KOREAS), week) for week in WEEKS]
        with store.reading() as connection:
            assert pulse(connection) == before
    assert found == again
    assert sum(one is not None for one in found) > 20


def test_every_briefing_of_the_chronicle_says_what_it_is_about(chronicled, rules, names):
    with open_store(chronicled, writing=False) as store:
        found = [one for week in WEEKS if (one := compose(store, rules, names, mailing(**KOREAS), week))]
    for one in found:
        assert one.headline
        assert len(one.subject) <= 128
        assert one.lead.startswith(("/events/", "/ledger/", "/articles/"))
        assert one.summary
        check_counts(one)


def check_counts(one: Briefing):
    both = one.counts.cooperation.events + one.counts.conflict.events
    assert both == one.counts.all.events
    assert (
        len(shown(one)) <= sum(group.count.events for group in one.happened) + len(one.others) <= both + len(one.others)
    )
    assert one.counts.all.reports <= one.counts.cooperation.reports + one.counts.conflict.reports


@pytest.mark.parametrize(
    "question",
    [{}, KOREAS, KOREAS | {"among": True}, {"words": "rocket"}, {"types": ("ACCUSE",)}, {"parties": ("PRK",), "words": "test"}],
)  # fmt: skip
def test_no_table_is_read_from_end_to_end(chronicled, rules, names, question):
    steps = []

    def explain(connection, cursor, statement, parameters, *rest):
        if statement.startswith(("SELECT", "WITH")):
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(row[3] for row in rows)

    with open_store(chronicled, writing=False) as store:
        sql_event.listen(store.engine, "before_cursor_execute", explain)
        assert compose(store, rules, names, mailing(**question), DAY("2013-03-13"), since=FIRST, seen=1) is not None
    assert len(steps) > 10
    assert [step for step in steps if SLOW.search(step) or "SCAN account" in step or "SCAN stood" in step] == []
