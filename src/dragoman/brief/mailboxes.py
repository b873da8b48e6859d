"""Mails as people keep them: one file, an mbox, a Maildir or a folder of .eml files, or what comes in by a pipe."""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from dragoman.errors import InputError

# Bytes of one mail that are kept: of one that is longer the rest is passed over.
LONGEST = 200_000
# The line before each mail of an mbox, and how such lines within a mail are hidden.
FROM = b"From "
QUOTED = re.compile(rb"^>+From ")


def read_mails(path: Path) -> Iterator[bytes]:
    """The mails of a file or folder, one after the other; raises `InputError` where there is none to be read."""
    try:
        if path.is_dir():
            for file in _files(path):
                with file.open("rb") as opened:
                    yield opened.read(LONGEST)
        else:
            with path.open("rb") as opened:
                yield from split_mails(opened)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", kind="unread", where=str(path)) from error


def split_mails(stream: BinaryIO) -> Iterator[bytes]:
    """The mails of a stream: an mbox where its first line says so, else one mail."""
    lines = iter(stream.readline, b"")
    first = next((line for line in lines if line.strip()), b"")
    if first.startswith(FROM):
        yield from _mbox(lines)
    elif first:
        yield _capped(itertools.chain([first], lines))


def _files(folder: Path) -> list[Path]:
    """The mails of a Maildir, else the .eml files of a folder."""
    if (folder / "new").is_dir() and (folder / "cur").is_dir():
        return sorted(file for part in ("new", "cur") for file in (folder / part).iterdir() if file.is_file())
    found = sorted(folder.glob("*.eml"))
    if not found:
        message = "neither a Maildir (with the folders new and cur) nor a folder of .eml files"
        raise InputError(message, kind="unread", where=str(folder))
    return found


def _mbox(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The mails of an mbox after its first line: another one begins with such a line after an empty one."""
    mail: list[bytes] = []
    size, before = 0, b""
    for line in lines:
        if line.startswith(FROM) and not before.strip():
            yield b"".join(mail)
            mail, size = [], 0
        elif size < LONGEST:
            mail.append(line[1:] if QUOTED.match(line) else line)
            size += len(line)
        before = line
    yield b"".join(mail)


def _capped(lines: Iterable[bytes]) -> bytes:
    kept, size = [], 0
    for line in lines:
        if size < LONGEST:
            kept.append(line)
        size += len(line)
    return b"".join(kept)
