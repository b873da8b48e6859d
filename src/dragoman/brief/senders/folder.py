"""The sender that needs no account: each mail becomes an .eml file in a folder, which mail programs open."""

import os
from pathlib import Path

from dragoman.brief.senders import Envelope, Reply
from dragoman.errors import SenderError


class FolderSender:
    """Writes mails into a folder, each whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ready(self) -> None:
        """Make the folder; raises `SenderError` where it cannot be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise SenderError("may not be written to; name another folder", kind="folder", where=str(self.folder))

    def send(self, envelope: Envelope) -> Reply:
        """Write a mail aside, and give it its name when all of it is on the disk."""
        file = self.folder / f"{envelope.key}.eml"
        aside = self.folder / f".{envelope.key}.part"
        try:
            _write(aside, _with_envelope(envelope))
            aside.replace(file)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise _unwritable(self.folder, error) from error
        try:
            _keep_names(self.folder)
        except OSError as error:
            return Reply(kind="unknown", text=f"{file}: {error.strerror}")
        return Reply(kind="accepted", text=f"written to {file.name}")

    def close(self) -> None:
        """Nothing is held open."""


def _with_envelope(envelope: Envelope) -> bytes:
    """The message with the two addresses of the envelope at its head, as a mail server that delivers it writes them."""
    head = f"Return-Path: <{envelope.sender}>\r\nX-Original-To: {envelope.recipient}\r\n"
    return head.encode() + envelope.message


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _keep_names(folder: Path) -> None:
    """Have the folder's list of names on the disk, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unwritable(folder: Path, error: OSError) -> SenderError:
    return SenderError(f"cannot be written: {error.strerror}", kind="folder", where=str(folder))
