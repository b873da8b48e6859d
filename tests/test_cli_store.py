"""The commands over a small store made by hand: exit codes, periods, streams that break, stores that cannot be written."""

import csv
import datetime
import io
import json
import os
import sqlite3
import subprocess
import sys

import pytest
from rich.console import Console

from dragoman.cli import _exit_code
from dragoman.commands.listing import codes_in, show_events, show_names
from dragoman.commands.streams import opened_output
from dragoman.errors import OutputError
from dragoman.records import Commitment, EventDate, ImportedParty, Span
from dragoman.store import open_store
from dragoman.store.importing import load
from dragoman.store.saving import save
from tests.store.made import DAY, SENTENCE, coded, event
from tests.store.test_commands import FILES, Done, rules_read_once  # noqa: F401
from tests.store.test_importing import record
from tests.store.test_opening import run_as_mortal

MAIN = "from dragoman.cli import main; main()"
DAYS = [DAY, DAY.replace(month=4), DAY.replace(day=30), DAY.replace(year=2014)]


def promise(to="JPN", content="send food"):
    span = Span(text=SENTENCE, start=0, end=len(SENTENCE))
    return Commitment(by="PRK", to=(to,), kind="promise", content=content, evidence=(span,))


def codings():
    for n, day in enumerate(DAYS):
        yield coded(f"r{n}", event(f"e{n}", sentence=f"{SENTENCE} Case {n}."), published=day, publisher="Wire")
    yield coded("joint", event("j", kind="CONSULT", recipient=("USAGOV", "KOR")), published=DAY)
    yield coded("dateless", event("d", kind="AID", recipient=("KOR",)), published=None)
    made = coded("words", event("w", kind="AGREE"), published=DAY.replace(day=20))
    yield type(made)(**{name: getattr(made, name) for name in made.__struct_fields__} | {"commitments": (promise(),)})


@pytest.fixture(scope="module")
def held(tmp_path_factory, ontology):
    file = tmp_path_factory.mktemp("store") / "store.db"
    joint = (ImportedParty(code="PRKGOV", country="PRK"), ImportedParty(code="KOR"))
    with open_store(file) as store:
        for coding in codings():
            save(store, coding, ontology, words=SENTENCE)
        load(store, [record("a", actor=joint, recipient=(ImportedParty(code="JPN"),)), record("b", source="icews")])
        load(store, [record("c", type="", day=DAY.replace(year=2014), text='=1+1 "x"', score=-5.0)])
    return str(file)


@pytest.fixture(scope="session")
def rules():
    from dragoman.rules import Rules

    return Rules.load()


@pytest.fixture(scope="session")
def ontology(rules):
    return rules.ontology


def answer(*arguments, store):
    done = Done(*arguments, "--json", "--store", store)
    assert done.status == 0, done.said
    return json.loads(done.out)


# What was typed is mended by typing it otherwise: 2; what cannot be opened is an input: 4.
STATUSES = [
    (2, "dyad Ruritania PRK"),
    (2, "dyad PRK PRK"),
    (2, "dyad PRK KOR --from 2013-02-01 --until 2013-01-31"),
    (2, "dyad PRK KOR --picture picture.bmp"),
    (2, "party Ruritania"),
    (2, "party PRK --top 0"),
    (2, "panel --format xml"),
    (2, "panel --format parquet"),
    (2, "panel --among Ruritania"),
    (2, "ledger --by Ruritania"),
    (2, "ledger --id zz"),
    (2, "store event zz"),
    (2, "store event \udcff"),
    (2, "store export --actor ZZZ"),
    (2, "store export --actor ZZZ --format csv"),
    (2, "store export --type NOPE"),
    (2, "store imported --actor ZZZ"),
    (2, "store imported --source other"),
    (2, "store imported -o table.txt"),
    (2, "store correct r0 ²:5 --wrong --reason a --by b"),
    (2, "store correct r0 5:5 --wrong --reason a --by b"),
    (2, "store search \udcff"),
    (2, 'store search "'),
    (2, "panel -o panel.xlsx"),
    (2, "panel --among PRK"),
    (2, "panel --from 2013-02-01 --until 2013-01-31"),
    (2, "party PRK --from 2013-02-01 --until 2013-01-31"),
    (2, "store export --from 2013-02-01 --until 2013-01-31"),
    (2, "store imported --from 2013-02-01 --until 2013-01-31"),
    (2, "store export -o out.xml"),
    (2, "code - -o out.xlsx"),
    (2, "store correct r0 12:21 --reason a --by b"),
    (2, "store correct r0 12:21 --actor XYZ --reason a --by b"),
    (2, "store correct r0 12:21 --actor PRKXYZ --reason a --by b"),
    (1, "dyad PRK RUS --picture picture.svg"),
    (0, "dyad PRK KOR"),
    (0, "party PRK"),
    (4, "store load missing.jsonl"),
    (4, "store load missing.tab missing.jsonl"),
]


@pytest.mark.parametrize(("status", "line"), STATUSES, ids=[ascii(line) for _, line in STATUSES])
def test_exit_statuses(held, tmp_path, monkeypatch, status, line):
    monkeypatch.chdir(tmp_path)
    done = Done(*line.split(), "--store", held)
    assert done.status == status, done.said
    assert bool(done.said) == (status != 0)


@pytest.mark.parametrize(("kind", "status"), [("missing", 3), ("format", 2)])
def test_what_is_not_installed_is_configuration(kind, status):
    assert _exit_code(OutputError("no", kind=kind)) == status


def test_load_goes_on_after_a_bad_file(tmp_path, held):
    good, again = tmp_path / "good.jsonl", tmp_path / "again.db"
    assert Done("store", "export", "-o", good, "--store", held).status == 0
    done = Done("store", "load", tmp_path / "none.jsonl", FILES / "read.json", good, "--store", again)
    assert done.status == 1
    assert "none.jsonl: cannot be read" in done.said
    assert "7 new codings, 0 not read" in done.said
    stories = [json.loads(line) for line in Done("store", "stories", "--json", "--store", again).out.splitlines()]
    assert sum(story["reports"] for story in stories) == 7
    with sqlite3.connect(again) as connection:
        assert connection.execute("SELECT count(*) FROM article WHERE story IS NULL").fetchone() == (0,)


@pytest.mark.parametrize(
    ("options", "reports"),
    [
        ((), ["r0", "r1", "r2", "r3", "joint", "dateless", "words"]),
        (("--actor", "North Korea", "--recipient", "KOR"), ["joint", "dateless"]),
        (("--from", "2013-03-15", "--until", "2013-03-31"), ["r2", "words"]),
        (("--type", "consult"), ["joint"]),
        (("--actor", "JPN"), []),
    ],
)
def test_codings_are_chosen_by_their_events(held, options, reports):
    done = Done("store", "export", *options, "--store", held)
    assert done.status == 0, done.said
    assert [json.loads(line)["article"]["id"] for line in done.out.splitlines()] == reports


def test_a_name_is_as_good_as_a_code(held):
    by_code = Done("store", "export", "--format", "csv", "--actor", "PRK", "--store", held).out
    assert Done("store", "export", "--format", "csv", "--actor", "North Korea", "--store", held).out == by_code
    assert by_code.count("\n") > len(DAYS)


def test_dyad_keeps_to_its_period(held):
    found = answer("dyad", "PRK", "JPN", "--from", "2013-03-15", "--until", "2013-03-31", store=held)
    assert [one["first"] for one in found["latest"]] == ["2013-03-30", "2013-03-20"]
    assert sum(found["sides"][0]["events"].values()) == 2
    assert found["sides"][0]["commitments"]["made"] == 1
    earlier = answer("dyad", "PRK", "JPN", "--until", "2013-03-15", store=held)
    later = answer("dyad", "PRK", "JPN", "--from", "2013-03-21", store=held)
    assert [one["sides"][0]["commitments"]["made"] for one in (earlier, later)] == [0, 0]
    assert [one["id"] for one in earlier["latest"]] == ["e0"]


def test_what_has_no_day_has_none(held):
    undated = {"dateless", "d"}
    found = answer("dyad", "PRK", "KOR", store=held)
    assert [(one["id"], one["first"]) for one in found["latest"] if one["id"] in undated] == [("d", None)]
    assert found["latest"][-1]["id"] == "d"
    assert all(one["id"] != "d" for one in answer("dyad", "PRK", "KOR", "--until", "2014-01-01", store=held)["latest"])
    hits = answer("store", "search", "condemned", store=held)["events"]
    assert {hit["first"] for hit in hits if hit["event"] == "d"} == {None}
    for arguments in (("dyad", "PRK", "KOR"), ("store", "search", "condemned")):
        assert "0001-" not in Done(*arguments, "--store", held).out


def test_dyad_shows_the_records_of_others_beside_its_own(held):
    found = answer("dyad", "PRK", "KOR", store=held)
    assert [
        (one["source"], one["actor"], one["records"]["verbal_conflict"], one["untyped"]) for one in found["imported"]
    ] == [
        ("gdelt", "PRK", 0, 1),
        ("icews", "PRK", 1, 0),
    ]
    assert answer("dyad", "JPN", "PRK", store=held)["imported"][0]["actor"] == "PRK"
    assert answer("dyad", "PRK", "JPN", "--until", "2013-03-07", store=held)["imported"] == []
    shown = Done("dyad", "PRK", "KOR", "--store", held).out
    assert "icews: PRK to KOR" in shown
    assert "records" not in Done("dyad", "CHN", "KOR", "--store", held).out


def test_party(held):
    found = answer("party", "North Korea", store=held)
    assert (found["party"], found["all"]["recipient"]) == ("PRK", "")
    assert [side["recipient"] for side in found["partners"]] == ["JPN", "KOR", "USA"]
    # in all, what is done to two at once is one event; what has no day is in no period
    assert sum(found["all"]["events"].values()) == len(DAYS) + 2
    assert sum(sum(side["events"].values()) for side in found["partners"]) == len(DAYS) + 3
    assert [side["commitments"]["made"] for side in (found["all"], *found["partners"])] == [1, 1, 0, 0]
    assert [step["first"] for step in found["steps"]] == ["2013-03-01", "2013-04-01", "2014-03-01"]
    one = answer("party", "PRK", "--top", "1", "--until", "2013-03-15", "--every", "day", store=held)
    assert [side["recipient"] for side in one["partners"]] == ["JPN"]
    assert [step["first"] for step in one["steps"]] == ["2013-03-08"]
    assert "PRK to all" in Done("party", "PRK", "--store", held).out


def test_party_as_a_picture(held, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    picture = tmp_path / "party.svg"
    assert Done("party", "PRK", "--picture", picture, "--store", held).status == 0
    assert "PRK to all" in picture.read_text(encoding="utf-8")
    assert "nothing to draw" in Done("party", "CHN", "--picture", picture, "--store", held).said


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["a", "b", "c"]),
        (("--actor", "KOR"), ["a"]),
        (("--recipient", "JPN"), ["a"]),
        (("--actor", "North Korea", "--recipient", "UN"), ["b", "c"]),
        (("--source", "icews"), ["b"]),
        (("--from", "2013-03-09"), ["c"]),
        (("--until", "2013-03-07"), []),
    ],
)
def test_imported_records(held, options, ids):
    done = Done("store", "imported", *options, "--format", "jsonl", "--store", held)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ids
    rows = list(
        csv.DictReader(Done("store", "imported", *options, "--format", "csv", "--store", held).out.splitlines())
    )
    assert [row["id"] for row in rows] == ids
    assert f"{len(ids)} records" in Done("store", "imported", *options, "--store", held).out


def test_imported_records_as_cells(held, tmp_path):
    out = tmp_path / "records.csv"
    assert Done("store", "imported", "--format", "csv", "-o", out, "--store", held).status == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert (rows[0]["actor"], rows[0]["recipient"], rows[0]["day"]) == ("PRKGOV;KOR", "JPN", "2013-03-08")
    assert (rows[2]["text"], rows[2]["score"], rows[2]["type"]) == ("'=1+1 'x'", "-5.0", "")


def test_a_panel_counts_what_its_rows_say(held, tmp_path):
    out = tmp_path / "panel.csv"
    days = ("--from", "2013-03-10", "--until", "2013-03-12", "--every", "month", "--among", "PRK", "--among", "JPN")
    assert Done("panel", "-o", out, *days, "--store", held).status == 0
    found = {row["actor"]: row for row in csv.DictReader(out.open(encoding="utf-8"))}
    assert (found["PRK"]["first"], found["PRK"]["last"]) == ("2013-03-01", "2013-03-31")
    assert (found["PRK"]["events_all"], found["JPN"]["events_all"]) == ("3", "0")


def test_a_panel_takes_names(held, tmp_path):
    rows = {}
    for names in (("PRK", "JPN"), ("North Korea", "Japan")):
        among = [word for name in names for word in ("--among", name)]
        rows[names] = Done("panel", *among, "--store", held).out
    assert len(set(rows.values())) == 1
    assert ",JPN," in rows["PRK", "JPN"]


@pytest.mark.parametrize(
    ("arguments", "first"),
    [(("panel", "-o", "a.csv"), b"actor,"), (("store", "export", "-o", "b.CSV"), b"article,"),
     (("store", "export", "-o", "c.gexf"), b"<?xml"), (("store", "export", "-o", "d"), b'{"article"')],
)  # fmt: skip
def test_the_ending_says_the_format(held, tmp_path, monkeypatch, arguments, first):
    monkeypatch.chdir(tmp_path)
    assert Done(*arguments, "--store", held).status == 0
    assert (tmp_path / arguments[-1]).read_bytes().startswith(first)


@pytest.fixture(scope="module")
def recalling(tmp_path_factory, ontology):
    """A store with an event that a report of 2013 recalls from 1992."""
    file = tmp_path_factory.mktemp("recalling") / "store.db"
    long_ago = EventDate(
        text="in 1992", start=0, end=0, first=datetime.date(1992, 1, 1), last=datetime.date(1992, 12, 31)
    )
    with open_store(file) as store:
        for n, date in enumerate((None, long_ago)):
            save(store, coded(f"r{n}", event(f"e{n}", date=date), published=DAYS[n]), ontology, words=SENTENCE)
    return str(file)


@pytest.mark.parametrize(
    ("options", "months", "said"),
    [
        ((), ["2013-03-01", "2013-04-01"], True),
        (("--from", "2013-01-15"), ["2013-01-01", "2013-02-01", "2013-03-01", "2013-04-01"], False),
        (("--from", "2013-03-15", "--until", "2013-05-15"), ["2013-03-01", "2013-04-01", "2013-05-01"], False),
        (("--until", "2013-03-15"), ["2013-03-01"], True),
        (("--until", "1992-01-15"), ["1992-01-01"], False),
    ],
)
def test_a_recalled_year_does_not_set_the_time(recalling, options, months, said):
    done = Done("panel", *options, "--unit", "country", "--store", recalling)
    assert done.status == 0
    assert [row["first"] for row in csv.DictReader(done.out.splitlines()) if row["country"] == "PRK"] == months
    assert ("since 1992-01-01" in done.said) == said


@pytest.mark.parametrize("command", ["dyad PRK JPN", "party PRK"])
def test_a_picture_has_the_time_of_the_reports(recalling, tmp_path, command):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    picture = tmp_path / "picture.svg"
    done = Done(*command.split(), "--picture", picture, "--store", recalling)
    assert (done.status, "since 1992-01-01" in done.said, "picture.svg: " in done.said) == (0, True, True)
    wide = Done(*command.split(), "--from", "1992-01-01", "--picture", picture, "--store", recalling)
    assert (wide.status, "left out" in wide.said) == (0, False)


def test_no_rate_of_what_was_chosen_by_its_outcome(held):
    assert "none decided yet" in Done("ledger", "--store", held).out
    done = Done("ledger", "--standing", "pending", "--store", held)
    assert (done.status, "decided yet" in done.out) == (0, False)


def test_uncoded_reports_are_told_once(held, tmp_path):
    file = tmp_path / "reports.jsonl"
    file.write_text('{"id": "a", "text": "Iran condemned Israel."}\n' * 3)
    done = Done("store", "load", file, "--store", tmp_path / "new.db")
    assert (done.status, done.said.count("\n"), f"`dragoman code {file} --store" in done.said) == (1, 1, True)


def test_a_folder_is_no_store(tmp_path):
    for line in ("store info", "ledger", "dyad PRK JPN"):
        done = Done(*line.split(), "--store", tmp_path)
        assert (done.status, "a folder" in done.said) == (5, True)


def test_stories_without_titles_show_their_first_words(held):
    assert SENTENCE in " ".join(Done("store", "stories", "--store", held).out.replace("│", " ").split())


# Narrow terminals

EVENT = {"first": "2013-03-08", "actor": "IGOUNOSCL", "type": "ACCUSE", "mode": "disapprove", "recipient": "PRK",
         "status": "occurred", "reports": 2, "sentence": "The Council condemned\nNorth Korea."}  # fmt: skip


def printed(width, show, *arguments):
    out = io.StringIO()
    show(Console(file=out, width=width), *arguments)
    return out.getvalue()


def test_events_are_two_lines_each_where_it_is_narrow():
    assert printed(80, show_events, [EVENT, EVENT | {"first": None, "reports": 1}]).splitlines() == [
        "2013-03-08 IGOUNOSCL ACCUSE:disapprove PRK occurred (2 reports)",
        "    The Council condemned North Korea.".ljust(80),
        "IGOUNOSCL ACCUSE:disapprove PRK occurred (1 report)",
        "    The Council condemned North Korea.".ljust(80),
    ]
    assert "status" in printed(160, show_events, [EVENT]).splitlines()[0]


def test_codes_of_bodies_are_named(rules):
    codes = codes_in([EVENT, EVENT | {"actor": "PRK;IGOUNOKID"}])
    named = printed(200, show_names, codes, rules)
    assert named == "IGOUNOKID: UNICEF; IGOUNOSCL: United Nations Security Council\n"
    assert printed(80, show_names, {"PRK", "IGOXXX"}, rules) == ""


# Streams


READERS = [
    "store export",
    "store export --format gdelt",
    "store imported --format csv",
    "ledger --json",
    "party PRK",
    "panel",
]


@pytest.mark.parametrize("line", READERS)
def test_a_closed_pipe_ends_quietly(held, line):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "dragoman", *line.split(), "--store", held],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", READERS)
def test_a_full_disk_is_told_in_a_line(held, line):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "dragoman", *line.split(), "--store", held]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "standard output" in done.stderr


def test_a_device_is_written_as_it_is(held):
    done = Done("store", "export", "-o", "/dev/full", "--store", held)
    assert (done.status, "/dev/full: cannot be written" in done.said) == (1, True)


def test_a_failed_export_leaves_what_was_there(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("before")
    out.chmod(0o600)

    def fail():
        with opened_output(str(out)) as file:
            file.write(b"half")
            raise OutputError("stop")

    with pytest.raises(OutputError):
        fail()
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    with opened_output(str(out)) as file:
        file.write(b"after")
    assert (out.read_text(), out.stat().st_mode & 0o777) == ("after", 0o600)


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    link.symlink_to(target)
    with opened_output(str(link)) as file:
        file.write(b"after")
    assert (link.is_symlink(), target.read_text()) == (True, "after")


# Stores that cannot be written


def test_what_cannot_be_written_can_be_read(tmp_path, held, ontology):
    """`ledger`, `dyad` and `party` answer from a read-only store, and say so where it is not up to date."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    file = folder / "store.db"
    assert Done("store", "backup", file, "--store", held).status == 0
    assert Done("ledger", "--store", file).status == 0
    said = {}
    for name in ("current", "stale"):
        folder.chmod(0o555)
        file.chmod(0o444)
        said[name] = [run_as_mortal(MAIN, *line.split(), "--store", file) for line in ("dyad PRK JPN", "party PRK")]
        folder.chmod(0o755)
        file.chmod(0o644)
        with open_store(file) as store:
            save(store, coded("more", event("m"), published=datetime.date(2013, 3, 9)), ontology)
    assert [(done.returncode, done.stderr) for done in said["current"]] == [(0, ""), (0, "")]
    assert [(done.returncode, done.stderr.count("not up to date")) for done in said["stale"]] == [(0, 1), (0, 1)]
    assert all(
        "offers, promises, agreements kept: 1 made, none decided yet" in done.stdout
        for done in (*said["current"], *said["stale"])
    )


def test_a_foreign_database_is_left_as_it_is(tmp_path):
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = file.read_bytes()
    done = Done("ledger", "--store", file)
    assert (done.status, "recipes" in done.said) == (5, True)
    assert file.read_bytes() == before
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
