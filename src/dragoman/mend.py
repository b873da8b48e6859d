"""Known slips of the small parser, mended before anything reads the tree: each rule names the slip it mends.

A rule looks at tags and relations alone, no rule knows a name, and a tree that shows no slip is left as it is.
"""

import functools

import msgspec

from dragoman.records import Token
from dragoman.rules import DATA
from dragoman.rules.tables import read_table

LEMMAS = DATA / "lexicon" / "lemmas.tsv"
FINITE = frozenset({"VBD", "VBZ", "VBP"})
SUBJECT = frozenset({"nsubj", "nsubjpass"})
DIRECTIONS = frozenset(
    {"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "inland", "offshore"}
)
NAMING = frozenset({"call", "brand", "label", "deem", "consider", "declare", "dub", "term", "pronounce", "find"})
# Verbs whose clause the parser hangs on the noun between: "said in a statement that it would leave".
TELLING = frozenset({"say", "announce", "warn", "declare", "state", "tell", "add", "write", "claim", "confirm"})


@functools.cache
def lemmas() -> dict[str, str]:
    """Verb forms whose lemma the model gets wrong ("staged" is no "stag")."""
    return {row["form"]: row["lemma"] for _, row in read_table(LEMMAS, ("form", "lemma"))}


def mend(tokens: list[Token]) -> tuple[Token, ...]:
    """The tokens of one sentence with the slips of the parser mended; a rule that would leave no tree does nothing."""
    mended = list(tokens)
    for rule in RULES:
        tried = list(mended)
        rule(tried)
        if tried != mended and _is_tree(tried):
            mended = tried
    return tuple(mended)


def _is_tree(tokens: list[Token]) -> bool:
    """Whether every token leads up to one that is its own head."""
    safe = {token.i for token in tokens if token.head == token.i}
    for token in tokens:
        path: list[int] = []
        i = token.i
        while i not in safe:
            if i in path:
                return False
            path.append(i)
            i = tokens[i].head
        safe.update(path)
    return True


def _verbs_read_as_nouns(tokens: list[Token]) -> None:
    """A "noun" that has a subject and is the root of its clause is a verb: "the two states plan to hold drills"."""
    with_subject = {token.head for token in tokens if token.relation in SUBJECT}
    with_content = {token.head for token in tokens if token.relation in {"xcomp", "dobj"}}
    for i in with_subject & with_content:
        if tokens[i].pos == "NOUN" and tokens[i].relation in {"ROOT", "ccomp", "conj"}:
            tokens[i] = msgspec.structs.replace(tokens[i], pos="VERB", tag="VBP")


def _helped_verbs(tokens: list[Token]) -> None:
    """ "The state has been urging": what the parser hangs on a helper belongs to the verb that it helps."""
    for token in tokens:
        helper = tokens[token.head]
        if helper.relation in {"aux", "auxpass"} and helper.head != helper.i and token.i != helper.i:
            tokens[token.i] = msgspec.structs.replace(token, head=helper.head)


def _told_clauses(tokens: list[Token]) -> None:
    """ "Said in a statement that it would leave": the clause is what is said, not what the statement is."""
    for token in tokens:
        if token.relation not in {"relcl", "acl"} or token.pos not in {"VERB", "AUX"}:
            continue
        above = _telling_above(tokens, token)
        that = _that_before(tokens, token)
        if above is None or that is None or not _has_subject(tokens, token.i, besides=that):
            continue
        if any(other.head == above and other.relation == "ccomp" for other in tokens):
            continue
        tokens[that] = msgspec.structs.replace(tokens[that], pos="SCONJ", tag="IN", relation="mark", head=token.i)
        tokens[token.i] = msgspec.structs.replace(token, relation="ccomp", head=above)


def _telling_above(tokens: list[Token], token: Token) -> int | None:
    """The verb of telling over "in a statement" when a clause hangs on the statement."""
    noun = tokens[token.head]
    if noun.pos != "NOUN" or noun.relation != "pobj":
        return None
    verb = tokens[tokens[noun.head].head]
    return verb.i if verb.lemma in TELLING and verb.pos == "VERB" and verb.i < noun.i else None


def _that_before(tokens: list[Token], token: Token) -> int | None:
    below = (t for t in tokens if t.head == token.i and t.i < token.i)
    return next((t.i for t in below if t.text.lower() == "that" and t.relation in {"mark", "dobj", "nsubj"}), None)


def _has_subject(tokens: list[Token], v: int, *, besides: int) -> bool:
    return any(t.head == v and t.relation in SUBJECT and t.i != besides for t in tokens)


def _directions(tokens: list[Token]) -> None:
    """ "Entered waters southwest of the island": the waters are entered, "southwest" only says where they lie."""
    for there in tokens[1:]:
        noun = tokens[there.i - 1]
        if there.lemma in DIRECTIONS and noun.head == there.i and noun.pos in {"NOUN", "PROPN"}:
            tokens[noun.i] = msgspec.structs.replace(noun, relation=there.relation, head=there.head)
            tokens[there.i] = msgspec.structs.replace(there, relation="advmod", pos="ADV", tag="RB", head=noun.i)
            for other in tokens[: noun.i]:
                if other.head == there.i:
                    tokens[other.i] = msgspec.structs.replace(other, head=noun.i)


def _named_objects(tokens: list[Token]) -> None:
    """ "Called the move a mistake": the second noun says what the first is called."""
    for noun in tokens:
        move = tokens[noun.head]
        verb = tokens[move.head]
        if noun.relation == "npadvmod" and move.relation == "dobj" and move.i < noun.i and verb.lemma in NAMING:
            tokens[noun.i] = msgspec.structs.replace(noun, relation="oprd", head=verb.i)


def _joined_titles(tokens: list[Token]) -> None:
    """ "President A and President B met": two people, each with a title, not one with a title of many words."""
    for title in tokens:
        last = tokens[title.head]
        if title.relation not in {"compound", "nmod"} or last.i < title.i:
            continue
        first = next((t for t in tokens[title.i : last.i] if t.head == title.i and t.relation == "appos"), None)
        if first is None or not any(t.head == first.i and t.relation == "conj" and t.i < last.i for t in tokens):
            continue
        tokens[first.i] = msgspec.structs.replace(first, relation=last.relation, head=last.head)
        tokens[title.i] = msgspec.structs.replace(title, relation="compound", head=first.i)
        tokens[last.i] = msgspec.structs.replace(last, relation="conj", head=first.i)
        for other in tokens[first.i : last.i]:
            if other.head == first.i and other.relation == "conj":
                tokens[other.i] = msgspec.structs.replace(other, relation="compound", head=last.i)


def _lost_subjects(tokens: list[Token]) -> None:
    """ "In an interview with the paper, the minister said": the minister is no second name of the paper."""
    with_subject = {token.head for token in tokens if token.relation in SUBJECT | {"csubj", "expl"}}
    for verb in tokens:
        if verb.i in with_subject or not _is_finite(tokens, verb) or verb.relation not in {"ROOT", "ccomp", "conj"}:
            continue
        before = _before_verb(tokens, verb.i)
        if before is not None and (noun := _set_off_noun(tokens, before)) is not None:
            tokens[noun] = msgspec.structs.replace(tokens[noun], relation="nsubj", head=verb.i)


def _subjects_with_gerunds(tokens: list[Token]) -> None:
    """ "The group working in Chad said": the group speaks; what it does there only describes it."""
    for gerund in tokens:
        if gerund.tag != "VBG" or gerund.relation not in {"nsubj", "csubj"}:
            continue
        mine = [
            token for token in tokens if token.head == gerund.i and token.relation in SUBJECT and token.i < gerund.i
        ]
        if len(mine) == 1:
            noun = mine[0]
            tokens[noun.i] = msgspec.structs.replace(noun, relation="nsubj", head=gerund.head)
            tokens[gerund.i] = msgspec.structs.replace(gerund, relation="acl", head=noun.i)


def _second_subjects(tokens: list[Token]) -> None:
    """ "The minister met Zhang Yesui, an official": of two subjects the one behind the verb is its object."""
    for verb in tokens:
        below = [token for token in tokens if token.head == verb.i]
        if any(token.relation in {"dobj", "ccomp", "xcomp", "auxpass"} for token in below):
            continue
        mine = [token for token in below if token.relation == "nsubj"]
        if len(mine) == 2 and mine[0].i < verb.i < mine[1].i and verb.pos == "VERB":
            tokens[mine[1].i] = msgspec.structs.replace(mine[1], relation="dobj")


def _is_finite(tokens: list[Token], verb: Token) -> bool:
    """Whether a verb or its first helper shows tense: "said", "would say", "is saying"."""
    helpers = [t.tag for t in tokens if t.head == verb.i and t.relation in {"aux", "auxpass"}]
    return verb.tag in FINITE if not helpers else bool({"MD", *FINITE} & set(helpers))


def _before_verb(tokens: list[Token], v: int) -> int | None:
    """The last word before a verb and its helpers."""
    i = v - 1
    while i >= 0 and (tokens[i].head == v and tokens[i].relation in {"aux", "auxpass", "neg", "advmod"}):
        i -= 1
    return i if i >= 0 else None


def _set_off_noun(tokens: list[Token], last: int) -> int | None:
    """The noun of a phrase that ends here, stands after a comma and was taken for a second name of what is before."""
    noun = last
    while tokens[noun].relation not in {"appos", "conj", "ROOT"} and tokens[noun].head < last + 1:
        if tokens[noun].head == noun:
            return None
        noun = tokens[noun].head
    if tokens[noun].relation not in {"appos", "conj"} or tokens[noun].pos not in {"NOUN", "PROPN", "PRON"}:
        return None
    first = min(_below(tokens, noun))
    phrase = tokens[tokens[noun].head]
    before = tokens[first - 1] if first > 0 else None
    if before is None or phrase.i > first:
        return None
    apart = before.text == "," and phrase.relation == "pobj"
    joined = tokens[noun].relation == "conj" and before.pos == "CCONJ" and phrase.relation in {"dobj", "pobj"}
    return noun if (apart or joined) and last + 1 not in _below(tokens, noun) else None


def _below(tokens: list[Token], i: int) -> set[int]:
    found = {i}
    grown = True
    while grown:
        more = {t.i for t in tokens if t.head in found} - found
        found |= more
        grown = bool(more)
    return found


# In this order: later rules rely on what earlier ones have put right.
RULES = (
    _verbs_read_as_nouns,
    _helped_verbs,
    _told_clauses,
    _directions,
    _named_objects,
    _joined_titles,
    _subjects_with_gerunds,
    _lost_subjects,
    _second_subjects,
)
