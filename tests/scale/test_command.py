"""`dragoman code --out`: what may be typed, what is said, and how it ends."""

import msgspec
import pytest

from dragoman.cli import app
from dragoman.commands import shards
from dragoman.errors import InputError
from dragoman.scale.shards import Caps, Options
from tests.scale import standin
from tests.scale.made import report, write_lines

WRONG = {
    "--shard 3/2": "is not I/N",
    "--shard 0/2": "is not I/N",
    "--shard half": "is not I/N",
    "--output x.jsonl": "does not go with --out",
    "--store x.db": "does not go with --out",
    "--format csv": "does not go with --out",
    "--master spark://here:7077": "is for --engine spark",
    "--workers 0": "greater than or equal to 1",
    "--shard-size 0": "greater than or equal to 1",
    "--from 2013-02-01 --until 2013-01-01": "is before",
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_does_not_go_together_is_refused(typed, tmp_path, capsys):
    assert ending(["code", "x.jsonl", "--out", str(tmp_path / "out"), *typed.split()]) == 2
    assert WRONG[typed] in " ".join(capsys.readouterr().err.replace("│", "").split())
    assert not (tmp_path / "out").exists()


FOR_SHARDS = (
    *("--workers 2", "--shard-size 9", "--shard 1/2", "--engine spark", "--master spark://here:7077"),
    *("--most-seconds 9", "--most-megabytes 9"),
)


@pytest.mark.parametrize("typed", FOR_SHARDS)
def test_what_is_for_shards_needs_a_folder(typed, capsys):
    assert ending(["code", "x.jsonl", *typed.split()]) == 2
    told = " ".join(capsys.readouterr().err.replace("│", "").split())
    assert f"{typed.split()[0]}: for shards, so name a folder for them" in told


def ending(command):
    with pytest.raises(SystemExit) as ended:
        app(command)
    return ended.value.code


def request(tmp_path, *inputs, **fields):
    given = {"workers": 1, "size": 4, "share": (1, 1), "engine": "local", "master": None, "quiet": False}
    given |= {"making": standin.making(), "options": Options(), "caps": Caps()}
    return shards.Request(inputs=inputs, out=str(tmp_path / "out"), **given | fields)


def test_a_run_is_summed_up(tmp_path, capsys):
    file = write_lines(tmp_path / "reports.jsonl", [*(report(number) for number in range(9)), "{broken"])
    for said in ("9 reports coded, 12 events, 1 failed, in 3 shards", "in 3 shards, 3 of them there before"):
        assert shards.run(request(tmp_path, file)) == 1
        assert said in capsys.readouterr().err


def test_nothing_that_can_be_opened_is_status_4(tmp_path, capsys):
    assert shards.run(request(tmp_path, str(tmp_path / "nowhere.jsonl"))) == 4
    assert f"{tmp_path}/nowhere.jsonl: cannot be opened or read: no such file" in capsys.readouterr().err


def test_why_reports_failed_is_told_once_and_of_the_first_ones_only(tmp_path, capsys):
    file = write_lines(tmp_path / "reports.jsonl", [report(0), *["{broken"] * (shards.SHOWN + 9)])
    assert shards.run(request(tmp_path, file, size=8)) == 1
    told = capsys.readouterr().err
    assert f"{file}:2: " in told
    assert told.count(f"{file}:") == shards.SHOWN
    shards.run(request(tmp_path, file, size=8))
    assert f"{file}:" not in capsys.readouterr().err


def test_a_share_without_a_shard_is_well(tmp_path, capsys):
    file = write_lines(tmp_path / "reports.jsonl", [report(1)])
    assert shards.run(request(tmp_path, file, share=(2, 3))) == 0
    assert "0 reports coded, 0 events, in 0 shards" in capsys.readouterr().err


@pytest.mark.parametrize(("inside", "is_refused"), [("", True), ("out", True), ("a/out", True), (".out", False)])
def test_shards_among_their_reports_are_refused(tmp_path, monkeypatch, inside, is_refused):
    """The next run would read them as reports, unless they are hidden."""
    folder = tmp_path / "reports"
    folder.mkdir()
    write_lines(folder / "reports.jsonl", [report(1)])
    monkeypatch.chdir(folder)
    asked = request(tmp_path, ".")
    asked = msgspec.structs.replace(asked, out=str(folder / inside))
    if is_refused:
        with pytest.raises(InputError, match="among the reports"):
            shards.run(asked)
        assert [path.name for path in folder.iterdir()] == ["reports.jsonl"]
    else:
        assert [shards.run(asked), shards.run(asked)] == [0, 0]


def test_what_could_not_be_opened_is_tried_again(tmp_path, capsys):
    file = tmp_path / "later.txt"
    assert shards.run(request(tmp_path, str(file))) == 4
    write_lines(tmp_path / "later.txt", ["North Korea condemned Japan."])
    assert shards.run(request(tmp_path, str(file))) == 0
    assert "1 report coded" in capsys.readouterr().err


def test_a_poison_report_is_told_with_its_place(tmp_path, capsys):
    file = write_lines(tmp_path / "reports.jsonl", [report(1), report(2, "Beware: CODING RAISE")])
    assert shards.run(request(tmp_path, file)) == 1
    told = capsys.readouterr().err
    assert f"{file}:2: coding it raised IndexError: a report that nobody has thought of; it is in quarantine" in told
    assert "1 failed, 1 of them in quarantine" in told


def test_reports_that_say_nearly_the_same_are_left_out_in_any_shards(tmp_path, capsys):
    words = "North Korea condemned Japan on Friday, and a spokesman gave several reasons for it in a long statement. "
    made = [report(number, words * 4 + ("He added a word." if number else "")) for number in range(6)]
    file = write_lines(tmp_path / "reports.jsonl", made)
    for size in (2, 6):
        asked = request(tmp_path / str(size), file, size=size, options=Options(skip_near=True))
        assert shards.run(asked) == 0
        assert "1 report coded" in capsys.readouterr().err


def test_standard_input_and_addresses_are_refused(tmp_path):
    for given in ("-", "https://example.org/page.html"):
        with pytest.raises(InputError, match="can be read once only"):
            shards.run(request(tmp_path, given))
