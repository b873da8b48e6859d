"""How often: within the limit each try counts, beyond it none does until time has passed; memory stays bounded."""

import threading

import pytest

from dragoman.brief.origins import network_of
from dragoman.web.limits import Limit


class Clock:
    def __init__(self, now=1_780_000_000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


# Seconds at which somebody tries, and the seconds he has to wait each time; three tries in ten seconds are free.
TRIES = [
    ([0, 0, 0, 0], [0, 0, 0, 10]),
    ([0, 4, 8, 9, 9.5, 10], [0, 0, 0, 1, 1, 0]),
    ([0, 4, 8, 10, 11, 14, 15], [0, 0, 0, 0, 3, 0, 3]),
    ([0, 0, 0, 1, 2, 3, 10], [0, 0, 0, 9, 8, 7, 0]),
    ([100, 100, 100, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 10]),
]


@pytest.mark.parametrize(("times", "waits"), TRIES)
def test_tries(clock, times, waits):
    limit, begun, told = Limit(3, 10, clock), clock.now, []
    for time in times:
        clock.now = begun + time
        told.append(limit.wait("somebody"))
    assert told == waits


def test_waiting_as_long_as_told_is_enough(clock):
    limit = Limit(2, 60, clock)
    for _ in range(50):
        clock.now += 7.3
        if seconds := limit.wait("somebody"):
            clock.now += seconds
            assert limit.wait("somebody") == 0


def test_each_key_is_counted_for_itself(clock):
    limit = Limit(1, 10, clock)
    assert [limit.wait(key) for key in ("a", "b", "a", "", "b")] == [0, 0, 10, 0, 10]


def test_memory_is_bounded_and_the_latest_are_kept(clock):
    limit = Limit(1, 10, clock, keys=100)
    for number in range(1_000):
        limit.wait(str(number))
    assert len(limit._tries) == 100
    assert (limit.wait("999"), limit.wait("0")) == (10, 0)


def test_whoever_tries_on_is_not_forgotten(clock):
    limit = Limit(1, 10, clock, keys=10)
    limit.wait("somebody")
    waits = []
    for number in range(100):
        limit.wait(str(number))
        waits.append(limit.wait("somebody"))
    assert set(waits) == {10}


def test_threads_together_get_no_more(clock):
    limit, free = Limit(20, 10, clock), []
    threads = [
        threading.Thread(target=lambda: free.extend(limit.wait("one") == 0 for _ in range(50))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(free), sum(free)) == (400, 20)


SAME = [
    ("203.0.113.1", "203.0.113.255"),
    ("2001:db8:0:ff00::1", "2001:db8:0:ffff:ffff:ffff:ffff:ffff"),
    ("::ffff:203.0.113.1", "203.0.113.9"),
    ("fe80::1%eth0", "fe80::1"),
    ("", "testclient"),
    ("", "a/path/of/a/socket"),
]
OTHER = [
    ("203.0.113.1", "203.0.114.1"),
    ("2001:db8:0:ff00::1", "2001:db8:0:fe00::1"),
    ("::ffff:203.0.113.1", "::ffff:203.0.114.1"),
    ("::1", "127.0.0.1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_one_network(one, other):
    assert network_of(one) == network_of(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_addresses_of_two_networks(one, other):
    assert network_of(one) != network_of(other)
