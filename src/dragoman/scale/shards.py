"""What is to be coded and what became of it: jobs, shards, and the facts that are kept of each."""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from dragoman.read.bulk import Unit
from dragoman.read.inputs import shown_name
from dragoman.records import CoderInfo, Fault, Record

# Hex digits of a shard's name: at a billion shards two have the same one with a chance of 1 to 10^20.
NAME = 32


class Making(Record, frozen=True, kw_only=True):
    """How a process makes its coder: the dotted name of a function that is given this record, and what it needs."""

    factory: str = "dragoman.scale.desks:standard"
    rules: tuple[str, ...] = ()
    model: str | None = None
    learned: bool = True


class Options(Record, frozen=True, kw_only=True):
    """What the records of a report depend on besides its bytes and the coder."""

    published: datetime.date | None = None
    language: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    skip_near: bool = False


class Caps(Record, frozen=True, kw_only=True):
    """What one report may take: a hundred times the seconds and ten times the memory of the longest in newspapers."""

    seconds: float = 120
    megabytes: int = 4_000


class Job(Record, frozen=True, kw_only=True):
    """What all shards of a run have in common: the folder they are written to, the coder, and what binds both."""

    folder: str
    coder: CoderInfo
    making: Making = Making()
    options: Options = Options()
    caps: Caps = Caps()


class Quarantined(Record, frozen=True, kw_only=True):
    """A report that was left out because it ended the process or broke its caps, twice; `causes` say how, if known."""

    article: str
    where: str
    reason: str
    causes: tuple[str, ...] = ()


class Facts(Record, frozen=True, kw_only=True):
    """What a shard's file says of itself: its place in the input and how many of its reports came to what.

    `start` and `stop` are the bytes of the input at `path`, `begins` and `ends` the first and last file of a folder.
    """

    shard: str
    path: str
    start: int = 0
    stop: int = 0
    begins: str = ""
    ends: str = ""
    coded: int = 0
    events: int = 0
    warned: int = 0
    failed: int = 0
    unopened: int = 0
    other_languages: int = 0
    other_days: int = 0
    near_duplicates: int = 0
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def reports(self) -> int:
        """All reports of the shard, those that were not wanted too."""
        return self.coded + self.failed + self.other_languages + self.other_days + self.near_duplicates


class Line(Facts, frozen=True, kw_only=True):
    """A line of the manifest: the facts of a shard, and size and SHA-256 of its file."""

    bytes: int
    sha256: str
    seconds: float | None = None


class Task(Record, frozen=True, kw_only=True):
    """One shard to be coded, and the line that the manifest has of it from before."""

    job: Job
    shard: str
    unit: Unit
    known: Line | None = None


class Done(Record, frozen=True, kw_only=True):
    """What became of a task: coded now, there before, there but not in the manifest, or not done, with the fault."""

    how: Literal["coded", "there", "found", "failed"]
    line: Line | None = None
    fault: Fault | None = None


def tasks_of(job: Job, units: Iterable[Unit]) -> Iterator[Task]:
    """A task for each unit; those with the same name (an input that is given twice) are one."""
    named: set[bytes] = set()
    for unit in units:
        name = shard_name(job, unit)
        if (short := bytes.fromhex(name)) not in named:
            named.add(short)
            yield Task(job=job, shard=name, unit=unit)


def shard_name(job: Job, unit: Unit) -> str:
    """A digest of all that a shard's records depend on: bytes, their place, coder, rules, model and options.

    The place is among them because failures tell it.
    """
    content = msgspec.json.encode((shown(unit), job.coder, job.options))
    return hashlib.sha256(content).hexdigest()[:NAME]


def shown(unit: Unit) -> Unit:
    """The unit with paths that can be written down: bytes that are no characters show as escapes."""
    return msgspec.structs.replace(unit, path=shown_name(unit.path), files=tuple(map(shown_name, unit.files)))


def facts_of(task: Task) -> Facts:
    """The place of a shard, before anything is counted."""
    unit = shown(task.unit)
    begins, ends = (unit.files[0], unit.files[-1]) if unit.files else ("", "")
    return Facts(shard=task.shard, path=unit.path, start=unit.start, stop=unit.stop, begins=begins, ends=ends)
