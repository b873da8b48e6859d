"""Entities made of others: moved to other words, named, out of office."""

from collections.abc import Sequence

import msgspec

from dragoman.records import Entity, Span, Speaker, Token
from dragoman.resolve.homes import is_state
from dragoman.rules.names import Name

FORMER = "ELI"


def distinct(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Entities in order, each code once."""
    found: dict[str, Entity] = {}
    for entity in entities:
        found.setdefault(entity.code, entity)
    return tuple(found.values())


def former(term: Name) -> Name:
    """A person who has left office: ELI, the sector of former officials."""
    if not is_state(term.country):
        return term
    return Name(
        kind="person",
        country=term.country,
        sectors=(FORMER,),
        code=term.country + FORMER,
        name=term.name,
        wikidata=term.wikidata,
    )


def moved(entity: Entity, span: Span) -> Entity:
    """The same entity, named by other words."""
    return msgspec.structs.replace(entity, text=span.text, start=span.start, end=span.end)


def spoken(speaker: Speaker) -> Entity:
    """The entity that a speaker is: country and sector are pieces of its code."""
    body = speaker.code.startswith("IGO")
    return Entity(
        text=speaker.text,
        start=speaker.start,
        end=speaker.end,
        code=speaker.code,
        country=speaker.code[:3],
        sector="" if body else speaker.code[3:6],
        name=speaker.name,
    )


def words_of(token: Token) -> Span:
    """The words of one token."""
    return Span(text=token.text, start=token.start, end=token.end)


def named(role: Entity, span: Span, name: str) -> Entity:
    """A role with the name of the person who holds it."""
    return Entity(
        text=span.text,
        start=span.start,
        end=span.end,
        code=role.code,
        country=role.country,
        sector=role.sector,
        name=name,
    )
