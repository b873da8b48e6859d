"""Codings that come without their text: an export that is loaded again changes nothing, and no text is ever lost."""

import datetime

import msgspec
import pytest

from dragoman.errors import InputError, StoreError
from dragoman.export.lines import decode, encode
from dragoman.records import Article, Commitment, Span
from dragoman.store import reading
from dragoman.store.care import check, forget, info
from dragoman.store.recoding import correct, recode
from dragoman.store.saving import known, save
from tests.store.contents import codings_in, contents
from tests.store.made import SENTENCE, coded, correction, event

LATER = SENTENCE + " It was Friday."


def exported(store, ontology):
    with store.reading() as connection:
        return [decode(encode(coding, ontology), ontology) for coding in reading.codings(connection)]


def loaded(store, codings, ontology):
    return {save(store, coding, ontology) for coding in codings}


def test_an_export_loaded_again_changes_nothing(store, few, texts, ontology):
    for coding in few:
        save(store, coding, ontology, words=texts[coding.article.id])
    before = contents(store)
    assert loaded(store, exported(store, ontology), ontology) == {"same"}
    assert contents(store) == before
    assert (info(store).corrected, info(store).without_text) == (0, 0)


@pytest.mark.parametrize("fields", [{"wrong": True}, {"status": "alleged"}])
@pytest.mark.parametrize("words", [SENTENCE, None])
def test_so_does_one_with_corrections_and_one_from_before_them(store, ontology, words, fields):
    save(store, coded(), ontology, words=words)
    earlier = exported(store, ontology)
    correct(store, correction(**fields), ontology)
    before = contents(store)
    assert loaded(store, [*earlier, *exported(store, ontology)], ontology) == {"same"}
    assert contents(store) == before


def test_an_old_export_does_not_bring_an_earlier_version_back(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    earlier = exported(store, ontology)
    save(store, coded("one", event("later")), ontology, words=LATER)
    before = contents(store)
    assert loaded(store, earlier, ontology) == {"same"}
    assert contents(store) == before


def test_another_coding_of_the_stored_text_takes_the_place_of_the_coding_alone(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    correct(store, correction(recipient=("KOR",)), ontology)
    anew = coded("one", event("new", kind="REJECT"), title="Another title")
    assert save(store, anew, ontology) == "recoded"
    found = info(store)
    assert (found.reports, found.corrected, found.without_text, found.misplaced) == (1, 0, 0, 0)
    with store.reading() as connection:
        (article,) = reading.articles(connection)
        ((told,),) = [coding.events for coding in reading.codings(connection)]
    assert (article.text, article.title) == (SENTENCE, None)
    assert (told.type, [entity.code for entity in told.recipient]) == ("REJECT", ["KOR"])
    assert list(check(store)) == []


@pytest.mark.parametrize(("id", "sentence"), [("one", "South Korea condemned Japan."), ("two", SENTENCE)])
def test_a_coding_of_another_text_is_refused(store, ontology, id, sentence):
    save(store, coded(url="https://wire.example/1"), ontology, words=SENTENCE)
    before = contents(store)
    other = coded(id, event("new", sentence=sentence), url="https://wire.example/1")
    with pytest.raises(StoreError, match="another text") as raised:
        save(store, other, ontology)
    assert raised.value.kind == "twice"
    assert contents(store) == before


def test_codings_alone_follow_each_other(store, ontology):
    assert save(store, coded(), ontology) == "new"
    assert save(store, coded("one", event("later")), ontology) == "corrected"
    assert save(store, coded(), ontology) == "same"
    assert save(store, coded("one", event("last")), ontology, words=SENTENCE) == "corrected"
    assert (info(store).reports, info(store).corrected, info(store).without_text) == (1, 2, 0)
    assert list(check(store)) == []


def test_recode_works_after_an_export_was_loaded(store, ontology):
    save(store, coded(), ontology, words=SENTENCE)
    loaded(store, exported(store, ontology), ontology)
    with store.reading() as connection:
        keys = reading.keys_with_text(connection)
    anew = coded("one", event("one-1", kind="REJECT"))
    assert len(list(recode(store, keys, lambda articles: iter([anew]), ontology))) == 1
    assert codings_in(store, ontology) == [encode(anew, ontology)]


@pytest.mark.parametrize("id", ["a\0b", "\ud800 half", "plain"])
def test_what_is_forgotten_stays_so_whatever_its_id(store, ontology, id):
    save(store, coded(id, event("e")), ontology, words=SENTENCE)
    assert known(store, Article(id=id, text=SENTENCE)) == "same"
    assert forget(store, id, ontology) == 1
    assert known(store, Article(id=id, text=SENTENCE)) == "forgotten"
    assert save(store, coded(id, event("e")), ontology, words=SENTENCE) == "forgotten"


def promise(**fields):
    given = {"by": "PRK", "kind": "promise", "content": "talks", "evidence": (Span(text="N", start=0, end=1),)}
    return Commitment(**(given | fields))


DAY = datetime.date(2013, 3, 8)
BROKEN = {
    "due": (lambda coding: msgspec.structs.replace(coding, commitments=(promise(due="soon"),)), "soon"),
    "days": (
        lambda coding: msgspec.structs.replace(coding, commitments=(promise(due="2013-03-09/2013-03-08"),)),
        "due",
    ),
    "three": (
        lambda coding: msgspec.structs.replace(coding, commitments=(promise(due="/".join(["2013-03-09"] * 3)),)),
        "due",
    ),
    "evidence": (lambda coding: msgspec.structs.replace(coding, commitments=(promise(evidence=()),)), "evidence"),
    "confidence": (lambda coding: coded("one", event("e", confidence=1e30)), "confidence"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_is_refused_by_file_and_by_store(store, ontology, kind):
    make, words = BROKEN[kind]
    coding = make(coded())
    with pytest.raises(InputError, match=words) as raised:
        save(store, coding, ontology)
    assert raised.value.kind == "coding"
    with pytest.raises(InputError, match=words):
        decode(encode(coding, ontology), ontology, where="in.jsonl:1")
    assert info(store).reports == 0


@pytest.mark.parametrize("due", [None, "2013-03-09", "2013-03-09/2013-03-10", "9999-12-31"])
def test_days_are_taken(store, ontology, due):
    coding = msgspec.structs.replace(coded(), commitments=(promise(due=due),))
    assert decode(encode(coding, ontology), ontology) == coding
    assert save(store, coding, ontology) == "new"
