"""Forms that everybody may send: signing up, confirming, leaving, one's own page. What protects each of them."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from dragoman.brief.settings import Mailchimp
from dragoman.brief.signing import notice
from dragoman.store import consents, keys, subscribers
from dragoman.web.app import all_pages
from tests.web.outsiders import ANNA, FOR_OUTSIDERS

PERSONAL = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def site(site_of):
    return site_of()


@pytest.fixture
def reader(site):
    """A site on which Anna gets two lists."""
    site.put_on("korea", "week")
    return site


def test_these_are_forms_of_the_site():
    posted = {route.path for module in all_pages() for route in module.router.routes if "POST" in route.methods}
    assert posted >= FOR_OUTSIDERS


# The form


def test_the_form_ticks_nothing_and_says_who_sends_and_how_to_leave(site):
    page = site.browser().get("/briefings").text
    assert "checked" not in page
    assert {"korea", "gulf", "week"} == {
        slug for slug in ("korea", "gulf", "week", "staff", "old") if f'value="{slug}"' in page
    }
    assert notice(site.settings) in page
    assert "Mailchimp" not in page


def test_the_form_names_mailchimp_where_it_sends(site_of):
    site = site_of(sender=Mailchimp(audience="a1", category="c1", key_env="KEY"), postal="1 Quay")
    assert "Mailchimp (Intuit Inc., United States) sends the mails" in site.browser().get("/briefings").text


REFUSED = {
    "no list": ({"lists": []}, "tick at least one"),
    "an unknown list": ({"lists": ["atlantis"]}, "there is no list"),
    "a private list": ({"lists": ["staff"]}, "there is no list"),
    "an archived list": ({"lists": ["old"]}, "closed"),
    "one of two is private": ({"lists": ["korea", "staff"]}, "there is no list"),
    "101 lists": ({"lists": [f"list-{number}" for number in range(101)]}, "at most 100"),
    "no address": ({"address": ""}, "no address"),
    "blanks": ({"address": "   "}, "no address"),
    "no at": ({"address": "anna.example.org"}, "no address that mail can go to"),
    "two at": ({"address": "anna@b@example.org"}, "no address that mail can go to"),
    "this machine": ({"address": "root@localhost"}, "no address that mail can go to"),
    "a number": ({"address": "anna@[127.0.0.1]"}, "no address that mail can go to"),
    "two dots": ({"address": "a..b@example.org"}, "no address that mail can go to"),
    "a header": ({"address": "anna@example.org\r\nBcc: eve@example.org"}, "no address that mail can go to"),
    "two addresses": ({"address": "anna@example.org, eve@example.org"}, "no address that mail can go to"),
    "a name before it": ({"address": "Anna <anna@example.org>"}, "no address that mail can go to"),
    "markup": ({"address": '"><script>alert(1)</script>@example.org'}, "no address that mail can go to"),
    "very long": ({"address": "a" * 5_000 + "@example.org"}, "254 characters at most"),
    "other words": ({"agreed": "0123456789abcdef"}, "has changed since"),
    "no words": ({"agreed": ""}, "has changed since"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_people_can_put_right_is_said_and_nothing_is_kept(site, name):
    typed, told = REFUSED[name]
    browser = site.browser()
    form = site.form(browser, **typed)
    before = site.state()
    answer = browser.post("/briefings/sign-up", data=form)
    assert answer.status_code == 422
    alert = answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert told in alert.lower()
    assert "<script" not in answer.text
    assert site.state() == before


def test_what_was_typed_stands_there_still(site):
    page = site.sign_up(address="anna@nowhere", lists=["gulf"]).text
    assert 'value="anna@nowhere"' in page
    assert page.count(" checked") == 1
    assert page.index(" checked") > page.index('value="gulf"')


def test_more_fields_than_a_form_has_are_refused(site):
    answer = site.sign_up(lists=[f"list-{number}" for number in range(1_001)])
    assert answer.status_code in {400, 422}
    assert site.mails() == []


def test_signing_up_queues_one_mail_and_keeps_the_words_that_were_shown(site):
    answer = site.sign_up(lists=["korea", "week"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/briefings/asked")
    assert site.mails() == [("confirm", ANNA)]
    with site.store.reading() as connection:
        found = [one.event for one in consents.consents(connection)]
    assert {one.text for one in found} == {notice(site.settings)}
    assert {(one.origin, one.form) for one in found} == {("203.0.113.0/24", "https://record.example/briefings")}


def same(answer):
    headers = {name: value for name, value in answer.headers.items() if name not in {"server-timing", "date"}}
    return answer.status_code, headers, answer.content


def test_new_known_suppressed_and_trapped_get_the_same_answer(site):
    site.put_on("korea", address="known@example.org")
    with site.store.writing() as connection:
        subscribers.suppress(connection, keys.who(connection, "erased@example.org"), "erased", site.now)
    site.now += 2 * 86_400
    asked = [site.sign_up(address=f"{name}@example.org") for name in ("new", "known", "erased")]
    asked.append(site.sign_up(address="new@example.org"))
    asked.append(site.sign_up(address="trapped@example.org", homepage="https://spam.example"))
    quick = site.form(site.browser(), address="quick@example.org")
    site.now -= 59
    asked.append(site.browser().post("/briefings/sign-up", data=quick))
    asked.append(site.browser().post("/briefings/sign-up", data=quick | {"started": "made.up"}))
    assert len({str(same(one)) for one in asked}) == 1
    assert site.mails()[1:] == [("confirm", "new@example.org"), ("known", "known@example.org")]


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "https://record.example"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=range(len(FOREIGN)))
def test_a_page_of_another_site_cannot_sign_its_readers_up(site, headers):
    browser = site.browser()
    form = site.form(browser)
    assert browser.post("/briefings/sign-up", data=form, headers=headers).status_code == 403
    assert site.mails() == []
    assert (
        browser.post("/briefings/sign-up", data=form, headers={"origin": "https://record.example"}).status_code == 303
    )


def test_a_network_that_sends_many_forms_has_to_wait_and_others_have_not(site):
    answers = [site.sign_up(site.browser(f"203.0.113.{n}"), address=f"a{n}@example.org").status_code for n in range(10)]
    assert set(answers) == {303}
    refused = site.sign_up(site.browser("203.0.113.200"), address="b@example.org")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3_600
    assert "minutes" in refused.text.partition('role="alert"')[2].partition("</p>")[0]
    assert site.sign_up(site.browser("198.51.100.1"), address="c@example.org").status_code == 303
    assert len(site.mails()) == 11


PROXIED = [
    ({}, "x-real-ip", "198.51.100.7", "198.51.100.0/24"),
    ({}, "x-forwarded-for", "10.0.0.1, 198.51.100.7", "198.51.100.0/24"),
    ({"other": True}, "x-forwarded-for", "198.51.100.7", ""),
    ({}, "x-real-ip", "nobody", ""),
]


@pytest.mark.parametrize(("other", "header", "value", "kept"), PROXIED)
def test_behind_a_proxy_only_the_header_that_is_named_tells_from_where(site_of, other, header, value, kept):
    site = site_of(proxy_header="" if other else header)
    assert site.sign_up(site.browser("127.0.0.1", **{header: value})).status_code == 303
    with site.store.reading() as connection:
        assert [one.event.origin for one in consents.consents(connection)] == [kept]


# Pages that a mail leads to


def paths(site):
    """Every page that a mail leads to, with what it would do still to be done."""
    site.put_on("korea", "week")
    site.now += 2 * 86_400
    site.sign_up(lists=["gulf"])
    return {
        "confirm": site.confirm_path(),
        "leave": site.leave_path("korea"),
        "all": site.leave_path(),
        "yours": site.yours_path(),
    }


LOOKING = {
    "get": ("GET", {}),
    "head": ("HEAD", {}),
    "prefetch": ("GET", {"sec-purpose": "prefetch;prerender"}),
    "old prefetch": ("GET", {"purpose": "prefetch", "x-moz": "prefetch"}),
    "scanner": ("GET", {"user-agent": "Mozilla/5.0 (Windows NT 10.0) SafeLinks"}),
    "options": ("OPTIONS", {}),
    "put": ("PUT", {}),
    "delete": ("DELETE", {}),
}


@pytest.mark.parametrize("look", LOOKING)
def test_looking_changes_nothing(site, look):
    found = paths(site)
    method, headers = LOOKING[look]
    before = site.state()
    for path in found.values():
        for address in (path, f"{path}?utm_source=x", path):
            answer = site.browser().request(method, address, headers=headers)
            assert answer.status_code == (200 if method in {"GET", "HEAD"} else 405)
    assert site.state() == before


@pytest.mark.parametrize("page", ["confirm", "leave", "all", "yours"])
def test_pages_of_one_person_are_kept_by_nobody_and_ask_for_nothing(site, page):
    path = paths(site)[page]
    shown = site.browser().get(path)
    done = site.browser().post(path, data={"agreed": "x"})
    for answer in (shown, done, site.browser().get(f"{path}x")):
        assert PERSONAL.items() <= dict(answer.headers).items()
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
        assert "location" not in answer.headers
        assert "<script" not in answer.text
    assert shown.text.count("<form") == (4 if page == "yours" else 2)


ALTERED = {
    "another letter": lambda path: path[:-1] + ("A" if path[-1] != "A" else "B"),
    "one letter less": lambda path: path[:-1],
    "one letter more": lambda path: path + "A",
    "only numbers": lambda path: path.rpartition("/")[0] + "/1",
    "other purpose": lambda path: path.replace("leave", "yours").replace("confirm", "leave") if "yours" not in path else path.replace("yours", "confirm"),
    "very long": lambda path: path + "A" * 10_000,
    "not ASCII": lambda path: path + "%F0%9F%90%8D",
    "nothing": lambda path: path.rpartition(".")[0] + ".",
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_links_that_nobody_was_given_do_nothing(site, name):
    found = paths(site)
    before = site.state()
    for path in found.values():
        altered = ALTERED[name](path)
        for answer in (site.browser().get(altered), site.browser().post(altered, data={"sure": "1"})):
            assert answer.status_code in {404, 422}, altered
    assert site.state() == before


def test_confirming_works_once_and_for_48_hours(site):
    site.sign_up(lists=["korea", "gulf"])
    path = site.confirm_path()
    page = site.browser().get(path).text
    assert "The korea list" in page
    assert "The gulf list" in page
    assert site.states() == {"gulf": "pending", "korea": "pending"}
    assert "You are signed up" in site.browser().post(path).text
    before = site.state()
    assert site.browser().post(path).status_code == 200
    assert "This is confirmed" in site.browser().get(path).text
    assert site.state() == before
    site.now += 48 * 3_600
    assert site.browser().get(path).status_code == 404


def test_whoever_confirms_is_led_to_a_page_of_ones_own(site):
    site.sign_up()
    page = site.browser().post(site.confirm_path()).text
    mine = page.partition('href="/briefings/yours/')[2].partition('"')[0]
    assert ANNA in site.browser().get(f"/briefings/yours/{mine}").text


# Leaving with one click (RFC 8058)

BODIES = {
    "nothing": {},
    "one click": {"content": ONE_CLICK, "headers": {"content-type": "application/x-www-form-urlencoded"}},
    "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}},
    "no type": {"content": ONE_CLICK},
    "JSON": {"content": b'{"a": 1}', "headers": {"content-type": "application/json"}},
    "broken": {"content": b"\x00\xff--", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    "no accept": {"content": ONE_CLICK, "headers": {"accept": "*/*"}},
    "with a cookie": {"content": ONE_CLICK, "headers": {"cookie": "__Host-dragoman=x"}},
    "from elsewhere": {"content": ONE_CLICK, "headers": {"origin": "https://mail.example", "sec-fetch-site": "cross-site"}},
    "hidden origin": {"content": ONE_CLICK, "headers": {"origin": "null"}},
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_post_leaves_at_once_whatever_it_holds(reader, body):
    path = reader.leave_path("korea")
    answer = reader.browser().post(path, **BODIES[body])
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert reader.states() == {"korea": "unsubscribed", "week": "confirmed"}


@pytest.mark.parametrize("name", ["old-name.example", "evil.example", "127.0.0.1"])
def test_a_post_leaves_by_whatever_name_it_comes(reader, name):
    browser = reader.browser(name=name)
    assert browser.post(reader.leave_path("korea"), content=ONE_CLICK).status_code == 200
    assert reader.states()["korea"] == "unsubscribed"
    if name != "127.0.0.1":
        assert browser.get(reader.leave_path("week")).status_code == 421
        assert browser.post("/briefings/sign-up").status_code == 421


def test_leaving_twice_is_leaving_once(reader):
    path = reader.leave_path("korea")
    first = reader.browser().post(path)
    before = reader.state()
    again = reader.browser().post(path)
    assert (first.status_code, again.status_code) == (200, 200)
    assert reader.state() == before


def test_a_hundred_at_once_leave_once(reader):
    path = reader.leave_path("korea")
    with ThreadPoolExecutor(20) as threads:
        codes = set(threads.map(lambda _: reader.browser().post(path).status_code, range(100)))
    assert codes == {200}
    assert reader.agreed().count(("unsubscribed", "korea")) == 1


def test_the_link_to_leave_all_leaves_all(reader):
    assert "Leave all lists?" in reader.browser().get(reader.leave_path()).text
    assert "No briefing" in reader.browser().post(reader.leave_path()).text
    assert set(reader.states().values()) == {"unsubscribed"}


def test_an_old_link_leaves_after_years_and_after_the_key_was_changed(reader):
    path = reader.leave_path("korea")
    with reader.store.writing() as connection:
        keys.rotate(connection, "links", reader.now)
    reader.now += 5 * 365 * 86_400
    assert reader.browser().post(path).status_code == 200
    assert reader.states()["korea"] == "unsubscribed"


# One's own page


def change(site, *lists, **typed):
    path = site.yours_path()
    held = site.browser().get(path).text.partition('name="agreed" value="')[2].partition('"')[0]
    return site.browser().post(path, data={"agreed": held, "lists": list(lists)} | typed)


def test_ones_own_page_shows_the_address_and_what_is_ticked(reader):
    page = reader.browser().get(reader.yours_path()).text
    assert ANNA in page
    assert {
        slug for slug in ("korea", "week", "gulf") if f'value="{slug}" aria-describedby="about-{slug}" checked' in page
    } == {"korea", "week"}
    assert "staff" not in page


def test_lists_are_changed_to_what_is_ticked(reader):
    assert "Saved." in change(reader, "week", "gulf").text
    assert reader.states() == {"gulf": "confirmed", "korea": "unsubscribed", "week": "confirmed"}
    assert reader.agreed()[-2:] == [("unsubscribed", "korea"), ("confirmed", "gulf")]


@pytest.mark.parametrize("slug", ["staff", "old", "atlantis", "<b>"])
def test_lists_that_are_not_to_choose_from_are_refused(reader, slug):
    before = reader.state()
    answer = change(reader, "korea", slug)
    assert answer.status_code == 422
    assert "Not saved." in answer.text
    assert "<b>" not in answer.text
    assert reader.state() == before


def test_words_that_were_not_shown_are_not_agreed_to(reader):
    assert change(reader, "gulf", agreed="other").status_code == 422
    assert "gulf" not in reader.states()


def test_everything_kept_is_taken_along(reader):
    answer = reader.browser().post(f"{reader.yours_path()}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="briefings-yours.json"'
    held = json.loads(answer.content)
    assert held["address"] == ANNA
    assert {one["list"] for one in held["subscriptions"]} == {"korea", "week"}
    assert {one["action"] for one in held["consents"]} >= {"requested", "confirmed"}
    assert PERSONAL.items() <= dict(answer.headers).items()


def test_erasing_needs_a_tick_and_takes_the_address_out(reader):
    path = f"{reader.yours_path()}/erase"
    assert "Not erased." in reader.browser().post(path).text
    assert reader.states()["korea"] == "confirmed"
    assert "is erased" in reader.browser().post(path, data={"sure": "1"}).text
    assert not [line for line in reader.state() if ANNA in line]
    assert reader.browser().post(path, data={"sure": "1"}).status_code == 404
    # Whoever enters the address again gets the same answer, and no mail.
    reader.now += 3 * 86_400
    assert reader.sign_up().status_code == 303
    assert reader.mails() == []


def test_the_page_of_somebody_who_is_suppressed_says_so_and_adds_nothing(reader):
    with reader.store.writing() as connection:
        subscribers.suppress(connection, keys.who(connection, ANNA), "bounced", reader.now)
    assert "mails to it came back" in reader.browser().get(reader.yours_path()).text
    assert change(reader, "korea", "gulf").status_code == 422


def test_no_form_for_outsiders_keeps_a_token_in_what_is_written_down(reader):
    change(reader, "week")
    reader.browser().post(f"{reader.yours_path()}/export")
    reader.browser().post(reader.leave_path("week"))
    with reader.store.reading() as connection:
        forms = {one.event.form for one in consents.consents(connection)}
    assert forms == {
        f"https://record.example/briefings{end}" for end in ("", "/confirm", "/yours", "/yours/export", "/leave")
    }
