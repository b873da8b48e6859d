"""Inputs of any size as units: runs of reports that can each be opened by themselves, in any process and any order.

for unit in units(["archive/", "more.jsonl"], size=64):
    for reading in read_unit(unit, published=datetime.date(2013, 6, 17)):
        ...   # a Reading or a Failure, the same whatever other units were read before
"""

import datetime
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead, Part
from dragoman.read.cuts import cut_captures, cut_lines, cut_rows
from dragoman.read.folders import walk
from dragoman.read.inputs import (
    SCHEME,
    Drafts,
    FileKind,
    drafts,
    file_kind,
    kind_by_name,
    nothing,
    read_member,
    shown_name,
    spread,
    unreadable,
)
from dragoman.read.intake import Dateline, Intake
from dragoman.read.lines import read_lines
from dragoman.read.readings import Reading, failure
from dragoman.read.stories import load_phrases
from dragoman.read.warcs import read_warc
from dragoman.records import Failure, Record

# Reports of one unit, as many as a shard holds unless told otherwise.
SIZE = 64
CHUNK = 1 << 20
# Kinds of files of which a unit is a list: they hold one report each, or a few.
SINGLE = ("page", "text", "json")

UnitKind = Literal["lines", "captures", "rows", "files", "whole"]


class Unit(Record, frozen=True, kw_only=True):
    """A run of reports of one input, `path`.

    What `start` and `stop` count is told by `kind`: bytes of a file of JSON Lines ("lines") or of a WARC file
    ("captures"), reports from 0 on of a table or of packed JSON Lines ("rows"), which have to be read from their
    beginning; there a `stop` of 0 is the end. Of a list of files ("files"), and of an input that is read as one
    ("whole"), both are 0. `first` is the number of the first line or record, for the places that failures tell.

    `digest` is of the bytes of these reports and of how they are read, not of their path. `near` are reports that are
    left out because others say nearly the same: the key of each, and the id of the other.
    """

    kind: UnitKind
    path: str
    start: int = 0
    stop: int = 0
    first: int = 1
    files: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    digest: str


def units(inputs: Iterable[str | Path], *, size: int = SIZE) -> Iterator[Unit]:
    """The units of all inputs in their order, each of at most `size` reports where its format can be cut there.

    A packed file of JSON Lines, a CSV table and a group of rows of a Parquet table are cut into 50 units at most. ZIP
    archives, JSON files, addresses and standard input are one unit each, and so is a WARC file that was packed as one.
    An input that cannot be opened is a unit too: reading it gives its failure.
    """
    for given in inputs:
        path = str(given)
        if isinstance(given, str) and (given == "-" or SCHEME.match(given)):
            yield _whole(path)
        elif os.path.isdir(path):
            yield from _folder(path, size)
        elif os.path.isfile(path):
            yield from _file(path, size)
        else:
            yield _whole(path)


def read_unit(
    unit: Unit,
    *,
    published: datetime.date | None = None,
    language: str | None = None,
    dateline: Dateline | None = None,
    today: datetime.date | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    allow: Callable[..., bool] | None = None,
) -> Iterator[Reading | Failure]:
    """The reports of one unit, each judged by itself: one that came before, here or elsewhere, is not refused."""
    intake = Intake(
        load_phrases(),
        published=published,
        language=language,
        dateline=dateline,
        today=today,
        since=since,
        until=until,
        repeats=True,
    )
    near = dict(unit.near)
    for draft in _drafts(unit, allow):
        one = draft if isinstance(draft, Failure) else intake.take(draft)
        if near and isinstance(one, Reading) and (other := near.get(key_of(one))):
            message = f"the report {other!r} says nearly the same and is coded in its stead"
            one = failure(InputError(message, kind="near-duplicate"), one.where, one.article.head())
        yield one


def key_of(reading: Reading) -> str:
    """What tells a report from all others of a run: a digest of its place, id and text."""
    article = reading.article
    told = f"{reading.where}\0{article.id}\0{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=8).hexdigest()


def _drafts(unit: Unit, allow: Callable[..., bool] | None) -> Drafts:
    match unit.kind:
        case "whole":
            yield from drafts(unit.path, allow=allow)
        case "files":
            for path in unit.files:
                yield from read_member(path)
        case _:
            try:
                with open(unit.path, "rb") as stream:
                    yield from _part(unit, stream)
            except OSError as error:
                yield unreadable(error, unit.path)


def _part(unit: Unit, stream: BinaryIO) -> Drafts:
    """The reports of a part of a file."""
    where = shown_name(unit.path)
    match unit.kind:
        case "lines":
            stream.seek(unit.start)
            part = Part(stream, unit.stop - unit.start)
            yield from read_lines(Ahead(part), where, first=unit.first)
        case "captures":
            found = False
            for draft in read_warc(stream, where, start=unit.start, stop=unit.stop, first=unit.first):
                found = True
                yield draft
            if unit.start == 0 and not found:
                yield nothing(where)
        case _:
            yield from spread(stream, where, file_kind(stream, unit.path), unit.start, unit.stop or None)


def _folder(folder: str, size: int) -> Iterator[Unit]:
    """Files of one report each by lists, others by themselves, in the order of their paths."""
    held: list[str] = []
    found = False
    for path in walk(folder):
        found = True
        single = isinstance(path, str) and (not os.path.isfile(path) or _kind(path).kind in SINGLE)
        if held and (not single or len(held) == size):
            yield _listed(folder, held)
            held = []
        if isinstance(path, OSError):
            yield _whole(path.filename or folder)
        elif single:
            held.append(path)
        else:
            yield from _file(path, size)
    if held:
        yield _listed(folder, held)
    if not found:
        yield _whole(folder)


def _file(path: str, size: int) -> Iterator[Unit]:
    """The units of one file; one alone, which gives its failure, where it cannot be read."""
    kind, last = _kind(path), None
    try:
        with open(path, "rb") as stream:
            for last in _cut(path, stream, kind, size):
                yield last
    except InputError:
        pass
    except OSError:
        if last:
            # Reading the rest will fail in the same way, and tell it.
            yield msgspec.structs.replace(last, start=last.stop, stop=sys.maxsize, digest=_digest(b"", _bytes_of(path)))
    if not last:
        yield _whole(path)


def _cut(path: str, stream: BinaryIO, kind: FileKind, size: int) -> Iterator[Unit]:
    match kind:
        case FileKind("lines", False):
            for cut in cut_lines(stream, size):
                digest = _digest(b"lines", _bytes_digest(path, cut.start, cut.stop))
                yield Unit(kind="lines", path=path, start=cut.start, stop=cut.stop, first=cut.first, digest=digest)
        case FileKind("warc", _):
            for cut in cut_captures(stream, size):
                digest = _digest(b"captures", _bytes_digest(path, cut.start, cut.stop))
                yield Unit(kind="captures", path=path, start=cut.start, stop=cut.stop, first=cut.first, digest=digest)
        case FileKind("lines" | "csv" | "tsv" | "parquet", _):
            whole = _file_digest(path)
            for cut in cut_rows(stream, kind, size):
                digest = _digest(kind.kind.encode(), whole, b"%d %d" % (cut.start, cut.stop))
                yield Unit(kind="rows", path=path, start=cut.start, stop=cut.stop, digest=digest)


def _kind(path: str) -> FileKind:
    """What a file is; nothing that is known where it cannot be opened."""
    if known := kind_by_name(path):
        return known
    try:
        with open(path, "rb") as stream:
            return file_kind(stream, path)
    except OSError:
        return FileKind("")


def _listed(folder: str, paths: list[str]) -> Unit:
    """The unit of files of one report each; their names say how they are read."""
    digest = hashlib.sha256(b"files")
    for path in paths:
        digest.update(os.fsencode(os.path.relpath(path, folder)) + b"\0" + _file_digest(path))
    return Unit(kind="files", path=folder, files=tuple(paths), digest=digest.hexdigest())


def _whole(path: str) -> Unit:
    """The unit of an input that is read as one; what is no file can only be known by its name."""
    content = _file_digest(path)
    known = (_kind(path).kind.encode(), content) if content else (_bytes_of(path),)
    return Unit(kind="whole", path=path, digest=_digest(b"whole", *known))


def _file_digest(path: str) -> bytes:
    """The digest of a file's bytes; of nothing where there are none to be read."""
    return _bytes_digest(path, 0, sys.maxsize) if os.path.isfile(path) else b""


def _bytes_digest(path: str, start: int, stop: int) -> bytes:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            stream.seek(start)
            while chunk := stream.read(min(CHUNK, stop - start)):
                digest.update(chunk)
                start += len(chunk)
    except OSError:
        return b""
    return digest.digest()


def _bytes_of(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
