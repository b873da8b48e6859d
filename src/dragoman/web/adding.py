"""Jobs that add reports: one after the other, in the background, each with an account of what became of its reports."""

import collections
import datetime
import functools
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Literal, NamedTuple

import msgspec

from dragoman.errors import DragomanError, InputError
from dragoman.find.dates import date_of_dateline
from dragoman.find.dates.words import DateWords
from dragoman.read import Reading, read
from dragoman.read.readings import failure
from dragoman.records import ArticleHead, Coding, Failure, Record
from dragoman.rules import Rules
from dragoman.store import Store, ledgers
from dragoman.store.grouping import group
from dragoman.store.keeping import Kept, keep
from dragoman.store.reading import key_of
from dragoman.web.parcels import Parcel
from dragoman.web.worker import Load, LostError, Worker, load_coder

# Jobs that wait their turn at most, and jobs that are told of: the latest ones.
WAITING, KEPT = 20, 50
# Accounts that a job keeps at most of reports that went well, and as many of others.
ACCOUNTS = 500
# Reports that are coded between two looks at how far it is: a few seconds' worth.
BATCH = 4
# Reports of one job, and the bytes that they may take while they wait: beyond that it is work for the command line.
REPORTS, BYTES = 20_000, 400_000_000
# Characters of a report's first line where it has no title.
TITLE = 100
ADVICE = "the rest is not read; code it with `dragoman code FILE --store STORE`"

State = Literal["waiting", "reading", "coding", "done", "failed"]
Fate = Literal["new", "corrected", "same", "skipped", "forgotten", "failed"]


class Account(Record, frozen=True, kw_only=True):
    """What became of one report: `where` it was read, and `key`, the number of its page, or why there is none."""

    where: str
    fate: Fate
    title: str = ""
    message: str = ""
    events: int = 0
    key: int | None = None


class Job(Record, frozen=True, kw_only=True):
    """How far a job is: reports by what became of them, and the accounts of the first of them.

    `message` is why the job failed, if it did: what was stored before that is stored.
    """

    id: str
    name: str
    state: State = "waiting"
    read: int = 0
    coded: int = 0
    events: int = 0
    new: int = 0
    corrected: int = 0
    same: int = 0
    skipped: int = 0
    forgotten: int = 0
    failed: int = 0
    accounts: tuple[Account, ...] = ()
    message: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {"done", "failed"}

    @property
    def settled(self) -> int:
        """Reports of which it is known what became of them."""
        return self.new + self.corrected + self.same + self.skipped + self.forgotten + self.failed


class _Task(NamedTuple):
    id: str
    parcel: Parcel
    published: datetime.date | None


class _Item(Record, frozen=True, kw_only=True):
    """A reading or a failure, as it is kept until it is coded."""

    reading: Reading | None = None
    failure: Failure | None = None


class Jobs:
    """The jobs of one server; the coder runs in a process of its own, which starts with the first job.

    `allow` says which network addresses may be read, `load` what codes, `today` the day it is.
    """

    def __init__(
        self,
        store: Store,
        rules: Rules,
        *,
        allow: Callable[..., bool] | None = None,
        load: Load | None = None,
        today: Callable[[], datetime.date] = datetime.date.today,
    ) -> None:
        self._store, self._rules, self._allow, self._today = store, rules, allow, today
        self._worker = Worker(load or functools.partial(load_coder, rules.folders))
        self._lock = threading.Lock()
        self._jobs: collections.OrderedDict[str, Job] = collections.OrderedDict()
        self._waiting: collections.deque[_Task] = collections.deque()
        self._running: threading.Thread | None = None
        self._closed = False

    def add(self, parcel: Parcel, *, published: datetime.date | None = None) -> Job | None:
        """A new job, which begins when those before it are over; None where too many wait, and the parcel is closed.

        `published` is the day of reports that are not said to be of another one.
        """
        task = _Task(secrets.token_urlsafe(12), parcel, published)
        with self._lock:
            if self._closed or len(self._waiting) >= WAITING:
                parcel.close()
                return None
            job = self._jobs[task.id] = Job(id=task.id, name=parcel.name)
            self._waiting.append(task)
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
            if self._running is None:
                self._begin_next()
        return job

    def get(self, id: str) -> Job | None:
        """A job as it stands; None where there is none, or too many came after it."""
        with self._lock:
            return self._jobs.get(id)

    def latest(self) -> list[Job]:
        """The jobs that are told of, the latest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def close(self) -> None:
        """End the job that runs, and those that wait do not begin. What was stored is stored."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
            self._waiting.clear()
            running = self._running
        self._worker.close()
        for task in waiting:
            task.parcel.close()
            self._note(task.id, state="failed", message="the server was stopped before it began")
        if running:
            running.join(10)

    def _begin_next(self) -> None:
        """Each job has a thread of its own, so that one that dies takes no other with it."""
        self._running = None
        if self._waiting and not self._closed:
            task = self._waiting.popleft()
            self._running = threading.Thread(target=self._run, args=(task,), name=f"job {task.id}", daemon=True)
            self._running.start()

    def _run(self, task: _Task) -> None:
        message = "a fault of the program ended it; the terminal that the server runs in says more"
        try:
            message = self._work(task)
        finally:
            task.parcel.close()
            self._note(task.id, state="failed" if message else "done", message=message)
            with self._lock:
                self._begin_next()

    def _work(self, task: _Task) -> str:
        """Read and code; gives why it failed, or "" where it did not."""
        try:
            with tempfile.TemporaryFile() as held:
                self._read(task, held)
                held.seek(0)
                self._code(task, held)
        except DragomanError as error:
            return error.message
        except OSError as error:
            return f"what was sent cannot be kept while it is read: {error.strerror or error}"
        return ""

    # Reading

    def _read(self, task: _Task, held: IO[bytes]) -> None:
        """All reports are read before the first is coded: then it is known how many there are."""
        self._note(task.id, state="reading")
        size = 0
        for number, one in enumerate(self._readings(task)):
            self._check_open()
            is_over = number >= REPORTS or size >= BYTES
            size += _hold(held, _too_many(task.parcel) if is_over else one)
            self._note(task.id, read=number + 1)
            if is_over:
                return

    def _readings(self, task: _Task) -> Iterator[Reading | Failure]:
        words = DateWords.load(self._rules.file("lexicon/dates.toml"))
        return read(
            task.parcel.inputs(),
            published=task.published,
            language="en",
            dateline=lambda text: date_of_dateline(text, words),
            today=self._today(),
            allow=self._allow,
        )

    def _check_open(self) -> None:
        if self._closed:
            raise LostError("the server was stopped")

    # Coding and storing

    def _code(self, task: _Task, held: Iterable[bytes]) -> None:
        self._note(task.id, state="coding")
        for kept in keep(self._store, _held(held), self._pipe, self._rules.ontology, batch=BATCH):
            self._account(task.id, kept)
        group(self._store)
        ledgers.made_current(self._store, self._rules)

    def _pipe(self, given: Iterable[Reading | Failure]) -> Iterator[Coding | Failure]:
        """Readings coded by the other process; failures pass by it."""
        some = list(given)
        readings = [one for one in some if isinstance(one, Reading)]
        try:
            codings = iter(self._worker.code(readings) if readings else ())
        except LostError as error:
            places = ", ".join(reading.where for reading in readings)
            raise LostError(f"{error.message} while it coded {places}") from error
        for one in some:
            yield next(codings) if isinstance(one, Reading) else one

    def _account(self, id: str, kept: Kept) -> None:
        """Count a report, and tell what became of it while there is room."""
        account = self._told(kept)
        events = len(kept.result.events) if isinstance(kept.result, Coding) else 0
        with self._lock:
            if (job := self._jobs.get(id)) is None:
                return
            like = sum((one.fate == "failed") == (account.fate == "failed") for one in job.accounts)
            self._jobs[id] = msgspec.structs.replace(
                job,
                coded=job.coded + isinstance(kept.result, Coding),
                events=job.events + events,
                accounts=(*job.accounts, account) if like < ACCOUNTS else job.accounts,
                **{account.fate: getattr(job, account.fate) + 1},
            )

    def _told(self, kept: Kept) -> Account:
        result = kept.result
        if isinstance(result, Failure):
            fate: Fate = "skipped" if result.error.kind == "language" else "failed"
            where = result.error.where or _where(kept)
            return Account(where=where, fate=fate, title=_title(result.article), message=result.error.message)
        head = result.article if result else kept.given.article
        fate = "corrected" if kept.outcome == "recoded" else kept.outcome or "failed"
        with self._store.reading() as connection:
            key = key_of(connection, head.id) if fate != "forgotten" else None
        events = len(result.events) if result else 0
        return Account(where=_where(kept), fate=fate, title=_title(head, kept.given), events=events, key=key)

    def _note(self, id: str, **fields: Any) -> None:
        with self._lock:
            if id in self._jobs:
                self._jobs[id] = msgspec.structs.replace(self._jobs[id], **fields)


def _too_many(parcel: Parcel) -> Failure:
    message = f"more than {REPORTS:,} reports, or than {BYTES:,} bytes of them; {ADVICE}"
    return failure(InputError(message, kind="too-large"), parcel.name)


def _hold(held: IO[bytes], one: Reading | Failure) -> int:
    """Write a reading or failure on a line of its own; gives its bytes."""
    item = _Item(reading=one) if isinstance(one, Reading) else _Item(failure=one)
    return held.write(msgspec.json.encode(item) + b"\n")


def _held(lines: Iterable[bytes]) -> Iterator[Reading | Failure]:
    for line in lines:
        item = msgspec.json.decode(line, type=_Item)
        one = item.reading or item.failure
        assert one is not None  # one of them was written
        yield one


def _where(kept: Kept) -> str:
    return kept.given.where if isinstance(kept.given, Reading) else kept.given.error.where or ""


def _title(head: ArticleHead, given: Reading | Failure | None = None) -> str:
    """The title of a report, else its first words."""
    if head.title:
        return head.title
    words = given.article.text[: TITLE * 2].split() if isinstance(given, Reading) else []
    line = " ".join(words)
    return line if len(line) <= TITLE else line[:TITLE].rpartition(" ")[0] + " …"
