"""PETRARCH3 as a peer, called from a checkout that the caller names, on constituent trees made from spaCy's parse.

PETRARCH3 (MIT licence) reads Penn Treebank brackets and spaCy gives dependencies, so `bracket` turns the ones into the
others: clauses S and SBAR, verb phrases with their helpers one in the other, noun and prepositional phrases. Nothing of
PETRARCH3 is copied here or changed there.
"""

import datetime
import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

HELPERS = frozenset({"aux", "auxpass"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "DET", "X"})
BRACKETS = str.maketrans({"(": "-LRB-", ")": "-RRB-"})
# PETRARCH3 asks for a day, and only to choose between the offices that a person held; this one if a report has none.
UNDATED = datetime.date(2020, 1, 1)
# What a usable tree lets it find: who, whom, and the first two digits of the CAMEO code.
TRIALS = (
    ("North Korea condemned Japan.", ("PRK", "JPN", "11")),
    ("Germany has invaded France.", ("DEU", "FRA", "19")),
    ("France was invaded by Germany.", ("DEU", "FRA", "19")),
    ("The Iranian foreign minister met with the president of Turkey on Monday.", ("IRNGOV", "TURGOV", "04")),
    ("China signed an agreement with Russia.", ("CHN", "RUS", "05")),
    ("Russia said on Tuesday that it would send food to Syria.", ("RUS", "SYR", "03")),
    ("Officials reported that Turkey had criticized Greece.", ("TUR", "GRC", "11")),
    ("Israel accused Iran and Syria of a cyber attack.", ("ISR", "SYR", "11")),
    ("South Korea, which held drills, protested against Japan and threatened China.", ("KOR", "CHN", "13")),
)


class Story(NamedTuple):
    """A sentence as PETRARCH3 is given it."""

    text: str
    tree: str
    day: str


Act = tuple[str, str, str]
"""Who, whom, and the CAMEO code."""


class Found(NamedTuple):
    """The events that were found, and on how many sentences PETRARCH3 broke off with an error of its own."""

    events: list[Act]
    failed: int


class Petrarch3:
    """The coder of a checkout with its dictionaries read; raises `ImportError` where the folder holds none."""

    def __init__(self, folder: Path) -> None:
        sys.path.insert(0, str(folder))
        self._main = importlib.import_module("petrarch3.petrarch3")
        self._main.PETRreader.parse_Config(self._main.utilities._get_data("data/config/", "PETR_config.ini"))
        self._main.read_dictionaries()

    def stories(self, document: Doc, day: datetime.date | None = None) -> list[Story]:
        """The sentences of a parsed report, ready to be coded."""
        told = f"{day or UNDATED:%Y%m%d}"
        sentences = [sentence for sentence in document.sents if not sentence.root.is_space]
        return [Story(one.text, self._main.utilities._format_parsed_str(bracket(one)), told) for one in sentences]

    def code(self, stories: Iterable[Story]) -> Found:
        """Code sentences one by one: an error that PETRARCH3 does not catch would else end the whole run."""
        events: list[Act] = []
        failed = 0
        for story in stories:
            given: dict[str, Any] = {"content": story.text, "parsed": story.tree}
            try:
                # it writes what it found into what it is given
                self._main.do_coding({"report": {"sents": {"0": given}, "meta": {"date": story.day}}})
            except Exception:  # whatever it may be: it is counted and told
                failed += 1
            events += given.get("events", ())
        return Found(events, failed)


def passed(coder: Petrarch3, engine: Language) -> int:
    """In how many of the trials PETRARCH3 finds what it should."""
    found = [(coder.code(coder.stories(engine(text))).events, wanted) for text, wanted in TRIALS]
    return sum(any((*act[:2], act[2][:2]) == wanted for act in events) for events, wanted in found)


def bracket(sentence: Span) -> str:
    """A sentence as a tree in brackets: `(ROOT (S (NP (NNP Germany)) (VP (VBD invaded) (NP (NNP France)))))`."""
    return f"(ROOT {_phrase(sentence.root)})"


def _phrase(token: Token) -> str:
    """All that hangs on a token, as one phrase."""
    if token.dep_ in HELPERS | {"neg", "mark", "punct", "cc", "det", "case"}:
        return _flat(token)
    if token.pos_ in {"VERB", "AUX"}:
        return _clause(token)
    if token.pos_ in NOMINAL:
        return _noun_phrase(token)
    label = {"ADP": "PP", "SCONJ": "PP", "ADJ": "ADJP", "ADV": "ADVP"}.get(token.pos_)
    label = "PRT" if token.dep_ == "prt" else "PP" if token.dep_ in {"prep", "agent"} else label
    if label is None:
        return _flat(token)
    # what stands before a preposition ("shortly after") is left out of its phrase, whose first word PETRARCH3 asks for
    before, after = _all(token.lefts), " ".join([_leaf(token), *_all(token.rights)])
    return " ".join([*before, f"({label} {after})"] if label == "PP" else [f"({label}", *before, f"{after})"])


def _noun_phrase(noun: Token) -> str:
    """ "The minister of Japan": its core, then what follows it, then what is joined to it."""
    own, joined = _split([child for child in noun.rights if child.dep_ != "case"])
    core = [
        _noun_phrase(c) if c.dep_ == "poss" and c.pos_ in {"NOUN", "PROPN"} else _flat(c) for c in _words(noun.lefts)
    ]
    core += [_leaf(noun), *(_leaf(child) for child in noun.rights if child.dep_ == "case")]
    text = f"(NP {' '.join(core)})"
    for more in (own, joined):
        text = f"(NP {text} {' '.join(_all(more))})" if more else text
    return text


def _clause(verb: Token) -> str:
    """ "That Japan would protest": what opens it (SBAR), what stands before the verb's helpers (S), the verb phrase."""
    opening, before, phrase = _parts(verb)
    if verb.dep_ == "acl" and not before and not opening:
        return phrase
    text = f"(S {' '.join([*before, phrase])})"
    joined = _split(verb.rights)[1]
    if any(_has_subject(child) for child in joined):
        text = f"(S {text} {' '.join(_all(joined))})"
    if opening or verb.dep_ == "relcl" or (verb.dep_ == "ccomp" and verb.i > verb.head.i):
        text = f"(SBAR {' '.join([*opening, text])})"
    return text


def _parts(verb: Token) -> tuple[list[str], list[str], str]:
    left = list(_words(verb.lefts))
    start = next((n for n, child in enumerate(left) if child.dep_ in HELPERS), len(left))
    opening = [_opening(child) for child in left[:start] if _opens(child)]
    before = _all(child for child in left[:start] if not _opens(child))
    return opening, before, _verb_phrase(verb, left[start:])


def _verb_phrase(verb: Token, left: Sequence[Token]) -> str:
    """ "Has not condemned Japan": each helper holds what follows it."""
    own, joined = _split(verb.rights)
    text = f"(VP {' '.join([_leaf(verb), *_all(own)])})"
    if joined and not any(_has_subject(child) for child in joined):
        text = f"(VP {text} {' '.join(_joined_verb(child) for child in joined)})"
    for child in reversed(left):
        text = f"(VP {_flat(child)} {text})" if child.dep_ in HELPERS else f"{_phrase(child)} {text}"
    return text


def _joined_verb(child: Token) -> str:
    """ "And threatened China": the verb shares its subject with the one before, so it is no clause."""
    is_verb = child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"}
    if not is_verb or any(_has_subject(more) for more in _split(child.rights)[1]):
        return _phrase(child)
    opening, before, phrase = _parts(child)
    return " ".join([*opening, *before, phrase])


def _split(right: Iterable[Token]) -> tuple[list[Token], list[Token]]:
    """What follows a word, up to and from where "and" joins others to it."""
    words = list(_words(right))
    start = next((n for n, child in enumerate(words) if child.dep_ in {"cc", "conj"}), len(words))
    return words[:start], words[start:]


def _opens(child: Token) -> bool:
    """Whether a child opens a subordinate clause: "that", "who", "in which"."""
    asking = child.tag_[0] == "W" or (child.dep_ == "prep" and any(c.tag_[0] == "W" for c in child.children))
    return child.dep_ == "mark" or asking


def _opening(child: Token) -> str:
    return f"(WHNP {_flat(child)})" if child.tag_ in {"WDT", "WP"} else _flat(child)


def _has_subject(token: Token) -> bool:
    return token.dep_ == "conj" and any(child.dep_ in SUBJECTS for child in token.children)


def _all(tokens: Iterable[Token]) -> list[str]:
    return [_phrase(token) for token in _words(tokens)]


def _words(tokens: Iterable[Token]) -> Iterator[Token]:
    return (token for token in tokens if not token.is_space)


def _flat(token: Token) -> str:
    return " ".join(_leaf(word) for word in _words(token.subtree))


def _leaf(token: Token) -> str:
    return f"({token.tag_} {token.text.translate(BRACKETS)})"
