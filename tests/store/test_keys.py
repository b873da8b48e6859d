"""Keys: made once however many ask at once, believed until they are taken away, and different in every store."""

import threading

import pytest

from dragoman.errors import InputError, StoreError
from dragoman.store import open_store
from dragoman.store.keys import LENGTH, keys_of, known_keys, link_keys, rotate, who

NOW = 1_780_000_000


def test_a_key_is_made_on_first_use_and_stays(store, where):
    first = link_keys(store, now=NOW)
    assert [len(key) for key in first] == [LENGTH]
    assert link_keys(store, now=NOW + 1) == first
    with open_store(where) as again:
        assert link_keys(again) == first


def test_each_purpose_and_each_store_has_its_own(store):
    with store.writing() as connection:
        found = {*keys_of(connection, "links"), *keys_of(connection, "addresses")}
    with open_store("sqlite://") as other:
        found |= {*link_keys(other)}
    assert len(found) == 3


def test_many_at_once_have_the_same(store):
    found = []
    threads = [threading.Thread(target=lambda: found.append(tuple(link_keys(store)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_store_that_can_only_be_read_makes_none(store, where):
    with open_store(where, writing=False) as shut:
        with shut.reading() as connection:
            assert known_keys(connection, "links") == []
        with pytest.raises(StoreError):
            link_keys(shut)
    made = link_keys(store)
    with open_store(where, writing=False) as shut:
        assert link_keys(shut) == made


def test_the_newest_signs_and_all_are_believed(store):
    (first,) = link_keys(store)
    with store.writing() as connection:
        assert rotate(connection, "links", NOW) == 2
        assert rotate(connection, "links", NOW) == 3
    found = link_keys(store)
    assert found[0] == first
    assert len(set(found)) == 3


@pytest.mark.parametrize(("keep", "left"), [(1, 1), (2, 2), (3, 3), (9, 4), (None, 4)])
def test_old_ones_are_taken_away(store, keep, left):
    with store.writing() as connection:
        keys_of(connection, "links")
        rotate(connection, "links", NOW)
        rotate(connection, "links", NOW)
        before = keys_of(connection, "links")
        assert rotate(connection, "links", NOW, keep=keep) == left
        after = keys_of(connection, "links")
        assert after[:-1] == before[len(before) - left + 1 :]
        assert after[-1] not in before


@pytest.mark.parametrize(("purpose", "keep"), [("links", 0), ("links", -1), ("addresses", None), ("other", None)])
def test_what_cannot_be_changed(store, purpose, keep):
    before = link_keys(store)
    with pytest.raises(InputError) as raised, store.writing() as connection:
        rotate(connection, purpose, NOW, keep=keep)
    assert raised.value.kind == "key"
    assert link_keys(store) == before


def test_digests_of_addresses(store):
    with store.writing() as connection:
        anna, bela = (who(connection, f"{name}@example.org") for name in ("anna", "bela"))
        assert anna == who(connection, "anna@example.org") != bela
        assert "anna" not in anna
        rotate(connection, "links", NOW)
        assert who(connection, "anna@example.org") == anna
    with open_store("sqlite://") as other, other.writing() as connection:
        assert who(connection, "anna@example.org") != anna
