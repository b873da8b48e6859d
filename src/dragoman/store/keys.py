"""Keys that sign links and hide addresses: made on first use, kept in the store, the newest of them signs.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

import hashlib
import hmac
import secrets
from typing import Literal

from sqlalchemy import Connection

from dragoman.errors import InputError
from dragoman.store.opening import Store
from dragoman.store.statements import statement

Purpose = Literal["links", "addresses"]
# Bytes of a key: as many as the digest that it is used with gives.
LENGTH = 32


def keys_of(connection: Connection, purpose: Purpose, *, now: int = 0) -> list[bytes]:
    """The keys of a purpose, the newest last; where there is none, a connection that writes makes the first one."""
    if found := known_keys(connection, purpose):
        return found
    _add(connection, purpose, 1, now)
    return keys_of(connection, purpose)


def known_keys(connection: Connection, purpose: Purpose) -> list[bytes]:
    """The keys of a purpose that there are, the newest last."""
    found = connection.execute(statement("secrets_of"), {"purpose": purpose}).scalars()
    return [bytes.fromhex(one) for one in found]


def link_keys(store: Store, *, now: int = 0) -> list[bytes]:
    """The keys that sign links, the newest last; makes the first one where there is none."""
    with store.reading() as connection:
        found = known_keys(connection, "links")
    if found:
        return found
    with store.writing() as connection:
        return keys_of(connection, "links", now=now)


def rotate(connection: Connection, purpose: Purpose, now: int, *, keep: int | None = None) -> int:
    """Sign with a new key from now on; how many are believed then.

    Links that were signed before stay good, or only those of the newest `keep` keys. The key that hides addresses stays
    as it is: under another one nobody would know the addresses that were erased and must get no mail.
    """
    if purpose != "links":
        raise InputError("only the keys of links can be changed", kind="key")
    if keep is not None and keep < 1:
        raise InputError(f"one key at least has to be kept, not {keep}", kind="key")
    newest = connection.execute(statement("newest_secret"), {"purpose": purpose}).scalar() or 0
    _add(connection, purpose, newest + 1, now)
    if keep is not None:
        connection.execute(statement("drop_secrets"), {"purpose": purpose, "before": newest + 2 - keep})
    return len(keys_of(connection, purpose))


def who(connection: Connection, same: str) -> str:
    """The keyed digest of an address: what is kept of it where it must not be kept itself."""
    return digest_with(keys_of(connection, "addresses")[0], same)


def digest_with(key: bytes, text: str) -> str:
    """The keyed digest of a text, in hexadecimal."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _add(connection: Connection, purpose: Purpose, number: int, now: int) -> None:
    values = {"purpose": purpose, "number": number, "value": secrets.token_hex(LENGTH), "made": now}
    connection.execute(statement("add_secret"), values)
