"""Archives of the web, record by record: where each begins and ends, and what stands there instead of one.

A record says how long it is, and what follows must be the next one or the end. Where that does not hold the record is
told as a fault, and the next one is looked for behind its head, so that one damage takes one record and no other.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from dragoman.errors import InputError
from dragoman.read.ahead import Part
from dragoman.read.answers import HEAD, Fields, fields_of
from dragoman.read.archives import RATIO
from dragoman.read.packed import GZIP, PIECE, SIP, Member, Source

# Bytes of one record that are kept: the heaviest news pages have two million, pictures left out.
RECORD = 10_000_000
# Unpacked bytes of all records from which on the ratio of a file is looked at: a gigabyte of real pages has five.
PATIENCE = 20_000_000_000
# Broken records one after the other in what is packed together: more would fill disks with what is told of them.
FAULTS = 1_000
FIRST_LINE = re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")
# Bytes of a first line.
FIRST = 12
BLANK = (b"\r\n", b"\n")
# Blank lines between two records: two by the standard, some writers make more.
BLANKS = 16
# The ends of a line and of a blank one behind it.
BEFORE = (b"\n\r\n", b"\n\n")
# Bytes that such a line has with the blank one before it, which two pieces may share.
OVERLAP = 32
# The head of a member: of gzip with flags, time, level and system that there are, of zstd its mark.
MEMBER = re.compile(
    rb"\x1f\x8b\x08 [\x00-\x1f] [\x00-\xff]{4} [\x00\x02\x04] [\x00-\x0d\xff] | \x28\xb5\x2f\xfd", re.VERBOSE
)
# Bytes of such a head.
MEMBER_HEAD = 10
# Packed bytes that are looked at to see whether a record begins in them: a block of zstd has at most 131,072.
TASTE_GZIP, TASTE_ZSTD = 4_096, 140_000


class Capture(NamedTuple):
    """One record: the fields of its head, its block as far as it is kept, and how long it is; or what is wrong there.

    `number` counts records from 1, faults too. Reading can begin anew at `offset`, unless that is None.
    """

    number: int
    offset: int | None
    fields: Fields
    block: bytes = b""
    size: int = 0
    fault: InputError | None = None


class Found(NamedTuple):
    """A record before it has its number."""

    fields: Fields
    block: bytes
    size: int


def is_capture(head: bytes) -> bool:
    """Whether bytes begin as a record of a web archive does."""
    return FIRST_LINE.match(head) is not None


def captures(file: BinaryIO, *, start: int = 0, first: int = 1) -> Iterator[Capture]:
    """The records of a file, packed or not, from the offset of one on, whose number is `first`."""
    found = _of_members(file, start) if _is_packed(file) else _records(_Plain(file, start))
    for number, (offset, one) in enumerate(found, start=first):
        if isinstance(one, InputError):
            yield Capture(number, offset, {}, fault=one)
        else:
            yield Capture(number, offset, *one)


def _is_packed(file: BinaryIO) -> bool:
    """Whether a file's records are packed; where its beginning is damaged what comes behind that tells it."""
    file.seek(0)
    return not is_capture(file.read(FIRST)) and bool(_next_member(file, 0).peek(1))


def _of_members(file: BinaryIO, start: int) -> Iterator[tuple[int | None, Found | InputError]]:
    """The records of one member after the other; behind one that is broken the next is looked for."""
    source, came = _source(file, start), 0
    while True:
        source.skip_padding()
        offset: int | None = source.offset
        if not source.peek(1):
            return
        begun = source.offset
        try:
            window = _Window(Member(source))
            for one in _of_member(window):
                yield offset, one
                offset = None
            came += window.tell()
        except InputError as error:
            yield offset, error
            source = _next_member(file, begun + 1)
        if came > PATIENCE and came > RATIO * source.offset:
            message = f"the file unpacks to more than {RATIO} times its bytes; the rest of it is not read"
            yield None, InputError(message, kind="too-large")
            return


def _of_member(window: "_Window") -> Iterator[Found | InputError]:
    """The records of a member, which is read to its end."""
    faults = 0
    for _, one in _records(window):
        yield one
        faults = faults + 1 if isinstance(one, InputError) else 0
        if faults == FAULTS:
            message = (
                f"{FAULTS:,} broken records, one after the other; the rest of what is packed with them is not read"
            )
            yield InputError(message, kind="archive")
            while window.skip(PIECE):
                window.forget()


def _next_member(file: BinaryIO, offset: int) -> Source:
    """The file from the next member on whose first bytes are those of a record; at its end where there is none."""
    while True:
        file.seek(offset)
        piece = file.read(PIECE)
        for found in MEMBER.finditer(piece):
            if _begins_record(file, offset + found.start()):
                return _source(file, offset + found.start())
        if len(piece) < PIECE:
            return _source(file, offset + len(piece))
        offset += PIECE - MEMBER_HEAD + 1


def _begins_record(file: BinaryIO, offset: int) -> bool:
    """Whether what is packed here begins as a record does: chance and malice put the mark of a member anywhere."""
    file.seek(offset)
    taste = TASTE_GZIP if file.read(len(GZIP)) == GZIP else TASTE_ZSTD
    file.seek(offset)
    try:
        return is_capture(Member(Source(Part(file, taste)), sip=SIP).read(FIRST))
    except InputError:
        return False


def _source(file: BinaryIO, offset: int) -> Source:
    file.seek(offset)
    return Source(file, offset)


def _records(stream: "_Plain | _Window") -> Iterator[tuple[int, Found | InputError]]:
    """The records of a stream to its end, each with its offset; all bytes up to the next record are one fault."""
    while True:
        stream.forget()
        offset = stream.tell()
        line = _first_line(stream)
        if not line:
            return
        head = _head(stream, line)
        body = stream.tell()
        one = head if isinstance(head, InputError) else _found(stream, head)
        if isinstance(one, InputError):
            stream.seek(body)
            _seek_record(stream)
        yield offset, one


def _head(stream: "_Plain | _Window", line: bytes) -> Fields | InputError:
    """The fields of a record, up to the blank line behind them; the stream stands behind that."""
    if not is_capture(line):
        return InputError("here begins no record of a web archive", kind="archive")
    head = line
    while line not in BLANK:
        line = stream.readline(HEAD)
        head += line
        if not line or len(head) > HEAD:
            said = f"has more than {HEAD:,} bytes" if line else "is cut"
            return InputError(f"the head of the record {said}", kind="archive")
    return fields_of(head)[1]


def _found(stream: "_Plain | _Window", fields: Fields) -> Found | InputError:
    """The record whose block comes next, if it is as long as it says."""
    said = fields.get("content-length", "")
    if "warc-type" not in fields:
        return InputError("the record does not say what it is: it has no WARC-Type", kind="archive")
    if not (said.isascii() and said.isdecimal() and len(said) < 20):
        return InputError(f"the record says {said[:30]!r} for its length; expected a number of bytes", kind="archive")
    size = int(said)
    block = stream.read(min(size, RECORD))
    came = len(block) + (stream.skip(size - RECORD) if size > RECORD else 0)
    if came < size:
        return InputError(f"the record says that it has {size:,} bytes, and {came:,} are there", kind="archive")
    if not _is_border(stream):
        message = f"the record is not of the {size:,} bytes that it says: no other begins behind them"
        return InputError(message, kind="archive")
    return Found(fields, block, size)


def _is_border(stream: "_Plain | _Window") -> bool:
    """Whether a record ends here: blank lines, and then the next one or nothing."""
    place = stream.tell()
    line = _first_line(stream)
    stream.seek(place)
    return not line or is_capture(line)


def _first_line(stream: "_Plain | _Window") -> bytes:
    """The next line that is not blank; empty at the end."""
    line = stream.readline(HEAD)
    for _ in range(BLANKS):
        if line not in BLANK:
            break
        line = stream.readline(HEAD)
    return line


def _seek_record(stream: "_Plain | _Window") -> None:
    """Go to the next line that begins a record and has a blank one before it; to the end where there is none."""
    while True:
        place = stream.tell()
        piece = stream.read(PIECE)
        for found in FIRST_LINE.finditer(piece):
            if piece.endswith(BEFORE, 0, found.start()):
                stream.seek(place + found.start())
                return
        if len(piece) < PIECE:
            return
        stream.seek(place + PIECE - OVERLAP)
        stream.forget()


class _Plain:
    """A file that is not packed."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._size = file.seek(0, io.SEEK_END)
        file.seek(start)
        self.tell, self.read, self.readline, self.seek = file.tell, file.read, file.readline, file.seek

    def forget(self) -> None:
        """Nothing is held."""

    def skip(self, size: int) -> int:
        """Pass over bytes, fewer at the end only; how many."""
        place = self.tell()
        return self.seek(min(place + size, self._size)) - place


class _Window:
    """A stream that can be read only once, of which the last record is held, so that it can be read again."""

    def __init__(self, stream: io.RawIOBase) -> None:
        self._stream = io.BufferedReader(stream, PIECE)
        self._held = bytearray()
        self._start = self._place = 0

    def tell(self) -> int:
        """Bytes from the beginning."""
        return self._place

    def seek(self, offset: int) -> int:
        """Go back to a place, or as far as what is held goes back."""
        self._place = max(offset, self._start)
        return self._place

    def forget(self) -> None:
        """Let go of what was read."""
        del self._held[: self._place - self._start]
        self._start = self._place

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer at the end only."""
        inside = self._place - self._start
        if missing := size - (len(self._held) - inside):
            self._held += self._stream.read(missing) if missing > 0 else b""
        return self._taken(inside, inside + size)

    def readline(self, size: int) -> bytes:
        """The next line with its end, or `size` bytes of it."""
        inside = self._place - self._start
        if self._held.find(b"\n", inside, inside + size) < 0 and (missing := size - (len(self._held) - inside)) > 0:
            self._held += self._stream.readline(missing)
        end = self._held.find(b"\n", inside, inside + size) + 1
        return self._taken(inside, end or inside + size)

    def skip(self, size: int) -> int:
        """Pass over bytes, which cannot be read again; how many there were."""
        skipped = len(self.read(min(size, PIECE)))
        while skipped < size and (piece := self._stream.read(min(size - skipped, PIECE))):
            skipped += len(piece)
            self._held.clear()
            self._start = self._place = self._place + len(piece)
        return skipped

    def _taken(self, start: int, end: int) -> bytes:
        data = bytes(self._held[start:end])
        self._place += len(data)
        return data
