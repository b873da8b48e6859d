"""Files packed with gzip or zstd, unpacked piece by piece: what was sound before a damage is read, the damage is told.

Such a file is a row of members, each packed by itself: most have one, archives of the web one for each record.
"""

import io
import sys
import zlib  # of the standard library: it can be told how much to unpack at a time, and where a member ends
from collections.abc import Callable, Iterator
from typing import Any

from dragoman.errors import InputError
from dragoman.read.ahead import Readable
from dragoman.read.archives import RATIO
from dragoman.read.readings import refuse

GZIP, ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
# What zstd files may begin with besides: 16 marks of frames that hold no data.
SKIPPABLE = tuple(bytes([0x50 + k]) + b"\x2a\x4d\x18" for k in range(16))
# Bytes of a mark.
MARK = 4
PIECE = 65_536
# Packed bytes given to zstd at a time: four of them can stand for 131,072, so these for 34 million at most.
SIP = 1_024
# Bytes of the window that zstd may ask for, the default of its own program: a file can ask for 2 GB and more.
WINDOW = 1 << 27
# Unpacked bytes from which on a file's ratio is looked at: a report of zeros at its beginning does no harm.
PATIENCE = 10_000_000


def packing_of(head: bytes) -> str | None:
    """What the first bytes of a file say that it is packed with: "gzip", "zstd", or None."""
    if head.startswith(GZIP):
        return "gzip"
    return "zstd" if head.startswith((ZSTD, *SKIPPABLE)) else None


class Source:
    """The bytes of a stream from `offset` on, some of which can be given back."""

    def __init__(self, stream: Readable, offset: int = 0) -> None:
        self.offset = offset
        self._stream = stream
        self._held = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end only."""
        data, self._held = self._held[:size], self._held[size:]
        data = data or self._stream.read(size) or b""
        self.offset += len(data)
        return data

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end only."""
        while len(self._held) < size and (more := self._stream.read(size - len(self._held))):
            self._held += more
        return self._held[:size]

    def give_back(self, data: bytes) -> None:
        """Let bytes that were read be read again."""
        self._held = data + self._held
        self.offset -= len(data)

    def skip_padding(self) -> None:
        """Read past zeros, with which tapes and disks fill up what is packed."""
        while piece := self.read(PIECE):
            if rest := piece.lstrip(b"\0"):
                self.give_back(rest)
                return


class Member(io.RawIOBase):
    """What one member of a packed file unpacks to; reading raises `InputError` where it is cut or broken.

    At its end the source stands behind it.
    """

    def __init__(self, source: Source, sip: int = PIECE) -> None:
        self._source = source
        self._held = memoryview(b"")
        packing = packing_of(source.peek(MARK))
        if packing is None:
            refuse("archive", "here begins nothing that is packed with gzip or zstd")
        most, self._unpacker, self._unpack = _gzip() if packing == "gzip" else _zstd()
        self._sip = min(sip, most)

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed: any buffer
        """The next bytes; none at the end of the member."""
        while not self._held and not self._unpacker.eof:
            self._held = memoryview(self._next())
        count = min(len(buffer), len(self._held))
        buffer[:count], self._held = self._held[:count], self._held[count:]
        return count

    def _next(self) -> bytes:
        """The next piece, empty where the packed bytes hold none."""
        packed = self._unpacker.unconsumed_tail or self._source.read(self._sip)
        if not packed:
            refuse("archive", "the packed file ends in the middle; what came before is read")
        piece = self._unpack(packed)
        if self._unpacker.eof:
            self._source.give_back(self._unpacker.unused_data)
        return piece


class Unpacked:
    """What a packed file unpacks to, member after member, and where that ends too early an `InputError`.

    That is raised once all before it has been read; a line that is cut is not handed out.
    """

    def __init__(self, stream: Readable) -> None:
        self._pieces = _pieces(Source(stream))
        self._held = bytearray()
        self._broken: InputError | None = None

    def seekable(self) -> bool:
        """It can only be read on."""
        return False

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes, fewer only at the end or before a break; all of them without a size."""
        while (size < 0 or len(self._held) < size) and self._more():
            pass
        if self._broken and size and not self._held:
            raise self._broken
        return self._taken(len(self._held) if size < 0 else size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line with its end, or `size` bytes of it."""
        most = sys.maxsize if size is None or size < 0 else size
        looked = 0
        while (end := self._held.find(b"\n", looked, most) + 1) == 0 and len(self._held) < most:
            looked = len(self._held)
            if not self._more():
                break
        if self._broken and not end and len(self._held) < most:
            raise self._broken
        return self._taken(end or most)

    def _more(self) -> bool:
        """Unpack a piece; whether there was one."""
        try:
            piece = next(self._pieces, b"")
        except InputError as error:
            self._broken = error
            return False
        self._held += piece
        return bool(piece)

    def _taken(self, size: int) -> bytes:
        data = bytes(self._held[:size])
        del self._held[:size]
        return data


def whole(stream: Readable, limit: int) -> bytes:
    """All bytes of a stream, or more than `limit`; raises `InputError` where it breaks off before its end."""
    data = stream.read(limit + 1)
    if len(data) <= limit:
        stream.read(1)
    return data


def _pieces(source: Source) -> Iterator[bytes]:
    """What all members unpack to, in pieces that are not empty; an error where one is broken or they are too much."""
    came = 0
    while source.peek(1):
        member = Member(source)
        while piece := member.read(PIECE):
            came += len(piece)
            if came > PATIENCE and came > RATIO * source.offset:
                refuse("too-large", f"the file unpacks to more than {RATIO} times its bytes, as no text does")
            yield piece
        source.skip_padding()


def _gzip() -> tuple[int, Any, Callable[[bytes], bytes]]:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def unpack(packed: bytes) -> bytes:
        try:
            return unpacker.decompress(packed, PIECE)
        except zlib.error as error:
            raise InputError(f"the packed file is broken here: {error}", kind="archive") from error

    return PIECE, unpacker, unpack


def _zstd() -> tuple[int, Any, Callable[[bytes], bytes]]:
    try:
        import zstandard  # BSD, the binding that the format's users keep; Python has one of its own only from 3.14 on
    except ImportError as error:
        message = "zstandard is needed for files packed with zstd: pip install 'dragoman[bulk]'"
        raise InputError(message, kind="missing") from error
    unpacker = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()

    def unpack(packed: bytes) -> bytes:
        try:
            return unpacker.decompress(packed)
        except zstandard.ZstdError as error:
            raise InputError(f"the packed file is broken here: {error}", kind="archive") from error

    return SIP, unpacker, unpack
