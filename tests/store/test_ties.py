"""Who has to do with whom, against a plain count over the events that went in."""

import datetime
import itertools

import pytest

from dragoman.records import EventDate
from dragoman.store.merging import dyads_of
from dragoman.store.saving import save
from dragoman.store.ties import Share, Tie, Wanted, shares, ties
from tests.store.made import coded, event

DAY = datetime.date(2013, 3, 1)
TYPES = ("ACCUSE", "AGREE", "CONSULT", "THREATEN")
CONFLICT = frozenset({"ACCUSE", "THREATEN"})
WANTED = Wanted(TYPES, CONFLICT)
TOLD = [
    # type, actor, recipient, how many times ten days later, status
    ("ACCUSE", ("PRK",), ("JPN",), 0, "occurred"),
    ("ACCUSE", ("PRKGOV",), ("JPN", "KOR"), 1, "occurred"),
    ("THREATEN", ("PRK",), ("KOR", "KORMIL"), 2, "occurred"),
    ("CONSULT", ("USA", "KOR", "JPN"), (), 3, "occurred"),
    ("CONSULT", ("USA",), ("CHN",), 4, "ongoing"),
    ("AGREE", ("CHN", "RUS"), ("PRK", "KOR"), 5, "occurred"),
    ("ACCUSE", ("PRKGOV",), ("PRKMIL",), 6, "occurred"),
    ("ACCUSE", ("PRK",), (), 7, "occurred"),
    ("ACCUSE", ("PRK",), ("JPN",), 8, "alleged"),
    ("ACCUSE", ("PRK",), ("JPN",), 30, "occurred"),
]


def given(n, told):
    kind, actor, recipient, after, status = told
    day = DAY + datetime.timedelta(days=10 * after)
    date = EventDate(text="", start=0, end=0, first=day, last=day)
    return event(f"e{n}", kind, actor, recipient, sentence=f"Sentence number {n} is told.", status=status, date=date)


EVENTS = [given(n, told) for n, told in enumerate(TOLD)]


@pytest.fixture(scope="module")
def filled(shared, ontology):
    for n, one in enumerate(EVENTS):
        save(shared, coded(f"r{n}", one, published=one.date.first), ontology)
    return shared


def within(first=None, last=None, types=TYPES):
    return [
        one
        for one in EVENTS
        if one.status in {"occurred", "ongoing"}
        and one.type in types
        and (first or datetime.date.min) <= one.date.first <= (last or datetime.date.max)
    ]


def counted_ties(events):
    found = {}
    for one in events:
        for actor, recipient in dyads_of(one):
            if actor and recipient and actor != recipient:
                found.setdefault((actor, recipient), []).append(one)
    return {pair: (len(those), sum(one.type in CONFLICT for one in those)) for pair, those in found.items()}


def counted_shares(events, part):
    found = {}
    for one in events:
        actors, recipients = ({pair[side] for pair in dyads_of(one)} for side in (0, 1))
        for party in {"actor": actors, "recipient": recipients, "either": actors | recipients}[part] - {""}:
            found.setdefault(party, []).append(one)
    return {party: (len(those), sum(one.type in CONFLICT for one in those)) for party, those in found.items()}


SPANS = [(None, None), (DAY, DAY + datetime.timedelta(days=59)), (DAY + datetime.timedelta(days=60), None)]


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_ties(filled, first, last):
    with filled.reading() as connection:
        found = ties(connection, WANTED._replace(first=first, last=last))
    wanted = counted_ties(within(first, last))
    assert {(one.actor, one.recipient): (one.events, one.conflict) for one in found.ties} == wanted
    assert found.all == len(wanted)


@pytest.mark.parametrize("part", ["actor", "recipient", "either"])
@pytest.mark.parametrize(("first", "last"), SPANS)
def test_shares_count_an_event_of_several_parties_once(filled, part, first, last):
    with filled.reading() as connection:
        found = shares(connection, WANTED._replace(first=first, last=last), part)
    assert {one.party: (one.events, one.conflict) for one in found} == counted_shares(within(first, last), part)


def test_the_strongest_come_first_and_the_rest_is_counted(filled):
    with filled.reading() as connection:
        found = ties(connection, WANTED, most=2)
        strong = ties(connection, WANTED, least=2)
    assert found.ties[0] == Tie("PRK", "JPN", 3, 3, 3)
    assert len(found.ties) == 2
    assert found.all == len(counted_ties(within()))
    assert {(one.actor, one.recipient) for one in strong.ties} == {("PRK", "JPN"), ("PRK", "KOR")}
    assert strong.all == 2


def test_of_one_type(filled):
    only = WANTED._replace(types=["CONSULT"])
    with filled.reading() as connection:
        found = ties(connection, only)
        parts = shares(connection, only, "either")
    everyone = ("USA", "KOR", "JPN")
    assert {(one.actor, one.recipient) for one in found.ties} == {*itertools.permutations(everyone, 2), ("USA", "CHN")}
    assert parts[0] == Share("USA", 2, 2, 0)


def test_an_empty_store_has_none(store):
    with store.reading() as connection:
        assert ties(connection, WANTED) == ([], 0)
        assert shares(connection, WANTED, "either") == []
