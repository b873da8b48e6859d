"""People who sign up in tests: lists to choose from, forms that they send, and what the store then holds of them."""

from sqlalchemy import text

from dragoman.brief.agreements import Visit
from dragoman.brief.links import confirm_link, leave_link, yours_link
from dragoman.brief.settings import Settings
from dragoman.brief.signing import SignUp, confirm, notice, sign_up, started
from dragoman.store.keys import link_keys
from dragoman.store.mailings import MailingList, add_list
from dragoman.store.subscribers import subscriber_of, subscriptions_of

NOW = 1_780_000_000
DAY = 86_400
SETTINGS = Settings(name="The Record", base="https://record.example")
VISIT = Visit(origin="203.0.113.77", agent="Browser 1.0", form="https://record.example/briefings/")
LISTS = {"korea": "public", "gulf": "public", "week": "public", "staff": "private", "old": "archived"}


def add_lists(store):
    with store.writing() as connection:
        for slug, visibility in LISTS.items():
            add_list(connection, MailingList(slug=slug, title=f"The {slug} list", visibility=visibility, made=NOW))


def form(store, address="anna@example.org", lists=("korea",), *, now=NOW, age=60, **other):
    """A form that was opened `age` seconds before."""
    told = {"text": notice(SETTINGS), "started": started(store, now - age), "visit": VISIT, **other}
    return SignUp(address=address, lists=tuple(lists), **told)


def ask(store, address="anna@example.org", lists=("korea",), *, now=NOW, settings=SETTINGS, **other):
    return sign_up(store, settings, form(store, address, lists, now=now, **other), now)


def rows(store, query, **values):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def mails(store):
    """The mails that are queued: kind and address."""
    query = "SELECT kind, address FROM outbox JOIN subscriber ON subscriber.key = outbox.subscriber"
    return rows(store, f"{query} WHERE state = 'queued' ORDER BY outbox.key")


def agreed(store):
    """What consents tell, in order: action and list."""
    return rows(store, "SELECT action, list FROM consent ORDER BY number")


def key_of(store, address="anna@example.org"):
    with store.reading() as connection:
        return subscriber_of(connection, address).key


def states(store, address="anna@example.org"):
    with store.reading() as connection:
        found = subscriber_of(connection, address)
        return subscriptions_of(connection, found.key) if found else {}


def token_of(link):
    return link.rpartition("/")[2]


def confirm_token(store, address="anna@example.org"):
    """What the latest mail of an address holds."""
    query = "SELECT key, expires FROM sign_up WHERE subscriber = :key ORDER BY key DESC LIMIT 1"
    ((key, expires),) = rows(store, query, key=key_of(store, address))
    return token_of(confirm_link(SETTINGS, link_keys(store), key, expires))


def leave_token(store, address="anna@example.org", slug=""):
    return token_of(leave_link(SETTINGS, link_keys(store), key_of(store, address), slug))


def yours_token(store, address="anna@example.org", now=NOW):
    return token_of(yours_link(SETTINGS, link_keys(store), key_of(store, address), now))


def put_on(store, address="anna@example.org", lists=("korea",), *, now=NOW):
    """Somebody who signed up and confirmed; gives the number."""
    ask(store, address, lists, now=now)
    confirm(store, SETTINGS, confirm_token(store, address), now, VISIT)
    return key_of(store, address)
