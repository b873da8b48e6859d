"""What a commitment is about: the words of its content, the condition that they stand under, and the days they name."""

import datetime
import itertools
from collections.abc import Iterator, Sequence

from dragoman.find import syntax
from dragoman.records import Date, Record, Sentence
from dragoman.rules.commitments import CommitmentWords

# Branches that are no part of a content: asides, conditions, other clauses of the sentence.
ASIDE = frozenset({"relcl", "advcl", "parataxis"})
# Prepositions of a date that tells the past of a thing, not the day by which it is due: "the accord of 2012".
PAST = frozenset({"of", "since", "after", "from"})
NOTHING = frozenset({"PUNCT", "SPACE", "PART", "SCONJ", "CCONJ"})
# A condition that the parser did not see as a clause runs to the next of these.
STOPS = frozenset({";", "”", '"', "."})
# What stands before a verb and is no part of what is promised: "[also] cut", "[that] it will".
BEFORE = frozenset({"mark", "ccomp", "advmod", "npadvmod", "prep", "cc"})
# Words that turn a content round stay in it: "[not] to fire", "[neither] to test nor to fire", "[under no] threat".
NOT = frozenset({"not", "n't", "n’t", "never", "neither"})
NO = frozenset({"no"})
# What can stand between "not" and the verb.
BETWEEN = frozenset({"to", "again", "ever"})
# Who says so stands after a comma, in so many words of these classes at the most, before one of these verbs.
NAMING = frozenset({"DET", "PROPN", "NOUN", "ADJ", "ADP", "PRON"})
NAME = 8
SAYING = frozenset({"say", "announce", "report", "confirm", "state", "declare", "add", "claim"})
# One-word conditions that need no clause that the parser has seen.
PLAIN = frozenset({"unless", "provided"})


class Content(Record, frozen=True, kw_only=True):
    """A content in its sentence: its head, all tokens of its clause, and the first and last token of its words."""

    head: int
    tokens: frozenset[int]
    first: int
    last: int


def content_below(sentence: Sentence, i: int, people: frozenset[int], *, demanded: bool) -> Content | None:
    """What a word of promising, offering or demanding takes: "agreed [to meet]", "offered [talks]", "open to [talks]".

    `people` are the tokens that name the parties: "offered Iran [talks]", "invited Japan [to join]".
    """
    for head in _heads_below(sentence, i, people, demanded=demanded):
        content = clause_content(sentence, head, bare=demanded)
        infinitive = None if demanded else _infinitive_before(sentence, i, head)
        return content if infinitive is None else _listed(clause_content(sentence, infinitive, bare=False), content)
    return None


def _infinitive_before(sentence: Sentence, i: int, head: int) -> int | None:
    """In "agreed to stop tests, launches and enrichment" the parser hangs the list after its first item on "agreed"."""
    clauses = syntax.kids(sentence, i, "xcomp", "advcl")
    return next((c for c in clauses if i < c < head and syntax.has_to(sentence, c) and _has_object(sentence, c)), None)


def _has_object(sentence: Sentence, v: int) -> bool:
    return bool(syntax.kids(sentence, v, "dobj"))


def _listed(clause: Content, rest: Content) -> Content:
    """A clause with the rest of the list that is its object."""
    return Content(head=clause.head, tokens=clause.tokens | rest.tokens, first=clause.first, last=rest.last)


def _heads_below(sentence: Sentence, i: int, people: frozenset[int], *, demanded: bool) -> Iterator[int]:
    things = [k for k in syntax.kids(sentence, i, "dobj") if not _is_party(sentence, k, people)]
    if things and not demanded:
        yield from things
    yield from _clauses_below(sentence, i)
    yield from things
    prepositions = ("to", "of", "on", "for", "with", "about", "against")
    found = {p: o for p, o in reversed(list(syntax.prepositions(sentence, i))) if p in prepositions}
    yield from (found[p] for p in prepositions if p in found and not _is_party(sentence, found[p], people))
    yield from _after_party(sentence, i, people)
    if syntax.is_verb(sentence.tokens[i]):
        yield from (k for k in syntax.objects(sentence, i) if not _is_party(sentence, k, people))


def _after_party(sentence: Sentence, i: int, people: frozenset[int]) -> Iterator[int]:
    """ "expects from Iran [assurances]", "demanded of Iran [guarantees]": two nouns below one preposition."""
    for prep in syntax.kids(sentence, i, "prep"):
        below = syntax.kids(sentence, prep, "pobj")
        if below and _is_party(sentence, below[0], people):
            yield from (k for k in below[1:] if not _is_party(sentence, k, people))


def _clauses_below(sentence: Sentence, i: int) -> Iterator[int]:
    """ "agreed to [meet]", "said that it [meets]", "committed to [sending]", "called on the North to [reverse]"."""
    tokens = sentence.tokens
    yield from (k for k in syntax.kids(sentence, i, "xcomp", "ccomp", "acl") if k > i and syntax.is_verb(tokens[k]))
    for k in syntax.kids(sentence, i, "prep", "prt", "dobj"):
        below = [k, *syntax.kids(sentence, k, "pobj")]
        clauses = (c for b in below for c in syntax.kids(sentence, b, "pcomp", "acl", "relcl"))
        yield from (c for c in clauses if c > i and (tokens[c].relation != "relcl" or syntax.has_to(sentence, c)))
    infinitives = (k for k in syntax.kids(sentence, i, "advcl") if syntax.has_to(sentence, k))
    yield from (k for k in infinitives if not syntax.is_outcome(sentence, k))


def _is_party(sentence: Sentence, i: int, people: frozenset[int]) -> bool:
    return i in people or sentence.tokens[i].pos in {"PROPN", "PRON"}


def clause_content(sentence: Sentence, head: int, *, bare: bool) -> Content:
    """The content that a word heads: a noun with all that belongs to it, or a verb without the subject it shares.

    With `bare` the subject goes also where it is named: "demanded that Iran [stop]".
    """
    dropped = set(_dropped(sentence, head, bare=bare))
    dropped.update(_described(sentence, head))
    end = _attribution_after(sentence, head)
    kept = {k for k in syntax.subtree(sentence, head, ASIDE) if k not in dropped and k < end}
    first = last = head
    while first - 1 in kept or (first - 1 > min(kept) and sentence.tokens[first - 1].pos == "PUNCT"):
        first -= 1
    while last + 1 in kept or (last + 1 < max(kept) and sentence.tokens[last + 1].pos == "PUNCT"):
        last += 1
    while first < head and _is_nothing(sentence, first):
        first += 1
    first = _negated_from(sentence, first)
    while last > head and sentence.tokens[last].pos in {"PUNCT", "SPACE"} and not _closes(sentence, first, last):
        last -= 1
    return Content(head=head, tokens=frozenset(kept), first=first, last=last)


def _attribution_after(sentence: Sentence, head: int) -> int:
    """Where ", Washington said" begins after a content, or the end: parsers take "Yongbyon, Washington" for a place."""
    tokens = sentence.tokens
    for k in range(head + 1, len(tokens)):
        if tokens[k].text == ",":
            after = itertools.takewhile(lambda t: t.pos in NAMING, tokens[k + 1 : k + 1 + NAME])
            verb = tokens[min(k + 1 + len(list(after)), len(tokens) - 1)]
            if verb.i > k + 1 and verb.lemma in SAYING and verb.tag in {"VBD", "VBZ"}:
                return k
    return len(tokens)


def _is_nothing(sentence: Sentence, k: int) -> bool:
    """Marks, "to" and "that" before a content; "not" is part of it ("should [not fire]")."""
    token = sentence.tokens[k]
    kept = token.relation == "neg" or token.text.lower() in NOT or token.text in {"“", '"'}
    return token.pos in NOTHING and not kept


def _negated_from(sentence: Sentence, first: int) -> int:
    """The first token of a content with the negation before it: "[not to] fire", "[never again to] fire", "[wo]n't"."""
    words = [token.text.lower() for token in sentence.tokens[:first]]
    k = first
    while k and words[k - 1] in BETWEEN:
        k -= 1
    if k < first and k and words[k - 1] in NOT:
        first = k - 1
    cut = sentence.tokens[first].text.lower() in {"n't", "n’t"} and first > 0
    return first - 1 if cut else first


def _described(sentence: Sentence, head: int) -> Iterator[int]:
    """ "talks with Peru, [the first in years]": what only describes; names stay ("its envoy, Ana Diaz")."""
    for k in syntax.subtree(sentence, head):
        if sentence.tokens[k].relation == "appos" and sentence.tokens[k].pos != "PROPN":
            yield from syntax.subtree(sentence, k)


def _closes(sentence: Sentence, first: int, last: int) -> bool:
    """Whether the last token is the closing mark of a quotation that opens inside."""
    pairs = {"”": "“", '"': '"'}
    opening = pairs.get(sentence.tokens[last].text)
    return opening is not None and any(sentence.tokens[k].text == opening for k in range(first, last))


def _dropped(sentence: Sentence, head: int, *, bare: bool) -> Iterator[int]:
    if not syntax.is_verb(sentence.tokens[head]):
        return
    subjects = syntax.kids(sentence, head, "nsubj", "nsubjpass")
    shared = bare or all(sentence.tokens[k].pos == "PRON" for k in subjects)
    for k in sentence.children[head]:
        token = sentence.tokens[k]
        before = token.relation in BEFORE and not _turns_round(sentence, k)
        own = k < head and (before or (shared and token.relation in {"nsubj", "nsubjpass", "aux"}))
        other = token.relation == "conj" and bool(syntax.kids(sentence, k, "nsubj", "nsubjpass"))
        if own or other or (token.relation == "cc" and _splits(sentence, k, head)):
            yield from syntax.subtree(sentence, k)


def _turns_round(sentence: Sentence, k: int) -> bool:
    """Whether a branch before a verb negates it: "never", "under no circumstances"."""
    words = [sentence.tokens[b].text.lower() for b in syntax.subtree(sentence, k)]
    return words[0] in NOT or (bool(NO & set(words)) and sentence.tokens[k].relation == "prep")


def _splits(sentence: Sentence, k: int, head: int) -> bool:
    """Whether a conjunction leads to a clause of its own: "offered talks, but [the others] said no"."""
    after = [c for c in syntax.kids(sentence, head, "conj") if c > k]
    return not after or bool(syntax.kids(sentence, after[0], "nsubj", "nsubjpass"))


def condition_of(sentence: Sentence, carriers: Sequence[int], words: CommitmentWords) -> tuple[int, int] | None:
    """First and last token of the condition of a commitment; None if there is none.

    `carriers` are the word that makes it one, the trigger, and the head of its content, which comes last.
    """
    inside = {k for i in carriers[:-1] for k in syntax.subtree(sentence, i, frozenset({"conj"}))}
    inside.update(syntax.subtree(sentence, carriers[-1]))
    for i in range(len(sentence.tokens)):
        phrase = next((phrase for phrase in words.conditions if _stands(sentence, i, phrase)), None)
        if phrase is None or (last := _end_of_condition(sentence, i)) == i:
            continue
        plain = i > min(carriers) and (len(phrase) > 1 or phrase[0] in PLAIN)
        if i in inside or plain or _attached_to(sentence, i, carriers):
            return i, last
    return None


def _stands(sentence: Sentence, i: int, phrase: tuple[str, ...]) -> bool:
    found = tuple(token.text.lower() for token in sentence.tokens[i : i + len(phrase)])
    if found != phrase:
        return False
    if phrase[0] in {"once", "while", "until"} and len(phrase) == 1:
        return sentence.tokens[i].relation == "mark" or sentence.tokens[i].pos == "SCONJ"
    return phrase != ("provided",) or sentence.tokens[i].relation in {"mark", "prep", "advcl"}


def _attached_to(sentence: Sentence, i: int, carriers: Sequence[int]) -> bool:
    """ "If Iran agrees, the US will lift": the clause hangs on a carrier, or on a word above it."""
    clause = sentence.tokens[sentence.tokens[i].head]
    return clause.relation == "advcl" and clause.head in carriers


def _end_of_condition(sentence: Sentence, i: int) -> int:
    token = sentence.tokens[i]
    clause = token.head
    if token.relation == "mark" and sentence.tokens[clause].relation == "advcl":
        last = max(syntax.subtree(sentence, clause))
    else:
        last = next((k for k in range(i + 1, len(sentence.tokens)) if _is_stop(sentence, k)), len(sentence.tokens)) - 1
    while last > i and sentence.tokens[last].pos in {"PUNCT", "SPACE"}:
        last -= 1
    return last


def _is_stop(sentence: Sentence, k: int) -> bool:
    token = sentence.tokens[k]
    return token.text in STOPS or (
        token.text == "," and sentence.tokens[min(k + 1, len(sentence.tokens) - 1)].pos != "ADV"
    )


def no_condition(sentence: Sentence, words: CommitmentWords) -> tuple[int, int] | None:
    """First and last token of "no preconditions", "without any conditions"; None if the sentence has no such words."""
    for token in sentence.tokens:
        if token.lemma in words.condition_nouns:
            near = range(max(0, token.i - 3), token.i)
            if found := [k for k in near if sentence.tokens[k].text.lower() in words.none]:
                return found[0], token.i
    return None


def due_of(sentence: Sentence, content: Content, dates: Sequence[Date], published: datetime.date | None) -> str | None:
    """The day or days ("YYYY-MM-DD/YYYY-MM-DD") that a content names for itself, or None.

    Days before the report are not taken: they tell when it was said ("proposed talks on Thursday").
    """
    starts = {sentence.tokens[k].start: k for k in content.tokens}
    days = [
        (date.first, date.last)
        for date in dates
        if date.first and date.last and date.type in {"DATE", "TIME"} and date.value[:1].isdigit()
        if (published is None or date.last >= published)
        and any(date.start <= start < date.end and not _is_past(sentence, k) for start, k in starts.items())
    ]
    if not days:
        return None
    first, last = min(d[0] for d in days).isoformat(), max(d[1] for d in days).isoformat()
    return first if first == last else f"{first}/{last}"


def _is_past(sentence: Sentence, k: int) -> bool:
    """Whether a date tells when something came to be: "the accord of 2012", "agreed on Monday" inside a content."""
    head = sentence.tokens[sentence.tokens[k].head]
    return head.lemma in PAST
