"""Reports that end their process, break their caps or raise: left out with the reason, and the others are coded."""

import functools
import json

import msgspec
import pytest

from dragoman.errors import ModelError
from dragoman.scale import folders
from dragoman.scale.hands import Hand
from dragoman.scale.local import code_locally
from dragoman.scale.shards import Caps, Making
from tests.scale.killing import Killer, flaws, kill_driver
from tests.scale.made import CAPS, expected, hows, in_work, job, records, report, run, write_lines

SHORT, SMALL = Caps(seconds=1, megabytes=2_000), Caps(seconds=100, megabytes=300)
# What a report does, with which bounds, and how that is told.
POISON = {
    "KILL": (CAPS, "coding it ended the process twice; it is left out"),
    "CRASH": (CAPS, "coding it ended the process twice; it is left out"),
    "LEAVE": (CAPS, "coding it ended the process twice; it is left out"),
    "RAISE": (CAPS, "coding it raised IndexError: a report that nobody has thought of; it is left out"),
    "HANG": (SHORT, "coding it took more than 1 seconds; it is left out"),
    "STICK": (SHORT, "coding it ended the process twice; it is left out"),
    "GROW": (SMALL, "coding it needed more than 300 MB; it is left out"),
}
CAUSES = {
    "KILL": "signal 9 (SIGKILL)",
    "CRASH": "signal 11 (SIGSEGV)",
    "LEAVE": "exit status 7",
    "STICK": "exit status 1",
}


def errors(lines):
    return [json.loads(line) for line in lines if b'"error"' in line]


@pytest.mark.parametrize("deed", POISON)
def test_a_poison_report_ends_in_quarantine(tmp_path, deed):
    out, (caps, reason) = tmp_path / "out", POISON[deed]
    healthy = [report(number) for number in range(20)]
    file = write_lines(tmp_path / "reports.jsonl", [*healthy[:9], report(99, f"Beware: CODING {deed}"), *healthy[9:]])
    run(out, file, size=64, workers=1, caps=caps)
    (failed,) = errors(records(out))
    assert failed["article"]["id"] == "report-99"
    assert failed["error"] == {"kind": "quarantine", "message": reason, "where": f"{file}:10"}
    assert [line for line in records(out) if b'"error"' not in line] == expected(
        write_lines(tmp_path / "healthy.jsonl", healthy)
    )
    (line,) = folders.read_manifest(out).values()
    (kept,) = line.quarantined
    assert kept.article == "report-99"
    assert kept.causes == (CAUSES[deed],) * 2 if deed in CAUSES else kept.causes == ()
    assert in_work(out) == []


def test_several_poison_reports_of_one_shard_are_each_found(tmp_path):
    out = tmp_path / "out"
    made = [report(number) for number in range(40)]
    made[3], made[4], made[30] = (
        report(n, f"Beware {n}: CODING {deed}") for n, deed in ((3, "KILL"), (4, "RAISE"), (30, "LEAVE"))
    )
    run(out, write_lines(tmp_path / "reports.jsonl", made), size=64, workers=1)
    assert [one["article"]["id"] for one in errors(records(out))] == ["report-3", "report-30", "report-4"]
    assert len(records(out)) == 40


@pytest.mark.parametrize("deed", ["KILL", "RAISE"])
def test_a_file_whose_reading_is_its_readers_death_is_left(tmp_path, deed):
    out, folder = tmp_path / "out", tmp_path / "texts"
    folder.mkdir()
    for number in range(12):
        words = f"READING {deed} 7" if number == 7 else f"Report {number}: North Korea condemned Japan."
        (folder / f"{number:02}.txt").write_text(words)
    run(out, folder, size=64, workers=1)
    (failed,) = errors(records(out))
    reason = "ended the process twice" if deed == "KILL" else "raised IndexError: a report that nobody has thought of"
    assert failed["error"]["message"] == f"reading it {reason}; what follows there is left out"
    assert failed["error"]["where"] == f"{folder}/07.txt"
    (folder / "07.txt").unlink()
    assert [line for line in records(out) if b'"error"' not in line] == expected(folder)


def test_a_coder_that_cannot_be_loaded_ends_the_run(tmp_path, lines):
    wanted = job(tmp_path / "out")
    for factory, kind in (
        ("tests.scale.standin:nobody", ModelError),
        ("tests.scale.standin:loading_dies", ModelError),
    ):
        dying = msgspec.structs.replace(wanted, making=Making(factory=factory))
        with pytest.raises(kind):
            run(tmp_path / "out", lines, workers=1, engine=lambda tasks, made=dying: made_by(tasks, made))


def made_by(tasks, wanted):
    return code_locally(
        (msgspec.structs.replace(task, job=wanted) for task in tasks), 1, lambda reports: None, start="forkserver"
    )


def test_killed_processes_are_replaced_and_nothing_is_lost(tmp_path):
    out = tmp_path / "out"
    file = write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(300)])
    with Killer(out, 8) as killer:
        run(out, file, size=16, pause=0.01, workers=2)
    assert len(killer.killed) > 1
    assert flaws(out, expected(file), file, size=16) == []


@pytest.mark.parametrize("wait", [0.5])
def test_a_run_that_is_killed_is_taken_up_where_it_ended(tmp_path, wait):
    out = tmp_path / "out"
    file = write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(300)])
    kill_driver(out, file, wait)
    done = hows(run(out, file, size=16))
    assert done["coded"] > 0
    assert done["there"] + done.get("found", 0) > 0
    assert flaws(out, expected(file), file, size=16) == []


def test_a_run_that_is_interrupted_leaves_nothing_that_counts(tmp_path):
    out = tmp_path / "out"
    file = write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(60)])
    with pytest.raises(KeyboardInterrupt):
        run(out, file, size=8, pause=0.005, workers=2, told=functools.partial(interrupt, []))
    assert set(records(out)) < set(expected(file))
    run(out, file, size=8)
    assert records(out) == expected(file)


def interrupt(heard, reports):
    heard.append(reports)
    if sum(heard) == 30:
        raise KeyboardInterrupt


def test_a_hand_tells_of_deaths(tmp_path):
    side = tmp_path / "shard.hand"
    first = Hand(side)
    first.take("0:0", 16, "reading")
    first.take("0:16", 16, "reading")
    second = Hand(side)
    assert (second.count("0:0", 16), second.count("0:16", 16)) == (16, 1)
    assert not second.deaths("0:16", "coding")
    for number in range(16, 20):
        assert second.count(f"0:{number}", 16) == 1
        second.take(f"0:{number}", 1, "reading")
        second.take(f"0:{number}", 1, "coding")
    third = Hand(side)
    assert len(third.deaths("0:19", "coding")) == 1
    assert not third.deaths("0:19", "reading")
    third.close()
    assert not side.exists()


def test_a_side_file_with_half_a_line_is_read(tmp_path):
    side = tmp_path / "shard.hand"
    Hand(side).take("0:0", 16, "reading")
    with open(side, "ab") as file:
        file.write(b'{"at": "0:1')
    assert Hand(side).count("0:0", 16) == 1


def test_deaths_with_nothing_in_hand_are_counted_in_succession(tmp_path):
    side = tmp_path / "shard.hand"
    assert [Hand(side).idle for _ in range(3)] == [0, 1, 2]
    Hand(side).take("0:0", 16, "reading")
    assert Hand(side).idle == 0
