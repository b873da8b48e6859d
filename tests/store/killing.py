"""Proof that no kill loses or doubles a report: ingest is killed with -9 at random points, then run again.

`python -m tests.store.killing [POINTS]` does it at 100 points on SQLite, on PostgreSQL, and with the PostgreSQL server
itself killed, and adds the results to docs/reliability.md; the tests do it at a tenth.
"""

import contextlib
import datetime
import functools
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.progress import track
from tests.store import servers
from tests.store.contents import accounts_in, contents

from dragoman.errors import StoreError
from dragoman.export.lines import decode
from dragoman.rules import Rules
from dragoman.store import ledgers, open_store
from dragoman.store.care import check, info
from dragoman.store.saving import save

# Children come from a process that has everything loaded, so that each is there at once.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.store.killing"])
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TABLE = "| day | version | what is killed | points | while reports went in | reports, events | lost | doubled | unsound |"
LEDGER = -1


@functools.cache
def known_rules():
    return Rules.load()


class Corpus(NamedTuple):
    """Codings as lines, and what a store holds that took them in without disturbance."""

    lines: list
    contents: dict
    accounts: dict
    seconds: float


class Proof(NamedTuple):
    """How many kills there were, how many of them while reports went in, and what was wrong after them."""

    kills: int
    inside: int
    lost: int
    doubled: int
    unsound: list


def corpus_of(lines, where):
    """The corpus of some codings, by taking them into an empty store."""
    start = time.perf_counter()
    ingest(where, lines)
    seconds = time.perf_counter() - start
    with open_store(where) as store:
        return Corpus(lines, contents(store), accounts_in(store, known_rules()), seconds)


def ingest(where, lines, told=None):
    """Take codings into a store and make the ledger; tells after each commit how many are in."""
    rules = known_rules()
    with open_store(where) as store:
        for number, line in enumerate(lines):
            if told:
                told.send(number)
            save(store, decode(line, rules.ontology), rules.ontology)
        if told:
            told.send(len(lines))
        ledgers.refresh(store, rules)
        if told:
            told.send(LEDGER)


def child(where, lines, told):
    with contextlib.suppress(StoreError):
        ingest(where, lines, told)


def kill_one(where, lines, wait, kill):
    """Run an ingest in a child and kill it some time after its first report; gives what was told last."""
    hear, told = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(where, lines, told))
    process.start()
    told.close()
    last = hear.recv()
    time.sleep(wait)
    kill(process)
    process.join()
    with contextlib.suppress(EOFError):
        while True:
            last = hear.recv()
    return last


def kill_process(process):
    if process.pid and process.is_alive():
        os.kill(process.pid, signal.SIGKILL)


def kill_server(server, process):
    """Kill the server as -9 does, and start it again."""
    server.stop("immediate")
    process.join()
    server.start()


def prove(places, corpus, points, *, kill=kill_process, seed=0, shown=False):
    """Kill an ingest at random points, each time into a new store of `places`, and run it again."""
    chance = random.Random(seed)
    inside = lost = doubled = 0
    unsound = []
    for point in track(range(points), description="killing", disable=not shown):
        with places() as where:
            told = kill_one(where, corpus.lines, chance.uniform(0, corpus.seconds), kill)
            inside += told not in (LEDGER, len(corpus.lines))
            sure = len(corpus.lines) if told == LEDGER else told
            with open_store(where) as store:
                there = info(store).reports
                lost += there < sure
                unsound += [f"{point}: after the kill: {flaw.message}" for flaw in check(store)]
            ingest(where, corpus.lines)
            with open_store(where) as store:
                after = contents(store)
                lost += len(after["articles"]) < len(corpus.lines)
                doubled += any(len(after[name]) > len(corpus.contents[name]) for name in after)
                same = after == corpus.contents and accounts_in(store, known_rules()) == corpus.accounts
                unsound += [f"{point}: after the second run: {flaw.message}" for flaw in check(store)]
                unsound += [] if same else [f"{point}: not what an undisturbed ingest gives"]
    return Proof(points, inside, lost, doubled, unsound)


@contextlib.contextmanager
def new_file():
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "store.db")


@contextlib.contextmanager
def new_database(server):
    name = server.database("template0")
    try:
        yield server.url(name)
    finally:
        server.drop(name)


def main():
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    lines = chronicle_lines()
    with servers.running() as server:
        on_server = functools.partial(new_database, server)
        runs = (
            ("the process, on SQLite", new_file, kill_process),
            ("the process, on PostgreSQL", on_server, kill_process),
            ("the PostgreSQL server", on_server, functools.partial(kill_server, server)),
        )
        failed = False
        for name, places, kill in runs:
            with places() as where:
                corpus = corpus_of(lines, where)
            proof = prove(places, corpus, points, kill=kill, shown=True)
            failed |= bool(proof.lost or proof.doubled or proof.unsound)
            line = row(name, proof, corpus)
            print(line)
            print("\n".join(proof.unsound))
            note(line)
    sys.exit(failed)


def chronicle_lines():
    """The bundled chronicle, coded by the command line."""
    chronicle = Path(__file__).parents[2] / "src" / "dragoman" / "data" / "chronicle"
    command = [sys.executable, "-m", "dragoman", "code", chronicle / "reports.jsonl", chronicle / "pages", "-q"]
    return subprocess.run(command, check=True, capture_output=True).stdout.splitlines()


def row(name, proof, corpus):
    from importlib.metadata import version

    held = f"{len(corpus.contents['articles'])}, {len(corpus.contents['events'])}"
    cells = (datetime.date.today(), version("dragoman"), name, proof.kills, proof.inside, held, proof.lost)
    return "| " + " | ".join(map(str, (*cells, proof.doubled, len(proof.unsound)))) + " |"


def note(line):
    """Add a row to the table of results."""
    page = PAGE.read_text(encoding="utf-8")
    head, table = page.split(TABLE)
    rows, _, rest = table.partition("\n\n")
    PAGE.write_text(f"{head}{TABLE}{rows.rstrip()}\n{line}\n\n{rest}".rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
