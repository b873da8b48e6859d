"""A store with mailing lists, an account of Mailchimp that stands in, and people who sign up, confirm and leave."""

import shutil

import pytest

from dragoman.brief import sweeping
from dragoman.brief.agreements import Deed, Visit, enter
from dragoman.brief.senders.mailchimp import Platform
from dragoman.brief.senders.mailchimp_client import Client
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.brief.settings import Mailchimp, Settings
from dragoman.store import consents, mailings, open_store, platforms, subscribers
from dragoman.store.mailings import MailingList
from tests.brief.standing_in import AUDIENCE, CATEGORY, KEY, NOW, standing_in

TITLES = {"korea": "Korea", "middle-east": "The Middle East", "strait": "Taiwan Strait"}
NOTICE = "The Record sends these briefings."
HOUR = 3600


@pytest.fixture(scope="module")
def account():
    with standing_in() as found:
        yield found


@pytest.fixture(scope="module")
def clients(account):
    """A client, which takes long to make, and the gaps that it left."""
    with Client(KEY, base=account.base, tries=2, seconds=15.0, sleep=lambda _: None) as found:
        yield found


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A store with the lists, to be copied; made once for all modules."""
    file = tmp_path_factory.getbasetemp() / "lists.db"
    if not file.exists():
        with open_store(file) as store, store.writing() as connection:
            for slug, title in TITLES.items():
                mailings.add_list(connection, MailingList(slug=slug, title=title, made=NOW - 1000 * HOUR))
    return file


@pytest.fixture
def office(account, clients, ready, tmp_path):
    file = tmp_path / "store.db"
    shutil.copy(ready, file)
    account.reset()
    with open_store(file) as store:
        yield Office(store, account, clients)


class Office:
    """Whoever runs the lists, at a time that goes on by itself."""

    def __init__(self, store, account, client):
        self.store, self.account, self.client, self.now = store, account, client, NOW
        self.use()

    def use(self, *, confirm="ours", keep_origin="full"):
        """Have other settings."""
        own = Mailchimp(audience=AUDIENCE, category=CATEGORY, key_env="KEY", confirm=confirm, base=self.account.base)
        self.settings = Settings(
            name="The Record",
            base="https://record.example",
            address="desk@record.example",
            postal="1 Quay, Harbour",
            keep_origin=keep_origin,
            sender=own,
        )
        self.platform = Platform(self.store, self.settings, own, self.client)

    def tick(self, seconds=60):
        """Let time go on, here and there."""
        self.now += seconds
        self.account.now = max(self.account.now, self.now)
        return self.now

    def sign_up(self, address, *slugs):
        """Ask for lists, as a form does; the number of the person."""
        now = self.tick()
        with self.store.writing() as connection:
            key = subscribers.add_subscriber(connection, address, address.lower(), now)
            subscribers.set_states(connection, key, slugs, "pending", now)
            number = subscribers.add_sign_up(connection, key, slugs, now, now + 48 * HOUR)
            self._enter(connection, key, slugs, Deed(action="requested", at=now, text=NOTICE), "203.0.113.7")
            subscribers.queue_mail(connection, "confirm", key, number, now)
        return key

    def confirm(self, key, *slugs):
        """Confirm by our own link; whatever waits, or some lists."""
        now = self.tick()
        with self.store.writing() as connection:
            states = subscribers.subscriptions_of(connection, key)
            slugs = slugs or tuple(slug for slug, state in states.items() if state == "pending")
            subscribers.set_states(connection, key, slugs, "confirmed", now)
            self._enter(connection, key, slugs, Deed(action="confirmed", at=now, text=NOTICE), "203.0.113.8")

    def join(self, address, *slugs):
        """Sign up and confirm."""
        key = self.sign_up(address, *slugs)
        self.confirm(key, *slugs)
        return key

    def leave(self, key, *slugs):
        now = self.tick()
        with self.store.writing() as connection:
            slugs = slugs or tuple(subscribers.subscriptions_of(connection, key))
            subscribers.set_states(connection, key, slugs, "unsubscribed", now)
            self._enter(connection, key, slugs, Deed(action="unsubscribed", at=now), "")

    def erase(self, key):
        now = self.tick()
        with self.store.writing() as connection:
            subscribers.erase(connection, key, now)

    def _enter(self, connection, key, slugs, deed, origin):
        person = subscribers.subscriber(connection, key)
        enter(
            connection,
            self.settings,
            person,
            slugs,
            deed,
            Visit(origin=origin, form="https://record.example/briefings/"),
        )

    def sweep(self, **options):
        self.tick()
        return sweeping.sweep(self.platform, lambda: self.now, **options)

    def states(self, key):
        with self.store.reading() as connection:
            return subscribers.subscriptions_of(connection, key)

    def state_of(self, address):
        with self.store.reading() as connection:
            found = subscribers.subscriber_of(connection, address.lower())
        return self.states(found.key) if found else None

    def member(self, address):
        with self.store.reading() as connection:
            return platforms.member_of(connection, self.platform.name, hash_of(address))

    def consents(self, key):
        """What is written down about somebody: list, action, by whom."""
        with self.store.reading() as connection:
            events = [one.event for one in consents.consents(connection, subscriber=key)]
        return [(one.list, one.action, one.by) for one in events]

    def holds(self):
        """Whether the consents hold together, and nobody is on a list without one."""
        with self.store.reading() as connection:
            return consents.broken_link(connection) is None and consents.unfounded(connection) == []
