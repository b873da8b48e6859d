"""Who asks: on this machine whoever sits at it, from elsewhere a person who has logged in, or a nameless reader."""

import getpass
import re
import time
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request, Response

from dragoman.brief.origins import network_of
from dragoman.errors import InputError
from dragoman.records import Fault
from dragoman.store import people
from dragoman.store.people import LONGEST, LONGEST_NAME, Person
from dragoman.web.errors import answer, is_data
from dragoman.web.forms import SESSION, Checked, Forms, cookie_line, cookie_name, keep_private
from dragoman.web.headers import host_name
from dragoman.web.limits import Limit
from dragoman.web.passwords import BusyError, Passwords
from dragoman.web.serving import Served, served_by

# Tries to log in within a minute: more than people need who mistype, far fewer than guessing takes.
BY_NAME, BY_NETWORK, MINUTE = 5, 20, 60
# Jobs of reports that a person from elsewhere may add within an hour; each can be thousands of reports.
JOBS, HOUR = 30, 3600
# Headers by which a server that stands before us says so. They are not believed, but then the asker sits elsewhere.
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
# Names by which only this machine is reached.
HERE = {"localhost", "127.0.0.1", "::1"}
# A root-relative address: not //host, no backslash (browsers take it for a slash), nothing that is not to be seen.
OF_THIS_SITE = re.compile(r"/(?!/)[^\\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,2000}")
# Addresses that nobody is to be led back to.
NOT_NEXT = {"/login", "/logout"}


class Guard:
    """What lets people in: made once for an app; `clock` tells seconds since 1970."""

    def __init__(self, *, clock: Callable[[], float] = time.time, passwords: Passwords | None = None) -> None:
        self.clock, self.passwords, self.here = clock, passwords or Passwords(), person_here()
        self.names = Limit(BY_NAME, MINUTE, clock)
        self.networks = Limit(BY_NETWORK, MINUTE, clock)
        self.jobs = Limit(JOBS, HOUR, clock)

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock())


def add_people(app: FastAPI, guard: Guard | None = None) -> None:
    """Give an app its guard, and what forms need."""
    app.state.guard = guard or Guard()
    app.add_middleware(Forms)
    app.add_exception_handler(BusyError, _busy)


def guard_of(request: Request) -> Guard:
    """What lets people into the app of a request."""
    found: Guard = request.app.state.guard
    return found


def person_here() -> Person:
    """Whoever sits at this machine, by the name of the system's user."""
    try:
        return Person(name=people.name_of(getpass.getuser()))
    except (InputError, KeyError, OSError):  # in a container a number may have no name
        return Person(name="somebody at this computer")


def is_local(request: Request) -> bool:
    """Whether only whoever sits at this machine can have asked, who needs no login.

    That a server listens on the machine itself alone is not enough where another one passes requests on to it.
    """
    served = served_by(request)
    if not served.loopback or served.https or any(name in request.headers for name in PASSED_ON):
        return False
    # By the name under which all others come, nobody is at this machine for sure.
    name = base_name(served)
    return name in HERE or host_name(request.headers.get("host", "")) != name


def base_name(served: Served) -> str:
    """The name of the host in the address that mails lead to."""
    return (urlsplit(served.settings.base).hostname or "").lower()


def reader(request: Request) -> Person | None:
    """Who asks; None where nobody is logged in."""
    if not hasattr(request.state, "person"):
        request.state.person = _asking(request)
    found: Person | None = request.state.person
    return found


def writer(request: Request) -> Person:
    """Who writes; whoever is not logged in is led to where that is done, a program is refused with 401."""
    found = reader(request)
    if found is not None:
        return found
    if is_data(request):
        raise HTTPException(401, "log in to write; reading is open")
    target = urlencode({"next": safe_next(_page_of(request))})
    raise HTTPException(303, "Log in to write.", headers={"Location": f"/login?{target}"})


Reader = Annotated[Person | None, Depends(reader)]
Writer = Annotated[Person, Depends(writer)]


def adder(request: Request, person: Writer, _: Checked) -> Person:
    """Who adds reports; from elsewhere not too often. Forged forms do not count."""
    if not is_local(request):
        refuse_after(guard_of(request).jobs.wait(person.name), "That were many reports within an hour.")
    return person


Adder = Annotated[Person, Depends(adder)]


def refuse_after(seconds: int, message: str) -> None:
    """Refuse with 429 where there are seconds to wait."""
    if seconds:
        headers = {"Retry-After": str(seconds)}
        raise HTTPException(429, f"{message} Try again in {lasting(seconds)}.", headers=headers)


def log_in(request: Request, name: str, password: str) -> str | None:
    """The token of a new session; None for a wrong name or password alike. Ends the browser's session before it."""
    found = matching(request, name, password)
    if found is None:
        return None
    known, kept = found
    guard = guard_of(request)
    renewed = guard.passwords.digest(password) if guard.passwords.is_dated(kept) else None
    with served_by(request).store.writing() as connection:
        if old := session_token(request):
            people.end_session(connection, old)
        token = people.begin_session(connection, known, kept, guard.now())
        if token and renewed:
            people.change_password(connection, known, kept, renewed)
    return token


def matching(request: Request, name: str, password: str) -> tuple[str, str] | None:
    """The name as it is kept and the digest of a password, where both are right; counted against the limits."""
    guard = guard_of(request)
    host = request.client.host if request.client else None
    message = "Too many tries to log in."
    refuse_after(guard.networks.wait(network_of(host or "")), message)
    refuse_after(guard.names.wait(name.strip().casefold()[:LONGEST_NAME]), message)
    known = _name_or_nobody(name)
    with served_by(request).store.reading() as connection:
        kept = people.password_of(connection, known)
    return (known, kept) if guard.passwords.is_right(password, kept) and kept else None


def session_token(request: Request) -> str | None:
    """The token that the browser sent."""
    return request.cookies.get(cookie_name(request, SESSION))


def give_session(request: Request, response: Response, token: str) -> None:
    """Send the browser its session, or with "" take it away."""
    keep_private(request)
    line = cookie_line(request, SESSION, token, lasts=LONGEST if token else 0)
    response.headers.append("set-cookie", line)


def safe_next(address: str) -> str:
    """Where to go on, if that is a root-relative address of this site; else the first page.

    >>> safe_next("/ledger?by=PRK"), safe_next("//elsewhere.example"), safe_next("https://elsewhere.example")
    ('/ledger?by=PRK', '/', '/')
    """
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return address if OF_THIS_SITE.fullmatch(address) and path not in NOT_NEXT else "/"


def _busy(request: Request, error: Exception) -> Response:
    assert isinstance(error, BusyError)
    return answer(request, 503, Fault(kind=error.kind, message=error.message), {"Retry-After": "5"})


def _asking(request: Request) -> Person | None:
    if is_local(request):
        return guard_of(request).here
    token = session_token(request)
    if not token:
        return None
    keep_private(request)
    return people.visitor(served_by(request).store, token, guard_of(request).now())


def _page_of(request: Request) -> str:
    """The page that somebody asks from: what he asks for, or where he sent a form from."""
    if request.method in {"GET", "HEAD"}:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        origin = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    here = origin.netloc.lower() == request.headers.get("host", "").lower()
    return origin.path + (f"?{origin.query}" if origin.query else "") if here else "/"


def _name_or_nobody(typed: str) -> str:
    """A name as it is kept; one that nobody can have where it is none, so that it takes as long to refuse."""
    try:
        return people.name_of(typed)
    except InputError:
        return ""


def lasting(seconds: int) -> str:
    """A number of seconds in words."""
    minutes = -(-seconds // 60)
    return f"{seconds} seconds" if seconds < 120 else f"{minutes} minutes"
