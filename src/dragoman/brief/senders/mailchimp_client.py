"""A client for the calls of Mailchimp's Marketing API 3.0 that sending briefings takes: typed answers, typed errors.

The host follows from the key's suffix, so a strange suffix is refused. A call that may be done twice is tried again
where the platform is busy, fails or is silent, with growing gaps; any other only where it was surely not done.
Redirects and the proxies of the environment are not followed.
"""

import base64
import datetime
import ipaddress
import random
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import httpx2  # what became of httpx: keeps connections open, and each step of a call has its limit of time
import msgspec

from dragoman.brief.senders.mailchimp_records import (
    Answer,
    Campaign,
    Categories,
    Category,
    Checklist,
    Health,
    Interest,
    Interests,
    Mailing,
    Member,
    Members,
    NewStatus,
    Person,
    Problem,
    Webhook,
    Webhooks,
    hash_of,
)
from dragoman.errors import SenderError

# A key ends in the name of the data centre that it is of, which becomes a part of the host's name: nothing but that.
KEY = re.compile(r"[0-9A-Za-z]{16,64}-(?P<centre>[a-z]{2}[0-9]{1,3})")
# Ids of the platform; anything else in a path would reach elsewhere.
ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
# Calls under way at once: the platform takes 10 of one user, whatever programs they come from.
AT_ONCE = 8
# Times that a call is tried, and seconds of the first gap; each is twice the one before, up to the longest.
TRIES, GAP, LONGEST_GAP = 5, 1.0, 60.0
# Seconds for each step of a call, and for the whole of it: the platform itself gives up after 120.
SECONDS, ALL_SECONDS = 30.0, 125.0
# Bytes of an answer: a page of 500 members with the fields that are asked for has 200,000.
BYTES = 10_000_000
# Members of one page; the platform gives 1,000 at most.
PAGE = 500
MEMBER_FIELDS = ("id", "email_address", "status", "interests", "last_changed")

Kind = Literal[
    "key", "invalid", "compliance", "forgotten", "forbidden", "missing", "busy", "server", "silent", "cut", "answer"
]
KINDS: dict[int, Kind] = {400: "invalid", 401: "key", 403: "forbidden", 404: "missing", 429: "busy"}
# Titles of answers with status 400 that are about the person, not about a field.
TITLES: dict[str, Kind] = {
    "Member In Compliance State": "compliance",
    "Forgotten Email Not Subscribed": "forgotten",
}
ADVICE: dict[Kind, str] = {
    "key": "it does not know the key, or the key was switched off: make a new one there and put it into the settings",
    "invalid": "it did not take what was sent",
    "compliance": "this address has left there, bounced or complained: only the platform's own confirmation mail, "
    "answered by the person, brings it back",
    "forgotten": "this address was deleted there for good, and no program can add it again: the person has to use the "
    "platform's own sign-up form",
    "forbidden": "the key's user may not do this, or the account is closed",
    "missing": "it does not know this; compare the audience and the category in the settings with the account",
    "busy": "it has too much to do; try again later",
    "server": "it failed; try again later",
    "silent": "it did not answer in time; try again later",
    "cut": "the connection failed; try again later",
    "answer": "what came is not what its documentation promises",
}
# What may pass by itself.
PASSING: frozenset[Kind] = frozenset({"busy", "server", "silent", "cut"})

Found = TypeVar("Found", bound=Answer)


class PlatformError(SenderError):
    """The platform refused a call or did not answer it; `unsure` where the call may have been done all the same."""

    def __init__(self, kind: Kind, where: str, told: str = "", *, unsure: bool = False) -> None:
        super().__init__(f"Mailchimp: {ADVICE[kind]}" + (f" ({told})" if told else ""), kind=kind, where=where)
        self.told, self.unsure = told, unsure

    @property
    def passing(self) -> bool:
        """Whether the same may go well a while later."""
        return self.kind in PASSING


def host_of(key: str, base: str = "") -> str:
    """Where the calls go that this key is for; `base` is another place, for trials, on this machine only.

    Raises `PlatformError` of kind "key" for a key without the name of a data centre: it would choose the host.
    """
    if base:
        return _here(base)
    found = KEY.fullmatch(key)
    if not found:
        # The key itself is a secret; what stands behind its hyphen is not.
        shown = repr(key.rpartition("-")[2][:20]) if "-" in key else "nothing"
        raise PlatformError("key", "the key", f"a key is letters and digits and ends like -us21; this ends in {shown}")
    return f"https://{found['centre']}.api.mailchimp.com/3.0"


def _here(base: str) -> str:
    """A place on this machine; it is named by number, as names can be made to mean any place."""
    try:
        parts = urllib.parse.urlsplit(base)
        is_here = ipaddress.ip_address(parts.hostname or "").is_loopback and parts.port is not None
    except ValueError:
        is_here = False
    if not is_here or parts.scheme not in {"http", "https"} or parts.username is not None:
        raise PlatformError("key", "base", f"expected a place like http://127.0.0.1:8080/3.0, got {base[:60]!r}")
    return base.rstrip("/")


class Client:
    """Speaks with one account; made once, used by all threads, of which eight call at once and the others wait."""

    def __init__(
        self,
        key: str,
        *,
        base: str = "",
        seconds: float = SECONDS,
        tries: int = TRIES,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._host, self._tries, self._sleep, self._chance = host_of(key, base), tries, sleep, chance
        self._key, self._seconds = key, seconds
        self._turns, self._opening = threading.BoundedSemaphore(AT_ONCE), threading.Lock()
        self._opened: httpx2.Client | None = None

    def close(self) -> None:
        """Let go of all connections."""
        if self._opened is not None:
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ping(self) -> Health:
        """Whether the key is right."""
        return self._get(Health, "ping")

    def categories(self, audience: str) -> tuple[Category, ...]:
        """The groups of interests of an audience."""
        return self._get(Categories, "lists", audience, "interest-categories", count="1000").categories

    def interests(self, audience: str, category: str) -> tuple[Interest, ...]:
        """The interests of a group."""
        path = ("lists", audience, "interest-categories", category, "interests")
        return self._get(Interests, *path, count="1000").interests

    def add_interest(self, audience: str, category: str, name: str) -> Interest:
        """Make an interest."""
        path = ("lists", audience, "interest-categories", category, "interests")
        return self._tell(Interest, "POST", path, {"name": name})

    def put_member(self, audience: str, person: Person, status: NewStatus) -> Member:
        """Add somebody, or change what is told of them; at "pending" the platform sends its own confirmation mail."""
        path = ("lists", audience, "members", hash_of(person.email_address))
        body = {**person.fields(), "status_if_new": status, "status": status}
        # Fields that an audience demands, as names, are none that we ask people for.
        query = {"skip_merge_validation": "true"}
        # Told twice to ask somebody, it might write twice.
        answer = self._call("PUT", path, query=query, body=body, again=status == "subscribed")
        return self._read(Member, path, answer)

    def unsubscribe(self, audience: str, member: str, interests: dict[str, bool]) -> Member:
        """Send a member, by its hash, nothing more; the interests go too, lest they count when somebody comes back."""
        body = {"status": "unsubscribed", "interests": interests}
        return self._tell(Member, "PATCH", ("lists", audience, "members", member), body)

    def erase(self, audience: str, member: str) -> None:
        """Delete all that the platform holds about a member; well where there is none."""
        path = ("lists", audience, "members", member, "actions", "delete-permanent")
        try:
            self._call("POST", path, again=True)
        except PlatformError as error:
            if error.kind != "missing":
                raise

    def member(self, audience: str, member: str) -> Member | None:
        """A member by its hash; None where there is none."""
        try:
            return self._get(Member, "lists", audience, "members", member, fields=",".join(MEMBER_FIELDS))
        except PlatformError as error:
            if error.kind != "missing":
                raise
            return None

    def members(self, audience: str, since: datetime.datetime | None = None) -> Iterator[Member]:
        """The members of an audience that changed since then, the earliest first.

        Whoever changes meanwhile moves to the end, and those behind move up by one: pages therefore overlap.
        """
        query = {"sort_field": "last_changed", "sort_dir": "ASC", "count": str(PAGE)}
        query["fields"] = ",".join(("total_items", *(f"members.{field}" for field in MEMBER_FIELDS)))
        if since:
            query["since_last_changed"] = since.isoformat()
        offset, step = 0, PAGE - PAGE // 10
        while True:
            page = self._get(Members, "lists", audience, "members", **query, offset=str(offset))
            yield from page.members
            if not page.members or offset + len(page.members) >= page.total_items:
                return
            offset += min(step, len(page.members))

    def add_campaign(self, mailing: Mailing) -> Campaign:
        """Make a campaign, which sends nothing yet."""
        return self._tell(Campaign, "POST", ("campaigns",), mailing.fields())

    def put_content(self, campaign: str, html: str, text: str) -> None:
        """Give a campaign its text, in both forms."""
        self._call("PUT", ("campaigns", campaign, "content"), body={"html": html, "plain_text": text}, again=True)

    def checklist(self, campaign: str) -> Checklist:
        """Whether a campaign can be sent."""
        return self._get(Checklist, "campaigns", campaign, "send-checklist")

    def campaign(self, campaign: str) -> Campaign:
        """How far a campaign is."""
        return self._get(Campaign, "campaigns", campaign, fields="id,status,emails_sent")

    def drop_campaign(self, campaign: str) -> None:
        """Delete a campaign that was not sent."""
        self._call("DELETE", ("campaigns", campaign), again=True)

    def send(self, campaign: str) -> None:
        """Send a campaign; where the error is `unsure`, ask how far it is before anything else."""
        self._call("POST", ("campaigns", campaign, "actions", "send"))

    def webhooks(self, audience: str) -> tuple[Webhook, ...]:
        """Where the platform tells of changes in an audience."""
        return self._get(Webhooks, "lists", audience, "webhooks").webhooks

    def add_webhook(self, audience: str, url: str) -> Webhook:
        """Have the platform tell of what members and people in its web pages change, not of what this client does."""
        events = dict.fromkeys(("subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign"), True)
        body = {"url": url, "events": events, "sources": {"user": True, "admin": True, "api": False}}
        return self._tell(Webhook, "POST", ("lists", audience, "webhooks"), body)

    def _get(self, kind: type[Found], *path: str, **query: str) -> Found:
        return self._read(kind, path, self._call("GET", path, query=query, again=True))

    def _tell(self, kind: type[Found], method: str, path: tuple[str, ...], body: dict[str, Any]) -> Found:
        return self._read(kind, path, self._call(method, path, body=body, again=method != "POST"))

    def _read(self, kind: type[Found], path: tuple[str, ...], answer: bytes) -> Found:
        try:
            return msgspec.json.decode(answer, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PlatformError("answer", "/".join(path), str(error), unsure=True) from error

    def _call(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        again: bool = False,
    ) -> bytes:
        """The body of a good answer; `again` says that the call may be done twice."""
        where = f"{method} /{'/'.join(path)}"
        for part in path:
            if not ID.fullmatch(part):
                raise PlatformError("missing", where, f"{part[:60]!r} is no id")
        for attempt in range(self._tries):
            try:
                with self._turns:
                    return self._try(method, where, path, query, body)
            except PlatformError as error:
                if attempt + 1 == self._tries or not error.passing or (error.unsure and not again):
                    raise
            # Whoever was refused together should not come back together.
            self._sleep(min(GAP * 2**attempt, LONGEST_GAP) * (0.5 + self._chance()))
        raise AssertionError("unreachable")

    def _try(
        self, method: str, where: str, path: tuple[str, ...], query: dict[str, str] | None, body: dict[str, Any] | None
    ) -> bytes:
        """One attempt; raises `PlatformError` for any answer but a good one."""
        url = "/".join((self._host, *path))
        try:
            with self._line().stream(method, url, params=query, json=body) as answer:
                return _checked(answer, where, _whole(answer, where))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            kind: Kind = "silent" if isinstance(error, httpx2.TimeoutException) else "cut"
            raise PlatformError(kind, where, _told(error)) from error
        except httpx2.TimeoutException as error:
            raise PlatformError("silent", where, _told(error), unsure=True) from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise PlatformError("cut", where, _told(error), unsure=True) from error

    def _line(self) -> httpx2.Client:
        """What keeps connections, made when it is first needed: that takes long, and who takes in hooks never does."""
        with self._opening:
            if self._opened is None:
                told = base64.b64encode(f"dragoman:{self._key}".encode()).decode()
                self._opened = httpx2.Client(
                    headers={"Authorization": f"Basic {told}", "Accept": "application/json", "User-Agent": "dragoman"},
                    timeout=httpx2.Timeout(self._seconds),
                    limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
                    trust_env=False,
                    follow_redirects=False,
                )
            return self._opened


def _whole(answer: httpx2.Response, where: str) -> bytes:
    """All bytes of an answer, within the limits of size and time."""
    held, until = bytearray(), time.monotonic() + ALL_SECONDS
    for piece in answer.iter_bytes():
        held += piece
        if len(held) > BYTES:
            raise PlatformError("answer", where, f"more than {BYTES:,} bytes", unsure=True)
        if time.monotonic() > until:
            raise PlatformError("silent", where, "the answer came too slowly", unsure=True)
    return bytes(held)


def _checked(answer: httpx2.Response, where: str, body: bytes) -> bytes:
    status = answer.status_code
    if 200 <= status < 300:
        return body
    problem = _problem(body)
    told = problem.told() if problem else f"status {status}"
    if problem and problem.instance:
        told += f", instance {problem.instance}"
    if status >= 500:
        raise PlatformError("server", where, told, unsure=True)
    kind = KINDS.get(status, "answer")
    if status == 400 and problem:
        kind = TITLES.get(problem.title, kind)
    # At a very high load the platform refuses with 403 and says nothing.
    if status == 403 and problem is None:
        kind = "busy"
    raise PlatformError(kind, where, told)


def _problem(body: bytes) -> Problem | None:
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
