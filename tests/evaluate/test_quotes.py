"""Scores of quotations: the words of the content and the head of the speaker."""

import msgspec
import pytest

from dragoman.evaluate.golds import Conventions, QuotedText
from dragoman.evaluate.measures import prf, share
from dragoman.evaluate.quotes import head_word, score_quotes, split_words, words_in

from .made import coding, quote, speaker

CONVENTIONS = Conventions.load()
AFTER_HEAD = CONVENTIONS.words["after_head"]
TEXT = "Prime Minister Ann Oduya of Kenya said the port would open soon. It was reported that rain had fallen."
PORT, RAIN, ODUYA = (39, 63), (86, 101), (0, 33)
GOLD = msgspec.convert(
    {
        "id": "q",
        "text": TEXT,
        "quotes": [
            {"content": [PORT], "speaker": [ODUYA], "kind": "indirect"},
            {"content": [RAIN], "speaker": [], "kind": "direct"},
        ],
    },
    QuotedText,
)


def test_the_spans_are_those_of_the_text() -> None:
    words = [TEXT[start:end] for start, end in (PORT, RAIN, ODUYA)]
    assert words == ["the port would open soon", "rain had fallen", "Prime Minister Ann Oduya of Kenya"]


@pytest.mark.parametrize(
    ("phrase", "head"),
    [
        ("Prime Minister Ann Oduya of Kenya", "Oduya"),
        ("the spokesman for the ministry", "spokesman"),
        ("Ann Oduya, the prime minister", "Oduya"),
        ("Oduya (61)", "Oduya"),
        ("Oduya - who came later", "Oduya"),
        ("of the", "the"),
        ("for", "for"),
        ("", None),
    ],
)
def test_head_word(phrase: str, head: str | None) -> None:
    words = split_words(phrase)
    number = head_word(range(len(words.spans)), words, AFTER_HEAD)
    assert head == (None if number is None else phrase[slice(*words.spans[number])])


def test_a_gap_ends_the_head() -> None:
    assert head_word([0, 1, 3], split_words("Ann Oduya and Paul"), AFTER_HEAD) == 1


def test_words_in_takes_a_word_by_half_of_its_letters() -> None:
    words = split_words("open soon then")
    assert words_in([(2, 7)], words) == [0, 1]
    assert words_in([(3, 6)], words) == []


def test_score_quotes() -> None:
    mine = [
        quote("the port would open", start=39, kind="indirect", speaker=speaker("Oduya", start=19)),
        quote("rain had fallen", start=86, kind="indirect", speaker=speaker("It", start=65)),
        quote("It was", start=65),
    ]
    measures = score_quotes([GOLD], {"q": coding("q", quotes=mine)}, CONVENTIONS)
    assert measures["attribution_content"].figure == prf(2, 3, 2)
    assert measures["attribution"].figure == prf(1, 3, 2)
    assert measures["attribution"].hits == ("q#quote0",)
    assert measures["attribution_speaker"].figure == share(1, 2)
    assert measures["attribution:indirect"].figure == share(1, 1)
    assert measures["attribution:direct"].figure == share(0, 1)


def test_less_than_half_of_the_words_is_no_match() -> None:
    mine = [quote("the port", start=39, speaker=speaker("Oduya", start=19))]
    assert score_quotes([GOLD], {"q": coding("q", quotes=mine)}, CONVENTIONS)["attribution_content"].hits == (
        "q#quote0",
    )
    mine = [quote("port", start=43, speaker=speaker("Oduya", start=19))]
    assert score_quotes([GOLD], {"q": coding("q", quotes=mine)}, CONVENTIONS)["attribution_content"].hits == ()
