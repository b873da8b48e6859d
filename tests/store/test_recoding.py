"""Stored reports coded anew: the same coder changes nothing, another one shows what became different."""

import msgspec

from dragoman.records import CoderInfo, Failure, Fault
from dragoman.store import reading
from dragoman.store.care import check, forget, info
from dragoman.store.recoding import recode, waiting
from dragoman.store.saving import save
from tests.store.contents import contents
from tests.store.made import CODER, SENTENCE, coded, event

LATER = CoderInfo(version="1", rules="0", model="0")


def keys(store):
    with store.reading() as connection:
        return reading.keys_with_text(connection)


def test_the_same_coder_changes_nothing(store, few, texts, ontology):
    for coding in few:
        save(store, coding, ontology, words=texts[coding.article.id])
    by_id = {coding.article.id: coding for coding in few}
    before = contents(store)
    told = list(recode(store, keys(store), lambda articles: (by_id[one.id] for one in articles), ontology))
    assert [(one.lost, one.gained) for one in told] == [((), ())] * len(few)
    assert contents(store) == before


def test_the_real_coder_finds_the_same_again(store, coder, few, texts):
    for coding in few[:2]:
        save(store, coding, coder.rules.ontology, words=texts[coding.article.id])
    before = contents(store)
    assert len(list(recode(store, keys(store), coder.pipe, coder.rules.ontology))) == 2
    assert contents(store) == before


def test_only_what_another_coder_coded_waits(store, ontology):
    save(store, coded("one"), ontology, words=SENTENCE)
    save(store, coded("two", coder=LATER), ontology, words=SENTENCE)
    save(store, coded("bare"), ontology)
    assert (len(waiting(store, CODER)), len(waiting(store, LATER))) == (1, 1)
    assert len(waiting(store, CoderInfo(version="2", rules="0", model="0"))) == 2


def test_differences_are_told(store, ontology):
    save(store, coded("one", event("a"), event("b", kind="REJECT")), ontology, words=SENTENCE)
    anew = coded("one", event("a"), event("c", kind="THREATEN", status="conditional"), coder=LATER)
    (found,) = recode(store, keys(store), lambda articles: iter([anew]), ontology)
    assert found.lost == ("12 'condemned': PRK REJECT JPN occurred no day",)
    assert found.gained == ("12 'condemned': PRK THREATEN JPN conditional no day",)
    assert info(store).coders == {"1 rules 0 0": 1}
    assert waiting(store, LATER) == []
    assert list(check(store)) == []


def test_what_cannot_be_coded_any_more_keeps_its_coding(store, ontology):
    coding = coded("one")
    save(store, coding, ontology, words=SENTENCE)
    before = contents(store)
    failure = Failure(article=coding.article, error=Fault(kind="empty", message="no text"))
    assert list(recode(store, keys(store), lambda articles: iter([failure]), ontology)) == [failure]
    assert contents(store) == before


def test_what_changes_meanwhile_is_passed(store, ontology):
    """A report that is corrected and one that is forgotten while they are coded."""
    for id in ("one", "two", "three"):
        save(store, coded(id), ontology, words=f"{id} {SENTENCE}")

    def pipe(articles):
        for article in articles:
            if article.id == "one":
                save(store, coded("one", event("newer")), ontology, words="newer")
                forget(store, "two", ontology)
            yield coded(article.id, event("anew", kind="REJECT") if article.id == "three" else event("late"))

    assert [found.article for found in recode(store, keys(store), pipe, ontology)] == ["three"]
    with store.reading() as connection:
        assert {e.id for coding in reading.codings(connection) for e in coding.events} == {"newer", "anew"}
    assert list(check(store)) == []


def test_many_reports_go_in_parts(store, ontology):
    for n in range(40):
        save(store, coded(f"{n:02}", event(f"e{n}", actor=("PRK",) if n % 2 else ("CHN",))), ontology, words=str(n))

    def pipe(articles):
        assert len(articles) <= 16
        for article in articles:
            yield msgspec.structs.replace(coded(article.id, event(f"e{int(article.id)}")), coder=LATER)

    told = list(recode(store, keys(store), pipe, ontology))
    assert sum(bool(one.lost) for one in told) == 20
    assert list(check(store)) == []
