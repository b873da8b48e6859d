"""Spark, on this machine and on a cluster of two nodes: the records of every other engine, and none lost in a death."""

import functools
import json
import os
import random
import subprocess
import sys

import pytest

from dragoman.scale.spark import code_on_spark
from tests.scale.killing import Killer, flaws
from tests.scale.made import expected, records, report, run, write_lines

clusters = pytest.importorskip("tests.scale.clusters", reason="pyspark is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(clusters.missing()), reason=clusters.missing() or "Java")

POISON = report(503, "Beware: CODING CRASH")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    for name, value in clusters.environment().items():
        monkeypatch.setenv(name, value)


def on(master):
    return functools.partial(code_on_spark, master=master, workers=2, told=lambda reports: None)


def test_the_records_are_those_of_one_stream_though_processes_die(lines, pages, tmp_path):
    """One is killed, and three die of a poison report."""
    out = tmp_path / "out"
    poison = write_lines(tmp_path / "poison.jsonl", [report(number) for number in range(500, 503)] + [POISON])
    with Killer(out, 1, pause=(0.05, 0.1)) as killer:
        run(out, lines, pages, poison, size=6, engine=on("local[2]"), pause=0.02)
    assert len(killer.killed) == 1
    there = records(out)
    (left_out,) = (line for line in there if b"quarantine" in line)
    assert json.loads(left_out)["error"]["message"] == "coding it ended the process twice; it is left out"
    there.remove(left_out)
    healthy = write_lines(tmp_path / "healthy.jsonl", [report(number) for number in range(500, 503)])
    assert there == expected(lines, pages, healthy)


def test_a_cluster_loses_nothing_with_a_node(tmp_path):
    out = tmp_path / "out"
    file = write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(300)])
    with clusters.running(tmp_path) as cluster:
        kill = functools.partial(kill_node, cluster, random.Random(0))
        with Killer(out, 1, pause=(0.5, 1), kill=kill) as killer:
            run(out, file, size=20, engine=on(cluster.url), pause=0.02)
    assert len(killer.killed) == 1
    assert flaws(out, expected(file), file, size=20) == []


def kill_node(cluster, chance, _number):
    cluster.kill_node(chance.randrange(2))


def test_java_that_is_missing_is_told(tmp_path, lines):
    command = [sys.executable, "-m", "tests.scale.driving", tmp_path / "out", lines, "local[2]", "8", "0"]
    done = subprocess.run(
        command, env=os.environ | {"JAVA_HOME": os.fspath(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert "ModelError: Spark does not start" in done.stderr
    assert done.stderr.strip().endswith("it needs Java 17 or later")
