"""Proof that no kill mails anybody twice or forgets anybody: whoever sends is killed with -9 at random points, again and
again, while it sends issues to a mail server that counts.

The tests do it at a tenth of the points, `proving` at all.
"""

import contextlib
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from dragoman.brief.marks import find_marks
from dragoman.brief.senders.smtp import SmtpSender
from dragoman.brief.sending import HELD, run
from dragoman.brief.settings import Settings, Smtp
from dragoman.errors import SenderError, StoreError
from dragoman.store import open_store, outbox
from dragoman.store.issues import add_issue
from dragoman.store.keys import keys_of
from tests.brief.counting import Counting
from tests.brief.posting import NOW, Composed, filled, rows, writer
from tests.store.killing import CONTEXT

# Subscribers; when less than half of an issue's mails wait, another issue is queued.
MANY = 60
# Seconds within which a kill falls after a run has begun: about twenty mails on an idle machine.
SPAN = 0.4
SETTINGS = Settings(name="The Record", per_second=100_000, per_hour=1_000_000)
CONTEXT.set_forkserver_preload(["tests.store.loaded", "tests.brief.killing"])


class Proof(NamedTuple):
    """How many kills there were, how many of them in the middle of a mail, what became of the mails, and what was wrong.

    `unknown` mails were reported; `arrived` of them had got there. Wrong is who got an issue `twice`, a mail that is
    said to be sent and is not there or the other way round (`untrue`), and one of whom nothing is said (`forgotten`).
    """

    kills: int
    inside: int
    mails: int
    unknown: int
    arrived: int
    twice: int
    untrue: int
    forgotten: int


def child(where, port, shift, told):
    """Send what is due until there is nothing more, or the end comes."""
    with contextlib.suppress(SenderError, StoreError), open_store(where) as store:
        send(store, port, shift, lambda: told.send("begun"))


def send(store, port, shift, begun=lambda: None):
    """A run at a time that is as much later as a dead one holds its lease."""
    sender = SmtpSender(Smtp(host="127.0.0.1", port=port, security="none", timeout=20))
    write = writer(store)
    begun()
    try:
        return run(
            store,
            SETTINGS,
            sender,
            write,
            clock=lambda: NOW + shift + int(time.monotonic()),
            sleep=lambda _: time.sleep(0.1),
        )
    finally:
        sender.close()


def top_up(store):
    """Queue another issue where little is left to send."""
    with store.writing() as connection:
        if outbox.counts(connection).get("queued", 0) < MANY / 2:
            issue = add_issue(connection, "koreas", Composed(), NOW)
            outbox.queue_issue(connection, issue.key, "koreas", NOW)


def kill_sender(process, _server, _chance):
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)


def kill_mail_server(process, server, chance):
    """Kill the mail server, start it again, and kill whoever sends a little later."""
    server.kill()
    server.start()
    time.sleep(chance.uniform(0, SPAN))
    kill_sender(process, server, chance)


def kill_once(where, server, shift, chance, kill):
    """Begin a run in a child and kill something some time later."""
    hear, told = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(where, server.port, shift, told))
    process.start()
    told.close()
    with contextlib.suppress(EOFError):
        hear.recv()
    time.sleep(chance.uniform(0, SPAN))
    kill(process, server, chance)
    process.join()


def prove(places, points, *, kill=kill_sender, seed=0, shown=False):
    """Kill a run at random points, each time going on in the store that the kill left; then send all that is left."""
    chance, inside = random.Random(seed), 0
    with places() as where, tempfile.TemporaryDirectory() as folder, Counting(folder) as server:
        with open_store(where) as store:
            filled(store, MANY)
        for point in track(range(points), description="killing", disable=not shown):
            with open_store(where) as store:
                top_up(store)
            kill_once(where, server, point * HELD * 2, chance, kill)
            with open_store(where) as store:
                inside += bool(rows(store, "SELECT 1 FROM outbox WHERE state = 'sending'"))
        with open_store(where) as store:
            finish(store, server.port, points * HELD * 2)
            return judged(store, server.counted(), points, inside)


def finish(store, port, shift):
    """Send all that is left, that which was put off too."""
    for _ in range(len(outbox.GAPS) + 1):
        send(store, port, shift)
        shift += max(outbox.GAPS) + HELD
    assert send(store, port, shift).trouble == ""


def judged(store, counted, points, inside):
    """What the outbox says, held against what the mail server got."""
    got = Counter()
    with store.reading() as connection:
        key = keys_of(connection, "addresses")[0]
    for line in counted:
        (mark,) = find_marks(key, line)
        got[mark.number, mark.subscriber] += 1
    said = {(issue, whom): state for issue, whom, state in rows(store, "SELECT issue, subscriber, state FROM outbox")}
    wanted = set(rows(store, "SELECT issue.key, subscriber.key FROM issue, subscriber"))
    unknown = {pair for pair, state in said.items() if state == "unknown"}
    sent = {pair for pair, state in said.items() if state == "sent"}
    return Proof(
        kills=points,
        inside=inside,
        mails=len(wanted),
        unknown=len(unknown),
        arrived=sum(pair in got for pair in unknown),
        twice=sum(many > 1 for many in got.values()),
        untrue=len(sent - got.keys()) + len(got.keys() - sent - unknown),
        forgotten=len(wanted - sent - unknown),
    )


@contextlib.contextmanager
def new_file():
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "store.db")
