"""Scores of single sentences: type and both countries."""

import msgspec
import pytest

from dragoman.evaluate.golds import Conventions, GoldSentence
from dragoman.evaluate.measures import prf, share
from dragoman.evaluate.sentences import is_same_act, score_sentences, sentence_article, shared_country

from .made import coding, event

CONVENTIONS = Conventions.load()


def sentence(id: str, type: str, actor: str, recipient: str = "") -> GoldSentence:
    sides = [[{"text": code, "country": code} for code in side.split()] for side in (actor, recipient)]
    fields = {"id": id, "sentence": "Mali thanked Niger.", "type": type, "actor": sides[0], "recipient": sides[1]}
    return msgspec.convert(fields, GoldSentence)


@pytest.mark.parametrize(
    ("gold", "mine", "same"),
    [
        (("AID", "MLI", "NER"), ("AID", "MLIGOV", "NERMIL"), True),
        (("AID", "MLI", "NER"), ("AID", "MLI FRA", "NER"), True),
        (("AID", "MLI", "NER"), ("AID", "NER", "MLI"), False),
        (("AID", "MLI", "NER"), ("SUPPORT", "MLI", "NER"), False),
        (("MOBILIZE", "MLI", ""), ("MOBILIZE", "MLI", "NER"), True),
        (("PROTEST", "", "NER"), ("PROTEST", "MLI", "NER"), True),
        (("CONSULT", "MLI", "NER"), ("CONSULT", "NER", "MLI"), True),
        (("CONSULT", "MLI", "NER"), ("CONSULT", "NER", ""), False),
        (("COOPERATE", "MLI NER", ""), ("COOPERATE", "MLI", "NER"), True),
        (("REQUEST", "UNO", "MLI"), ("REQUEST", "IGOUNOIAE", "MLI"), True),
        (("REQUEST", "JAP", "KSV"), ("REQUEST", "JPNGOV", "KOS"), True),
    ],
)
def test_is_same_act(gold: tuple[str, str, str], mine: tuple[str, str, str], same: bool) -> None:
    assert is_same_act(sentence("s", *gold), event(*mine, sentence="."), CONVENTIONS.countries) is same


def test_score_sentences() -> None:
    golds = [sentence("a", "AID", "MLI", "NER"), sentence("b", "REJECT", "MLI", "NER"), sentence("c", "REJECT", "MLI")]
    right, wrong = event("AID", "MLI", "NER", sentence="."), event("REJECT", "NER", "MLI", sentence=".")
    codings = {"a": coding("a", events=[right, wrong]), "b": coding("b", events=[wrong])}
    measures = score_sentences(golds, codings, CONVENTIONS)
    assert measures["sentence_dyad"].figure == prf(1, 3, 3)
    assert measures["sentence_dyad"].hits == ("a",)
    assert measures["sentence_type"].figure == share(2, 3)


def test_a_sentence_is_a_report_of_its_own() -> None:
    article = sentence_article(sentence("a", "AID", "MLI"))
    assert (article.id, article.text) == ("a", "Mali thanked Niger.")


@pytest.mark.parametrize(("code", "country"), [("IGOUNO", "IGO"), ("EUR", "IGO"), ("XKX", "KOS"), ("MLIGOV", "MLI")])
def test_shared_country(code: str, country: str) -> None:
    assert shared_country(code, CONVENTIONS.countries) == country
