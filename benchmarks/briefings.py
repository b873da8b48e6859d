"""How quick briefings are: composing one for 10,000 readers, writing each mail, and sending to a server that takes all.

usage: python benchmarks/briefings.py STORE [SUBSCRIBERS]

STORE is a file with reports (out/chronicle.db after `./run demo`); it is copied, and the copy is thrown away. The mail
server is aiosmtpd in a process of its own on the loopback interface. The peer, in the same run: the mails that were
written, given to the same server by aiosmtplib alone, over one line, with nothing kept of what became of them.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import aiosmtplib
import msgspec
from aiosmtpd.smtp import SMTP

from dragoman.brief.issuing import Desk, send_list
from dragoman.brief.senders import Envelope
from dragoman.brief.senders.smtp import SmtpSender
from dragoman.brief.sending import Sent, run
from dragoman.brief.settings import Settings, Smtp
from dragoman.brief.writing import Writer
from dragoman.rules import Rules
from dragoman.store import Store, open_store, outbox
from dragoman.store.counts import published_span
from dragoman.store.mailings import MailingList, Question, add_list
from dragoman.store.subscribers import add_subscriber, set_states
from dragoman.views.names import Names

MANY = 10_000
# Mails a second, where it is measured how well a limit is kept, and for how many mails.
RATE, RATED = 10, 200
UNLIMITED = 1_000_000
SLUG = "koreas"


class Taking:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  the name that the library calls
        """Take a mail."""
        return "250 taken"


async def serve(told: Connection) -> None:
    """Take mails, and tell at which port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taking(), hostname="here", loop=loop), "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def child(told: Connection) -> None:
    """Serve until killed."""
    asyncio.run(serve(told))


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """A mail server in a process of its own, by its port."""
    hear, told = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=child, args=(told,), daemon=True)
    process.start()
    try:
        yield hear.recv()
    finally:
        process.kill()


def megabytes() -> float:
    """The most memory that the process has taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def now() -> int:
    """Whole seconds since 1970."""
    return int(time.time())


def subscribed(store: Store, many: int) -> MailingList:
    """A list about two states, with so many readers."""
    mailing = MailingList(slug=SLUG, title="The Koreas", question=Question(parties=("PRK", "KOR")), made=now())
    mailing = msgspec.structs.replace(mailing, schedule="weekly")
    with store.writing() as connection:
        add_list(connection, mailing)
        for number in range(many):
            address = f"reader-{number}@kontor.example"
            set_states(connection, add_subscriber(connection, address, address, now()), [SLUG], "confirmed", now())
    return mailing


def send(store: Store, settings: Settings, memory: list[float], most: int = UNLIMITED) -> tuple[Sent, float, float]:
    """Send what waits, or as many: what came of it, and its seconds by the clock and of the processor."""
    assert isinstance(settings.sender, Smtp)
    sender, done = SmtpSender(settings.sender), 0

    def count(_: str) -> None:
        nonlocal done
        done += 1
        if done % 1_000 == 0:
            memory.append(megabytes())
        if done == most:
            raise KeyboardInterrupt

    start, spent = time.perf_counter(), time.process_time()
    with contextlib.suppress(KeyboardInterrupt):
        writer = Writer(store, settings, now)
        sent = run(store, settings, sender, writer, clock=now, sleep=time.sleep, patience=3_600, progress=count)
        sender.close()
        return sent, time.perf_counter() - start, time.process_time() - spent
    sender.close()
    empty = Sent(sent=done, later=0, failed=0, dropped=0, unknown=0, orphans=0, waiting=0, next=None)
    return empty, time.perf_counter() - start, time.process_time() - spent


async def give_all(port: int, envelopes: list[Envelope]) -> None:
    """Give mails to the server with the library alone."""
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="here")
    async with client:
        for one in envelopes:
            await client.sendmail(one.sender, [one.recipient], one.message)


def alone(port: int, envelopes: list[Envelope]) -> tuple[float, float]:
    """Mails a second that the library gives away, by the clock and of processor time."""
    start, spent = time.perf_counter(), time.process_time()
    asyncio.run(give_all(port, envelopes))
    return len(envelopes) / (time.perf_counter() - start), len(envelopes) / (time.process_time() - spent)


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def written(store: Store, settings: Settings, most: int) -> list[Envelope]:
    """The mails that are due, as many."""
    writer = Writer(store, settings, now)
    with store.reading() as connection:
        rows = outbox.due_mails(connection, now(), most)
    return [envelope for row in rows if (envelope := writer(row)) is not None]


def main() -> None:
    """Compose, write, send, and print what was measured."""
    source, many = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MANY
    rules = Rules.load()
    with tempfile.TemporaryDirectory() as folder, serving() as port:
        file = Path(shutil.copy(source, Path(folder) / "store.db"))
        place = Smtp(host="127.0.0.1", port=port, security="none", timeout=30)
        address = "news@record.example"
        fast = Settings(address=address, sender=place, per_second=UNLIMITED, per_hour=UNLIMITED)
        limited = msgspec.structs.replace(fast, per_second=RATE)
        with open_store(file) as store:
            measure(store, rules, fast, limited, many, port)


def measure(store: Store, rules: Rules, fast: Settings, limited: Settings, many: int, port: int) -> None:
    """All of it, on one store."""
    mailing = subscribed(store, many)
    desk = Desk(store, fast, rules, Names(rules))
    with store.reading() as connection:
        last = published_span(connection)[1]
    assert last is not None
    seconds = timed(lambda: send_list(desk, mailing, last, now))
    print(f"composing an issue and queueing it for {many:,}: {seconds:.2f} s")
    envelopes = written(store, fast, 1_000)
    seconds = timed(lambda: written(store, fast, 1_000))
    size = sum(len(one.message) for one in envelopes) / len(envelopes)
    print(f"writing {len(envelopes):,} mails of {size / 1000:,.0f} kB: {1000 * seconds / len(envelopes):.2f} ms each")
    memory: list[float] = []
    sent, wall, _ = send(store, limited, memory, min(RATED, many // 2))
    print(f"at {RATE} a second at most: {sent.sent:,} mails, {sent.sent / wall:.1f} a second")
    memory.clear()
    peers = [alone(port, envelopes)]
    sent, wall, spent = send(store, fast, memory)
    peers.append(alone(port, envelopes))
    print(f"as quick as it goes: {sent.sent:,} mails, {sent.sent / wall:,.0f} a second by the clock,")
    print(f"{sent.sent / spent:,.0f} of processor time; the library alone just before and just after:")
    print(*(f"{pace:,.0f} a second by the clock, {own:,.0f} of processor time" for pace, own in peers), sep="; ")
    print("memory at most, MB, after each thousand:", *(f"{one:.0f}" for one in memory))
    with store.reading() as connection:
        print(outbox.counts(connection))


if __name__ == "__main__":
    main()
