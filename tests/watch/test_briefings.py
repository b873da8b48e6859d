"""Briefings in a watch: what came in goes out to who wants it, once, and trouble with mail is told."""

import datetime
import time

import pytest

from dragoman.brief.settings import Folder, Settings, Smtp
from dragoman.records import Failure
from dragoman.store import issues, mailings
from dragoman.watch.briefings import Briefings
from tests.brief.visitors import put_on
from tests.store.made import coded, event
from tests.watch.paper import feed

YESTERDAY = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)).date()


def code(given):
    """One event for each report: a country that differs with its title's last word accuses Japan."""
    return [one if isinstance(one, Failure) else coding_of(one) for one in given]


def coding_of(reading):
    head = reading.article.head()
    actor = head.title.rpartition(" ")[2]
    made = event(f"{head.id}-1", actor=(actor,))
    return coded(head.id, made, published=head.published, url=head.url, title=head.title, publisher=head.publisher)


@pytest.fixture
def office(desk, tmp_path):
    desk.code = code
    desk.folder = tmp_path / "mail"
    with desk.store.writing() as connection:
        question = mailings.Question(parties=("PRK", "JPN"))
        mailings.add_list(
            connection,
            mailings.MailingList(slug="koreas", title="Koreas", question=question, schedule="change", made=0),
        )
    for name in ("anna", "bela"):
        put_on(desk.store, f"{name}@example.org", ["koreas"])
    desk.brief = Briefings(desk.store, desk.rules, Settings(sender=Folder(folder=str(desk.folder))), desk.clock)
    return desk


def told(paper, *countries):
    items = [paper.tell(f"/{one}", f"A report about {one}", day=YESTERDAY.isoformat()) for one in countries]
    paper.routes["/rss"] = feed(*items)
    return paper.url("/rss")


def test_what_came_in_goes_out(paper, office):
    url = told(paper, "PRK")
    office.round(url, brief=office.brief)
    assert len(list(office.folder.glob("*.eml"))) == 2
    made, sent = office.messages("briefing")
    assert made.startswith("koreas: issue 1, for 2 readers: ")
    assert sent == "mails: 2 sent; 0 waiting"
    assert office.health.briefings == 1


def test_nothing_new_is_no_issue_and_is_not_looked_for_again(paper, office, monkeypatch):
    from dragoman.brief import issuing

    url = told(paper, "PRK")
    office.round(url, brief=office.brief)
    asked, real = [], issuing.send_due
    monkeypatch.setattr(issuing, "send_due", lambda *given: asked.append(1) or real(*given))
    office.later = 7_200
    office.round(url, brief=office.brief)
    assert (len(asked), office.messages("briefing")) == (1, [])
    office.round(url, brief=office.brief)
    assert len(asked) == 1
    office.round(told(paper, "PRK", "CHN"), brief=office.brief)
    assert len(asked) == 2
    with office.store.reading() as connection:
        assert [issue.number for issue in issues.issues(connection, "koreas")] == [2, 1]
    assert len(list(office.folder.glob("*.eml"))) == 4


def test_a_server_that_takes_no_mail_is_told_and_the_watch_goes_on(paper, office):
    sender = Smtp(host="127.0.0.1", port=9, security="none", timeout=1.0)
    settings = Settings(sender=sender, address="desk@example.org")
    broken = Briefings(office.store, office.rules, settings, office.clock)
    broken._stopped.wait = lambda seconds: None
    office.round(told(paper, "PRK"), brief=broken)
    assert any(note.level == "warning" and note.about == "briefing" for note in office.notes)
    assert len(office.rows()) == 1
    office.later = 7_200
    office.round(paper.url("/rss"), brief=office.brief)
    assert len(list(office.folder.glob("*.eml"))) == 2


def test_without_lists_nothing_is_loaded_or_told(paper, desk, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "dragoman.brief.issuing", None)
    brief = Briefings(desk.store, desk.rules, Settings(), desk.clock)
    assert brief() == []
    with desk.store.writing() as connection:
        mailings.add_list(connection, mailings.MailingList(slug="koreas", title="K", made=0))
    (note,) = brief()
    assert "pip install 'dragoman[mail]'" in note.message


def test_a_watch_that_goes_on_sends_too_and_stops_between_mails(paper, office, monkeypatch):
    import threading

    from dragoman.watch import loop

    monkeypatch.setattr(loop, "BRIEF", 1)
    watch = office.watch(told(paper, "PRK"), once=False, brief=office.brief)
    running = threading.Thread(target=watch.run)
    running.start()
    end = time.monotonic() + 60
    while len(list(office.folder.glob("*.eml"))) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    office.brief.stop()
    watch.stop()
    running.join(30)
    assert not running.is_alive()
    assert len(list(office.folder.glob("*.eml"))) == 2
