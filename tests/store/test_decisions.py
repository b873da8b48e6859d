"""What people decided, in order and page by page, and the corrections as cases."""

import datetime

import msgspec
import pytest

from dragoman.errors import InputError
from dragoman.records import Commitment, Ruling, Span
from dragoman.store import ledgers
from dragoman.store.corrections import Withdrawal
from dragoman.store.decisions import Corrected, Ruled, cases, correction, newest
from dragoman.store.recoding import correct, withdraw_correction
from dragoman.store.saving import save
from tests.store.made import SENTENCE, coded, event
from tests.store.made import correction as said

BACK = Withdrawal(by="another", reason="it is so after all", day=datetime.date(2013, 3, 20))


def day(number):
    return datetime.date(2013, 3, number)


@pytest.fixture
def filled(store, rules):
    """A report with an event and a commitment; three corrections and two rulings, in turns."""
    pledge = Commitment(
        by="PRKGOV", kind="threat", content="fire", evidence=(Span(text=SENTENCE, start=0, end=len(SENTENCE)),)
    )
    one = msgspec.structs.replace(coded("one", event("one-1"), title="Report one"), commitments=(pledge,))
    save(store, one, rules.ontology, words=SENTENCE)
    save(store, coded("two", event("two-1")), rules.ontology, words=SENTENCE + " Again.")
    ((account, _),) = ledgers.accounts(store, rules)
    for n, kind in ((1, "THREATEN"), (3, "REJECT"), (5, "PROTEST")):
        correct(store, said(type=kind, day=day(n)), rules.ontology)
    for n, standing in ((2, "kept"), (4, "broken")):
        ledgers.rule(
            store, rules, Ruling(account=account.id, standing=standing, reason="seen", by="a person", day=day(n))
        )
    return store


def told(one):
    return one.ruling.standing if isinstance(one, Ruled) else one.correction.type


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_pages(filled, most):
    found, before = [], ""
    with filled.reading() as connection:
        while True:
            page = newest(connection, most=most, before=before)
            assert len(page.shown) <= most
            found += page.shown
            before = page.next
            if not before:
                break
    assert [told(one) for one in found] == ["PROTEST", "broken", "REJECT", "kept", "THREATEN"]
    assert all(one.account.content == "fire" for one in found if isinstance(one, Ruled))
    assert all((one.title, one.withdrawal) == ("Report one", None) for one in found if isinstance(one, Corrected))


@pytest.mark.parametrize("place", ["x", "1", "1.2.3", "-1.2", "1.99999999999999999999"])
def test_a_place_that_is_none(filled, place):
    with filled.reading() as connection, pytest.raises(InputError, match="no place"):
        newest(connection, before=place)


def test_one_is_taken_back_by_its_number(filled, rules):
    with filled.reading() as connection:
        numbers = {one.correction.type: one.key for one in newest(connection).shown if isinstance(one, Corrected)}
    withdraw_correction(filled, numbers["PROTEST"], BACK, rules.ontology)
    with filled.reading() as connection:
        assert correction(connection, numbers["PROTEST"]).withdrawal == BACK
        assert correction(connection, numbers["REJECT"]).withdrawal is None
        assert correction(connection, 99) is None
        (case,) = cases(connection)
    assert (case.event.type, case.said.type) == ("ACCUSE", "REJECT")
    for number in (numbers["PROTEST"], 99):
        with pytest.raises(InputError, match=f"no correction {number} stands"):
            withdraw_correction(filled, number, BACK, rules.ontology)
    with pytest.raises(InputError, match="needs its reason"):
        withdraw_correction(filled, numbers["REJECT"], Withdrawal(by="x", reason=" ", day=day(1)), rules.ontology)


def test_cases(filled, rules):
    correct(filled, said(article="two", wrong=True, reason="nobody did"), rules.ontology)
    with filled.reading() as connection:
        first, second = cases(connection)
    assert (first.article.id, first.event.type, first.said.type) == ("one", "ACCUSE", "PROTEST")
    assert [one.type for one in first.corrections] == ["THREATEN", "REJECT", "PROTEST"]
    assert first.coder.version == "0"
    assert (second.article.id, second.event.id, second.said) == ("two", "two-1", None)
    assert [one.reason for one in second.corrections] == ["nobody did"]
