"""Leaving: a link that ends a subscription at once and for good, and what mail that comes back or a complaint ends.

Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

from collections.abc import Collection, Sequence
from typing import Literal

from dragoman.brief.agreements import NOWHERE, Deed, Visit, enter
from dragoman.brief.links import ALL
from dragoman.brief.settings import Settings
from dragoman.brief.tokens import read_token
from dragoman.records import Record
from dragoman.store import Connection, Store, keys, subscribers
from dragoman.store.consents import Action, By
from dragoman.store.mailings import number_of
from dragoman.store.subscribers import State, Subscriber

# How somebody is on a list who has not left it.
ON: tuple[State, ...] = ("pending", "confirmed")
# What is entered where a subscription comes into a state that ends it.
ENDS: dict[State, Action] = {"unsubscribed": "unsubscribed", "bounced": "bounced", "complained": "complained"}


class Left(Record, frozen=True, kw_only=True):
    """The lists that a link ends: `all` where it is for every one; `done` where the person is on none of them."""

    subscriber: int
    lists: tuple[str, ...]
    all: bool
    done: bool


def to_leave(store: Store, token: str) -> Left | None:
    """What a link would end; it changes nothing. None where nobody has been given such a link."""
    known = keys.link_keys(store)
    with store.reading() as connection:
        found = _meant(connection, known, token)
        return found[1] if found else None


def leave(store: Store, settings: Settings, token: str, now: int, visit: Visit = NOWHERE) -> Left | None:
    """End what a link ends, however often it is asked; None where nobody has been given such a link."""
    known = keys.link_keys(store, now=now)
    with store.writing() as connection:
        found = _meant(connection, known, token)
        if found is None:
            return None
        person, told = found
        end(connection, settings, person, told.lists, "unsubscribed", now, visit=visit)
        if told.all:
            subscribers.drop_mails(connection, person.key, None, now)
        return told


def end(
    connection: Connection,
    settings: Settings,
    person: Subscriber,
    slugs: Collection[str] | None,
    state: Literal["unsubscribed", "bounced", "complained"],
    now: int,
    *,
    by: By = "self",
    visit: Visit = NOWHERE,
) -> tuple[str, ...]:
    """End subscriptions to some lists, or with None to all, and take back what is queued; gives those that ended."""
    states = subscribers.subscriptions_of(connection, person.key)
    ended = tuple(slug for slug, now_so in states.items() if now_so in ON and (slugs is None or slug in slugs))
    if ended:
        subscribers.set_states(connection, person.key, ended, state, now)
        subscribers.drop_mails(connection, person.key, ended, now)
        enter(connection, settings, person, ended, Deed(action=ENDS[state], at=now, by=by), visit)
    return ended


def shut_out(
    connection: Connection,
    settings: Settings,
    person: Subscriber,
    reason: Literal["bounced", "complained"],
    now: int,
    *,
    by: By = "mail",
) -> tuple[str, ...]:
    """Send nothing more to somebody whose mail came back for good, or who complained; gives the lists that ended."""
    if person.same is None:
        return ()
    ended = end(connection, settings, person, None, reason, now, by=by)
    subscribers.drop_mails(connection, person.key, None, now)
    subscribers.suppress(connection, keys.who(connection, person.same), reason, now)
    return ended


def _meant(connection: Connection, known: Sequence[bytes], token: str) -> tuple[Subscriber, Left] | None:
    """Whom a link is for and what it ends: for whoever has been erased or is on none of it, nothing."""
    numbers = read_token(known, "leave", token)
    if numbers is None or len(numbers) != 2:
        return None
    person = subscribers.subscriber(connection, numbers[0])
    if person is None:
        return None
    states = subscribers.subscriptions_of(connection, person.key)
    meant = {slug: state for slug, state in states.items() if numbers[1] in {ALL, number_of(slug)}}
    ends = tuple(slug for slug, state in meant.items() if state in ON)
    lists = ends if numbers[1] == ALL else tuple(meant)
    return person, Left(subscriber=person.key, lists=lists, all=numbers[1] == ALL, done=not ends)
