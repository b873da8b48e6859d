"""What Mailchimp tells by itself: whether it is Mailchimp, and what becomes of the subscriptions.

A message is believed where it came to an address that only the platform was given and, with a secret in the settings,
is signed with it. Messages come late, twice and in any order: one that is older than the last of the same person
changes nothing, and of two of the same second the one that ends mail counts. Nothing here asks the network, so that an
answer goes out at once; what a message does not tell, the next sweep does.
"""

import hashlib
import hmac
import re
import urllib.parse
from collections.abc import Sequence
from typing import Literal

import msgspec

from dragoman.brief.addresses import address_of
from dragoman.brief.senders.mailchimp import Platform
from dragoman.brief.senders.mailchimp_records import Webhook, hash_of
from dragoman.brief.sweeping import end, join
from dragoman.errors import DragomanError, InputError
from dragoman.records import Record
from dragoman.store import Connection, platforms
from dragoman.store.platforms import Member, Someone
from dragoman.store.subscribers import State, Subscriber, subscriber_of

# Seconds that a signature is good, before and after: as long as the platform's documentation says.
GOOD_FOR = 300
# Bytes and fields of a message; with forty fields of an audience's own it has less than 10,000 bytes.
BYTES, FIELDS = 65_536, 300
STAMP = re.compile(r"[0-9]{1,12}")
# How the platform writes a time, in UTC; as text such times sort as they are.
FIRED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
ENDING = {"unsubscribe", "cleaned", "upemail"}

Refusal = Literal["signature", "old", "large", "malformed"]
# Who tells by an address that only he was given: the platform, or a mail server that passes on what came back.
Teller = Literal["mailchimp", "mail"]
Effect = Literal["joined", "left", "nothing", "late", "look", "unknown", "elsewhere"]
REASONS: dict[Refusal, str] = {
    "signature": "it is not signed with the secret of the settings",
    "old": f"it was signed more than {GOOD_FOR} seconds ago, or will be",
    "large": f"it has more than {BYTES:,} bytes",
    "malformed": "it is no form with a type and a time",
}


class RefusedError(DragomanError):
    """A message that is not believed or cannot be read; why is for the operator, not for whoever sent it."""

    def __init__(self, kind: Refusal) -> None:
        super().__init__(f"a message to the hook was refused: {REASONS[kind]}", kind=kind)


class Message(Record, frozen=True, kw_only=True):
    """What the platform tells: its kind, when that happened, and the fields of `data[...]` by their names."""

    kind: str
    fired: str
    data: dict[str, str]

    def field(self, name: str) -> str:
        """A field, "" where there is none."""
        return self.data.get(name, "")


class Taken(Record, frozen=True, kw_only=True):
    """What a message did.

    "late": something newer is known; "look": the platform has to be asked about `address`, at once or by the next
    sweep; "elsewhere": of another audience.
    """

    effect: Effect
    lists: tuple[str, ...] = ()
    address: str = ""


def path_of(keys: Sequence[bytes], whose: Teller = "mailchimp") -> str:
    """The last part of the address that the platform, or a mail server, is given, with the newest key."""
    return _path(keys[-1], whose)


def is_path(keys: Sequence[bytes], given: str, whose: Teller = "mailchimp") -> bool:
    """Whether an address is one that was given to the platform, or to a mail server."""
    return sum(hmac.compare_digest(_path(key, whose).encode(), given.encode()) for key in keys) > 0


def _path(key: bytes, whose: Teller) -> str:
    return hmac.new(key, f"dragoman hook {whose}".encode(), hashlib.sha256).hexdigest()[:40]


def read_message(body: bytes, signature: str, secret: str, now: int) -> Message:
    """The message of a POST, as its bytes came; raises `RefusedError` where it is not to be believed.

    `secret` is the one that the platform gave when the hook was made, "" where none is in the settings.
    """
    if len(body) > BYTES:
        raise RefusedError("large")
    if secret:
        _check_signature(body, signature, secret, now)
    try:
        pairs = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError as error:
        raise RefusedError("malformed") from error
    fields = dict(pairs)
    fired = fields.get("fired_at", "")
    if "type" not in fields or not FIRED.fullmatch(fired):
        raise RefusedError("malformed")
    data = {name[5:-1]: value for name, value in fields.items() if name.startswith("data[") and name.endswith("]")}
    return Message(kind=fields["type"], fired=fired, data=data)


def _check_signature(body: bytes, signature: str, secret: str, now: int) -> None:
    """Compare with the raw bytes: to read them first would change them."""
    parts = [part.strip().partition("=")[::2] for part in signature.split(",")]
    stamps = [value for name, value in parts if name == "t"]
    if len(stamps) != 1 or not STAMP.fullmatch(stamps[0]):
        raise RefusedError("signature")
    expected = hmac.new(secret.encode(), stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    given = [value.encode() for name, value in parts if name == "v1"]
    if not any(hmac.compare_digest(expected.encode(), one) for one in given):
        raise RefusedError("signature")
    if abs(now - int(stamps[0])) > GOOD_FOR:
        raise RefusedError("old")


def take(platform: Platform, message: Message, now: int) -> Taken:
    """Do what a message says, once; whatever it says, the platform is answered with 200, lest it ask again."""
    if message.kind not in {*ENDING, "subscribe", "profile", "campaign"}:
        return Taken(effect="unknown")
    if message.field("list_id") != platform.own.audience:
        return Taken(effect="elsewhere")
    if message.kind == "campaign":
        return Taken(effect="nothing")
    address = message.field("old_email" if message.kind == "upemail" else "email")
    if message.kind == "profile":
        return Taken(effect="look", address=address)
    with platform.store.writing() as connection:
        person = _person(connection, address)
        if person is None or person.address is None:
            return Taken(effect="look", address=address) if message.kind == "subscribe" else Taken(effect="nothing")
        return _take(connection, platform, message, person, now)


def _person(connection: Connection, address: str) -> Subscriber | None:
    try:
        return subscriber_of(connection, address_of(address).same)
    except InputError:
        return None


def _take(connection: Connection, platform: Platform, message: Message, person: Subscriber, now: int) -> Taken:
    assert person.address is not None
    digest = hash_of(person.address)
    member = platforms.member_of(connection, platform.name, digest) or Member(subscriber=person.key, state="")
    event = _event(message)
    if event <= member.event:
        return Taken(effect="late")
    one = platforms.someone(connection, person.key, person.address)
    member = msgspec.structs.replace(member, event=event)
    if message.kind not in ENDING:
        return _join(connection, platform, message, one, member, now)
    ended = _end(connection, platform, message, one, member, now)
    return (
        Taken(effect="look", lists=ended, address=message.field("new_email"))
        if message.kind == "upemail"
        else (Taken(effect="left" if ended else "nothing", lists=ended))
    )


def _event(message: Message) -> str:
    """The time and kind of a message, in the order in which messages count."""
    return f"{message.fired} {'2' if message.kind in ENDING else '1'} {message.kind}"


def _end(
    connection: Connection, platform: Platform, message: Message, one: Someone, member: Member, now: int
) -> tuple[str, ...]:
    """End what somebody gets; a sign-up that waits for its confirmation waits on, unless mail does not arrive."""
    state, cleaned = _state(message), message.kind == "cleaned"
    over = {"confirmed", "pending"} if cleaned else {"confirmed"}
    slugs = tuple(sorted(slug for slug, on in one.on.items() if on.state in over))
    end(connection, platform, one.key, slugs, state, now, f"{message.kind} {message.fired}")
    there = "cleaned" if cleaned else "unsubscribed"
    left = msgspec.structs.replace(member, state=there, lists=(), asked=(), changed=now, left=True)
    platforms.put_member(connection, platform.name, hash_of(one.address), left)
    return slugs


def _state(message: Message) -> State:
    """How somebody is on the lists that a message ends."""
    complained = message.field("reason") == "abuse"
    if message.kind == "cleaned":
        return "complained" if complained else "bounced"
    return "complained" if complained and message.kind == "unsubscribe" else "unsubscribed"


def _join(
    connection: Connection, platform: Platform, message: Message, one: Someone, member: Member, now: int
) -> Taken:
    """Confirm what waits for the platform; lists that somebody chose there are known by the platform alone."""
    slugs = tuple(slug for slug in member.asked if slug in one.on and one.on[slug].state == "pending")
    join(connection, platform, one.key, slugs, now, f"{message.kind} {message.fired}")
    lists = tuple(sorted({*member.lists, *slugs}))
    changed = now if slugs else member.changed
    joined = msgspec.structs.replace(member, state="subscribed", lists=lists, asked=(), changed=changed, left=False)
    platforms.put_member(connection, platform.name, hash_of(one.address), joined)
    return Taken(effect="joined", lists=slugs) if slugs else Taken(effect="look", address=one.address)


def connect(platform: Platform, url: str) -> Webhook:
    """Have the platform tell of changes at this address, unless it does; only a new one comes with its secret."""
    for known in platform.client.webhooks(platform.own.audience):
        if known.url == url:
            return known
    return platform.client.add_webhook(platform.own.audience, url)
