"""The post of a server: what was queued goes out soon, trouble is told once and nothing is lost, and it ends at once."""

import shutil
import threading
import time
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest

from dragoman.brief.settings import Folder, Mailchimp, Settings, Smtp
from dragoman.errors import SenderError
from dragoman.store import issues, leases, open_store, outbox
from dragoman.web import posting
from dragoman.web.posting import Post
from tests.brief.test_writing import HELD
from tests.brief.visitors import NOW, add_lists, ask, put_on, states

DAY = 86_400
COUNTS = ("sent", "later", "failed", "dropped", "unknown", "orphans", "waiting")


@pytest.fixture
def settings(tmp_path):
    return Settings(name="The Record", sender=Folder(folder=str(tmp_path / "mail")))


@pytest.fixture
def store(empty_file, tmp_path):
    with open_store(shutil.copyfile(empty_file, tmp_path / "store.db")) as found:
        add_lists(found)
        yield found


def post_of(store, settings, now=NOW):
    said, clock = [], [now]
    made = Post(store, settings, clock=lambda: clock[0], say=said.append)
    return made, said, clock


def sent(settings):
    """The recipients of all mails in the folder."""
    found = sorted(Path(settings.sender.folder).glob("*.eml"))
    return [message_from_bytes(one.read_bytes(), policy=policy.default)["X-Original-To"] for one in found]


def test_a_confirmation_goes_out_soon_after_it_was_queued(store, settings):
    post = Post(store, settings)
    post.start()
    try:
        ask(store, now=int(time.time()))
        post.wake()
        until = time.monotonic() + 30
        while not sent(settings) and time.monotonic() < until:
            time.sleep(0.02)
        assert sent(settings) == ["anna@example.org"]
    finally:
        post.close()


def test_what_an_earlier_server_left_goes_out_when_the_next_one_starts(store, settings):
    ask(store)
    post, _, _ = post_of(store, settings)
    assert post.round() == posting.QUIET
    assert sent(settings) == ["anna@example.org"]


def test_the_next_look_is_when_the_next_mail_is_due(store, settings):
    ask(store)
    with store.writing() as connection:
        (mail,) = outbox.due_mails(connection, NOW)
        outbox.claim(connection, mail, NOW)
        outbox.put_off(connection, mail, NOW - 260, "come again")
    assert post_of(store, settings)[0].round() == 40


def test_while_the_limits_let_nothing_go_nobody_knocks_at_the_server_again(store, settings):
    """What is due already is no reason to look every second."""
    for number in range(3):
        put_on(store, f"a{number}@example.org")
    with store.writing() as connection:
        issue = issues.add_issue(connection, "korea", HELD, NOW)
        outbox.queue_issue(connection, issue.key, "korea", NOW)
    post, said, _ = post_of(store, msgspec.structs.replace(settings, per_hour=1))
    assert post.round() == posting.QUIET
    assert (said, len(sent(settings))) == ([], 1)


def test_a_fault_of_ours_is_told_and_does_not_end_the_post(store, settings, monkeypatch):
    post, said, _ = post_of(store, settings)
    whole, calls = posting.outgoing.send_waiting, []

    def faulty(*given, **named):
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("a fault")
        return whole(*given, **named)

    monkeypatch.setattr(posting.outgoing, "send_waiting", faulty)
    monkeypatch.setattr(posting, "TROUBLED", 0.01)
    ask(store)
    post.start()
    try:
        until = time.monotonic() + 30
        while len(said) < 2 and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        post.close()
    assert said == ["briefings cannot be sent: ZeroDivisionError: a fault", "briefings are being sent again"]
    assert sent(settings) == ["anna@example.org"]


def test_trouble_is_told_once_waits_longer_each_time_and_loses_nothing(store, settings, tmp_path):
    ask(store)
    wrong = Settings(sender=Folder(folder=str(tmp_path / "file" / "mail")))
    (tmp_path / "file").write_text("no folder")
    post, said, _ = post_of(store, wrong)
    assert [post.round() for _ in range(9)] == [30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800]
    assert len(said) == 1
    assert "cannot be sent" in said[0]
    assert post.trouble
    with store.reading() as connection:
        assert outbox.counts(connection) == {"queued": 1}
    post.settings = settings
    assert post.round() == posting.QUIET
    assert said[1:] == ["briefings are being sent again"]
    assert (post.trouble, sent(settings)) == ("", ["anna@example.org"])


def test_a_secret_that_cannot_be_read_is_told(store, tmp_path):
    smtp = Smtp(host="127.0.0.1", user="u", password_file=str(tmp_path / "none"))
    post, said, _ = post_of(store, Settings(address="a@record.example", sender=smtp))
    post.round()
    assert "password_file" in said[0]


def test_where_mailchimp_sends_confirmations_need_a_sender_of_their_own(store, monkeypatch):
    """Into a folder they would go to nobody, and in silence."""
    monkeypatch.setenv("KEY", "0123456789abcdef-us21")
    own = Mailchimp(audience="a1", category="c1", key_env="KEY")
    post, said, _ = post_of(store, Settings(address="a@record.example", postal="1 Quay", sender=own))
    post.round()
    assert "confirmations: expected kind = 'smtp'" in said[0]


def test_another_process_that_sends_is_no_trouble(store, settings):
    ask(store)
    with store.writing() as connection:
        leases.hold(connection, "sending", "another", 60, NOW)
    post, said, _ = post_of(store, settings)
    assert post.round() == posting.TROUBLED
    assert (said, post.trouble) == ([], "")


def test_once_a_day_addresses_are_forgotten_that_nobody_confirmed(store, settings):
    ask(store)
    post, _, clock = post_of(store, settings)
    for days in (1, 29, 33):
        clock[0] = NOW + days * DAY
        post.round()
        assert bool(states(store)) == (days < 33)


def test_to_erase_brings_the_next_sweep_forward(store, settings):
    post, _, _ = post_of(store, settings)
    post.round()
    assert post._swept == NOW
    post.wake(sweep=True)
    assert post._swept == 0


def test_who_is_erased_during_a_sweep_brings_the_next_one_forward(store, settings, monkeypatch):
    post, _, _ = post_of(store, settings)
    monkeypatch.setattr(posting, "forget_unconfirmed", lambda *_: post.wake(sweep=True))
    post.round()
    assert post._swept == 0


@pytest.mark.parametrize("failing", ["look", "sweep"])
def test_what_the_platform_could_not_be_asked_the_next_sweep_finds_out(store, settings, monkeypatch, failing):
    monkeypatch.setenv("KEY", "0123456789abcdef-us21")
    own = Mailchimp(audience="a1", category="c1", key_env="KEY")
    post, said, clock = post_of(store, Settings(address="a@record.example", postal="1 Quay", sender=own))
    done = []
    monkeypatch.setattr(post, "_send", lambda: posting.Sent(**dict.fromkeys(COUNTS, 0), next=None))
    monkeypatch.setattr(posting.sweeping, "look", lambda *_: done.append("look"))
    monkeypatch.setattr(posting.sweeping, "sweep", lambda *_: done.append("sweep"))
    post.round()
    with monkeypatch.context() as patch:
        patch.setattr(posting.sweeping, failing, _failing)
        post.wake("anna@example.org", sweep=failing == "sweep")
        assert post.round() == posting.TROUBLED
        assert "no answer" in said[0]
    clock[0] += 60
    done.clear()
    post.round()
    assert done == ["sweep"]


def test_it_ends_after_the_mail_in_hand_and_leaves_the_rest(store, settings, monkeypatch):
    for number in range(5):
        put_on(store, f"a{number}@example.org")
    with store.writing() as connection:
        issue = issues.add_issue(connection, "korea", HELD, NOW)
        outbox.queue_issue(connection, issue.key, "korea", NOW)
    given, go_on = threading.Event(), threading.Event()

    class Slow:
        def __init__(self, _):
            self.close = self.ready = lambda: None

        def send(self, envelope):
            given.set()
            assert go_on.wait(30)
            return posting.outgoing.sending.Reply(kind="accepted", text="taken")

    monkeypatch.setattr(posting.outgoing, "FolderSender", Slow)
    post = Post(store, settings, clock=lambda: NOW)
    post.start()
    assert given.wait(30)
    threading.Timer(0.2, go_on.set).start()
    post.close()
    assert not post._thread.is_alive()
    with store.reading() as connection:
        counts = outbox.counts(connection)
        held = leases.lease_of(connection, "sending")
    assert counts["sent"] == 1
    assert counts["queued"] == 4
    assert "unknown" not in counts
    assert held is None or held.expires <= NOW


def test_a_platform_that_is_silent_is_told_and_tried_again(store, monkeypatch, settings):
    post, said, _ = post_of(store, settings)
    monkeypatch.setattr(posting.outgoing, "send_waiting", _failing)
    assert post.round() == posting.TROUBLED
    assert said == ["briefings cannot be sent: mail.example: no answer"]


def _failing(*_, **__):
    raise SenderError("no answer", kind="timeout", where="mail.example")
