"""The mails of the outbox as bytes: what they say, the links and headers of each, and those that are written no more."""

import email
import email.policy
import re

import pytest

from dragoman.brief.briefings import Briefing, Counts
from dragoman.brief.settings import Settings
from dragoman.brief.tokens import read_token
from dragoman.brief.writing import Writer
from dragoman.store import issues, mailings, outbox, subscribers
from dragoman.store.keys import link_keys
from dragoman.store.mailings import MailingList
from tests.brief.dealt import FIRST, LAST
from tests.brief.visitors import NOW, ask, key_of, put_on

SETTINGS = Settings(name="The Record", base="https://record.example", address="news@record.example", postal="1 Quay")
HELD = Briefing(
    list="korea", title="The korea list", first=FIRST, last=LAST, subject="A headline", headline="A headline",
    lead="/events/1", summary=("Two events.",), counts=Counts(), more="/search",
)  # fmt: skip


@pytest.fixture
def written(lite):
    """A function that writes the mails that are due, in order."""

    def write(now=NOW):
        with lite.reading() as connection:
            due = outbox.due_mails(connection, now)
        writer = Writer(lite, SETTINGS, lambda: now)
        return [writer(mail) for mail in due]

    return write


def queued(store, slug="korea"):
    with store.writing() as connection:
        issue = issues.add_issue(connection, slug, HELD, NOW)
        outbox.queue_issue(connection, issue.key, slug, NOW)


def change(store, slug, visibility):
    with store.writing() as connection:
        mailings.change_list(
            connection, MailingList(slug=slug, title=f"The {slug} list", visibility=visibility, made=NOW)
        )


def read(envelope):
    return email.message_from_bytes(envelope.message, policy=email.policy.default)


def body(envelope, kind="plain"):
    return read(envelope).get_body((kind,)).get_content()


def links(envelope, page):
    return set(
        re.findall(rf'https://record\.example/briefings/{page}/([^\s"<>]+)', body(envelope) + body(envelope, "html"))
    )


def test_a_confirmation_names_the_lists_and_leads_to_the_button(lite, written):
    ask(lite, lists=("korea", "gulf"))
    (mail,) = written()
    assert mail.recipient == "anna@example.org"
    assert mail.sender == "news@record.example"
    assert "The korea list" in body(mail)
    assert "The gulf list" in body(mail)
    (token,) = links(mail, "confirm")
    assert read_token(link_keys(lite), "confirm", token) == (1, NOW + 48 * 3600)
    assert not [name for name in read(mail) if name.startswith("List-")]


def test_a_confirmation_that_comes_late_says_how_long_its_link_is_good(lite, written):
    ask(lite)
    assert "48 hours" in " ".join(body(written()[0]).split())
    assert "24 hours" in " ".join(body(written(NOW + 86_400)[0]).split())


def test_who_gets_it_already_is_led_to_a_page_of_ones_own(lite, written):
    put_on(lite)
    ask(lite, now=NOW + 2 * 86_400)
    *_, mail = written(NOW + 2 * 86_400)
    assert "get this briefing already" in body(mail)
    (token,) = links(mail, "yours")
    assert read_token(link_keys(lite), "yours", token)[0] == key_of(lite)


def test_a_confirmation_of_a_list_that_was_closed_is_not_written(lite, written):
    ask(lite)
    change(lite, "korea", "archived")
    assert written() == [None]


def test_an_issue_has_the_links_of_its_reader_alone(lite, written):
    put_on(lite)
    put_on(lite, "bela@example.org")
    queued(lite)
    one, other = written()[-2:]
    assert {one.recipient, other.recipient} == {"anna@example.org", "bela@example.org"}
    for envelope in (one, other):
        (leave,), (yours,) = links(envelope, "leave"), links(envelope, "yours")
        number = key_of(lite, envelope.recipient)
        assert read_token(link_keys(lite), "leave", leave) == (number, mailings.number_of("korea"))
        assert read_token(link_keys(lite), "yours", yours)[0] == number
        head = read(envelope)
        assert head["List-Unsubscribe"] == f"<https://record.example/briefings/leave/{leave}>"
        assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "1 Quay" in body(envelope)
    assert one.key != other.key


def test_the_same_mail_is_the_same_bytes(lite, written):
    put_on(lite)
    queued(lite)
    assert written()[-1] == written()[-1]


def test_a_private_list_is_nowhere_to_be_read(lite, written):
    put_on(lite)
    change(lite, "korea", "private")
    queued(lite)
    head = read(written()[-1])
    assert head["List-Archive"] is None
    assert head["List-Subscribe"] is None
    assert not links(written()[-1], "lists")


def test_nothing_is_written_to_a_list_that_was_closed(lite, written):
    put_on(lite)
    queued(lite)
    change(lite, "korea", "archived")
    assert written()[-1] is None


def test_nothing_is_written_to_somebody_who_was_erased(lite):
    put_on(lite)
    queued(lite)
    with lite.reading() as connection:
        mail = outbox.due_mails(connection, NOW)[-1]
    with lite.writing() as connection:
        subscribers.erase(connection, key_of(lite), NOW)
    gone = mail.__class__(**{name: getattr(mail, name) for name in mail.__struct_fields__} | {"address": None})
    assert Writer(lite, SETTINGS, lambda: NOW)(gone) is None
