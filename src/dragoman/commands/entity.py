"""`dragoman entity`: whom phrases name, one question and one answer a line."""

import datetime
from typing import TYPE_CHECKING

import msgspec

from dragoman.commands.streams import opened_input, opened_output
from dragoman.records import Entity

if TYPE_CHECKING:
    from collections.abc import Callable

    from dragoman.coder import Coder


class Question(msgspec.Struct, frozen=True):
    """A phrase, and the day on which it was written (today if not said); fields that are not known are ignored."""

    id: str | int
    phrase: str
    on: str | None = None


def run(input: str, output: str, load: "Callable[[], Coder]") -> int:
    """Answer every line; a line that cannot be read gets an answer with `error`, and exit status 1."""
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
        on = datetime.date.fromisoformat(question.on[:10]) if question.on else datetime.date.today()
    except (msgspec.MsgspecError, ValueError) as error:
        return {"id": None, "error": {"kind": "json", "message": str(error), "where": where}}
    found = coder.entity(question.phrase, on=on)
    return {"id": question.id, **_fields(found)}


def _fields(entity: Entity | None) -> dict[str, str]:
    if entity is None:
        return {"code": "", "country": "", "sector": "", "name": ""}
    return {"code": entity.code, "country": entity.country, "sector": entity.sector, "name": entity.name}
