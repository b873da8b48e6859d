"""The bytes of mails: headers that nobody breaks, one click to leave that every program can use, two parts that agree."""

import email
import email.header
import email.policy
import re
import unicodedata

import dkim  # an independent reader of what a server would sign
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.brief.mails import Listed, build
from dragoman.brief.rendering import Rendered
from dragoman.brief.settings import Settings
from dragoman.errors import InputError
from tests.brief.keys import make_keys

NOW = 1_362_960_000
SETTINGS = Settings(
    name="The Record", address="news@record.example", reply_to="desk@record.example", postal="1 Harbour Street"
)
LEAVE = "https://record.example/briefings/leave/"
LISTED = Listed(
    slug="koreas", title="The two Koreas", leave=LEAVE + "token", help="https://record.example/briefings/yours/token",
    subscribe="https://record.example/briefings", archive="https://record.example/briefings/lists/koreas",
)  # fmt: skip
WORDS = "What happened – “quoted”, and a line of text that is much longer than the seventy-six letters of a line in a mail.\n"
RENDERED = Rendered(
    subject="North Korea broke a promise to the United States",
    html=f'<!doctype html><html><body><p>{WORDS}</p><a href="{LEAVE}token">Leave</a></body></html>',
    text=f"{WORDS}\n-- \n.\nFrom here on:\n{LEAVE}token\n",
)
ONE_CLICK = ("List-Unsubscribe", "List-Unsubscribe-Post")
HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "List-Help", "List-Subscribe", "List-Archive", "Auto-Submitted", "Precedence", "MIME-Version", "Content-Type",
]  # fmt: skip


def built(
    rendered=RENDERED,
    *,
    settings=SETTINGS,
    to="anna@example.org",
    message_id="<i1.2.abc@record.example>",
    listed=LISTED,
):
    return build(rendered, settings=settings, to=to, message_id=message_id, now=NOW, listed=listed)


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def head_of(raw):
    """The lines of the headers as they go over the wire."""
    return raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


def check(raw, headers=HEADERS):
    """What holds of every mail: each header once and no other, ASCII in lines of their length, no fault in its parts."""
    lines = head_of(raw)
    assert [line.partition(":")[0] for line in lines if not line.startswith(" ")] == headers
    assert all(len(line) <= 998 for line in raw.decode("ascii").split("\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\0" not in raw
    assert all(len(word) <= 75 for word in re.findall(r"=\?[^?]*\?[^?]*\?[^?]*\?=", "\n".join(lines)))
    message = read(raw)
    assert [part.defects for part in message.walk()] == [[], [], []]
    assert [(name, value.defects) for name, value in message.items() if value.defects] == []
    return message


# What it is


def test_both_parts_are_there_as_they_were_written():
    message = check(built())
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for kind, words in (("plain", RENDERED.text), ("html", RENDERED.html)):
        part = message.get_body((kind,))
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == words.rstrip("\n")


def test_who_and_when():
    message = check(built())
    assert str(message["From"]) == "The Record <news@record.example>"
    assert (message["To"].addresses[0].addr_spec, message["Reply-To"].addresses[0].addr_spec) == (
        "anna@example.org", "desk@record.example",
    )  # fmt: skip
    assert message["Date"].datetime.timestamp() == NOW
    assert message["Message-ID"] == "<i1.2.abc@record.example>"
    assert message["List-Id"] == "The two Koreas <koreas.record.example>"
    assert (message["Auto-Submitted"], message["Precedence"]) == ("auto-generated", "list")


def test_the_same_mail_is_the_same_bytes():
    assert built() == built()


def test_a_confirmation_says_nothing_of_lists():
    message = check(built(listed=None), [name for name in HEADERS if not name.startswith(("List-", "Precedence"))])
    assert message["Auto-Submitted"] == "auto-replied"


def test_a_sender_without_an_address_for_answers_has_no_such_header():
    headers = [name for name in HEADERS if name != "Reply-To"]
    check(built(settings=msgspec.structs.replace(SETTINGS, reply_to="")), headers)


# One click


@pytest.mark.parametrize("length", range(20, 401, 10))
def test_one_click_headers_are_in_one_line_and_not_encoded(length):
    token = ("aZ09_-." * 58)[:length]
    address = LEAVE + token
    rendered = msgspec.structs.replace(
        RENDERED,
        html=RENDERED.html.replace(LEAVE + "token", address),
        text=RENDERED.text.replace(LEAVE + "token", address),
    )
    raw = built(rendered, listed=msgspec.structs.replace(LISTED, leave=address))
    lines = head_of(raw)
    assert f"List-Unsubscribe: <{address}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    message = check(raw)
    assert message["List-Unsubscribe"] == f"<{address}>"
    for kind in ("plain", "html"):
        assert address in message.get_body((kind,)).get_content()


@pytest.fixture(scope="module")
def signing():
    private, record = make_keys()
    return private, record


@pytest.mark.parametrize("length", [20, 36, 59, 120, 400])
@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "simple/simple"])
def test_a_signature_covers_both_one_click_headers(signing, length, canonical):
    private, record = signing
    raw = built(listed=msgspec.structs.replace(LISTED, leave=LEAVE + "x" * length))
    names = [name.lower().encode() for name in HEADERS]
    ways = tuple(way.encode() for way in canonical.split("/"))
    signature = dkim.sign(raw, b"mail", b"record.example", private, canonicalize=ways, include_headers=names)
    signed = signature + raw
    covered = re.search(rb"h=([^;]+);", re.sub(rb"\s+", b"", signature))[1].lower().split(b":")
    assert {name.lower().encode() for name in ONE_CLICK} <= set(covered)
    assert dkim.verify(signed, dnsfunc=lambda name, **other: record)
    for name in ONE_CLICK:
        other = re.sub(rb"(?m)^(" + name.encode() + rb": ).*?(\r\n)", rb"\1<https://evil.example/>\2", signed)
        assert other != signed
        assert not dkim.verify(other, dnsfunc=lambda name, **other: record)


# What is no header of ours

BREAKS = [
    "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "\r\n ", "\n\t", "\0", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029",
    "\u202e", "\x7f", "\ud800",
]  # fmt: skip
INJECTED = [
    *(f"News{mark}Bcc: spy@evil.example" for mark in BREAKS),
    *(f"News{mark}" for mark in ("\r\n\r\n<script>", "\r\nContent-Type: text/html\r\n\r\n<p>")),
    "=?utf-8?q?Bcc=3A_spy=40evil=2Eexample?=",
    "=?utf-8?q?News=0D=0ABcc=3A_spy=40evil=2Eexample?=",
    "=?utf-8?b?TmV3cw0KQmNjOiBzcHlAZXZpbC5leGFtcGxl?=",
    "=?utf-16?q?a?= =?utf-8?q?=00?=",
    "=?utf-8?q?" + "=0A" * 40 + "?=",
    'The "Record", <spy@evil.example>, (x)',
    '\\" <spy@evil.example>\r\n',
    "News; charset=utf-7",
    "a" * 5_000,
    "ü" * 5_000,
    "\U0001f680" * 200,
    " ",
    "",
]


@pytest.mark.parametrize("text", INJECTED)
@pytest.mark.parametrize("place", ["subject", "name", "title"])
def test_words_never_make_a_header(text, place):
    made = {
        "subject": lambda: built(msgspec.structs.replace(RENDERED, subject=text)),
        "name": lambda: built(settings=msgspec.structs.replace(SETTINGS, name=text)),
        "title": lambda: built(listed=msgspec.structs.replace(LISTED, title=text)),
    }
    message = check(made[place]())
    header = {"subject": "Subject", "name": "From", "title": "List-Id"}[place]
    for shown in (str(message[header]), decoded(made[place](), header)):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]", shown)
    assert [address.addr_spec for address in message["From"].addresses] == ["news@record.example"]
    assert message["Bcc"] is None


def decoded(raw, header):
    """A header as programs show it that take words apart by RFC 2047 alone."""
    value = email.message_from_bytes(raw)[header]
    return str(email.header.make_header(email.header.decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))


@pytest.mark.parametrize("text", [text for text in INJECTED if text.strip()])
@pytest.mark.parametrize("place", ["to", "address", "reply_to", "message_id", "leave", "help", "archive", "slug"])
def test_what_is_no_address_is_refused(text, place):
    """Addresses are of a form that has no room for anything else; what does not fit makes no mail."""
    whole = {
        "to": {"to": f"anna{text}@example.org"},
        "address": {"settings": msgspec.structs.replace(SETTINGS, address=f"news{text}@record.example")},
        "reply_to": {"settings": msgspec.structs.replace(SETTINGS, reply_to=f"desk@{text}.example")},
        "message_id": {"message_id": f"<i1.2.{text}@record.example>"},
        "leave": {"listed": msgspec.structs.replace(LISTED, leave=f"{LEAVE}{text}")},
        "help": {"listed": msgspec.structs.replace(LISTED, help=f"{text}{LEAVE}")},
        "archive": {"listed": msgspec.structs.replace(LISTED, archive=f"{LEAVE}<{text}>")},
        "slug": {"listed": msgspec.structs.replace(LISTED, slug=f"koreas{text}")},
    }
    try:
        raw = built(**whole[place])
    except InputError:
        return
    check(raw)
    assert read(raw)["Bcc"] is None
    assert not re.search(r"[^\x21-\x7e]", text)


def expected(text):
    """What is left of words in one line of a header."""
    kept = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join("".join(kept).split())[:300]


@given(st.text(max_size=200))
def test_any_words_come_through_as_they_show(text):
    raw = built(
        msgspec.structs.replace(RENDERED, subject=text), settings=msgspec.structs.replace(SETTINGS, name=text or "x")
    )
    message = check(raw)
    assert decoded(raw, "Subject").strip() == expected(text)
    assert message["From"].addresses[0].addr_spec == "news@record.example"


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_body_comes_through(html, text):
    raw = built(Rendered(subject="x", html=html, text=text))
    message = email.message_from_bytes(raw)
    parts = [part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()]
    for part, words in zip(parts, (text, html), strict=True):
        assert part.splitlines() == (words.encode("utf-8", "replace").decode().splitlines() or [""])
    assert all(
        len(line) <= 76
        for line in raw.partition(b"\r\n\r\n")[2].decode("ascii").split("\r\n")
        if "boundary" not in line
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@example.org", "anna@example.org"),
        ("anna.o'neil+news@example.org", "anna.o'neil+news@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
    ],
)
def test_where_mail_goes(address, shown):
    assert f"To: <{shown}>" in head_of(built(to=address))


@pytest.mark.parametrize("address", ["", "anna", "anna@", "@example.org", "a b@example.org", "a@b@c", "ann@exa mple.org", "<a@b.c>", "a@b.c, d@e.f", "anna@" + "x" * 300 + ".org"])  # fmt: skip
def test_where_no_mail_goes(address):
    with pytest.raises(InputError):
        built(to=address)
