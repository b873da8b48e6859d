"""A server on this machine that answers as Mailchimp's Marketing API 3.0 does, for the calls that are used.

It refuses every field and every parameter that is not documented for a call, keeps members, interests and campaigns, and
answers a call in each bad way when told to. What the platform would mail is written down.
"""

import base64
import contextlib
import datetime
import hashlib
import itertools
import json
import re
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from tests.brief.documented import CALLS

KEY = "0123456789abcdef0123456789abcdef-us21"
AUDIENCE, CATEGORY = "a6b5da1054", "31f7aec0ec"
NOW = 1_780_000_000
GLOSSARY = "https://mailchimp.com/developer/marketing/docs/errors/"
# Connections that one user may have at a time.
AT_ONCE = 10
# Seconds for which a silent answer is waited for by the server; clients in tests have less patience.
SILENCE = 0.8

# How a call can be refused: status, title, and what the body says beyond.
REFUSALS = {
    "invalid": (400, "Invalid Resource", "The resource submitted could not be validated."),
    "compliance": (
        400,
        "Member In Compliance State",
        "The member is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.",
    ),
    "forgotten": (
        400,
        "Forgotten Email Not Subscribed",
        "The address was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.",
    ),
    "401": (401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter."),
    "forbidden": (403, "Forbidden", "You are not permitted to access this resource."),
    "404": (404, "Resource Not Found", "The requested resource could not be found."),
    "429": (429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    "500": (500, "Internal Server Error", "A deep internal error has occurred during the processing of your request."),
}


class RefusalError(Exception):
    """A call that is refused as documented."""

    def __init__(self, kind, detail="", errors=()):
        super().__init__(kind)
        self.kind, self.detail, self.errors = kind, detail, errors


def digest(address):
    return hashlib.md5(address.lower().encode()).hexdigest()


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


class StandIn:
    """The account: what is in it, what it was asked, and what it mailed."""

    def __init__(self):
        self.lock, self.base = threading.RLock(), ""
        self.reset()

    def reset(self):
        """Nobody is in the account, and nothing was asked of it."""
        self.now = NOW
        self.interests, self.members, self.campaigns, self.webhooks = {}, {}, {}, []
        self.categories = {CATEGORY: "Briefings"}
        # Those who cannot be added again by a program, those who were deleted for good, those no mail can go to.
        self.left, self.forgotten, self.bad = set(), set(), set()
        # To whom the platform mailed its own question, and each campaign to whom.
        self.questions, self.mailed = [], []
        self.calls, self.faults, self.wait, self.peak, self._busy = [], {}, 0.0, 0, 0
        self._numbers = itertools.count(1)

    def fail(self, call, kind, *, times=10**6, done=False):
        """Have a call answered badly so many times; `done` where it is done all the same."""
        self.faults[call] = [kind, times, done]

    def heal(self):
        self.faults.clear()

    def count(self, call):
        return self.calls.count(call)

    def join(self, address, *slugs_or_ids, status="subscribed", **more):
        """Somebody is in the audience, or changes there, without any program of ours."""
        ids = {one: one in slugs_or_ids for one in self.interests}
        self._store(address, {"status": status, "interests": ids, **more})

    def leave(self, address, status="unsubscribed"):
        self.left.add(digest(address))
        self._store(address, {"status": status})

    def interest(self, name):
        """The id of an interest of a name, made where it is not there."""
        for one, known in self.interests.items():
            if known == name:
                return one
        made = f"{next(self._numbers):010x}"
        self.interests[made] = name
        return made

    def on(self, address):
        """The names of the interests that somebody is mailed for."""
        member = self.members.get(digest(address))
        if member is None or member["status"] != "subscribed":
            return set()
        return {self.interests[one] for one, on in member["interests"].items() if on and one in self.interests}

    def _store(self, address, changes):
        with self.lock:
            self.now += 1
            found = self.members.setdefault(
                digest(address),
                {"id": digest(address), "email_address": address, "status": "", "interests": {}},
            )
            interests = {**dict.fromkeys(self.interests, False), **found["interests"], **changes.get("interests", {})}
            found.update({**changes, "interests": interests, "last_changed": iso(self.now)})
            return found

    # The calls, each with the parts of its path, its body and its parameters.

    def ping(self, body, query):
        return {"health_status": "Everything's Chimpy!"}

    def categories_(self, body, query, audience):
        return {
            "categories": [{"id": one, "title": title, "type": "checkboxes"} for one, title in self.categories.items()]
        }

    def interests_(self, body, query, audience, category):
        self._in_category(category)
        return {"interests": [self._shown(one) for one in self.interests], "total_items": len(self.interests)}

    def add_interest(self, body, query, audience, category):
        self._in_category(category)
        if body.name in self.interests.values():
            raise RefusalError("invalid", f"Cannot add {body.name!r} because it already exists on the list.")
        return self._shown(self.interest(body.name))

    def _in_category(self, category):
        if category not in self.categories:
            raise RefusalError("404")

    def _shown(self, one):
        return {
            "id": one,
            "name": self.interests[one],
            "category_id": CATEGORY,
            "list_id": AUDIENCE,
            "subscriber_count": "0",
        }

    def members_(self, body, query, audience):
        found = sorted(self.members.values(), key=lambda one: (one["last_changed"], one["id"]))
        if "since_last_changed" in query:
            since = datetime.datetime.fromisoformat(query["since_last_changed"])
            found = [one for one in found if datetime.datetime.fromisoformat(one["last_changed"]) > since]
        start, count = int(query.get("offset", 0)), min(int(query.get("count", 10)), 1000)
        return {"members": found[start : start + count], "total_items": len(found), "list_id": audience}

    def member(self, body, query, audience, name):
        if name not in self.members:
            raise RefusalError("404")
        return self.members[name]

    def put_member(self, body, query, audience, name):
        address, old = body.email_address, self.members.get(name)
        if name != digest(address):
            raise RefusalError("invalid", errors=[{"field": "email_address", "message": "does not match the hash"}])
        self._check_member(name, body)
        status = (body.status if old else body.status_if_new) or (old or {}).get("status")
        if name in self.forgotten:
            raise RefusalError("forgotten")
        if name in self.left and status == "subscribed":
            raise RefusalError("compliance")
        if status == "pending" and (old or {}).get("status") != "pending":
            self.questions.append(address)
        return self._store(address, {**self._told(body), "status": status})

    def patch_member(self, body, query, audience, name):
        if name not in self.members:
            raise RefusalError("404")
        self._check_member(name, body)
        if name in self.left and body.status == "subscribed":
            raise RefusalError("compliance")
        return self._store(
            self.members[name]["email_address"],
            {**self._told(body), "status": body.status or self.members[name]["status"]},
        )

    def _check_member(self, name, body):
        if name in self.bad:
            raise RefusalError("invalid", "looks fake or invalid, please enter a real email address.")
        unknown = [one for one in body.interests if one not in self.interests]
        if unknown:
            raise RefusalError(
                "invalid", errors=[{"field": f"interests.{unknown[0]}", "message": "Invalid interest ID"}]
            )

    def _told(self, body):
        names = ("interests", "ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt")
        return {name: getattr(body, name) for name in names if getattr(body, name)}

    def erase(self, body, query, audience, name):
        if self.members.pop(name, None) is None:
            raise RefusalError("404")
        self.forgotten.add(name)

    def webhooks_(self, body, query, audience):
        return {
            "webhooks": [
                {name: value for name, value in one.items() if name != "signing_secret"} for one in self.webhooks
            ]
        }

    def add_webhook(self, body, query, audience):
        made = {
            "id": f"{next(self._numbers):010x}",
            **msgspec.to_builtins(body),
            "signing_secret": "once",
            "list_id": audience,
        }
        self.webhooks.append(made)
        return made

    def add_campaign(self, body, query):
        made = f"{next(self._numbers):010x}"
        self.campaigns[made] = {"id": made, "status": "save", "emails_sent": 0, "body": body, "content": None}
        return self._campaign(made)

    def _campaign(self, name):
        if name not in self.campaigns:
            raise RefusalError("404")
        found = self.campaigns[name]
        return {"id": name, "status": found["status"], "emails_sent": found["emails_sent"], "type": "regular"}

    def campaign(self, body, query, name):
        return self._campaign(name)

    def drop_campaign(self, body, query, name):
        if self._campaign(name)["status"] != "save":
            raise RefusalError("invalid", "a sent campaign is not deleted")
        del self.campaigns[name]

    def content(self, body, query, name):
        if self._campaign(name)["status"] != "save":
            raise RefusalError("invalid", "the content of a sent campaign is not changed")
        self.campaigns[name]["content"] = body
        return {"html": body.html, "plain_text": body.plain_text}

    def checklist(self, body, query, name):
        self._campaign(name)
        campaign = self.campaigns[name]
        items = []
        if campaign["content"] is None:
            items.append({"type": "error", "id": 501, "heading": "HTML", "details": "Your campaign has no content."})
        if not self.recipients(name):
            items.append(
                {"type": "error", "id": 502, "heading": "Audience", "details": "The segment has no recipients."}
            )
        items.append({"type": "success", "id": 503, "heading": "Subject", "details": "..."})
        return {"is_ready": len(items) == 1, "items": items}

    def recipients(self, name):
        """Whom a campaign goes to: those who have one of the interests of its condition."""
        (condition,) = self.campaigns[name]["body"].recipients.segment_opts.conditions
        assert condition.field == f"interests-{CATEGORY}"
        return sorted(
            one["email_address"]
            for one in self.members.values()
            if one["status"] == "subscribed" and any(one["interests"].get(wanted) for wanted in condition.value)
        )

    def send(self, body, query, name):
        if self._campaign(name)["status"] != "save":
            raise RefusalError("invalid", "Campaign has already been sent.")
        if not self.checklist(None, {}, name)["is_ready"]:
            raise RefusalError("invalid", "Your Campaign is not ready to send.")
        found = self.campaigns[name]
        found["status"], found["emails_sent"] = "sending", len(self.recipients(name))
        self.mailed.extend((found["body"].settings.title, address) for address in self.recipients(name))


def _answer(account, handler):
    """Find the call that a request is, check it, and answer it."""
    path, _, query = handler.path.removeprefix("/3.0").partition("?")
    for method, pattern, body, parameters, name in CALLS:
        found = re.fullmatch(pattern, path)
        if found and method == handler.command:
            return _call(
                account, handler, (name, body, parameters), found.groups(), dict(urllib.parse.parse_qsl(query))
            )
    raise RefusalError("404")


def _call(account, handler, call, parts, query):
    name, kind, parameters = call
    raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    with account.lock:
        account.calls.append(name)
        fault = account.faults.get(name)
        bad = fault is not None and fault[1] > 0
        if bad:
            fault[1] -= 1
    if account.wait:
        time.sleep(account.wait)
    if bad and not fault[2]:
        raise RefusalError(fault[0])
    if handler.headers.get("Authorization") != "Basic " + base64.b64encode(f"dragoman:{KEY}".encode()).decode():
        raise RefusalError("401")
    if "/lists/" in handler.path and parts[0] != AUDIENCE:
        raise RefusalError("404")
    unknown = set(query) - parameters
    if unknown:
        raise RefusalError(
            "invalid", errors=[{"field": name, "message": "unknown parameter"} for name in sorted(unknown)]
        )
    try:
        body = msgspec.json.decode(raw, type=kind) if raw else kind()
    except (msgspec.ValidationError, TypeError) as error:
        raise RefusalError("invalid", errors=[{"field": "", "message": str(error)}]) from error
    with account.lock:
        found = getattr(account, name + "_" * (name in {"interests", "members", "categories", "webhooks"}))(
            body, query, *parts
        )
    if bad:
        raise RefusalError(fault[0])
    return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    account: StandIn

    def _serve(self):
        with self._counted():
            try:
                found = _answer(self.account, self)
            except RefusalError as refusal:
                self._refuse(refusal)
            else:
                self._write(204 if found is None else 200, b"" if found is None else json.dumps(found).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815, names of the standard library

    @contextlib.contextmanager
    def _counted(self):
        with self.account.lock:
            self.account._busy += 1
            self.account.peak = max(self.account.peak, self.account._busy)
        try:
            yield
        finally:
            with self.account.lock:
                self.account._busy -= 1

    def _refuse(self, refusal):
        if refusal.kind == "silent":
            time.sleep(SILENCE)
            self.close_connection = True
        elif refusal.kind == "cut":
            self.wfile.write(
                b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"id": "'
            )
            self.close_connection = True
        elif refusal.kind == "403":
            self._write(403, b"<html>Forbidden</html>", "text/html")
        elif refusal.kind == "garbage":
            self._write(200, b"<html>maintenance</html>", "text/html")
        elif refusal.kind == "moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/3.0/ping")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            status, title, detail = REFUSALS[refusal.kind]
            told = {
                "type": GLOSSARY,
                "title": title,
                "status": status,
                "detail": refusal.detail or detail,
                "instance": "1a2b",
            }
            self._write(
                status, json.dumps({**told, "errors": list(refusal.errors)}).encode(), "application/problem+json"
            )

    def _write(self, status, body, kind="application/json"):
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """Clients that have no patience hang up, which is what they are here for."""


@contextlib.contextmanager
def standing_in():
    """A stand-in that runs, with the address of its API as `base`."""
    account = StandIn()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"account": account}))
    account.base = f"http://127.0.0.1:{server.server_address[1]}/3.0"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
