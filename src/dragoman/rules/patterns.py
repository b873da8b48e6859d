"""Patterns: which words, in which frame, tell which type of event; loaded from TOML, each with its own proof."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record, Status
from dragoman.rules.lexicon import Lexicon, spellings
from dragoman.rules.tables import read_toml


class Pattern(Record, frozen=True, kw_only=True):
    """One pattern as its author wrote it (docs/rules.md explains every field with examples).

    One of `verbs`, `nouns` and `adjectives` names the trigger by lemma. `object`, `complement`, `subject` and `with_`
    (preposition -> words) must hold for it to fire, `unless` must not. `actor` and `recipient` list slots in the order
    in which they are tried; a recipient slot list with `needs = ["recipient"]` must give somebody.
    """

    name: str
    type: str = ""
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    complement: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    modal: tuple[str, ...] = ()
    unless: dict[str, tuple[str, ...]] = {}
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("actor",)
    reciprocal: bool = False
    mode: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    status: Status | None = None
    note: str = ""
    examples: tuple[str, ...]
    unlike: tuple[str, ...]


class Trigger(Record, frozen=True, kw_only=True):
    """A pattern made ready for matching: word classes opened, particles split from their verbs."""

    pattern: Pattern
    particle: str
    object: frozenset[str]
    wanted: dict[str, frozenset[str]]
    unless: dict[str, frozenset[str]]
    weight: int


class Patterns(Record, frozen=True, kw_only=True):
    """All patterns, and for each trigger ("accuse/verb") the ones to try, the most specific first."""

    all: tuple[Pattern, ...]
    triggers: dict[str, tuple[Trigger, ...]]

    @classmethod
    def load(cls, folders: Sequence[Path], lexicon: Lexicon) -> Self:
        """Read `*.toml` of each folder; a pattern of the same name in a later folder replaces the earlier one."""
        patterns: dict[str, Pattern] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.toml")):
                for pattern in read_patterns(path):
                    patterns[f"{pattern.type}/{pattern.name}"] = pattern
        return cls(all=tuple(patterns.values()), triggers=_index(patterns.values(), lexicon))


def read_patterns(path: Path) -> Iterable[Pattern]:
    """The patterns of one file; the file's name is their type unless one says otherwise."""
    content = read_toml(path)
    kind = path.stem.upper()
    seen: set[str] = set()
    for number, table in enumerate(content.get("pattern", ()), 1):
        where = f"{path}: pattern {number} ({table.get('name', 'without a name')})"
        pattern = _pattern(table, kind, where)
        if pattern.name in seen:
            raise RuleError("the name is already taken in this file", kind="pattern", where=where)
        seen.add(pattern.name)
        yield pattern


def _pattern(table: Mapping[str, Any], kind: str, where: str) -> Pattern:
    try:
        pattern = msgspec.convert({"type": kind, **table}, Pattern)
    except msgspec.ValidationError as error:
        raise RuleError(str(error), kind="pattern", where=where) from error
    if not pattern.examples or not pattern.unlike:
        raise RuleError("a pattern needs `examples` and `unlike` sentences that prove it", kind="pattern", where=where)
    if sum(map(bool, (pattern.verbs, pattern.nouns, pattern.adjectives))) != 1:
        raise RuleError("exactly one of `verbs`, `nouns`, `adjectives` names the trigger", kind="pattern", where=where)
    return pattern


def _index(patterns: Iterable[Pattern], lexicon: Lexicon) -> dict[str, tuple[Trigger, ...]]:
    index: dict[str, list[Trigger]] = {}
    for pattern in patterns:
        for part, entries in (("verb", pattern.verbs), ("noun", pattern.nouns), ("adjective", pattern.adjectives)):
            for entry in entries:
                for form in _forms(entry, lexicon, pattern.name):
                    lemma, _, particle = form.partition(" ")
                    index.setdefault(f"{lemma}/{part}", []).append(_trigger(pattern, particle, lexicon))
    return {key: tuple(sorted(found, key=lambda t: -t.weight)) for key, found in index.items()}


def _forms(entry: str, lexicon: Lexicon, where: str) -> Iterable[str]:
    return lexicon.words([entry], where=where) if entry.startswith("@") else spellings(entry)


def _trigger(pattern: Pattern, particle: str, lexicon: Lexicon) -> Trigger:
    where = f"pattern {pattern.type}/{pattern.name}"
    conditions = [pattern.object, pattern.complement, pattern.subject, pattern.modal, *pattern.where.values()]
    slots = {"object": pattern.object, "complement": pattern.complement, "subject": pattern.subject, **pattern.where}
    return Trigger(
        pattern=pattern,
        particle=particle,
        object=lexicon.words(pattern.object, where=where),
        wanted={slot: lexicon.words(words, where=where) for slot, words in slots.items() if words},
        unless={slot: lexicon.words(words, where=where) for slot, words in pattern.unless.items()},
        weight=2 * sum(map(bool, conditions)) + 2 * bool(particle) + ("recipient" in pattern.needs),
    )
