"""`dragoman stories`: which reports tell the same story, one report and one answer a line."""

import datetime
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from dragoman.commands.streams import opened_input, opened_output
from dragoman.resolve.stories import Report, stories

Fault = dict[str, object]


class Line(msgspec.Struct, frozen=True):
    """A report; `published` is a day or a date-time; fields that are not known are ignored."""

    id: str | int
    text: str
    title: str | None = None
    published: str | None = None


def run(input: str, output: str) -> int:
    """Name the story of every report; a line that cannot be read gets an answer with `error`, and exit status 1.

    All lines are read before the first is answered, since any report may tell the story of any other.
    """
    with opened_input(input) as lines:
        read = list(_read(lines, input))
    names = iter(stories([_report(one) for one in read if isinstance(one, Line)]))
    with opened_output(output) as out:
        for one in read:
            answer = {"id": one.id, "story": next(names)} if isinstance(one, Line) else one
            out.write(msgspec.json.encode(answer) + b"\n")
    return 1 if any(not isinstance(one, Line) for one in read) else 0


def _read(lines: BinaryIO, input: str) -> Iterator[Line | Fault]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _line(line, f"{input}:{number}")


def _line(line: bytes, where: str) -> Line | Fault:
    try:
        found = msgspec.json.decode(line, type=Line)
        _day(found)
    except (msgspec.MsgspecError, ValueError) as error:
        return {"id": None, "error": {"kind": "json", "message": str(error), "where": where}}
    return found


def _report(line: Line) -> Report:
    return Report(id=str(line.id), text=line.text, title=line.title, published=_day(line))


def _day(line: Line) -> datetime.date | None:
    """The day of publication; of a date-time its own calendar day. Raises `ValueError` where it is neither."""
    return datetime.date.fromisoformat(line.published[: len("2013-06-17")]) if line.published else None
