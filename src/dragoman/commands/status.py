"""`dragoman status`: how far acts have come and how certain they are, one question and one answer a line."""

from typing import TYPE_CHECKING

import msgspec

from dragoman.commands.streams import opened_input, opened_output
from dragoman.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dragoman.coder import Coder


class Place(msgspec.Struct, frozen=True):
    """Where the word that tells the act stands in the sentence, in characters."""

    start: int
    end: int | None = None


class Question(msgspec.Struct, frozen=True):
    """A sentence and a word of it; fields that are not known are ignored."""

    id: str | int
    sentence: str
    event: Place


def run(input: str, output: str, load: "Callable[[], Coder]") -> int:
    """Answer every line; a line that cannot be answered gets an answer with `error`, and exit status 1."""
    coder = load()
    failed = False
    with opened_input(input) as lines, opened_output(output) as out:
        for number, line in enumerate(lines, 1):
            if line.strip():
                answer = _answer(line, f"{input}:{number}", coder)
                failed |= "error" in answer
                out.write(msgspec.json.encode(answer) + b"\n")
    return 1 if failed else 0


def _answer(line: bytes, where: str, coder: "Coder") -> dict[str, object]:
    try:
        question = msgspec.json.decode(line, type=Question)
    except msgspec.MsgspecError as error:
        return {"id": None, "error": {"kind": "json", "message": str(error), "where": where}}
    try:
        status, certainty = coder.status(question.sentence, question.event.start)
    except InputError as error:
        return {"id": question.id, "error": {"kind": error.kind, "message": error.message, "where": where}}
    return {"id": question.id, "status": status, "factuality": certainty}
