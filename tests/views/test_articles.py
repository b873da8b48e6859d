"""Reports in a list, and one with everything that was read in it."""

import msgspec
import pytest

from dragoman.rules import Rules
from dragoman.store.saving import save
from dragoman.views.articles import article_of, articles_of, key_of
from tests.views.reported import FIRST, FRIDAY, TUESDAY, reports, stored


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path, rules):
    with stored(tmp_path / "store.db", rules) as found:
        yield found


def test_the_list(store):
    page = articles_of(store)
    assert [(one.key, one.article.id, one.events) for one in page.found] == [(3, "c", 1), (2, "b", 1), (1, "a", 1)]
    assert page.publishers == {"The Wire": 2, "The Desk": 1}
    assert [one.key for one in articles_of(store, publisher="The Wire", days=(None, FRIDAY)).found] == [1]
    first = articles_of(store, most=2)
    assert [one.key for one in articles_of(store, most=2, before=first.next).found] == [1]


def test_one(store, rules):
    page = article_of(store, rules.ontology, 1, chosen=(0, 5))
    assert (page.text, page.chosen, page.corrected_by) == (FIRST, (0, 5), None)
    assert [(one.number, one.id, one.reports, one.quad) for one in page.events] == [(1, "a-1", 2, 3)]
    (bound,) = page.commitments
    assert (bound.content, bound.standing) == ("send rice to North Korea", "kept")
    assert [one.key for one in page.versions] == [1]
    assert len(page.coding.quotes) == len(page.coding.dates) == 1


@pytest.mark.parametrize("key", [0, 9, 2**63, -1])
def test_one_that_is_not_there(store, rules, key):
    assert article_of(store, rules.ontology, key) is None


def test_a_version_that_was_corrected(store, rules):
    (first, text), *_ = reports()
    later = msgspec.structs.replace(first, article=msgspec.structs.replace(first.article, published=TUESDAY))
    save(store, later, rules.ontology, words=text + " It was corrected.")
    old, new = article_of(store, rules.ontology, 1), article_of(store, rules.ontology, 4)
    assert (old.corrected_by, old.commitments) == (4, ())
    assert [one.id for one in old.events] == [None]
    assert (
        [(one.key, one.corrected_by) for one in old.versions]
        == [(1, 4), (4, None)]
        == [(one.key, one.corrected_by) for one in new.versions]
    )
    assert [one.id for one in new.events] == ["b-1"]
    assert key_of(store, "a") == 4


def test_keys(store):
    assert (key_of(store, "b"), key_of(store, "none"), key_of(store, "a\0b")) == (2, None, None)
