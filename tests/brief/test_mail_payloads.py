"""Script and markup in all that reports say and lists are called: a mail shows it as it is, and nothing of it runs."""

import datetime

import lxml.html
import pytest

from dragoman.brief.composing import compose
from dragoman.brief.rendering import Footer, render, render_confirm, shown
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.views.names import Names
from tests.brief.dealt import mailing
from tests.web.browsing import opened, started
from tests.web.hostile import PAYLOADS, day_of, fill, plain

BASE = "https://record.example"
FOOTER = Footer(
    name="The Record", postal="1 Harbour Street", leave=f"{BASE}/leave", yours=f"{BASE}/yours", archive=f"{BASE}/3"
)
# Where words of a report stand in a mail: its title never does.
SINKS = ("list name", "sentence", "content", "condition", "statement", "speaker", "carrier", "publisher")


def mails(rules, words):
    """A briefing of each report's week, of a list that is called by the same payload."""
    names = Names(rules)
    with open_store("sqlite://") as store:
        fill(store, rules, words)
        for number in range(len(PAYLOADS)):
            of = mailing(title=words(number))
            day = day_of(number) + datetime.timedelta(days=2)
            yield render(compose(store, rules, names, of, day), base=BASE, footer=FOOTER)


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def hostile(rules):
    return list(mails(rules, PAYLOADS.__getitem__))


@pytest.fixture(scope="module")
def harmless(rules):
    """The same with plain words, to see which elements are the mail's own."""
    return list(mails(rules, plain))


def elements(mail):
    """Every element with the names of its attributes."""
    return {
        (one.tag, name)
        for one in lxml.html.document_fromstring(mail.html).iter()
        if isinstance(one.tag, str)
        for name in ("", *one.keys())
    }


@pytest.fixture(scope="module")
def own(harmless):
    return set().union(*map(elements, harmless))


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_no_element_and_no_attribute_comes_from_what_is_shown(hostile, own, number):
    assert elements(hostile[number]) <= own
    links = lxml.html.document_fromstring(hostile[number].html).xpath("//a/@href")
    assert [link for link in links if not link.startswith(BASE + "/")] == []


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_the_words_are_shown_as_they_are(hostile, number):
    mail, words = hostile[number], " ".join(shown(PAYLOADS[number].replace("\0", "\ufffd")).split())
    page = " ".join(lxml.html.document_fromstring(mail.html).body.text_content().split())
    text = " ".join(mail.text.split())
    for part in (page, text):
        assert part.count(words) >= 6, SINKS
        assert f"{words} will be done" in part
    assert words[:20] in mail.subject


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_confirmation_shows_names_of_lists_as_they_are(number):
    mail = render_confirm((PAYLOADS[number],), address=f"{BASE}/c", sender=PAYLOADS[number], hours=48, base=BASE)
    quiet = render_confirm((plain(number),), address=f"{BASE}/c", sender=plain(number), hours=48, base=BASE)
    assert elements(mail) == elements(quiet)


def test_nothing_of_it_runs_in_a_browser(hostile):
    """Nor asks for anything, nor says anything to the console: `opened` watches that."""
    made = "document.querySelectorAll('script, iframe, img, svg, form, base, object').length"
    with started() as browser, opened(browser) as page:
        for mail in hostile:
            page.set_content(mail.html, wait_until="networkidle")
            page.locator("a").first.hover()
            assert page.evaluate(made) == 0
