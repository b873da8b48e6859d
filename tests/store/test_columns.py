"""What is added up in memory, against what the database adds up, while the store changes."""

import datetime
import itertools
import random
import time

import pytest

from dragoman.errors import StoreError
from dragoman.store import columns, ties
from dragoman.store.care import forget, mend
from dragoman.store.saving import save
from dragoman.store.ties import KEPT, Wanted
from dragoman.store.volume import reports_by_day
from tests.store.made import coded
from tests.store.test_ties import DAY, EVENTS, TYPES, WANTED, given

STATUSES = ("occurred", "ongoing", "alleged", "planned")
PUBLISHED = datetime.date(2013, 3, 8)
PARTIES = ("PRK", "PRKGOV", "KOR", "KORMIL", "JPN", "USA", "CHN", "RUS", "IGOUNO", "")


@pytest.fixture
def kept(store, ontology):
    for n, one in enumerate(EVENTS):
        save(store, coded(f"r{n}", one, published=one.date.first), ontology)
    columns.keep(store)
    return store


def wanted_of_all_sorts():
    days = (None, DAY, DAY + datetime.timedelta(days=25), DAY + datetime.timedelta(days=300))
    kinds = ((TYPES, {"ACCUSE"}), (("CONSULT", "AGREE"), set()), ((), ()), (TYPES, set(TYPES)))
    for first, last, (types, conflict) in itertools.product(days, days, kinds):
        yield Wanted(types, conflict, first, last, ("occurred", "ongoing") if first else STATUSES)


def answers(connection):
    for wanted in wanted_of_all_sorts():
        yield wanted, ties.ties(connection, wanted)
        yield wanted, ties.ties(connection, wanted, least=2, most=2)
        for part in ("actor", "recipient", "either"):
            yield wanted, part, ties.shares(connection, wanted, part)
            yield wanted, part, ties.shares(connection, wanted, part, most=2)


def assert_alike(store):
    """From memory as from the database; gives how much was counted in all."""
    with store.reading() as connection:
        found = list(answers(connection))
        aside = KEPT.pop(store.engine)
        assert found == list(answers(connection))
        KEPT[store.engine] = aside
        return sum(tie.reports for tie in ties.ties(connection, WANTED).ties)


def test_memory_counts_like_the_database(kept):
    assert assert_alike(kept) > 10


def test_it_follows_what_changes(kept, ontology):
    """New reports, new parties, reports that go, and counts that are made anew: only the days of which are read."""
    before = assert_alike(kept)
    save(kept, coded("more", given(50, ("AGREE", ("FRA", "DEU"), ("ITA", "ITAGOV"), 4, "occurred"))), ontology)
    after = assert_alike(kept)
    assert after > before
    forget(kept, "more", ontology)
    assert assert_alike(kept) == before
    with kept.writing() as connection:
        connection.exec_driver_sql("UPDATE dyad_day SET events = events + 1, reports = reports + 5")
    mend(kept, ontology)
    assert assert_alike(kept) == before


def test_it_follows_reports_in_any_order(kept, ontology):
    chance = random.Random(7)
    for n in range(12):
        sides = [tuple(chance.sample(PARTIES[:-1], chance.choice((1, 1, 2, 3)))) for _ in range(2)]
        told = (
            chance.choice(TYPES),
            sides[0],
            sides[1] if chance.random() < 0.8 else (),
            chance.randrange(40),
            "occurred",
        )
        save(kept, coded(f"more{n}", *(given(100 + n * 10 + k, told) for k in range(chance.choice((1, 2))))), ontology)
        assert_alike(kept)


def test_days_that_have_not_changed_are_not_read_again(kept, ontology, monkeypatch):
    read = []
    rows = columns.Columns._rows

    def noted(self, connection, name, days):
        days = list(days)
        read.extend(days)
        return rows(self, connection, name, days)

    monkeypatch.setattr(columns.Columns, "_rows", noted)

    def ask():
        with kept.reading() as connection:
            return ties.ties(connection, WANTED)

    before = ask()
    assert read == []
    new = given(50, ("AGREE", ("FRA",), ("ITA",), 4, "occurred"))
    save(kept, coded("more", new, published=PUBLISHED), ontology)
    assert ask().all == before.all + 1
    ask()
    # The day of publication, of which a report was counted, and that of the event.
    days = (PUBLISHED.isoformat(), (DAY + datetime.timedelta(days=40)).isoformat())
    assert read == [(day, day) for day in days] * 2


def test_a_count_of_no_day_is_told_and_the_database_answers(kept, ontology):
    before = assert_alike(kept)
    with kept.writing() as connection:
        connection.exec_driver_sql("UPDATE dyad_day SET day = '2013-03-99' WHERE day = '2013-03-01'")
        connection.exec_driver_sql("UPDATE report_day SET day = '2013-03-98' WHERE day = '2013-03-01'")
    with pytest.raises(StoreError, match="check --mend` counts anew") as raised:
        columns.keep(kept)
    assert raised.value.kind == "corrupt"
    assert assert_alike(kept) == before
    mend(kept, ontology)
    assert assert_alike(kept) == before
    with kept.reading() as connection:
        assert sum(one.reports for one in reports_by_day(connection)) == len(EVENTS)
    columns.keep(kept)
    assert assert_alike(kept) == before
    assert KEPT[kept.engine]._held is not None


def test_where_much_has_changed_the_database_answers_until_all_is_read(kept, ontology, monkeypatch):
    monkeypatch.setattr(columns, "DAYS", 1)
    save(kept, coded("more", given(50, ("AGREE", ("FRA",), ("ITA",), 4, "occurred"))), ontology)
    columns_kept = KEPT[kept.engine]
    assert assert_alike(kept) > 10
    assert columns_kept._held is None
    monkeypatch.setattr(columns, "AGAIN", -1)
    assert_alike(kept)
    until = time.monotonic() + 60
    while columns_kept._held is None and time.monotonic() < until:
        time.sleep(0.05)
    assert columns_kept._held is not None
    assert assert_alike(kept) > 10
    assert columns_kept._held is not None


def test_who_began_to_read_before_sees_what_was(kept, ontology):
    with kept.reading() as earlier:
        before = ties.ties(earlier, WANTED)
        save(kept, coded("more", given(50, ("AGREE", ("FRA",), ("ITA",), 4, "occurred"))), ontology)
        with kept.reading() as later:
            after = ties.ties(later, WANTED)
        assert after.all == before.all + 1
        assert ties.ties(earlier, WANTED) == before


def test_a_transaction_sees_what_it_writes(kept):
    with kept.writing() as connection:
        connection.exec_driver_sql("UPDATE dyad_day SET events = events + 100")
        assert all(tie.events > 100 for tie in ties.ties(connection, WANTED).ties)
