"""The desk of whoever runs the briefings, and what everybody may read: lists made, changed, sent; issues, feeds."""

import re

import msgspec
import pytest
from lxml import etree
from starlette.testclient import TestClient

from dragoman.brief.settings import Settings
from dragoman.store import issues, mailings, open_store, outbox
from dragoman.web.app import make_app
from dragoman.web.pages import briefings, managing
from dragoman.web.serving import Served
from tests.brief.dealt import act, mailing, promise, quote, report
from tests.brief.test_writing import HELD
from tests.brief.visitors import put_on

TOKEN = re.compile(r'name="token" value="(\w+)"')
ATOM = "{http://www.w3.org/2005/Atom}"
ASKED = {
    "name": "gulf",
    "title": "The Gulf",
    "parties": "Iran, ISR",
    "what": ["events"],
    "schedule": "daily",
    "visibility": "public",
}


class Desk:
    """A store with a week's events and a list of one reader, and its pages on this machine."""

    def __init__(self, store, rules):
        self.store = store
        report(
            store, rules, "a", "2013-03-06", act("2013-03-05"), act("2013-03-06", "COERCE", sentence="North Korea jailed a <b>pastor</b>."),
            commitments=[promise()], quotes=[quote("We will see what they do.", name="Kim Jong-un", code="PRKGOV", via="KCNA")],
        )  # fmt: skip
        with store.writing() as connection:
            mailings.add_list(connection, mailing(parties=("PRK", "KOR")))
            mailings.add_list(
                connection, mailings.MailingList(slug="staff", title="Staff", visibility="private", made=0)
            )
        put_on(store, lists=["koreas"])
        app = make_app(Served(store, rules, settings=Settings()), among=[briefings, managing])
        self.browser = TestClient(
            app, base_url="http://localhost", follow_redirects=False, headers={"accept": "text/html"}
        )

    def get(self, address):
        return self.browser.get(address)

    def post(self, address, **typed):
        token = TOKEN.search(self.get("/briefings/add").text)[1]
        return self.browser.post(address, data={"token": token} | typed)

    def list_of(self, slug):
        with self.store.reading() as connection:
            return mailings.list_of(connection, slug)

    def issues(self, slug="koreas"):
        with self.store.reading() as connection:
            return issues.issues(connection, slug)


@pytest.fixture
def desk(rules):
    with open_store("sqlite://") as store:
        yield Desk(store, rules)


@pytest.fixture
def sent(desk):
    """The same with an issue."""
    assert desk.post("/briefings/manage/koreas/send", day="2013-03-10").status_code == 303
    return desk


# Lists


def test_a_list_is_made_as_it_was_described(desk):
    typed = ASKED | {"description": " For  those who follow it. ", "among": "1", "types": ["COERCE"], "words": " oil "}
    answer = desk.post("/briefings/add", **typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/briefings/manage/gulf")
    made = desk.list_of("gulf")
    assert (made.title, made.description, made.schedule, made.visibility) == (
        "The Gulf",
        "For those who follow it.",
        "daily",
        "public",
    )
    assert made.question == mailings.Question(
        parties=("IRN", "ISR"), among=True, types=("COERCE",), what=("events",), words="oil"
    )
    page = desk.get("/briefings/manage/gulf").text
    assert 'value="Iran, Israel"' in page
    assert page.count(" checked") == 5


WRONG = {
    "no name": ({"name": ""}, "no name for a list"),
    "a bad name": ({"name": "The Gulf"}, "no name for a list"),
    "a known name": ({"name": "koreas"}, "already"),
    "no title": ({"title": " "}, "no title"),
    "a long title": ({"title": "x" * 121}, "no title"),
    "nobody": ({"parties": "Atlantis"}, "nobody is called"),
    "one among": ({"parties": "Iran", "among": "1"}, "at least two parties"),
    "no such type": ({"types": ["DANCE"]}, "no type of event"),
    "nothing to tell": ({"what": []}, "at least one of"),
    "no schedule": ({"schedule": ""}, "the schedule of a list"),
    "another schedule": ({"schedule": "hourly"}, "the schedule of a list"),
    "another reader": ({"visibility": "secret"}, "the visibility of a list"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_list_is_said(desk, name):
    typed, told = WRONG[name]
    answer = desk.post("/briefings/add", **(ASKED | typed))
    assert answer.status_code == 422
    assert told in answer.text.partition('role="alert"')[2].partition("</p>")[0].lower()
    with desk.store.reading() as connection:
        assert len(mailings.lists(connection)) == 2


def test_a_list_is_changed_and_keeps_its_name(desk):
    answer = desk.post("/briefings/manage/koreas", **(ASKED | {"name": "other", "visibility": "archived"}))
    assert answer.headers["location"] == "/briefings/manage/koreas?changed=1"
    assert "Saved." in desk.get(answer.headers["location"]).text
    assert (desk.list_of("koreas").title, desk.list_of("koreas").visibility) == ("The Gulf", "archived")
    assert desk.list_of("other") is None
    assert "The Gulf" not in desk.get("/briefings").text


def test_what_is_wrong_with_a_change_is_said_and_changes_nothing(desk):
    answer = desk.post("/briefings/manage/koreas", **(ASKED | {"parties": "Atlantis"}))
    assert answer.status_code == 422
    assert desk.list_of("koreas").title == "The two Koreas"


@pytest.mark.parametrize("end", ["", "/preview"])
def test_a_list_that_is_not_there_is_missing(desk, end):
    assert desk.get(f"/briefings/manage/atlantis{end}").status_code == 404


# Issues


def test_a_preview_shows_the_issue_and_keeps_nothing(desk):
    page = desk.get("/briefings/manage/koreas/preview?day=2013-03-10").text
    assert "Send it to 1 reader" in page
    assert "North Korea jailed a &lt;b&gt;pastor&lt;/b&gt;." in page
    assert desk.issues() == []


def test_where_nothing_is_new_there_is_nothing_to_send(desk):
    page = desk.get("/briefings/manage/koreas/preview?day=2013-01-10").text
    assert "Nothing new up to 10 January 2013" in page
    assert "Send it" not in page
    answer = desk.post("/briefings/manage/koreas/send", day="2013-01-10")
    assert answer.status_code == 422
    assert "Nothing is new" in answer.text
    assert desk.issues() == []


@pytest.mark.parametrize("day", ["yesterday", "2013-02-31", "2013-03-10T00:00:00Z'"])
def test_a_day_that_is_none_is_refused(desk, day):
    assert desk.post("/briefings/manage/koreas/send", day=day).status_code == 422
    assert desk.get(f"/briefings/manage/koreas/preview?day={day}").status_code == 422
    assert desk.issues() == []


def test_an_issue_is_kept_and_queued_once(sent):
    assert sent.post("/briefings/manage/koreas/send", day="2013-03-10").status_code == 422
    with sent.store.reading() as connection:
        assert outbox.counts(connection, sent.issues()[0].key) == {"queued": 1}
    page = sent.get("/briefings/manage/koreas?sent=1").text
    assert "Issue 1 is queued" in page
    assert "1 waiting" in page
    assert "waiting" in sent.get("/briefings/manage").text


def test_an_archived_list_is_not_sent(desk):
    desk.post("/briefings/manage/koreas", **(ASKED | {"visibility": "archived"}))
    answer = desk.post("/briefings/manage/koreas/send", day="2013-03-10")
    assert answer.status_code == 422
    assert desk.issues() == []


# What everybody may read


def test_an_issue_says_what_the_mail_says_with_no_link_of_a_reader(sent):
    page = sent.get("/briefings/lists/koreas/1").text
    assert "North Korea jailed a &lt;b&gt;pastor&lt;/b&gt;." in page
    assert "as carried by KCNA" in page
    assert not re.search(r"/briefings/(leave|yours|confirm)/", page)
    held = sent.get("/briefings/lists/koreas/1.json").json()
    assert held["briefing"]["counts"]["all"] == {"events": 2, "reports": 1}
    rows = sent.get("/briefings/lists/koreas/1.csv").text.splitlines()
    assert rows[0] == "part,day,says,sentence,link"
    assert {row.partition(",")[0] for row in rows[1:]} == {"event", "made", "statement"}


def test_each_list_is_a_feed(sent):
    feed = etree.fromstring(sent.get("/briefings/lists/koreas.atom").content)
    assert feed.find(f"{ATOM}title").text == "The two Koreas – Dragoman"
    (link,) = feed.findall(f"{ATOM}entry/{ATOM}link")
    assert link.get("href") == "http://localhost/briefings/lists/koreas/1"
    everything = etree.fromstring(sent.get("/briefings.atom").content)
    assert len(everything.findall(f"{ATOM}entry")) == 1


@pytest.mark.parametrize(
    "address", ["staff", "staff.json", "staff.atom", "staff/1", "atlantis", "koreas/2", "koreas/0", "koreas/x"]
)
def test_what_not_everybody_may_read_is_not_there(sent, address):
    found = sent.get(f"/briefings/lists/{address}")
    assert found.status_code in {404, 422}
    assert "Staff" not in found.text
    assert "Staff" not in sent.get("/briefings").text + sent.get("/briefings.json").text


def test_a_list_that_was_closed_is_read_no_more(sent):
    sent.post("/briefings/manage/koreas", **(ASKED | {"visibility": "archived"}))
    assert sent.get("/briefings/lists/koreas").status_code == 404
    assert sent.get("/briefings/lists/koreas/1").status_code == 404


def test_issues_are_read_in_pages_and_one_leads_to_the_next(desk):
    with desk.store.writing() as connection:
        for number in range(1, 53):
            issues.add_issue(connection, "koreas", _held(number), 1_363_000_000 + number)
    first = desk.get("/briefings/lists/koreas")
    assert (first.text.count('<th scope="row">'), "Earlier ones" in first.text) == (50, True)
    answer = desk.get("/briefings/lists/koreas.json")
    assert answer.headers["link"] == '</briefings/lists/koreas.json?before=3>; rel="next"'
    rest = desk.get("/briefings/lists/koreas?before=3")
    assert (rest.text.count('<th scope="row">'), "Earlier ones" in rest.text) == (2, False)
    page = desk.get("/briefings/lists/koreas/2").text
    assert 'href="/briefings/lists/koreas/1"' in page
    assert 'href="/briefings/lists/koreas/3"' in page
    assert "The issue before" not in desk.get("/briefings/lists/koreas/1").text
    assert "The issue after" not in desk.get("/briefings/lists/koreas/52").text


def _held(number):
    return msgspec.structs.replace(HELD, subject=f"Number {number}")
