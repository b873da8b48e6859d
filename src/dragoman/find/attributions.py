"""Attributions in one sentence: a cue, whom it names as the source, and the words that it announces.

Marks play no part here; `quotes` joins what this module finds with the quotations.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dragoman.find.carriers import Carriers
from dragoman.find.cues import Cues
from dragoman.find.syntax import ancestors, has_to, is_outcome, is_verb, kids, owners, subjects, subtree
from dragoman.records import QuoteKind, Sentence

Pieces = tuple[tuple[int, int], ...]
SAID: QuoteKind = "indirect"


class Attribution(NamedTuple):
    """A cue and its source as token numbers; `content` holds the pieces of text, none where only the marks can tell."""

    sentence: Sentence
    cue: tuple[int, int]
    source: int | None
    content: Pieces
    kind: QuoteKind
    frame: str
    via: int | None = None


def find_attributions(sentence: Sentence, cues: Cues, carriers: Carriers) -> Iterator[Attribution]:
    """All attributions of a sentence, in the order of their cues."""
    for token in sentence.tokens:
        if is_verb(token):
            yield from _by_verb(sentence, token.i, cues, carriers)
        elif token.pos == "NOUN":
            yield from _by_noun(sentence, token.i, cues, carriers)
        elif token.pos == "ADJ":
            yield from _by_adjective(sentence, token.i, cues, carriers)
        if token.text.lower() == "according":
            yield from _according(sentence, token.i, cues, carriers)


# verbs


def _by_verb(sentence: Sentence, v: int, cues: Cues, carriers: Carriers) -> Iterator[Attribution]:
    kind = _kind_of_verb(sentence, v, cues)
    if kind is None or (carriers.is_passing_on(sentence, v) and carriers.as_saying(sentence, v) is not None):
        return
    if carriers.is_carrying(sentence, v):
        return
    source, via, reporting = carriers.source(sentence, v)
    cue = _cue_tokens(sentence, v, cues)
    empty = True
    for frame, content in _contents(sentence, v, cues, reporting):
        empty = False
        yield Attribution(sentence, cue, source, content, kind, frame, via)
    if empty and kind == SAID:
        yield Attribution(sentence, cue, source, (), kind, "none", via)


def _kind_of_verb(sentence: Sentence, v: int, cues: Cues) -> QuoteKind | None:
    lemma = sentence.tokens[v].lemma
    for k in kids(sentence, v, "prt", "prep", "advmod", "dobj", "acomp"):
        if k == v + 1 and (kind := cues.kind(f"{lemma} {sentence.tokens[k].lemma}", "verb")):
            return kind
    return cues.kind(lemma, "verb")


def _cue_tokens(sentence: Sentence, v: int, cues: Cues) -> tuple[int, int]:
    """The verb with its particle."""
    lemma, after = sentence.tokens[v].lemma, v + 1
    if after < len(sentence.tokens) and cues.kind(f"{lemma} {sentence.tokens[after].lemma}", "verb"):
        return v, after
    return v, v


def _contents(sentence: Sentence, v: int, cues: Cues, reporting: int) -> Iterator[tuple[str, Pieces]]:
    """What a verb announces, by the first of its frames that it fills; several where clauses are joined."""
    lemma = sentence.tokens[v].lemma
    clauses = [c for u in {v, reporting} for c in kids(sentence, u, "ccomp") if v not in subtree(sentence, c)]
    if not cues.has("never", lemma) and (plain := [c for c in clauses if not has_to(sentence, c)]):
        for c in plain:
            yield "clause", _clause(sentence, reporting, c)
        return
    if cues.has("parenthetical", lemma) and (content := _around(sentence, reporting)):
        yield "around", content
        return
    infinitives = [
        c for c in (*clauses, *kids(sentence, v, "xcomp")) if has_to(sentence, c) and not is_outcome(sentence, c)
    ]
    if not cues.has("no-infinitive", lemma) and infinitives:
        yield "infinitive", _pieces(sentence, subtree(sentence, infinitives[0]))
        return
    if cues.has("object", lemma) and (content := _object(sentence, v)):
        yield "object", content
        return
    for p in kids(sentence, v, "prep"):
        if cues.has("after", f"{lemma}/{sentence.tokens[p].lemma}"):
            content = _pieces(sentence, (k for k in subtree(sentence, p) if k != p))
            if content:
                yield "after", content
                return


def _clause(sentence: Sentence, v: int, c: int) -> Pieces:
    """The words of a clause; one that stands before its cue goes back to where the sentence begins."""
    tokens = set(subtree(sentence, c))
    if max(tokens) < v and sentence.tokens[v].head == v:
        tokens.update(range(max(tokens)))
    return _pieces(sentence, tokens - {v})


def _around(sentence: Sentence, v: int) -> Pieces:
    """ "The talks, he said, will go on": the clause that a cue is put into, without the cue and what hangs on it."""
    token = sentence.tokens[v]
    if token.relation not in {"parataxis", "ccomp", "advcl", "dep"} or kids(sentence, v, "mark"):
        return ()
    group = set(subtree(sentence, v))
    if not _is_set_off(sentence, group, v):
        return ()
    return _pieces(sentence, set(subtree(sentence, token.head)) - group)


def _is_set_off(sentence: Sentence, group: set[int], v: int) -> bool:
    """Whether a cue with its subject stands between commas or at an end of the sentence."""
    first, last, tokens = min(group), max(group), sentence.tokens
    before = first == 0 or tokens[first - 1].text in {",", "—", "-", "–", "(", '"', "”", "''"}
    after = last + 1 >= len(tokens) or tokens[last + 1].pos == "PUNCT" or tokens[last].pos == "PUNCT"
    return before and after and bool(kids(sentence, v, "nsubj"))


def _object(sentence: Sentence, v: int) -> Pieces:
    """The object of a verb with what is said of it: "called the launch a threat"."""
    found = kids(sentence, v, "dobj", "oprd", "attr", "acomp")
    if not found or kids(sentence, v, "nsubjpass", "auxpass"):
        return ()
    after = [k for k in (*found, *kids(sentence, v, "prep", "xcomp", "advcl")) if k > v]
    wanted = [k for k in after if k in found or sentence.tokens[k].lemma in {"as", "for", "of"}]
    return _pieces(sentence, (t for k in wanted for t in subtree(sentence, k)))


# nouns, adjectives and "according to"


def _by_noun(sentence: Sentence, n: int, cues: Cues, carriers: Carriers) -> Iterator[Attribution]:
    """ "the claim that the talks failed", "a promise to leave"."""
    kind = cues.kind(sentence.tokens[n].lemma, "noun")
    if kind is None:
        return
    for c in kids(sentence, n, "acl", "ccomp", "relcl"):
        if has_to(sentence, c) or _has_that(sentence, c):
            who = owners(sentence, n)
            source = who[0] if who else None
            yield Attribution(sentence, (n, n), source, _pieces(sentence, subtree(sentence, c)), kind, "noun")
            return


def _has_that(sentence: Sentence, c: int) -> bool:
    return any(sentence.tokens[k].lemma == "that" for k in kids(sentence, c, "mark"))


def _by_adjective(sentence: Sentence, a: int, cues: Cues, carriers: Carriers) -> Iterator[Attribution]:
    """ "was confident that the talks would go on"."""
    kind = cues.kind(sentence.tokens[a].lemma, "adj")
    if kind is None or sentence.tokens[a].relation != "acomp":
        return
    for c in kids(sentence, a, "ccomp"):
        who = subjects(sentence, sentence.tokens[a].head)
        source = who[0] if who else None
        yield Attribution(sentence, (a, a), source, _pieces(sentence, subtree(sentence, c)), kind, "adjective")


def _according(sentence: Sentence, i: int, cues: Cues, carriers: Carriers) -> Iterator[Attribution]:
    """ "according to the ministry": the clause that it hangs on."""
    tokens = sentence.tokens
    if i + 1 >= len(tokens) or tokens[i + 1].lemma != "to":
        return
    found = [o for p in (i, *kids(sentence, i, "prep")) for o in kids(sentence, p, "pobj", "pcomp")]
    found = found or kids(sentence, i + 1, "pobj")
    if not found:
        return
    source, via = carriers.named_in_phrase(sentence, found[0])
    group = {*subtree(sentence, i), *subtree(sentence, i + 1)} if tokens[i + 1].head == i else set(subtree(sentence, i))
    above = next((k for k in ancestors(sentence, i) if is_verb(tokens[k])), None)
    if above is None:
        above = next(iter(ancestors(sentence, i)), i)
    content = set(subtree(sentence, above)) - group
    for k in kids(sentence, above, "mark", "cc"):
        content.discard(k)
    yield Attribution(sentence, (i, i + 1), source, _pieces(sentence, content), SAID, "according", via)


# the words


def _pieces(sentence: Sentence, numbers: Iterable[int]) -> Pieces:
    """Token numbers as runs of text, without "that" and the marks at the ends of a run."""
    tokens, runs = sentence.tokens, list[list[int]]()
    wanted = sorted(numbers)
    if wanted and tokens[wanted[0]].lemma == "that" and tokens[wanted[0]].relation in {"mark", "advmod"}:
        wanted = wanted[1:]
    for k in wanted:
        if runs and all(tokens[m].pos in {"PUNCT", "SPACE"} for m in range(runs[-1][-1] + 1, k)):
            runs[-1].append(k)
        else:
            runs.append([k])
    trimmed = (_trimmed(sentence, run) for run in runs)
    return tuple((tokens[run[0]].start, tokens[run[-1]].end) for run in trimmed if run)


def _trimmed(sentence: Sentence, run: list[int]) -> list[int]:
    while run and _is_outer(sentence, run[0]):
        run = run[1:]
    while run and _is_outer(sentence, run[-1]) and sentence.tokens[run[-1]].text != ")":
        run = run[:-1]
    return run


def _is_outer(sentence: Sentence, k: int) -> bool:
    token = sentence.tokens[k]
    return token.pos == "PUNCT" and token.text not in {"(", "$", "%"}
