"""Who does what in a sentence's parse: deep subjects, objects and prepositions, whatever the word order.

All functions take a sentence and token indices and give token indices; they see through passives, relative clauses,
infinitives, coordination and light verbs, so that a pattern states only the plain active form.
"""

from collections.abc import Iterator

from dragoman.records import Sentence, Token

SUBJECT = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
PASSIVE = frozenset({"nsubjpass", "auxpass", "csubjpass"})
RELATIVE = frozenset({"WDT", "WP", "WP$", "WRB"})
CLAUSE = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "parataxis"})
PLACE = frozenset({"on", "at", "in", "via", "through"})
# Depth of chains that is followed (a verb joined to a verb joined to a verb ...): real sentences stop well before.
DEEP = 6


def is_verb(token: Token) -> bool:
    """Whether the parser takes the token for a verb."""
    return token.pos == "VERB" or (token.pos == "AUX" and token.relation not in {"aux", "auxpass"})


def is_noun(token: Token) -> bool:
    """Whether the parser takes the token for a noun or a name."""
    return token.pos in {"NOUN", "PROPN"}


def kids(sentence: Sentence, i: int, *relations: str) -> list[int]:
    """Children of a token that stand in one of the relations."""
    tokens = sentence.tokens
    return [k for k in sentence.children[i] if tokens[k].relation in relations]


def conjuncts(sentence: Sentence, i: int) -> list[int]:
    """The token and all that is joined to it: "Japan and South Korea" gives both."""
    found = [i]
    for k in found:
        found.extend(kids(sentence, k, "conj"))
    return found


def subtree(sentence: Sentence, i: int, without: frozenset[str] = frozenset()) -> Iterator[int]:
    """The token and all below it, leaving out branches whose relation is in `without`."""
    stack = [i]
    while stack:
        k = stack.pop()
        yield k
        stack.extend(c for c in sentence.children[k] if sentence.tokens[c].relation not in without)


def ancestors(sentence: Sentence, i: int) -> Iterator[int]:
    """The heads above a token, nearest first."""
    while (head := sentence.tokens[i].head) != i:
        yield head
        i = head


def has_to(sentence: Sentence, v: int) -> bool:
    """Whether a verb is an infinitive with "to"."""
    return any(sentence.tokens[k].tag == "TO" for k in kids(sentence, v, "aux"))


def is_outcome(sentence: Sentence, v: int) -> bool:
    """ "Only to fire a rocket weeks later" tells what came, not what for."""
    return any(sentence.tokens[k].lemma == "only" for k in kids(sentence, v, "advmod"))


def is_passive(sentence: Sentence, v: int) -> bool:
    """Whether a verb stands in the passive, "sanctioned by" after a noun included."""
    if any(sentence.tokens[k].relation in PASSIVE for k in sentence.children[v]):
        return True
    token = sentence.tokens[v]
    if token.tag != "VBN" or kids(sentence, v, "aux", "dobj"):
        return False
    if token.relation == "conj":
        return not kids(sentence, v, "nsubj") and is_passive(sentence, token.head)
    return token.relation in {"acl", "advcl"} and not kids(sentence, v, "nsubj")


def subjects(sentence: Sentence, v: int, depth: int = 0) -> list[int]:
    """The heads of the deep subject of a verb: who does it."""
    if depth > DEEP:
        return []
    if is_passive(sentence, v):
        return _agents_of_passive(sentence, v)
    own = [k for k in kids(sentence, v, "nsubj") if sentence.tokens[k].lemma != "there"]
    if own:
        return _resolved_relative(sentence, own[0], v)
    return _inherited_subject(sentence, v, depth)


def _agents_of_passive(sentence: Sentence, v: int) -> list[int]:
    below = kids(sentence, v, "agent", "prep")
    for k in (*below, *(m for b in below for o in kids(sentence, b, "pobj") for m in kids(sentence, o, "prep"))):
        if sentence.tokens[k].lemma == "by":
            return kids(sentence, k, "pobj")
    return []


def _resolved_relative(sentence: Sentence, subject: int, v: int) -> list[int]:
    """The antecedent for "which", "who", "that"; else the subject itself."""
    if sentence.tokens[subject].tag not in RELATIVE and sentence.tokens[subject].lemma != "that":
        return [subject]
    clause = sentence.tokens[v]
    while clause.relation == "conj":
        clause = sentence.tokens[clause.head]
    return [clause.head] if clause.relation in {"relcl", "acl"} else [subject]


def _inherited_subject(sentence: Sentence, v: int, depth: int) -> list[int]:
    """The subject of a verb that has none of its own, from the clause it hangs on."""
    token = sentence.tokens[v]
    head = sentence.tokens[token.head]
    if token.head == v:
        return []
    if token.relation == "conj" and is_verb(head):
        return surface_subjects(sentence, head.i, depth + 1)
    if token.relation in {"xcomp", "ccomp", "pcomp", "advcl", "prep"}:
        return _controller(sentence, v, depth)
    if token.relation == "acl" and token.tag in {"VBG", "VBN"}:
        return circumstance(sentence, head.i, depth) or [head.i]
    if token.relation in {"acl", "relcl"}:
        return owners(sentence, head.i, depth + 1)
    return []


def circumstance(sentence: Sentence, n: int, depth: int = 0, places: frozenset[str] = PLACE) -> list[int]:
    """Who acts in what a noun only sets the scene for: "discussed it in talks with Iran", "posted it on Twitter"."""
    preposition = sentence.tokens[sentence.tokens[n].head]
    if sentence.tokens[n].relation != "pobj" or preposition.lemma not in places:
        return []
    above = governor(sentence, n)
    return surface_subjects(sentence, above, depth + 1) if above is not None else []


def surface_subjects(sentence: Sentence, v: int, depth: int = 0) -> list[int]:
    """The subject that a verb shows, be it active or passive: what a joined or dependent clause shares with it."""
    if is_passive(sentence, v):
        return objects(sentence, v, depth + 1)
    return subjects(sentence, v, depth + 1)


def _controller(sentence: Sentence, v: int, depth: int) -> list[int]:
    """Who does an infinitive or a gerund: the object of the verb above if it has one, else that verb's subject."""
    above = _verb_above(sentence, v)
    if above is None:
        return owners(sentence, sentence.tokens[v].head, depth + 1) if sentence.tokens[v].relation == "pcomp" else []
    tokens = sentence.tokens
    between = tokens[v].relation in {"xcomp", "ccomp"} or (
        tokens[v].relation == "pcomp" and tokens[tokens[v].head].lemma in {"of", "from", "for", "into"}
    )
    if between and (found := objects(sentence, above, depth + 1)):
        return found
    return surface_subjects(sentence, above, depth + 1)


def _verb_above(sentence: Sentence, v: int) -> int | None:
    for k in ancestors(sentence, v):
        if is_verb(sentence.tokens[k]):
            return k
        if sentence.tokens[k].pos not in {"ADP", "SCONJ", "ADJ", "ADV", "PART"}:
            return None
    return None


def owners(sentence: Sentence, n: int, depth: int = 0) -> list[int]:
    """Who has or does what a noun tells: its possessor, its "by", or the subject of the verb above it."""
    if depth > DEEP:
        return []
    if found := kids(sentence, n, "poss"):
        return found
    for k in kids(sentence, n, "prep", "agent"):
        if sentence.tokens[k].lemma == "by":
            return kids(sentence, k, "pobj")
    above = governor(sentence, n)
    if above is not None and sentence.tokens[n].relation in {"dobj", "attr", "conj", "pobj"}:
        return subjects(sentence, above, depth + 1)
    return []


def governor(sentence: Sentence, n: int) -> int | None:
    """The verb that takes a noun as its object or subject, seen through "a series of" and prepositions."""
    for k in ancestors(sentence, n):
        token = sentence.tokens[k]
        if is_verb(token):
            return k
        if token.pos not in {"ADP", "NOUN", "PROPN", "SCONJ"}:
            return None
    return None


def objects(sentence: Sentence, v: int, depth: int = 0) -> list[int]:
    """The heads of the deep object of a verb: to whom or what it is done."""
    if depth > DEEP:
        return []
    if is_passive(sentence, v):
        return _passive_subject(sentence, v, depth)
    own = kids(sentence, v, "dobj")
    if own:
        return _resolved_relative(sentence, own[0], v) if _is_fronted(sentence, own[0], v) else own
    return _clause_subject(sentence, v) or _shared_object(sentence, v) or _relative_object(sentence, v)


def _is_fronted(sentence: Sentence, obj: int, v: int) -> bool:
    return obj < v and sentence.tokens[obj].tag in RELATIVE | {"IN", "DT"}


def _passive_subject(sentence: Sentence, v: int, depth: int) -> list[int]:
    token = sentence.tokens[v]
    own = kids(sentence, v, "nsubjpass", "nsubj")
    if own:
        return _resolved_relative(sentence, own[0], v)
    if token.relation == "acl":
        return [token.head]
    if token.relation == "conj":
        return surface_subjects(sentence, token.head, depth + 1)
    above = _verb_above(sentence, v)
    return surface_subjects(sentence, above, depth + 1) if above is not None else []


def _clause_subject(sentence: Sentence, v: int) -> list[int]:
    """ "urged Iran to stop": the parser may hang "Iran" under "stop"."""
    for c in kids(sentence, v, "ccomp", "xcomp"):
        small = sentence.tokens[c].pos in {"ADJ", "NOUN"}  # "declared the treaty dead"
        if (small or has_to(sentence, c)) and (found := kids(sentence, c, "nsubj", "nsubjpass")):
            return found[:1]
    return []


def _shared_object(sentence: Sentence, v: int) -> list[int]:
    """ "seized and burned the ship": the first verb's object stands at the second."""
    for c in kids(sentence, v, "conj"):
        if c - v <= 3 and not kids(sentence, c, "nsubj"):
            return kids(sentence, c, "dobj")
    return []


def _relative_object(sentence: Sentence, v: int) -> list[int]:
    """ "the sanctions Washington imposed": the noun that a relative clause without pronoun hangs on."""
    token = sentence.tokens[v]
    fronted = not any(
        sentence.tokens[k].tag in RELATIVE or sentence.tokens[k].lemma == "that" for k in sentence.children[v]
    )
    if token.relation == "relcl" and fronted and kids(sentence, v, "nsubj"):
        return [token.head]
    return []


def prepositions(sentence: Sentence, i: int) -> Iterator[tuple[str, int]]:
    """(preposition, object) pairs that hang on a token, "because of" and "ahead of" joined by their first word."""
    for k in sentence.children[i]:
        token = sentence.tokens[k]
        if token.relation == "dative" and token.pos != "ADP":
            yield "to", k
        elif token.relation in {"prep", "agent", "dative"}:
            for o in kids(sentence, k, "pobj", "pcomp", *(("amod",) if token.lemma == "as" else ())):
                yield token.lemma, o
            for inner in kids(sentence, k, "prep"):
                for o in kids(sentence, inner, "pobj", "pcomp"):
                    yield token.lemma, o
        elif token.relation == "advmod":
            for inner in kids(sentence, k, "prep"):
                for o in kids(sentence, inner, "pobj", "pcomp"):
                    yield sentence.tokens[inner].lemma, o


def particles(sentence: Sentence, v: int) -> set[str]:
    """The particles, prepositions and adverbs right at a verb: "call off" gives {"off"}."""
    return {
        sentence.tokens[k].lemma
        for k in sentence.children[v]
        if sentence.tokens[k].relation in {"prt", "prep", "advmod"} and k > v
    }


def complements(sentence: Sentence, v: int) -> list[int]:
    """The verbs of the clauses that a verb takes: "agreed to meet", "said that it had", "by ending"."""
    found = kids(sentence, v, "xcomp", "ccomp")
    for k in kids(sentence, v, "prep"):
        found.extend(kids(sentence, k, "pcomp"))
    return [c for k in found for c in conjuncts(sentence, k)]
