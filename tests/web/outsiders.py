"""Whoever comes from elsewhere: signs up by the form, opens the links of the mails, and has no login and no cookie."""

import contextlib
import re
import shutil

import pytest
from starlette.testclient import TestClient

from dragoman.brief.links import confirm_link, leave_link, yours_link
from dragoman.brief.settings import Settings
from dragoman.store import open_store
from dragoman.store.keys import link_keys
from dragoman.web.answers import Memory
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.brief.visitors import NOW, add_lists, agreed, key_of, mails, rows, states

# Forms that everybody may send, each with a protection of its own in the place of a login or a cookie.
FOR_OUTSIDERS = {
    "/briefings/sign-up",
    "/briefings/confirm/{token}",
    "/briefings/leave/{token}",
    "/briefings/yours/{token}",
    "/briefings/yours/{token}/export",
    "/briefings/yours/{token}/erase",
    "/briefings/hooks/mailchimp/{key}",
    "/briefings/hooks/mail/{key}",
}
BASE = "https://record.example"
HTML = {"accept": "text/html"}
ANNA = "anna@example.org"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Site:
    """The pages of a store with the lists of `tests.brief.visitors`, at a time that a test lets go on."""

    def __init__(self, store, rules, app, **settings):
        self.store, self.now = store, NOW
        self.settings = Settings(name="The Record", **({"base": BASE} | settings))
        self.served = Served(store, rules, loopback=False, https=True, settings=self.settings)
        self.app = app
        self.app.app.app.state.served, self.app.app.app.state.memory = self.served, Memory()
        self.guard.clock = lambda: self.now

    @property
    def guard(self):
        return self.app.app.app.state.guard

    def browser(self, host="203.0.113.77", name="record.example", **headers):
        return TestClient(
            self.app,
            base_url=f"https://{name}",
            client=(host, 50_000),
            follow_redirects=False,
            headers=HTML | headers,
        )

    def form(self, browser, **typed):
        """What a browser sends that was shown the form a minute ago."""
        held = dict(HIDDEN.findall(browser.get("/briefings").text))
        self.now += 60
        return held | {"address": ANNA, "lists": ["korea"]} | typed

    def sign_up(self, browser=None, **typed):
        browser = browser or self.browser()
        return browser.post("/briefings/sign-up", data=self.form(browser, **typed))

    def confirm_path(self, address=ANNA):
        query = "SELECT key, expires FROM sign_up WHERE subscriber = :key ORDER BY key DESC LIMIT 1"
        ((key, expires),) = rows(self.store, query, key=key_of(self.store, address))
        return _path(confirm_link(self.settings, link_keys(self.store), key, expires))

    def leave_path(self, slug="", address=ANNA):
        return _path(leave_link(self.settings, link_keys(self.store), key_of(self.store, address), slug))

    def yours_path(self, address=ANNA):
        return _path(yours_link(self.settings, link_keys(self.store), key_of(self.store, address), self.now))

    def put_on(self, *lists, address=ANNA):
        """Somebody who signed up and confirmed."""
        answer = self.sign_up(address=address, lists=list(lists))
        assert answer.status_code == 303, answer.text
        assert self.browser().post(self.confirm_path(address)).status_code == 200

    def states(self, address=ANNA):
        return states(self.store, address)

    def mails(self):
        return mails(self.store)

    def agreed(self):
        return agreed(self.store)

    def state(self):
        """Everything that is stored."""
        with self.store.reading() as connection:
            return list(connection.connection.driver_connection.iterdump())


def _path(link):
    return link.removeprefix(BASE)


@pytest.fixture(scope="session")
def outside_app(rules):
    """An app that is given each site in turn: to make its routes anew for every test takes long."""
    with open_store("sqlite://") as store:
        yield make_app(Served(store, rules, loopback=False, https=True, settings=Settings(base=BASE)))


@pytest.fixture
def site_of(outside_app, rules, empty_file, tmp_path):
    """A function that makes a site on a copy of an empty store."""
    with contextlib.ExitStack() as stack:

        def made(**settings):
            store = stack.enter_context(open_store(shutil.copyfile(empty_file, tmp_path / "site.db")))
            add_lists(store)
            link_keys(store)
            return Site(store, rules, outside_app, **settings)

        yield made
