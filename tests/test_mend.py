"""Slips of the parser that are mended: each sentence shows one, in the relations that it must have afterwards."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dragoman.mend import mend
from dragoman.parse import parse
from dragoman.records import Article, Token

# Sentence -> (word, relation, head) that must hold.
CASES = [
    ("The two states plan to hold drills.", ("states", "nsubj", "plan")),
    ("The king said in a speech carried live by state television that the desert was his.", ("was", "ccomp", "said")),
    (
        "In an interview with Der Spiegel, the Greek finance minister said that the debt was high.",
        ("minister", "nsubj", "said"),
    ),
    ("A submarine entered Japanese territorial waters southwest of Okinawa.", ("waters", "dobj", "entered")),
    (
        "US President Donald Trump and Turkish President Recep Tayyip Erdogan spoke on the phone.",
        ("Trump", "nsubj", "spoke"),
    ),
    ("The US has been encouraging allies such as Germany to restrict flights.", ("US", "nsubj", "encouraging")),
    ("Kim, North Korea's minister, met Zhang Yesui, a Chinese vice foreign minister.", ("Yesui", "dobj", "met")),
    ("The Red Cross operating in Iraq said US forces must leave.", ("Cross", "nsubj", "said")),
    ("Norway called Denmark's move a mistake.", ("mistake", "oprd", "called")),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_mended(text: str, wanted: tuple[str, str, str]) -> None:
    (sentence,) = parse(Article(id="one", text=text)).sentences
    word, relation, head = wanted
    found = {(t.text, t.relation, sentence.tokens[t.head].text) for t in sentence.tokens}
    assert (word, relation, head) in found


@pytest.mark.parametrize(
    "text",
    [text for text, _ in CASES]
    + [
        "He said in a letter that Reuters saw that it was over.",
        "''Look,'' said David Friedman, president of Wealth-X, a private company that tracks and ranks billionaires. ''",
    ],
)
def test_trees_stay_trees(text: str) -> None:
    for sentence in parse(Article(id="one", text=text)).sentences:
        for token in sentence.tokens:
            seen, at = {token.i}, token
            while at.head != at.i:
                at = sentence.tokens[at.head]
                assert at.i not in seen
                seen.add(at.i)


WORDS = st.sampled_from(["said", "that", "waters", "southwest", ",", "and", "has", "President", "statement", "call"])
RELATIONS = st.sampled_from(
    [
        "ROOT",
        "nsubj",
        "nsubjpass",
        "dobj",
        "pobj",
        "prep",
        "aux",
        "appos",
        "conj",
        "cc",
        "compound",
        "relcl",
        "acl",
        "ccomp",
        "xcomp",
        "mark",
        "npadvmod",
        "punct",
    ]
)
TAGS = st.sampled_from(
    [("VERB", "VBD"), ("NOUN", "NN"), ("PROPN", "NNP"), ("AUX", "VBZ"), ("ADP", "IN"), ("CCONJ", "CC")]
)


@st.composite
def trees(draw):
    """Tokens whose heads form a tree, with any words and relations."""
    n = draw(st.integers(1, 9))
    root = draw(st.integers(0, n - 1))
    order = [root, *(i for i in range(n) if i != root)]
    heads = {root: root} | {i: order[draw(st.integers(0, k))] for k, i in enumerate(order[1:])}
    tokens = []
    for i in range(n):
        text, (pos, tag), relation = draw(WORDS), draw(TAGS), draw(RELATIONS)
        tokens.append(
            Token(i=i, start=i, end=i + 1, text=text, lemma=text, pos=pos, tag=tag, relation=relation, head=heads[i])
        )
    return tokens


@settings(max_examples=400, deadline=None)
@given(trees())
@example(  # one rule would make a circle in which the next one would go round for ever
    [
        Token(i=0, start=0, end=1, text="said", lemma="said", pos="NOUN", tag="NN", relation="ROOT", head=1),
        Token(i=1, start=1, end=2, text="southwest", lemma="west", pos="VERB", tag="VBD", relation="ROOT", head=1),
    ]
)
def test_any_tree_stays_a_tree(tokens):
    for token in mend(list(tokens)):
        at, steps = token, 0
        mended = mend(list(tokens))
        while at.head != at.i:
            at, steps = mended[at.head], steps + 1
            assert steps <= len(tokens)
