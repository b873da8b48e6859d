"""Forms that only our own pages can send: a token bound to the browser's cookie, and where the request comes from.

Every form that is sent by POST holds `<input type="hidden" name="token" value="{{ form_token(request) }}">`; whoever
takes it in asks for `Checked`. A page that holds a token is its reader's own and is kept by no cache.
"""

import hashlib
import hmac
import secrets
from typing import Annotated, Any

from fastapi import Depends, Form, HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The cookies of a session, and of a browser without one. The prefix makes browsers take them from this very host alone,
# and only over https.
SESSION, FORM, PREFIX = "dragoman", "dragoman-form", "__Host-"
STALE = "This form is too old, or was not made by this site. Go back, load the page anew and send it again."
FOREIGN = "This was sent from another site. Open the page here and send it again."
NO_COOKIE = (
    "Your browser sent no cookie with this form. Allow cookies for this site, load the page anew, send it again."
)


def form_token(request: Request) -> str:
    """The token of a form on a page for this request; the browser gets a cookie to bind it to where it has none."""
    keep_private(request)
    return _token(request, _binding(request) or _new_binding(request))


def check_form(request: Request, token: Annotated[str, Form(description="From the form on the page.")] = "") -> None:
    """Refuse with 403 what was not sent from a page of ours."""
    if not is_from_here(request):
        raise HTTPException(403, FOREIGN)
    binding = _binding(request)
    if binding is None:
        raise HTTPException(403, NO_COOKIE)
    if not hmac.compare_digest(_token(request, binding).encode(), token.encode("utf-8", "replace")):
        raise HTTPException(403, STALE)


Checked = Annotated[None, Depends(check_form)]


def is_from_here(request: Request) -> bool:
    """Whether nothing that the browser sent says that a page of another site made the request.

    A browser that hides the origin ("null") is believed only where it says itself that it is the same.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin"):
        return False
    if origin == "null":
        return site is not None
    return origin in (None, f"{'https' if is_secure(request) else 'http'}://{request.headers.get('host', '').lower()}")


def is_secure(request: Request) -> bool:
    """Whether the browser came by https: to us, or to what stands before us and passes requests on."""
    return request.url.scheme == "https" or bool(request.app.state.served.https)


def cookie_name(request: Request, name: str) -> str:
    """The name of a cookie; over https only one that no other host can have set."""
    return PREFIX + name if is_secure(request) else name


def cookie_line(request: Request, name: str, value: str, *, lasts: int | None = None) -> str:
    """A Set-Cookie line; `lasts` in seconds, 0 takes the cookie away, None keeps it until the browser is closed."""
    age = "" if lasts is None else f"; Max-Age={lasts}"
    secure = "; Secure" if is_secure(request) else ""
    return f"{cookie_name(request, name)}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}"


def keep_private(request: Request) -> None:
    """Let no cache keep the answer to this request."""
    request.state.private = True


class Forms:
    """The app with what forms need: a secret of this process, cookies for new browsers, nothing private in caches."""

    def __init__(self, app: ASGIApp, *, secret: bytes | None = None) -> None:
        self.app, self._secret = app, secret or secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["form_secret"] = self._secret
        await self.app(scope, receive, _completing(send, state))


def _completing(send: Send, state: dict[str, Any]) -> Send:
    async def completing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "form_cookie" in state:
                headers.append("set-cookie", state["form_cookie"])
            if state.get("private"):
                headers["cache-control"] = "no-store"
                del headers["etag"]
        await send(message)

    return completing


def _binding(request: Request) -> str | None:
    """What the browser holds that other sites do not know: its session, or a cookie for forms alone."""
    for name in (SESSION, FORM):
        value = request.cookies.get(cookie_name(request, name))
        if value:
            return f"{name}={value}"
    return None


def _new_binding(request: Request) -> str:
    """A cookie for a browser that has none; the same for all forms of a page."""
    state = request.state
    if not hasattr(state, "form_value"):
        state.form_value = secrets.token_urlsafe(32)
        state.form_cookie = cookie_line(request, FORM, state.form_value)
    return f"{FORM}={state.form_value}"


def _token(request: Request, binding: str) -> str:
    secret: bytes = request.state.form_secret
    return hmac.new(secret, binding.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
