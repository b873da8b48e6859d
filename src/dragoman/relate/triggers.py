"""The word that tells an act between two parties: what hangs above both of them in the parse."""

from dragoman.find.syntax import ancestors, is_noun, is_verb, kids
from dragoman.records import Sentence
from dragoman.relate.pairs import Party
from dragoman.rules.lexicon import Lexicon


def trigger_between(sentence: Sentence, one: Party, other: Party, lexicon: Lexicon) -> int | None:
    """The token that tells what one party does to another: the lowest verb or noun above both that is no party.

    Below a verb that only reports ("said that ...") it is the verb of what is said; None where there is no such word.
    """
    up, down = [one.i, *ancestors(sentence, one.i)], [other.i, *ancestors(sentence, other.i)]
    common = next((i for i in up if i in down), up[-1])
    top = next((i for i in (common, *ancestors(sentence, common)) if _tells(sentence, i, one, other)), None)
    if top is None or lexicon.cues.get(f"{sentence.tokens[top].lemma}/verb") != "say":
        return top
    return next(iter(_said(sentence, top, down)), top)


def _tells(sentence: Sentence, i: int, one: Party, other: Party) -> bool:
    token = sentence.tokens[i]
    return i not in {one.i, other.i} and token.lemma != "be" and (is_verb(token) or is_noun(token))


def _said(sentence: Sentence, top: int, down: list[int]) -> list[int]:
    """The verbs of a reported clause, those on the way to the recipient first."""
    below = down[: down.index(top)] if top in down else []
    return [*(i for i in reversed(below) if is_verb(sentence.tokens[i])), *kids(sentence, top, "ccomp")]
