"""What a server answered, as it was kept: the fields of its head, and its body in one piece and unpacked."""

import io
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple, cast

from dragoman.errors import InputError
from dragoman.read.ahead import Readable
from dragoman.read.archives import RATIO, SMALL
from dragoman.read.packed import Unpacked, packing_of, whole
from dragoman.read.readings import refuse
from dragoman.records import Warning

if TYPE_CHECKING:
    # fastwarc (Apache-2.0): heads of records and answers, and brotli, at the speed of Rust. Its own iterator is not
    # used, for it ends at the first broken record and reads over the next ones where a record lies about its length.
    from fastwarc.warc import HeaderMap

# Bytes of a body as it is unpacked: the heaviest news pages have two million, pictures left out.
BODY = 10_000_000
# Bytes of a head: real ones stay below 8,000.
HEAD = 32_768
END = re.compile(rb"\r?\n\r?\n")
# The size of a piece, in hexadecimal, with what may be said of it: "1a2b;name=value"
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
AFTER_CHUNK = re.compile(rb"\r?\n")

Fields = dict[str, str]


class Answer(NamedTuple):
    """The status, the media type and charset that the head names, and the body as it was meant to be read."""

    status: int
    media: str
    charset: str | None
    fields: Fields
    body: bytes


def check_library() -> None:
    """Raise `InputError` of kind "missing" where the library for archives of the web is not installed."""
    _map()


def fields_of(head: bytes) -> tuple[str, Fields]:
    """The first line of a head, and its fields by their names in small letters; of several alike the first counts."""
    headers = _map()
    headers.parse(io.BytesIO(head.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")), True)
    fields: Fields = {}
    for name, value in headers.to_tuples():
        fields.setdefault(name.strip().lower(), value.strip())
    return headers.status_line or "", fields


def answer_of(block: bytes) -> Answer:
    """An answer in its parts, its body still as it was sent; refused with kind "archive" where it has no head."""
    end = END.search(block, 0, HEAD)
    line, fields = fields_of(block[: end.end()]) if end else ("", {})
    status = re.match(r"HTTP/[0-9.]+ +([0-9]{3})\b", line)
    if end is None or status is None:
        refuse("archive", "expected the answer of a server, and what is kept has no head of one")
    media, charset = _media(fields.get("content-type", ""))
    return Answer(int(status[1]), media, charset, fields, block[end.end() :])


def body_of(answer: Answer) -> tuple[bytes, tuple[Warning, ...]]:
    """The body in one piece and unpacked, with a doubt where it is cut; refused where it is broken, or far too large.

    Crawlers that undo either often leave the fields that told of it, so a body is as it is where it does not fit them.
    """
    body, said = answer.body, answer.fields.get("content-length", "")
    doubts: tuple[Warning, ...] = ()
    if said.isdecimal() and len(said) < 20 and int(said) > len(body):
        message = f"the page has {len(body):,} bytes, and {int(said):,} were announced; its end may be missing"
        doubts = (Warning(kind="cut", message=message),)
    if "chunked" in answer.fields.get("transfer-encoding", "").lower() and CHUNK.match(body):
        body = _joined(body)
    return _unpacked(body, answer.fields.get("content-encoding", "").strip().lower()), doubts


def _joined(body: bytes) -> bytes:
    """Pieces that each tell their size, as one."""
    pieces: list[bytes] = []
    place = 0
    while chunk := CHUNK.match(body, place):
        size = int(chunk[1], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[chunk.end() : chunk.end() + size])
        after = AFTER_CHUNK.match(body, chunk.end() + size)
        if after is None:
            refuse("archive", f"the answer's piece at byte {place:,} is not of the {size:,} bytes that it says")
        place = after.end()
    if place < len(body):
        refuse("archive", f"the answer breaks at byte {place:,}: expected the size of a piece")
    return b"".join(pieces)


def _unpacked(body: bytes, coding: str) -> bytes:
    match coding:
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "zstd":
            return _capped(Unpacked(io.BytesIO(body)), body) if packing_of(body) else body
        case "deflate":
            return _inflated(body)
        case "br":
            return _of_brotli(body)
    refuse("archive", f"the page is packed as {coding[:30]!r}; expected gzip, deflate, br or zstd")


def _capped(stream: Readable, body: bytes) -> bytes:
    """All that a body unpacks to, no more than a page has."""
    data = whole(stream, BODY)
    if len(data) > BODY or (len(data) > SMALL and len(data) > RATIO * len(body)):
        refuse("too-large", f"the page's {len(body):,} bytes unpack to {len(data):,} and more, as no page does")
    return data


def _inflated(body: bytes) -> bytes:
    """Deflated bytes, which some servers send without the head that they should have."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        try:
            data = unpacker.decompress(body, BODY + 1)
        except zlib.error:
            continue
        if unpacker.eof or len(data) > BODY:
            return _capped(io.BytesIO(data), body)
    return _as_it_is(body)


def _of_brotli(body: bytes) -> bytes:
    from fastwarc.stream_io import BrotliReader

    try:
        return _capped(cast("Readable", BrotliReader(io.BytesIO(body))), body)
    except OSError:
        return _as_it_is(body)


def _as_it_is(body: bytes) -> bytes:
    """A body that cannot be unpacked: it was already, or it is broken."""
    if b"\0" in body[:1000] or body.lstrip()[:1] != b"<":
        refuse("archive", "the page cannot be unpacked: its bytes are cut or broken")
    return body


def _media(content_type: str) -> tuple[str, str | None]:
    media, *options = content_type.split(";")
    named = dict(option.strip().lower().partition("=")[::2] for option in options)
    return media.strip().lower(), named.get("charset", "").strip("\"' ") or None


def _map() -> "HeaderMap":
    try:
        from fastwarc.warc import HeaderMap
    except ImportError as error:
        message = "fastwarc is needed for archives of the web: pip install 'dragoman[bulk]'"
        raise InputError(message, kind="missing") from error
    return HeaderMap()
