"""`dragoman watch`: feeds followed until it is stopped, told line by line."""

import contextlib
import datetime
import functools
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec
from rich.console import Console
from rich.text import Text

from dragoman.brief.settings import read_settings as mail_settings
from dragoman.errors import DragomanError, InputError
from dragoman.find.dates import date_of_dateline
from dragoman.find.dates.words import DateWords
from dragoman.read import Reading
from dragoman.read.fetch import Address, is_public
from dragoman.read.readings import failure
from dragoman.records import Coding, Failure, Record
from dragoman.rules import Rules
from dragoman.store.keeping import Pipe
from dragoman.store.opening import open_store, place_of
from dragoman.watch.briefings import Briefings
from dragoman.watch.notes import Note
from dragoman.watch.progress import Health, Progress
from dragoman.watch.settings import Settings, read_settings
from dragoman.watch.telling import many, span
from dragoman.web.worker import Load, LostError, Worker, load_coder

# Seconds that a report may take to be coded, loading the coder included; the longest that is read takes some minutes.
SECONDS = 600.0
SIGNS = {"info": " ", "warning": "!", "error": "!!"}
INTERRUPTED = 130

Say = Callable[[Note], None]


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for; `port` is that of the health page, None where none is wanted."""

    feeds: Path
    store: str | None = None
    once: bool = False
    port: int | None = None
    log: Literal["screen", "json"] = "screen"
    quiet: bool = False


def run(
    request: Request,
    rules: Rules,
    *,
    load: Load | None = None,
    allow: Callable[[Address], bool] = is_public,
    clock: Callable[[], float] = time.time,
) -> int:
    """Watch until a signal comes, or once; gives the exit status. `allow` says which addresses may be asked."""
    _check_installed()
    from dragoman.watch.client import Client
    from dragoman.watch.loop import Watch

    settings = read_settings(request.feeds)
    mail = mail_settings(store=place_of(request.store))
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(open_store(place_of(request.store)))
        progress = Progress(version("dragoman"), store.where, int(clock()))
        say = stack.enter_context(_telling(request, lambda: progress.health(int(clock()))))
        worker = Worker(load or functools.partial(load_coder, rules.folders), seconds=SECONDS)
        stack.callback(worker.close)
        client = _client(Client, settings, clock, allow)
        briefings = Briefings(store, rules, mail, clock)
        words = DateWords.load(rules.file("lexicon/dates.toml"))
        watch = Watch(
            store, rules, settings, _pipe(worker), client, progress, clock=clock, say=say,
            dateline=lambda text: date_of_dateline(text, words), once=request.once, brief=briefings,
        )  # fmt: skip
        _serve_health(request, progress, clock, say, stack)
        caught = stack.enter_context(_stopping(watch.stop, briefings.stop))
        watch.run()
        return _status(request, progress.health(int(clock())), caught)


def _check_installed() -> None:
    try:
        import protego  # noqa: F401  the one library that only a watch needs
    except ImportError as error:
        raise DragomanError("watching needs more: pip install 'dragoman[watch]'", kind="missing") from error


def _client(make: Callable[..., Any], settings: Settings, clock: Callable[[], float], allow: Any) -> Any:
    return make(
        clock=clock,
        contact=settings.contact,
        version=version("dragoman"),
        pause=settings.pause,
        seconds=settings.seconds,
        allow=allow,
    )


def _pipe(worker: Worker) -> Pipe:
    """Coding in the worker's process; where that is lost, a failure of each report that says so."""

    def code(readings: Iterable[Reading | Failure]) -> Sequence[Coding | Failure]:
        some = list(readings)
        try:
            return worker.code(some)
        except LostError as error:
            lost = InputError(error.message, kind="lost")
            return [failure(lost, one.where, one.article.head()) if isinstance(one, Reading) else one for one in some]

    return code


def _serve_health(
    request: Request, progress: Progress, clock: Callable[[], float], say: Say, stack: contextlib.ExitStack
) -> None:
    if request.port is None:
        return
    from dragoman.watch.health import HealthServer

    server = HealthServer(lambda: progress.health(int(clock())), request.port)
    stack.callback(server.close)
    say(Note(at=int(clock()), level="info", about="watch", message=f"how it goes: {server.url}", url=server.url))


@contextlib.contextmanager
def _stopping(*stops: Callable[[], None]) -> Iterator[list[int]]:
    """The signals that came: the first one stops the watch, the second one ends it at once."""
    caught: list[int] = []

    def handle(number: int, _: object) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)
        for stop in stops:
            stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _status(request: Request, health: Health, caught: Sequence[int]) -> int:
    """A watch that was told to end has done its work; a single round says what failed."""
    if caught:
        return INTERRUPTED if caught[0] == signal.SIGINT else 0
    failing = sum(feed.state == "failing" for feed in health.feeds)
    if failing == len(health.feeds):
        return 4
    return 1 if request.once and (failing or health.counts.get("failed")) else 0


# Telling


@contextlib.contextmanager
def _telling(request: Request, health: Callable[[], Health]) -> Iterator[Say]:
    """What takes the notes: lines of JSON, or lines for people with a status below them."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if request.log == "json":
        yield lambda note: print(_line(note), file=sys.stderr, flush=True)  # noqa: T201
        return
    with contextlib.ExitStack() as stack:
        status = stack.enter_context(console.status("starting")) if console.is_terminal and not request.quiet else None

        def say(note: Note) -> None:
            if note.fate != "unchanged" and (note.level != "info" or not request.quiet):
                console.print(_shown(note))
            if status:
                status.update(_status_line(health()))

        yield say


def _line(note: Note) -> str:
    """A note as one line of JSON."""
    then = datetime.datetime.fromtimestamp(note.at, datetime.UTC)
    held = {name: value for name, value in msgspec.structs.asdict(note).items() if value not in ("", None)}
    return msgspec.json.encode({"time": then.isoformat().replace("+00:00", "Z"), **held}).decode()


def _shown(note: Note) -> Text:
    then = datetime.datetime.fromtimestamp(note.at)
    words = note.message + (f" ({many(note.events, 'event')})" if note.events is not None else "")
    style = {"warning": "yellow", "error": "bold red"}.get(note.level, "")
    return Text(f"{then:%H:%M:%S} {SIGNS[note.level]:2} {' '.join(words.split())}", style=style)


def _status_line(health: Health) -> str:
    failing = sum(feed.state == "failing" for feed in health.feeds)
    read = sum(health.counts.get(fate, 0) for fate in ("new", "corrected", "same"))
    parts = [many(len(health.feeds), "feed") + (f" ({failing} failing)" if failing else "")]
    parts.append(f"{many(read, 'report')} read, {many(health.events, 'event')}")
    parts.append(f"{health.waiting:,} waiting")
    if health.feeds:
        left = min(feed.next for feed in health.feeds) - health.now
        parts.append(f"next feed {'in ' + span(left) if left > 0 else 'now'}")
    return " · ".join(parts)
