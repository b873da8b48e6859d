"""The command lines of the store as a person meets them: what they write, exit statuses, one line for each error."""

import csv
import datetime
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from dragoman.cli import _exit_code, app
from dragoman.errors import DragomanError
from dragoman.export.lines import encode
from dragoman.records import Article
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.care import check
from dragoman.store.saving import save
from tests.store.contents import accounts_in, contents
from tests.store.made import SENTENCE, coded

FILES = Path(__file__).parents[1] / "read" / "files" / "events"
REPORTS = [
    {"id": "one", "text": "North Korea condemned Japan on Friday. Japan promised to send food to North Korea.", "published": "2013-03-09"},
    {"id": "two", "text": "North Korea on Friday condemned Japan.", "published": "2013-03-10", "publisher": "Sample Wire"},
]  # fmt: skip


class Done:
    """What a command line did: its exit status, what it wrote and what it said."""

    def __init__(self, *arguments, input=None):
        found = CliRunner().invoke(app, [str(one) for one in arguments], input=input)
        error = found.exception
        self.status = _exit_code(error) if isinstance(error, DragomanError) else found.exit_code
        self.out, self.said = found.stdout, str(error) if isinstance(error, DragomanError) else found.stderr
        assert error is None or isinstance(error, DragomanError | SystemExit), found.exc_info


@pytest.fixture(autouse=True)
def rules_read_once(rules, monkeypatch):
    """Each command reads the rules anew; here they are the same every time."""
    read = Rules.load
    monkeypatch.setattr(Rules, "load", lambda *overlays: read(*overlays) if overlays else rules)


@pytest.fixture(scope="module")
def held(shared_full):
    """Where the same are, for tests that only read."""
    return str(shared_full.where)


@pytest.fixture
def filled(full):
    """Where the chronicle's reports of 2013 are."""
    return str(full)


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def test_coding_twice_codes_once(where, tmp_path):
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join(map(json.dumps, REPORTS)))
    done = Done("code", file, "--store", where)
    assert (done.status, done.out) == (0, "")
    assert "2 reports coded" in done.said
    assert "2 stored" in done.said
    with open_store(where) as store:
        before = contents(store)
        assert 0 < len(before["events"]) <= len(before["tellings"])
    done = Done("code", file, "--store", where)
    assert "0 reports coded" in done.said
    assert "2 stored before" in done.said
    file.write_text(json.dumps(REPORTS[0] | {"text": "Japan thanked North Korea."}) + "\n" + json.dumps(REPORTS[1]))
    done = Done("code", file, "--store", where, "--format", "jsonl")
    assert len(lines(done.out)) == 2
    assert "1 in place of an earlier version" in done.said
    assert Done("store", "forget", "two", "--store", where).status == 0
    assert "1 not stored, as they are to stay forgotten" in Done("code", file, "--store", where).said
    with open_store(where) as store:
        assert list(check(store)) == []


# Reports that are not all coded by the time that the first one is seen in the store, however busy the machine.
MANY = 30


def test_killed_coding_goes_on(tmp_path, chronicle):
    """`dragoman code --store` is killed; the next run codes only what is missing."""
    source = Path(__file__).parents[2] / "src" / "dragoman" / "data" / "chronicle" / "reports.jsonl"
    file = tmp_path / "reports.jsonl"
    file.write_bytes(b"\n".join(source.read_bytes().splitlines()[:MANY]))
    store = tmp_path / "store.db"
    command = [sys.executable, "-m", "dragoman", "code", str(file), "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None and not reports_in(store):
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    there = reports_in(store)
    assert 0 < there < MANY
    done = Done("code", file, "--store", store)
    assert f"{MANY - there} report" in done.said
    assert f"{there} stored before" in done.said
    with open_store(store) as found:
        assert list(check(found)) == []


def reports_in(file):
    try:
        return json.loads(Done("store", "info", "--json", "--store", file).out)["reports"]
    except ValueError:
        return 0


def test_info_and_check(filled):
    done = Done("store", "info", "--store", filled)
    assert done.status == 0
    assert "distinct events" in done.out
    found = json.loads(Done("store", "info", "--json", "--store", filled).out)
    assert found["reports"] > 30 < found["events"] < found["tellings"]
    assert (
        Done("store", "check", "--store", filled).status,
        Done("store", "check", "--mend", "--store", filled).status,
    ) == (0, 0)
    with open_store(filled) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM dyad_day")
    done = Done("store", "check", "--store", filled)
    assert (done.status, "--mend" in done.said) == (1, True)
    assert Done("store", "check", "--mend", "--store", filled).status == 0


def test_search(held):
    assert "sanctions" in Done("store", "search", "sanctions", "--store", held).out
    found = json.loads(Done("store", "search", "sanctions", "--most", "3", "--json", "--store", held).out)
    assert len(found["events"]) == 3
    assert Done("store", "search", "sanctions", "--most", "0", "--store", held).status == 2


@pytest.mark.parametrize(
    "format", ["jsonl", "plover", "csv", "parquet", "gdelt", "icews", "polecat", "phoenix", "gexf"]
)
def test_export(held, tmp_path, format):
    out = tmp_path / f"out.{format}"
    chosen = () if format == "jsonl" else ("--actor", "PRK", "--from", "2013-03-01", "--until", "2013-03-31")
    done = Done("store", "export", "--format", format, "-o", out, *chosen, "--store", held)
    assert (done.status, done.said) == (0, "")
    found = out.read_bytes()
    if format == "jsonl":
        assert len(lines(found.decode())) > 30
    elif format == "plover":
        assert all("PRK" in json.dumps(line["actor"]) for line in lines(found.decode()))
    elif format == "gexf":
        assert ElementTree.fromstring(found).tag.endswith("gexf")
    elif format == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
        assert parquet.read_table(out).num_rows > 5
    elif format == "csv":
        rows = list(csv.DictReader(found.decode().splitlines()))
        assert {row["date_first"][:7] for row in rows} <= {"2013-03", "2013-02", "2013-01"}
        assert all(row["actor"].startswith("PRK") or "PRK" in row["actor"] for row in rows)
    else:
        assert b"PRK" in found or b"North Korea" in found


def test_export_and_load_are_each_other_undone(filled, tmp_path, ontology):
    out = tmp_path / "codings.jsonl"
    assert Done("store", "export", "-o", out, "--store", filled).status == 0
    again = tmp_path / "again.db"
    done = Done("store", "load", out, "--store", again)
    assert done.status == 0
    assert re.search(r"[3-9]\d new codings, 0 not read", done.said)
    with open_store(filled) as one, open_store(again) as other:
        assert contents(one) == contents(other)
    assert "0 new codings" in Done("store", "load", out, "--store", again).said


@pytest.mark.parametrize("name", ["gdelt.tsv", "icews.tab", "polecat.txt", "phoenix.txt"])
def test_load_other_data_sets(where, name):
    first = Done("store", "load", FILES / name, "--store", where)
    assert re.search(r"[1-9]\d* new records", first.said)
    assert "0 new records" in Done("store", "load", FILES / name, "--store", where).said
    with open_store(where) as store:
        assert contents(store)["events"] == []
        assert len(contents(store)["imported"]) > 0


def test_load_says_what_it_cannot_read(where, tmp_path, ontology):
    file = tmp_path / "codings.jsonl"
    good = encode(coded("one"), ontology).decode()
    twice = encode(coded("two", *coded("one", published=None).events, published=None), ontology).decode()
    file.write_text("\n".join([good, "{", '{"a": 1}', "", good.replace('"quad":3', '"quad":1'), twice]))
    done = Done("store", "load", file, "--store", where)
    assert done.status == 1
    said = done.said.splitlines()
    assert [line.split(": ")[0].rpartition(":")[2] for line in said[:3]] == ["2", "3", "5"]
    assert "1 new codings" in said[-1] or "2 new codings" in said[-1]
    with open_store(where) as store:
        assert list(check(store)) == []


@pytest.mark.parametrize(
    "text",
    ["This is no data set.\n" * 9, "\t".join("abc") + "\n", "", "\x00\x01PK\x03\x04"],
    ids=["prose", "columns", "empty", "binary"],
)
def test_a_file_of_the_wrong_format_leaves_nothing(where, tmp_path, text):
    file = tmp_path / "wrong.tab"
    file.write_text(text)
    done = Done("store", "load", file, "--store", where)
    assert done.status in {1, 4}
    assert str(file) in done.said
    with open_store(where) as store:
        assert contents(store)["imported"] == []


def test_shifted_columns_are_told_by_line(where, tmp_path):
    """A row that has lost a column is not read into the wrong ones."""
    rows = (FILES / "gdelt.tsv").read_text(encoding="utf-8").splitlines()
    shifted = "\t".join(rows[1].split("\t")[1:])
    file = tmp_path / "shifted.tsv"
    file.write_text("\n".join([rows[0], shifted, *rows[2:]]) + "\n", encoding="utf-8")
    done = Done("store", "load", file, "--store", where)
    assert done.status == 1
    assert f"{file}:2" in done.said
    with open_store(where) as store:
        assert len(contents(store)["imported"]) == len(rows) - 1


def test_ledger(filled, tmp_path, rules):
    every = lines(Done("ledger", "--json", "--store", filled).out)
    with open_store(filled) as store:
        assert {one["id"] for one in every} == set(accounts_in(store, rules))
    north = lines(Done("ledger", "--by", "North Korea", "--json", "--store", filled).out)
    assert 0 < len(north) < len(every)
    assert all(any(code.startswith("PRK") for code in one["by"]) for one in north)
    assert "standing" in Done("ledger", "--store", filled).out
    id = north[0]["id"]
    decided = Done(
        "ledger",
        "--id",
        id,
        "--decide",
        "kept",
        "--reason",
        "seen",
        "--decided-by",
        "A. Person",
        "--on",
        "2013-07-01",
        "--store",
        filled,
    )
    assert (decided.status, "A. Person" in decided.out) == (0, True)
    (one,) = lines(Done("ledger", "--id", id, "--json", "--store", filled).out)
    assert one["standing"] == "kept"
    assert Done("ledger", "--id", id, "--decide", "kept", "--store", filled).status == 2
    assert Done("ledger", "--id", "none", "--store", filled).status != 0


def test_dyad(held):
    done = Done("dyad", "North Korea", "KOR", "--store", held)
    assert (done.status, "PRK to KOR" in done.out) == (0, True)
    found = json.loads(
        Done("dyad", "PRK", "KOR", "--every", "week", "--from", "2013-03-01", "--json", "--store", held).out
    )
    assert (found["one"], found["other"], found["every"]) == ("PRK", "KOR", "week")
    assert sum(side["reports"][quad] for side in found["sides"] for quad in side["reports"]) > 0
    assert all(step["first"] >= "2013-02-23" for step in found["steps"])
    assert Done("dyad", "PRK", "North Korea", "--store", held).status == 2
    assert "Ruritania" in Done("dyad", "PRK", "Ruritania", "--store", held).said


@pytest.mark.parametrize("unit", ["dyad", "country"])
@pytest.mark.parametrize("every", ["day", "month"])
def test_panel(held, tmp_path, unit, every):
    out = tmp_path / "panel.csv"
    options = ("--unit", unit, "--every", every, "--from", "2013-03-01", "--until", "2013-04-30", "--store", held)
    assert Done("panel", "-o", out, *options).status == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    assert Done("panel", "-o", tmp_path / "panel.parquet", *options).status == 0
    table = parquet.read_table(tmp_path / "panel.parquet")
    assert table.num_rows == len(rows) > 0
    assert table.column_names == list(rows[0])
    for name in ("events", "reports"):
        column = next((one for one in table.column_names if one == name or one.startswith(name)), None)
        assert column is not None
        assert sum(float(row[column]) for row in rows) == pytest.approx(sum(table[column].to_pylist()))
        assert sum(float(row[column]) for row in rows) > 0


@pytest.mark.parametrize("command", [("dyad", "PRK", "KOR"), ("ledger", "--by", "PRK")], ids=["dyad", "ledger"])
def test_pictures_are_what_they_say(held, tmp_path, command):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    for ending in ("svg", "png"):
        done = Done(*command, "--picture", tmp_path / f"picture.{ending}", "--store", held)
        assert done.status == 0, done.said
        assert f"picture.{ending}: " in done.said
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert ElementTree.parse(tmp_path / "picture.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert Done(*command, "--picture", tmp_path / "picture.txt", "--store", held).status != 0


def test_correcting_and_coding_anew(where, coder, ontology):
    text = REPORTS[0]["text"]
    coding = coder.code(report(REPORTS[0]))
    with open_store(where) as store:
        save(store, coding, ontology, words=text)
    trigger = coding.events[0].trigger
    place = f"{trigger.start}:{trigger.end}"
    told = ("--reason", "it was Seoul", "--by", "A. Person", "--store", where)
    assert Done("store", "correct", "one", place, "--recipient", "KOR", *told).status == 0
    assert Done("store", "correct", "one", "nowhere", *told).status == 2
    assert Done("store", "correct", "one", place, "--type", "quarrel", *told).status == 2
    done = Done("store", "recode", "--all", "--store", where)
    assert (done.status, "0 changed" in done.said) == (0, True)
    with open_store(where) as store:
        assert any('"KOR"' in telling for telling in contents(store)["tellings"])


def report(fields):
    day = datetime.date.fromisoformat(fields["published"])
    return Article(id=fields["id"], text=fields["text"], published=day, language="en")


def test_backup(filled, kind, tmp_path):
    done = Done("store", "backup", tmp_path / "copy.db", "--store", filled)
    assert done.status == (0 if kind == "sqlite" else 5)
    assert (tmp_path / "copy.db").exists() == (kind == "sqlite")


COMMANDS = [
    ("store", "info"),
    ("store", "info", "--migrate"),
    ("store", "check"),
    ("store", "check", "--mend"),
    ("store", "search", "words"),
    ("store", "export"),
    ("store", "backup", "copy.db"),
    ("store", "forget", "one"),
    ("store", "recode"),
    ("store", "correct", "one", "0:5", "--wrong", "--reason", "r", "--by", "b"),
    ("ledger",),
    ("dyad", "PRK", "KOR"),
    ("party", "PRK"),
    ("panel",),
    ("store", "imported"),
    ("store", "stories"),
    ("store", "event", "a"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_there_is_exit_status_5(tmp_path, monkeypatch, command):
    """And no command but `code` and `load` makes a store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DRAGOMAN_STORE", raising=False)
    done = Done(*command)
    assert (done.status, done.said.count("\n")) == (5, 0)
    assert "dragoman code --store" in done.said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [("code", "-", "--rules-only"), *COMMANDS, ("store", "load", "x.jsonl")], ids=" ".join
)
def test_a_newer_store_is_exit_status_5(tmp_path, command):
    file = tmp_path / "store.db"
    with open_store(file) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    done = Done(*command, "--store", file, input=SENTENCE)
    assert (done.status, "pdate" in done.said) == (5, True)


def test_errors_are_one_line_without_a_traceback(tmp_path):
    (tmp_path / "text.db").write_text("no store at all " * 99)
    command = [sys.executable, "-m", "dragoman", "store", "info", "--store", str(tmp_path / "text.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (5, "", 1)
    assert done.stderr.startswith("dragoman: ")
