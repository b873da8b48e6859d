"""Proof that no kill loses or doubles a report: ingest is killed with -9 at random points, then run again.

The tests do it at ten points, `proving` at a hundred.
"""

import contextlib
import functools
import multiprocessing
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from dragoman.errors import StoreError
from dragoman.export.lines import decode
from dragoman.rules import Rules
from dragoman.store import ledgers, open_store
from dragoman.store.care import check, info
from dragoman.store.saving import save
from tests.store.contents import accounts_in, contents

# Children come from a process that has everything loaded, so that each is there at once.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.store.loaded"])
LEDGER = -1
# Kills fall a little beyond the reports too, into the making of the ledger.
BEYOND = 1.2


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
    seconds = ingest(where, lines)
    with open_store(where) as store:
        return Corpus(lines, contents(store), accounts_in(store, known_rules()), seconds)


def ingest(where, lines, told=None):
    """Take codings into a store and make the ledger; tells after each commit how many are in. Gives the reports' seconds."""
    rules = known_rules()
    with open_store(where) as store:
        start = time.perf_counter()
        for number, line in enumerate(lines):
            if told:
                told.send(number)
            save(store, decode(line, rules.ontology), rules.ontology)
        seconds = time.perf_counter() - start
        if told:
            told.send(len(lines))
        ledgers.refresh(store, rules)
        if told:
            told.send(LEDGER)
        return seconds


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
            told = kill_one(where, corpus.lines, chance.uniform(0, BEYOND * corpus.seconds), kill)
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
