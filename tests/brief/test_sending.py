"""Sending the outbox: each mail at most once, within the limits, and what is told where something is wrong."""

import collections
import threading

import pytest

from dragoman.brief.senders import Reply
from dragoman.brief.sending import HELD, IN_A_ROW, LEASE, PATIENCE, RETRIES, run
from dragoman.errors import InputError, SenderError, StoreError
from dragoman.store import leases, open_store, outbox, subscribers
from dragoman.store.consents import consents
from tests.brief.posting import NOW, change, filled, rows, states, writer

FINE = Reply(kind="accepted", text="250 fine")
LATER = Reply(kind="later", text="451 4.3.0 busy")
REFUSED = Reply(kind="refused", text="554 5.7.1 spam")
GONE = Reply(kind="refused", text="550 5.1.1 no such user", about="address")
OPEN = Reply(kind="unknown", text="the line dropped")


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self, now=NOW + 10):
        self.now, self.slept = now, []

    def __call__(self):
        return int(self.now)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Postman:
    """A sender that answers as it is told, the last answer for ever; an answer that is an error is raised.

    A function is called with the envelope first, and gives the answer.
    """

    def __init__(self, *replies, ready=()):
        self.replies, self.troubles = list(replies or [FINE]), list(ready)
        self.got, self.times, self.clock = [], [], None

    def ready(self):
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble

    def send(self, envelope):
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        reply = reply(envelope) if callable(reply) else reply
        if isinstance(reply, BaseException):
            raise reply
        self.got.append(envelope.recipient)
        self.times.append(self.clock and self.clock())
        return reply

    def close(self):
        pass


@pytest.fixture
def settings(settings):
    return type(settings)(name="The Record", base="https://record.example", per_second=1_000, per_hour=100_000)


def changed(settings, **fields):
    return type(settings)(name=settings.name, base=settings.base, **{"per_second": 1_000, "per_hour": 100_000} | fields)


def sent(store, settings, postman=None, *, clock=None, write=None, **named):
    clock, postman = clock or Clock(), postman or Postman()
    postman.clock = clock
    return run(store, settings, postman, write or writer(store), clock=clock, sleep=clock.sleep, **named)


def test_everything_that_is_due_goes_out_once(store, settings):
    filled(store, 250)
    postman, told = Postman(), []
    done = sent(store, settings, postman, progress=told.append)
    assert (done.sent, done.waiting, done.trouble, done.next) == (250, 0, "", None)
    assert told == ["sent"] * 250
    assert sorted(postman.got) == sorted(f"koreas-{number}@kontor.example" for number in range(1, 251))
    assert sent(store, settings, postman).sent == 0
    assert rows(store, "SELECT DISTINCT state, attempts, reply FROM outbox") == [("sent", 1, "250 fine")]


def test_what_a_dead_run_was_sending_is_not_sent_again(store, settings):
    filled(store, 3)
    change(store, "UPDATE outbox SET state = 'sending', attempts = 1 WHERE subscriber = 2")
    postman = Postman()
    done = sent(store, settings, postman)
    assert (done.sent, done.orphans, states(store)) == (2, 1, {"sent": 2, "unknown": 1})
    assert "koreas-2@kontor.example" not in postman.got
    assert (sent(store, settings, postman).orphans, len(postman.got)) == (0, 2)
    with store.writing() as connection:
        assert outbox.resend(connection, NOW) == 1
    assert sent(store, settings, postman).sent == 1
    assert states(store) == {"sent": 3}


# An answer, what it is counted as, and the state that the mail is in then.
ANSWERS = {
    "fine": (FINE, "sent", "sent"),
    "later": (LATER, "later", "queued"),
    "refused": (REFUSED, "failed", "failed"),
    "open": (OPEN, "unknown", "unknown"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_an_answer_does(store, settings, name):
    reply, counted, state = ANSWERS[name]
    filled(store, 1)
    postman = Postman(reply)
    done = sent(store, settings, postman)
    assert (getattr(done, counted), states(store)) == (1, {state: 1})
    assert rows(store, "SELECT reply FROM outbox") == [(reply.text,)]
    assert len(postman.got) == 1
    with store.reading() as connection:
        assert subscribers.subscriptions_of(connection, 1) == {"koreas": "confirmed"}


def test_a_mail_that_was_put_off_goes_out_later(store, settings):
    filled(store, 2)
    clock, postman = Clock(), Postman(LATER, FINE)
    done = sent(store, settings, postman, clock=clock)
    assert (done.sent, done.later, done.waiting, done.next) == (1, 1, 1, clock() + outbox.GAPS[0])
    assert sent(store, settings, postman, clock=clock).sent == 0
    clock.now = done.next
    assert sent(store, settings, postman, clock=clock).sent == 1


def test_an_address_that_is_none_gets_no_more(store, settings):
    filled(store, 2)
    filled(store, 1, slug="sea", queued=False)
    with store.writing() as connection:
        subscribers.set_states(connection, 1, ["sea"], "confirmed", NOW)
        assert outbox.queue_issue(connection, 2, "sea", NOW) == 2
    postman = Postman(GONE, FINE)
    done = sent(store, settings, postman)
    assert (done.sent, done.failed, states(store)) == (2, 1, {"sent": 2, "failed": 1, "dropped": 1})
    with store.reading() as connection:
        assert subscribers.subscriptions_of(connection, 1) == {"koreas": "bounced", "sea": "bounced"}
        assert {one.event.action for one in consents(connection)} == {"bounced"}


def test_many_that_are_not_taken_end_a_run(store, settings):
    filled(store, 100)
    postman = Postman(FINE, REFUSED)
    done = sent(store, settings, postman)
    assert (done.sent, done.failed, done.waiting) == (1, IN_A_ROW, 99 - IN_A_ROW)
    assert done.kind == "trouble"
    assert "554 5.7.1 spam" in done.trouble
    with store.reading() as connection:
        assert subscribers.counts(connection, "koreas") == {"confirmed": 100}


def test_some_that_are_not_taken_do_not(store, settings):
    filled(store, 100)
    answers = [FINE if number % 10 == 9 else LATER for number in range(100)]
    done = sent(store, settings, Postman(*answers))
    assert (done.sent, done.later, done.trouble) == (10, 90, "")


def test_who_sends_is_refused(store, settings):
    filled(store, 3)
    refusal = SenderError("takes no mail from us", kind="refused", where="mail.example:25")
    done = sent(store, settings, Postman(FINE, refusal))
    assert (done.sent, done.waiting, done.kind, done.trouble) == (
        1,
        2,
        "refused",
        "mail.example:25: takes no mail from us",
    )
    assert states(store) == {"sent": 1, "queued": 2}
    assert sent(store, settings).sent == 2


@pytest.mark.parametrize("kind_of_error", ["connect", "dns", "greeting", "timeout"])
def test_a_server_that_is_away_is_tried_again(store, settings, kind_of_error):
    filled(store, 2)
    trouble, clock = SenderError("away", kind=kind_of_error), Clock()
    done = sent(store, settings, Postman(ready=[None, trouble, trouble]), clock=clock)
    assert (done.sent, clock.slept) == (2, list(RETRIES[:2]))
    filled(store, 1, slug="sea")
    done = sent(store, settings, Postman(ready=[trouble] * 99), clock=clock)
    assert (done.sent, done.waiting, done.kind, done.trouble) == (0, 1, kind_of_error, "away")
    assert rows(store, "SELECT attempts FROM outbox WHERE state = 'queued'") == [(0,)]


@pytest.mark.parametrize("kind_of_error", ["login", "tls", "folder", "refused"])
def test_what_does_not_pass_ends_a_run_at_once(store, settings, kind_of_error):
    filled(store, 2)
    clock = Clock()
    done = sent(store, settings, Postman(ready=[SenderError("wrong", kind=kind_of_error)]), clock=clock)
    assert (done.sent, done.waiting, done.kind, clock.slept) == (0, 2, kind_of_error, [])


# Whose turn it is not any more


def test_who_left_meanwhile_gets_none(store, settings):
    """Also where that was while the mail before was sent, when the next one had been read already."""
    filled(store, 4)

    def leave(envelope):
        with store.writing() as connection:
            subscribers.set_states(connection, 2, ["koreas"], "unsubscribed", NOW)
        change(store, "UPDATE subscriber SET address = NULL, same = NULL WHERE key = 3")
        return FINE

    postman = Postman(leave, FINE)
    done = sent(store, settings, postman)
    assert (done.sent, done.dropped, states(store)) == (2, 2, {"sent": 2, "dropped": 2})
    assert postman.got == ["koreas-1@kontor.example", "koreas-4@kontor.example"]


WORDS = "koreas-1@kontor.example is what the server says"


@pytest.mark.parametrize("kind_of_reply", ["accepted", "refused", "unknown", "later"])
def test_what_a_server_says_of_somebody_who_was_erased_meanwhile_is_not_kept(store, settings, kind_of_reply):
    """It often holds the address, and nobody would take it out any more."""
    filled(store, 2)

    def erased(_):
        with store.writing() as connection:
            subscribers.erase(connection, 1, NOW)
        return Reply(kind=kind_of_reply, text=WORDS)

    sent(store, settings, Postman(erased, Reply(kind="accepted", text="250 fine")))
    assert rows(store, "SELECT reply FROM outbox WHERE reply LIKE '%kontor%'") == []
    assert rows(store, "SELECT reply FROM outbox WHERE subscriber = 2") == [("250 fine",)]


def test_what_cannot_be_written_fails_alone(store, settings):
    filled(store, 4)
    good = writer(store)

    def write(mail):
        if mail.subscriber == 2:
            raise InputError("no address that mail can go to", kind="address")
        return None if mail.subscriber == 3 else good(mail)

    done = sent(store, settings, write=write)
    assert (done.sent, done.failed, done.dropped) == (2, 1, 1)
    assert rows(store, "SELECT subscriber, state, reply FROM outbox WHERE subscriber IN (2, 3) ORDER BY 1") == [
        (2, "failed", "no address that mail can go to"),
        (3, "dropped", outbox.UNWANTED),
    ]


# Limits


def most_within(times, seconds):
    counted = collections.Counter(times)
    return max(sum(counted[now + second] for second in range(seconds)) for now in counted)


def test_so_many_in_a_second(store, settings):
    filled(store, 50)
    postman, clock = Postman(), Clock()
    assert sent(store, changed(settings, per_second=4), postman, clock=clock).sent == 50
    assert most_within(postman.times, 1) <= 4
    assert clock.now - NOW < 10 + 50 / 4 + 2


def test_so_many_in_an_hour_whoever_sends(store, where, settings):
    """A run ends where it would wait for long, and what was sent counts for those after it."""
    filled(store, 25)
    postman, clock, limits = Postman(), Clock(), changed(settings, per_hour=10)
    done = sent(store, limits, postman, clock=clock)
    assert (done.sent, done.waiting, done.trouble) == (10, 15, "")
    assert PATIENCE < done.wait <= 3700
    with open_store(where) as other:
        assert sent(other, limits, postman, clock=clock).sent == 0
        clock.now += done.wait
        assert sent(other, limits, postman, clock=clock).sent == 10
    assert most_within(postman.times, 3600) <= 10


def test_a_run_waits_as_long_as_it_is_told(store, settings):
    filled(store, 25)
    postman, clock = Postman(), Clock()
    done = sent(store, changed(settings, per_hour=10), postman, clock=clock, patience=4_000)
    assert (done.sent, done.wait) == (25, 0)
    assert most_within(postman.times, 3600) <= 10
    assert max(clock.slept) <= HELD / 2


def test_what_is_not_wanted_counts_for_no_limit(store, settings):
    filled(store, 25)
    change(store, "UPDATE subscription SET state = 'unsubscribed' WHERE subscriber <= 20")
    clock = Clock()
    done = sent(store, changed(settings, per_hour=5), clock=clock)
    assert (done.sent, done.dropped, clock.slept) == (5, 20, [])


# One at a time


def test_while_one_sends_another_does_not(store, settings):
    filled(store, 2)

    def meanwhile(envelope):
        with pytest.raises(
            SenderError, match=r"process \d+ .* is sending; if it is gone, run again in \d+ seconds"
        ) as raised:
            sent(store, settings)
        assert raised.value.kind == "busy"
        return FINE

    assert sent(store, settings, Postman(meanwhile)).sent == 2


def test_many_at_once_send_each_mail_once(where, settings):
    with open_store(where) as store:
        filled(store, 40)
        write = writer(store)
    postman, busy = Postman(), []

    def work():
        with open_store(where) as mine:
            try:
                run(mine, settings, postman, write, clock=Clock(), sleep=lambda _: None)
            except SenderError as error:
                busy.append(error.kind)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(postman.got) == sorted(f"koreas-{number}@kontor.example" for number in range(1, 41))
    assert set(busy) <= {"busy"}


def test_one_that_stood_still_for_long_ends_and_nothing_goes_out_twice(store, settings):
    """Its mail is unknown to the other one meanwhile; it comes back and knows that it was sent."""
    filled(store, 4)
    clock, postman, other = Clock(), Postman(), Postman()

    def stand_still(envelope):
        clock.now += HELD + 1
        done = sent(store, settings, other, clock=clock)
        assert (done.sent, done.orphans, states(store)) == (3, 1, {"sent": 3, "unknown": 1})
        return FINE

    postman.replies = [stand_still, FINE]
    done = sent(store, settings, postman, clock=clock)
    assert (done.sent, done.unknown, states(store)) == (1, 0, {"sent": 4})
    assert len(set(postman.got + other.got)) == len(postman.got + other.got) == 4


def test_one_that_finds_another_sending_ends(store, settings):
    filled(store, 4)
    clock = Clock()

    def stand_still(envelope):
        clock.now += HELD + 1
        with store.writing() as connection:
            assert leases.hold(connection, LEASE, "another", HELD, clock())
        return FINE

    done = sent(store, settings, Postman(stand_still), clock=clock)
    assert (done.sent, done.kind, states(store)) == (1, "busy", {"sent": 1, "queued": 3})
    with store.reading() as connection:
        assert leases.lease_of(connection, LEASE).holder == "another"


# What fails in between


class KilledError(BaseException):
    """Something that ends a program wherever it is."""


@pytest.mark.parametrize("end", [KeyboardInterrupt(), KilledError()])
def test_what_ends_a_program_leaves_the_mail_unknown(store, settings, end):
    filled(store, 3)
    with pytest.raises(type(end)):
        sent(store, settings, Postman(FINE, end))
    assert states(store) == {"sent": 1, "unknown": 1, "queued": 1}
    assert sent(store, settings).sent == 1


TRIGGER = "CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN new.state = '{}' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


@pytest.fixture
def file_store(tmp_path):
    with open_store(tmp_path / "store.db") as found:
        filled(found, 3)
        yield found


def test_a_full_disk_before_a_mail_is_given(file_store, settings):
    change(file_store, TRIGGER.format("sending"))
    postman = Postman()
    with pytest.raises(StoreError):
        sent(file_store, settings, postman)
    assert (postman.got, states(file_store)) == ([], {"queued": 3})
    change(file_store, "DROP TRIGGER full")
    assert sent(file_store, settings, postman).sent == 3


def test_a_full_disk_after_a_mail_was_taken(file_store, settings):
    change(file_store, TRIGGER.format("sent"))
    postman = Postman()
    with pytest.raises(StoreError):
        sent(file_store, settings, postman)
    assert (len(postman.got), states(file_store)) == (1, {"sending": 1, "queued": 2})
    change(file_store, "DROP TRIGGER full")
    done = sent(file_store, settings, postman)
    assert (done.sent, done.orphans, len(set(postman.got)), len(postman.got)) == (2, 1, 3, 3)


def test_a_store_that_can_only_be_read(file_store, settings, tmp_path):
    with open_store(tmp_path / "store.db", writing=False) as read_only, pytest.raises(StoreError) as raised:
        sent(read_only, settings, write=lambda mail: None)
    assert raised.value.kind == "readonly"


def test_a_database_that_goes_away_while_a_mail_is_sent(server, settings):
    name = server.database("ready")
    postman = Postman()
    with open_store(server.url(name)) as store:
        filled(store, 3)
        write = writer(store)

        def stop(envelope):
            server.stop()
            return FINE

        postman.replies = [stop, FINE]
        with pytest.raises(StoreError) as raised:
            sent(store, settings, postman, write=write)
        assert raised.value.kind == "gone"
        server.start()
        clock = Clock(NOW + 10 + HELD)
        done = sent(store, settings, postman, clock=clock, write=write)
        assert (done.sent, done.orphans, states(store)) == (2, 1, {"sent": 2, "unknown": 1})
    assert len(set(postman.got)) == len(postman.got) == 3


@pytest.mark.parametrize("jump", [-86_400, -3_600, -61, 61, 3_600, 86_400])
def test_a_clock_that_jumps(store, settings, jump):
    """What is left goes out at the latest when the limits of the new time let it, and nothing twice."""
    filled(store, 30)
    clock, postman = Clock(), Postman()

    def turn(envelope):
        clock.now += jump
        return FINE

    postman.replies = [FINE, FINE, turn, FINE]
    limits = changed(settings, per_second=10, per_hour=20)
    total = 0
    for _ in range(6):
        done = sent(store, limits, postman, clock=clock)
        total += done.sent
        assert done.trouble == ""
        clock.now += max(done.wait, 1)
    assert (total, len(set(postman.got)), states(store)) == (30, 30, {"sent": 30})
