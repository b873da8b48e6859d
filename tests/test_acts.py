"""The acts that several outlets tell: every telling stands in its report, every code is the ontology's."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

import dragoman
from dragoman.rules.ontology import Ontology

DATA = Path(dragoman.__file__).parent / "data"
ONTOLOGY = Ontology.load(DATA / "ontology")
LINES = (DATA / "chronicle" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
REPORTS = {report["id"]: report for report in map(json.loads, LINES)}
ACTS = json.loads((Path(__file__).parent / "gold" / "acts.json").read_text(encoding="utf-8"))["acts"]
KEYS = {"id", "what", "date", "type", "actor", "recipient", "told", "differences"}
# 2013, 2013-06, 2013-06-16, 2013-06-09/2013-06-10
DAYS = r"\d{4}(-\d\d(-\d\d(/\d{4}-\d\d-\d\d)?)?)?"
# Pieces of three letters: PRK, PRKGOV, IGOUNOIAE
CODE = r"([A-Z]{3})+"

every_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act["id"])


def test_acts_are_many_and_have_their_own_ids() -> None:
    ids = [act["id"] for act in ACTS]
    assert len(ids) == len(set(ids)) >= 30


@every_act
def test_two_outlets_tell_it(act: dict[str, Any]) -> None:
    assert len({REPORTS[telling["report"]]["publisher"] for telling in act["told"]}) >= 2


@every_act
def test_tellings_stand_in_their_reports(act: dict[str, Any]) -> None:
    for telling in act["told"]:
        assert telling["sentence"] in REPORTS[telling["report"]]["text"]
        assert telling["trigger"] in telling["sentence"]
    places = [(telling["report"], telling["sentence"]) for telling in act["told"]]
    assert len(places) == len(set(places))


@every_act
def test_codes_are_of_the_ontology(act: dict[str, Any]) -> None:
    assert set(act) == KEYS
    assert act["type"] in ONTOLOGY.types
    assert act["actor"]
    assert [code for code in (*act["actor"], *act["recipient"]) if not re.fullmatch(CODE, code)] == []


@every_act
def test_days_are_days_before_the_last_telling(act: dict[str, Any]) -> None:
    if act["date"] is None:
        return
    assert re.fullmatch(DAYS, act["date"])
    days = [datetime.date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", act["date"])]
    last = max(datetime.date.fromisoformat(REPORTS[telling["report"]]["published"]) for telling in act["told"])
    assert all(day <= last for day in days)


def test_a_trigger_tells_one_act() -> None:
    told = [tuple(telling.values()) for act in ACTS for telling in act["told"]]
    assert len(told) == len(set(told))
