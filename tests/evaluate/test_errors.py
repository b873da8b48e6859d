"""Misses and false codings, each with its cause."""

from pathlib import Path

import pytest

from dragoman.evaluate.errors import CAUSES, Slip, slips, write_slips
from dragoman.evaluate.golds import Conventions, Gold, GoldEvent, GoldQuote, Party, Story
from dragoman.records import Entity

from .made import coding, entity, event, quote, speaker

THANKED = "Mali thanked Niger for its help on Monday."
GOLD = GoldEvent(
    sentence=THANKED,
    actor=(Party(text="Mali", code="MLI"),),
    recipient=(Party(text="Niger", code="NER"),),
    type="SUPPORT",
    status="occurred",
    date="2010-01-04",
    trigger="thanked",
)
DAY = ("2010-01-04", "2010-01-04")


def known(phrase: str, on: object) -> Entity | None:
    return entity(phrase[:3].upper())


def nobody(phrase: str, on: object) -> Entity | None:
    return None


def causes(*events, resolve=known, gold=(GOLD,), quotes=(), found_quotes=()):
    story = Story(id="A", text=THANKED, events=gold, quotes=quotes)
    coded = coding("A", events=list(events), quotes=list(found_quotes))
    return [slip.cause for slip in slips(Gold(stories=(story,)), {"A": coded}, Conventions.load(), resolve)]


@pytest.mark.parametrize(
    ("found", "resolve", "wanted"),
    [
        ([event("SUPPORT", "MLI", "NER", sentence=THANKED, date=DAY)], known, []),
        ([], known, ["trigger"]),
        ([], nobody, ["mention"]),
        ([event("AGREE", "MLI", "NER", sentence=THANKED)], known, ["type", "false-type"]),
        ([event("SUPPORT", "TCD", "NER", sentence=THANKED)], known, ["entity"]),
        ([event("SUPPORT", "TCD", "NER", sentence=THANKED)], nobody, ["mention"]),
        ([event("SUPPORT", "NER", "MLI", sentence=THANKED)], known, ["attachment"]),
        ([event("SUPPORT", "MLI", sentence=THANKED)], known, ["entity"]),
        ([event("SUPPORT", "MLI", "NER", sentence=THANKED, date=DAY, status="planned")], known, ["status"]),
        ([event("SUPPORT", "MLI", "NER", sentence=THANKED)], known, ["date"]),
    ],
)
def test_the_first_thing_that_is_wrong_is_the_cause(found, resolve, wanted):
    assert causes(*found, resolve=resolve) == wanted


def test_an_event_where_the_gold_has_none_is_false():
    assert causes(event("SUPPORT", "MLI", "NER", sentence="Togo shut its border.", date=DAY), gold=()) == ["false"]


def test_a_quotation_in_another_mouth():
    words = "we are grateful to our neighbour"
    gold = GoldQuote(text=words, speaker="Ana Diaz", speaker_code="MLIGOV")
    assert causes(gold=(), quotes=(gold,), found_quotes=(quote(words, speaker=speaker("Bo Li", "CHN")),)) == ["speaker"]


def test_files_by_cause_the_most_frequent_first(tmp_path: Path):
    found = [Slip(cause=cause, id="A#0", wanted="w", got="g", sentence="s") for cause in ("date", "type", "type")]
    write_slips(found, tmp_path / "errors")
    summary = (tmp_path / "errors" / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[:2] for line in summary] == [["2", "type"], ["1", "date"]]
    assert (tmp_path / "errors" / "type.txt").read_text(encoding="utf-8").count("A#0") == 2
    assert set(CAUSES) >= {"date", "type"}
