"""Pronouns: whom "it", "she", "they" and "we" mean, by the subjects of the clauses above and of the sentence before."""

from collections.abc import Iterator
from typing import Protocol

from dragoman.find.syntax import ancestors, is_verb, kids, subtree
from dragoman.records import Document, Entity, Sentence

PLURAL = frozenset({"NNS", "NNPS"})
# Sentences through which "he" and "she" reach back to the last one about a person.
PERSON_BACK = 3
# Clauses whose subject a sentence is about.
MAIN = frozenset({"ROOT", "conj", "ccomp"})


class Answers(Protocol):
    """Whom tokens name: what `Parties` answers."""

    def at(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """The entities at a noun phrase."""
        ...

    def speaker(self, sentence: Sentence, i: int) -> Entity | None:
        """Who says what is said at a token."""
        ...

    def names_person(self, sentence: Sentence, i: int) -> bool:
        """Whether a token stands for people."""
        ...

    def is_named(self, sentence: Sentence, i: int) -> bool:
        """Whether a token is part of a name: "the United Nations" is one body."""
        ...


def refer(document: Document, parties: Answers, sentence: Sentence, i: int, kind: str) -> tuple[Entity, ...]:
    """The entities that a pronoun means; nobody where two come into question."""
    if kind == "speaker":
        speaker = parties.speaker(sentence, i)
        return (speaker,) if speaker else ()
    for s in (*_judged(sentence, i), *_fronted_subjects(sentence, i), *_subjects_above(sentence, i)):
        if s < i and (found := _fitting(parties, sentence, s, kind)):
            return () if _rivalled(parties, sentence, i, found[0]) else found
    if sentence.index == 0:
        return ()
    back = PERSON_BACK if kind == "person" else 1
    for previous in reversed(document.sentences[max(0, sentence.index - back) : sentence.index]):
        candidates = [found for s in main_subjects(previous) if (found := _fitting(parties, previous, s, kind))]
        codes = {tuple(entity.code for entity in found) for found in candidates}
        if codes:
            return candidates[0] if len(codes) == 1 else ()
    return ()


def _fitting(parties: Answers, sentence: Sentence, s: int, kind: str) -> tuple[Entity, ...]:
    """The entities at a subject, if the pronoun can stand for it: one person, one body, or several."""
    found = parties.at(sentence, s)
    if kind == "group":
        return found if len(found) > 1 or sentence.tokens[s].tag in PLURAL or _is_group(sentence, s) else ()
    if len(found) != 1 or (sentence.tokens[s].tag in PLURAL and not parties.is_named(sentence, s)):
        return ()
    return found if parties.names_person(sentence, s) == (kind == "person") else ()


def _is_group(sentence: Sentence, s: int) -> bool:
    return sentence.tokens[s].text.lower() in {"they", "both"}


def _rivalled(parties: Answers, sentence: Sentence, i: int, candidate: Entity) -> bool:
    """Whether somebody else acts before the pronoun: "wary of moves by Pyongyang as it ..." leaves two candidates."""
    if sentence.tokens[i].tag == "PRP$":
        return False
    for k in range(i):
        token = sentence.tokens[k]
        if token.lemma == "by" and token.relation in {"prep", "agent"}:
            for o in kids(sentence, k, "pobj"):
                if o != i and any(found.country != candidate.country for found in parties.at(sentence, o)):
                    return True
    return False


def _judged(sentence: Sentence, i: int) -> Iterator[int]:
    """ "Condemned the North for its test", "accused it of breaking its word": "its" is whoever is judged."""
    if sentence.tokens[i].tag != "PRP$":
        return
    for k in ancestors(sentence, i):
        token = sentence.tokens[k]
        if token.lemma in {"for", "over", "of"} and token.relation == "prep" and is_verb(sentence.tokens[token.head]):
            yield from kids(sentence, token.head, "dobj")
            return
        if is_verb(token) and token.relation != "pcomp":
            return


def _fronted_subjects(sentence: Sentence, i: int) -> Iterator[int]:
    """ "If the US is interested, it should ...": the subject of the clause before."""
    if sentence.tokens[i].relation in {"nsubj", "nsubjpass"}:
        for clause in kids(sentence, sentence.tokens[i].head, "advcl"):
            if clause < i:
                yield from kids(sentence, clause, "nsubj", "nsubjpass")


def _subjects_above(sentence: Sentence, i: int) -> Iterator[int]:
    own = _own_clause(sentence, i)
    for k in ancestors(sentence, i):
        for s in kids(sentence, k, "nsubj", "nsubjpass"):
            if s != i and k != own and i not in subtree(sentence, s):
                yield s


def _own_clause(sentence: Sentence, i: int) -> int | None:
    """The verb whose object a pronoun is: its subject is somebody else ("the Council condemned it")."""
    if sentence.tokens[i].tag == "PRP$":
        return None
    return next((k for k in ancestors(sentence, i) if is_verb(sentence.tokens[k])), None)


def main_subjects(sentence: Sentence) -> Iterator[int]:
    """The heads of the subjects that a sentence is about."""
    for token in sentence.tokens:
        if token.relation in {"nsubj", "nsubjpass"} and sentence.tokens[token.head].relation in MAIN:
            yield token.i
