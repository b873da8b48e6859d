"""One report and one event out of the store, as pages ask for them."""

import pytest

from dragoman.store import reading
from dragoman.store.saving import save
from tests.store.made import CODER, coded, event

WORDS = "North Korea condemned Japan over the naval drill that its warships held off Tsushima on Friday."


@pytest.fixture(scope="module")
def filled(shared, ontology):
    save(shared, coded("one", event("a"), publisher="Wire"), ontology, words="First words.")
    save(shared, coded("one", event("b", sentence=WORDS), publisher="Wire"), ontology, words="Corrected words.")
    save(shared, coded("two", event("c", sentence=WORDS), event("d", kind="REJECT")), ontology)
    return shared


def test_a_report_by_its_number(filled):
    with filled.reading() as connection:
        stands = reading.report(connection, 2)
        assert (stands.key, stands.text, stands.corrected_by) == (2, "Corrected words.", None)
        assert (stands.coding.article.publisher, stands.coding.coder) == ("Wire", CODER)
        assert [one.id for one in stands.coding.events] == ["b"]
        earlier = reading.report(connection, 1)
        assert (earlier.text, earlier.corrected_by) == ("First words.", 2)
        assert earlier.version != stands.version
        assert reading.report(connection, 3).text is None


@pytest.mark.parametrize("key", [0, -1, 4, 2**63, 10**30])
def test_no_report(filled, key):
    with filled.reading() as connection:
        assert reading.report(connection, key) is None
        assert reading.events_told(connection, key) == {}


def test_numbers_by_ids(filled):
    with filled.reading() as connection:
        assert reading.keys_of(connection, ["two", "one", "nobody"]) == {"one": 2, "two": 3}
        assert reading.key_of(connection, "one") == 2
        assert [reading.key_of(connection, id) for id in ("nobody", "", "\0", "\udcff")] == [None] * 4
        assert reading.keys_of(connection, (str(n) for n in range(2_000))) == {}


def test_which_events_a_report_tells(filled):
    with filled.reading() as connection:
        told = reading.events_told(connection, 3)
        assert told == {"c": "b", "d": "d"}
        assert reading.events_told(connection, 1) == {}
        both = reading.event_of(connection, told["c"])
        assert [one.article.id for one in both.evidence] == ["one", "two"]


@pytest.mark.parametrize("id", ["c", "nobody", "", "b\0", "\udcff"])
def test_no_event(filled, id):
    with filled.reading() as connection:
        assert reading.event_of(connection, id) is None
