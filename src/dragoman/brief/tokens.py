"""Signed links: what a link of a mail may do, and for whom, in at most 60 characters that nobody can make or alter.

A token holds whole numbers, each for one purpose: what is signed for one opens nothing else. Two that mean the same are
the same text, so that no other spelling of a token is believed either.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Literal

from itsdangerous import Signer  # signatures with a key for each purpose, by the makers of Flask

Purpose = Literal["confirm", "leave", "yours", "form"]
# Payload, and a signature by SHA-256 in base64.
TOKEN = re.compile(r"([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}", re.ASCII)
# The bits of a number that a byte holds; its eighth says that more bytes follow.
BITS = 7


def make_token(keys: Sequence[bytes], purpose: Purpose, *numbers: int) -> str:
    """Numbers signed for a purpose with the newest key, which is the last one.

    >>> len(make_token([b"key"], "leave", 2**28, 2**42 - 1))
    59
    """
    packed = base64.urlsafe_b64encode(b"".join(map(_packed, numbers))).rstrip(b"=")
    return _signed(keys[-1], purpose, packed).decode()


def read_token(keys: Sequence[bytes], purpose: Purpose, token: str) -> tuple[int, ...] | None:
    """The numbers of a token that one of the keys has signed for that purpose; None for anything else.

    >>> token = make_token([b"old"], "leave", 7, 5)
    >>> read_token([b"old", b"new"], "leave", token)
    (7, 5)
    >>> read_token([b"old"], "confirm", token) is read_token([b"new"], "leave", token) is None
    True
    """
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    packed, given = found[1].encode(), token.encode()
    # Whole texts are compared, as base64 has several spellings for the same bytes.
    signed = [hmac.compare_digest(_signed(key, purpose, packed), given) for key in keys]
    return _unpacked(packed) if any(signed) else None


def _signed(key: bytes, purpose: Purpose, packed: bytes) -> bytes:
    return Signer(key, salt=f"dragoman {purpose}", key_derivation="hmac", digest_method=hashlib.sha256).sign(packed)


def _packed(number: int) -> bytes:
    """A number in as few bytes as it needs, the lowest bits first."""
    if number < 0:
        raise ValueError(f"a link holds no number below 0: {number}")
    parts = [number & 127]
    while number := number >> BITS:
        parts[-1] |= 128
        parts.append(number & 127)
    return bytes(parts)


def _unpacked(packed: bytes) -> tuple[int, ...] | None:
    try:
        held = base64.urlsafe_b64decode(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return None
    numbers, bits, number = [], 0, 0
    for byte in held:
        number |= (byte & 127) << bits
        bits += BITS
        if byte < 128:
            numbers.append(number)
            bits = number = 0
    return tuple(numbers) if not bits else None
