"""Slips of the parser that are mended: each sentence shows one, in the relations that it must have afterwards."""

import pytest

from dragoman.parse import parse
from dragoman.records import Article

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
    ("Norway called Denmark's move a mistake.", ("mistake", "oprd", "called")),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_mended(text: str, wanted: tuple[str, str, str]) -> None:
    (sentence,) = parse(Article(id="one", text=text)).sentences
    word, relation, head = wanted
    found = {(t.text, t.relation, sentence.tokens[t.head].text) for t in sentence.tokens}
    assert (word, relation, head) in found


@pytest.mark.parametrize(
    "text", [text for text, _ in CASES] + ["He said in a letter that Reuters saw that it was over."]
)
def test_trees_stay_trees(text: str) -> None:
    for sentence in parse(Article(id="one", text=text)).sentences:
        for token in sentence.tokens:
            seen, at = {token.i}, token
            while at.head != at.i:
                at = sentence.tokens[at.head]
                assert at.i not in seen
                seen.add(at.i)
