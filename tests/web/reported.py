"""The pages of the ledger, events, reports and corrections on three reports made by hand; and forms as a browser sends them."""

import contextlib
import re
from collections.abc import Iterator

import lxml.html
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.web.app import make_app
from dragoman.web.pages import articles, corrections, events, ledger, login
from dragoman.web.serving import Served
from tests.views.reported import stored

TOKEN = re.compile(r'name="token" value="(\w+)"')


@contextlib.contextmanager
def browsing(file, rules: Rules, told=None, **settings) -> Iterator[TestClient]:
    """A browser on the pages; `told` are reports other than those made by hand."""
    with stored(file, rules, told) as store:
        app = make_app(Served(store, rules, **settings), among=[login, ledger, events, articles, corrections])
        with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
            yield client


def send(client, page, fields, to=None):
    """Send the form of a page with its token, to that page unless said."""
    (token,) = TOKEN.findall(client.get(page).text)
    return client.post(to or page.partition("?")[0], data={"token": token, **fields})


def read(answer):
    """A page, as a tree; it was answered well."""
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.text)


def words(tree):
    """The words of a page's main part, with single spaces."""
    return " ".join(tree.get_element_by_id("main").text_content().split())
