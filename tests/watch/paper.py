"""A newspaper on this machine: feeds and pages as a test wants them, and what it was asked for."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple

from tests.read.answering import QuietServer, head

Given = bytes | Iterable[bytes]
Answer = Given | Callable[[dict[str, str]], Given]
WORDS = (
    "Chad thanked Sudan for its help on {day}, and the two governments agreed to meet again in the spring of the year."
)
MORE = "Officials in both capitals said that the talks had been long and that nobody had expected them to end so soon."
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml"


class Asked(NamedTuple):
    """A request: its path, its headers in small letters, and when it came."""

    path: str
    headers: dict[str, str]
    at: float


class Paper:
    """What it answers with is in `routes`, by path; what it was asked for in `asked`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.routes: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.otherwise: Callable[[str], bytes] = lambda path: head(status="404 Not Found")

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def times(self, path: str) -> int:
        return sum(one.path == path for one in self.asked)

    def headers(self, path: str) -> list[dict[str, str]]:
        return [one.headers for one in self.asked if one.path == path]

    def tell(self, path: str, title: str, *, day: str = "2024-03-01", more: str = MORE) -> str:
        """Have a page with a report, and give its item for a feed."""
        self.routes[path] = page(title, more, day=day)
        return item(title, self.url(path), day=day)


@contextlib.contextmanager
def published() -> Iterator[Paper]:
    """A paper for as long as it is needed."""
    paper = Paper("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            paper.asked.append(Asked(self.path, headers, time.monotonic()))
            answer = paper.routes[self.path] if self.path in paper.routes else paper.otherwise(self.path)
            given = answer(headers) if callable(answer) else answer
            for piece in [given] if isinstance(given, bytes) else given:
                self.wfile.write(piece)
                self.wfile.flush()

        def log_message(self, *_):
            pass

    server = QuietServer(("127.0.0.1", 0), Handler)
    server.request_queue_size = 64
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    paper.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield paper
    finally:
        server.shutdown()
        server.server_close()


def page(title: str, more: str = MORE, *, day: str = "2024-03-01") -> bytes:
    body = (
        f"<!doctype html><html lang=en><head><title>{escape(title)}</title>"
        f'<meta property="og:title" content="{escape(title)}"><meta property="article:published_time" content="{day}T09:00:00Z">'
        f"</head><body><nav>Home News Sport</nav><article><h1>{escape(title)}</h1>"
        f"<p>{escape(title)}. {WORDS.format(day=day)}</p><p>{escape(more)}</p></article></body></html>"
    )
    return answer(body.encode(), "text/html; charset=utf-8")


def answer(body: bytes, kind: str, *headers: str, status: str = "200 OK") -> bytes:
    return head(f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, status=status) + body


def item(title: str, url: str, *, day: str = "2024-03-01", guid: str = "", text: str = "") -> str:
    day_words = time.strftime("%a, %d %b %Y 09:00:00 GMT", time.strptime(day, "%Y-%m-%d")) if day else ""
    parts = [f"<title>{escape(title)}</title>", f"<link>{escape(url)}</link>" if url else ""]
    parts += [
        f"<pubDate>{day_words}</pubDate>" if day else "",
        f"<description>{escape(text)}</description>" if text else "",
    ]
    parts += [f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else ""]
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, title: str = "The Harbour Daily") -> bytes:
    body = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'
    return body.encode()


def feed(*items: str, headers: tuple[str, ...] = ()) -> bytes:
    return answer(rss(*items), RSS, *headers)
