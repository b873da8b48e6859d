"""Allowances: never more than is allowed in any stretch of time, after a restart and from many processes too."""

import contextlib
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dragoman.store import open_store
from dragoman.store.allowances import take
from tests.store.conftest import TakenBackError

NOW = 1_780_000_000
DAY = 86_400


def taken(store, most, seconds, now, name="mails"):
    with store.writing() as connection:
        return take(connection, name, most, seconds, now)


# How often within how many seconds, when it is asked (seconds from now), and the seconds of waiting that are told.
CASES = [
    (2, 1, [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1]),
    (1, 1, [0, 0, 1, 2], [0, 1, 0, 0]),
    (1, 60, [0, 1, 59, 60], [0, 59, 1, 0]),
    (2, 60, [0, 30, 59, 60, 60], [0, 0, 1, 0, 30]),
    (1, DAY, [0, 0, DAY - 1], [0, DAY + 1279, 1280]),
    (1, DAY, [0, DAY + 1278, DAY + 1279], [0, 1, 0]),
    # Clocks that are set back: by a little nothing is forgotten, by much nobody waits for years.
    (1, 60, [0, -30, -30 + 90], [0, 90, 0]),
    (1, 60, [0, -DAY], [0, 0]),
    (1, 60, [10 * 365 * DAY, 0, 0], [0, 0, 60]),
]


@pytest.mark.parametrize(("most", "seconds", "asked", "waits"), CASES)
def test_waiting(scratch, most, seconds, asked, waits):
    assert [take(scratch, "mails", most, seconds, NOW + after) for after in asked] == waits


def test_each_name_and_span_is_counted_by_itself(store):
    assert [taken(store, 1, 60, NOW, name) for name in ("a", "b", "a", "b")] == [0, 0, 60, 60]
    assert taken(store, 1, 3600, NOW, "a") == 0


def test_what_is_refused_is_not_counted(store):
    assert taken(store, 1, 60, NOW) == 0
    assert [taken(store, 1, 60, NOW + after) for after in range(1, 60)] == list(range(59, 0, -1))
    assert taken(store, 1, 60, NOW + 60) == 0


def test_what_is_rolled_back_is_not_counted(store):
    with contextlib.suppress(TakenBackError), store.writing() as connection:
        take(connection, "mails", 1, 60, NOW)
        raise TakenBackError
    assert taken(store, 1, 60, NOW) == 0


def test_a_restart_forgets_nothing(store, where):
    assert taken(store, 1, DAY, NOW) == 0
    store.close()
    with open_store(where) as again:
        assert taken(again, 1, DAY, NOW + 60) > 0


def test_many_at_once_from_two_programs(store, where):
    with open_store(where) as other:
        waits = []
        work = [
            threading.Thread(target=lambda one=one: waits.append(taken(one, 7, 3600, NOW)))
            for one in [store, other] * 10
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    assert sum(wait == 0 for wait in waits) == 7
    assert len(waits) == 20


def test_what_has_expired_is_dropped(store):
    for n in range(50):
        taken(store, 1, 60, NOW + n, f"name {n}")
    taken(store, 1, 60, NOW + 1000)
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM allowance")).scalar() == 1


@settings(max_examples=100)
@given(
    most=st.integers(1, 4),
    seconds=st.sampled_from([1, 2, 59, 60, 61, 119, 120, 3600, DAY]),
    steps=st.lists(st.floats(0, 0.7), min_size=1, max_size=40),
)
def test_no_stretch_of_time_has_more(memory, most, seconds, steps):
    """Wherever a stretch begins; and whoever waits as long as was told is let in, which is not much longer."""
    now, times = NOW, []
    with contextlib.suppress(TakenBackError), memory.writing() as connection:
        for step in steps:
            now += round(step * seconds)
            if wait := take(connection, "mails", most, seconds, now):
                assert wait <= seconds + max(1, seconds // 60)
                assert len([one for one in times if one > now - seconds - max(1, seconds // 60)]) >= most
                now += wait
                assert take(connection, "mails", most, seconds, now) == 0
            times.append(now)
            assert len([one for one in times if one > now - seconds]) <= most
        raise TakenBackError
