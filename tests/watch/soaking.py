"""A soak: many reports and many views of the health page, after which a watch holds no more than before."""

import contextlib
import datetime
import multiprocessing
import os
import threading
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from dragoman.store import open_store
from dragoman.watch.client import Client
from dragoman.watch.health import HealthServer
from dragoman.watch.loop import Watch
from dragoman.watch.progress import Progress
from dragoman.watch.settings import Followed, Settings
from tests.watch.killing import RULES
from tests.watch.paper import feed, item, page, published
from tests.web.coded import result_of

# Items of an answer, all of them new each time.
ITEMS = 100
# Reports of a day: time goes on as they come, and what is compared with each other is of the same weeks.
DAILY, BEGUN = 50, datetime.date(2020, 1, 1)


class Held(NamedTuple):
    """What the process holds."""

    files: int
    threads: int
    megabytes: float


def held():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(len(os.listdir("/proc/self/fd")), threading.active_count(), pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def serve(told):
    """A paper that never ends; in a process of its own, so that only the watch is measured."""
    with published() as paper:
        number = asked = 0

        def answer(path):
            nonlocal number, asked
            if path == "/rss":
                number += ITEMS if asked > number - ITEMS // 2 else 0
                return feed(*(_item(paper, n) for n in range(number - ITEMS, number)))
            paper.asked.clear()
            asked += 1
            return page(f"Report {path}", f"This is what report {path} says of it, in words that no other has.")

        paper.otherwise = answer
        paper.routes["/robots.txt"] = b"HTTP/1.1 404 Not Found\r\n\r\n"
        told.send(paper.address)
        told.recv()


def _item(paper, number):
    day = BEGUN + datetime.timedelta(days=number // DAILY)
    return item(f"Report {number}", paper.url(f"/{number}"), day=day.isoformat())


@contextlib.contextmanager
def endless():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    yield ours.recv()
    ours.send("end")
    process.join(10)
    process.kill()


def soak(documents, folder):
    """Read so many reports, with as many views of the health page; what was held after each tenth of them."""
    marks = []
    done = threading.Event()
    with endless() as address, open_store(folder / "soak.db") as store:
        progress = Progress("0", "", int(time.time()))
        server = HealthServer(lambda: progress.health(int(time.time())), 0)
        read = 0

        def say(note):
            nonlocal read
            if note.fate != "new":
                return
            read += 1
            with urllib.request.urlopen(server.url + ("health.json" if read % 2 else ""), timeout=30) as answer:
                assert answer.read()
            if read % (documents // 10) == 0:
                time.sleep(0.2)
                marks.append(held())
            if read == documents:
                done.set()
                watch.stop()

        settings = Settings(feeds=(Followed(url=f"{address}/rss", every=1, most=ITEMS),), pause=0.0, readers=2)
        client = Client(clock=time.time, pause=0.0, allow=lambda address: address.is_loopback)
        watch = Watch(
            store, RULES, settings, lambda given: [result_of(one) for one in given], client, progress,
            clock=time.time, say=say, dateline=lambda text: None,
        )  # fmt: skip
        watch.run()
        server.close()
    assert done.is_set()
    return marks
