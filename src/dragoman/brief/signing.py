"""Signing up for briefings: what a form asks, what it is answered, and the link that confirms it.

The answer is the same for an address that is new, known or gets no mail, in its words and in the work before it: nobody
learns here who is on a list. Points in time are whole seconds since 1970, UTC, and are given by the caller.
"""

from collections.abc import Sequence

from dragoman.brief.addresses import Address, address_of
from dragoman.brief.agreements import NOWHERE, Deed, Visit, enter
from dragoman.brief.origins import is_here, network_of
from dragoman.brief.settings import Mailchimp, Settings
from dragoman.brief.tokens import make_token, read_token
from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store import Connection, Store, keys, subscribers
from dragoman.store.allowances import take
from dragoman.store.consents import text_agreed_to
from dragoman.store.mailings import is_slug, list_of
from dragoman.store.subscribers import SignedUp, Subscriber

HOUR = 3600
DAY = 24 * HOUR
# Seconds that people need at least between seeing a form and sending it; programs need none.
QUICKEST = 2
# Seconds after which a form is too old to tell anything by.
OLDEST = 7 * DAY
# Lists that one form may ask for.
MOST_LISTS = 100


class SignUp(Record, frozen=True, kw_only=True):
    """What a form sent: `text` is the notice that it showed, `started` the token that it was given when it was shown.

    `trap` is a field that people do not see and leave empty.
    """

    address: str
    lists: tuple[str, ...]
    text: str
    started: str
    trap: str = ""
    visit: Visit = NOWHERE


class Answer(Record, frozen=True, kw_only=True):
    """What a form is answered: to look into the inbox, or with `wait` to come again after so many seconds."""

    wait: int = 0


class Confirmed(Record, frozen=True, kw_only=True):
    """The lists that a link confirms; `done` where it has done so already."""

    subscriber: int
    lists: tuple[str, ...]
    done: bool


def notice(settings: Settings) -> str:
    """What a form says to people before they agree; consents keep it word for word."""
    parts = [
        f"{settings.name} sends these briefings{f' ({settings.postal})' if settings.postal else ''}.",
        "You get a mail with a link first, and nothing more before you have confirmed there.",
        "Every mail has a link to leave, which works at once and without logging in, and one to see, change and erase "
        "what is kept about you.",
        "Opens and clicks are not tracked.",
        _kept_of_form(settings),
    ]
    if isinstance(settings.sender, Mailchimp):
        parts.append(
            "Mailchimp (Intuit Inc., United States) sends the mails for us: by signing up you agree that your address "
            "and your choice of lists are passed on to it and processed there."
        )
    return " ".join(part for part in parts if part)


def _kept_of_form(settings: Settings) -> str:
    """What is kept of whoever sends the form."""
    if settings.keep_origin == "none":
        return "To prove that you agreed, the time, the address of this form and this text are kept."
    network = "network address" if settings.keep_origin == "full" else "network (not the full address)"
    return f"To prove that you agreed, the time, your {network}, the name of your browser and this text are kept."


def started(store: Store, now: int) -> str:
    """A token for a form that is shown now."""
    return make_token(keys.link_keys(store, now=now), "form", now)


def sign_up(store: Store, settings: Settings, form: SignUp, now: int) -> Answer:
    """Ask an address by mail whether it wants some lists; raises `InputError` for what people can put right."""
    slugs = _asked_for(store, form.lists)
    address = address_of(form.address)
    if form.trap or not _by_hand(store, form.started, now):
        return Answer()
    with store.writing() as connection:
        if wait := _wait(connection, settings, form.visit.origin, now):
            return Answer(wait=wait)
        within = connection.begin_nested()
        _ask(connection, settings, form, address, slugs, now)
        if _may_be_written_to(connection, address, now):
            within.commit()
        else:
            within.rollback()
    return Answer()


def _asked_for(store: Store, wanted: Sequence[str]) -> tuple[str, ...]:
    """The lists that a form asks for, once each; a private one is answered as one that is not there."""
    if not wanted:
        raise InputError("no list was chosen: tick at least one", kind="lists")
    if len(wanted) > MOST_LISTS:
        raise InputError(f"{len(wanted):,} lists were chosen; at most {MOST_LISTS} at a time", kind="lists")
    slugs = tuple(dict.fromkeys(wanted))
    with store.reading() as connection:
        for slug in slugs:
            _check_open(connection, slug)
    return slugs


def _check_open(connection: Connection, slug: str) -> None:
    found = list_of(connection, slug) if is_slug(slug) else None
    if found is not None and found.visibility == "archived":
        raise InputError(f"the list {found.title!r} is closed: nothing is sent to it any more", kind="lists")
    if found is None or found.visibility != "public":
        raise InputError(f"there is no list {slug[:64]!r} that one can sign up for", kind="lists")


def _by_hand(store: Store, token: str, now: int) -> bool:
    """Whether a form was shown some seconds before it was sent; raises `InputError` where nobody can tell any more.

    That is so after long, and where the clock has been set back since.
    """
    numbers = read_token(keys.link_keys(store, now=now), "form", token)
    if numbers is None or len(numbers) != 1:
        return False
    age = now - numbers[0]
    if not 0 <= age <= OLDEST:
        raise InputError("this form was opened long ago or by another clock: please send it once more", kind="form")
    return age >= QUICKEST


def _wait(connection: Connection, settings: Settings, origin: str, now: int) -> int:
    """Seconds until a form may be sent from a network, and by anybody; 0: now. Who asks is not looked at."""
    if not is_here(origin):
        network = keys.who(connection, f"network {network_of(origin)}")
        if wait := take(connection, network, settings.sign_ups_per_network, HOUR, now):
            return wait
    return take(connection, "sign-ups", settings.sign_ups_per_hour, HOUR, now)


def _ask(
    connection: Connection, settings: Settings, form: SignUp, address: Address, slugs: tuple[str, ...], now: int
) -> None:
    """Enter a sign-up and queue the mail that answers it."""
    key = subscribers.add_subscriber(connection, address.shown, address.same, now)
    person = Subscriber(key=key, address=address.shown, same=address.same, made=now)
    states = subscribers.subscriptions_of(connection, key)
    fresh = tuple(slug for slug in slugs if states.get(slug) != "confirmed")
    subscribers.ask(connection, key, slugs, now)
    number = subscribers.add_sign_up(connection, key, fresh or slugs, now, now + settings.confirm_hours * HOUR)
    enter(connection, settings, person, slugs, Deed(action="requested", at=now, text=form.text), form.visit)
    subscribers.queue_mail(connection, "confirm" if fresh else "known", key, number, now)


def _may_be_written_to(connection: Connection, address: Address, now: int) -> bool:
    """Whether a mail may go to an address today: not a second one to a person, and none to whoever gets no mail.

    This is asked when all the rest is done, and then taken back: so the same work comes before the same answer.
    """
    suppressed = subscribers.suppression_of(connection, keys.who(connection, address.same))
    return not take(connection, keys.who(connection, f"mail {address.person}"), 1, DAY, now) and suppressed is None


def to_confirm(store: Store, token: str, now: int) -> Confirmed | None:
    """What a link would confirm; it changes nothing. None where there is no such link, or its time is over."""
    known = keys.link_keys(store, now=now)
    with store.reading() as connection:
        found = _waiting(connection, known, token, now)
        return _confirmed(connection, *found) if found else None


def confirm(store: Store, settings: Settings, token: str, now: int, visit: Visit = NOWHERE) -> Confirmed | None:
    """Put a person on the lists that a link is for, once; None where there is no such link, or its time is over.

    A list that was left since, or that nobody can sign up for any more, is not among them.
    """
    known = keys.link_keys(store, now=now)
    with store.writing() as connection:
        found = _waiting(connection, known, token, now)
        if found is None:
            return None
        told = _confirmed(connection, *found)
        if told and not told.done and subscribers.use_sign_up(connection, found[0].key, now):
            _put_on(connection, settings, found[1], told.lists, now, visit)
        return told


def _waiting(
    connection: Connection, known: Sequence[bytes], token: str, now: int
) -> tuple[SignedUp, Subscriber] | None:
    """The sign-up that a link is for, and whose it is."""
    numbers = read_token(known, "confirm", token)
    if numbers is None or len(numbers) != 2 or numbers[1] <= now:
        return None
    found = subscribers.sign_up_of(connection, numbers[0])
    person = subscribers.subscriber(connection, found.subscriber) if found else None
    if found is None or person is None or person.same is None or found.expires <= now:
        return None
    suppressed = subscribers.suppression_of(connection, keys.who(connection, person.same)) is not None
    return None if suppressed else (found, person)


def _confirmed(connection: Connection, found: SignedUp, person: Subscriber) -> Confirmed | None:
    """What a sign-up confirms: lists that still wait for it, or that it brought the person on and are not left."""
    states = subscribers.subscriptions_of(connection, person.key)
    state, done = ("pending", False) if found.confirmed is None else ("confirmed", True)
    slugs = tuple(slug for slug in found.lists if states.get(slug) == state and _is_open(connection, slug))
    return Confirmed(subscriber=person.key, lists=slugs, done=done) if slugs else None


def _is_open(connection: Connection, slug: str) -> bool:
    found = list_of(connection, slug)
    return found is not None and found.visibility != "archived"


def _put_on(
    connection: Connection, settings: Settings, person: Subscriber, slugs: tuple[str, ...], now: int, visit: Visit
) -> None:
    subscribers.set_states(connection, person.key, slugs, "confirmed", now)
    for slug in slugs:
        text = text_agreed_to(connection, person.key, slug)
        enter(connection, settings, person, [slug], Deed(action="confirmed", at=now, text=text), visit)
