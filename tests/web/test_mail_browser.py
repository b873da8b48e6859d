"""From the form to the last mail, with a real browser and a mail server: sign up, confirm, read, leave with one click."""

import contextlib
import email
import email.policy
import re
import socket
import time
import urllib.request

import msgspec
import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe

from dragoman.brief.links import leave_link
from dragoman.brief.settings import Settings, Smtp
from dragoman.store import mailings, open_store
from dragoman.store.keys import link_keys
from dragoman.web.posting import Post
from dragoman.web.serving import Served
from tests.brief.dealt import act, mailing, promise, quote, report
from tests.brief.visitors import states
from tests.web.browsing import listening, opened, started

ANNA = "anna@kontor.example"
PATIENCE = 60


class Mailbox:
    """What a mail server took, as the bytes came."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.taken.append(envelope.content)
        return "250 taken"

    def next(self, seen):
        """The mail after the first so many."""
        until = time.monotonic() + PATIENCE
        while len(self.taken) <= seen:
            assert time.monotonic() < until, "no mail came"
            time.sleep(0.05)
        return self.taken[seen]


@pytest.fixture
def server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()


@pytest.fixture
def office(tmp_path, rules, server):
    """A store with a week's events, a list about them, and a server that sends by the mail server: its address too."""
    mailbox, port = server
    with open_store(tmp_path / "store.db") as store:
        report(
            store, rules, "a", "2013-03-06", act("2013-03-05"), act("2013-03-06", "COERCE"), act("2013-03-06", "CONSULT"),
            commitments=[promise()], quotes=[quote("We will see what they do.")],
        )  # fmt: skip
        with store.writing() as connection:
            mailings.add_list(connection, mailing(parties=("PRK", "KOR")))
            mailings.add_list(connection, mailing(slug="gulf", title="The Gulf", parties=("IRN",)))
        served = Served(store, rules)
        with listening(served) as site:
            sender = Smtp(host="127.0.0.1", port=port, security="none")
            settings = Settings(name="The Record", base=site, address="news@record.example", sender=sender)
            served.settings, served.post = settings, Post(store, settings)
            served.post.start()
            yield store, site, mailbox
            served.post.close()


@pytest.fixture(scope="module")
def browser():
    with started() as found:
        yield found


def links(raw):
    """Every address that stands in a mail, in its text, its HTML and its headers."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    heads = [str(value) for name, value in message.items() if name.startswith("List-")]
    return sorted({link.rstrip(".") for link in re.findall(r'https?://[^\s"<>]+', "\n".join([*parts, *heads]))})


def scan(browser, raw, site):
    """Open every link of a mail and run whatever script is there, as some mail servers do before they deliver."""
    found = [link for link in links(raw) if link.startswith(site)]
    with opened(browser) as page:
        for link in found:
            page.goto(link, wait_until="networkidle")
            page.wait_for_timeout(100)
    return found


def confirmed(browser, site, mailbox):
    """Sign Anna up for the Koreas as people do, and press the button that the mail leads to."""
    with opened(browser) as page:
        page.goto(f"{site}/briefings")
        page.get_by_label("The two Koreas").check()
        page.get_by_label("Your e-mail address").fill(ANNA)
        page.wait_for_timeout(2_500)
        page.get_by_role("button", name="Sign up").click()
        page.wait_for_url("**/briefings/asked")
    mail = mailbox.next(0)
    (link,) = [one for one in links(mail) if "/briefings/confirm/" in one]
    return mail, link


def test_from_the_form_to_leaving_with_one_click(browser, office):
    store, site, mailbox = office
    asking, link = confirmed(browser, site, mailbox)
    assert b"List-Unsubscribe" not in asking
    assert link in scan(browser, asking, site)
    assert states(store, ANNA) == {"koreas": "pending"}
    with opened(browser) as page:
        page.goto(link)
        page.get_by_role("button", name="Yes, send it to me").click()
        assert "You are signed up" in page.locator("h1").inner_text()
        page.goto(f"{site}/briefings/manage")
        page.get_by_role("link", name="The two Koreas", exact=True).click()
        page.get_by_role("link", name="Look at the next issue").click()
        page.get_by_label("Up to and including the day").fill("2013-03-10")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="Send it to 1 reader").click()
        assert "Issue 1 is on its way" in page.locator("main").inner_text()
    issue = mailbox.next(1)
    followed = scan(browser, issue, site)
    assert len(followed) >= 8
    assert {part for part in ("leave", "yours", "lists") if any(f"/briefings/{part}/" in one for one in followed)} == {
        "leave",
        "yours",
        "lists",
    }
    assert states(store, ANNA) == {"koreas": "confirmed"}
    assert _post_as_mail_programs_do(issue) == (200, site)
    assert states(store, ANNA) == {"koreas": "unsubscribed"}
    assert len(mailbox.taken) == 2


def _post_as_mail_programs_do(raw):
    """The one-click POST, by nothing but the bytes of the head as they came."""
    head = raw.partition(b"\r\n\r\n")[0]
    (address,) = re.findall(rb"^List-Unsubscribe: <(https?://[\x21-\x7e]+)>\r$", head, re.MULTILINE)
    (body,) = re.findall(rb"^List-Unsubscribe-Post: (List-Unsubscribe=One-Click)\r$", head, re.MULTILINE)
    request = urllib.request.Request(address.decode(), data=body)
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE) as answer:
        return answer.status, answer.url.partition("/briefings")[0]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whoever leads elsewhere fails."""

    def redirect_request(self, *arguments):
        raise AssertionError("led elsewhere")


def test_whoever_confirmed_changes_takes_along_and_has_erased(browser, office):
    store, site, mailbox = office
    _, link = confirmed(browser, site, mailbox)
    with unwatched(browser, viewport={"width": 390, "height": 844}, java_script_enabled=False) as page:
        page.goto(link)
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Yes, send it to me").press("Enter")
        page.get_by_role("link", name="See or change your lists").click()
        page.get_by_label("The Gulf").check()
        page.get_by_label("The two Koreas").uncheck()
        page.get_by_role("button", name="Save").click()
        assert states(store, ANNA) == {"gulf": "confirmed", "koreas": "unsubscribed"}
        with page.expect_download() as download:
            page.get_by_role("button", name="Take it along as a file").click()
        held = msgspec.json.decode(download.value.path().read_bytes())
        assert held["address"] == ANNA
        page.get_by_label("Yes, erase everything about me").check()
        page.get_by_role("button", name="Erase").click()
        assert "is erased" in page.locator("h1").inner_text()
    assert states(store, ANNA) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_that_mails_lead_to_are_sound(browser, office, scheme):
    store, site, mailbox = office
    _, link = confirmed(browser, site, mailbox)
    with opened(browser, viewport={"width": 320, "height": 640}, color_scheme=scheme) as page:
        _check_sound(page, link)
        page.get_by_role("button", name="Yes, send it to me").click()
        _check_sound(page)
        page.get_by_role("link", name="See or change your lists").click()
        _check_sound(page)
        _check_sound(page, f"{site}/briefings/asked")
        _check_sound(page, site + leave_link(Settings(base=""), link_keys(store), 1))
        page.get_by_role("button", name="Leave all lists").click()
        _check_sound(page)
    assert states(store, ANNA) == {"koreas": "unsubscribed"}


def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(browser, office):
    _, site, _ = office
    with unwatched(browser) as page:
        page.goto(f"{site}/briefings")
        page.get_by_label("Your e-mail address").fill(ANNA)
        page.get_by_role("button", name="Sign up").click()
        assert "tick at least one" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Your e-mail address").input_value() == ANNA
        _check_sound(page)


@contextlib.contextmanager
def unwatched(browser, **settings):
    """A page on which an answer may be a refusal or a file, of which browsers tell in their console."""
    context = browser.new_context(**settings)
    yield context.new_page()
    context.close()


def _check_sound(page, address=""):
    if address:
        page.goto(address)
    assert page.locator("h1").count() == 1
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wide <= 0
