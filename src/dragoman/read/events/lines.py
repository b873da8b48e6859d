"""From a file, packed or not, to numbered lines of text; a line that is no text is a fault of its own."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead
from dragoman.read.encodings import MAGIC, MARKS
from dragoman.records import Fault

# Bytes of the longest line: real rows stay below 20,000; a file without line ends must not fill the memory.
LINE_LIMIT = 1_000_000
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile)


class Readable(Protocol):
    """What lines are read from: a file, what unpacks it, or a stream."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, or the first `size` bytes of it."""


class Numbered(NamedTuple):
    """A line without its end, and its number from 1."""

    number: int
    text: str


class Lines(NamedTuple):
    """The lines of a file, or of one member of an archive; `alone` says that there is no other member."""

    where: str
    lines: Iterator[Numbered | Fault]
    alone: bool = True


def opened(path: Path | str, encoding: str, stdin: BinaryIO | None = None) -> Iterator[Lines]:
    """The file, or each member of an archive; raises `InputError` where it cannot be opened or is no table."""
    where = str(path)
    _check_encoding(encoding)
    if where == "-":
        yield from _stream(_given(stdin), where, encoding)
        return
    try:
        file = open(path, "rb")
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be opened: {_reason(error)}", kind="unreadable", where=where) from error
    with file:
        yield from _archive(file, where, encoding) if file.peek(4)[:4] == ZIP else _stream(file, where, encoding)


def _check_encoding(encoding: str) -> None:
    try:
        usable = "\n".encode(encoding) == b"\n"
    except LookupError:
        usable = False
    if not usable:
        message = f"{encoding!r} is no encoding of tables; expected one such as utf-8 or windows-1252"
        raise InputError(message, kind="encoding")


def _given(stdin: BinaryIO | None) -> BinaryIO:
    if stdin is None:
        raise InputError("there is no standard input to read", kind="unreadable", where="-")
    return stdin


def _archive(file: BinaryIO, where: str, encoding: str) -> Iterator[Lines]:
    """The members of a ZIP archive in their order, folders and what systems add to it left out."""
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as error:
        raise InputError(f"the ZIP archive is broken: {_reason(error)}", kind="unreadable", where=where) from error
    members = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    if not members:
        raise InputError("the ZIP archive holds no file; expected event data", kind="empty", where=where)
    for member in members:
        yield _member(archive, member, f"{where}/{member.filename}", encoding)._replace(alone=len(members) == 1)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, encoding: str) -> Lines:
    try:
        return Lines(where, _numbered(archive.open(member), where, encoding))
    except (*BROKEN, RuntimeError, NotImplementedError) as error:
        fault = Fault(kind="unreadable", message=f"cannot be unpacked: {_reason(error)}", where=where)
        return Lines(where, iter([fault]))


def _stream(stream: BinaryIO, where: str, encoding: str) -> Iterator[Lines]:
    """One file that may be packed with gzip; refused where it begins like something else, or not at all."""
    ahead = Ahead(stream)
    head = ahead.peek(4)
    if head.startswith(GZIP):
        # A stream may be read once only, so the reader of gzip is given the beginning again.
        yield Lines(where, _numbered(gzip.GzipFile(fileobj=io.BufferedReader(ahead)), where, encoding))
        return
    _check(head, where)
    yield Lines(where, _numbered(ahead, where, encoding))


def _check(head: bytes, where: str) -> None:
    for magic, name in MAGIC.items():
        if head.startswith(magic[:4]):
            raise InputError(f"expected a table of events, and this is {name}", kind="binary", where=where)
    for mark, encoding in MARKS[1:]:
        if head.startswith(mark):
            message = f"expected UTF-8, and the byte order mark says {encoding}; save the table as UTF-8"
            raise InputError(message, kind="encoding", where=where)


def _numbered(stream: Readable, where: str, encoding: str) -> Iterator[Numbered | Fault]:
    """Lines that are not blank; where the packed file breaks off, the last one is the fault that says so."""
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(LINE_LIMIT)
            whole = not line or len(line) < LINE_LIMIT or line.endswith(b"\n") or not _rest(stream)
        except BROKEN as error:
            message = f"the file breaks off here: {_reason(error)}"
            yield Fault(kind="unreadable", message=message, where=f"{where}:{number}")
            return
        if not line:
            return
        if not line.isspace() or b"\t" in line:
            yield _text(line, number, f"{where}:{number}", encoding) if whole else _long(f"{where}:{number}")


def _rest(stream: Readable) -> bool:
    """Whether there is more of a line; it is read past."""
    more = False
    while piece := stream.readline(LINE_LIMIT):
        more = True
        if piece.endswith(b"\n"):
            break
    return more


def _text(line: bytes, number: int, where: str, encoding: str) -> Numbered | Fault:
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    if number == 1:
        line = line.removeprefix(MARKS[0][0])
    if b"\0" in line:
        message = f"byte {line.index(0)} is NUL; expected text"
        return Fault(kind="binary", message=message, where=where)
    try:
        return Numbered(number, line.decode(encoding))
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} (0x{line[error.start]:02x})"
        message = f"{byte} is not {encoding}; save the table as UTF-8, or name its encoding"
        return Fault(kind="encoding", message=message, where=where)


def _long(where: str) -> Fault:
    message = f"the line has more than {LINE_LIMIT:,} bytes; expected one event a line"
    return Fault(kind="too-large", message=message, where=where)


def _reason(error: Exception) -> str:
    return ((error.strerror if isinstance(error, OSError) else None) or str(error)).lower()
