"""Which two parties of a sentence to ask the encoder about."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from dragoman.find.syntax import PLACE, ancestors, is_noun
from dragoman.records import Entity, Sentence
from dragoman.resolve.entities import Parties
from dragoman.resolve.homes import is_state

# Media carry news; they are no party to it.
BYSTANDERS = frozenset({"JRN"})
# Relations in which a word stands to a noun of whose name or description it is a part.
PARTS = frozenset({"compound", "amod", "nmod", "poss", "appos", "nummod"})
# Pairs of a sentence that are asked about: what has more is a list of names.
MOST = 8


class Party(NamedTuple):
    """Somebody whom a sentence names: the token that heads the words, and whom they mean."""

    i: int
    entity: Entity


def key_of(entity: Entity) -> str:
    """What tells parties apart: the state, whoever acts for it; of what belongs to no state the whole code."""
    return entity.country if is_state(entity.country) else entity.code


def parties_in(sentence: Sentence, parties: Parties) -> list[Party]:
    """The states, bodies and people that a sentence names, in order, each with the words that name them there."""
    found: dict[int, Party] = {}
    for token in sentence.tokens:
        if not (is_noun(token) or token.pos in {"PRON", "ADJ"}):
            continue
        mention = parties.mention(sentence, token.i)
        if mention and mention.head != token.i:
            continue
        entity = parties.of(sentence, token.i)
        if not entity or not entity.country or entity.sector in BYSTANDERS or not _is_here(entity, sentence):
            continue
        if not _is_part(sentence, token.i, parties) and not _is_scene(sentence, token.i, parties):
            found.setdefault(entity.start, Party(token.i, entity))
    return _apart(list(found.values()))


def _is_part(sentence: Sentence, i: int, parties: Parties) -> bool:
    """ "President" in "President Obama", "his" in "his counterpart": words that belong to another party's name."""
    token = sentence.tokens[i]
    while token.relation in PARTS and token.head != token.i:
        token = sentence.tokens[token.head]
        if parties.of(sentence, token.i):
            return True
    return False


def _is_scene(sentence: Sentence, i: int, parties: Parties) -> bool:
    """Whether a name only tells where something happens or by what means ("in Tokyo", "on Twitter")."""
    above = sentence.tokens[sentence.tokens[i].head]
    return parties.is_named(sentence, i) and sentence.tokens[i].relation == "pobj" and above.lemma in PLACE


def _is_here(entity: Entity, sentence: Sentence) -> bool:
    return sentence.start <= entity.start and entity.end <= sentence.end


def _apart(named: list[Party]) -> list[Party]:
    """Without those whose words stand inside the words of another ("Iranian" in "the Iranian foreign minister")."""
    return [
        one
        for one in named
        if not any(
            other is not one
            and key_of(other.entity) == key_of(one.entity)
            and other.entity.start <= one.entity.start
            and one.entity.end <= other.entity.end
            for other in named
        )
    ]


def pairs(sentence: Sentence, named: list[Party]) -> Iterator[tuple[Party, Party]]:
    """Every two different parties at their most prominent mentions, the highest in the parse first; at most `MOST`."""
    chosen: dict[str, Party] = {}
    for party in sorted(named, key=lambda party: _depth(sentence, party.i)):
        chosen.setdefault(key_of(party.entity), party)
    apart = (
        (one, other)
        for one, other in itertools.combinations(chosen.values(), 2)
        if not _overlap(one.entity, other.entity)
    )
    return itertools.islice(apart, MOST)


def _depth(sentence: Sentence, i: int) -> int:
    return sum(1 for _ in ancestors(sentence, i))


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end
