"""Passwords: what is kept tells nothing, what is compared takes its time whoever is named."""

import threading
import unicodedata

import pytest
from argon2 import PasswordHasher

from dragoman.errors import InputError
from dragoman.web.passwords import AT_ONCE, BusyError, Passwords, check_password

GOOD = "correct horse battery"


def quick(**costs):
    """What digests at costs that only tests can take."""
    return Passwords(PasswordHasher(**({"time_cost": 1, "memory_cost": 8, "parallelism": 1} | costs)), patience=0.05)


@pytest.fixture
def passwords():
    return quick()


def test_it_is_argon2id_at_its_makers_costs():
    assert Passwords().digest(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_digest_is_salted(passwords):
    one, other = passwords.digest(GOOD), passwords.digest(GOOD)
    assert one != other
    assert passwords.is_right(GOOD, one)
    assert passwords.is_right(GOOD, other)


WRONG = ["", "x", GOOD + " ", GOOD[:-1], GOOD.upper(), GOOD + "\x00", "\ud800" * 12, "x" * 100_000]


@pytest.mark.parametrize("typed", WRONG)
def test_wrong_ones(passwords, typed):
    kept = passwords.digest(GOOD)
    assert not passwords.is_right(typed, kept)
    assert not passwords.is_right(typed, None)
    assert not passwords.is_right(typed, "no digest")
    assert not passwords.is_right(typed, "")


def test_letters_are_the_same_however_they_are_composed(passwords):
    typed = "größere Überraschung"
    kept = passwords.digest(unicodedata.normalize("NFD", typed))
    assert passwords.is_right(unicodedata.normalize("NFC", typed), kept)


def test_for_nobody_another_digest_is_compared_at_the_same_costs(monkeypatch):
    passwords, compared = quick(), []
    kept = passwords.digest(GOOD)
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, *given: compared.append(given[0]) or verify(self, *given)
    )
    assert passwords.is_right(GOOD, kept)
    assert not passwords.is_right(GOOD, None)
    one, other = compared
    assert one.rpartition("$")[0].rpartition("$")[0] == other.rpartition("$")[0].rpartition("$")[0]
    assert [len(part) for part in one.split("$")] == [len(part) for part in other.split("$")]


def test_a_digest_at_other_costs_is_dated(passwords):
    kept = quick(time_cost=2).digest(GOOD)
    assert passwords.is_dated(kept)
    assert passwords.is_right(GOOD, kept)
    assert not passwords.is_dated(passwords.digest(GOOD))


def test_only_some_at_once(monkeypatch):
    passwords, inside, leave = quick(), threading.Semaphore(0), threading.Event()
    kept = passwords.digest(GOOD)

    def slow(self, *given):
        inside.release()
        return leave.wait(10)

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    threads = [threading.Thread(target=passwords.is_right, args=(GOOD, kept)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
        inside.acquire(timeout=10)
    with pytest.raises(BusyError):
        passwords.is_right(GOOD, kept)
    leave.set()
    for thread in threads:
        thread.join()
    assert passwords.is_right(GOOD, kept)


REFUSED = ["", "eleven chars"[:11], "x" * 12, "x" * 1_001, "Anna Example Name".casefold()]


@pytest.mark.parametrize("typed", REFUSED)
def test_easy_ones_are_refused(typed):
    with pytest.raises(InputError) as raised:
        check_password(typed, "Anna Example Name")
    assert raised.value.kind == "password"
    assert len(typed) < 4 or typed not in str(raised.value)


@pytest.mark.parametrize("typed", ["twelve chars", GOOD, "ab" * 500, "пароль и слова"])
def test_good_ones_are_not(typed):
    check_password(typed, "Anna")
