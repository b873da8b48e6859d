"""`dragoman entity`: whom phrases name, one question and one answer a line."""

import contextlib
import datetime
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from dragoman.errors import InputError, OutputError
from dragoman.records import Entity

if TYPE_CHECKING:
    from dragoman.coder import Coder


class Question(msgspec.Struct, frozen=True):
    """A phrase, and the day on which it was written; fields that are not known are ignored."""

    id: str | int
    phrase: str
    on: str | None = None


def run(input: str, output: str, load: "Callable[[], Coder]") -> int:
    """Answer every line; a line that cannot be read gets an answer with `error`, and exit status 1."""
    coder = load()
    failed = False
    with _lines(input) as lines, _writer(output) as write:
        for number, line in enumerate(lines, 1):
            if line.strip():
                answer = _answer(line, f"{input}:{number}", coder)
                failed |= "error" in answer
                write(msgspec.json.encode(answer) + b"\n")
    return 1 if failed else 0


def _answer(line: bytes, where: str, coder: "Coder") -> dict[str, object]:
    try:
        question = msgspec.json.decode(line, type=Question)
        on = datetime.date.fromisoformat(question.on[:10]) if question.on else None
    except (msgspec.MsgspecError, ValueError) as error:
        return {"id": None, "error": {"kind": "json", "message": str(error), "where": where}}
    found = coder.entity(question.phrase, on=on)
    return {"id": question.id, **_fields(found)}


def _fields(entity: Entity | None) -> dict[str, str]:
    if entity is None:
        return {"code": "", "country": "", "sector": "", "name": ""}
    return {"code": entity.code, "country": entity.country, "sector": entity.sector, "name": entity.name}


@contextlib.contextmanager
def _lines(input: str) -> Iterator[Iterator[bytes]]:
    if input == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        file = open(input, "rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", kind="unreadable", where=input) from error
    with file:
        yield iter(file)


@contextlib.contextmanager
def _writer(output: str) -> Iterator[Callable[[bytes], object]]:
    if output == "-":
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    try:
        file = open(output, "wb")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=output) from error
    with file:
        yield file.write
