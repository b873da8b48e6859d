"""The address that Mailchimp tells of changes: known only by those who were given it, believed only where it is signed."""

import hashlib
import hmac
import re
import urllib.parse

import pytest

from dragoman.brief.hooks import path_of
from dragoman.brief.marks import mark_of
from dragoman.brief.settings import Mailchimp
from dragoman.store import keys, outbox
from tests.brief.test_returns import FOLDER
from tests.web.outsiders import ANNA

SECRET, AUDIENCE = "s3cret" * 6, "a1b2"


@pytest.fixture
def hooked(site_of, monkeypatch):
    """A site whose issues Mailchimp sends, on which Anna gets a list, and the address of its hook."""
    monkeypatch.setenv("KEY", "0123456789abcdef0123456789abcdef-us21")
    monkeypatch.setenv("SECRET", SECRET)
    own = Mailchimp(audience=AUDIENCE, category="c1", key_env="KEY", webhook_secret_env="SECRET")
    site = site_of(sender=own, postal="1 Quay", address="news@record.example")
    site.put_on("korea")
    return site, f"/briefings/hooks/mailchimp/{path_of(keys.link_keys(site.store))}"


def told(site, address="anna@example.org", kind="unsubscribe", at="2026-06-01 10:00:00", **other):
    fields = {"type": kind, "fired_at": at, "data[list_id]": AUDIENCE, "data[email]": address} | other
    body = urllib.parse.urlencode(fields).encode()
    mark = hmac.new(SECRET.encode(), f"{site.now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-mailchimp-signature": f"t={site.now},v1={mark}",
        "accept": "*/*",
    }
    return {"content": body, "headers": headers}


def test_the_check_by_get_is_answered_and_changes_nothing(hooked):
    site, address = hooked
    before = site.state()
    answer = site.browser().get(address)
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert site.browser().head(address).status_code == 200
    assert site.state() == before


def test_who_left_there_has_left_here(hooked):
    site, address = hooked
    answer = site.browser().post(address, **told(site))
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert site.states() == {"korea": "unsubscribed"}
    # The same message again changes nothing, and is answered alike lest it come once more.
    before = site.state()
    assert site.browser().post(address, **told(site)).status_code == 200
    assert site.state() == before


def test_messages_that_are_not_believed_change_nothing(hooked):
    site, address = hooked
    before = site.state()
    good = told(site)
    unsigned = {"content": good["content"]}
    altered = {"content": good["content"] + b"&x=1", "headers": good["headers"]}
    for sent, status in (
        (unsigned, 403),
        (altered, 403),
        ({"content": b"x" * 66_000, "headers": good["headers"]}, 413),
    ):
        assert site.browser().post(address, **sent).status_code == status
    site.now += 3_600
    assert site.browser().post(address, **good).status_code == 403
    assert site.state() == before


@pytest.mark.parametrize("key", ["0" * 40, "", "x", "../leave/x", "%00"])
def test_who_was_not_given_the_address_finds_nothing(hooked, key):
    site, _ = hooked
    for answer in (
        site.browser().get(f"/briefings/hooks/mailchimp/{key}"),
        site.browser().post(f"/briefings/hooks/mailchimp/{key}", **told(site)),
    ):
        assert answer.status_code == 404
    assert site.states() == {"korea": "confirmed"}


def test_where_mailchimp_does_not_send_there_is_no_hook(site_of):
    site = site_of()
    key = path_of(keys.link_keys(site.store))
    assert site.browser().get(f"/briefings/hooks/mailchimp/{key}").status_code == 404


# What comes back


@pytest.fixture
def returned(site_of):
    """A site that has written to Anna, what came back of that, and the address that the mail server was given."""
    site = site_of()
    site.put_on("korea")
    with site.store.writing() as connection:
        mail = next(iter(outbox.due_mails(connection, site.now + 1)))
        mark = mark_of(keys.keys_of(connection, "addresses")[0], mail)
    text = (FOLDER / "postfix-unknown.eml").read_text(encoding="utf-8").replace("MARK", mark)
    address = f"/briefings/hooks/mail/{path_of(keys.link_keys(site.store), 'mail')}"
    return site, text.replace("reader@kontor.example", ANNA).encode(), address


def test_a_mail_server_passes_on_what_came_back(returned):
    site, mail, address = returned
    answer = site.browser().post(address, content=mail)
    assert (answer.status_code, answer.text) == (200, "1 read\n")
    assert site.states() == {"korea": "bounced"}
    before = site.state()
    assert site.browser().post(address, content=mail).status_code == 200
    assert site.state() == before


def test_what_is_no_report_of_ours_changes_nothing(returned):
    site, mail, address = returned
    before = site.state()
    forged = re.sub(rb"(?<=[ick]\d\.\d\.)[0-9a-f]{20}", b"0" * 20, mail)
    assert forged != mail
    for body, status in ((forged, 200), (b"", 200), (b"\0" * 100, 200), (b"x" * 5_000_001, 413)):
        assert site.browser().post(address, content=body).status_code == status
    other = path_of(keys.link_keys(site.store))
    for key in (other, "0" * 40, "x"):
        assert site.browser().post(f"/briefings/hooks/mail/{key}", content=mail).status_code == 404
    assert site.state() == before
