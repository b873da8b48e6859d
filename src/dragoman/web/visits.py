"""From where somebody sends a form of the briefings, and answers that are for one person alone."""

import hashlib
import ipaddress

from fastapi import Request, Response

from dragoman.brief.agreements import Visit
from dragoman.brief.signing import notice
from dragoman.web.people import PASSED_ON, guard_of
from dragoman.web.serving import Served, served_by

# What an answer says that is for one person: no cache keeps it, no other page learns its address, no search finds it.
PERSONAL = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
}


def now_of(request: Request) -> int:
    """Whole seconds since 1970."""
    return guard_of(request).now()


def visit_of(request: Request, form: str) -> Visit:
    """From where a form was sent; `form` is its path, without what is a person's own in it."""
    served = served_by(request)
    agent = request.headers.get("user-agent", "")
    return Visit(origin=_origin(request, served), agent=agent, form=served.settings.base + form)


def _origin(request: Request, served: Served) -> str:
    """The network address of who asks; "" where only that of a server before ours is known."""
    if header := served.settings.proxy_header:
        # What the server before ours wrote stands last; what is before it, anybody can have sent.
        return _address(request.headers.get(header, "").rpartition(",")[2])
    if any(name in request.headers for name in PASSED_ON) or request.client is None:
        return ""
    return _address(request.client.host)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().partition("%")[0]))
    except ValueError:
        return ""


def personal(response: Response, status: int | None = None) -> Response:
    """An answer as one for a person alone."""
    response.headers.update(PERSONAL)
    response.status_code = status or response.status_code
    return response


def notice_mark(served: Served) -> str:
    """What a form sends back of the notice that it showed, so that nobody agrees to words that he has not seen."""
    return hashlib.sha256(notice(served.settings).encode()).hexdigest()[:16]
