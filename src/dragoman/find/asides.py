"""Parties that a sentence names and that have no part in the act: the place where it is done, the victim of a deed."""

from collections.abc import Mapping

from dragoman.find import syntax
from dragoman.find.mentions import Mention
from dragoman.records import Sentence

SCENE = frozenset({"in", "at", "near", "from", "outside", "around"})
# Where people meet; "from" and "to" can lead to whom they meet.
VENUE = frozenset({"in", "at", "near", "outside"})
# What leads from a deed to whom it is done to; "by" leads to who did it.
SUFFERED = frozenset({"of", "on", "upon", "against", "at"})
# Types of deeds that somebody suffers; a criticism or a sanction is told by whom it is against.
SUFFERING = frozenset({"ASSAULT", "COERCE"})
# Words between a name and the preposition above it are parts of its noun phrase.
PHRASE = frozenset({"compound", "amod", "nmod", "poss", "appos", "nummod", "conj"})


def is_scene(sentence: Sentence, k: int, mention: Mention) -> bool:
    """ "a conference in Cairo": the place where something happens, not a party to it."""
    above = sentence.tokens[sentence.tokens[k].head]
    return mention.names[0].kind in {"capital", "place"} and above.lemma in SCENE


def is_venue(sentence: Sentence, k: int, mention: Mention | None) -> bool:
    """ "agreed to meet in Tbilisi": a capital where people do something, which elsewhere stands for a government."""
    above = sentence.tokens[sentence.tokens[k].head]
    return mention is not None and mention.names[0].kind in {"capital", "place"} and above.lemma in VENUE


def is_victim(sentence: Sentence, k: int, deeds: Mapping[str, tuple[str, ...]]) -> bool:
    """ "the shelling of an Armenian post", "the attack on an Israeli embassy": whom a deed was done to.

    `deeds` are the nouns that name one.
    """
    while sentence.tokens[k].relation in PHRASE and sentence.tokens[k].head != k:
        k = sentence.tokens[k].head
    preposition = sentence.tokens[sentence.tokens[k].head]
    if sentence.tokens[k].relation != "pobj" or preposition.lemma not in SUFFERED:
        return False
    deed = sentence.tokens[preposition.head]
    return syntax.is_noun(deed) and not SUFFERING.isdisjoint(deeds.get(deed.lemma, ()))
