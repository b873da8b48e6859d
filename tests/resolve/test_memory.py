"""What is read of a report goes with it: nothing keeps a coded report in memory."""

import gc
import weakref

import pytest

from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.parse import parse
from dragoman.records import Article
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules


def test_parties_are_freed_without_the_collector():
    lexicon = Rules.load().lexicon
    document = parse(Article(id="one", text="The French foreign minister met students in Chad. He praised them."))
    gc.disable()
    try:
        parties = Parties(document, find_mentions(document, NameIndex(lexicon)), lexicon)
        for sentence in document.sentences:
            for token in sentence.tokens:
                parties.at(sentence, token.i)
        gone = weakref.ref(parties)
        del parties
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "text",
    [
        "Iran and Iraq condemned crimes committed by them.",
        "Iran and Iraq said the attacks carried out by them hit Chad.",
        "Iran and Iraq left. They condemned the raids carried out by them against Chad.",
        "They said that they and those with them had met them, as they told both of them.",
    ],
)
def test_references_that_lead_back_to_themselves_end(coder, text):
    coder.code(text)
