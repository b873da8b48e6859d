"""Senders: whatever takes a mail from us, behind one small protocol: a folder, an SMTP server.

A sender tells exactly one of four things about a mail: it was accepted; it was refused for good; it was not taken and
may be tried later; or nobody knows, as the line dropped after the whole mail had been given and before the answer.
"""

from typing import Literal, Protocol

from dragoman.records import Record


class Envelope(Record, frozen=True, kw_only=True):
    """A mail as it goes out: the bytes of its message, whom from and to, and a name of its own that a file may have."""

    sender: str
    recipient: str
    message: bytes
    key: str


class Reply(Record, frozen=True, kw_only=True):
    """What became of a mail, and the words of whoever took it or not; `about` tells what it was that was refused."""

    kind: Literal["accepted", "refused", "later", "unknown"]
    text: str
    about: Literal["address", "mail"] = "mail"


class Sender(Protocol):
    """Whatever takes mails; used by one thread."""

    def ready(self) -> None:
        """Be there to take a mail; raises `SenderError` where that cannot be. No mail is on its way yet."""

    def send(self, envelope: Envelope) -> Reply:
        """Give a mail away and tell what became of it; raises `SenderError` where it cannot go out, nor any other."""

    def close(self) -> None:
        """Let go of the line."""
