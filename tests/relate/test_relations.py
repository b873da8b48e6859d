"""`dragoman relation`: the contract, abstention with a reason, and questions that cannot be asked."""

import json

import pytest

from dragoman.errors import InputError
from dragoman.rules import Rules
from tests.test_cli import dragoman

KEYS = ["id", "type", "mode", "confidence", "by", "status", "scores"]
SENTENCE = "Kenya freed two Ugandan fishermen on Monday."


def question(id="q", sentence=SENTENCE, actor=(0, 5), recipient=(12, 33)):
    places = {
        side: dict(zip(("start", "end"), place, strict=True))
        for side, place in (("actor", actor), ("recipient", recipient))
    }
    return json.dumps({"id": id, "sentence": sentence, **places, "unknown": "is ignored"})


def asked(*lines, scheme="plover"):
    done = dragoman("relation", "--scheme", scheme, stdin="\n".join(lines) + "\n")
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_answer_is_the_contract_s():
    status, (answer,) = asked(question())
    assert status == 0
    assert set(answer) == set(KEYS)
    assert (answer["id"], answer["type"], answer["mode"], answer["status"]) == ("q", "RETREAT", "release", "occurred")
    assert answer["by"] in {"model", "rules", "both"}
    assert set(answer["scores"]) == set(Rules.load().ontology.types)
    assert answer["scores"]["RETREAT"] == answer["confidence"] == max(answer["scores"].values())
    assert sum(answer["scores"].values()) <= 1.001


def test_plv_has_its_own_types():
    _, (answer,) = asked(question(), scheme="plv")
    assert answer["type"] == "YIELD"
    assert len(answer["scores"]) == 15
    assert sum(answer["scores"].values()) == pytest.approx(1, abs=0.001)


def test_nothing_is_done_and_the_reason_says_so():
    sentence = "Peru lost to Chile by two goals in the first match of the cup."
    _, (answer,) = asked(question(sentence=sentence, actor=(0, 4), recipient=(13, 18)))
    assert answer["type"] == ""
    assert "nothing" in answer["reason"]


def test_a_bad_line_is_named_and_the_rest_answered():
    status, answers = asked(
        "not json",
        question("far", actor=(0, 5), recipient=(90, 95)),
        question("same", actor=(0, 5), recipient=(0, 5)),
        question("blank", actor=(5, 6)),
        question("good"),
    )
    assert status == 1
    assert [answer.get("error", {}).get("kind") for answer in answers] == ["json", "party", "party", "party", None]
    assert answers[0]["error"]["where"].endswith(":1")
    assert answers[-1]["type"] == "RETREAT"


def test_both_directions(coder):
    sentence = "Lima accused Quito of shelling a border post."
    assert coder.relation(sentence, (0, 4), (13, 18)).type == "ACCUSE"
    assert coder.relation(sentence, (13, 18), (0, 4)).type != "ACCUSE"


def test_parties_nobody_knows(coder):
    sentence = "The Grand Duchy of Fenwick condemned the Borduria League over the raid."
    assert coder.relation(sentence, (0, 26), (37, 56)).type == "ACCUSE"


def test_the_library_says_what_is_wrong(coder):
    with pytest.raises(InputError, match="of 44 characters"):
        coder.relation(SENTENCE, (0, 5), (40, 99))
