"""A server on this machine that answers each path in its own way: well, elsewhere, badly, slowly, without end."""

import contextlib
import functools
import gzip
import ssl
import threading
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FILES = Path(__file__).parent / "files"
PAGE = (FILES / "harbour.html").read_bytes()
LINES = (FILES / "reports.jsonl").read_bytes()
HTML = "Content-Type: text/html; charset=utf-8"
# Times that a slow answer sends one byte, and the pause before each: three seconds in all.
DRIPS, PAUSE = 60, 0.05
# Pieces of 65,536 bytes of an answer "without end": 26 megabytes, more than is ever read.
PIECES = 400


def head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1")


def page(*headers: str, body: bytes = PAGE) -> bytes:
    return head(HTML, *headers, f"Content-Length: {len(body)}") + body


def packed(body: bytes, coding: str = "gzip") -> bytes:
    return head(HTML, f"Content-Encoding: {coding}") + body


def dripped(begun: bytes = b"") -> Iterator[bytes]:
    yield begun
    for _ in range(DRIPS):
        time.sleep(PAUSE)
        yield b"x"


def repeated(begun: bytes, piece: bytes, times: int = PIECES) -> Iterator[bytes]:
    yield begun
    for _ in range(times):
        yield piece


def nothing_packed() -> Iterator[bytes]:
    """A gzip stream of blocks that hold nothing, one after the other without end."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    yield packed(packer.compress(b"x") + packer.flush(zlib.Z_SYNC_FLUSH))
    yield from [b"\x00\x00\x00\xff\xff" * 13_000] * PIECES


@functools.cache
def bomb(size: int) -> bytes:
    return packed(gzip.compress(b"x" * size))


LATIN = "Chad thanked Sudan for the café.".encode("latin-1")
CHUNKED = head(HTML, "Transfer-Encoding: chunked")
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
# What comes on each path, byte for byte.
ANSWERS: dict[str, Callable[[], bytes | Iterable[bytes]]] = {
    "page": page,
    "text": lambda: head("Content-Type: text/plain; charset=iso-8859-1") + LATIN,
    "lines": lambda: head("Content-Type: application/x-ndjson") + LINES,
    "chunked": lambda: CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
    "gzip": lambda: packed(gzip.compress(PAGE)),
    "gzip-and-more": lambda: packed(gzip.compress(PAGE) + b"more"),
    "early-hints": lambda: HINT + page(),
    "empty": lambda: page(body=b""),
    "missing": lambda: head(status="404 Not Found") + b"nothing here",
    "broken": lambda: head(status="500 Internal Server Error"),
    "no-content": lambda: head(status="204 No Content"),
    "too-many": lambda: head("Retry-After: 120", status="429 Too Many Requests"),
    "busy": lambda: head("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", status="503 Service Unavailable"),
    "slow-head": dripped,
    "slow-header": lambda: dripped(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "slow-body": lambda: dripped(head()),
    "slow-chunks": lambda: dripped(CHUNKED + b"fffff\r\n"),
    "silent": lambda: (time.sleep(DRIPS * PAUSE) or b"" for _ in "x"),
    "endless": lambda: repeated(head(), b"x" * 65_536),
    "endless-chunks": lambda: repeated(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "endless-headers": lambda: repeated(b"HTTP/1.1 200 OK\r\n", b"X-Line: 1\r\n" * 5_000),
    "endless-hints": lambda: repeated(b"", HINT, 1_000_000),
    "long-header": lambda: b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000,
    "says-gigabyte": lambda: head("Content-Length: 1000000000") + b"x",
    "says-more": lambda: head("Content-Length: 500") + b"short",
    "says-two-lengths": lambda: head("Content-Length: 5", "Content-Length: 6") + b"short",
    "says-less-than-none": lambda: head("Content-Length: -5") + b"short",
    "bad-chunk": lambda: CHUNKED + b"5\r\nshortest\r\nzz\r\n",
    "cut-chunk": lambda: CHUNKED + b"500\r\nshort",
    "bomb": lambda: bomb(20_000_000),
    "small-bomb": lambda: bomb(3_000_000),
    "large-gzip": lambda: packed(gzip.compress(b"".join(b"%d " % n for n in range(2_000_000)), 1)),
    "half-gzip": lambda: packed(gzip.compress(PAGE)[:-20]),
    "no-gzip": lambda: packed(PAGE),
    "nothing-packed": nothing_packed,
    "brotli": lambda: packed(b"x", "br"),
    "deflate": lambda: packed(zlib.compress(PAGE), "deflate"),
    "twice-packed": lambda: packed(gzip.compress(gzip.compress(PAGE)), "gzip, gzip"),
    "no-http": lambda: b"SSH-2.0-OpenSSH_9.6\r\n",
}


class Handler(BaseHTTPRequestHandler):
    """Answers /NAME by the table; /to/STATUS?LOCATION leads elsewhere, /down/N counts down to the page."""

    def do_GET(self):
        name, _, rest = self.path.strip("/").partition("/")
        if name == "to":
            status, _, location = rest.partition("?")
            self.redirect(int(status), urllib.parse.unquote(location))
        elif name == "down" and rest != "0":
            self.redirect(302, f"/down/{int(rest) - 1}")
        else:
            self.raw("page" if name == "down" else name.partition("?")[0])

    def redirect(self, status, location):
        self.wfile.write(head(f"Location: {location}", status=f"{status} Elsewhere"))

    def raw(self, name):
        answer = ANSWERS[name]()
        for piece in [answer] if isinstance(answer, bytes) else answer:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *_):
        pass


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A reader that stops in the middle is what is tested."""


@contextlib.contextmanager
def answering(certificate: Path | None = None) -> Iterator[str]:
    """The server, by http, or by https with a certificate."""
    server = QuietServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
