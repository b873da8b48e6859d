"""Scores of single phrases: country and sector."""

import datetime

from dragoman.evaluate.golds import Conventions, GoldPhrase
from dragoman.evaluate.measures import share
from dragoman.evaluate.phrases import score_phrases
from dragoman.records import Entity

from .made import entity

ANSWERS = {"the Malian army": "MLIMIL", "UN troops": "IGOMIL", "a baker": ""}


def resolve(phrase: str, on: datetime.date | None) -> Entity | None:
    if phrase == "the president of Mali":
        return entity("MLIGOV" if on and on.year == 2015 else "MLIELI")
    code = ANSWERS[phrase]
    return entity(code) if code else None


def test_score_phrases() -> None:
    golds = [
        GoldPhrase(phrase="the Malian army", country="MLI", sector="MIL"),
        GoldPhrase(phrase="UN troops", country="UNO", sector="GOV"),
        GoldPhrase(phrase="a baker", country="", sector="BUS"),
        GoldPhrase(phrase="the president of Mali", country="MLI", sector="GOV", on=datetime.date(2015, 1, 1)),
    ]
    measures = score_phrases(golds, resolve, Conventions.load())
    assert measures["phrase_sector"].figure == share(2, 4)
    assert measures["phrase_country"].figure == share(4, 4)
    assert measures["phrase_both"].hits == ("phrase#0", "phrase#3")
