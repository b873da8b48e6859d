"""How far an act has come, from its modals, negation, tense and the words that it is embedded in."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from dragoman.find.syntax import complements, has_to, is_noun, is_outcome, is_verb, kids
from dragoman.records import Sentence, Token
from dragoman.rules.modality import Modality

Progress = Literal[
    "occurred",
    "ongoing",
    "planned",
    "conditional",
    "negated",
    "cancelled",
    "alleged",
    "hypothetical",
    "demanded",
    "refused",
]
"""A status, or `hypothetical` (no act at all), `demanded` (said to be due from somebody), `refused` ("will not")."""

# From a word to the word that it is the content of: "agreed to [meet]", "a plan to [meet]", "cancelled [talks]".
CONTENT = frozenset(
    {
        "xcomp",
        "ccomp",
        "pcomp",
        "dobj",
        "pobj",
        "prep",
        "acl",
        "nsubjpass",
        "attr",
        "acomp",
        "agent",
        "dative",
        "compound",
        "poss",
    }
)
NEGATIVE_DETERMINERS = frozenset({"no", "neither"})
NOBODY = frozenset({"nobody", "none", "nothing"})
# Prepositions that tell when, where or why a verb's act was done.
BESIDE = frozenset({"in", "at", "by", "after", "before", "since", "during", "despite", "because", "amid", "as", "near"})
HIGHEST = 8


def progress_of(sentence: Sentence, trigger: int, modality: Modality) -> Progress:
    """The progress of the act told by the token `trigger`: the nearest word that says more than "occurred"."""
    for step in _chain(sentence, trigger):
        if step.link == "purpose":
            return "hypothetical"
        if _speaks_for(sentence, step, trigger) and (found := _own(sentence, step, modality)):
            return found
        if step.link == "content" and (found := _embedding(sentence, step.i, step.below, modality)):
            return found
    return _tense(sentence, trigger)


class Step(NamedTuple):
    """A word above the trigger, the word below through which it was reached, and how the two hang together."""

    i: int
    below: int
    link: Literal["self", "joined", "content", "purpose"]


def _chain(sentence: Sentence, trigger: int) -> Iterator[Step]:
    """The trigger and the words above it, as far as they say something of its act."""
    step = Step(trigger, trigger, "self")
    for _ in range(HIGHEST):
        yield step
        token = sentence.tokens[step.i]
        if token.head == token.i:
            return
        if token.relation == "conj" and is_verb(token) == is_verb(sentence.tokens[token.head]):
            step = Step(token.head, step.i, "joined")
        elif _is_beside(sentence, token):
            return
        elif token.relation in CONTENT or _is_cancelled_subject(sentence, step.i):
            step = Step(token.head, step.i, "content")
        elif token.relation == "advcl" and has_to(sentence, step.i) and not is_outcome(sentence, step.i):
            step = Step(token.head, step.i, "purpose")
        else:
            return


def _is_beside(sentence: Sentence, token: Token) -> bool:
    """ "Declined in an interview", "cancelled it after a raid": what only stands beside a verb keeps its own status."""
    return token.relation == "prep" and token.lemma in BESIDE and is_verb(sentence.tokens[token.head])


def _is_cancelled_subject(sentence: Sentence, i: int) -> bool:
    return sentence.tokens[i].relation == "nsubj" and is_noun(sentence.tokens[i])


def _speaks_for(sentence: Sentence, step: Step, trigger: int) -> bool:
    """Whether modals and negation at a word hold for the trigger: "will [meet] and [talk]", "must stop [firing]"."""
    if step.link == "self":
        return True
    below = sentence.tokens[step.below]
    if step.link == "joined":
        return is_verb(below) and not kids(sentence, step.below, "nsubj", "nsubjpass", "aux")
    if not is_verb(sentence.tokens[step.i]):
        return False
    gerund = below.relation == "ccomp" and (below.tag == "VBG" or has_to(sentence, step.below))
    return below.relation in {"xcomp", "pcomp"} or gerund or _carries(sentence, step.i, trigger)


def _own(sentence: Sentence, step: Step, modality: Modality) -> Progress | None:
    """What stands right at a word: negation, modals, adverbs, adjectives, conditions."""
    i = step.i
    if _is_negated(sentence, i):
        modals = {_word(sentence.tokens[k], modality) for k in kids(sentence, i, "aux")}
        return "demanded" if "demanded" in modals else "refused" if "planned" in modals else "negated"
    for k in sentence.children[i]:
        if found := _word(sentence.tokens[k], modality):
            return _conditional(sentence, i, found, modality)
    if step.link != "content" and (found := _marked(sentence, i, modality)):
        return found
    return "planned" if _is_headline_future(sentence, i) else None


def on_condition(sentence: Sentence, i: int, modality: Modality) -> bool:
    """Whether a verb, or the clause that it announces ("warned that it would"), has an "if" or "unless" clause."""
    below = complements(sentence, i)
    for k in (k for v in (i, *below) for k in kids(sentence, v, "advcl")):
        marks = {sentence.tokens[m].lemma for m in kids(sentence, k, "mark", "advmod")}
        if any("conditional" in modality.of("clauses", mark) for mark in marks):
            return True
    return False


def is_warded_off(sentence: Sentence, i: int) -> bool:
    """ "Will withdraw its troops unless ...": what the other side can ward off is a threat, friendly or not."""
    clauses = (k for v in (i, *complements(sentence, i)) for k in kids(sentence, v, "advcl"))
    return any(sentence.tokens[m].lemma == "unless" for k in clauses for m in kids(sentence, k, "mark"))


def _carries(sentence: Sentence, v: int, trigger: int) -> bool:
    """Whether a verb above a noun tells the noun's act ("will hold talks"), not another about it."""
    return is_noun(sentence.tokens[trigger]) and trigger in _light_objects(sentence, v)


def _light_objects(sentence: Sentence, v: int) -> set[int]:
    found = set(kids(sentence, v, "dobj", "nsubjpass", "attr"))
    for k in kids(sentence, v, "prep"):
        found.update(kids(sentence, k, "pobj"))
    for k in tuple(found):
        for p in kids(sentence, k, "prep"):
            found.update(kids(sentence, p, "pobj"))
        found.update(kids(sentence, k, "conj", "compound"))
    return found


def _is_negated(sentence: Sentence, i: int) -> bool:
    for k in sentence.children[i]:
        child = sentence.tokens[k]
        if child.relation == "neg" or (child.relation == "det" and child.lemma in NEGATIVE_DETERMINERS):
            return True
        if child.relation in {"nsubj", "nsubjpass"} and _is_nobody(sentence, child):
            return True
    above = sentence.tokens[sentence.tokens[i].head]
    return above.lemma == "without" and sentence.tokens[i].relation in {"pcomp", "pobj"}


def _is_nobody(sentence: Sentence, subject: Token) -> bool:
    """ "No one was hurt", "none of them came", "neither side fired"."""
    below = (sentence.tokens[k] for k in kids(sentence, subject.i, "det", "preconj"))
    return subject.lemma in NOBODY or any(child.lemma in NEGATIVE_DETERMINERS for child in below)


def _word(child: Token, modality: Modality) -> Progress | None:
    if child.relation == "aux" and child.tag in {"MD", "VB", "VBP", "VBZ", "VBD"}:
        part = "modals"
    elif child.relation == "advmod":
        part = "adverbs"
    elif child.relation in {"amod", "nmod"}:
        part = "adjectives"
    else:
        return None
    return _first(modality.of(part, child.text.lower()) or modality.of(part, child.lemma))


def _first(statuses: frozenset[str]) -> Progress | None:
    for status in ("planned", "cancelled", "negated", "alleged", "conditional", "hypothetical", "demanded"):
        if status in statuses:
            return status
    return None


def _conditional(sentence: Sentence, i: int, found: Progress, modality: Modality) -> Progress:
    """A plan with "if", "unless" or "only when" beside it is conditional."""
    if found not in {"planned", "hypothetical", "demanded"}:
        return found
    return "conditional" if found != "demanded" and on_condition(sentence, i, modality) else found


def _marked(sentence: Sentence, i: int, modality: Modality) -> Progress | None:
    """Inside an "if" clause: nothing has happened."""
    for k in kids(sentence, i, "mark"):
        if "hypothetical" in modality.of("clauses", sentence.tokens[k].lemma):
            return "hypothetical"
    return None


def _is_headline_future(sentence: Sentence, i: int) -> bool:
    """ "US to discuss offer": an infinitive that has a subject and nothing above it."""
    token = sentence.tokens[i]
    return has_to(sentence, i) and token.relation == "ROOT" and bool(kids(sentence, i, "nsubj", "nsubjpass"))


def _embedding(sentence: Sentence, i: int, below: int, modality: Modality) -> Progress | None:
    """What a word says of its content: "planned to", "denied that", "the threat of", "accused of"."""
    token = sentence.tokens[i]
    copula = token.lemma == "be" and sentence.tokens[below].relation in {"xcomp", "ccomp"}
    if copula and (found := _named_content(sentence, i, modality)):
        return found
    part = "verbs" if is_verb(token) else "nouns" if is_noun(token) else "adjectives" if token.pos == "ADJ" else ""
    statuses = modality.of(part, token.lemma) if part else frozenset()
    if part == "verbs" and _goes_on(sentence, token, below, modality):
        return "ongoing"
    if not statuses or not _is_content(sentence, i, below, modality, part):
        return None
    return None if modality.of("given", sentence.tokens[below].lemma) else _first(statuses)


def _goes_on(sentence: Sentence, verb: Token, below: int, modality: Modality) -> bool:
    """ "Has begun dropping food", "keeps sending arms": under way; "began dropping" was."""
    if not modality.of("continuing", verb.lemma) or sentence.tokens[below].relation != "xcomp":
        return False
    helpers = {sentence.tokens[k].lemma for k in kids(sentence, verb.i, "aux")}
    return helpers == {"have"} or (not helpers and verb.tag in {"VBZ", "VBP"})


def _named_content(sentence: Sentence, i: int, modality: Modality) -> Progress | None:
    """ "The plan is to meet", "our desire is to talk": what the subject of "be" says of the clause after it."""
    for k in kids(sentence, i, "nsubj"):
        if is_noun(sentence.tokens[k]):
            return _first(modality.of("nouns", sentence.tokens[k].lemma))
    return None


def _is_content(sentence: Sentence, i: int, below: int, modality: Modality, part: str) -> bool:
    relation = sentence.tokens[below].relation
    if relation == "nsubj":
        return False
    if part == "verbs" and modality.of("infinitive_only", sentence.tokens[i].lemma):
        return relation == "xcomp" and has_to(sentence, below)
    return True


def _tense(sentence: Sentence, i: int) -> Progress:
    """ "is bombing", "have been fighting" are ongoing; all else has occurred."""
    token = sentence.tokens[i]
    if token.tag == "VBG" and any(
        sentence.tokens[k].lemma == "be" and sentence.tokens[k].tag in {"VBZ", "VBP", "VBN"}
        for k in kids(sentence, i, "aux")
    ):
        return "ongoing"
    return "occurred"
