"""The outbox: who is queued, in which order mails come, and which changes of state there are."""

import pytest

from dragoman.store import outbox, subscribers
from dragoman.store.keys import who
from dragoman.store.outbox import GAPS, Mail
from tests.brief.posting import NOW, change, filled, rows, states


def due(store, now=NOW, most=100):
    with store.reading() as connection:
        return outbox.due_mails(connection, now, most)


def done(store, step, *arguments, **named):
    with store.writing() as connection:
        return step(connection, *arguments, **named)


def claimed(store, mail, now=NOW):
    assert done(store, outbox.claim, mail, now)
    return mail


def test_an_issue_is_queued_once_for_each(store):
    issue = filled(store, 3)
    assert done(store, outbox.queue_issue, issue, "koreas", NOW) == 0
    assert [(mail.kind, mail.subscriber, mail.issue, mail.attempts) for mail in due(store)] == [
        ("issue", number, issue, 0) for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("state", ["pending", "unsubscribed", "bounced", "complained"])
def test_who_is_not_confirmed_is_not_queued(store, state):
    issue = filled(store, 3, queued=False)
    done(store, subscribers.set_states, 2, ["koreas"], state, NOW)
    assert done(store, outbox.queue_issue, issue, "koreas", NOW) == 2
    assert [mail.subscriber for mail in due(store)] == [1, 3]


def test_an_issue_goes_to_its_own_list(store):
    one, other = filled(store, 2, queued=False), filled(store, 2, slug="sea", queued=False)
    assert done(store, outbox.queue_issue, other, "sea", NOW) == 2
    assert [mail.address for mail in due(store)] == ["sea-1@kontor.example", "sea-2@kontor.example"]
    assert one != other


def test_confirmations_come_first(store):
    filled(store, 2)
    change(store, "INSERT INTO sign_up (subscriber, lists, asked, expires) VALUES (1, 'sea', :now, :now + 9)", now=NOW)
    for kind in ("confirm", "known"):
        values = {"kind": kind, "now": NOW + 5}
        query = "INSERT INTO outbox (kind, subscriber, sign_up, state, due, attempts, changed, reply)"
        change(store, f"{query} VALUES (:kind, 2, 1, 'queued', :now, 0, :now, '')", **values)
    assert [mail.kind for mail in due(store)] == ["issue", "issue"]
    assert [mail.kind for mail in due(store, NOW + 5)] == ["confirm", "known", "issue", "issue"]
    assert [mail.kind for mail in due(store, NOW + 5, most=1)] == ["confirm"]


def test_a_mail_is_claimed_once(store):
    filled(store, 1)
    (mail,) = due(store)
    assert [done(store, outbox.claim, mail, NOW) for _ in range(3)] == [True, False, False]
    assert rows(store, "SELECT state, attempts FROM outbox") == [("sending", 1)]


# What became of a mail that was claimed, and how it stands then: state, and seconds until it is due.
OUTCOMES = {
    "sent": (lambda c, mail: outbox.mark_sent(c, mail, NOW + 1, "250 fine"), "sent", 0),
    "failed": (lambda c, mail: outbox.mark(c, mail, "failed", NOW + 1, "550 no"), "failed", 1),
    "unknown": (lambda c, mail: outbox.mark(c, mail, "unknown", NOW + 1, "dropped"), "unknown", 1),
    "later": (lambda c, mail: outbox.put_off(c, mail, NOW + 1, "451 busy"), "queued", 1 + GAPS[0]),
    "put back": (lambda c, mail: outbox.put_back(c, mail, NOW + 1, "553 not you"), "queued", 1),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_what_became_of_a_mail(store, name):
    step, state, wait = OUTCOMES[name]
    filled(store, 1)
    (mail,) = due(store)
    done(store, step, claimed(store, mail))
    ((found, when, changed, reply),) = rows(store, "SELECT state, due, changed, reply FROM outbox")
    assert (found, when - NOW, changed) == (state, wait, NOW + 1)
    assert reply


def test_mails_are_put_off_for_longer_and_longer_and_then_fail(store):
    filled(store, 1)
    now, waits = NOW, []
    while mails := due(store, now):
        (mail,) = mails
        done(store, outbox.put_off, claimed(store, mail, now), now, "451 busy")
        ((state, when),) = rows(store, "SELECT state, due FROM outbox")
        waits.append(when - now)
        if state == "queued":
            assert due(store, when - 1) == []
        now = when
    assert (waits, state) == ([*GAPS, 0], "failed")
    assert waits[:-1] == sorted(waits[:-1])


def test_whoever_was_thought_dead_may_say_that_it_was_sent(store):
    """A run that stood still for long finds its mail unknown, or queued once more on a person's word."""
    filled(store, 2)
    one, other = due(store)
    for mail in (one, other):
        claimed(store, mail)
    assert done(store, outbox.mark_orphans, NOW) == 2
    done(store, outbox.mark_sent, one, NOW, "250 fine")
    assert done(store, outbox.resend, NOW) == 1
    done(store, outbox.mark_sent, other, NOW, "250 fine")
    assert states(store) == {"sent": 2}


def test_whoever_was_thought_dead_says_nothing_else_of_a_later_attempt(store):
    filled(store, 1)
    (mail,) = due(store)
    claimed(store, mail)
    done(store, outbox.mark_orphans, NOW)
    done(store, outbox.resend, NOW)
    (again,) = due(store)
    claimed(store, again)
    done(store, outbox.put_off, mail, NOW, "451 busy")
    assert states(store) == {"sending": 1}
    done(store, outbox.mark_sent, again, NOW, "250 fine")
    done(store, outbox.mark, again, "failed", NOW, "550 no")
    assert states(store) == {"sent": 1}


def test_only_what_is_unknown_is_sent_again_and_only_on_a_persons_word(store):
    issue = filled(store, 6)
    names = ("sent", "failed", "unknown", "later", "put back")
    for mail, name in zip(due(store), names, strict=False):
        done(store, OUTCOMES[name][0], claimed(store, mail))
    assert states(store) == {"sent": 1, "failed": 1, "unknown": 1, "queued": 3}
    assert done(store, outbox.resend, NOW, issue=issue + 1) == 0
    assert done(store, outbox.resend, NOW, issue=issue) == 1
    assert states(store) == {"sent": 1, "failed": 1, "queued": 4}
    assert done(store, outbox.resend, NOW, state="failed") == 1
    assert states(store) == {"sent": 1, "queued": 5}


def test_what_is_unknown_can_be_taken_as_sent(store):
    filled(store, 2)
    for mail in due(store):
        claimed(store, mail)
    done(store, outbox.mark_orphans, NOW)
    assert done(store, outbox.believe_sent, NOW) == 2
    assert states(store) == {"sent": 2}


def wanted(store, mail, now=NOW):
    with store.writing() as connection:
        return outbox.is_wanted(connection, mail, now)


# What happened since a mail was queued, after which it is not wanted any more.
CHANGES = {
    "left": "UPDATE subscription SET state = 'unsubscribed' WHERE subscriber = 1",
    "bounced": "UPDATE subscription SET state = 'bounced' WHERE subscriber = 1",
    "another address": "UPDATE subscriber SET address = 'b@kontor.example' WHERE key = 1",
    "erased": "UPDATE subscriber SET address = NULL, same = NULL WHERE key = 1",
    "taken back": "UPDATE outbox SET state = 'dropped' WHERE subscriber = 1",
    "sent by another": "UPDATE outbox SET state = 'sent' WHERE subscriber = 1",
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_not_wanted_any_more(store, name):
    filled(store, 2)
    one, other = due(store)
    assert wanted(store, one)
    assert change(store, CHANGES[name]) == 1
    assert not wanted(store, one)
    assert wanted(store, other)


def test_who_gets_no_mail_gets_none(store):
    filled(store, 1)
    (mail,) = due(store)
    with store.writing() as connection:
        subscribers.suppress(connection, who(connection, mail.same), "operator", NOW)
    assert not wanted(store, mail)


@pytest.mark.parametrize(
    ("made", "is_so"),
    [("NULL, :now + 1", True), ("NULL, :now", False), (":now, :now + 99", False)],
    ids=["waiting", "expired", "confirmed"],
)
def test_a_confirmation_is_wanted_until_it_was_given(store, made, is_so):
    filled(store, 1, queued=False)
    query = "INSERT INTO sign_up (subscriber, lists, asked, confirmed, expires) VALUES"
    change(store, f"{query} (1, 'sea', :now, {made})", now=NOW)
    query = "INSERT INTO outbox (kind, subscriber, sign_up, state, due, attempts, changed, reply)"
    change(store, f"{query} VALUES ('confirm', 1, 1, 'queued', :now, 0, :now, '')", now=NOW)
    (mail,) = due(store)
    assert wanted(store, mail) == is_so


def test_dropping_takes_only_what_is_queued(store):
    filled(store, 2)
    one, other = due(store)
    claimed(store, other)
    for mail in (one, other):
        done(store, outbox.drop, mail, NOW)
    assert states(store) == {"dropped": 1, "sending": 1}


def test_a_mail_that_was_queued_before_the_clock_was_put_back_is_due(store):
    filled(store, 1)
    assert due(store, NOW - 60) == []
    assert len(due(store, NOW - max(GAPS) - 1)) == 1
    assert len(due(store, NOW - 365 * 86_400)) == 1


def test_how_the_outbox_stands(store):
    issue = filled(store, 3)
    other = filled(store, 1, slug="sea")
    (mail, *_) = due(store)
    done(store, outbox.mark, claimed(store, mail), "unknown", NOW + 1, "dropped")
    with store.reading() as connection:
        assert outbox.counts(connection, issue) == {"unknown": 1, "queued": 2}
        assert outbox.counts(connection, other) == {"queued": 1}
        assert outbox.next_due(connection) == NOW
        (held,) = outbox.mails(connection, "unknown")
        assert (held.address, held.reply, held.attempts, held.changed) == (mail.address, "dropped", 1, NOW + 1)
        assert len(outbox.mails(connection, "queued", issue=issue)) == 2
        assert len(outbox.mails(connection, "queued", after=held.key, most=2)) == 2
        assert outbox.mails(connection, "unknown", after=held.key) == []


def test_an_empty_outbox(store):
    with store.reading() as connection:
        assert (outbox.counts(connection), outbox.next_due(connection), outbox.due_mails(connection, NOW)) == (
            {},
            None,
            [],
        )


def test_what_was_committed_can_be_put_on_the_disk(store):
    filled(store, 1)
    outbox.harden(store)
    assert states(store) == {"queued": 1}


def test_a_mail_of_somebody_erased_is_read(store):
    filled(store, 1)
    change(store, CHANGES["erased"])
    (mail,) = due(store)
    assert isinstance(mail, Mail)
    assert (mail.address, mail.same) == (None, None)
    assert not wanted(store, mail)
