"""What the store keeps of feeds and of what they tell of, on both databases."""

import datetime

import pytest
from sqlalchemy import text

from dragoman.store import watching
from dragoman.store.opening import pulse
from dragoman.store.watching import Due, Listed, digest_of

NOW = 1_700_000_000
URLS = ["https://paper.example/rss", "https://other.example/atom"]


def listed(name, page=None, changed="", **fields):
    url = f"https://paper.example/{page or name}"
    given = {"url": url, "title": f"Title {name}", "published": datetime.date(2024, 3, 1), "text": ""} | fields
    return Listed(name=digest_of(name), page=digest_of(url) if given["url"] else "", changed=changed, **given)


@pytest.fixture
def feeds(store):
    with store.writing() as connection:
        return watching.feeds_of(connection, URLS, NOW)


def add(store, feed, *items, followed=None, now=NOW):
    with store.writing() as connection:
        return watching.add_items(connection, feed.key, items, followed or [feed.key], now)


def do(store, function, *values, **named):
    with store.writing() as connection:
        return function(connection, *values, **named)


def states(store):
    with store.reading() as connection:
        return list(connection.execute(text("SELECT state, url, told FROM feed_item ORDER BY key")).all())


def test_feeds_are_known_by_their_addresses(store, feeds):
    assert [feed.url for feed in feeds] == URLS
    assert all((feed.due, feed.looked, feed.failures) == (NOW, None, 0) for feed in feeds)
    assert do(store, watching.feeds_of, URLS[::-1], NOW + 9) == feeds[::-1]


def test_how_a_feed_stands(store, feeds):
    key = feeds[0].key
    do(store, watching.note_failure, key, told="it \0 failed \ud800", due=NOW + 5)
    (found,) = do(store, watching.feeds_of, URLS[:1], NOW)
    assert (found.failures, found.told, found.due, found.looked) == (1, "it \ufffd failed ?", NOW + 5, None)
    do(store, watching.note_answer, key, etag='"é"', modified="m", due=NOW + 9, now=NOW, told="")
    do(store, watching.note_failure, key, told="again", due=NOW + 5)
    do(store, watching.note_unchanged, key, etag='"é"', modified="m", due=NOW + 99, now=NOW + 7)
    (found,) = do(store, watching.feeds_of, URLS[:1], NOW)
    assert (found.failures, found.etag, found.answered, found.looked, found.due) == (0, '"é"', NOW, NOW + 7, NOW + 99)


def test_items_are_known_by_name_and_page(store, feeds):
    one, other = feeds
    both = [one.key, other.key]
    first = add(store, one, listed("a"), listed("b"), followed=both)
    assert (first.new, first.changed, [due.url[-1] for due in first.due]) == (2, 0, ["a", "b"])
    assert add(store, one, listed("b"), listed("a"), followed=both)[:3] == (0, 0, 0)
    again = add(store, other, listed("x", page="a"), listed("c"), followed=both)
    assert (again.new, [due.url[-1] for due in again.due]) == (1, ["c"])


def test_what_a_feed_that_is_let_go_has_not_read_is_read_for_another(store, feeds):
    one, other = feeds
    add(store, one, listed("a"))
    assert add(store, other, listed("x", page="a"), followed=[other.key]).new == 1


def test_a_page_of_two_names_in_one_answer(store, feeds):
    assert add(store, feeds[0], listed("a"), listed("x", page="a")).new == 1


def test_a_change_is_read_again_later_each_time_and_not_for_ever(store, feeds):
    (feed, _) = feeds
    (due,) = add(store, feed, listed("a")).due
    waits = []
    for number in range(watching.VISITS + 2):
        do(store, watching.settle, due.key, "done", NOW)
        added = add(store, feed, listed("a", changed=str(number)))
        waits += [one.due - NOW for one in added.due]
    assert waits == [watching.PATIENCE * number for number in range(watching.VISITS)]
    assert (added.changed, added.tired) == (0, 1)


def test_a_change_of_what_still_waits_is_taken_in(store, feeds):
    add(store, feeds[0], listed("a"))
    assert add(store, feeds[0], listed("a", page="b", changed="1"))[:3] == (0, 0, 0)
    assert [row.url for row in states(store)] == ["https://paper.example/b"]


def test_of_what_is_read_only_digests_stay(store, feeds):
    due = add(store, feeds[0], *(listed(name, text="Words.") for name in "abcd")).due
    begun = do(store, watching.begin_item, due[0].key)
    assert (begun.title, begun.text, begun.tries, begun.published) == (
        "Title a",
        "Words.",
        1,
        datetime.date(2024, 3, 1),
    )
    do(store, watching.settle, due[0].key, "done", NOW)
    do(store, watching.settle, due[1].key, "skipped", NOW)
    do(store, watching.give_up, due[2].key, "gone \0", NOW)
    do(store, watching.put_off, due[3].key, "later", NOW + 50, lost=True)
    assert do(store, watching.begin_item, due[0].key) is None
    assert [tuple(row) for row in states(store)] == [
        ("done", "", ""), ("skipped", "", ""),
        ("failed", "https://paper.example/c", "gone \ufffd"), ("waiting", "https://paper.example/d", "later"),
    ]  # fmt: skip
    assert do(store, watching.counts) == {feeds[0].key: {"done": 1, "skipped": 1, "failed": 1, "waiting": 1}}
    assert list(do(store, lambda connection: list(watching.waiting(connection, [feeds[0].key])))) == [
        Due(due[3].key, feeds[0].key, "https://paper.example/d", NOW + 50)
    ]
    assert do(store, watching.begin_item, due[3].key).losses == 1
    (failed,) = do(store, watching.failed, [feeds[0].key], 5)
    assert (failed.feed, failed.url, failed.title) == (URLS[0], "https://paper.example/c", "Title c")


def test_what_was_settled_long_ago_is_let_go(store, feeds):
    due = add(store, feeds[0], listed("a"), listed("b"), listed("c")).due
    do(store, watching.settle, due[0].key, "done", NOW)
    do(store, watching.settle, due[1].key, "done", NOW + 100)
    assert do(store, watching.forget_old, feeds[0].key, NOW + watching.REMEMBERED + 50) == 1
    assert len(states(store)) == 2


def test_many_at_once(store, feeds):
    items = [listed(str(number)) for number in range(1_200)]
    added = add(store, feeds[0], *items)
    assert (added.new, len(added.due)) == (1_200, 1_200)
    assert add(store, feeds[0], *items[::-1])[:3] == (0, 0, 0)


def test_books_that_no_page_shows_do_not_count_as_a_change(store, feeds):
    with store.reading() as connection:
        before = pulse(connection)
    with store.writing(quietly=True) as connection:
        watching.note_failure(connection, feeds[0].key, told="x", due=NOW)
    with store.reading() as connection:
        assert pulse(connection) == before
