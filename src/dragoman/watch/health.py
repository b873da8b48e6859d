"""The health page: how the watch goes, for people and for programs, on this machine alone."""

import ipaddress
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from dragoman.errors import InputError
from dragoman.rules import DATA
from dragoman.watch.health_page import page_of
from dragoman.watch.progress import Health

STYLE = DATA / "web" / "static" / "dragoman.css"
HOST = "127.0.0.1"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# Seconds after which whoever connects and says nothing is let go.
PATIENCE = 5


class HealthServer:
    """Answers until it is closed; `health` says how the watch goes."""

    def __init__(self, health: Callable[[], Health], port: int) -> None:
        handler = type("Handler", (_Handler,), {"health": staticmethod(health)})
        try:
            self._server = _Server((HOST, port), handler)
        except OSError as error:
            told = f"cannot listen on {HOST} port {port}: {(error.strerror or str(error)).lower()}"
            raise InputError(f"{told}; choose another with --port", kind="address") from error
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://localhost:{self._server.server_port}/"

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever goes away before the answer is no trouble of the watch."""


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of the page, of the same as JSON, and of its style; 503 where the watch is not well."""

    timeout = PATIENCE
    server_version, sys_version = "dragoman", ""
    health: Callable[[], Health]

    def do_GET(self) -> None:
        if not _is_ours(self.headers.get("Host", "")):
            self._answer(421, "text/plain; charset=utf-8", b"This page does not answer to that name.\n")
            return
        path = self.path.partition("?")[0]
        if path == "/dragoman.css":
            self._answer(200, "text/css; charset=utf-8", STYLE.read_bytes())
        elif path in {"/", "/health.json"}:
            health = self.health()
            status = 200 if health.well else 503
            if path == "/":
                self._answer(status, "text/html; charset=utf-8", page_of(health).encode("utf-8", "replace"))
            else:
                self._answer(status, "application/json", msgspec.json.encode(health))
        else:
            self._answer(404, "text/plain; charset=utf-8", b"There is / and /health.json.\n")

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: int, media: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the log is of the watch."""


def _is_ours(host: str) -> bool:
    """Whether it is asked by a name of this machine: somebody else's page could have a name made to lead here."""
    name = host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
