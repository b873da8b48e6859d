"""The ledger in the store: made when it is asked for, as it stood on a day, and with what people decided."""

import datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dragoman.errors import InputError
from dragoman.ledger import ledger_of, standing_on
from dragoman.records import Ruling
from dragoman.resolve.happenings import distinct
from dragoman.store import ledgers, open_store, schema
from dragoman.store.care import forget
from dragoman.store.ledgers import (
    Wanted,
    accounts,
    fits,
    homeless_rulings,
    is_current,
    last_day,
    made_current,
    refresh,
    rule,
)
from dragoman.store.saving import replace_coding, save
from tests.store.contents import accounts_in, encoded

DAY = datetime.date(2013, 3, 10)


@pytest.fixture
def filled(store, few, ontology):
    for coding in few:
        save(store, coding, ontology)
    return store


def ruling(account, **fields):
    given = {"standing": "broken", "reason": "seen by inspectors", "by": "a person", "day": DAY} | fields
    return Ruling(account=account, **given)


def test_it_is_that_of_the_reports(filled, few, rules):
    assert accounts_in(filled, rules) == encoded(ledger_of(few, distinct(few), rules))
    assert refresh(filled, rules) == 0


def test_it_follows_what_comes_and_goes(filled, few, rules):
    accounts(filled, rules)
    gone = next(coding for coding in few if coding.commitments)
    forget(filled, gone.article.id, rules.ontology)
    left = [coding for coding in few if coding is not gone]
    with filled.reading() as connection:
        assert list(ledgers._stored(connection)) == []
    assert accounts_in(filled, rules) == encoded(ledger_of(left, distinct(left), rules))


def test_choices(filled, rules):
    every = accounts(filled, rules)
    for wanted in (Wanted(by="PRK"), Wanted(to="KOR"), Wanted(kind="threat"), Wanted(standing="pending")):
        found = accounts(filled, rules, wanted)
        assert 0 < len(found) < len(every)
    assert {account.kind for account, _ in accounts(filled, rules, Wanted(kind="threat"))} == {"threat"}
    assert {standing for _, standing in accounts(filled, rules, Wanted(standing="pending"))} == {"pending"}
    days = [account.entries[0].day for account, _ in every]
    assert days == sorted(days)


def test_as_it_stood_on_a_day(filled, few, rules):
    """Nothing that was said or done later is known."""
    then = accounts(filled, rules, Wanted(on=DAY))
    assert 0 < len(then) < len(accounts(filled, rules))
    published = {coding.article.id: coding.article.published for coding in few}
    assert all(entry.day <= DAY for account, _ in then for entry in account.entries)
    assert all(published[entry.article] <= DAY for account, _ in then for entry in account.entries)
    assert accounts(filled, rules, Wanted(on=datetime.date(1900, 1, 1))) == []


def test_what_a_person_decides_stands(filled, few, rules):
    id = accounts(filled, rules)[0][0].id
    rule(filled, rules, ruling(id))
    assert {account.id: standing for account, standing in accounts(filled, rules)}[id] == "broken"
    before = accounts_in(filled, rules)
    rule(filled, rules, ruling(id))
    assert accounts_in(filled, rules) == before
    for standing in ("kept", "broken"):
        rule(filled, rules, ruling(id, standing=standing))
        assert {account.id: found for account, found in accounts(filled, rules)}[id] == standing
    rule(filled, rules, ruling(id, standing="kept", reason="r" * 9_000, day=DAY + datetime.timedelta(300)))
    assert {account.id: standing for account, standing in accounts(filled, rules)}[id] == "kept"
    assert {a.id: s for a, s in accounts(filled, rules, Wanted(on=DAY))}.get(id) in {"broken", None}


def test_rulings_stay_when_the_ledger_is_made_anew(filled, few, rules):
    id = accounts(filled, rules)[0][0].id
    rule(filled, rules, ruling(id))
    with filled.writing() as connection:
        connection.exec_driver_sql("DELETE FROM account")
        connection.exec_driver_sql("INSERT INTO stale SELECT DISTINCT party FROM bound")
    assert any(entry.basis == "person" for account, _ in accounts(filled, rules) for entry in account.entries)


@pytest.mark.parametrize("fields", [{"account": "no such"}, {"reason": " "}])
def test_wrong_rulings_are_refused(filled, rules, fields):
    id = accounts(filled, rules)[0][0].id
    before = accounts_in(filled, rules)
    with pytest.raises(InputError):
        rule(filled, rules, ruling(**({"account": id} | fields)))
    assert accounts_in(filled, rules) == before


def test_without_a_day_it_stands_as_of_the_last_report(filled, few, rules):
    """A due day that has passed by then is seen to have passed."""
    last = max(coding.article.published for coding in few)
    assert last_day(filled) == last
    with filled.writing() as connection:
        held = connection.exec_driver_sql("SELECT id, held FROM account")
        assert list(held) == []
    found = accounts(filled, rules)
    assert found
    for account, standing in found:
        assert standing == standing_on(account, max(last, *(entry.day for entry in account.entries)))
    (dated, *_) = (account for account, standing in found if standing == "pending")
    passed = msgspec.structs.replace(dated, due=(DAY - datetime.timedelta(300),) * 2)
    with filled.writing() as connection:
        a = schema.account
        connection.execute(a.update().where(a.c.id == dated.id).values(held=msgspec.json.encode(passed).decode()))
    assert {account.id: standing for account, standing in accounts(filled, rules)}[dated.id] == "no evidence"


def test_what_cannot_be_written_is_read_as_it_is(filled, where, few, rules):
    before = accounts_in(filled, rules)
    with filled.writing() as connection:
        connection.exec_driver_sql("INSERT INTO stale VALUES ('PRK')")
    with open_store(where, writing=False) as alone:
        assert accounts_in(alone, rules) == before
        assert not is_current(alone)
        assert not made_current(alone, rules)
    assert made_current(filled, rules)
    assert is_current(filled)


def shorter(coding):
    commitments = (msgspec.structs.replace(c, content=c.content.rsplit(" ", 1)[0]) for c in coding.commitments)
    return msgspec.structs.replace(coding, commitments=tuple(commitments))


def put(store, coding, ontology):
    with store.writing() as connection:
        key = connection.execute(select(schema.article.c.key).where(schema.article.c.id == coding.article.id)).scalar()
        replace_coding(connection, key, coding, ontology)


def test_a_ruling_outlives_another_coding_or_is_told_to_have_no_home(filled, few, rules):
    id = accounts(filled, rules)[0][0].id
    rule(filled, rules, ruling(id))
    for coding in few:
        put(filled, shorter(coding), rules.ontology)
    found = [account for account, _ in accounts(filled, rules) if any(e.basis == "person" for e in account.entries)]
    assert len(found) == 1
    assert homeless_rulings(filled) == []
    for coding in few:
        put(filled, msgspec.structs.replace(coding, commitments=()), rules.ontology)
    assert accounts(filled, rules) == []
    (lost,) = homeless_rulings(filled)
    assert (lost.account, lost.standing) == (id, "broken")


PARTIES = ("PRK", "KOR", "USA", "CHN", "JPN", "IGOUNO", "XXX")


@pytest.mark.parametrize("side", ["by", "to"])
def test_of_one_party_it_is_what_of_all_is_theirs(filled, rules, side):
    """What is not read from the store is not theirs."""
    every = [account for account, _ in accounts(filled, rules)]
    for party in PARTIES:
        wanted = Wanted(**{side: party})
        assert [account for account, _ in accounts(filled, rules, wanted)] == [a for a in every if fits(a, wanted)]


def anew(store, rules):
    """The ledger of a store made from nothing."""
    with store.writing() as connection:
        connection.execute(schema.account.delete())
        connection.exec_driver_sql(
            "INSERT INTO stale SELECT DISTINCT party FROM bound WHERE true ON CONFLICT DO NOTHING"
        )
    return accounts_in(store, rules)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_made_bit_by_bit_it_is_as_made_at_once(chronicle, rules, data):
    """Whatever comes in, goes or is coded otherwise, and whenever the ledger is asked for meanwhile."""
    mixed = data.draw(st.permutations(chronicle))[: data.draw(st.integers(1, 14))]
    with open_store("sqlite://") as store:
        for coding in mixed:
            save(store, coding, rules.ontology)
            if data.draw(st.booleans()):
                refresh(store, rules)
        if data.draw(st.booleans()):
            put(store, shorter(mixed[0]), rules.ontology)
            refresh(store, rules)
        if data.draw(st.booleans()):
            forget(store, mixed[-1].article.id, rules.ontology)
        found = accounts_in(store, rules)
        assert found == anew(store, rules)


def test_the_chronicle_in_two_orders_is_one_ledger(chronicle, rules):
    """Asked for after every seventh report, and only at the end; and it is that of all reports together."""
    found = []
    for codings, often in ((chronicle, 7), (chronicle[::-1], len(chronicle))):
        with open_store("sqlite://") as store:
            for number, coding in enumerate(codings, 1):
                save(store, coding, rules.ontology)
                if number % often == 0:
                    refresh(store, rules)
            found.append(accounts_in(store, rules))
            assert found[-1] == anew(store, rules)
    assert found[0] == found[1] == encoded(ledger_of(chronicle, distinct(chronicle), rules))
