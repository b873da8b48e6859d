"""Do the patterns do what they say? Runs every example and counter-example through the coder's own steps.

An example marks its roles: "[Kyiv] accused {Moscow} of shelling the port" has brackets around the actor and braces
around the recipient.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from dragoman.find.events import find_events
from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.parse import DEFAULT_MODEL, parse_all
from dragoman.records import Article, Document, Entity, Event, Record
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules
from dragoman.rules.patterns import Pattern


class Marked(Record, frozen=True, kw_only=True):
    """A sentence without its marks, and the spans that were marked."""

    text: str
    actor: tuple[tuple[int, int], ...]
    recipient: tuple[tuple[int, int], ...]


class Proof(Record, frozen=True, kw_only=True):
    """What became of one example or counter-example; `fault` is "" where it holds."""

    pattern: str
    sentence: str
    is_example: bool
    fault: str


def read_marks(sentence: str) -> Marked:
    """Split an example into its text and its marked spans.

    >>> read_marks("[Kyiv] accused {Moscow}.").recipient
    ((13, 19),)
    """
    spans: dict[str, list[tuple[int, int]]] = {"[": [], "{": []}
    text, opened = "", ("", 0)
    for piece in re.split(r"([\[\]{}])", sentence):
        if piece in ("[", "{"):
            opened = (piece, len(text))
        elif piece in ("]", "}"):
            spans[opened[0]].append((opened[1], len(text)))
        else:
            text += piece
    return Marked(text=text, actor=tuple(spans["["]), recipient=tuple(spans["{"]))


def check_patterns(
    rules: Rules, *, patterns: Sequence[Pattern] | None = None, model: str = DEFAULT_MODEL
) -> Iterator[Proof]:
    """Run the examples and counter-examples of patterns (of all by default), in their order."""
    chosen = rules.patterns.all if patterns is None else patterns
    tasks = [(p, s, True) for p in chosen for s in p.examples] + [(p, s, False) for p in chosen for s in p.unlike]
    articles = [Article(id=str(n), text=read_marks(sentence).text) for n, (_, sentence, _) in enumerate(tasks)]
    index = NameIndex(rules.lexicon)
    documents = parse_all(((article, None) for article in articles), model=model)
    for (pattern, sentence, is_example), document in zip(tasks, documents, strict=True):
        events = events_of(document, rules, index)
        fault = _fault(pattern, read_marks(sentence), events, rules) if is_example else _misfire(pattern, events)
        yield Proof(pattern=f"{pattern.type}/{pattern.name}", sentence=sentence, is_example=is_example, fault=fault)


def events_of(document: Document, rules: Rules, index: NameIndex) -> tuple[Event, ...]:
    """The events of a document, before repeats are joined and without dates."""
    parties = Parties(document, find_mentions(document, index), rules.lexicon)
    return find_events(document, parties, (), rules)


def _misfire(pattern: Pattern, events: Iterable[Event]) -> str:
    fired = any(event.rule == f"{pattern.type}/{pattern.name}" for event in events)
    return "fires, but must not" if fired else ""


def _fault(pattern: Pattern, marked: Marked, events: Sequence[Event], rules: Rules) -> str:
    mine = [event for event in events if event.rule == f"{pattern.type}/{pattern.name}"]
    if not mine:
        fired = ", ".join(f"{event.rule} {_codes(event.actor)} {_codes(event.recipient)}" for event in events)
        return f"does not fire; fired: {fired or 'nothing'}"
    faults = [
        _role_fault("actor", e.actor, marked.actor) or _role_fault("recipient", e.recipient, marked.recipient)
        for e in mine
    ]
    return "" if "" in faults else faults[0]


def _role_fault(role: str, entities: Sequence[Entity], spans: Sequence[tuple[int, int]]) -> str:
    """The marked spans and the entities must cover each other, all of both."""
    for start, end in spans:
        if not any(e.start < end and start < e.end for e in entities):
            return f"the marked {role} at {start} was not found; found {_codes(entities)}"
    for entity in entities:
        if not any(entity.start < end and start < entity.end for start, end in spans):
            return f"{entity.text!r} ({entity.code}) is taken for {role}, but is not marked"
    return ""


def _codes(entities: Sequence[Entity]) -> str:
    return "+".join(entity.code for entity in entities) or "-"
