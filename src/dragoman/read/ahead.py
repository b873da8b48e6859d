"""A stream whose beginning can be looked at before it is read, and a stream that ends before its file does."""

import io
from typing import BinaryIO, Protocol, cast


class Readable(Protocol):
    """What bytes and lines can be read from: a file, a pipe, or what unpacks one."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; all of them without a size."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line with its end, or the first `size` bytes of it."""

    def seekable(self) -> bool:
        """Whether it can be wound back."""


class Ahead(io.RawIOBase):
    """Bytes of a stream, some of them read ahead; lines and blocks come as from the stream itself.

    Standard input cannot be wound back, and what it is shows only at its beginning. The stream is not closed.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._held = b""

    def first_line(self, size: int) -> bytes:
        """The first line that is not blank, or its beginning, with the blank ones before it; they stay to be read.

        It waits for no more than this line, so that a pipe can be answered line by line.
        """
        while len(self._held) < size and not self._held.removeprefix(b"\xef\xbb\xbf").strip():
            line = self._stream.readline(size)
            if not line:
                break
            self._held += line
        return self._held

    def peek(self, size: int) -> bytes:
        """The first `size` bytes, which stay to be read."""
        if len(self._held) < size:
            self._held += self._stream.read(size - len(self._held))
        return self._held[:size]

    def wound_back(self) -> BinaryIO:
        """The stream itself where it can be wound back, whatever was read ahead of it; else this one."""
        return cast("BinaryIO", self._stream if self._stream.seekable() else self)

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line with its end, or `size` bytes of it."""
        if not self._held:
            return self._stream.readline(-1 if size is None else size)
        end = self._held.find(b"\n") + 1
        if end == 0:
            self._held += self._stream.readline(-1 if size is None or size < 0 else max(size - len(self._held), 0))
            end = len(self._held)
        return self._take(end if size is None or size < 0 else min(end, size))

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes, fewer only at the end; all of them without a size."""
        if size < 0:
            return self._take(len(self._held)) + self._stream.read()
        held = self._take(size)
        return held + self._stream.read(size - len(held)) if len(held) < size else held

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed: any buffer
        """For the text layer that tables are read through."""
        data = self._take(len(buffer)) if self._held else self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        taken, self._held = self._held[:size], self._held[size:]
        return taken


class Part(io.RawIOBase):
    """The next `size` bytes of a stream, which is not closed."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line with its end, or what is left of it."""
        most = self._left if size is None or size < 0 else min(size, self._left)
        return self._taken(self._stream.readline(most))

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes, fewer only at the end."""
        return self._taken(self._stream.read(self._left if size < 0 else min(size, self._left)))

    def _taken(self, data: bytes) -> bytes:
        self._left -= len(data)
        return data
