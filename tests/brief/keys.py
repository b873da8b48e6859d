"""A key for signing mails in tests, made anew each time: RSA in its plainest form, as DKIM has it."""

import base64
import random

# Bits of the key: as few as DKIM takes, as it is made for each run.
BITS = 1024
ROUNDS = 24


def make_keys() -> tuple[bytes, bytes]:
    """A private key as PEM (PKCS#1), and the public one as it stands in a DKIM record."""
    first, second, e = _prime(BITS // 2), _prime(BITS // 2), 65537
    n, phi = first * second, (first - 1) * (second - 1)
    d = pow(e, -1, phi)
    numbers = (0, n, e, d, first, second, d % (first - 1), d % (second - 1), pow(second, -1, first))
    private = base64.encodebytes(_sequence(*map(_integer, numbers)))
    algorithm = _sequence(bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("0500"))
    bits = b"\0" + _sequence(_integer(n), _integer(e))
    public = _sequence(algorithm, _tagged(3, bits))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + private + b"-----END RSA PRIVATE KEY-----\n"
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def _prime(bits: int) -> int:
    while True:
        found = random.getrandbits(bits) | (3 << (bits - 2)) | 1
        if found % 65537 != 1 and _is_prime(found):
            return found


def _is_prime(number: int) -> bool:
    """Whether a number is prime, by Miller and Rabin: with a chance of error of 4 to the minus 24."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, random.randrange(2, number - 1), odd, twos) for _ in range(ROUNDS))


def _passes(number: int, base: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    return any((power := pow(power, 2, number)) == number - 1 for _ in range(twos - 1))


def _integer(number: int) -> bytes:
    return _tagged(2, number.to_bytes(number.bit_length() // 8 + 1))


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _tagged(tag: int, body: bytes) -> bytes:
    """A piece of DER: what it is, how long it is, and itself."""
    size = len(body)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8)
    )
    return bytes([tag]) + length + body
