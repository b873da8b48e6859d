"""`dragoman code` on inputs of any size: days, near-duplicates, archives of the web, and what it says of them."""

import datetime
import gzip
import json
import subprocess
import sys

import pytest

from dragoman.commands.code import Request, run

from .read.made import answer, page, record

TALKS = "The foreign minister of Chad thanked Sudan for its help on Monday, and the two governments agreed to meet again in the spring in Khartoum, "
ROWS = [
    {"id": "b", "text": TALKS + "officials of both countries said.", "published": "2015-06-01"},
    {"id": "a", "text": TALKS + "officials of both countries told.", "published": "2015-06-02"},
    {"id": "c", "text": "France accused Mali of breaking the ceasefire.", "published": "2015-07-02"},
    {"id": "d", "text": "France accused Niger of breaking the ceasefire."},
]


def code(coder, capsys, path, **asked):
    """The ids that were coded, the exit code, and what was said."""
    output = path.with_suffix(".out")
    given = {"inputs": (str(path),), "format": "jsonl", "output": str(output), "published": None, "language": None}
    days = {name: datetime.date.fromisoformat(day) for name, day in asked.items() if isinstance(day, str)}
    status = run(Request(**given | {"quiet": False} | asked | days), lambda: coder)
    ids = [json.loads(line)["article"]["id"] for line in output.read_bytes().splitlines()]
    return ids, status, capsys.readouterr().err


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "reports.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    return path


def test_days_and_near_duplicates(coder, capsys, path):
    ids, status, said = code(coder, capsys, path, since="2015-06-01", until="2015-06-30", skip_near=True)
    assert ids == ["a"]
    assert status == 0
    assert "1 report coded" in said
    assert "1 of other days or of none skipped" not in said
    assert "2 of other days or of none skipped" in said
    assert "1 nearly the same as others skipped" in said


def test_near_duplicates_of_days_that_are_left_out_do_not_count(coder, capsys, path):
    ids, _, said = code(coder, capsys, path, until="2015-06-01", skip_near=True)
    assert ids == ["b"]
    assert "nearly" not in said


def test_all_of_them_left_out_is_no_failure(coder, capsys, path):
    ids, status, said = code(coder, capsys, path, since="2016-01-01")
    assert (ids, status) == ([], 0)
    assert "4 of other days" in said


def test_archive_of_the_web(coder, capsys, tmp_path):
    path = tmp_path / "crawl.warc.gz"
    records = [record(answer(page(k)), url=b"http://harbour.example/%d" % k) for k in range(3)]
    path.write_bytes(b"".join(map(gzip.compress, records))[:-20])
    ids, status, said = code(coder, capsys, path)
    assert len(ids) == 3
    assert status == 1
    assert "2 reports coded" in said
    assert f"{path}:3: the packed file ends in the middle" in said


@pytest.mark.parametrize(
    ("arguments", "status", "tells"),
    [
        (["--from", "June"], 2, "not a day"),
        (["--from", "2015-06-02", "--until", "2015-06-01"], 2, "is before"),
        (["-", "--skip-near-duplicates"], 2, "once only"),
        (["https://harbour.example/", "--skip-near-duplicates"], 2, "once only"),
    ],
)
def test_what_is_asked_wrongly(path, arguments, status, tells):
    command = [sys.executable, "-m", "dragoman", "code", str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert tells in done.stderr
