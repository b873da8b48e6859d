"""Who asks somebody to confirm a sign-up: we by mail, or Mailchimp; never both.

Mailchimp asks where the settings say so, and asks those who left through it: nothing but its own confirmation brings
these back. It does not ask whom it has as subscribed, as that would end what they get until they answer: them we ask.
"""

from collections import Counter

import msgspec

from dragoman.brief.senders.mailchimp import OURS, Platform, interests, person_of
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.records import Record
from dragoman.store import outbox, platforms
from dragoman.store.outbox import Mail
from dragoman.store.platforms import Member, Someone
from dragoman.store.subscribers import sign_up_of

ASKED = "Mailchimp asks"
NOT_KNOWN = "Mailchimp did not answer whether it asks"


class Asked(Record, frozen=True, kw_only=True):
    """What became of confirmations: the platform has asked, it is to be told again later, or it cannot ask them.

    `ours` are the mails in the outbox that are left for us to send, by their keys: no other confirmation is. Of
    `unknown` ones nobody knows whether the platform asked.
    """

    asked: int = 0
    ours: tuple[int, ...] = ()
    later: int = 0
    failed: int = 0
    unknown: int = 0


def ask_all(platform: Platform, now: int) -> Asked:
    """Have the platform ask whom it is to ask, among the confirmations whose turn it is; to be done before we send any.

    Raises `PlatformError` where it takes nothing at all: what waited then waits on, and nothing is ours to send.
    """
    ids, ours, counts, after = interests(platform), list[int](), Counter[str](), 0
    while mails := _page(platform, now, after):
        for mail in mails:
            after = mail.key
            outcome = _ask_one(platform, ids, mail, now)
            if outcome == "ours":
                ours.append(mail.key)
            elif outcome:
                counts[outcome] += 1
    return Asked(ours=tuple(ours), **counts)


def _page(platform: Platform, now: int, after: int) -> list[Mail]:
    with platform.store.reading() as connection:
        return platforms.confirmations(connection, now, after)


def _someone(platform: Platform, mail: Mail) -> tuple[Someone, Member]:
    assert mail.address is not None
    with platform.store.reading() as connection:
        member = platforms.member_of(connection, platform.name, hash_of(mail.address))
        one = platforms.someone(connection, mail.subscriber, mail.address)
    return one, member or Member(subscriber=mail.subscriber, state="")


def _ask_one(platform: Platform, ids: dict[str, str], mail: Mail, now: int) -> str | None:
    """Have one person asked where that is theirs; what became of it, None where somebody else has seen to it."""
    one, member = _someone(platform, mail)
    try:
        theirs = _is_theirs(platform, member, one)
    except PlatformError as error:
        if error.kind in OURS:
            raise
        return _later(platform, mail, error, now)
    return _ask(platform, ids, mail, one, member, now) if theirs else "ours"


def _later(platform: Platform, mail: Mail, error: PlatformError, now: int) -> str | None:
    """Put off a mail of which it is not known who is to ask: nobody does until that is."""
    with platform.store.writing() as connection:
        if not outbox.claim(connection, mail, now):
            return None
        return "later" if outbox.put_off(connection, mail, now, str(error)) else "failed"


def _is_theirs(platform: Platform, member: Member, one: Someone) -> bool:
    """Whether the platform asks somebody, not we."""
    if member.left or platform.own.confirm == "ours":
        return member.left
    there = platform.client.member(platform.own.audience, hash_of(one.address))
    return there is None or there.status != "subscribed"


def _ask(platform: Platform, ids: dict[str, str], mail: Mail, one: Someone, member: Member, now: int) -> str | None:
    """Tell the platform to ask; what became of it, None where somebody else has seen to it meanwhile."""
    begun = _begin(platform, mail, one, member, now)
    if begun is None:
        return None
    person = person_of(platform, ids, one, [*begun.asked, *one.wanted()])
    try:
        state = platform.client.put_member(platform.own.audience, person, "pending").status
    except PlatformError as error:
        return _settle_error(platform, mail, one, begun, error, now)
    _settle(platform, mail, one, msgspec.structs.replace(begun, state=state), now)
    return "asked"


def _begin(platform: Platform, mail: Mail, one: Someone, member: Member, now: int) -> Member | None:
    """Write down that somebody is being asked, before it is done, and about what."""
    with platform.store.writing() as connection:
        sign_up = sign_up_of(connection, mail.sign_up) if mail.sign_up is not None else None
        if sign_up is None or not outbox.is_wanted(connection, mail, now) or not outbox.claim(connection, mail, now):
            return None
        slugs = tuple(slug for slug in sign_up.lists if slug in one.on and one.on[slug].state == "pending")
        asked = msgspec.structs.replace(member, asked=slugs)
        platforms.put_member(connection, platform.name, hash_of(one.address), asked)
        return asked


def _settle(platform: Platform, mail: Mail, one: Someone, member: Member, now: int) -> None:
    with platform.store.writing() as connection:
        outbox.mark_sent(connection, mail, now, ASKED)
        platforms.put_member(connection, platform.name, hash_of(one.address), member)


def _settle_error(platform: Platform, mail: Mail, one: Someone, member: Member, error: PlatformError, now: int) -> str:
    """Write down that somebody could not be asked; where that is not sure the platform says how it has them."""
    if error.unsure:
        return _look(platform, mail, one, member, error, now)
    with platform.store.writing() as connection:
        if error.kind in OURS:
            outbox.put_back(connection, mail, now, str(error))
        elif error.passing:
            return "later" if outbox.put_off(connection, mail, now, str(error)) else "failed"
        else:
            outbox.mark(connection, mail, "failed", now, str(error))
    if error.kind in OURS:
        raise error
    return "failed"


def _look(platform: Platform, mail: Mail, one: Someone, member: Member, error: PlatformError, now: int) -> str:
    try:
        there = platform.client.member(platform.own.audience, hash_of(one.address))
    except PlatformError:
        with platform.store.writing() as connection:
            outbox.mark(connection, mail, "unknown", now, f"{NOT_KNOWN}: {error}")
        return "unknown"
    if there is not None and there.status == "pending":
        _settle(platform, mail, one, msgspec.structs.replace(member, state="pending"), now)
        return "asked"
    with platform.store.writing() as connection:
        return "later" if outbox.put_off(connection, mail, now, str(error)) else "failed"
