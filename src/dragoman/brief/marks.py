"""Marks of mails: the name that each of our mails bears, by which it is known again when it comes back.

A mark tells which mail it is and to whom, and nobody can make one: it is signed with the key that hides addresses,
which never changes, so a mail that is sent once more bears the same name.
"""

import hmac
import re
from collections.abc import Iterator

from dragoman.records import Record
from dragoman.store.keys import digest_with
from dragoman.store.outbox import Mail

# i12.345.0123456789abcdef0123: an issue's key, a subscriber's, and the first 80 bits of the signature.
MARK = re.compile(r"\b(?P<body>(?P<kind>[ick])(?P<number>\d{1,18})\.(?P<to>\d{1,18}))\.(?P<sign>[0-9a-f]{20})\b")
KINDS = {"i": "issue", "c": "confirm", "k": "known"}


class Mark(Record, frozen=True, kw_only=True):
    """Which mail something is: an issue, or one of the mails around a sign-up, and to whom it went."""

    kind: str
    number: int
    subscriber: int


def mark_of(key: bytes, mail: Mail) -> str:
    """The mark of a mail in the outbox."""
    number = {"issue": mail.issue, "confirm": mail.sign_up}.get(mail.kind) or mail.key
    body = f"{mail.kind[0]}{number}.{mail.subscriber}"
    return f"{body}.{_sign(key, body)}"


def message_id(key: bytes, mail: Mail, address: str) -> str:
    """The Message-ID of a mail that comes from an address."""
    return f"<{mark_of(key, mail)}@{address.rpartition('@')[2]}>"


def find_marks(key: bytes, text: str) -> Iterator[Mark]:
    """The marks of ours that stand anywhere in a text; those that somebody made up are passed over."""
    for found in MARK.finditer(text.lower()):
        if hmac.compare_digest(found["sign"], _sign(key, found["body"])):
            number, subscriber = int(found["number"]), int(found["to"])
            yield Mark(kind=KINDS[found["kind"]], number=number, subscriber=subscriber)


def _sign(key: bytes, body: str) -> str:
    return digest_with(key, f"mail {body}")[:20]
