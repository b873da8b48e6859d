"""JSON Lines, one report a line, read as a stream; and JSON files that hold one report or a list of them."""

import contextlib
import json
import re
from collections.abc import Iterator

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead
from dragoman.read.encodings import check_magic, decode
from dragoman.read.readings import Draft, failure, refuse
from dragoman.read.rows import TYPE_NAMES, draft_of
from dragoman.records import Failure

# Five megabytes of text can take six times that when every character is escaped.
LINE_LIMIT = 32_000_000
# Bytes that tell what is no text.
SAMPLE = 64
BOM = b"\xef\xbb\xbf"
BLANK = re.compile(r"[ \t\r\n]*")
MORE_LINES = re.compile(r"^[ \t]*\{", re.MULTILINE)


def read_lines(
    stream: Ahead, where: str, *, first: int = 1, start: int = 0, stop: int | None = None
) -> Iterator[Draft | Failure]:
    """One report from each line that is not blank; a broken line is a failure of that line only.

    `first` is the number of the first line, for a stream that begins in the middle of a file; of the reports only those
    from `start` to before `stop` are read, counted from 0. Where a packed stream breaks off is a failure too.
    """
    reports, number = 0, first
    lines = _capped_lines(stream)
    while stop is None or reports < stop:
        try:
            line = next(lines, b"")
        except InputError as error:
            yield failure(error, f"{where}:{number}")
            return
        if number == 1 and (refused := _binary(line, where)):
            yield refused
            return
        if not line:
            return
        if not is_blank(line):
            if reports >= start:
                yield _row(line.removeprefix(BOM) if number == 1 else line, f"{where}:{number}")
            reports += 1
        number += 1


def count_lines(stream: Ahead) -> int:
    """How many reports there are up to the end of a stream, or to where it breaks off; none in what is no text."""
    count = 0
    with contextlib.suppress(InputError):
        check_magic(stream.peek(SAMPLE))
        for line in _capped_lines(stream):
            count += not is_blank(line)
    return count


def is_blank(line: bytes) -> bool:
    """Whether a line holds no report."""
    return not line.strip(b" \t\r\n")


def read_json(data: bytes, where: str) -> Iterator[Draft | Failure]:
    """One object, a list of objects, or lines after all; each with the line where it begins."""
    try:
        text = decode(data).text
    except InputError as error:
        yield failure(error, where)
        return
    start = _skip(text, 0)
    if text.startswith("[", start):
        yield from _list(text, start + 1, where)
    elif _is_one(text, start):
        yield _object(text, f"{where}:{1 + text.count(chr(10), 0, start)}")
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _object(line, f"{where}:{number}")


def _capped_lines(stream: Ahead) -> Iterator[bytes]:
    """Lines of the stream; of one that is too long only the beginning, which then is no JSON."""
    while line := stream.readline(LINE_LIMIT):
        rest = line
        while len(rest) == LINE_LIMIT and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_LIMIT)
        yield line


def _binary(line: bytes, where: str) -> Failure | None:
    try:
        check_magic(line)
    except InputError as error:
        return failure(error, where)
    return None


def _row(line: bytes, where: str) -> Draft | Failure:
    if len(line) >= LINE_LIMIT:
        error = InputError(f"the line is longer than {LINE_LIMIT:,} bytes; expected one report", kind="too-large")
        return failure(error, where)
    try:
        text = line.rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} of the line (0x{line[error.start]:02x})"
        return failure(InputError(f"{byte} is not UTF-8: {error.reason}", kind="encoding"), where)
    return _object(text, where)


def _object(text: str, where: str) -> Draft | Failure:
    try:
        value = _parse(text)
    except InputError as error:
        return failure(error, where)
    return _draft(value, where)


def _draft(value: object, where: str) -> Draft | Failure:
    if isinstance(value, dict):
        return draft_of(value, where)
    came = TYPE_NAMES.get(type(value), "null")
    return failure(InputError(f"expected an object with the fields of a report, and {came} came", kind="json"), where)


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        refuse("json", _told(error))
    except (ValueError, RecursionError) as error:
        refuse("json", f"not readable as JSON: {error}")


def _told(error: json.JSONDecodeError) -> str:
    """What is wrong, at which column, and what stands there."""
    place = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
    if error.msg.startswith("Unterminated string"):
        return f"broken JSON: the string that begins at {place} has no end; expected '\"', and the text ends"
    rest = error.doc[error.pos : error.pos + 20]
    came = f"{rest!r} came" if rest else "the text ends"
    said = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
    return f"broken JSON at {place}: {said}, and {came}"


def _skip(text: str, position: int) -> int:
    matched = BLANK.match(text, position)
    return matched.end() if matched else position


def _is_one(text: str, start: int) -> bool:
    """Whether the text is one value over all its lines, whole or broken, and not a value a line."""
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return len(MORE_LINES.findall(text)) < 2 and text.count("\n", start) > 0
    return _skip(text, end) == len(text)


def _list(text: str, position: int, where: str) -> Iterator[Draft | Failure]:
    """The objects of a list; after a broken one no next can be found, so it ends the list."""
    line, counted = 1, 0
    position = _skip(text, position)
    while not text.startswith("]", position):
        line, counted = line + text.count("\n", counted, position), position
        try:
            value, position = json.JSONDecoder().raw_decode(text, position)
            position = _next(text, position)
        except json.JSONDecodeError as error:
            yield failure(
                InputError(f"{_told(error)}; the rest of the list is not read", kind="json"), f"{where}:{line}"
            )
            return
        except (ValueError, RecursionError) as error:
            yield failure(InputError(f"not readable as JSON: {error}", kind="json"), f"{where}:{line}")
            return
        yield _draft(value, f"{where}:{line}")


def _next(text: str, position: int) -> int:
    """Behind the comma, or at the bracket that ends the list."""
    position = _skip(text, position)
    if text.startswith("]", position):
        return position
    if not text.startswith(",", position):
        raise json.JSONDecodeError("Expecting ',' delimiter or ']'", text, position)
    return _skip(text, position + 1)
