"""Files and standard streams that commands read from and write to, with errors that name them."""

import contextlib
import sys
from collections.abc import Iterator
from typing import BinaryIO

from dragoman.errors import InputError, OutputError


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
def opened_output(output: str) -> Iterator[BinaryIO]:
    """A file to write, or standard output for "-"; raises `OutputError` where it cannot be opened."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        file = open(output, "wb")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=output) from error
    with file:
        yield file
