"""A mail as the bytes that go over the wire: headers that nobody can break, and two parts that say the same.

The standard library's writer is not used for the headers: it takes encoded words in a title apart and writes what is in
them, line ends included, and it makes encoded words of any length, where RFC 2047 allows 75 characters.
"""

import base64
import binascii
import datetime
import email.utils
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from dragoman.brief.rendering import Rendered
from dragoman.brief.settings import Settings
from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store.mailings import is_slug

# What a header is once it is encoded: ASCII that shows, in lines of which all but the first begin with a blank, and at
# most so many characters in a line (RFC 5322, 2.1.1).
HEADER = re.compile(r"[\x20-\x7e]+(\r\n [\x21-\x7e][\x20-\x7e]*)*", re.ASCII)
LONGEST = 998
# Characters of a subject or a name: what is longer is no subject of ours.
WORDS = 300
# Bytes of UTF-8 in an encoded word, so that it has at most 75 characters: 75 less =?utf-8?b??=, three fourths of it.
ENCODED = 45
# Atoms of RFC 5322 with blanks between them need no quotation marks; an address is one of these around an @.
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", re.ASCII)
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)
ADDRESS_OF_WEB = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?(?:/[\x21-\x3b\x3d\x3f-\x7e]*)?", re.ASCII
)
CRLF = "\r\n"


class Listed(Record, frozen=True, kw_only=True):
    """Of which list a mail is: its name in addresses, its title, and whole addresses that say more of it.

    `leave` is the page that takes its reader off the list when it is posted to, `help` one where lists are changed.
    """

    slug: str
    title: str
    leave: str
    help: str = ""
    subscribe: str = ""
    archive: str = ""


def build(
    rendered: Rendered,
    *,
    settings: Settings,
    to: str,
    message_id: str,
    now: int,
    listed: Listed | None = None,
) -> bytes:
    """A mail to one address; `listed` where it is an issue of a list: a confirmation has no headers of lists.

    Raises `InputError` where an address cannot stand in a mail. All lines end with CR and LF.
    """
    boundary = hashlib.sha256(_id(message_id).encode()).hexdigest()[:40]
    headers = [
        ("From", f"{_phrase(settings.name)} <{_address(settings.address)}>"),
        ("To", f"<{_address(to)}>"),
        *([("Reply-To", f"<{_address(settings.reply_to)}>")] if settings.reply_to else []),
        ("Subject", _words(rendered.subject)),
        ("Date", email.utils.format_datetime(datetime.datetime.fromtimestamp(now, datetime.UTC))),
        ("Message-ID", _id(message_id)),
        *(_of_list(listed) if listed else [("Auto-Submitted", "auto-replied")]),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    parts = (_part("plain", rendered.text), _part("html", rendered.html))
    body = "".join(f"--{boundary}{CRLF}{part}{CRLF}" for part in parts)
    head = "".join(_line(name, value) for name, value in headers)
    return f"{head}{CRLF}{body}--{boundary}--{CRLF}".encode()


def _of_list(listed: Listed) -> Iterator[tuple[str, str]]:
    """What says that this is a list, and how one leaves it with one click (RFC 8058, 2369, 2919)."""
    leave = _web(listed.leave)
    if not is_slug(listed.slug):
        raise InputError(f"{listed.slug[:60]!r} is no name for a list", kind="header")
    yield "List-Id", f"{_phrase(listed.title)} <{listed.slug}.{urlsplit(leave).hostname}>"
    yield "List-Unsubscribe", f"<{leave}>"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    for name, address in (("Help", listed.help), ("Subscribe", listed.subscribe), ("Archive", listed.archive)):
        if address:
            yield f"List-{name}", f"<{_web(address)}>"
    yield "Auto-Submitted", "auto-generated"
    yield "Precedence", "list"


def _part(kind: str, words: str) -> str:
    """A part of the body in lines of 76 ASCII characters, so that no server on the way has to change it."""
    lines = "\r\n".join(words.encode("utf-8", "replace").decode().splitlines()) + CRLF
    encoded = binascii.b2a_qp(lines.encode(), istext=True).decode()
    return (
        f"Content-Type: text/{kind}; charset=utf-8{CRLF}Content-Transfer-Encoding: quoted-printable{CRLF * 2}{encoded}"
    )


# Headers


def _line(name: str, value: str) -> str:
    """A header; that it is one and no more is checked once more, whoever made the value."""
    header = f"{name}: {value}"
    if HEADER.fullmatch(header) is None or any(len(line) > LONGEST for line in header.split(CRLF)):
        raise InputError(f"{value[:60]!r} cannot stand in the header {name} of a mail", kind="header")
    return header + CRLF


def _plain(words: str) -> str:
    """Words in one line, without anything that does not show, and no more than a header holds."""
    kept = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in words[: 4 * WORDS])
    return " ".join("".join(kept).split())[:WORDS]


def _words(words: str) -> str:
    """Words as a header has them: ASCII as it is, all else, and what looks like an encoded word, encoded."""
    line = _plain(words)
    return line if line.isascii() and "=?" not in line else _encoded(line)


def _encoded(line: str) -> str:
    """Words as encoded words (RFC 2047), each of whole letters, in a line of its own."""
    pieces = [""]
    for letter in line:
        if len((pieces[-1] + letter).encode()) > ENCODED:
            pieces.append("")
        pieces[-1] += letter
    return f"{CRLF} ".join(f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _phrase(words: str) -> str:
    """A name before an address."""
    line = _plain(words)
    if not line.isascii() or "=?" in line:
        return _encoded(line)
    return line if line and ATOMS.fullmatch(line) else '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _address(address: str) -> str:
    """An address of one person, its domain as name servers know it."""
    local, _, domain = address.rpartition("@")
    try:
        whole = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        whole = ""
    if ADDRESS.fullmatch(whole) is None or "=?" in whole:
        raise InputError(f"{address[:60]!r} is no address that mail goes to or comes from", kind="address")
    return whole


def _web(address: str) -> str:
    if ADDRESS_OF_WEB.fullmatch(address) is None or "=?" in address:
        raise InputError(f"{address[:60]!r} is no web address that can stand in a mail", kind="header")
    return address


def _id(given: str) -> str:
    if re.fullmatch(r"<[A-Za-z0-9._-]{1,120}@[A-Za-z0-9._-]{1,255}>", given, re.ASCII) is None:
        raise InputError(f"{given[:60]!r} is no name of a mail", kind="header")
    return given
