"""`dragoman watch`: what it says, how it ends, and the process that codes."""

import json
import os
import re
import signal
import threading
import time
import urllib.request

import pytest
from typer.testing import CliRunner

from dragoman.cli import app
from dragoman.commands.watch import Request, run
from dragoman.errors import ModelError, SettingsError
from tests.watch.paper import MORE, feed, head
from tests.web import coded


def loopback(address):
    return address.is_loopback


@pytest.fixture
def request_of(paper, where, tmp_path):
    """What a user asks for who follows these paths of the paper."""

    def made(*paths, **options):
        file = tmp_path / "feeds.toml"
        feeds = "".join(f'[[feed]]\nurl = "{paper.url(path)}"\npublisher = "Daily {path}"\n' for path in paths)
        file.write_text(f"[watch]\npause = 0\n{feeds}", encoding="utf-8")
        return Request(feeds=file, store=str(where), **options)

    return made


def watched(request, rules, **options):
    return run(request, rules, allow=loopback, **{"load": coded.load} | options)


def test_lines_of_json(paper, request_of, rules, capsys):
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"))
    assert watched(request_of("/rss", once=True, log="json"), rules) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all(re.fullmatch(r"20..-..-..T..:..:..Z", line["time"]) for line in lines)
    assert [(line["about"], line.get("fate")) for line in lines] == [
        ("watch", None), ("feed", "answered"), ("report", "new"), ("ledger", None), ("watch", None),
    ]  # fmt: skip
    report = lines[2]
    assert (report["url"], report["feed"], report["events"]) == (paper.url("/a"), paper.url("/rss"), 0)


def test_lines_for_people_and_what_a_round_ends_with(paper, request_of, rules, capsys):
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"))
    paper.routes["/bad"] = head(status="500 Broken")
    assert watched(request_of("/rss", "/bad", once=True), rules) == 1
    told = capsys.readouterr().err
    assert re.search(r"^\d\d:\d\d:\d\d    Daily /rss: Chad thanks Sudan: new \(0 events\)$", told, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d !  Daily /bad: the server answered with status 500", told, re.MULTILINE)
    assert watched(request_of("/bad", once=True, quiet=True), rules) == 4
    assert capsys.readouterr().err == ""


def test_quietly_only_what_went_wrong_is_told(paper, request_of, rules, capsys):
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan").replace("/a", "/gone"))
    assert watched(request_of("/rss", once=True, quiet=True), rules) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "status 404" in line


def test_a_report_that_ends_the_process_that_codes(paper, request_of, rules, capsys):
    """The process is killed twice over one report, which is set aside; the one behind it is coded by a third one."""
    items = [paper.tell("/a", "Peru praises Chile"), paper.tell("/b", "Chad thanks Sudan", more=f"{MORE} KILL")]
    paper.routes["/rss"] = feed(*items)
    assert watched(request_of("/rss", once=True), rules) == 1
    told = capsys.readouterr().err
    assert told.count("the process that codes has ended (by signal 9)") == 4
    assert "set aside, as the coder was lost 2 times" in told
    assert "Peru praises Chile: new" in told


def test_a_coder_that_cannot_be_loaded_ends_it(paper, request_of, rules):
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"))
    with pytest.raises(ModelError):
        watched(request_of("/rss", once=True), rules, load=coded.load_nothing)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(paper, request_of, rules, capsys, number, status):
    paper.routes["/rss"] = feed()
    health = []

    def interrupt():
        end = time.monotonic() + 60
        while time.monotonic() < end and not health:
            told = capsys.readouterr().err
            if url := re.search(r"http://localhost:\d+/", told):
                health.append(json.load(urllib.request.urlopen(f"{url[0]}health.json", timeout=30)))
            time.sleep(0.1)
        os.kill(os.getpid(), number)

    threading.Thread(target=interrupt).start()
    before = signal.getsignal(number)
    assert watched(request_of("/rss", port=0), rules) == status
    assert signal.getsignal(number) == before
    assert health[0]["well"]
    assert "stopped; what was not finished waits" in capsys.readouterr().err


def test_mistakes_in_the_file_are_told_in_one_line(tmp_path):
    file = tmp_path / "feeds.toml"
    file.write_text('[[feed]]\nurl = "x"\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["watch", str(file), "--store", str(tmp_path / "store.db")])
    assert isinstance(result.exception, SettingsError)
    assert not (tmp_path / "store.db").exists()


def test_loopback_is_not_asked_unless_a_test_says_so(paper, request_of, rules, capsys):
    paper.routes["/rss"] = feed(paper.tell("/a", "Chad thanks Sudan"))
    assert run(request_of("/rss", once=True), rules, load=coded.load) == 4
    assert paper.asked == []
