"""Rows that cannot be read: all are told, what can be mended is, and a report can always be forgotten or coded anew."""

import pytest
from sqlalchemy import text

from dragoman.errors import StoreError
from dragoman.records import CoderInfo
from dragoman.store import ledgers, open_store, reading
from dragoman.store.care import check, forget, info, mend
from dragoman.store.recoding import correct, recode, waiting
from dragoman.store.saving import save
from tests.store.contents import accounts_in, codings_in, contents
from tests.store.made import CODER, SENTENCE, coded, correction, event

WORDS = "North Korea condemned Japan over the naval drill that its warships held off Tsushima on Friday."
JUNK = '{"half": '


def break_row(store, table, column, where, value=JUNK):
    with store.writing() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = :value WHERE {where}"), {"value": value})


def told(id, *more):
    """A coding of an event that others tell in the same words, and of more in other types."""
    kinds = enumerate(("ACCUSE", *more), 1)
    return coded(id, *(event(f"{id}-{n}", kind=kind, sentence=WORDS) for n, kind in kinds))


@pytest.fixture
def three(store, ontology):
    """Three reports of the same event, one of them with another one beside it."""
    save(store, told("one"), ontology, words="one")
    save(store, told("two", "REJECT"), ontology, words="two")
    save(store, told("three"), ontology)
    assert info(store).events == 2
    return store


BREAKS = {
    "telling": ("telling", "found", "id = 'two-1'"),
    "invalid": ("telling", "found", "id = 'two-1'", '{"id":"two-1"}'),
    "coding": ("article", "found", "id = 'two'"),
    "day": ("article", "published", "id = 'two'", "some day"),
}


@pytest.fixture
def without_day(request):
    """Whether the report lost its day of publication, so that what it tells is of no day."""
    return request.node.callspec.params["broken"] == "day"


@pytest.fixture(params=BREAKS)
def broken(three, request):
    break_row(three, *BREAKS[request.param])
    return three


def test_what_cannot_be_read_is_told(broken):
    flaws = list(check(broken))
    assert flaws
    assert all(flaw.message.startswith("two: cannot be read") and "--mend" in flaw.message for flaw in flaws)


def test_a_damaged_report_can_be_forgotten(broken, ontology):
    assert forget(broken, "two", ontology) == 1
    found = info(broken)
    assert (found.reports, found.tellings, found.events) == (2, 2, 1)
    assert list(check(broken)) == []


def test_so_can_its_neighbours(broken, ontology):
    assert forget(broken, "one", ontology) == 1
    assert info(broken).reports == 2
    assert {flaw.kind for flaw in check(broken)} <= {"reports lost", "coding", "event"}


def test_it_is_mended_and_coded_anew(broken, ontology, without_day):
    mend(broken)
    (flaw,) = check(broken)
    assert flaw.kind == "reports lost"
    assert "recode" in flaw.message
    (key,) = waiting(broken, CODER)
    anew = told("two", "REJECT")
    (difference,) = recode(broken, [key], lambda articles: iter([anew]), ontology)
    assert difference.article == "two"
    assert list(check(broken)) == []
    assert (info(broken).tellings, info(broken).events) == (4, 3 if without_day else 2)
    assert info(broken).coders == {"0 rules 0 0": 3}


def test_one_without_its_text_comes_in_again(three, ontology):
    before = codings_in(three, ontology)
    break_row(three, "telling", "found", "id = 'three-1'")
    mend(three)
    assert info(three).tellings == 3
    assert save(three, told("three"), ontology) == "corrected"
    assert codings_in(three, ontology) == before
    assert list(check(three)) == []


def test_mending_keeps_corrections(three, ontology):
    correct(three, correction("two", wrong=True), ontology)
    break_row(three, "telling", "found", "id = 'one-1'")
    break_row(three, "overruled", "found", "id = 'two-2'")
    mend(three)
    assert [flaw.kind for flaw in check(three)] == ["reports lost"]
    keys = waiting(three, CODER)
    by_id = {"one": told("one"), "two": told("two", "REJECT")}
    list(recode(three, keys, lambda articles: [by_id[article.id] for article in articles], ontology))
    with three.reading() as connection:
        assert {coding.article.id: len(coding.events) for coding in reading.codings(connection)} == {
            "one": 1,
            "two": 0,
            "three": 1,
        }
    assert list(check(three)) == []


def test_damage_of_an_earlier_version_is_mended(store, ontology):
    save(store, coded(), ontology, words="first")
    save(store, coded("one", event("later")), ontology, words="second")
    break_row(store, "telling", "found", "id = 'one-1'")
    assert [flaw.kind for flaw in check(store)] == ["event"]
    mend(store)
    assert list(check(store)) == []
    assert info(store).corrected == 1


def test_mending_what_is_sound_changes_nothing(three):
    before = contents(three)
    mend(three)
    assert contents(three) == before


def test_broken_accounts_are_made_anew(store, few, ontology, rules):
    for coding in few:
        save(store, coding, ontology)
    before = accounts_in(store, rules)
    assert before
    break_row(store, "account", "held", "true")
    assert {flaw.kind for flaw in check(store)} == {"account"}
    with pytest.raises(StoreError):
        ledgers.accounts(store, rules)
    mend(store)
    assert accounts_in(store, rules) == before
    assert list(check(store)) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("ruling", {"account": "x", "held": JUNK}),
        ("correction", {"article": "x", "version": "", "begins": 1, "ends": 2, "withdrawn": "{}", "held": JUNK}),
        (
            "imported",
            {"source": "icews", "id": "1", "digest": "d", "actor": "", "recipient": "", "day": "2013-03-08"}
            | {"type": "", "held": JUNK},
        ),
    ],
)
def test_what_people_and_others_gave_is_checked(store, table, row):
    with store.writing() as connection:
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    (flaw,) = check(store)
    assert (flaw.kind, "backup" in flaw.message) == (table, True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # which alone has such a log
def test_words_left_in_the_log_are_told(where, store, kind, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    with open_store(where, writing=False) as reader, reader.reading() as connection:
        assert len(list(reading.codings(connection))) == 1
        with pytest.raises(StoreError, match="log") as raised:
            forget(store, "one", ontology)
        assert raised.value.kind == "log"
    assert (info(store).reports, info(store).forgotten) == (0, 1)


def test_info_says_what_is_not_yet_made(store, few, ontology, rules):
    for coding in few:
        save(store, coding, ontology)
    assert info(store).not_yet_made > 0
    assert info(store).accounts == 0
    ledgers.refresh(store, rules)
    assert info(store).not_yet_made == 0
    assert info(store).accounts > 0


def test_another_coder_alone_is_no_damage(store, ontology):
    save(store, coded("one", coder=CoderInfo(version="1", rules="0", model="0")), ontology)
    assert list(check(store)) == []
