"""Files and standard streams that commands read from and write to, with errors that name them."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dragoman.errors import InputError, OutputError

STANDARD = "standard output"


@contextlib.contextmanager
def opened_input(input: str) -> Iterator[BinaryIO]:
    """A file to read, or standard input for "-"; raises `InputError` where it cannot be opened."""
    if input == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(input, "rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", kind="unreadable", where=input) from error
    with file:
        yield file


@contextlib.contextmanager
def opened_output(output: str, *, whole: bool = True) -> Iterator[BinaryIO]:
    """A file to write, or standard output for "-"; raises `OutputError` where it cannot be opened or written.

    A file that is `whole` is written beside its name and renamed at the end: after an error there is what was there
    before. Otherwise what was written so far can be read at any time. Devices and pipes are written as they are.
    """
    try:
        with _target(output, whole=whole) as file:
            yield file
            file.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        where = STANDARD if output == "-" else output
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=where) from error


def _target(output: str, *, whole: bool) -> contextlib.AbstractContextManager[BinaryIO]:
    if output == "-":
        return contextlib.nullcontext(sys.stdout.buffer)
    path = Path(output)
    if whole and (path.is_file() or not path.exists()) and os.access(path.resolve().parent, os.W_OK):
        return _aside(path.resolve())
    return open(path, "wb")


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[BinaryIO]:
    """A file beside the one that is meant, which takes its place when all is written."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(aside, "wb") as file:
            yield file
        if path.exists():
            shutil.copymode(path, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
