"""Asking people whom the operator names whether they want a list: the way onto a private one. Each has to confirm."""

from dragoman.brief.addresses import address_of
from dragoman.brief.agreements import NOWHERE, Deed, enter
from dragoman.brief.settings import Settings
from dragoman.brief.signing import DAY, HOUR, notice
from dragoman.errors import InputError
from dragoman.store import Store, keys, subscribers
from dragoman.store.allowances import take
from dragoman.store.mailings import list_of
from dragoman.store.subscribers import Subscriber


def invite(store: Store, settings: Settings, slug: str, typed: str, now: int) -> bool:
    """Queue the mail that asks somebody; False where somebody gets the list already.

    Raises `InputError` where the address is none, gets no mail, or was written to within a day.
    """
    address = address_of(typed)
    with store.writing() as connection:
        mailing = list_of(connection, slug)
        if mailing is None or mailing.visibility == "archived":
            raise InputError(f"there is no list {slug[:64]!r} that goes out", kind="list")
        if reason := subscribers.suppression_of(connection, keys.who(connection, address.same)):
            raise InputError(f"{address.shown} is to get no mail ({reason})", kind="suppressed")
        key = subscribers.add_subscriber(connection, address.shown, address.same, now)
        if subscribers.subscriptions_of(connection, key).get(slug) == "confirmed":
            return False
        if take(connection, keys.who(connection, f"mail {address.person}"), 1, DAY, now):
            raise InputError(f"{address.shown} was asked within a day", kind="often")
        person = Subscriber(key=key, address=address.shown, same=address.same, made=now)
        subscribers.ask(connection, key, [slug], now)
        number = subscribers.add_sign_up(connection, key, [slug], now, now + settings.confirm_hours * HOUR)
        enter(
            connection,
            settings,
            person,
            [slug],
            Deed(action="requested", at=now, by="operator", text=notice(settings)),
            NOWHERE,
        )
        subscribers.queue_mail(connection, "confirm", key, number, now)
        return True
