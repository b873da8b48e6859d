"""Contexts: why or about what an event happens, from the words of its sentence."""

from dragoman.records import Sentence
from dragoman.rules.ontology import Ontology

MOST = 3


def contexts_of(sentence: Sentence, ontology: Ontology) -> tuple[str, ...]:
    """The contexts whose words stand in the sentence, three at most."""
    return ontology.contexts_of(" ".join(token.lemma for token in sentence.tokens))[:MOST]
