"""Codings as JSON Lines, one a line, and back; quad class, score and CAMEO code are added here and dropped again."""

from typing import Any

import msgspec

from dragoman.errors import InputError
from dragoman.records import Coding, Event, Failure
from dragoman.resolve.soundness import flaw_of
from dragoman.rules.ontology import Ontology

DERIVED = ("quad", "score", "cameo")


def encode(coding: Coding | Failure, ontology: Ontology) -> bytes:
    """One line of JSON without its line end; the same coding always gives the same bytes."""
    if isinstance(coding, Failure):
        return msgspec.json.encode(coding)
    content = msgspec.to_builtins(coding)
    content["events"] = [
        _with_derived(fields, event, ontology) for fields, event in zip(content["events"], coding.events, strict=True)
    ]
    return msgspec.json.encode(content)


def _with_derived(fields: dict[str, Any], event: Event, ontology: Ontology) -> dict[str, Any]:
    """The event's fields with the derived ones after `date`, where the contract has them."""
    content: dict[str, Any] = {}
    for name, value in fields.items():
        content[name] = value
        if name == "date":
            content.update(derived(event, ontology))
    return content


def derived(event: Event, ontology: Ontology) -> dict[str, Any]:
    """What follows from an event's type, modes and contexts: quad class (1 to 4), score (-10 to 10), CAMEO code."""
    return {
        "quad": ontology.quad(event.type),
        "score": ontology.score(event.type, event.mode),
        "cameo": ontology.cameo(event.type, event.mode, event.context),
    }


def decode(line: bytes | str, ontology: Ontology, *, where: str | None = None) -> Coding | Failure:
    """A coding from its line; raises `InputError` where the line is none or what it says cannot be."""
    try:
        content = msgspec.json.decode(line)
        if isinstance(content, dict) and "error" in content:
            return msgspec.convert(content, Failure)
        given = [{name: event.pop(name, None) for name in DERIVED} for event in content["events"]]
        coding = msgspec.convert(content, Coding)
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"not a coding: {error}", kind="coding", where=where) from error
    for event, fields in zip(coding.events, given, strict=True):
        _check_derived(event, fields, ontology, where)
    if flaw := flaw_of(coding):
        raise InputError(flaw, kind="coding", where=where)
    return coding


def _check_derived(event: Event, fields: dict[str, Any], ontology: Ontology, where: str | None) -> None:
    for name, expected in derived(event, ontology).items():
        if fields[name] is not None and fields[name] != expected:
            message = f"event {event.id}: {name} is {fields[name]!r}, but {event.type} has {expected!r}"
            raise InputError(message, kind="coding", where=where)
