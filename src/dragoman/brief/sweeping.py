"""Sweeping: what changed at the sending platform comes here, then what changed here goes there.

What the platform tells by itself is a hint, which may be late, doubled or lost; what a sweep reads is the truth. Each
person's lists are compared with what both sides had when they were last compared: who left on either side has left. For
the briefings of Mailchimp, every night and before each issue.
"""

import datetime
import os
import platform as machine
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from dragoman.brief.addresses import address_of
from dragoman.brief.agreements import Deed
from dragoman.brief.senders import mailchimp
from dragoman.brief.senders.mailchimp import Platform, Pushed, note
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.senders.mailchimp_records import Member as There
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.errors import InputError, SenderError
from dragoman.records import Record
from dragoman.store import Connection, keys, leases, platforms
from dragoman.store.consents import Action, text_agreed_to
from dragoman.store.platforms import Member, Someone
from dragoman.store.subscribers import (
    Reason,
    State,
    Subscriber,
    add_subscriber,
    drop_mails,
    set_states,
    subscriber,
    subscriber_of,
    suppress,
    suppression_of,
)

LEASE = "mailchimp"
# Seconds that a sweep holds the lease without a sign of life: as long as a call may take with all its tries.
HELD = 900
# Members that are taken over in one transaction.
TOGETHER = 200
# Seconds before the last change that was seen, from which on the next sweep reads: several have the same second.
OVERLAP = datetime.timedelta(seconds=5)
# How somebody is whom the platform sends nothing any more.
ENDED = {"unsubscribed", "archived", "cleaned"}
# Members who may be missing when all are read, unless they are less than half: more, and it is not the same audience.
FEW = 10
# What stands in the place of the words that a form of the platform showed.
THEIR_FORM = "Signed up at a form of Mailchimp, which keeps what the form showed."


class Swept(Record, frozen=True, kw_only=True):
    """What a sweep did: members that it looked at, subscriptions that joined and left here, and what it told there.

    `kept_off` are members who must get no mail and whom the platform was told to send none.
    """

    seen: int = 0
    joined: int = 0
    left: int = 0
    kept_off: int = 0
    pushed: Pushed = Pushed()


class Change(NamedTuple):
    """The lists that somebody joined and left at the platform; `state` is how they are on those that they left."""

    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    state: State = "unsubscribed"


def sweep(platform: Platform, clock: Callable[[], int], *, whole: bool = False) -> Swept:
    """Compare both sides; `whole` reads all members, and so sees who was deleted there.

    Raises `PlatformError` where the platform cannot be spoken with, and `SenderError` of kind "busy" where another
    sweep is under way. What was done until then is kept, and the next sweep goes on.
    """
    holder = f"{machine.node()}, process {os.getpid()} ({secrets.token_hex(4)})"

    def beat() -> int:
        now = clock()
        with platform.store.writing() as connection:
            if not leases.hold(connection, LEASE, holder, HELD, now):
                raise SenderError("another sweep is under way; try again in some minutes", kind="busy")
        return now

    beat()
    try:
        ids = mailchimp.interests(platform)
        done = _pull(platform, ids, beat, whole=whole)
        return msgspec.structs.replace(done, pushed=mailchimp.push(platform, ids, beat))
    finally:
        with platform.store.writing() as connection:
            leases.release(connection, LEASE, holder)


def look(platform: Platform, address: str, now: int) -> None:
    """Ask the platform about one member and take over what it says: after a hint that does not say enough."""
    found = platform.client.member(platform.own.audience, hash_of(address))
    if found is not None:
        _take_all(platform, mailchimp.interests(platform), [found], now)


def _pull(platform: Platform, ids: dict[str, str], beat: Callable[[], int], *, whole: bool) -> Swept:
    """Take over what changed there since the last time."""
    with platform.store.reading() as connection:
        kept = platforms.theirs(connection, platform.name, "sweep", "members")
    since = None if whole or kept is None else datetime.datetime.fromisoformat(kept) - OVERLAP
    done, seen = Swept(), set[str]()
    for some in _some(platform.client.members(platform.own.audience, since)):
        done = _added(done, _take_all(platform, ids, some, beat()))
        seen.update(there.id for there in some)
        _remember(platform, some)
    return _added(done, _take_missing(platform, seen, beat())) if whole else done


def _some(members: Iterator[There]) -> Iterator[list[There]]:
    while some := list(islice(members, TOGETHER)):
        yield some


def _remember(platform: Platform, some: Iterable[There]) -> None:
    """Up to when the changes of the platform were taken over, by its clock."""
    times = [changed for one in some if (changed := one.changed())]
    if times:
        with platform.store.writing() as connection:
            platforms.put(connection, platform.name, "sweep", "members", max(times).isoformat())


def _take_all(platform: Platform, ids: Mapping[str, str], some: Iterable[There], now: int) -> Swept:
    slugs = {number: slug for slug, number in ids.items()}
    done, unwanted = Swept(), list[There]()
    with platform.store.writing() as connection:
        for there in some:
            change = _take(connection, platform, slugs, there, now)
            if change is None:
                unwanted.append(there)
            else:
                done = _added(done, Swept(seen=1, joined=len(change.joined), left=len(change.left)))
    for there in unwanted:
        platform.client.unsubscribe(platform.own.audience, there.id, dict.fromkeys(ids.values(), False))
    return _added(done, Swept(seen=len(unwanted), kept_off=len(unwanted)))


def _take(
    connection: Connection, platform: Platform, slugs: Mapping[str, str], there: There, now: int
) -> Change | None:
    """Take over how a member is; None where they are to get no mail and the platform sends them some."""
    before = platforms.member_of(connection, platform.name, there.id)
    wanted = {slugs[one] for one in there.wanted() if one in slugs}
    try:
        address = address_of(there.email_address)
    except InputError:
        return Change()
    if wanted and suppression_of(connection, keys.who(connection, address.same)) is not None:
        return None
    person = subscriber(connection, before.subscriber) if before else subscriber_of(connection, address.same)
    if person is None and wanted:
        # Somebody who came through a form of the platform's own.
        key = add_subscriber(connection, address.shown, address.same, now)
        person = Subscriber(key=key, address=address.shown, same=address.same, made=now)
    if person is None or person.address is None:
        return Change()
    one = platforms.someone(connection, person.key, person.address)
    has = {slug: bool(there.interests[number]) for number, slug in slugs.items() if number in there.interests}
    change = compared(one, before, there, has)
    _apply(connection, platform, one, change, now)
    _agree(connection, platform, person, before, there, tuple(sorted(wanted)))
    return change


def compared(one: Someone, before: Member | None, there: There, has: Mapping[str, bool]) -> Change:
    """What a person did at the platform since both sides were last compared; `has` says of each list whether it is on.

    A list that is not among them was deleted there, which says nothing about anybody. What changed here since then is
    not undone by what the platform had before.
    """
    base = before or Member(subscriber=one.key, state="")

    def was_told(slug: str) -> bool:
        return slug in base.lists and one.on[slug].changed <= base.changed

    if there.status in ENDED:
        changed = there.changed()
        ended = changed.timestamp() if changed else 0
        gone = {slug for slug in one.wanted() if was_told(slug) or one.on[slug].changed <= ended}
        if there.status == "cleaned":
            gone |= {slug for slug, on in one.on.items() if on.state == "pending"}
        return Change(left=tuple(sorted(gone)), state="bounced" if there.status == "cleaned" else "unsubscribed")
    if there.status != "subscribed":
        return Change()
    new = {slug for slug, on in has.items() if on and slug not in base.lists and slug not in one.wanted()}
    gone = {slug for slug in one.wanted() if has.get(slug) is False and was_told(slug)}
    return Change(joined=tuple(sorted(new)), left=tuple(sorted(gone)))


def _apply(connection: Connection, platform: Platform, one: Someone, change: Change, now: int) -> None:
    join(connection, platform, one.key, change.joined, now, "signed up or confirmed there")
    end(connection, platform, one.key, change.left, change.state, now, f"{change.state} there")


def join(connection: Connection, platform: Platform, key: int, slugs: Iterable[str], now: int, what: str) -> None:
    """Put somebody on lists whom the platform sends them to."""
    for slug in slugs:
        set_states(connection, key, [slug], "confirmed", now)
        text = text_agreed_to(connection, key, slug) or THEIR_FORM
        deed = Deed(action="synced", at=now, by="platform", text=text)
        note(connection, platform.settings, key, [slug], deed, what)


def end(
    connection: Connection, platform: Platform, key: int, slugs: Iterable[str], state: State, now: int, what: str
) -> None:
    """Take somebody off lists who left at the platform, bounced or complained there; the last two end all mail."""
    ended = tuple(slugs)
    set_states(connection, key, ended, state, now)
    actions: dict[State, Action] = {"bounced": "bounced", "complained": "complained"}
    deed = Deed(action=actions.get(state, "unsubscribed"), at=now, by="platform")
    over = state in actions and _keep_off(connection, key, "bounced" if state == "bounced" else "complained", now)
    note(connection, platform.settings, key, ended or ("",) * over, deed, what)
    drop_mails(connection, key, None if state in actions else ended, now)


def _keep_off(connection: Connection, key: int, reason: Reason, now: int) -> bool:
    """Let somebody get no mail any more; whether they did until now."""
    person = subscriber(connection, key)
    if person is None or person.same is None:
        return False
    who = keys.who(connection, person.same)
    new = suppression_of(connection, who) is None
    suppress(connection, who, reason, now)
    return new


def _agree(
    connection: Connection,
    platform: Platform,
    person: Subscriber,
    before: Member | None,
    there: There,
    wanted: tuple[str, ...],
) -> None:
    """Keep how the platform has somebody; what is otherwise here is told there next."""
    assert person.address is not None
    by_us = before is not None and not before.left and before.state == "unsubscribed"
    ended = there.status in ENDED or (there.status == "pending" and before is not None and before.left)
    now = platforms.someone(connection, person.key, person.address)
    member = Member(
        subscriber=person.key,
        state=there.status,
        lists=wanted,
        changed=now.changed(),
        event=before.event if before else "",
        left=ended and not by_us,
        asked=before.asked if before and there.status == "pending" else (),
    )
    platforms.put_member(connection, platform.name, there.id, member)


def _take_missing(platform: Platform, seen: set[str], now: int) -> Swept:
    """Take off those who were deleted at the platform."""
    gone, after, known = dict[str, Member](), "", 0
    while True:
        with platform.store.reading() as connection:
            page = platforms.members(connection, platform.name, after)
        if not page:
            break
        after, told = list(page)[-1], {digest: one for digest, one in page.items() if one.lists and not one.under_way}
        known += len(told)
        gone.update({digest: one for digest, one in told.items() if digest not in seen})
    if len(gone) > max(FEW, known // 2):
        told_of = f"{len(gone):,} of {known:,} members are not there any more; is it the right audience?"
        raise PlatformError("answer", "members", told_of)
    return _take_off(platform, gone, now)


def _take_off(platform: Platform, gone: Mapping[str, Member], now: int) -> Swept:
    done = Swept()
    with platform.store.writing() as connection:
        for digest, before in gone.items():
            person = subscriber(connection, before.subscriber)
            if person is None or person.address is None:
                continue
            one = platforms.someone(connection, person.key, person.address)
            there = There(id=digest, email_address=person.address, status="archived")
            change = compared(one, before, there, {})
            _apply(connection, platform, one, change, now)
            _agree(connection, platform, person, before, there, ())
            done = _added(done, Swept(left=len(change.left)))
    return done


def _added(one: Swept, other: Swept) -> Swept:
    names = ("seen", "joined", "left", "kept_off")
    return Swept(**{name: getattr(one, name) + getattr(other, name) for name in names})
