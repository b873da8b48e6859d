"""Proof that no kill loses or doubles a report: a watch is killed with -9 at random points, then another one goes on.

The tests do it at eight points, `proving` at 80.
"""

import contextlib
import multiprocessing
import os
import random
import signal
import time
from typing import NamedTuple

from dragoman.read import read
from dragoman.read.pages import read_page
from dragoman.records import Failure
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.care import check
from dragoman.watch.client import Client
from dragoman.watch.loop import Watch
from dragoman.watch.progress import Progress
from dragoman.watch.settings import Followed, Settings
from tests.store.contents import accounts_in, contents
from tests.store.made import coded, event
from tests.watch.paper import Paper, feed, page, published

# Children come from a process that has everything loaded, so that each is there at once.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.watch.killing"])
FEEDS, REPORTS = 2, 8
# Kills fall a little beyond the reports too, into the making of the ledger.
BEYOND = 1.2
# Seconds by which the clock of the second watch is ahead: what waits to be tried again is due.
LATER = 7 * 3600
RULES = Rules.load()
# What reads pages is loaded with the first one.
list(read([read_page(page("Loading").partition(b"\r\n\r\n")[2], "")]))


class Proof(NamedTuple):
    """How many kills there were, how many of them before all was read, and what was wrong after the second watch."""

    kills: int
    inside: int
    unsound: list


def code(given):
    """A coding with an event for each report; some reports tell the same one."""
    return [one if isinstance(one, Failure) else coding_of(one) for one in given]


def coding_of(reading):
    head = reading.article.head()
    number = int(head.url.rpartition("/")[2])
    types = ("ACCUSE", "THREATEN", "PROTEST")
    return coded(
        head.id, event(f"{head.id}-1", types[number % 3]), published=head.published, url=head.url, title=head.title
    )


def write(paper: Paper) -> list[str]:
    """A paper with some feeds, each with its reports, and one that both list; the addresses of the feeds."""
    shared = paper.tell("/pages/0", "Both feeds tell this")
    for one in range(FEEDS):
        numbers = range(1 + one * REPORTS, 1 + (one + 1) * REPORTS)
        items = [paper.tell(f"/pages/{number}", f"North Korea condemns Japan {number}") for number in numbers]
        paper.routes[f"/feeds/{one}"] = feed(*items, shared, headers=('ETag: "same"',))
    return [paper.url(f"/feeds/{one}") for one in range(FEEDS)]


def watch(where, urls, say, *, once, later=0):
    """Follow feeds, once or until the end of the process."""
    settings = Settings(feeds=tuple(Followed(url=url, every=60, publisher="P") for url in urls), pause=0.0)
    with open_store(where) as store:
        client = Client(clock=time.time, pause=0.0, allow=lambda address: address.is_loopback)
        Watch(
            store, RULES, settings, code, client, Progress("0", "", 0),
            clock=lambda: time.time() + later, say=say, dateline=lambda text: None, once=once,
        ).run()  # fmt: skip


def child(where, urls, told):
    read = 0

    def say(note):
        nonlocal read
        read += note.fate == "new"
        told.send((note.about, read))

    watch(where, urls, say, once=False)


def kill_one(where, urls, wait):
    """Let a child watch and kill it some time after it has begun; gives how many reports it had read."""
    hear, told = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(where, urls, told))
    process.start()
    told.close()
    last = hear.recv()
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with contextlib.suppress(EOFError):
        while True:
            last = hear.recv()
    return last[1]


def all_in(where):
    """What a store holds, and what became of each item."""
    with open_store(where) as store:
        with store.reading() as connection:
            items = connection.exec_driver_sql("SELECT state, count(*) AS many FROM feed_item GROUP BY state").all()
        flaws = [flaw.message for flaw in check(store)]
        return contents(store), accounts_in(store, RULES), dict(map(tuple, items)), flaws


def prove(points, folder, *, seed=0):
    """Kill a watch at random points, each time with a new store, and let another one go on."""
    chance = random.Random(seed)
    inside, unsound = 0, []
    with published() as paper:
        urls = write(paper)
        reading = []
        for name in ("first", "whole"):  # what is imported with the first page takes its time once
            reading.clear()
            watch(str(folder / f"{name}.db"), urls, lambda note: reading.append(time.perf_counter()), once=True)
        seconds = reading[-1] - reading[0]
        wanted = all_in(str(folder / "whole.db"))
        assert wanted[2] == {"done": FEEDS * REPORTS + 1}, wanted
        for point in range(points):
            where = str(folder / f"{point}.db")
            open_store(where).close()
            inside += kill_one(where, urls, chance.uniform(0, BEYOND * seconds)) < FEEDS * REPORTS + 1
            watch(where, urls, lambda note: None, once=True, later=LATER)
            found = all_in(where)
            unsound += [
                f"{point}: {part}"
                for part, one, other in zip(["rows", "ledger", "items", "flaws"], found, wanted, strict=True)
                if one != other
            ]
    return Proof(points, inside, unsound)
