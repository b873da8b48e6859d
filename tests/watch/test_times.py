"""When something is asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.watch.times import DAY, WEEK, due_after_failure, due_again, item_due, seconds_asked

NOW = 1_700_000_000
WAITS = [
    ("120", 120),
    (" 120 ", 120),
    ("0", 0),
    ("-5", 0),
    ("1.5", 0),
    ("soon", 0),
    ("", 0),
    ("9" * 40, WEEK),
    ("٣", 0),
    ("Tue, 14 Nov 2023 22:15:20 GMT", 120),
    ("Tue, 14 Nov 2023 22:00:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", WEEK),
    ("Tue, 99 Nov 2023 99:99:99 GMT", WEEK),
]


@pytest.mark.parametrize(("words", "seconds"), WAITS)
def test_what_servers_say(words, seconds):
    assert seconds_asked(words, NOW) == seconds


@given(st.text())
def test_nothing_that_they_say_is_too_much(words):
    assert 0 <= seconds_asked(words, NOW) <= WEEK


chances = st.floats(0, 1)
everies = st.integers(60, WEEK)


@given(everies, chances)
def test_a_feed_is_asked_about_as_often_as_is_wanted(every, chance):
    assert 0.89 * every <= due_again(every, NOW, lambda: chance) - NOW <= 1.11 * every


@given(everies, st.integers(0, 10_000), st.integers(0, WEEK), chances)
def test_a_failing_feed_is_asked_within_a_day_and_not_before_its_server_wishes(every, failures, wish, chance):
    wait = due_after_failure(every, failures, wish, NOW, lambda: chance) - NOW
    assert wish <= wait <= max(1.11 * max(DAY, every), wish)
    assert wait >= 0.89 * every


@given(st.integers(1, 10_000), st.integers(0, WEEK), chances)
def test_an_item_is_tried_within_hours(tries, wish, chance):
    assert max(wish, 260) <= item_due(tries, wish, NOW, lambda: chance) - NOW <= max(wish, 24_000)
