"""The command line as a person meets it: exit codes, streams, formats, bad input."""

import csv
import json
import signal
import subprocess
import sys
import time

import pytest

SAMPLE = "France condemned the Russian attack on Odesa on Tuesday."


def dragoman(*arguments, stdin="", cwd=None):
    command = [sys.executable, "-m", "dragoman", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, check=False)


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_text_on_standard_input():
    done = dragoman("code", "-", "--published", "2022-07-26", stdin=SAMPLE)
    (coding,) = lines_of(done)
    (event,) = coding["events"]
    assert done.returncode == 0
    assert (event["type"], event["quad"], event["score"], event["cameo"][:2]) == ("ACCUSE", 3, -2.0, "11")
    assert event["date"] == {
        "first": "2022-07-26",
        "last": "2022-07-26",
        "text": "on Tuesday",
        "start": 45,
        "end": 55,
    } or (event["date"]["text"] == "Tuesday" and event["date"]["first"] == "2022-07-26")


def test_keys_are_those_of_the_contract():
    done = dragoman("code", "-", "--published", "2022-07-26", stdin=SAMPLE)
    (coding,) = lines_of(done)
    assert list(coding) == ["article", "coder", "warnings", "events", "quotes", "dates", "commitments"]
    head = ["id", "title", "url", "publisher", "published", "published_from", "language"]
    assert list(coding["article"]) == head
    assert list(coding["coder"]) == ["version", "rules", "model"]
    event = "id type mode context actor recipient status date quad score cameo reported_by confidence trigger sentence also rule"
    assert list(coding["events"][0]) == event.split()
    assert list(coding["events"][0]["actor"][0]) == [
        "text",
        "start",
        "end",
        "code",
        "country",
        "sector",
        "name",
        "wikidata",
    ]
    assert list(coding["dates"][0]) == ["text", "start", "end", "type", "value", "first", "last"]


BAD_LINES = [
    '{"id": "good-1", "text": "Iran thanked Oman.", "published": "2020-01-02"}',
    '{"id": "half", "text": "Iran th',
    '{"id": "empty", "text": "  ", "published": "2020-01-02"}',
    '{"id": "no-date", "text": "Iran thanked Oman."}',
    '{"id": "wrong-date", "text": "Iran thanked Oman.", "published": "2020-31-31"}',
    '{"id": "future", "text": "Iran thanked Oman.", "published": "2999-01-01"}',
    '{"text": "Iran thanked Qatar.", "published": "2020-01-02"}',
    '{"id": "good-1", "text": "Iran thanked Oman.", "published": "2020-01-02"}',
    '{"id": "german", "published": "2020-01-02", "text": "Die Bundesregierung hat den Angriff auf das Schiff scharf verurteilt und fordert eine Untersuchung der Vereinten Nationen."}',
    '{"id": "binary", "published": "2020-01-02", "text": "\\u0000\\u0001\\u0002PK"}',
    '{"id": "good-2", "text": "Iran thanked Oman.", "published": "2020-01-02T23:59:00-11:00", "unknown": 1, "url": null}',
]  # fmt: skip


def test_each_bad_line_gets_its_error_and_the_rest_is_coded(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(BAD_LINES), encoding="utf-8")
    done = dragoman("code", path)
    answers = lines_of(done)
    assert done.returncode == 1
    assert len(answers) == len(BAD_LINES)
    kinds = [answer["error"]["kind"] if "error" in answer else "coded" for answer in answers]
    assert kinds == [
        "coded", "json", "empty", "coded", "date", "coded", "coded", "duplicate", "language", "binary", "coded",
    ]  # fmt: skip
    for number, answer in enumerate(answers, 1):
        assert set(answer["article"]) >= {"id", "title", "url", "publisher", "published", "published_from", "language"}
        if "error" in answer:
            assert answer["error"]["where"] == f"{path}:{number}"
    warned = {
        answer["article"]["id"]: [w["kind"] for w in answer["warnings"]] for answer in answers if "events" in answer
    }
    assert warned["no-date"] == ["no-date"]
    assert warned["future"] == ["future-date"]
    assert answers[-1]["article"]["published"] == "2020-01-02"


def test_other_languages_are_skipped_on_request():
    done = dragoman("code", "-", "--language", "en", stdin="\n".join([BAD_LINES[0], BAD_LINES[8]]))
    assert done.returncode == 0
    assert [answer["article"]["id"] for answer in lines_of(done)] == ["good-1"]
    assert "1 in other languages skipped" in done.stderr


def test_csv_has_a_row_an_event_and_defuses_formulas(tmp_path):
    report = {"id": "=1+1", "text": SAMPLE, "published": "2022-07-26", "title": "@SUM(A1)"}
    out = tmp_path / "out.csv"
    done = dragoman("code", "-", "-o", out, stdin=json.dumps(report))
    (row,) = csv.DictReader(out.open(encoding="utf-8"))
    assert done.returncode == 0
    assert row["article"] == "'=1+1"
    assert row["title"] == "'@SUM(A1)"
    assert (row["type"], row["actor"], row["recipient"], row["date_from"]) == ("ACCUSE", "FRA", "RUS", "text")


def test_parquet_holds_the_same_rows(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    out = tmp_path / "out.parquet"
    assert dragoman("code", "-", "-o", out, "--published", "2022-07-26", stdin=SAMPLE).returncode == 0
    (row,) = parquet.read_table(out).to_pylist()
    assert (row["type"], row["actor"], row["recipient"], row["quad"]) == ("ACCUSE", "FRA", "RUS", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_table_shows_who_did_what():
    done = dragoman("code", "-", "--format", "table", "--published", "2022-07-26", stdin=SAMPLE)
    assert "FRA" in done.stdout
    assert "ACCUSE:disapprove" in done.stdout


def test_web_page_without_its_boxes(tmp_path):
    page = """<html><head><title>Chad thanks Sudan</title><meta property="og:site_name" content="Sample Desk">
    <meta property="article:published_time" content="2020-05-04T10:00:00Z"></head><body><nav><a href="/">Home</a></nav>
    <article><h1>Chad thanks Sudan</h1><p>Chad on Monday thanked Sudan for freeing twelve of its soldiers, who had been
    held since March in a camp near the border between the two countries.</p><p>The foreign minister of Chad said the
    release would help both states to reopen the road that links their markets, closed for most of the year.</p>
    </article><form><p>Iran attacked Iraq. Sign up to our newsletter!</p></form></body></html>"""
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    (coding,) = lines_of(dragoman("code", path))
    assert (coding["article"]["published"], coding["article"]["published_from"]) == ("2020-05-04", "page")
    assert coding["article"]["publisher"] == "Sample Desk"
    assert "ASSAULT" not in {event["type"] for event in coding["events"]}
    assert "SUPPORT" in {event["type"] for event in coding["events"]}


def test_nothing_to_open_is_exit_status_4(tmp_path):
    done = dragoman("code", tmp_path / "missing.txt")
    assert done.returncode == 4
    assert "error" in lines_of(done)[0]


@pytest.mark.parametrize(
    "arguments", [["code"], ["code", "-", "--published", "soon"], ["code", "-", "--format", "xml"], ["nonsense"]]
)
def test_wrong_usage_is_exit_status_2(arguments):
    assert dragoman(*arguments).returncode == 2


def test_wrong_rules_are_exit_status_3(tmp_path):
    folder = tmp_path / "patterns"
    folder.mkdir()
    (folder / "accuse.toml").write_text('[[pattern]]\nname = "bare"\nverbs = ["scold"]\nexamples = []\nunlike = []\n')
    done = dragoman("code", "-", "--rules", tmp_path, stdin=SAMPLE)
    assert done.returncode == 3
    assert "bare" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_model_is_exit_status_3():
    done = dragoman("code", "-", "--model", "no_such_model", stdin=SAMPLE)
    assert done.returncode == 3
    assert "no_such_model" in done.stderr


def test_unwritable_output_is_said():
    done = dragoman("code", "-", "-o", "/no/such/folder/out.jsonl", stdin=SAMPLE)
    assert done.returncode == 1
    assert "/no/such/folder/out.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_closed_pipe_ends_quietly(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text(
        "".join(json.dumps({"id": str(n), "text": SAMPLE, "published": "2022-07-26"}) + "\n" for n in range(300))
    )
    command = f"{sys.executable} -m dragoman code {path} -q | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["article"]["id"] == "0"
    assert done.stderr == ""


def test_interrupt_ends_quietly():
    command = [sys.executable, "-m", "dragoman", "code", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in stderr


def test_a_megabyte_in_one_line():
    text = "Iran accused Israel of a raid on Monday. " * 2_000
    line = json.dumps({"id": "long", "text": text, "published": "2020-01-02"})
    done = dragoman("code", "-", "--rules-only", stdin=line)
    (coding,) = lines_of(done)
    assert done.returncode == 0
    assert coding["events"][0]["type"] == "ACCUSE"


def test_entity():
    questions = [{"id": 1, "phrase": "the French foreign minister", "on": None}, {"id": "b", "phrase": "Washington"}]
    done = dragoman("entity", stdin="\n".join(map(json.dumps, questions)) + "\nnonsense\n")
    first, second, third = lines_of(done)
    assert first == {"id": 1, "code": "FRAGOV", "country": "FRA", "sector": "GOV", "name": "French foreign minister"}
    assert second["code"] == "USAGOV"
    assert third["error"]["where"] == "-:3"
    assert done.returncode == 1


def test_status():
    questions = [
        {"id": 1, "sentence": "Iran did not attack Iraq.", "event": {"start": 13, "end": 19}},
        {"id": "b", "sentence": "Iran plans to visit Iraq.", "event": {"start": 14, "end": 19}},
        {"id": 3, "sentence": "Iran.", "event": {"start": 99, "end": 100}},
    ]
    done = dragoman("status", stdin="\n".join(map(json.dumps, questions)) + "\nnonsense\n")
    first, second, third, fourth = lines_of(done)
    assert (first["id"], first["status"]) == (1, "negated")
    assert first["factuality"] < 0 < second["factuality"] < 3
    assert second["status"] == "planned"
    assert (third["id"], third["error"]["kind"]) == (3, "event")
    assert fourth["error"]["where"] == "-:4"
    assert done.returncode == 1


def test_explain_names_the_rule():
    done = dragoman("rules", "explain", "Kyiv accused Moscow of shelling Odesa, said Bogdan Unknownov.")
    assert "fired   ACCUSE/" in done.stdout
    assert "UKRGOV -> RUSGOV" in done.stdout
    assert "Unknownov" in done.stdout


def test_unknown_lists_names_and_verbs_by_frequency():
    text = "Zorbia met Iran on Monday. Zorbia frobnicated Iran. Iran frobnicated Iraq in Zorbia."
    done = dragoman("rules", "unknown", "-", stdin=text)
    head, *rows = (line.split("\t") for line in done.stdout.splitlines())
    assert head == ["kind", "form", "count", "example"]
    assert ["name", "Zorbia", "3", "Zorbia met Iran on Monday."] in rows
    assert ("verb", "frobnicate", "2") in {tuple(row[:3]) for row in rows}
    assert not any(row[1] == "Monday" for row in rows)
    assert [row[0] for row in rows] == ["name", "verb"]
    verbs = dragoman("rules", "unknown", "-", "--kind", "verb", "--top", "1", stdin=text).stdout.splitlines()
    assert [line.split("\t")[0] for line in verbs] == ["kind", "verb"]
    assert dragoman("rules", "unknown", "nowhere.txt").returncode == 4


def test_doctor_finds_everything():
    done = dragoman("doctor")
    assert done.returncode == 0
    assert "unofficial" in done.stdout


def test_version_and_help():
    assert dragoman("--version").stdout.startswith("dragoman 0.")
    assert "code" in dragoman("--help").stdout


def test_overlay_adds_a_pattern_and_a_name(tmp_path):
    (tmp_path / "patterns").mkdir()
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "patterns" / "accuse.toml").write_text(
        '[[pattern]]\nname = "scowl"\nverbs = ["scowl"]\nrecipient = ["at"]\nexamples = ["[Ruritania] scowled at {Iran}."]\n'
        'unlike = ["The nurse scowled at the child."]\n'
    )
    table = "code\tname\taliases\tadjectives\tpeople\tcapital\tseats\tplaces\nRUR\tRuritania\t\tRuritanian\t\tStrelsau\t\t\n"
    (tmp_path / "lexicon" / "countries.tsv").write_text(table)
    done = dragoman("code", "-", "--rules", tmp_path, stdin="Ruritania scowled at Iran.")
    (event,) = lines_of(done)[0]["events"]
    assert (event["actor"][0]["code"], event["recipient"][0]["code"], event["rule"]) == ("RUR", "IRN", "ACCUSE/scowl")


def test_petrarch_actor_files_are_an_overlay(tmp_path):
    (tmp_path / "lexicon").mkdir()
    content = "# a dictionary\nJANE_SAMPLE_ [FRAGOV 970123-010120] [FRAELI >010120] ; note\n+MINISTER_SAMPLE_\n"
    (tmp_path / "lexicon" / "Sample.actors").write_text(content)
    reports = [
        {"id": "in", "text": "Jane Sample condemned Iran.", "published": "1999-01-01"},
        {"id": "out", "text": "Jane Sample condemned Iran.", "published": "2005-01-01"},
    ]
    done = dragoman("code", "-", "--rules", tmp_path, stdin="\n".join(map(json.dumps, reports)))
    codes = [answer["events"][0]["actor"][0]["code"] for answer in lines_of(done)]
    assert codes == ["FRAGOV", "FRAELI"]
