"""The sender over SMTP against servers that misbehave: what became of each mail, and what is said where none can go."""

import contextlib
import time

import pytest

from dragoman.brief.senders import Envelope
from dragoman.brief.senders.smtp import SmtpSender
from dragoman.brief.settings import Smtp
from dragoman.errors import SenderError
from tests.brief.scripted import DROP, STALL, Scripted, certificate
from tests.store.servers import free_port

MESSAGE = b"Subject: x\r\n\r\nwords\r\n.\r\n..two\r\nend\r\n"
ENVELOPE = Envelope(sender="news@record.example", recipient="reader@kontor.example", message=MESSAGE, key="issue-1")
BUSY = "451 4.3.0 busy"
# Seconds that these tests wait for a server that stands still.
SOON = 0.5


@contextlib.contextmanager
def running(script=None, *, context=None, secure=False):
    server = Scripted(script, context=context, secure=secure)
    try:
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def sending(server, *, security="none", user="", context=None, host="127.0.0.1", timeout=SOON, port=None):
    settings = Smtp(host=host, port=port or server.port, security=security, user=user, timeout=timeout)
    sender = SmtpSender(settings, "secret", context=context)
    try:
        yield sender
    finally:
        sender.close()


def test_a_mail_arrives_as_it_is():
    with running() as server, sending(server) as sender:
        sender.ready()
        assert sender.send(ENVELOPE).kind == "accepted"
        (mail,) = server.mails
    assert mail["message"] == MESSAGE
    assert (mail["MAIL"], mail["RCPT"]) == ("MAIL FROM:<news@record.example>", "RCPT TO:<reader@kontor.example>")


def test_one_line_takes_many_mails():
    with running() as server, sending(server) as sender:
        assert {sender.send(ENVELOPE).kind for _ in range(50)} == {"accepted"}
        assert (len(server.mails), server.lines) == (50, 1)


@pytest.mark.parametrize(
    "message", [b"Subject: x\n\nno end", b"Subject: x\r\n\r\nend\r\n\r\n", b".\r\n.\r\n", b"a\rb\r\n"]
)
def test_messages_end_where_they_end(message):
    with running() as server, sending(server) as sender:
        assert sender.send(envelope(message)).kind == "accepted"
        assert sender.send(ENVELOPE).kind == "accepted"
        one, other = (mail["message"] for mail in server.mails)
    assert one.replace(b"\r\n", b"\n").rstrip() == message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
    assert other == MESSAGE


def envelope(message=MESSAGE, recipient="reader@kontor.example"):
    return Envelope(sender="news@record.example", recipient=recipient, message=message, key="issue-1")


# What a server does, what became of the mail, and what of it is told.
MAILS = {
    "taken": ({}, "accepted", "250 taken"),
    "sender put off": ({"MAIL": BUSY}, "later", "451 4.3.0 busy"),
    "recipient put off": ({"RCPT": "450 4.2.0 greylisted"}, "later", "greylisted"),
    "no such mailbox": ({"RCPT": "550 5.1.1 User unknown"}, "refused", "550 5.1.1 User unknown"),
    "refused without a status": ({"RCPT": "550 no"}, "refused", "550 no"),
    "relaying denied": ({"RCPT": "554 5.7.1 Relay access denied"}, "refused", "Relay access denied"),
    "text put off": ({"DATA": BUSY}, "later", "451 4.3.0 busy"),
    "text refused": ({"DATA": "554 5.6.0 no"}, "refused", "554 5.6.0 no"),
    "put off at the end": ({".": "452 4.3.1 disk full"}, "later", "452 4.3.1 disk full"),
    "refused at the end": ({".": "552 5.3.4 too large"}, "refused", "552 5.3.4 too large"),
    "an odd answer at the end": ({".": "354 what"}, "unknown", "354 what"),
    "no answer of a server": ({".": "taken, I think"}, "unknown", "the answer was none"),
    "dropped at the sender": ({"MAIL": DROP}, "later", "before all of the mail was given"),
    "dropped at the recipient": ({"RCPT": DROP}, "later", "before all of the mail was given"),
    "dropped before the text": ({"DATA": DROP}, "later", "before all of the mail was given"),
    "dropped after the end": ({".": DROP}, "unknown", "then no answer came"),
    "stalled at the sender": ({"MAIL": STALL}, "later", "no answer before"),
    "stalled before the text": ({"DATA": STALL}, "later", "no answer before"),
    "stalled after the end": ({".": STALL}, "unknown", "then no answer came"),
    "closing": ({"RCPT": "421 4.3.2 going down"}, "later", "421 4.3.2 going down"),
}


@pytest.mark.parametrize("name", MAILS)
def test_what_became_of_a_mail(name):
    script, kind, told = MAILS[name]
    with running(script) as server, sending(server) as sender:
        reply = sender.send(ENVELOPE)
        assert (reply.kind, told in reply.text) == (kind, True), reply
        assert len(server.mails) == (kind == "accepted")
    assert reply.about == ("address" if name == "no such mailbox" else "mail")


@pytest.mark.parametrize("name", [name for name, (script, *_) in MAILS.items() if script])
def test_the_next_mail_goes_out(name):
    script, *_ = MAILS[name]
    once = {word: (1, answer) for word, answer in script.items()}
    with running(once) as server, sending(server) as sender:
        sender.send(ENVELOPE)
        assert sender.send(ENVELOPE).kind == "accepted"
        assert server.mails[-1]["message"] == MESSAGE


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [DROP, "421 4.7.0 enough mails for one line"])
def test_a_line_that_was_closed_meanwhile_is_made_anew(word, answer):
    """Before all of the mail was given, so it goes out once, over the new line."""
    with running({word: (2, answer)}) as server, sending(server) as sender:
        assert [sender.send(ENVELOPE).kind for _ in range(2)] == ["accepted", "accepted"]
        assert (len(server.mails), server.lines) == (2, 2)


def test_a_line_that_drops_within_a_large_mail_took_nothing():
    """The dot that ends it never left; the server may have read half of it."""
    large = b"Subject: x\r\n\r\n" + b"word after word after word\r\n" * 300_000
    with running({"drop after lines": 2_000}) as server, sending(server, timeout=20) as sender:
        reply = sender.send(envelope(large))
        assert (reply.kind, server.mails) == ("later", [])


def test_a_server_that_does_not_read_on():
    large = b"Subject: x\r\n\r\n" + b"word after word after word\r\n" * 300_000
    with running({"stall after lines": 3}) as server, sending(server) as sender:
        start = time.monotonic()
        reply = sender.send(envelope(large))
        assert (reply.kind, server.mails) == ("later", [])
        assert time.monotonic() - start < 15


def test_dropped_after_the_end_is_not_sent_over_a_new_line():
    with running({".": (2, DROP)}) as server, sending(server) as sender:
        assert [sender.send(ENVELOPE).kind for _ in range(2)] == ["accepted", "unknown"]
        assert (len(server.mails), server.lines) == (1, 1)


def test_who_sends_is_refused():
    with running({"MAIL": "553 5.7.1 not you"}) as server, sending(server) as sender:
        with pytest.raises(
            SenderError, match=r"takes no mail from news@record\.example: 553 5\.7\.1 not you"
        ) as raised:
            sender.send(ENVELOPE)
        assert raised.value.kind == "refused"


# What keeps us from a server, the kind of the error, and what is told.
LINES = {
    "another greeting": ({"greeting": "554 5.7.1 go away"}, "greeting", "554 5.7.1 go away"),
    "busy": ({"greeting": "421 4.3.2 too busy"}, "greeting", "421 4.3.2 too busy"),
    "no greeting": ({"greeting": STALL}, "timeout", "no answer within 0.5 seconds"),
    "dropped at once": ({"greeting": DROP}, "connect", "cannot be reached"),
    "no mail server": ({"greeting": "HTTP/1.1 400 Bad Request"}, "greeting", "does not want to talk"),
    "EHLO refused": ({"EHLO": "502 5.5.1 what"}, "greeting", "502 5.5.1 what"),
    "EHLO stalled": ({"EHLO": STALL}, "timeout", "no answer within"),
    "EHLO dropped": ({"EHLO": DROP}, "connect", "cannot be reached"),
    "wrong password": ({"AUTH": "535 5.7.8 wrong"}, "login", "refused user 'anna' or the password: 535 5.7.8 wrong"),
    "login not now": ({"AUTH": "454 4.7.0 later"}, "greeting", "cannot check the login now: 454 4.7.0 later"),
    "no login": ({"EHLO": "250 here"}, "login", "takes no login"),
}


@pytest.mark.parametrize("name", LINES)
def test_what_keeps_us_from_a_server(name):
    script, kind, told = LINES[name]
    with running(script) as server, sending(server, user="anna") as sender:
        with pytest.raises(SenderError) as raised:
            sender.ready()
        assert (raised.value.kind, raised.value.where) == (kind, f"127.0.0.1:{server.port}")
        assert told in raised.value.message
        assert "secret" not in str(raised.value)
        assert server.mails == []


def test_nobody_listens():
    with sending(None, port=free_port()) as sender:
        with pytest.raises(SenderError, match="cannot be reached") as raised:
            sender.ready()
        assert raised.value.kind == "connect"


def test_no_such_host():
    with sending(None, port=25, host="mail.invalid", timeout=10) as sender:
        with pytest.raises(SenderError, match=r"no such host.* check sender\.host") as raised:
            sender.ready()
        assert raised.value.kind == "dns"


def test_a_line_that_could_not_be_made_can_be_made_later():
    with running({"greeting": (1, DROP)}) as server, sending(server) as sender:
        with pytest.raises(SenderError):
            sender.ready()
        sender.ready()
        assert sender.send(ENVELOPE).kind == "accepted"


def test_letters_that_a_server_cannot_take():
    with running() as server, sending(server) as sender:
        assert sender.send(envelope(recipient="jörg@kontor.example")).kind == "refused"
        assert sender.send(ENVELOPE).kind == "accepted"
        assert len(server.mails) == 1


# TLS


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"), "elsewhere.example")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_safe_line(known, security):
    context, ours = known
    with (
        running(context=context, secure=security == "tls") as server,
        sending(server, security=security, host="localhost", context=ours, user="anna", timeout=10) as sender,
    ):
        assert sender.send(ENVELOPE).kind == "accepted"
        assert (len(server.mails), server.seen["AUTH"]) == (1, 1)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("whose", ["unknown", "another's"])
def test_a_certificate_that_is_not_believed(known, other, security, whose):
    context, ours = known if whose == "unknown" else other
    with (
        running(context=context, secure=security == "tls") as server,
        sending(
            server, security=security, host="localhost", context=None if whose == "unknown" else ours, timeout=10
        ) as sender,
    ):
        with pytest.raises(SenderError, match=r"no safe line: .*certificate") as raised:
            sender.ready()
        assert (raised.value.kind, "AUTH" in server.seen) == ("tls", False)


def test_a_server_without_tls():
    with running() as server, sending(server, security="starttls", user="anna") as sender:
        with pytest.raises(SenderError, match="offers no STARTTLS") as raised:
            sender.ready()
        assert (raised.value.kind, "AUTH" in server.seen) == ("tls", False)


def test_a_server_that_talks_plainly_where_tls_is_wanted():
    with running() as server, sending(server, security="tls", timeout=5) as sender:
        with pytest.raises(SenderError) as raised:
            sender.ready()
        assert raised.value.kind in {"tls", "timeout"}
