"""Addresses: how they are kept, which are one person's, and which are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.brief.addresses import address_of
from dragoman.errors import InputError

# What is typed, where mail goes, how it is compared, and whose it is.
GOOD = [
    ("anna@example.org", "anna@example.org", "anna@example.org", "anna@example.org"),
    ("  anna@example.org\r\n", "anna@example.org", "anna@example.org", "anna@example.org"),
    ("Anna.K@Example.ORG", "Anna.K@example.org", "anna.k@example.org", "anna.k@example.org"),
    ("a@bücher.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ("a@BÜCHER.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
    ("a@한국.example", "a@xn--3e0b707e.example", "a@xn--3e0b707e.example", "a@xn--3e0b707e.example"),
    ("a+news@example.org", "a+news@example.org", "a+news@example.org", "a@example.org"),
    ("A+News@example.org", "A+News@example.org", "a+news@example.org", "a@example.org"),
    ("a.n.n.a@gmail.com", "a.n.n.a@gmail.com", "a.n.n.a@gmail.com", "anna@gmail.com"),
    ("anna+x@googlemail.com", "anna+x@googlemail.com", "anna+x@googlemail.com", "anna@gmail.com"),
    ("a.b@example.org", "a.b@example.org", "a.b@example.org", "a.b@example.org"),
    ("+a@example.org", "+a@example.org", "+a@example.org", "+a@example.org"),
    ("o'neill@example.org", "o'neill@example.org", "o'neill@example.org", "o'neill@example.org"),
    ("x" * 64 + "@example.org", "x" * 64 + "@example.org", "x" * 64 + "@example.org", "x" * 64 + "@example.org"),
]
BAD = [
    "",
    "   ",
    "anna",
    "@example.org",
    "anna@",
    "anna@@example.org",
    "a..b@example.org",
    ".a@example.org",
    "a@localhost",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    '"a b"@example.org',
    "Anna <anna@example.org>",
    "a@example.org, b@example.org",
    "a@example.org\nBcc: b@example.org",
    "a\x00@example.org",
    "a@exam\u202eple.org",
    "x" * 65 + "@example.org",
    "a@" + "x" * 64 + ".org",
    "a@" + "x." * 160 + "org",
    "a" * 1_000_000 + "@example.org",
    "müller@example.org",
    "a@example",
    "a@host.invalid",
    "a@-x.example",
    "a\ud800@example.org",
]


@pytest.mark.parametrize(("typed", "shown", "same", "person"), GOOD)
def test_addresses(typed, shown, same, person):
    found = address_of(typed)
    assert (found.shown, found.same, found.person) == (shown, same, person)


@pytest.mark.parametrize("typed", BAD)
def test_what_is_none(typed):
    with pytest.raises(InputError) as raised:
        address_of(typed)
    assert raised.value.kind == "address"
    assert len(raised.value.message) < 600
    assert raised.value.message.isprintable()


@given(st.text(max_size=40) | st.from_regex(r"[^@\s]{1,12}@[a-zü.-]{1,12}\.example", fullmatch=True))
def test_whatever_is_taken_is_one_line_of_ascii(typed):
    try:
        found = address_of(typed)
    except InputError:
        return
    for text in (found.shown, found.same, found.person):
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set(' ,;<>"\\')
    assert address_of(found.shown) == found
