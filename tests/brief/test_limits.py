"""Limits on sign-ups: for a person, a network and in all; kept across restarts, and the same for all who ask."""

import threading

import pytest
from msgspec.structs import replace

from dragoman.brief.agreements import Visit
from dragoman.brief.origins import is_here, kept, network_of
from dragoman.brief.signing import Answer
from dragoman.store import open_store
from tests.brief.visitors import DAY, NOW, SETTINGS, ask, mails, rows

HOUR = 3600


def from_(n):
    """A visit from the n-th network."""
    return Visit(origin=f"198.{n // 250}.{n % 250}.7")


def flood(store, many, *, seconds=60, settings=SETTINGS, **other):
    """So many sign-ups within so many seconds, each for another address and, unless it is said, from another network."""
    for n in range(many):
        visit = other.get("visit") or from_(n)
        yield ask(store, f"reader{n}@example.org", now=NOW + n * seconds // many, settings=settings, visit=visit)


def test_thousands_within_a_minute(lite):
    """2,500 of them, each from a network of its own: as many mails as are allowed in all."""
    answers = list(flood(lite, 2_500))
    assert len(mails(lite)) == SETTINGS.sign_ups_per_hour == 200
    assert sum(one == Answer() for one in answers) == 200
    waits = [one.wait for one in answers[200:]]
    assert min(waits) > HOUR - 60
    assert max(waits) <= HOUR + 60
    assert rows(lite, "SELECT count(*) FROM subscriber") == [(200,)]
    assert ask(lite, now=NOW + 60 + max(waits)) == Answer()


def test_thousands_for_one_person(lite):
    settings = replace(SETTINGS, sign_ups_per_hour=10_000)
    for n in range(250):
        address = "victim@gmail.com" if n % 2 else f"V.ictim+{n}@googlemail.com"
        ask(lite, address, now=NOW + n * 345, settings=settings, visit=from_(n))
    assert len(mails(lite)) == 1


def test_one_mail_in_any_day(lite):
    """Not two within a night, as where days are counted."""
    midnight = NOW - NOW % DAY + DAY
    times = [midnight - 60, midnight + 60, midnight + DAY - 120, midnight + DAY + 1440, midnight + DAY + 1500]
    sent = []
    for now in times:
        ask(lite, now=now, lists=["korea"])
        sent.append(len(mails(lite)))
    assert sent == [1, 1, 1, 2, 2]


NETWORKS = [
    ([f"203.0.113.{n}" for n in range(40)], 10),
    ([f"203.0.{n}.1" for n in range(40)], 40),
    ([f"2001:db8:1:2{n:02x}::1" for n in range(40)], 10),
    ([f"2001:db8:{n:x}::1" for n in range(40)], 40),
    ([f"::ffff:203.0.113.{n}" for n in range(20)] + [f"203.0.113.{n}" for n in range(20)], 10),
    (["127.0.0.1"] * 40, 40),
    (["::1"] * 40, 40),
    ([""] * 40, 40),
]


@pytest.mark.parametrize(("origins", "let_in"), NETWORKS, ids=lambda value: str(value)[:25])
def test_sign_ups_from_one_network(lite, origins, let_in):
    answers = [ask(lite, f"reader{n}@example.org", visit=Visit(origin=origin)) for n, origin in enumerate(origins)]
    assert sum(not one.wait for one in answers) == let_in == len(mails(lite))
    assert ask(lite, "other@example.org", visit=from_(9)) == Answer()


def test_limits_do_not_tell_who_is_known(lite):
    """Beyond them everybody is answered alike, and nothing is looked up."""
    settings = replace(SETTINGS, sign_ups_per_hour=1)
    ask(lite, "anna@example.org", settings=settings)
    waits = {ask(lite, f"{name}@example.org", settings=settings).wait for name in ("anna", "bela", "cleo")}
    assert len(waits) == 1
    assert waits.pop() > 0


def test_forms_that_are_refused_count_for_nothing(lite):
    for n in range(50):
        ask(lite, f"reader{n}@example.org", trap="x")
        ask(lite, f"reader{n}@example.org", age=0)
    assert rows(lite, "SELECT * FROM allowance") == []


def test_a_restart_forgets_nothing(listed, where):
    settings = replace(SETTINGS, sign_ups_per_hour=3, sign_ups_per_network=2)
    network = Visit(origin="203.0.113.1")
    first = [ask(listed, f"reader{n}@example.org", settings=settings, visit=network).wait for n in range(3)]
    listed.close()
    with open_store(where) as again:
        ask(again, "reader0@example.org", settings=settings, visit=from_(1), now=NOW + 60)
        assert len(mails(again)) == 2
        assert ask(again, "new@example.org", settings=settings, visit=network, now=NOW + 60).wait > 0
        assert ask(again, "new@example.org", settings=settings, visit=from_(2), now=NOW + 60).wait > 0
    assert [wait > 0 for wait in first] == [False, False, True]


def test_many_at_once_from_two_programs(listed, where):
    settings = replace(SETTINGS, sign_ups_per_hour=7)
    with open_store(where) as other:

        def send(n):
            ask([listed, other][n % 2], f"reader{n % 15}@example.org", settings=settings, visit=from_(n))

        threads = [threading.Thread(target=send, args=(n,)) for n in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = mails(listed)
    assert len(found) == len(set(found)) <= 7
    assert rows(listed, "SELECT sum(used) FROM allowance WHERE name = 'sign-ups/3600'") == [(7,)]


HOSTS = [
    ("203.0.113.77", "203.0.113.0/24", False),
    ("2001:db8:1:2ff:3::4%eth0", "2001:db8:1:200::/56", False),
    ("::ffff:127.0.0.1", "127.0.0.0/24", True),
    ("127.8.8.8", "127.8.8.0/24", True),
    ("10.0.0.1", "10.0.0.0/24", False),
    ("", "", True),
    ("testclient", "", True),
    ("203.0.113.7, 10.0.0.1", "", True),
    ("203.0.113.7\n", "", True),
]


@pytest.mark.parametrize(("host", "network", "here"), HOSTS)
def test_networks(host, network, here):
    assert (network_of(host), is_here(host)) == (network, here)
    assert kept(host, "network") == network
    assert kept(host, "none") == ""
