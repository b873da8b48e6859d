"""Does the clause around some words tell of what is to come or of what was? Read off the parse."""

from bisect import bisect_right
from operator import attrgetter
from typing import Literal

from dragoman.find.datewords import Tense
from dragoman.records import Document, Sentence, Token

Time = Literal["future", "perhaps future", "past", "present"]
VERBS = frozenset({"VERB", "AUX"})
NOUNS = frozenset({"NOUN", "PROPN"})
PAST_TAGS = frozenset({"VBD", "VBN"})
_start = attrgetter("start")


def sentence_at(document: Document, offset: int) -> Sentence | None:
    """The sentence that holds a character of the text."""
    i = bisect_right(document.sentences, offset, key=_start) - 1
    return document.sentences[i] if i >= 0 and offset < document.sentences[i].end else None


def token_at(sentence: Sentence, offset: int) -> Token | None:
    """The token of a sentence that holds a character of the text."""
    i = bisect_right(sentence.tokens, offset, key=_start) - 1
    return sentence.tokens[i] if i >= 0 and offset < sentence.tokens[i].end else None


def tense_at(document: Document, offset: int, tense: Tense) -> Time | None:
    """The time that the clause around a character tells of; None where no verb says.

    "The two will meet on Friday", "talks are scheduled for Friday", "a plan to meet Friday": future. "It will look into
    the attack on Friday": perhaps future, since the words belong to a noun.
    """
    sentence = sentence_at(document, offset)
    token = token_at(sentence, offset) if sentence else None
    if sentence is None or token is None:
        return None
    through_noun = False
    for above in _upwards(sentence, token):
        found = _time_of(sentence, above, tense)
        if found != "past" and token.i and sentence.tokens[token.i - 1].lemma in tense.before:
            return "future"
        if found:
            return "perhaps future" if found == "future" and through_noun else found
        through_noun = through_noun or (above.i != token.i and above.pos in NOUNS)
    return _headline(sentence)


def _upwards(sentence: Sentence, token: Token) -> list[Token]:
    """The token and those that govern it, the nearest first."""
    path = [token]
    while path[-1].head != path[-1].i and len(path) <= len(sentence.tokens):
        path.append(sentence.tokens[path[-1].head])
    return path


def _time_of(sentence: Sentence, token: Token, tense: Tense) -> Time | None:
    if token.lemma in (tense.pending_past if token.tag == "VBD" else tense.pending):
        return "future"
    if token.pos not in VERBS:
        return None
    helpers = [sentence.tokens[i] for i in sentence.children[token.i]]
    helpers = [helper for helper in helpers if helper.i < token.i and helper.relation in {"aux", "auxpass"}]
    if any(helper.text.lower() in tense.modals for helper in helpers):
        return "past" if any(helper.lemma == "have" for helper in helpers) else "future"
    if token.tag == "VB" and any(helper.tag == "TO" for helper in helpers):
        return _infinitive(sentence, token, tense)
    if token.tag in PAST_TAGS or any(helper.tag == "VBD" or helper.lemma == "have" for helper in helpers):
        return "past"
    return "present" if token.tag in {"VBZ", "VBP"} or helpers else None


def _infinitive(sentence: Sentence, token: Token, tense: Tense) -> Time | None:
    """ "Plans to meet" tells of the future, "refused to meet" does not; a headline's "Kerry to visit" has no verb above."""
    above = sentence.tokens[token.head]
    if above.i == token.i or above.pos not in VERBS:
        return "future"
    return "future" if above.lemma in tense.verbs else None


def _headline(sentence: Sentence) -> Time | None:
    """A sentence whose only verb is an infinitive is a headline about what is to come: "Talks Friday to end strike"."""
    verbs = [token for token in sentence.tokens if token.pos in VERBS]
    if verbs and all(token.tag == "VB" for token in verbs):
        return "future"
    return None
