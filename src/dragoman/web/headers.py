"""What stands around the app: names that it answers to, headers on every response, HEAD, and the time it took."""

import ipaddress
import time
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
# Where mail programs post that leave a list with one click.
LEAVING = "/briefings/leave/"
SECURE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Surroundings:
    """The app with all that must hold for every response, those of errors too."""

    def __init__(self, app: ASGIApp, *, names: Collection[str], https: bool) -> None:
        self.app = app
        self._names = frozenset(name.lower() for name in names)
        self._headers = SECURE | ({"strict-transport-security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it where it asks for a name that is not this server's."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = self._answering(send, is_head=scope["method"] == "HEAD")
        if not (self._is_ours(Headers(scope=scope).get("host", "")) or _is_leaving(scope)):
            refusal = "This server does not answer to that name. Start it with --host-name NAME to let it.\n"
            await PlainTextResponse(refusal, 421)(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        """A name that somebody else made lead here could make a browser give away what only this machine may see."""
        name = host_name(host)
        return name in self._names or (name != "" and _is_address(name))

    def _answering(self, send: Send, *, is_head: bool) -> Send:
        begun = time.perf_counter()

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache")
                headers["server-timing"] = f"app;dur={(time.perf_counter() - begun) * 1000:.1f}"
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        return answering


def _is_leaving(scope: Scope) -> bool:
    """Whether a mail program posts to a link that leaves a list: it may come by a name that ours once was."""
    return bool(scope["method"] == "POST" and scope["path"].startswith(LEAVING))


def host_name(host: str) -> str:
    """The name in a Host header, without the port; "" where it is none."""
    text = host.strip().lower()
    if text.startswith("["):
        inner, bracket, rest = text[1:].partition("]")
        return inner if bracket and (not rest or rest[1:].isdecimal()) else ""
    name, _, port = text.partition(":")
    return name if not port or port.isdecimal() else ""


def _is_address(name: str) -> bool:
    """An address cannot be made to lead elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
