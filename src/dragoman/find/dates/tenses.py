"""Does the clause around some words tell of what is to come or of what was? Read off the parse."""

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal

from dragoman.find.dates.words import Tense
from dragoman.records import Document, Sentence, Token

Time = Literal["future", "perhaps future", "past", "present"]
VERBS = frozenset({"VERB", "AUX"})
NOUNS = frozenset({"NOUN", "PROPN"})
PAST_TAGS = frozenset({"VBD", "VBN"})
HIGHEST = 12
"""How many words are climbed in search of a verb; real sentences need five, a list without verbs may have hundreds."""
_start = attrgetter("start")


def sentence_at(document: Document, offset: int) -> Sentence | None:
    """The sentence that holds a character of the text."""
    i = bisect_right(document.sentences, offset, key=_start) - 1
    return document.sentences[i] if i >= 0 and offset < document.sentences[i].end else None


def token_at(sentence: Sentence, offset: int) -> Token | None:
    """The token of a sentence that holds a character of the text."""
    i = bisect_right(sentence.tokens, offset, key=_start) - 1
    return sentence.tokens[i] if i >= 0 and offset < sentence.tokens[i].end else None


@dataclass(frozen=True)
class Clauses:
    """The clauses of a document and the time they tell of; what was worked out for a verb is kept."""

    document: Document
    tense: Tense
    _verbs: dict[tuple[int, int], Time | None] = field(default_factory=dict)
    _headlines: dict[int, Time | None] = field(default_factory=dict)

    def time_at(self, offset: int) -> Time | None:
        """The time that the clause around a character tells of; None where no verb says.

        "The two will meet on Friday", "talks are scheduled for Friday", "a plan to meet Friday": future. "It will look
        into the attack on Friday": perhaps future, since the words belong to a noun.
        """
        sentence = sentence_at(self.document, offset)
        token = token_at(sentence, offset) if sentence else None
        if sentence is None or token is None:
            return None
        before = token.i > 0 and sentence.tokens[token.i - 1].lemma in self.tense.before
        through_noun = False
        for above in _upwards(sentence, token):
            found = self._time_of(sentence, above)
            if before and found != "past":
                return "future"
            if found:
                return _softened(found, above.lemma in self.tense.reporting, through_noun)
            through_noun = through_noun or (above.i != token.i and above.pos in NOUNS)
        return self._headline(sentence)

    def _time_of(self, sentence: Sentence, token: Token) -> Time | None:
        key = (sentence.index, token.i)
        if key not in self._verbs:
            self._verbs[key] = time_of(sentence, token, self.tense)
        return self._verbs[key]

    def _headline(self, sentence: Sentence) -> Time | None:
        """A sentence of infinitives alone is a headline about what is to come: "Talks Friday to end strike"."""
        if sentence.index not in self._headlines:
            tags = {token.tag for token in sentence.tokens if token.pos in VERBS}
            self._headlines[sentence.index] = "future" if tags == {"VB"} else None
        return self._headlines[sentence.index]


def _softened(found: Time, reports: bool, through_noun: bool) -> Time:
    if found == "future" and through_noun:
        return "perhaps future"
    # "The deadline is Friday", "the truce begins on Sunday", but "he says on Sunday".
    return "future" if found == "present" and not (through_noun or reports) else found


def _upwards(sentence: Sentence, token: Token) -> list[Token]:
    """The token and those that govern it, the nearest first."""
    path = [token]
    while path[-1].head != path[-1].i and len(path) <= HIGHEST:
        path.append(sentence.tokens[path[-1].head])
    return path


def time_of(sentence: Sentence, token: Token, tense: Tense) -> Time | None:
    """The time that a verb (or a word such as "due") tells of by its form and what depends on it."""
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
    """ "Plans to meet" tells of the future, "refused to meet" does not; the headline "Envoys to meet" does."""
    above = sentence.tokens[token.head]
    if above.i == token.i or above.pos not in VERBS:
        return "future"
    return "future" if above.lemma in tense.verbs else None
