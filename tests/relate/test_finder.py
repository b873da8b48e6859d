"""The learned finder with an encoder that answers as it is told: what is kept, changed, dropped and added, and for whom."""

import numpy as np
import pytest

from dragoman.coder import article_of
from dragoman.find.events import find_events
from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.parse import parse
from dragoman.relate.encoder import STATUSES, Answer, Card, Deed
from dragoman.relate.finder import LearnedFinder, Read
from dragoman.relate.fusion import Fusion, Least, Scale
from dragoman.relate.pairs import pairs, parties_in
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

RULES = Rules.load()
INDEX = NameIndex(RULES.lexicon)
NAMES = ("", *RULES.ontology.types)
CARD = Card(sentences="none", count=0, trained="2026-01-01", deeds=tuple(Deed(type=n, mode="", plv=n) for n in NAMES))
HIGH = 8.0


def scale(names):
    return Scale(names=names, model=1.0, kinds={}, favour=(0.0,) * len(names), evidence={})


FUSION = Fusion(
    plover=scale(NAMES), plv=scale(NAMES), status=scale(STATUSES), least=Least(add=0.8, fill=0.8, retype=0.9, drop=0.9)
)


class Told:
    """An encoder that answers by the words of the two parties: {("Iran", "Oman"): "AID"}; nothing for all else."""

    def __init__(self, acts, sure=HIGH):
        self.card, self.acts, self.sure, self.asked = CARD, acts, sure, []

    def answer(self, questions):
        self.asked += questions
        return [self._one(*(q.sentence[slice(*place)] for place in (q.one, q.other))) for q in questions]

    def _one(self, one, other):
        deeds, statuses = np.zeros((2, len(NAMES))), np.zeros((2, len(STATUSES)))
        for row, pair in enumerate(((one, other), (other, one))):
            deeds[row, NAMES.index(self.acts.get(pair, ""))] = self.sure
            statuses[row, STATUSES.index("occurred")] = self.sure
        return Answer(deeds, statuses)


def found(text, acts, sure=HIGH):
    """Events as (type, actor codes, recipient codes, rule), and the encoder that was asked."""
    document = parse(article_of(text, "2020-05-05"))
    parties = Parties(document, find_mentions(document, INDEX), RULES.lexicon)
    encoder = Told(acts, sure)
    told = find_events(document, parties, (), RULES)
    events = LearnedFinder(RULES, encoder, FUSION).find(Read(document, parties, told, ()))
    for event in events:
        assert text[event.trigger.start : event.trigger.end] == event.trigger.text
    return [(e.type, {x.code for x in e.actor}, {x.code for x in e.recipient}, e.rule) for e in events], encoder


def test_what_both_see_keeps_its_rule():
    ((kind, actor, recipient, rule),), _ = found("Iran condemned Oman.", {("Iran", "Oman"): "ACCUSE"})
    assert (kind, actor, recipient) == ("ACCUSE", {"IRN"}, {"OMN"})
    assert not rule.startswith("model/")


def test_what_the_encoder_sees_nothing_of_is_dropped():
    assert found("Iran condemned Oman.", {})[0] == []


def test_what_it_is_unsure_of_stays():
    events, _ = found("Iran condemned Oman.", {("Iran", "Oman"): "AID"}, sure=1.0)
    assert [event[0] for event in events] == ["ACCUSE"]


def test_another_type_says_that_the_model_found_it():
    (event,), _ = found("Iran condemned Oman.", {("Iran", "Oman"): "THREATEN"})
    assert event == ("THREATEN", {"IRN"}, {"OMN"}, "model/THREATEN")


def test_two_acts_of_one_pair_are_not_judged_by_one_answer():
    text = "Russia accused Ukraine of sabotage and shelled Ukraine."
    alone = found(text, {}, sure=0.0)[0]
    events, _ = found(text, {("Russia", "Ukraine"): "ASSAULT"})
    assert [event[0] for event in alone] == [event[0] for event in events] == ["ACCUSE", "ASSAULT"]


def test_what_only_the_encoder_sees_is_added():
    events, _ = found("Iran gave Oman the cold shoulder.", {("Iran", "Oman"): "REJECT"})
    assert events == [("REJECT", {"IRN"}, {"OMN"}, "model/REJECT")]


def test_it_is_not_added_where_it_is_not_sure():
    assert found("Iran gave Oman the cold shoulder.", {("Iran", "Oman"): "REJECT"}, sure=2.0)[0] == []


def test_what_two_do_to_each_other_has_two_actors():
    acts = {("Iran", "Oman"): "CONSULT", ("Oman", "Iran"): "CONSULT"}
    events, _ = found("Iran and Oman put their heads together.", acts)
    assert events == [("CONSULT", {"IRN", "OMN"}, set(), "model/CONSULT")]


def test_joined_parties_share_an_event():
    acts = {("Iran", "Oman"): "REJECT", ("Iran", "Qatar"): "REJECT"}
    events, _ = found("Iran gave Oman and Qatar the cold shoulder.", acts)
    assert events == [("REJECT", {"IRN"}, {"OMN", "QAT"}, "model/REJECT")]


def test_a_third_party_to_a_told_act_is_not_added():
    acts = {("Iran", "Oman"): "ACCUSE", ("Iran", "Qatar"): "ACCUSE"}
    events, _ = found("Iran condemned Oman after talks with Qatar.", acts)
    assert [event[:3] for event in events if event[0] == "ACCUSE"] == [("ACCUSE", {"IRN"}, {"OMN"})]


def test_bodies_without_a_state_are_told_apart():
    text = "NATO and the European Union gave Oman the cold shoulder."
    acts = {("NATO", "Oman"): "REJECT", ("European Union", "Oman"): "REJECT"}
    events, encoder = found(text, acts)
    assert [event[1] for event in events] == [{"IGOWSTNAT", "IGOEUREEC"}]
    assert len(encoder.asked) == 3


def test_whom_it_is_aimed_at_may_stand_in_a_sentence_before():
    text = "Oman is at peace. Iran was quiet. Nobody was hurt. The United States condemned the launch."
    acts = {("United States", "Iran"): "ACCUSE"}
    assert ("ACCUSE", {"USA"}, {"IRN"}) in [event[:3] for event in found(text, acts)[0]]
    assert ("ACCUSE", {"USA"}, set()) in [event[:3] for event in found(text, acts, sure=1.0)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "Iran rejoiced.",
        "Iranian ministers met in Tehran.",
        "It rained.",
        "",
        "The minister met his wife.",
        "Iran, Iran!",
    ],
)
def test_a_sentence_without_two_parties_is_not_asked_about(text):
    assert found(text, {})[1].asked == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("President Barack Obama met David Cameron.", ["Barack Obama", "David Cameron"]),
        ("The Iranian foreign minister wrote to Oman.", ["Iranian foreign minister", "Oman"]),
        ("Iran met Oman in Geneva.", ["Iran", "Oman"]),
        ("Iran's attack hit Oman.", ["Iran", "Oman"]),
        ("Iran met Oman, Yonhap reported.", ["Iran", "Oman"]),
    ],
)
def test_whom_a_sentence_names(text, named):
    document = parse(article_of(text, "2013-05-05"))
    parties = Parties(document, find_mentions(document, INDEX), RULES.lexicon)
    (sentence,) = document.sentences
    assert [party.entity.text for party in parties_in(sentence, parties)] == named


def test_a_list_of_names_is_cut():
    text = "Iran, Oman, Qatar, Iraq, Egypt, Jordan, Kenya and Chad met."
    document = parse(article_of(text))
    parties = Parties(document, find_mentions(document, INDEX), RULES.lexicon)
    (sentence,) = document.sentences
    assert len(parties_in(sentence, parties)) == 8
    assert len(list(pairs(sentence, parties_in(sentence, parties)))) == 8
