"""Signed links: what was signed is read back, and nothing else is believed, however close to it."""

import base64
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dragoman.brief.tokens import TOKEN, _signed, make_token, read_token

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
KEYS = [OLD, NEW]
PURPOSES = ("confirm", "leave", "yours", "form")
# 10,000 where everything is run, a tenth elsewhere.
FORGERIES = 10_000 if os.environ.get("DRAGOMAN_WHOLE") == "1" else 1_000
# The greatest numbers that links hold: a subscriber among 268 million, and a list or a time.
GREATEST = (2**28 - 1, 2**42 - 1)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

numbers = st.lists(st.integers(0, 2**42 - 1), min_size=1, max_size=3).map(tuple)
purposes = st.sampled_from(PURPOSES)


@given(numbers, purposes, st.sampled_from([[OLD], [NEW], KEYS]))
def test_what_was_signed_is_read(values, purpose, keys):
    assert read_token(KEYS, purpose, make_token(keys, purpose, *values)) == values


@pytest.mark.parametrize("values", [(0,), (0, 0), (127, 128), GREATEST, (2**63,)])
def test_numbers(values):
    assert read_token(KEYS, "leave", make_token(KEYS, "leave", *values)) == values


def test_they_are_short():
    assert len(make_token(KEYS, "leave", *GREATEST)) <= 60


def test_no_number_below_zero():
    with pytest.raises(ValueError, match="below 0"):
        make_token(KEYS, "leave", -1)


def test_the_newest_key_signs():
    assert make_token(KEYS, "leave", 7) == make_token([NEW], "leave", 7) != make_token([OLD], "leave", 7)


def test_a_key_that_was_taken_away_opens_nothing():
    token = make_token([OLD], "leave", 7, 5)
    assert read_token(KEYS, "leave", token) == (7, 5)
    assert read_token([NEW], "leave", token) is None


TOKEN_OF_7 = make_token(KEYS, "leave", 7, 123_456_789)


@pytest.mark.parametrize("place", range(len(TOKEN_OF_7)))
def test_every_flipped_bit(place):
    for bit in range(8):
        altered = TOKEN_OF_7[:place] + chr(ord(TOKEN_OF_7[place]) ^ 1 << bit) + TOKEN_OF_7[place + 1 :]
        assert read_token(KEYS, "leave", altered) is None


def test_every_other_letter_in_every_place():
    """Base64 has letters that stand for the same bytes at its end: they are no other spelling of a token."""
    for place, letter in enumerate(TOKEN_OF_7):
        for other in ALPHABET.replace(letter, ""):
            assert read_token(KEYS, "leave", TOKEN_OF_7[:place] + other + TOKEN_OF_7[place + 1 :]) is None


@pytest.mark.parametrize("end", range(len(TOKEN_OF_7)))
def test_every_truncation(end):
    assert read_token(KEYS, "leave", TOKEN_OF_7[:end]) is None
    assert read_token(KEYS, "leave", TOKEN_OF_7[end + 1 :]) is None


def flipped(token, place, bit):
    place %= len(token)
    return token[:place] + chr(ord(token[place]) ^ 1 << bit % 8) + token[place + 1 :]


def spliced(token, place, bit):
    """What one link says with the signature of another: another person, or another list."""
    return make_token(KEYS, "leave", place, bit).partition(".")[0] + "." + token.partition(".")[2]


def respelt(token, place, bit):
    """The same bytes, or nearly, in another spelling of base64."""
    head, _, tail = token.partition(".")
    spellings = [
        f"{head}=.{tail}",
        f"{head}.{tail}=",
        f"{head}.{tail[:-1]}{ALPHABET[(ALPHABET.index(tail[-1]) + 1 + bit % 3) % 64]}",
        f"{head[: place % len(head)]} {head[place % len(head) :]}.{tail}",
        f"{head}.{tail}\n",
        f"{head}..{tail}",
        f"{head}%2E{tail}",
        f"{head}．{tail}",
        token.swapcase(),
    ]
    return spellings[place % len(spellings)]


ALTERATIONS = {
    "bit": flipped,
    "cut": lambda token, place, bit: token[: place % len(token)],
    "cut before": lambda token, place, bit: token[1 + place % len(token) :],
    "longer": lambda token, place, bit: token + ALPHABET[place % 64] * (1 + bit % 8),
    "longer before": lambda token, place, bit: ALPHABET[place % 64] * (1 + bit % 8) + token,
    "twice": lambda token, place, bit: token * 2,
    "spliced": spliced,
    "spelling": respelt,
    "other key": lambda token, place, bit: make_token([OTHER], "leave", place, bit),
    "key gone": lambda token, place, bit: make_token([b"gone" + bytes([bit % 256])], "leave", 7, place),
    "other purpose": lambda token, place, bit: make_token(KEYS, PURPOSES[place % 2 * 2], 7, bit),
    "unsigned": lambda token, place, bit: token.partition(".")[0] + ".",
    "zero signature": lambda token, place, bit: token.partition(".")[0] + "." + "A" * 43,
}


@settings(max_examples=FORGERIES)
@given(
    values=st.tuples(st.integers(0, GREATEST[0]), st.integers(0, GREATEST[1])),
    kind=st.sampled_from(sorted(ALTERATIONS)),
    place=st.integers(0, 2**28),
    bit=st.integers(0, 2**28),
)
def test_forged_and_altered(values, kind, place, bit):
    token = make_token(KEYS, "leave", *values)
    altered = ALTERATIONS[kind](token, place, bit)
    if altered != token:
        assert read_token(KEYS, "leave", altered) is None


@given(numbers, purposes, purposes)
def test_for_another_purpose(values, made, read):
    found = read_token(KEYS, read, make_token(KEYS, made, *values))
    assert found == (values if made == read else None)


@given(st.text() | st.from_regex(TOKEN, fullmatch=True))
@example("")
@example(".")
@example("\ud800." + "A" * 43)
@example("é" * 16 + "." + "A" * 43)
@example("A." + "é" * 43)
@example("A" * 65 + "." + "A" * 43)
def test_anything_else(text):
    assert read_token(KEYS, "leave", text) is None


@given(st.binary(min_size=1, max_size=20))
def test_signed_for_something_else(packed):
    """Bytes that are no numbers, signed with our key: none is read of them that would not be written so."""
    text = _signed(NEW, "leave", base64.urlsafe_b64encode(packed).rstrip(b"=")).decode()
    found = read_token(KEYS, "leave", text)
    assert (found is None) == bool(packed[-1] & 128)
