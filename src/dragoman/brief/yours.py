"""A person's own page: which lists somebody gets, what is kept about him or her, to take along or to have erased.

The link to it comes by mail alone, so whoever has it reads the mail of that address. Points in time are whole seconds
since 1970, UTC, and are given by the caller.
"""

from collections.abc import Sequence
from typing import Any

from dragoman.brief.agreements import NOWHERE, Deed, Visit, enter
from dragoman.brief.leaving import ON, end
from dragoman.brief.proofs import moment, row_of
from dragoman.brief.settings import Settings
from dragoman.brief.tokens import read_token
from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store import Connection, Store, consents, keys, mailings, subscribers
from dragoman.store.consents import By
from dragoman.store.subscribers import State, Subscriber

# Columns of what is kept that are points in time.
MOMENTS = {"made", "changed", "asked", "expires", "confirmed", "at"}
# What stands in the place of a form where somebody was erased for not having answered: mail may go there again.
NO_ANSWER = "never confirmed"


class Yours(Record, frozen=True, kw_only=True):
    """What a person's page shows: how he or she is on which lists, those to choose from, and why no mail is sent."""

    subscriber: int
    address: str
    states: dict[str, State]
    open: tuple[str, ...]
    suppressed: str | None


class Held(Record, frozen=True, kw_only=True):
    """All that is kept about a person: rows of each table, times as moments in UTC."""

    address: str
    made: str
    suppressed: str | None
    subscriptions: list[dict[str, Any]]
    sign_ups: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    bounces: list[dict[str, Any]]
    platforms: list[dict[str, Any]]
    consents: list[dict[str, Any]]


class Erased(Record, frozen=True, kw_only=True):
    """Who was erased, and the address, which only the caller knows by now: to tell a platform that has it too."""

    subscriber: int
    address: str


def yours(store: Store, token: str, now: int) -> Yours | None:
    """What the page of a link shows; None where there is no such link, its time is over, or the person was erased."""
    known = keys.link_keys(store, now=now)
    with store.reading() as connection:
        person = _person(connection, known, token, now)
        return _yours(connection, person) if person else None


def change(
    store: Store, settings: Settings, token: str, lists: Sequence[str], now: int, *, text: str, visit: Visit = NOWHERE
) -> Yours | None:
    """Put a person on these lists and on no other; `text` is the notice that the page showed.

    Raises `InputError` for a list that is not to choose from, and where no mail may be sent to that address.
    """
    known = keys.link_keys(store, now=now)
    with store.writing() as connection:
        person = _person(connection, known, token, now)
        if person is None:
            return None
        before = _yours(connection, person)
        joined = _joined(before, lists)
        left = [slug for slug, state in before.states.items() if state in ON and slug not in lists]
        end(connection, settings, person, left, "unsubscribed", now, visit=visit)
        subscribers.set_states(connection, person.key, joined, "confirmed", now)
        enter(connection, settings, person, joined, Deed(action="confirmed", at=now, text=text), visit)
        return _yours(connection, person)


def _joined(before: Yours, lists: Sequence[str]) -> list[str]:
    """The lists that somebody is not on yet."""
    wanted = [slug for slug in dict.fromkeys(lists) if before.states.get(slug) != "confirmed"]
    for slug in wanted:
        if slug not in before.open:
            raise InputError(f"there is no list {slug[:64]!r} that one can choose here", kind="lists")
    if wanted and before.suppressed:
        message = f"no mail is sent to this address ({before.suppressed}): write to whoever sends the briefings"
        raise InputError(message, kind="suppressed")
    return wanted


def export(store: Store, settings: Settings, token: str, now: int, visit: Visit = NOWHERE) -> Held | None:
    """All that is kept about a person, and an entry that it was taken along; None where there is no such link."""
    known = keys.link_keys(store, now=now)
    with store.writing() as connection:
        person = _person(connection, known, token, now)
        if person is None:
            return None
        enter(connection, settings, person, [""], Deed(action="exported", at=now), visit)
        return held_about(connection, person)


def held_about(connection: Connection, person: Subscriber) -> Held:
    """All that is kept about a person."""
    rows = subscribers.held(connection, person.key)
    return Held(
        address=person.address or "",
        made=moment(person.made) or "",
        suppressed=_suppressed(connection, person),
        subscriptions=_shown(rows["subscription"]),
        sign_ups=_shown(rows["sign_up"]),
        mails=_shown(rows["outbox"]),
        bounces=_shown(rows["bounce"]),
        platforms=_shown(rows["platform_id"]),
        consents=[row_of(one) for one in consents.consents(connection, subscriber=person.key)],
    )


def erase(store: Store, settings: Settings, token: str, now: int, visit: Visit = NOWHERE) -> Erased | None:
    """Erase a person; None where there is no such link. Nothing is sent to that address any more."""
    known = keys.link_keys(store, now=now)
    with store.writing() as connection:
        person = _person(connection, known, token, now)
        return erase_person(connection, settings, person, now, visit=visit) if person else None


def erase_person(
    connection: Connection,
    settings: Settings,
    person: Subscriber,
    now: int,
    *,
    by: By = "self",
    visit: Visit = NOWHERE,
) -> Erased:
    """Take out all that is kept about somebody but the keyed digest of the address, by which it stays without mail."""
    if person.same is not None:
        end(connection, settings, person, None, "unsubscribed", now, by=by, visit=visit)
        enter(connection, settings, person, [""], Deed(action="erased", at=now, by=by), visit)
        subscribers.suppress(connection, keys.who(connection, person.same), "erased", now)
        subscribers.erase(connection, person.key, now)
        consents.erase(connection, person.key)
    return Erased(subscriber=person.key, address=person.address or "")


def forget_unconfirmed(store: Store, settings: Settings, before: int, now: int) -> int:
    """Take out the addresses of those who were asked before a moment and never confirmed; how many.

    They may be asked again: whoever did not answer has not said that no mail is to come.
    """
    forgotten = 0
    with store.writing() as connection:
        while found := subscribers.never_confirmed(connection, before):
            forgotten += len(found)
            for person in found:
                forget(connection, settings, person, now)
    return forgotten


def forget(connection: Connection, settings: Settings, person: Subscriber, now: int) -> None:
    """Take out all that is kept about somebody who did not answer."""
    deed = Deed(action="erased", at=now, by="operator")
    enter(connection, settings, person, [""], deed, Visit(form=NO_ANSWER))
    subscribers.erase(connection, person.key, now)
    consents.erase(connection, person.key)


def _person(connection: Connection, known: Sequence[bytes], token: str, now: int) -> Subscriber | None:
    numbers = read_token(known, "yours", token)
    if numbers is None or len(numbers) != 2 or numbers[1] <= now:
        return None
    found = subscribers.subscriber(connection, numbers[0])
    return found if found and found.same is not None else None


def _yours(connection: Connection, person: Subscriber) -> Yours:
    return Yours(
        subscriber=person.key,
        address=person.address or "",
        states=subscribers.subscriptions_of(connection, person.key),
        open=tuple(one.slug for one in mailings.lists(connection, "public")),
        suppressed=_suppressed(connection, person),
    )


def _suppressed(connection: Connection, person: Subscriber) -> str | None:
    return subscribers.suppression_of(connection, keys.who(connection, person.same)) if person.same else None


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: moment(cell) if name in MOMENTS else cell for name, cell in row.items()} for row in rows]
