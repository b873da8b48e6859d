"""Adding reports: jobs with what becomes of each report, the process that codes, and the pages."""

import datetime
import io
import json
import os
import re
import signal
import time
import zipfile

import msgspec
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from dragoman.errors import InputError, ModelError
from dragoman.read import read
from dragoman.read.inputs import Opened
from dragoman.read.readings import Draft
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.reading import key_of
from dragoman.web import adding as module
from dragoman.web.adding import Job, Jobs
from dragoman.web.errors import add_errors
from dragoman.web.pages import adding
from dragoman.web.parcels import Parcel, addressed, pasted, uploaded
from dragoman.web.people import Guard, add_people
from dragoman.web.serving import Served
from dragoman.web.uploads import MOST_FILES, Capped
from dragoman.web.worker import LostError, Worker
from tests.read.answering import PAGE, answering
from tests.web import coded

TODAY = datetime.date(2024, 1, 1)
SECONDS = 60
CHAD = "Chad thanked Sudan for its help on Monday, and the two agreed to meet again in the spring."
GERMAN = "Die Minister trafen sich am Montag in Wien, um über die Waffenruhe zu sprechen, sagte ein Sprecher am Abend."
TOKEN = re.compile(r'name="token" value="(\w+)"')


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.db") as found:
        yield found


@pytest.fixture
def jobs(store, rules):
    found = Jobs(store, rules, load=coded.load, today=lambda: TODAY, allow=lambda address: address.is_loopback)
    yield found
    found.close()


def texts(*given, name="reports") -> Parcel:
    """Reports as their texts alone, each with its number as id."""
    drafts = [Draft(where=f"{name}:{n}", id=f"{name}-{n}", text=text, is_row=True) for n, text in enumerate(given, 1)]
    return Parcel(name, lambda: iter(drafts))


def finished(jobs, job) -> Job:
    until = time.monotonic() + SECONDS
    while not (found := jobs.get(job.id)).is_over:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def done(jobs, parcel, **options) -> Job:
    return finished(jobs, jobs.add(parcel, **options))


def fates(job):
    return [one.fate for one in job.accounts]


def zipped(**members) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return held.getvalue()


class TestJobs:
    def test_what_became_of_each_report(self, jobs, store):
        job = done(jobs, texts(CHAD, GERMAN, "", CHAD + " UNPROVED", CHAD + "\0"))
        assert (job.state, job.message) == ("done", "")
        assert (job.read, job.coded, job.new, job.skipped, job.failed, job.settled) == (5, 1, 1, 1, 3, 5)
        assert fates(job) == ["new", "skipped", "failed", "failed", "failed"]
        assert [one.where for one in job.accounts] == [f"reports:{n}" for n in range(1, 6)]
        assert "German" in job.accounts[1].message
        assert "evidence is empty" in job.accounts[3].message
        assert job.accounts[0].title == CHAD
        with store.reading() as connection:
            assert job.accounts[0].key == key_of(connection, "reports-1")

    def test_nothing_is_stored_twice_and_another_text_takes_its_place(self, jobs):
        done(jobs, texts(CHAD))
        again = done(jobs, texts(CHAD, CHAD + " Again."))
        assert fates(again) == ["same", "new"]
        assert (again.coded, again.same) == (1, 1)
        changed = done(jobs, texts(CHAD + " Corrected."))
        assert fates(changed) == ["corrected"]
        assert changed.accounts[0].key != again.accounts[0].key

    def test_the_day_that_is_given_is_that_of_reports_without_one(self, jobs, store):
        day = datetime.date(2013, 6, 17)
        job = done(jobs, pasted(Draft(where="pasted text", text=CHAD)), published=day)
        with store.reading() as connection:
            (row,) = connection.exec_driver_sql("SELECT published, published_from FROM article").all()
        assert (job.new, tuple(row)) == (1, ("2013-06-17", "caller"))

    def test_jobs_run_in_their_order_and_waiting_ones_say_so(self, jobs):
        first = jobs.add(texts(CHAD, name="a"))
        second = jobs.add(texts(CHAD + " Again.", name="b"))
        assert jobs.get(second.id).state == "waiting"
        assert [job.id for job in jobs.latest()] == [second.id, first.id]
        assert finished(jobs, second).state == jobs.get(first.id).state == "done"

    def test_only_so_many_wait(self, store, rules, monkeypatch):
        monkeypatch.setattr(module, "WAITING", 2)
        jobs, closed = Jobs(store, rules, load=coded.load), []
        parcels = [texts(CHAD + " SLEEP")._replace(close=lambda n=n: closed.append(n)) for n in range(5)]
        added = [jobs.add(parcel) for parcel in parcels]
        assert [job is None for job in added] == [False, False, False, True, True]
        assert closed == [3, 4]
        jobs.close()
        assert sorted(closed) == [0, 1, 2, 3, 4]
        assert [jobs.get(job.id).state for job in added if job] == ["failed"] * 3
        assert "server was stopped" in jobs.get(added[1].id).message

    def test_only_the_latest_are_told_of(self, jobs, monkeypatch):
        monkeypatch.setattr(module, "KEPT", 2)
        made = [done(jobs, texts("")) for _ in range(3)]
        assert jobs.get(made[0].id) is None
        assert [job.id for job in jobs.latest()] == [made[2].id, made[1].id]

    def test_accounts_are_bounded_and_numbers_are_not(self, jobs, monkeypatch):
        monkeypatch.setattr(module, "ACCOUNTS", 2)
        job = done(jobs, texts(*["", CHAD, "", CHAD + " Two.", "", CHAD + " Three."]))
        assert fates(job) == ["failed", "new", "failed", "new"]
        assert (job.new, job.failed) == (3, 3)

    def test_more_reports_than_a_job_takes(self, jobs, monkeypatch):
        monkeypatch.setattr(module, "REPORTS", 2)
        job = done(jobs, texts(CHAD, CHAD + " Two.", CHAD + " Three.", CHAD + " Four."))
        assert fates(job) == ["new", "new", "failed"]
        assert "more than 2 reports" in job.accounts[2].message

    def test_more_bytes_than_a_job_takes(self, jobs, monkeypatch):
        monkeypatch.setattr(module, "BYTES", 100)
        assert fates(done(jobs, texts(CHAD, CHAD + " Two."))) == ["new", "failed"]


class TestWorker:
    def test_a_killed_worker_is_told_and_the_next_job_has_a_new_one(self, jobs):
        job = done(jobs, texts(CHAD, CHAD + " 2.", CHAD + " 3.", CHAD + " 4.", CHAD + " KILL", name="bad"))
        assert job.state == "failed"
        assert "has ended (by signal 9)" in job.message
        assert "bad:5" in job.message
        assert (job.read, job.new) == (5, 4)
        assert done(jobs, texts(CHAD, name="good")).state == "done"

    def test_killed_from_outside(self, jobs):
        done(jobs, texts(CHAD))
        number = jobs._worker.number
        os.kill(number, signal.SIGKILL)
        assert done(jobs, texts(CHAD + " Two.", name="b")).state == "failed"
        assert done(jobs, texts(CHAD + " Two.", name="b")).new == 1
        assert jobs._worker.number not in (None, number)

    def test_no_worker_starts_where_nothing_is_to_be_coded(self, jobs):
        assert fates(done(jobs, texts("", GERMAN))) == ["failed", "skipped"]
        assert jobs._worker.number is None

    def test_a_fault_of_the_coder(self, jobs, capfd):
        assert "has ended (status 1)" in done(jobs, texts(CHAD + " FAULT")).message

    def test_what_the_coder_says_is_told(self, store, rules):
        jobs = Jobs(store, rules, load=coded.load_nothing)
        job = done(jobs, texts(CHAD))
        jobs.close()
        assert (job.state, job.message) == ("failed", "the model is not installed")

    def test_too_slow(self):
        worker = Worker(coded.load, seconds=0.5)
        (reading,) = read([Draft(where="a", text=CHAD + " SLEEP")])
        with pytest.raises(LostError, match="did not answer within"):
            worker.code([reading])
        assert worker.number is None
        worker.close()

    def test_its_errors_come_over_whole(self):
        worker = Worker(coded.load_nothing)
        with pytest.raises(ModelError) as caught:
            worker.code([])
        worker.close()
        assert (caught.value.kind, caught.value.message) == ("model", "the model is not installed")
        with pytest.raises(LostError, match="server was stopped"):
            worker.code([])

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_fault_in_the_thread_ends_only_its_job(self, jobs):
        def broken():
            raise ZeroDivisionError
            yield

        job = done(jobs, Parcel("broken", broken))
        assert (job.state, job.read) == ("failed", 0)
        assert "fault of the program" in job.message
        assert done(jobs, texts(CHAD)).state == "done"


def test_the_coder_itself(store, rules):
    """The whole way, with the coder that people use."""
    jobs = Jobs(store, rules)
    text = "BEIJING, June 17, 2013 - Iran accused Israel of a cyber attack. The minister said the talks were over."
    job = done(jobs, pasted(Draft(where="pasted text", text=text)))
    jobs.close()
    assert (job.state, job.new) == ("done", 1)
    assert job.events == job.accounts[0].events >= 1
    with store.reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT published, published_from, story FROM article").all()
    assert (row.published, row.published_from) == ("2013-06-17", "dateline")
    assert row.story


class TestParcels:
    @pytest.mark.parametrize(
        ("written", "url"),
        [
            ("https://harbour.example/a", "https://harbour.example/a"),
            (" HTTP://harbour.example ", "HTTP://harbour.example"),
            ("harbour.example/a//b", "https://harbour.example/a//b"),
            ("harbour.example:8080/a", "https://harbour.example:8080/a"),
            ("/etc/passwd", "https:///etc/passwd"),
            ("-", "https://-"),
            ("file:///etc/passwd", None),
            ("gopher://harbour.example/", None),
            ("https://harbour.example/a b", None),
            ("https://harbour.example/\x00", None),
            ("https://harbour.example/" + "a" * 5000, None),
            ("", None),
            ("  ", None),
        ],
    )
    def test_an_address_never_names_a_file(self, written, url):
        if url is None:
            with pytest.raises(InputError, match="expected the address of a page"):
                addressed(written)
        else:
            assert list(addressed(written).inputs()) == [url]

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("may.html", "may.html"),
            ("C:\\reports\\may.html", "may.html"),
            ("../../etc/passwd", "passwd"),
            ("a\nb\x1b[31m.txt", "ab[31m.txt"),
            ("", "file"),
            ("..", ".."),
            ("x" * 500 + ".csv", "x" * 196 + ".csv"),
        ],
    )
    def test_the_name_of_a_file_is_shown_and_opens_nothing(self, name, shown):
        parcel = uploaded([(name, io.BytesIO(b"Chad"))])
        try:
            (opened,) = [(one.name, one.stream.read()) for one in parcel.inputs() if isinstance(one, Opened)]
        finally:
            parcel.close()
        assert opened == (shown, b"Chad")

    def test_files_are_gone_when_the_parcel_is_closed(self):
        parcel = uploaded([("a.txt", io.BytesIO(b"Chad")), ("a.txt", io.BytesIO(b"Sudan"))])
        assert parcel.name == "2 files: a.txt, a.txt"
        assert [one.stream.read() for one in parcel.inputs()] == [b"Chad", b"Sudan"]
        parcel.close()
        with pytest.raises(FileNotFoundError):
            next(parcel.inputs())


class TestPages:
    @pytest.fixture
    def browser_of(self, store, rules, jobs):
        def opened(*, loopback=True):
            app = FastAPI()
            app.state.served = Served(store, rules, loopback=loopback, jobs=jobs)
            add_errors(app)
            add_people(app, Guard())
            app.include_router(adding.router)
            return TestClient(Capped(app, linger=0), base_url="http://localhost", follow_redirects=False)

        return opened

    @pytest.fixture
    def browser(self, browser_of):
        return browser_of()

    def sent(self, browser, to, /, files=None, **fields):
        (token, *_) = TOKEN.findall(browser.get("/add").text)
        return browser.post(to, data={"token": token, **fields}, files=files)

    def over(self, browser, jobs, response):
        """The job that a form began, when it is over, and its page."""
        assert response.status_code == 303, response.text
        address = response.headers["location"]
        job = finished(jobs, jobs.get(address.removeprefix("/add/")))
        return job, browser.get(address).text

    def test_a_pasted_text(self, browser, jobs, store):
        fields = {
            "text": CHAD + "\r\n\r\nMore.",
            "title": "Thanks",
            "publisher": "Valley Post",
            "published": "2013-06-17",
        }
        job, page = self.over(browser, jobs, self.sent(browser, "/add/text", **fields))
        assert (job.name, job.new) == ("Thanks", 1)
        assert f'<a href="/articles/{job.accounts[0].key}">Thanks</a>' in page
        with store.reading() as connection:
            (row,) = connection.exec_driver_sql("SELECT text, publisher, published FROM article").all()
        assert tuple(row) == (CHAD + "\n\nMore.", "Valley Post", "2013-06-17")

    def test_a_page_at_an_address(self, browser, jobs):
        with answering() as server:
            job, page = self.over(browser, jobs, self.sent(browser, "/add/address", address=f"{server}/page"))
        assert job.accounts[0].title == "Norway and Iceland open talks on mackerel"
        assert "Norway and Iceland open talks on mackerel</a>" in page

    def test_an_address_that_is_refused_says_why(self, browser, jobs):
        job, page = self.over(browser, jobs, self.sent(browser, "/add/address", address="http://10.0.0.1/"))
        assert (job.state, job.failed) == ("done", 1)
        assert "10.0.0.1, which is not public" in page

    def test_files(self, browser, jobs):
        rows = "".join(json.dumps({"id": n, "text": f"{CHAD} {n}."}) + "\n" for n in "ab")
        files = [
            ("files", ("may.html", PAGE, "text/html")),
            ("files", ("rows.jsonl", rows.encode(), "application/x-ndjson")),
            ("files", ("all.zip", zipped(a__txt=CHAD, b__csv=f"id,text\nc,{CHAD!r}\n", evil__zip=b"PK\3\4"), "")),
            ("files", ("picture.png", b"\x89PNG\r\n", "image/png")),
        ]
        job, page = self.over(browser, jobs, self.sent(browser, "/add/files", files=files))
        assert [one.where for one in job.accounts] == [
            "may.html",
            "rows.jsonl:1",
            "rows.jsonl:2",
            "all.zip/a.txt",
            "all.zip/b.csv:2",
            "all.zip/evil.zip",
            "picture.png",
        ]
        assert fates(job) == ["new"] * 4 + ["failed"] * 3
        assert "an archive inside the archive" in page
        assert "a PNG picture" in page

    @pytest.mark.parametrize(
        ("address", "fields", "tells"),
        [
            ("/add/text", {"text": " \r\n "}, "There is no text"),
            ("/add/text", {"text": CHAD, "published": "June"}, "expected a date"),
            ("/add/address", {"address": "file:///etc/passwd"}, "begins with https://"),
            ("/add/files", {}, "No file was chosen"),
        ],
    )
    def test_mistakes_are_told_on_the_form(self, browser, jobs, address, fields, tells):
        files = [("files", ("", b"", "application/octet-stream"))] if address == "/add/files" else None
        response = self.sent(browser, address, files=files, **fields)
        assert response.status_code == 422
        assert tells in response.text
        assert 'role="alert"' in response.text
        assert jobs.latest() == []
        for typed in fields.values():
            assert typed.strip() in response.text

    @pytest.mark.parametrize("address", ["/add/text", "/add/address", "/add/files"])
    def test_forged_forms_are_refused(self, browser, jobs, address):
        browser.get("/add")
        files = [("files", ("a.txt", b"Chad", "text/plain"))] if address == "/add/files" else None
        fields = {"text": CHAD, "address": "http://harbour.example"}
        assert browser.post(address, data={**fields, "token": "0" * 64}, files=files).status_code == 403
        assert browser.post(address, data=fields, files=files).status_code == 403
        assert jobs.latest() == []

    @pytest.mark.parametrize("address", ["/add/text", "/add/address", "/add/files"])
    def test_from_elsewhere_a_login_is_needed(self, browser_of, jobs, address):
        browser = browser_of(loopback=False)
        files = [("files", ("a.txt", b"Chad", "text/plain"))] if address == "/add/files" else None
        response = browser.post(address, data={"text": CHAD}, files=files)
        assert (response.status_code, response.headers["location"].partition("?")[0]) == (303, "/login")
        assert browser.get("/add").headers["location"] == "/login?next=%2Fadd"
        assert jobs.latest() == []

    def test_nobody_unknown_sends_files(self, browser_of):
        """Who asks is known before the first byte of his files is taken."""

        def never():
            raise AssertionError
            yield

        response = browser_of(loopback=False).post(
            "/add/files", content=never(), headers={"content-type": "multipart/form-data; boundary=x"}
        )
        assert response.status_code == 303

    def test_too_many_files(self, browser, jobs):
        files = [("files", (f"{n}.txt", b"Chad", "text/plain")) for n in range(MOST_FILES + 1)]
        response = self.sent(browser, "/add/files", files=files)
        assert response.status_code == 400
        assert "zip archive" in response.text

    def test_a_form_that_is_none(self, browser):
        assert browser.post("/add/files", content=b"{}").status_code == 400
        bad = {"content-type": "multipart/form-data; boundary=x"}
        assert browser.post("/add/files", content=b"--y\r\nnonsense", headers=bad).status_code in (400, 403)

    def test_too_many_jobs(self, browser, jobs, monkeypatch):
        monkeypatch.setattr(module, "WAITING", 0)
        response = self.sent(browser, "/add/text", text=CHAD)
        assert (response.status_code, response.headers["retry-after"]) == (503, "120")
        assert "many reports waiting" in response.text

    def test_while_it_runs(self, browser, jobs):
        job = jobs.add(texts(CHAD, CHAD + " SLEEP"))
        until = time.monotonic() + SECONDS
        while jobs.get(job.id).state != "coding" and time.monotonic() < until:
            time.sleep(0.02)
        page = browser.get(f"/add/{job.id}").text
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
        assert f'hx-get="/add/{job.id}/progress" hx-trigger="every 1s"' in page
        assert 'max="2" value="0"' in page
        part = browser.get(f"/add/{job.id}/progress").text
        assert 'hx-trigger="every 1s"' in part
        assert "<html" not in part

    def test_when_it_is_over(self, browser, jobs):
        job = done(jobs, texts(CHAD, ""))
        page, part = browser.get(f"/add/{job.id}").text, browser.get(f"/add/{job.id}/progress").text
        assert "refresh" not in page + part
        assert "hx-trigger" not in page + part
        assert "<progress" not in page + part
        assert 'id="job-state" hx-swap-oob="innerHTML"' in part
        assert "1 new report, 1 failed" in part
        assert msgspec.json.decode(browser.get(f"/add/{job.id}.json").content, type=Job) == job

    @pytest.mark.parametrize("end", ["", "/progress", ".json"])
    def test_an_unknown_job(self, browser, end):
        response = browser.get(f"/add/nothing{end}")
        assert response.status_code == 404
        assert "no such job" in response.text.lower()

    def test_what_reports_say_is_text(self, browser, jobs):
        script = "<script>alert(1)</script>"
        rows = json.dumps({"id": script, "text": CHAD, "title": script}).encode()
        files = [("files", (f"{script}.jsonl".replace("/", ""), rows, ""))]
        _, page = self.over(browser, jobs, self.sent(browser, "/add/files", files=files))
        assert "<script>alert" not in page + browser.get("/add").text
        assert "&lt;script&gt;alert(1)" in page
