"""The whole of a watch, by rounds: what feeds list is read once, and politely; nothing is lost in silence."""

import datetime
import gzip
import itertools
import json
import threading
import time
import tracemalloc
import zlib

import pytest

from dragoman.errors import InputError, StoreError
from dragoman.read.fetch import FetchError
from dragoman.read.readings import failure
from dragoman.store import leases, watching
from dragoman.watch import alone, loop
from dragoman.watch.client import Client
from dragoman.watch.settings import Followed
from tests.read.answering import ANSWERS, head
from tests.watch.paper import ATOM, MORE, RSS, answer, feed, item, page, rss
from tests.web import coded

GERMAN = (
    "Die Minister trafen sich am Montag in Wien, um über die Waffenruhe zu sprechen, sagte ein Sprecher am Abend. " * 3
)
DAY = 86_400


@pytest.fixture
def two(paper):
    """A feed with two reports."""
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"), paper.tell("/b", "Peru praises Chile"))
    return paper.url("/rss")


class TestReading:
    def test_what_a_feed_lists_is_stored(self, two, desk):
        assert desk.round(two) == {"new": 2}
        assert desk.titles() == ["Peru praises Chile", "Chad thanks Sudan"]
        (row, _) = desk.rows(columns="url, publisher, published, published_from, language, text, key")
        assert (row.url, row.publisher) == (two.replace("/rss", "/b"), "The Harbour Daily")
        assert (row.published, row.published_from, row.language) == ("2024-03-01", "page", "en")
        assert row.text.startswith("Peru praises Chile. Chad thanked Sudan")
        assert "stories and ledger are up to date" in desk.messages("ledger")

    def test_nothing_is_read_twice(self, paper, two, desk):
        desk.round(two)
        assert desk.round(two) == {}
        assert (paper.times("/rss"), paper.times("/a"), len(desk.rows())) == (2, 1, 2)

    def test_repeats_and_another_order_are_nothing_new(self, paper, two, desk):
        desk.round(two)
        again = [item("Chad thanks Sudan", paper.url("/a")), item("Peru praises Chile", paper.url("/b"))]
        paper.routes["/rss"] = feed(*again[::-1], *again, again[0], paper.tell("/c", "Togo invites Mali"))
        assert desk.round(two) == {"new": 1}
        assert [paper.times(path) for path in ("/a", "/b", "/c")] == [1, 1, 1]

    def test_a_page_that_two_feeds_list_is_read_once(self, paper, two, desk):
        other = item("Chad thanks Sudan", paper.url("/a?utm_source=rss#top"), guid="other")
        paper.routes["/other"] = feed(other)
        assert desk.round(two, paper.url("/other")) == {"new": 2}
        assert paper.times("/a") + paper.times("/a?utm_source=rss") == 1

    def test_names_that_several_reports_have_are_none(self, paper, desk):
        paths = ["/a", "/b", "/c"]
        items = [
            paper.tell(path, f"Chad thanks Sudan {path}").replace("</item>", "<guid>1</guid></item>") for path in paths
        ]
        paper.routes["/rss"] = feed(*items)
        assert desk.round(paper.url("/rss")) == {"new": 3}

    def test_a_changed_report_takes_the_place_of_the_earlier_one(self, paper, desk):
        def told(day, more):
            return feed(
                paper.tell("/a", "Chad thanks Sudan", more=more, day=day).replace("<link>", "<guid>1</guid><link>")
            )

        paper.routes["/rss"] = told("2024-03-01", MORE)
        desk.round(paper.url("/rss"))
        paper.routes["/rss"] = told("2024-03-02", "Corrected: " + MORE)
        assert desk.round(paper.url("/rss")) == {"corrected": 1}
        first, second = desk.rows(columns="corrected_by, key")
        assert (first.corrected_by, second.corrected_by) == (second.key, None)

    def test_a_report_that_moved_is_the_same_report(self, paper, desk):
        paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan").replace("<link>", "<guid>1</guid><link>"))
        desk.round(paper.url("/rss"))
        paper.routes["/rss"] = feed(
            paper.tell("/b", "Chad thanks Sudan", more=MORE * 2).replace("<link>", "<guid>1</guid><link>")
        )
        assert desk.round(paper.url("/rss")) == {"corrected": 1}

    def test_a_feed_that_says_each_time_that_all_has_changed(self, paper, desk):
        """Its pages are read again a few times, later each time, and then it is told that they are not."""
        for number in range(12):
            paper.routes["/rss"] = feed(
                paper.tell("/a", "Chad thanks Sudan")
                .replace("<pubDate>", f"<guid>1</guid><updated>{number}</updated><pubDate>")
                .replace("09:00:00", f"09:00:{number:02}")
            )
            desk.round(paper.url("/rss"))
            desk.later += DAY
        assert paper.times("/a") == 1 + watching.VISITS
        assert any("too often" in message for message in desk.messages("feed"))
        assert len(desk.rows()) == 1

    def test_reports_that_the_feed_itself_holds(self, paper, desk):
        text = f"<p>{'Chad thanked Sudan for its help. ' * 3}</p><p>{MORE}</p>"
        paper.routes["/rss"] = feed(item("One", paper.url("/a"), text=text), item("Two", "", text=text + "<p>Two.</p>"))
        assert desk.round(Followed(url=paper.url("/rss"), take="feed")) == {"new": 2}
        assert paper.times("/a") == 0
        one, two = sorted(desk.rows(columns="title, url, text, key"))
        assert (one.url, one.title, two.url) == (paper.url("/a"), "One", None)
        assert one.text.endswith(MORE)
        again = item("Two", "", text=text + "<p>Two, corrected.</p>")
        paper.routes["/rss"] = feed(again)
        assert desk.round(Followed(url=paper.url("/rss"), take="feed")) == {"corrected": 1}

    def test_other_languages_are_left_out(self, paper, desk):
        paper.routes["/rss"] = feed(paper.tell("/a", "Treffen in Wien", more=GERMAN * 3))
        paper.routes["/a"] = answer(
            f"<html lang=de><body><article><p>{GERMAN}</p><p>{GERMAN}</p></article>".encode(), "text/html"
        )
        assert desk.round(paper.url("/rss")) == {"skipped": 1}
        assert desk.round(paper.url("/rss")) == {}
        assert desk.health.feeds[0].skipped == 1

    def test_a_day_to_come_is_not_believed(self, paper, desk):
        paper.tell("/a", "Chad thanks Sudan", day="2024-03-01")
        paper.routes["/rss"] = feed(item("Chad thanks Sudan", paper.url("/a"), day="2199-01-01"))
        desk.round(paper.url("/rss"))
        (row,) = desk.rows(columns="published, found, key")
        assert row.published == "2024-03-01"
        assert "not believed" in json.loads(row.found)["warnings"][0]["message"]

    def test_json_and_atom(self, paper, desk):
        paper.tell("/a", "Chad thanks Sudan")
        held = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": paper.url("/a")}]}
        paper.routes["/json"] = answer(json.dumps(held).encode(), "application/feed+json")
        paper.tell("/b", "Peru praises Chile")
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>1</id><link href="{paper.url("/b")}"/></entry></feed>'
        paper.routes["/atom"] = answer(atom.encode(), ATOM)
        assert desk.round(paper.url("/json"), paper.url("/atom")) == {"new": 2}

    def test_no_more_items_than_are_wanted(self, paper, desk):
        paper.routes["/rss"] = feed(*[paper.tell(f"/{number}", f"Chad thanks Sudan {number}") for number in range(5)])
        assert desk.round(Followed(url=paper.url("/rss"), most=2)) == {"new": 2}
        assert desk.titles() == ["Chad thanks Sudan 1", "Chad thanks Sudan 0"]
        assert any("more than 2 items" in message for message in desk.messages("feed"))


class TestManners:
    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ('ETag: "a1"', {"if-none-match": '"a1"'}),
            ("Last-Modified: Mon, 17 Jun 2013 09:30:00 GMT", {"if-modified-since": "Mon, 17 Jun 2013 09:30:00 GMT"}),
        ],
    )
    def test_what_is_known_is_asked_for_by_its_marks(self, paper, desk, given, sent):
        def answers(headers):
            if any(name in headers for name in ("if-none-match", "if-modified-since")):
                return head(status="304 Not Modified")
            return feed(paper.tell("/a", "Chad thanks Sudan"), headers=(given,))

        paper.routes["/rss"] = answers
        desk.round(paper.url("/rss"))
        for _ in range(2):
            assert desk.round(paper.url("/rss")) == {}
            assert desk.messages("feed") == ["The Harbour Daily: nothing new"]
        first, *others = paper.headers("/rss")
        assert not {"if-none-match", "if-modified-since"} & first.keys()
        assert all(sent.items() <= headers.items() for headers in others)

    def test_a_feed_that_never_has_anything_new_is_asked_without_marks_after_a_week(self, paper, two, desk):
        paper.routes["/rss"] = feed(item("Chad thanks Sudan", paper.url("/a")), headers=('ETag: "a"',))
        desk.round(two)
        paper.routes["/rss"] = head(status="304 Not Modified")
        desk.round(two)
        desk.later = 8 * DAY
        desk.round(two)
        assert ["if-none-match" in headers for headers in paper.headers("/rss")] == [False, True, False]
        assert any("status 304" in message for message in desk.messages("feed"))

    def test_servers_are_told_who_asks(self, two, paper, desk):
        desk.round(two)
        assert {one.headers["user-agent"] for one in paper.asked} == {"dragoman/1 (+desk@harbour.example)"}

    def test_a_host_is_asked_with_pauses_and_others_meanwhile(self, two, paper, desk):
        paper.routes["/elsewhere"] = feed()
        desk.round(two, paper.url("/elsewhere").replace("127.0.0.1", "localhost"), pause=0.3)
        asked = sorted(one.at for one in paper.asked if one.headers["host"].startswith("127"))
        assert len(asked) == 4
        assert all(later - earlier > 0.28 for earlier, later in itertools.pairwise(asked))

    def test_robots(self, two, paper, desk):
        paper.routes["/robots.txt"] = answer(
            b"User-agent: *\nDisallow: /\n\nUser-agent: Dragoman\nDisallow: /a\nCrawl-delay: 0.2", "text/plain"
        )
        assert desk.round(two) == {"new": 1, "failed": 1}
        assert paper.times("/a") == 0
        assert paper.times("/robots.txt") == 1
        assert any("robots.txt does not allow" in message for message in desk.messages("report"))
        asked = sorted(one.at for one in paper.asked if one.path != "/robots.txt")
        assert asked[1] - asked[0] > 0.18

    def test_robots_of_a_feed(self, two, paper, desk):
        paper.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /rss", "text/plain")
        assert desk.round(two) == {}
        assert "robots.txt does not allow" in desk.health.feeds[0].told

    @pytest.mark.parametrize("bad", ["broken", "busy", "endless", "bomb", "no-http"])
    def test_robots_that_cannot_be_read_forbid(self, two, paper, desk, bad):
        paper.routes["/robots.txt"] = lambda headers: ANSWERS[bad]()
        desk.round(two)
        assert paper.times("/rss") == 0
        assert "its robots.txt cannot be read" in desk.health.feeds[0].told

    def test_robots_that_are_elsewhere(self, two, paper, desk):
        paper.routes["/robots.txt"] = head("Location: http://10.0.0.1/robots.txt", status="301 Moved")
        desk.round(two)
        assert "10.0.0.1" in desk.health.feeds[0].told

    def test_a_busy_server_is_left_alone_for_as_long_as_it_says(self, two, paper, desk):
        served = paper.routes["/rss"]
        paper.routes["/rss"] = head("Retry-After: 7200", status="429 Too Many Requests")
        desk.round(two)
        for later, times in ((0, 1), (3600, 1), (7100, 1)):
            desk.later = later
            desk.round(two)
            assert paper.times("/rss") == times
        paper.routes["/rss"] = served
        desk.later = 7300
        assert desk.round(two) == {"new": 2}
        assert any("answers again" in message for message in desk.messages("feed"))

    def test_a_server_that_says_a_date(self, two, paper, desk):
        then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)
        paper.routes["/rss"] = head(f"Retry-After: {then:%a, %d %b %Y %H:%M:%S GMT}", status="503 Busy")
        desk.round(two)
        (feed_health,) = desk.health.feeds
        assert 4.9 * 3600 < feed_health.next - desk.clock() < 5.1 * 3600

    def test_its_other_pages_wait_too(self, two, paper, desk):
        paper.routes["/a"] = paper.routes["/b"] = head("Retry-After: 600", status="503 Busy")
        desk.round(two)
        assert paper.times("/a") + paper.times("/b") == 1
        assert "left for the next time" in " ".join(desk.messages("watch"))

    def test_the_one_that_is_busy_is_left_alone_not_who_led_there(self, paper, desk):
        elsewhere = paper.url("/a").replace("127.0.0.1", "localhost")
        paper.routes["/there"] = head(f"Location: {elsewhere}", status="302 Found")
        paper.routes["/a"] = head("Retry-After: 600", status="429 Too Many Requests")
        client = Client(clock=desk.clock, pause=0.0, allow=lambda address: str(address) == "127.0.0.1")
        with pytest.raises(FetchError, match="status 429"):
            client.get(paper.url("/there"), accept="*/*")
        assert client.ready_in("localhost") == pytest.approx(600, abs=5)
        assert client.ready_in("127.0.0.1") == 0

    def test_gaps_grow_and_a_failing_feed_is_never_let_go(self, two, paper, desk):
        paper.routes["/rss"] = head(status="410 Gone")
        gaps = []
        for _ in range(12):
            desk.round(two)
            (health,) = desk.health.feeds
            gaps.append(health.next - int(desk.clock()))
            desk.later += gaps[-1] + 1
        assert health.failures == paper.times("/rss") == 12
        assert gaps[:3] == pytest.approx([1_800, 3_600, 7_200], abs=3)
        assert max(gaps) == pytest.approx(DAY, abs=3)
        assert "12 times in a row" in desk.messages("feed")[0]


class TestBadFeeds:
    def test_each_bad_answer_is_told_and_others_go_on(self, two, paper, desk):
        """Every answer that the reader of the network refuses, as a feed, beside one that is well."""
        # What brings a page is no feed; what is silent or slow has a test of its own.
        bad = [
            name
            for name in ANSWERS
            if not any(word in name for word in ("slow", "silent", "hints", "endless", "large", "bomb", "packed"))
        ]
        for name in bad:
            paper.routes[f"/bad/{name}"] = lambda headers, name=name: ANSWERS[name]()
        urls = [
            paper.url(f"/bad/{name}").replace("127.0.0.1", f"127.0.0.{number}") for number, name in enumerate(bad, 2)
        ]
        assert desk.round(*urls, two, allow=lambda address: address.is_loopback, readers=8) == {"new": 2}
        states = {health.url.rpartition("/")[2]: health for health in desk.health.feeds}
        assert {name for name, health in states.items() if health.state == "failing"} == set(bad)
        assert all(health.told for name, health in states.items() if name in bad)

    @pytest.mark.parametrize(
        ("name", "tells"),
        [
            ("bomb", "200 times"),
            ("large-gzip", "10,000,000 bytes"),
            ("endless", "10,000,000 bytes"),
            ("nothing-packed", "10,000,000 bytes"),
        ],
    )
    def test_bombs(self, paper, desk, name, tells):
        paper.routes["/rss"] = lambda headers: ANSWERS[name]()
        desk.round(paper.url("/rss"))
        assert tells in desk.health.feeds[0].told

    def test_a_megabyte_that_unpacks_to_a_gigabyte(self, paper, desk):
        packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
        whole = gzip.compress(b"")[:10] + megabyte * 1_000
        assert len(whole) < 1_100_000
        assert zlib.decompressobj(wbits=16 + zlib.MAX_WBITS).decompress(whole[:3_000])
        paper.routes["/rss"] = answer(whole, RSS, "Content-Encoding: gzip")
        tracemalloc.start()
        desk.round(paper.url("/rss"), seconds=30.0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "10,000,000 bytes" in desk.health.feeds[0].told
        assert peak < 40_000_000

    @pytest.mark.parametrize("name", ["slow-head", "slow-body", "silent"])
    def test_a_feed_that_stalls_holds_up_no_other(self, two, paper, desk, name):
        paper.routes["/slow"] = lambda headers: ANSWERS[name]()
        begun = time.monotonic()
        desk.round(paper.url("/slow").replace("127.0.0.1", "localhost"), two, seconds=2.5)
        stalled = next(health for health in desk.health.feeds if "slow" in health.url)
        assert "within the time" in stalled.told
        first = next(note.at for note in desk.notes if note.fate == "new")
        last = next(note.at for note in desk.notes if note.feed == stalled.url)
        assert first <= last
        assert time.monotonic() - begun < 20

    @pytest.mark.parametrize(
        "place",
        ["http://10.0.0.1/rss", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "file:///etc/passwd"],
    )
    def test_a_feed_that_leads_to_private_places(self, paper, desk, place):
        paper.routes["/rss"] = head(f"Location: {place}", status="302 Found")
        desk.round(paper.url("/rss"))
        assert any(word in desk.health.feeds[0].told for word in ("not public", "'file'"))

    def test_reports_that_lead_to_private_places(self, paper, desk):
        paper.routes["/rss"] = feed(
            item("One", "http://10.0.0.1/a"),
            item("Two", "http://192.168.0.1:8080/a"),
            item("Three", "file:///etc/passwd"),
        )
        assert desk.round(paper.url("/rss")) == {"failed": 2}
        assert all("not public" in message for message in desk.messages("report"))

    def test_loopback_is_refused_where_nothing_else_is_said(self, two, desk):
        from dragoman.read.fetch import is_public

        desk.round(two, allow=is_public)
        assert "127.0.0.1, which is not public" in desk.health.feeds[0].told

    def test_a_feed_that_moved_for_good_is_told(self, two, paper, desk):
        paper.routes["/old"] = head(f"Location: {two}", status="301 Moved Permanently")
        paper.routes["/for-now"] = head(f"Location: {two}", status="302 Found")
        assert desk.round(paper.url("/old"), paper.url("/for-now")) == {"new": 2}
        told = {health.url.rpartition("/")[2]: health.told for health in desk.health.feeds}
        assert told == {"old": f"it has moved for good to {two}: change its address", "for-now": ""}

    @pytest.mark.parametrize(
        "body", [b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', b"<!doctype html><html>", b"", b"{}", rss()[:40]]
    )
    def test_what_is_no_feed(self, paper, desk, body):
        paper.routes["/rss"] = answer(body, RSS)
        desk.round(paper.url("/rss"))
        assert desk.health.feeds[0].state == "failing"
        assert desk.health.feeds[0].told

    def test_what_was_broken_is_read_whole_when_it_is_mended(self, two, paper, desk):
        """The marks of an answer that could not be read are not kept."""
        paper.routes["/rss"] = lambda headers: (
            head(status="304 Not Modified") if "if-none-match" in headers else answer(b"<rss", RSS, 'ETag: "b"')
        )
        desk.round(two)
        assert desk.health.feeds[0].state == "failing"
        desk.later = 3700
        desk.round(two)
        assert "if-none-match" not in paper.headers("/rss")[1]

    def test_another_encoding_is_no_other_report(self, paper, desk):
        title = "Chad thanks Côte d’Ivoire"
        words = rss(paper.tell("/a", title)).decode()
        for encoding in ("utf-8", "windows-1252", "utf-16"):
            paper.routes["/rss"] = answer(words.replace('"utf-8"', f'"{encoding}"').encode(encoding), "text/xml")
            desk.round(paper.url("/rss"))
        assert desk.titles() == [title]
        assert paper.times("/a") == 1


class TestBadPages:
    def failing(self, paper, desk, given, **options):
        paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"))
        paper.routes["/a"] = given
        desk.round(paper.url("/rss"), **options)
        return desk.messages("report")[-1]

    @pytest.mark.parametrize(("given", "tells"), [
        (head(status="404 Not Found"), "status 404"),
        (head(status="403 Forbidden"), "status 403"),
        (answer(b"%PDF-1.4", "application/pdf"), "application/pdf"),
        (answer(b"<html><body></body></html>", "text/html"), "no main text"),
        (answer(b"", "text/html"), "no main text"),
        (head("Location: http://10.0.0.1/", status="302 Found"), "not public"),
    ])  # fmt: skip
    def test_what_is_no_report_is_told_and_kept_with_its_reason(self, paper, desk, given, tells):
        assert tells in self.failing(paper, desk, given)
        (row,) = desk.rows("feed_item", "state, told, url, key")
        assert (row.state, tells in row.told, row.url) == ("failed", True, paper.url("/a"))
        assert desk.round(paper.url("/rss")) == {}

    @pytest.mark.parametrize(
        "given", [head(status="500 Broken"), head(status="429 Busy"), head("Content-Length: 50") + b"short", b""]
    )
    def test_what_may_be_there_another_time_is_tried_again(self, paper, desk, given):
        served = page("Chad thanks Sudan")
        assert "tried again" in self.failing(paper, desk, given)
        paper.routes["/a"] = served
        assert desk.round(paper.url("/rss")) == {}
        desk.later = 400
        assert desk.round(paper.url("/rss")) == {"new": 1}

    def test_it_is_given_up_after_some_tries(self, paper, desk):
        self.failing(paper, desk, head(status="500 Broken"))
        for _ in range(12):
            desk.later += DAY
            desk.round(paper.url("/rss"))
        assert paper.times("/a") == 8
        (row,) = desk.rows("feed_item", "state, told, key")
        assert (row.state, row.told.endswith("given up after 8 tries")) == ("failed", True)

    def test_plain_text_is_a_report_too(self, paper, desk):
        self.failing(paper, desk, answer(b"Chad thanked Sudan for its help on Monday, officials said.", "text/plain"))
        assert desk.titles() == ["Chad thanks Sudan"]


def lost(given):
    """What a pipe gives whose process ends over some reports."""
    return [
        failure(InputError("the process that codes has ended", kind="lost"), one.where, one.article.head())
        if "poison" in one.article.text
        else coded.result_of(one)
        for one in given
    ]


class TestCoding:
    def test_a_report_that_ends_the_coder_twice_is_set_aside(self, paper, desk):
        paper.routes["/rss"] = feed(
            paper.tell("/a", "Chad thanks Sudan", more=f"{MORE} poison"), paper.tell("/b", "Peru praises Chile")
        )
        desk.code = lost
        fates = desk.round(paper.url("/rss"))
        assert fates == {"put off": 1, "failed": 1, "new": 1}
        assert desk.health.coder_lost == 2
        (row,) = [row for row in desk.rows("feed_item", "state, told, key") if row.state == "failed"]
        assert row.told.startswith("set aside, as the coder was lost 2 times over it")

    def test_what_cannot_be_stored_is_told(self, paper, desk):
        paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan", more=f"{MORE} UNPROVED"))
        assert desk.round(paper.url("/rss")) == {"failed": 1}

    def test_a_fault_of_the_program_is_not_hidden(self, two, desk):
        def broken(given):
            raise ZeroDivisionError

        desk.code = broken
        with pytest.raises(ZeroDivisionError):
            desk.round(two)
        desk.code = desk.coded
        assert desk.round(two) == {"new": 2}

    def test_a_report_that_is_to_stay_forgotten(self, two, paper, desk, rules):
        from dragoman.store.care import forget

        desk.round(two)
        forget(desk.store, paper.url("/a"), rules.ontology)
        paper.routes["/other"] = feed(item("Chad thanks Sudan", paper.url("/a#2"), guid="2"))
        with desk.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM feed_item")
        assert desk.round(paper.url("/other")) == {"forgotten": 1}


def until(claim, seconds=60):
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.02)


class TestGoingOn:
    def test_it_asks_again_and_ends_when_it_is_stopped(self, paper, two, desk):
        watch = desk.watch(Followed(url=two, every=1), once=False)
        running = threading.Thread(target=watch.run)
        running.start()
        until(lambda: paper.times("/rss") >= 3)
        paper.routes["/rss"] = feed(paper.tell("/c", "Togo invites Mali"))
        until(lambda: len(desk.rows()) == 3)
        assert desk.health.well
        watch.stop()
        running.join(20)
        assert not running.is_alive()
        assert (desk.health.state, desk.health.well) == ("stopped", False)
        assert [paper.times(path) for path in ("/a", "/b", "/c")] == [1, 1, 1]

    def test_the_report_in_hand_is_finished_and_the_others_wait(self, two, desk):
        begun, go_on = threading.Event(), threading.Event()

        def slow(given):
            begun.set()
            assert go_on.wait(30)
            return [coded.result_of(one) for one in given]

        desk.code = slow
        watch = desk.watch(two, once=False)
        running = threading.Thread(target=watch.run)
        running.start()
        assert begun.wait(60)
        watch.stop()
        time.sleep(0.2)
        assert running.is_alive()
        go_on.set()
        running.join(20)
        assert len(desk.rows()) == 1
        desk.code = desk.coded
        assert desk.round(two) == {"new": 1}

    def test_a_feed_that_is_left_because_it_stops_has_not_failed(self, two, paper, desk):
        begun = threading.Event()

        def asked(headers):
            begun.set()
            time.sleep(0.5)
            return head(status="500 Broken")

        def slow(given):
            begun.wait(30)
            watch.stop()
            time.sleep(1)
            return [coded.result_of(one) for one in given]

        paper.routes["/slow"] = asked
        desk.code = slow
        watch = desk.watch(two, paper.url("/slow").replace("127.0.0.1", "localhost"), once=False)
        watch.run()
        assert not [note.message for note in desk.notes if note.level != "info"]
        assert all(health.failures == 0 for health in desk.health.feeds)
        desk.code = desk.coded
        desk.round(two, paper.url("/slow").replace("127.0.0.1", "localhost"))
        assert paper.times("/slow") == 2

    def test_a_coder_that_is_lost_while_it_stops_is_no_ones_fault(self, paper, two, desk):
        def ended(given):
            watch.stop()
            time.sleep(0.1)
            return [failure(InputError("the server was stopped", kind="lost"), one.where) for one in given]

        desk.code = ended
        watch = desk.watch(two, once=False)
        watch.run()
        assert [row.losses for row in desk.rows("feed_item", "losses, key")] == [0, 0]

    def test_a_store_that_is_locked_is_waited_for(self, two, desk, monkeypatch):
        monkeypatch.setattr(loop, "REST", 1)
        left = [1, 2]

        def locked(given):
            if left:
                raise StoreError("another program is writing to it", kind=("locked", "gone")[left.pop() - 1])
            return [coded.result_of(one) for one in given]

        desk.code = locked
        watch = desk.watch(two, once=False)
        running = threading.Thread(target=watch.run)
        running.start()
        until(lambda: len(desk.rows()) == 2)
        watch.stop()
        running.join(20)
        assert len([note for note in desk.notes if note.about == "store"]) == 2

    def test_a_store_that_is_full_ends_it(self, two, desk):
        def full(given):
            raise StoreError("the disk is full", kind="full")

        desk.code = full
        with pytest.raises(StoreError, match="full"):
            desk.watch(two, once=False).run()
        desk.code = desk.coded
        assert desk.round(two) == {"new": 2}

    def test_a_clock_that_goes_back(self, paper, two, desk):
        """What was due in an hour is due in an hour again, not in a year and an hour."""
        desk.later = 365 * DAY
        watch = desk.watch(Followed(url=two, every=3), once=False)
        running = threading.Thread(target=watch.run)
        running.start()
        until(lambda: paper.times("/rss") >= 1 and len(desk.rows()) == 2)
        desk.later = 0
        asked = paper.times("/rss")
        until(lambda: paper.times("/rss") > asked)
        watch.stop()
        running.join(20)
        assert any("the clock went back by 365 days" in message for message in desk.messages("watch"))

    def test_a_clock_that_was_wrong_before_the_start(self, paper, two, desk):
        desk.later = 365 * DAY
        paper.routes["/rss"] = head(status="500 Broken")
        desk.round(two)
        desk.later = 0
        desk.watch(two)._books.open()
        assert desk.health.feeds[0].next - desk.clock() < 8 * DAY


class TestAlone:
    def hold(self, desk, holder, now):
        with desk.store.writing() as connection:
            assert leases.hold(connection, alone.NAME, holder, alone.LEASE, now)

    def test_two_watches_of_one_store(self, two, desk):
        self.hold(desk, "elsewhere process 7", int(desk.clock()))
        with pytest.raises(StoreError, match="elsewhere process 7") as raised:
            desk.round(two)
        assert raised.value.kind == "watched"
        desk.later = alone.LEASE + 1
        assert desk.round(two) == {"new": 2}

    def test_one_that_died_here_is_followed_at_once(self, two, desk):
        import os
        import socket
        import subprocess
        import sys

        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        for number in (gone.pid, os.getpid()):
            self.hold(desk, f"{socket.gethostname()} process {number}", int(desk.clock()))
            desk.round(two)
        assert len(desk.rows()) == 2

    def test_one_that_lives_here_is_not(self, two, desk):
        import os
        import socket

        self.hold(desk, f"{socket.gethostname()} process {os.getppid()}", int(desk.clock()))
        with pytest.raises(StoreError, match="followed into this store already"):
            desk.round(two)
