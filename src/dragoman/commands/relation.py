"""`dragoman relation`: what one given party of a sentence does to another, one question and one answer a line."""

from typing import TYPE_CHECKING

import msgspec

from dragoman.commands.streams import opened_input, opened_output
from dragoman.errors import InputError
from dragoman.records import Relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from dragoman.coder import Coder
    from dragoman.relate.relations import SchemeName


class Party(msgspec.Struct, frozen=True):
    """Where a party's words stand in the sentence, in characters, the last excluded."""

    start: int
    end: int


class Question(msgspec.Struct, frozen=True):
    """A sentence and the two parties; fields that are not known are ignored."""

    id: str | int
    sentence: str
    actor: Party
    recipient: Party


def run(input: str, output: str, scheme: "SchemeName", load: "Callable[[], Coder]") -> int:
    """Answer every line; a line that cannot be answered gets an answer with `error`, and exit status 1."""
    coder = load()
    failed = False
    with opened_input(input) as lines, opened_output(output) as out:
        for number, line in enumerate(lines, 1):
            if line.strip():
                answer = _answer(line, f"{input}:{number}", scheme, coder)
                failed |= "error" in answer
                out.write(msgspec.json.encode(answer) + b"\n")
    return 1 if failed else 0


def _answer(line: bytes, where: str, scheme: "SchemeName", coder: "Coder") -> dict[str, object]:
    try:
        question = msgspec.json.decode(line, type=Question)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return {"id": None, "error": {"kind": "json", "message": str(error), "where": where}}
    places = ((question.actor.start, question.actor.end), (question.recipient.start, question.recipient.end))
    try:
        relation = coder.relation(question.sentence, *places, scheme=scheme)
    except InputError as error:
        return {"id": question.id, "error": {"kind": error.kind, "message": error.message, "where": where}}
    return {"id": question.id, **_fields(relation)}


def _fields(relation: Relation) -> dict[str, object]:
    """The answer's keys; `reason` is there only where no type is named."""
    fields = {"type": relation.type, "mode": relation.mode, "confidence": relation.confidence}
    said = {"reason": relation.reason} if relation.reason else {"by": relation.by, "status": relation.status}
    return {**fields, "scores": relation.scores, **said}
