"""The long proof of the shards: `python -m tests.scale.proving [KILLS]` kills what codes at 80 random moments and more.

Processes of this machine, processes of Spark, nodes of a cluster, and the programs that run it all; each time the run
is then brought to its end. The results are added to docs/scale.md.
"""

import contextlib
import datetime
import functools
import os
import random
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress, track

from dragoman.export.lines import encode
from dragoman.records import ArticleHead, Failure, Fault
from dragoman.scale.local import code_locally
from dragoman.scale.spark import code_on_spark
from tests.scale import clusters, standin
from tests.scale.killing import Killer, flaws, kill_driver
from tests.scale.made import expected, report, run, write_lines

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
TABLE = "| day | version | what is killed | kills | reports, shards | unsound |"
# Kills of the whole proof: of processes here, of Spark's processes, of nodes, of programs.
WHOLE = (80, 10, 5, 5)
SIZE = 32


class Proof(NamedTuple):
    """How many kills there were, of what size the runs were, and what was wrong after them."""

    kills: int
    reports: int
    flaws: list


class Input(NamedTuple):
    """A file of reports, seconds that the coder takes for each, and the records that have to come of it."""

    file: str
    reports: int
    pause: float
    records: list


def main():
    share = int(sys.argv[1]) / WHOLE[0] if len(sys.argv) > 1 else 1
    workers, spark, nodes, drivers = (max(1, round(share * kills)) for kills in WHOLE)
    os.environ |= clusters.environment()
    unsound = 0
    for name, proof in (
        ("processes of one machine", lambda: kill_workers(workers)),
        ("the program that runs them, with all of them", lambda: kill_drivers(drivers)),
        ("processes of Spark", lambda: kill_on_spark(spark)),
        ("nodes of a Spark cluster", lambda: kill_nodes(nodes)),
    ):
        began = time.monotonic()
        found = proof()
        print(f"{row(name, found)}  {time.monotonic() - began:.0f} s", *found.flaws, sep="\n")
        unsound += len(found.flaws)
        note(row(name, found))
    sys.exit(bool(unsound))


def made(folder, reports, pause):
    """An input with a poison report in its middle, which has to end in quarantine whatever else is killed."""
    lines, middle = [report(number) for number in range(reports)], reports // 2
    healthy = write_lines(Path(folder) / "healthy.jsonl", lines[:middle] + lines[middle + 1 :])
    lines[middle] = report(middle, "Beware: CODING CRASH")
    file = write_lines(Path(folder) / "reports.jsonl", lines)
    head = ArticleHead(id=f"report-{middle}", published=standin.DAY, published_from="caller", language="en")
    reason = "coding it ended the process twice; it is left out"
    poison = Failure(article=head, error=Fault(kind="quarantine", message=reason, where=f"{file}:{middle + 1}"))
    return Input(file, reports, pause, sorted([*expected(healthy), encode(poison, standin.ontology())]))


def kill_workers(kills, *, each=10):
    """Runs of two processes, one of which is killed every two seconds or so."""
    return _killing(
        kills, each, 2_000, 0.01, (1, 3), lambda told: functools.partial(code_locally, workers=2, told=told)
    )


def kill_on_spark(kills, *, each=5):
    """The same on Spark, whose processes are not ours."""
    return _killing(
        kills,
        each,
        1_000,
        0.01,
        (1, 3),
        lambda told: functools.partial(code_on_spark, master="local[2]", workers=2, told=told),
    )


def _killing(kills, each, reports, pause, wait, engine):
    done, unsound = 0, []
    with tempfile.TemporaryDirectory() as folder, _bar(kills) as told:
        given = made(folder, reports, pause)
        while done < kills:
            out = Path(folder) / f"out-{done}"
            with Killer(out, min(each, kills - done), pause=wait, seed=done) as killer:
                run(out, given.file, size=SIZE, pause=pause, engine=engine(lambda count: None))
            done += len(killer.killed)
            told(len(killer.killed))
            unsound += [f"{done}: {flaw}" for flaw in flaws(out, given.records, given.file, size=SIZE)]
    return Proof(done, reports, unsound)


def kill_drivers(kills):
    """A run is killed with all its processes at a random moment, and another one takes it up."""
    chance, unsound, inside, reports = random.Random(1), [], 0, 1_000
    with tempfile.TemporaryDirectory() as folder:
        given = made(folder, reports, 0.005)
        for number in track(range(kills), description="killing"):
            out = Path(folder) / f"out-{number}"
            inside += kill_driver(out, given.file, chance.uniform(0, 3), size=SIZE, pause=given.pause)
            run(out, given.file, size=SIZE, workers=2)
            unsound += [f"{number}: {flaw}" for flaw in flaws(out, given.records, given.file, size=SIZE)]
    return Proof(inside, reports, unsound)


def kill_nodes(kills):
    """A node of two is killed with all that runs on it, and a new one comes in its place."""
    unsound, reports = [], 1_000
    with tempfile.TemporaryDirectory() as folder, clusters.running(Path(folder)) as cluster:
        given = made(folder, reports, 0.02)
        kill = functools.partial(replace_node, cluster, random.Random(2))
        engine = functools.partial(code_on_spark, master=cluster.url, workers=2, told=lambda count: None)
        done = 0
        while done < kills:
            out = Path(folder) / f"out-{done}"
            with Killer(out, min(2, kills - done), pause=(2, 6), seed=done, kill=kill) as killer:
                run(out, given.file, size=SIZE, pause=given.pause, engine=engine)
            done += len(killer.killed)
            unsound += [f"{done}: {flaw}" for flaw in flaws(out, given.records, given.file, size=SIZE)]
    return Proof(done, reports, unsound)


def replace_node(cluster, chance, _number):
    number = chance.randrange(len(cluster.nodes))
    cluster.kill_node(number)
    cluster.start_node(number)


@contextlib.contextmanager
def _bar(total):
    with Progress() as progress:
        task = progress.add_task("killing", total=total)
        yield lambda count: progress.advance(task, count)


def row(name, proof):
    cells = (datetime.date.today(), version("dragoman"), name, proof.kills)
    shards = -(-proof.reports // SIZE)
    return "| " + " | ".join(map(str, (*cells, f"{proof.reports}, {shards}", len(proof.flaws)))) + " |"


def note(line):
    """Add a row to the table of results."""
    page = PAGE.read_text(encoding="utf-8")
    head, table = page.split(TABLE)
    rows, _, rest = table.partition("\n\n")
    PAGE.write_text(f"{head}{TABLE}{rows.rstrip()}\n{line}\n\n{rest}".rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
