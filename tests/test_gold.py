"""The project's own gold: every word of it stands in its report, and its codes are the ontology's."""

import datetime
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

import dragoman
from dragoman.evaluate.golds import Conventions, Gold
from dragoman.records import CommitmentKind, Standing, Status
from dragoman.rules.ontology import Ontology

GOLD = Path(__file__).parent / "gold"
DATA = Path(dragoman.__file__).parent / "data"
ONTOLOGY = Ontology.load(DATA / "ontology")
LINES = (DATA / "chronicle" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
REPORTS = {report["id"]: report for report in map(json.loads, LINES)}
STORIES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLD.glob("stories/*.json"))]
EVENT_DATE = r"\d{4}(-\d\d(-\d\d(/\d{4}-\d\d-\d\d)?)?)?"
# 2013, 2013-06, 2013-06-16, 2013-W25
TIMEX_VALUE = r"\d{4}(-\d\d(-\d\d)?|-W\d\d)?"
# Pieces of three letters: PRK, PRKGOV, IGOUNOIAE; several joined by ";"
CODES = r"[A-Z]{3}([A-Z]{3})*(;[A-Z]{3}([A-Z]{3})*)*"

every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story["id"])


def test_the_evaluation_reads_all_of_it() -> None:
    stories = Gold.load(GOLD, Conventions.load()).stories
    assert {story.id for story in stories} == {story["id"] for story in STORIES}
    assert len(stories) >= 20


@every_story
def test_text_is_the_reports(story: dict[str, Any]) -> None:
    report = REPORTS[story["id"]]
    for key in ("title", "publisher", "published", "text"):
        assert story[key] == report[key]


@every_story
def test_words_stand_in_the_text(story: dict[str, Any]) -> None:
    words = [event["sentence"] for event in story["events"]]
    words += [party["text"] for event in story["events"] for party in (*event["actor"], *event["recipient"])]
    words += [quote[key] for quote in story["quotes"] for key in ("text", "cue", "via") if quote[key]]
    words += [date["text"] for date in story["dates"]]
    words += [one[key] for one in story["commitments"] for key in ("content", "condition") if one[key]]
    assert [piece for piece in words if piece not in story["text"]] == []
    assert [event for event in story["events"] if event["trigger"] not in event["sentence"]] == []


@every_story
def test_events_are_of_the_ontology(story: dict[str, Any]) -> None:
    for event in story["events"]:
        assert set(event["mode"]) <= set(ONTOLOGY.modes(event["type"]))
        assert event["status"] in get_args(Status)
        assert event["actor"]
        assert event["date"] is None or re.fullmatch(EVENT_DATE, event["date"])


@every_story
def test_codes_and_kinds(story: dict[str, Any]) -> None:
    parties = [party["code"] for event in story["events"] for party in (*event["actor"], *event["recipient"])]
    speakers = [quote["speaker_code"] for quote in story["quotes"]]
    sides = [code for one in story["commitments"] for code in (one["by"], *one["to"])]
    assert [code for code in (*parties, *speakers, *sides) if not re.fullmatch(CODES, code)] == []
    assert {quote["kind"] for quote in story["quotes"]} <= {"direct", "mixed", "indirect"}
    assert {one["kind"] for one in story["commitments"]} <= set(get_args(CommitmentKind))
    assert {one["outcome"] for one in story["commitments"]} <= set(get_args(Standing))


@every_story
def test_dates_are_calendar_dates(story: dict[str, Any]) -> None:
    values = [date["value"] for date in story["dates"]]
    assert [value for value in values if not re.fullmatch(TIMEX_VALUE, value)] == []
    for value in (value for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        datetime.date.fromisoformat(value)
    pairs = [(date["text"], date["value"]) for date in story["dates"]]
    assert len(pairs) == len(set(pairs))
