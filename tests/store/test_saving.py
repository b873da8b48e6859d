"""Codings into the store: nothing twice, nothing in the order, corrected reports beside their corrections."""

import msgspec
import pytest

from dragoman.errors import InputError, StoreError
from dragoman.export.lines import encode
from dragoman.records import Article, ArticleHead, Coding
from dragoman.store import open_store, reading
from dragoman.store.care import check, info
from dragoman.store.saving import digest_of_text, known, save
from tests.store.contents import codings_in, contents, events_in
from tests.store.made import CODER, SENTENCE, coded, entity, event

TEXT = SENTENCE


def test_what_goes_in_comes_out(store, few, ontology):
    for coding in few:
        assert save(store, coding, ontology) == "new"
    assert codings_in(store, ontology) == sorted(encode(coding, ontology) for coding in few)
    assert list(check(store)) == []


def test_storing_twice_changes_nothing(store, few, ontology, filled):
    for coding in few:
        save(store, coding, ontology)
    assert contents(store) == filled
    assert {save(store, coding, ontology) for coding in few} == {"same"}
    assert contents(store) == filled


def test_versions_follow_the_text(store, ontology):
    assert save(store, coded(), ontology, words=TEXT) == "new"
    assert save(store, coded(), ontology, words=TEXT) == "same"
    assert known(store, Article(id="one", text=TEXT)) == "same"
    assert known(store, Article(id="one", text=TEXT + "!")) is None
    assert save(store, coded("one", event("later")), ontology, words=TEXT + "!") == "corrected"
    found = info(store)
    assert (found.reports, found.corrected, found.tellings, found.events) == (1, 1, 1, 1)
    with store.reading() as connection:
        standing = [coding.events[0].id for coding in reading.codings(connection)]
        every = [coding.events[0].id for coding in reading.codings(connection, all_versions=True)]
        assert [article.text for article in reading.articles(connection)] == [TEXT + "!"]
    assert (standing, every) == (["later"], ["one-1", "later"])
    assert list(events_in(store)) == ["later"]
    assert list(check(store)) == []


def test_an_earlier_version_does_not_come_back(store, ontology):
    save(store, coded(), ontology, words="first")
    save(store, coded(), ontology, words="second")
    assert save(store, coded(), ontology, words="first") == "same"
    with store.reading() as connection:
        assert [article.text for article in reading.articles(connection)] == ["second"]


def test_the_same_address_with_other_words_is_a_correction(store, ontology):
    save(store, coded("one", url="https://wire.example/1"), ontology, words="first")
    assert save(store, coded("two", url="https://wire.example/1"), ontology, words="second") == "corrected"
    assert save(store, coded("three", url="https://wire.example/2"), ontology, words="second") == "new"
    assert info(store).corrected == 1
    assert list(check(store)) == []


def test_a_report_without_events_is_kept(store, ontology):
    save(store, Coding(article=ArticleHead(id="quiet"), coder=CODER), ontology, words="Nothing.")
    assert (info(store).reports, info(store).events, info(store).first) == (1, 0, None)
    assert list(check(store)) == []


def test_events_without_any_day(store, ontology):
    for n in ("one", "two"):
        save(store, coded(n, published=None), ontology, words=n)
    found = info(store)
    assert (found.tellings, found.events) == (2, 2)
    assert list(check(store)) == []


@pytest.mark.parametrize(
    "words",
    [
        "\0 NUL",
        "\ud800 half",
        "𐐀" * 60_000 + " end",
        "a" * 300_000 + " b",
        "e\u0301" * 9_000,
        "",
        "\n" * 99,
        "'); --",
        "%s :x ?",
    ],
    ids=["nul", "half", "astral", "long-word", "combining", "empty", "blank", "quotes", "marks"],
)
def test_any_words(store, ontology, words):
    coding = coded("any", title=words.replace("\ud800", "?"), publisher="'\"\\", url="https://x.example/" + "u" * 5_000)
    assert save(store, coding, ontology, words=words) == "new"
    assert save(store, coding, ontology, words=words) == "same"
    with store.reading() as connection:
        (article,) = reading.articles(connection)
    assert len(article.text) == len(words)
    assert list(check(store)) == []


def test_a_report_of_many_unlike_words(store, ontology):
    words = " ".join(f"{chr(0x20000 + n % 40_000)}{n}" for n in range(60_000))
    assert save(store, coded("wide", title=words[:50_000]), ontology, words=words) == "new"


def test_halves_of_characters_are_refused_whole(store, ontology):
    broken = coded(
        "one", msgspec.structs.replace(event("one-1"), actor=(msgspec.structs.replace(entity("PRK"), name="\ud800"),))
    )
    with pytest.raises(InputError, match="surrogate"):
        save(store, broken, ontology, words="x")
    assert info(store).reports == 0
    assert list(check(store)) == []


def test_ids_that_others_have_are_refused_whole(store, ontology):
    save(store, coded("one", event("taken"), published=None), ontology)
    for twice in (coded("two", event("taken"), published=None), coded("three", event("a"), event("a"))):
        with pytest.raises(StoreError) as raised:
            save(store, twice, ontology)
        assert raised.value.kind == "twice"
    assert info(store).reports == 1
    assert list(check(store)) == []


def test_digests_tell_texts_apart():
    assert digest_of_text("a") != digest_of_text("b")
    assert digest_of_text("\ud800") != digest_of_text("?")


def test_readers_see_one_state(where, store, ontology):
    save(store, coded(), ontology)
    with open_store(where, writing=False) as reader, reader.reading() as connection:
        assert len(list(reading.codings(connection))) == 1
        save(store, coded("two"), ontology)
        assert len(list(reading.codings(connection))) == 1
    with store.reading() as connection:
        assert len(list(reading.codings(connection))) == 2


def test_readers_cannot_write(where, store, ontology):
    with open_store(where, writing=False) as reader, pytest.raises(StoreError) as raised:
        save(reader, coded(), ontology)
    assert raised.value.kind == "readonly"
    assert info(store).reports == 0
