"""The same records in whatever shards, processes and order they are made; and nothing is made twice."""

import datetime
import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from dragoman.errors import OutputError
from dragoman.read.bulk import units
from dragoman.scale import folders, running, work
from dragoman.scale.files import is_as_told
from dragoman.scale.hands import Hand
from dragoman.scale.shards import Done, Line, tasks_of
from dragoman.scale.work import code_shard
from tests.scale.killing import flaws
from tests.scale.made import expected, hows, in_work, job, records, report, run, write_lines

# The stand-in reports are of the day before.
# Of a file of 44 lines and a folder of 22 files they make 6, 10 and 32 shards.
NEXT_DAY = datetime.date(2013, 3, 9)
SIZES = {100: 0, 16: 1, 3: 2}


@pytest.mark.parametrize(("size", "workers"), SIZES.items())
def test_shards_of_any_size_hold_the_records_of_one_stream(lines, pages, tmp_path, size, workers):
    run(tmp_path / "out", lines, pages, size=size, workers=workers)
    assert records(tmp_path / "out") == expected(lines, pages)
    assert in_work(tmp_path / "out") == []


def test_the_zone_of_the_clock_changes_nothing(lines, tmp_path, monkeypatch):
    for zone in ("UTC", "Asia/Seoul"):
        monkeypatch.setenv("TZ", zone)
        run(tmp_path / zone.replace("/", "-"), lines, workers=1)
    assert {path.name for path in (tmp_path / "UTC").glob("*.parquet")} == {
        path.name for path in (tmp_path / "Asia-Seoul").glob("*.parquet")
    }
    for path in (tmp_path / "UTC").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "Asia-Seoul" / path.name).read_bytes()


def test_reports_in_another_order_give_the_same_records(tmp_path):
    made = [report(number) for number in range(40)]
    one = write_lines(tmp_path / "one.jsonl", made)
    other = write_lines(tmp_path / "other.jsonl", made[::3] + made[1::3] + made[2::3])
    run(tmp_path / "out-1", one)
    run(tmp_path / "out-2", other)
    assert records(tmp_path / "out-1") == records(tmp_path / "out-2")


def test_a_second_run_makes_nothing(lines, pages, tmp_path):
    out = tmp_path / "out"
    first = run(out, lines, pages)
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    manifest = (out / "manifest.jsonl").read_bytes()
    again = run(out, lines, pages)
    assert hows(again) == {"there": len(first)}
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")} == before
    assert (out / "manifest.jsonl").read_bytes() == manifest


def spoil(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)


DAMAGES = {
    "a byte is another one": spoil,
    "it is cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "it is empty": lambda path: os.truncate(path, 0),
    "it is gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("manifest", ["with its manifest", "without"])
def test_what_is_damaged_is_made_again_and_the_rest_is_not(lines, tmp_path, manifest):
    out = tmp_path / "out"
    total = len(run(out, lines, size=4))
    files = sorted(out.glob("*.parquet"))
    for path, damage in zip(files, DAMAGES.values(), strict=False):
        damage(path)
    if manifest == "without":
        (out / "manifest.jsonl").unlink()
    again = hows(run(out, lines, size=4))
    assert again.pop("coded") == len(DAMAGES)
    assert again == {"there" if manifest == "with its manifest" else "found": total - len(DAMAGES)}
    assert records(out) == expected(lines)


def test_the_manifest_tells_of_every_file_and_is_made_again_where_it_is_lost(lines, tmp_path):
    out = tmp_path / "out"
    run(out, lines)
    told = folders.read_manifest(out)
    assert {path.stem for path in out.glob("*.parquet")} == set(told)
    assert all(is_as_told(folders.shard_file(out, name), line) for name, line in told.items())
    assert sum(line.coded for line in told.values()) == 40
    assert sum(line.failed for line in told.values()) == 3
    (out / "manifest.jsonl").unlink()
    run(out, lines)
    assert {name: untimed(line) for name, line in folders.read_manifest(out).items()} == {
        name: untimed(line) for name, line in told.items()
    }


def untimed(line):
    return {name: getattr(line, name) for name in Line.__struct_fields__ if name != "seconds"}


def test_half_a_line_of_the_manifest_is_passed_over(lines, tmp_path):
    out = tmp_path / "out"
    total = len(run(out, lines))
    manifest = out / "manifest.jsonl"
    os.truncate(manifest, manifest.stat().st_size - 20)
    assert hows(run(out, lines)) == {"there": total - 1, "found": 1}
    assert hows(run(out, lines)) == {"there": total}


@pytest.mark.parametrize("many", [2, 5])
def test_shares_of_an_array_job_make_the_whole(lines, pages, tmp_path, many):
    out = tmp_path / "out"
    parts = [run(out, lines, pages, share=(number, many)) for number in range(1, many + 1)]
    assert records(out) == expected(lines, pages)
    assert all(hows(part).keys() == {"coded"} for part in parts)
    assert sum(map(len, parts)) == len(list(out.glob("*.parquet")))


def test_a_file_that_grows_keeps_what_is_done_and_doubles_nothing(tmp_path):
    out = tmp_path / "out"
    file = tmp_path / "reports.jsonl"
    write_lines(file, [report(number) for number in range(20)])
    run(out, file, size=8)
    write_lines(file, [report(number) for number in range(30)])
    assert hows(run(out, file, size=8)) == {"there": 2, "coded": 2}
    assert records(out) == expected(file)
    assert len(list((out / "superseded").glob("*.parquet"))) == 1


def test_shards_stand_while_their_input_is_gone(tmp_path):
    out, file = tmp_path / "out", tmp_path / "reports.jsonl"
    write_lines(file, [report(number) for number in range(20)])
    total = len(run(out, file))
    file.rename(tmp_path / "elsewhere.jsonl")
    run(out, file)
    assert len(list(out.glob("*.parquet"))) == total + 1
    (tmp_path / "elsewhere.jsonl").rename(file)
    assert hows(run(out, file)) == {"there": total}
    assert records(out) == expected(file)


@pytest.mark.parametrize("total", [1, 2, 16])
def test_an_input_in_so_many_shards(tmp_path, total):
    file = write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(32)])
    assert len(run(tmp_path / "out", file, size=32 // total)) == total
    assert records(tmp_path / "out") == expected(file)


def test_what_others_clear_away_meanwhile_is_no_trouble(lines, tmp_path, monkeypatch):
    """Parts of an array job that end at once find the same files, and one of them is quicker."""
    out = tmp_path / "out"
    (first, *_) = run(out, lines)
    monkeypatch.setattr(folders.Path, "iterdir", lambda path: iter([path / "run.json.gone", path / "0f.gone.part"]))
    folders.sweep(out, [])
    monkeypatch.setattr(folders.Path, "exists", lambda path: True)
    folders.shard_file(out, first.line.shard).unlink()
    assert folders.supersede(out, [first.line], set(), {first.line.path}) == 0


def test_two_runs_of_the_same_shards_at_once_do_no_harm(lines, tmp_path):
    """As where an engine starts a slow shard a second time elsewhere, or somebody types the same command twice."""
    out = tmp_path / "out"
    folders.prepare(job(out), 3)
    fields = {"size": 3, "workers": 1, "pause": 0.01}
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, out, lines, **fields) for _ in range(2)]
    assert [done.fault for one in runs for done in one.result() if done.fault] == []
    assert flaws(out, expected(lines), lines, size=3) == []


def test_a_shard_that_another_run_has_made_and_swept(tmp_path):
    made = tmp_path / "shard.parquet"
    made.write_bytes(b"made")
    folders.settle(tmp_path / "gone.part", made)
    assert made.read_bytes() == b"made"
    with pytest.raises(OutputError, match="No such file"):
        folders.settle(tmp_path / "gone.part", tmp_path / "other.parquet")


def test_a_full_disk_ends_the_run_and_is_no_fault_of_the_input(lines, tmp_path, monkeypatch):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    monkeypatch.setattr(folders, "aside_file", lambda folder, name: full)
    (tmp_path / "out" / ".work").mkdir(parents=True)
    task = next(tasks_of(job(tmp_path / "out"), units([lines])))
    fault = code_shard(task).fault
    assert (fault.kind, fault.where) == ("output", str(full))
    assert "No space left" in fault.message
    with pytest.raises(OutputError, match="No space left"):
        running._check(Done(how="failed", fault=fault))


def test_an_input_that_can_no_longer_be_read_is_no_fault_of_the_output(lines, tmp_path, monkeypatch):
    def gone(unit, **options):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(work, "read_unit", gone)
    (done,) = run(tmp_path / "out", lines, size=100)
    assert (done.fault.kind, done.fault.where) == ("unreadable", lines)


def test_a_side_file_that_cannot_be_written_is_told(tmp_path):
    hand = Hand(tmp_path / "shard.hand")
    (tmp_path / "shard.hand").unlink()
    (tmp_path / "shard.hand").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        hand.take("0:0", 16, "reading")


def test_other_inputs_can_be_added_to_a_folder(lines, pages, tmp_path):
    out = tmp_path / "out"
    run(out, lines)
    run(out, pages)
    assert records(out) == expected(lines, pages)


@pytest.mark.parametrize("twice", [1, 2])
def test_an_input_that_is_given_twice_is_coded_once(lines, tmp_path, twice):
    run(tmp_path / "out", *[lines] * twice)
    assert records(tmp_path / "out") == expected(lines)


def test_a_folder_holds_what_one_coder_made_with_one_size(lines, tmp_path):
    out = tmp_path / "out"
    run(out, lines, size=8)
    for fields, words in (({"size": 9}, "size: 8, now 9"), ({"language": "en"}, "language: None, now en")):
        with pytest.raises(OutputError, match=words):
            run(out, lines, **{"size": 8} | fields)


@pytest.mark.parametrize(("asked", "counted"), [({"language": "en"}, (1, 0)), ({"since": NEXT_DAY}, (0, 41))])
def test_what_was_not_asked_for_is_counted_and_left_out(lines, tmp_path, asked, counted):
    out = tmp_path / "out"
    run(out, lines, **asked)
    told = folders.read_manifest(out).values()
    assert (sum(line.other_languages for line in told), sum(line.other_days for line in told)) == counted
    kinds = {json.loads(line)["error"]["kind"] for line in records(out) if b'"error"' in line}
    assert kinds == {"empty", "json"}


def test_progress_counts_every_report(lines, tmp_path):
    heard = []
    run(tmp_path / "out", lines, told=heard.append, workers=2)
    assert sum(heard) == 43
