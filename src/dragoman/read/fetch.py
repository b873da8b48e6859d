"""The one reader of the network: a page by http or https, from public addresses only, capped in bytes, seconds, ratio.

What was read before is asked for again by its marks (ETag, Last-Modified), and may be answered with "unchanged".
The name is resolved once, its addresses are checked, and the connection goes to an address that was checked: a name
that answers differently the second time gains nothing. Proxies of the environment are not used.
"""

import functools
import ipaddress
import socket
import ssl
import threading
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple, cast

# httpcore (BSD), the engine of httpx: the step that opens a connection can be replaced, and that is all it takes here.
import httpcore
import msgspec

from dragoman.errors import InputError
from dragoman.read.archives import RATIO, SMALL
from dragoman.records import Record

# Bytes of one page, as sent and as unpacked: the heaviest news pages have two million, pictures left out.
BYTES = 10_000_000
# Seconds for everything: names, connections, redirects, the answer.
SECONDS = 30.0
# What browsers follow is 20; a report that needs more than 5 is not at this address.
REDIRECTS = 5
# Addresses of one name that are tried, one after the other.
TRIED = 4
CHUNK = 65_536
WEB_PORTS = {"http": 80, "https": 443}
# Below are the ports of mail, shells and directories, which no page is served from.
FIRST_FREE_PORT = 1024
REDIRECT = (301, 302, 303, 307, 308)
# Redirects that say where the page is from now on.
FOR_GOOD = (301, 308)
UNCHANGED = 304
# Answers of a server that has too much to do, and may say when it has less.
BUSY = (429, 503)
# Other answers, besides those from 500 on, that may be better another time: too slow a request, too early.
PASSING = (408, 425)
# Characters of a mark that is given back to its server; longer ones are no marks.
MARK = 1_000
# Ranges that carry an IPv4 address or a tunnel to one (the first six), are for protocols, for documents and for routes
# inside a network; Python 3.11 takes most of them for public.
SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "192.88.99.0/24",
        "192.0.0.0/24",
        "3fff::/20",
        "5f00::/16",
    )
)
PAGES = "text/html, text/plain, application/xhtml+xml, application/json;q=0.9, */*;q=0.5"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Asking(Record, frozen=True, kw_only=True):
    """How a URL is asked for: who asks, what is welcome, and the marks of what was read before, "" or none."""

    agent: str = "dragoman"
    accept: str = PAGES
    etag: str = ""
    modified: str = ""


class Fetched(Record, frozen=True, kw_only=True):
    """What a URL answered with: the last URL of the redirects, the bytes, the media type and the charset it names.

    `is_unchanged` where it is what the marks of the question are of, and there are no bytes; `etag` and `modified` are
    the marks of this answer. `moved` is where the page is for good, if that is elsewhere.
    """

    url: str
    data: bytes
    media: str = ""
    charset: str | None = None
    etag: str = ""
    modified: str = ""
    is_unchanged: bool = False
    moved: str = ""


class FetchError(InputError):
    """A page that is refused, missing, too slow or too large.

    `passing` says that it may be there another time, `retry_after` what the server said of when, as it said it, and
    `asked` is the address that was asked last, where redirects have led elsewhere.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        passing: bool = False,
        status: int | None = None,
        retry_after: str = "",
        asked: str = "",
    ) -> None:
        super().__init__(message, kind="fetch", where=where)
        self.passing, self.status, self.retry_after, self.asked = passing, status, retry_after, asked

    def at(self, url: str, asked: str) -> "FetchError":
        """The same of a page that is named, and of the address that was asked last for it."""
        return FetchError(
            self.message,
            where=url,
            passing=self.passing,
            status=self.status,
            retry_after=self.retry_after,
            asked=asked,
        )


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public network: not private, local, shared, reserved, multicast or a tunnel."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.scope_id or address.is_site_local:
            return False
    if address.is_multicast or address.is_reserved or any(address in network for network in SPECIAL):
        return False
    return address.is_global


def fetch(
    url: str,
    *,
    allow: Callable[[Address], bool] = is_public,
    limit: int = BYTES,
    seconds: float = SECONDS,
    asking: Asking = Asking(),  # noqa: B008  frozen
    before: Callable[[str], None] | None = None,
) -> Fetched:
    """The answer of a URL; raises `FetchError` for what is refused, missing, too slow or too large.

    `before` is told each address before it is asked, those of redirects too: it may wait, which does not count as the
    page's time, or raise a `FetchError`.
    """
    backend = _CheckedBackend(allow, time.monotonic() + seconds)
    target, moved = url, ""
    try:
        with httpcore.ConnectionPool(network_backend=backend, ssl_context=_trusted()) as pool:
            for hop in range(REDIRECTS + 1):
                if before:
                    backend.pause(before, _checked_url(target))
                answer = _ask(pool, target, limit, backend, asking)
                if isinstance(answer, Fetched):
                    return msgspec.structs.replace(answer, moved=moved)
                target = _next(target, answer.location)
                moved = target if answer.is_for_good and (moved or not hop) else ""
    except FetchError as error:
        raise error.at(url, target) from error
    raise FetchError(f"more than {REDIRECTS} redirects, the last to {target}", where=url)


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes longer than many a page."""
    return httpcore.default_ssl_context()


class _Elsewhere(NamedTuple):
    """Where a redirect points to."""

    location: str
    is_for_good: bool


def _ask(
    pool: httpcore.ConnectionPool, url: str, limit: int, backend: "_CheckedBackend", asking: Asking
) -> Fetched | _Elsewhere:
    """The answer to one request: what came, or the place that it points to."""
    address = _checked_url(url)
    try:
        with pool.stream("GET", address, headers=_headers(asking)) as response:
            headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in REDIRECT and b"location" in headers:
                return _Elsewhere(headers[b"location"], response.status in FOR_GOOD)
            is_unchanged = response.status == UNCHANGED and bool(asking.etag or asking.modified)
            data = b"" if is_unchanged else _body(response, headers, limit, backend)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise _refusal("no whole answer within the time that is given to a page", passing=True) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, zlib.error) as error:
        raise _refusal(f"the connection failed: {error or type(error).__name__}", passing=True) from error
    media, charset = _media(headers.get(b"content-type", ""))
    return Fetched(
        url=url,
        data=data,
        media=media,
        charset=charset,
        etag=_mark(headers, b"etag"),
        modified=_mark(headers, b"last-modified"),
        is_unchanged=is_unchanged,
    )


def _headers(asking: Asking) -> list[tuple[bytes, bytes]]:
    headers = {
        "User-Agent": asking.agent,
        "Accept": asking.accept,
        "Accept-Encoding": "gzip, identity;q=0.9",
        "If-None-Match": asking.etag,
        "If-Modified-Since": asking.modified,
        "Connection": "close",
    }
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items() if value]


def _mark(headers: dict[bytes, str], name: bytes) -> str:
    mark = headers.get(name, "")
    return mark if len(mark) <= MARK else ""


def _body(response: httpcore.Response, headers: dict[bytes, str], limit: int, backend: "_CheckedBackend") -> bytes:
    _check_answer(response.status, headers, limit)
    sent = _capped(cast("Iterable[bytes]", response.iter_stream()), limit, backend)
    return b"".join(_capped(_unpacked(sent, headers), limit, backend))


def _check_answer(status: int, headers: dict[bytes, str], limit: int) -> None:
    """Refuse an answer by its head alone, where that says enough."""
    if status in BUSY and b"retry-after" in headers:
        wait = headers[b"retry-after"][:40]
        message = f"the server answered with status {status} and asks to try again later (Retry-After: {wait!r})"
        raise _refusal(message, passing=True, status=status, retry_after=wait)
    if status != 200:
        passing = status >= 500 or status in (*BUSY, *PASSING)
        raise _refusal(f"the server answered with status {status}; expected 200", passing=passing, status=status)
    length = headers.get(b"content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > limit:
        raise _refusal(f"the page has {int(length):,} bytes; expected at most {limit:,}")


def _checked_url(url: str) -> str:
    """The URL in ASCII without its fragment; refused unless it is plain http or https to a host."""
    try:
        url.encode()
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise _refusal(f"not a web address: {error}") from error
    if parts.scheme not in WEB_PORTS:
        raise _refusal(f"expected an address of http or https, and {parts.scheme or 'none'!r} came")
    if not host:
        raise _refusal("the address names no host")
    if parts.username is not None or parts.password is not None:
        raise _refusal("the address holds a user name or password; expected one without")
    if port is not None and port < FIRST_FREE_PORT and port not in WEB_PORTS.values():
        raise _refusal(f"port {port} is not for pages; expected 80, 443 or one from {FIRST_FREE_PORT} on")
    name = f"[{host}]" if ":" in host else host
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urllib.parse.urlunsplit((parts.scheme, f"{name}:{port}" if port else name, path, query, ""))


def _next(url: str, location: str) -> str:
    """Where a redirect leads; never from https back to http."""
    try:
        target = urllib.parse.urljoin(url, location)
    except ValueError as error:
        raise _refusal(f"the redirect to {location[:100]!r} is not a web address") from error
    if url.startswith("https:") and not target.startswith("https:"):
        raise _refusal(f"the redirect leads from https to {target[:100]!r}; expected https")
    return target


def _unpacked(chunks: Iterable[bytes], headers: dict[bytes, str]) -> Iterator[bytes]:
    """The body, unpacked in small pieces where the server packed it, so that a bomb is met by the caps."""
    coding = headers.get(b"content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        yield from chunks
        return
    if coding not in ("gzip", "x-gzip"):
        raise _refusal(f"the answer is packed as {coding[:20]!r}; expected gzip or nothing")
    packed = came = 0
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for chunk in chunks:
        packed += len(chunk)
        while chunk and not unpacker.eof:
            piece = unpacker.decompress(chunk, CHUNK)
            came += len(piece)
            if came > SMALL and came > RATIO * packed:
                raise _refusal(f"the answer unpacks to more than {RATIO} times its bytes, as no page does")
            yield piece
            chunk = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise _refusal("the packed answer ends too early", passing=True)


def _capped(chunks: Iterable[bytes], limit: int, backend: "_CheckedBackend") -> Iterator[bytes]:
    came = 0
    for chunk in chunks:
        came += len(chunk)
        if came > limit:
            raise _refusal(f"the page has more than {limit:,} bytes")
        backend.left()
        yield chunk


def _media(content_type: str) -> tuple[str, str | None]:
    media, *options = content_type.split(";")
    named = dict(option.strip().lower().partition("=")[::2] for option in options)
    return media.strip().lower(), named.get("charset", "").strip("\"' ") or None


def _refusal(message: str, *, passing: bool = False, status: int | None = None, retry_after: str = "") -> FetchError:
    return FetchError(message, passing=passing, status=status, retry_after=retry_after)


class _CheckedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses only, and gives every step the seconds that are left."""

    def __init__(self, allow: Callable[[Address], bool], deadline: float) -> None:
        self._allow = allow
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def left(self) -> float:
        """Seconds left of the time for the whole page."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def pause(self, wait: Callable[[str], None], url: str) -> None:
        """Let something wait, without taking its time from the page's."""
        begun = time.monotonic()
        wait(url)
        self._deadline += time.monotonic() - begun

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._checked(host, port)[:TRIED]
        for number, address in enumerate(addresses[:-1]):
            seconds = self.left() / (len(addresses) - number)
            try:
                return self._connected(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port, self.left(), local_address, socket_options)

    def _connected(
        self, address: str, port: int, seconds: float, local: str | None, options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._plain.connect_tcp(address, port, seconds, local, options), self)

    def _checked(self, host: str, port: int) -> list[str]:
        """The addresses of the host; refused when any of them is not allowed."""
        try:
            found = _addresses(host, port, self.left())
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise _refusal(f"the host {host!r} is not known: {error}", passing=True) from error
        for address in found:
            if not self._allow(ipaddress.ip_address(address)):
                raise _refusal(
                    f"the host {host!r} has the address {address}, which is not public; expected a public one"
                )
        return found


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """What a name leads to; the system's own lookup knows no limit of time, so it is left alone when that is over."""
    answers: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answers.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers.result(seconds)))


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends with the time for the whole page."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _CheckedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._backend.left())
        return _TimedStream(secure, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
