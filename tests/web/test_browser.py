"""Every page in a real browser: content, console, requests, accessibility, keyboard, no scripts, phone, zoom, print."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe  # axe-core with its driver: what screen readers stumble over

from tests.web.addresses import pages
from tests.web.browsing import listening, opened, started

NAMES = (
    "overview", "dyads", "dyad", "dyad-days", "parties", "party", "ledger", "commitment", "statements", "search", "nothing",
    "event", "articles", "article", "network", "map", "card", "corrections", "add", "missing",
    "briefings", "briefings-list", "briefings-issue", "briefings-manage", "briefings-add", "briefings-one", "briefings-preview",
)  # fmt: skip
# Pages whose colours in the dark are measured too; by `./run prove web`, which sets DRAGOMAN_WHOLE, those of all.
DARK = {"overview", "dyad", "commitment", "search", "event", "article", "network", "briefings", "briefings-issue"}
IS_WHOLE = "DRAGOMAN_WHOLE" in os.environ
DESK = {"width": 1280, "height": 900}
SIZES = {
    "phone": {"width": 390, "height": 844},
    "zoom 200 %": {"width": 640, "height": 450},
    "zoom 400 %": {"width": 320, "height": 640},
}
# Presses of the key that goes on, and places that are reached by so many.
TABS, MANY = 100, 80
# Whether what has the focus had it before, and whether it is seen that it has it.
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    if (one === document.body || (one.reached && window.last !== one)) return 'the end';
    if (style.outlineStyle === 'none' || style.outlineWidth === '0px') return 'unseen';
    const again = one.reached;
    one.reached = true;
    window.last = one;
    return again ? 'again' : 'new';
}"""
# After it was drawn in its new size: by how much a page is wider than its window.
WIDER = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth))))"""


@pytest.fixture(scope="module")
def browser():
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def site(served):
    with listening(served) as address:
        yield address


@pytest.fixture(scope="module")
def shown(client):
    return pages(client)


def go(page, site, shown, name, until="networkidle"):
    answer = page.goto(site + shown[name].address, wait_until=until)
    assert answer.status == (404 if name == "missing" else 200)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "missing"])
def test_page_is_sound(browser, site, shown, name):
    with opened(browser, viewport=DESK, color_scheme="light") as page:
        go(page, site, shown, name)
        main = page.locator("main").inner_text()
        for words in shown[name].words:
            assert words.lower() in main.lower()
        assert page.locator("h1").count() == 1
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        if name not in DARK and not IS_WHOLE:
            return
        page.emulate_media(color_scheme="dark")
        found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
        assert found.response["passes"] or found.response["incomplete"]
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "missing"])
def test_page_says_the_same_without_scripts(browser, site, shown, name):
    with opened(browser, viewport=DESK, java_script_enabled=False) as page:
        go(page, site, shown, name, "load")
        main = page.locator("main").inner_text()
        for words in shown[name].words:
            assert words.lower() in main.lower()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "missing"])
def test_page_is_no_wider_than_its_window(browser, site, shown, name):
    with opened(browser, viewport=SIZES["phone"]) as page:
        go(page, site, shown, name, "load")
        for size, window in SIZES.items():
            page.set_viewport_size(window)
            wide = page.evaluate(WIDER)
            assert wide <= 0, size


@pytest.mark.parametrize("name", ["overview", "dyad", "ledger", "search", "article", "briefings", "briefings-add"])
def test_keyboard_reaches_everything_and_shows_where(browser, site, shown, name):
    with opened(browser, viewport=DESK) as page:
        go(page, site, shown, name)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        seen = 0
        for _ in range(TABS):
            page.keyboard.press("Tab")
            place = page.evaluate(FOCUSED)
            # A field for a day has parts of its own.
            if place == "the end":
                break
            assert place != "unseen", "focus is not seen"
            seen += place == "new"
        # Of a group of radio buttons one is reached, the others from there.
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], button, input:not([type=hidden]):not([type=radio]:not(:checked)), select, textarea')].filter(one => one.tabIndex >= 0 && one.checkVisibility()).length"
        )
        assert seen + 1 >= min(wanted, MANY)


def test_skip_link_leads_to_the_content(browser, site, shown):
    with opened(browser, viewport=DESK) as page:
        go(page, site, shown, "overview")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_search_by_keyboard_leads_to_the_sentence(browser, site, shown):
    with opened(browser, viewport=DESK) as page:
        go(page, site, shown, "overview")
        page.locator("#find").focus()
        page.keyboard.type("missile")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")
        page.locator("table.events td.words a").first.click()
        page.wait_for_url("**/events/**")
        assert "missile" in page.locator("main").inner_text().lower()


@pytest.mark.parametrize("name", ["overview", "dyad", "ledger", "event", "article"])
def test_page_prints(browser, site, shown, name):
    with opened(browser, viewport=DESK) as page:
        go(page, site, shown, name)
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        assert page.locator("h1").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
