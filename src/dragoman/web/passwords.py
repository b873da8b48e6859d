"""Passwords: kept as argon2id digests, and compared in about the same time whoever is named."""

import base64
import contextlib
import threading
import unicodedata
from collections.abc import Iterator

from argon2 import PasswordHasher  # argon2id, which OWASP names first; it renews digests when its costs change
from argon2.exceptions import InvalidHashError, VerificationError

from dragoman.errors import DragomanError, InputError

# Characters of a password: fewer can be tried out by machine; more are no safer and take long to digest.
LEAST, MOST = 12, 1_000
# How many are digested at once, and how many seconds others wait: each takes 64 MB and, for a moment, four cores; who
# waits holds one of the few threads that answer for everybody.
AT_ONCE, PATIENCE = 2, 2.0


class BusyError(DragomanError):
    """Too many passwords are being compared at once; a moment later there is room again."""


class Passwords:
    """Digests and compares passwords; made once, used by all threads."""

    def __init__(self, hasher: PasswordHasher | None = None, *, patience: float = PATIENCE) -> None:
        self._hasher, self._patience = hasher or PasswordHasher(), patience
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = _nobodys(self._hasher)

    def digest(self, password: str) -> str:
        """What is kept of a password; raises `BusyError`."""
        with self._turn():
            return self._hasher.hash(_plain(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one whose digest is kept; raises `BusyError`.

        Where nobody is (None) another one is compared all the same: the time it takes does not tell who there is.
        """
        with self._turn():
            try:
                self._hasher.verify(self._nobodys if kept is None else kept, _plain(password))
            except (VerificationError, InvalidHashError):
                return False
            return kept is not None

    def is_dated(self, kept: str) -> bool:
        """Whether a digest was made at other costs than today's, and has to be made anew."""
        return self._hasher.check_needs_rehash(kept)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise BusyError("too many people log in at once; try again in a moment", kind="busy")
        try:
            yield
        finally:
            self._turns.release()


def check_password(password: str, name: str) -> None:
    """Raise `InputError` for a password that is too easily found out."""
    if len(password) < LEAST:
        raise InputError(f"a password has at least {LEAST} characters; several words make a good one", kind="password")
    if len(password) > MOST:
        raise InputError(f"a password has at most {MOST:,} characters", kind="password")
    if password.casefold() == name.casefold() or len(set(password)) == 1:
        raise InputError("a name, or one character over and over, is no password", kind="password")


def _nobodys(hasher: PasswordHasher) -> str:
    """A digest at today's costs that belongs to no password, made without the time that making one takes."""
    salt, digest = (base64.b64encode(bytes(many)).decode().rstrip("=") for many in (hasher.salt_len, hasher.hash_len))
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _plain(password: str) -> bytes:
    """The bytes that are digested: the same for letters that keyboards and systems compose in different ways."""
    return unicodedata.normalize("NFKC", password[: MOST + 1]).encode("utf-8", "surrogatepass")
