"""The folder that takes mails: whole files that mail programs open, and what is told where there is no place for them."""

import email
import email.policy
import os

import pytest

from dragoman.brief.senders import Envelope
from dragoman.brief.senders.folder import FolderSender
from dragoman.errors import SenderError

MESSAGE = b"Subject: x\r\nFrom: news@record.example\r\n\r\nwords\r\n.\r\nend\r\n"
ENVELOPE = Envelope(sender="news@record.example", recipient="reader@kontor.example", message=MESSAGE, key="issue-1")


def test_a_mail_is_a_file(tmp_path):
    sender = FolderSender(tmp_path / "out" / "mail")
    sender.ready()
    reply = sender.send(ENVELOPE)
    assert (reply.kind, reply.text) == ("accepted", "written to issue-1.eml")
    (file,) = (tmp_path / "out" / "mail").iterdir()
    raw = file.read_bytes()
    assert raw.endswith(MESSAGE)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert (message["Subject"], message["X-Original-To"], message["Return-Path"]) == (
        "x",
        "reader@kontor.example",
        "<news@record.example>",
    )


def test_the_same_mail_again_is_one_file(tmp_path):
    sender = FolderSender(tmp_path)
    sender.ready()
    assert [sender.send(ENVELOPE).kind for _ in range(2)] == ["accepted", "accepted"]
    assert [file.name for file in tmp_path.iterdir()] == ["issue-1.eml"]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(SenderError) as raised:
        FolderSender(tmp_path / "out").ready()
    assert (raised.value.kind, raised.value.where) == ("folder", str(tmp_path / "out"))


def test_a_folder_that_is_gone_meanwhile(tmp_path):
    sender = FolderSender(tmp_path / "out")
    sender.ready()
    (tmp_path / "out").rmdir()
    with pytest.raises(SenderError, match="cannot be written") as raised:
        sender.send(ENVELOPE)
    assert raised.value.kind == "folder"


def test_a_disk_that_is_full_leaves_no_half_mail(tmp_path, monkeypatch):
    sender = FolderSender(tmp_path)
    sender.ready()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SenderError, match="No space left on device"):
        sender.send(ENVELOPE)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_when_the_mail_is_there(tmp_path, monkeypatch):
    sender, synced, calls = FolderSender(tmp_path), os.fsync, []
    sender.ready()

    def once(file):
        calls.append(file)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        synced(file)

    monkeypatch.setattr(os, "fsync", once)
    reply = sender.send(ENVELOPE)
    assert (reply.kind, "Input/output error" in reply.text) == ("unknown", True)
    assert [file.name for file in tmp_path.iterdir()] == ["issue-1.eml"]
