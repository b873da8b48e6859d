"""Scores of stories, and the project's own gold of them."""

import json
from pathlib import Path

import pytest

from dragoman.evaluate.clusters import score_clusters
from dragoman.evaluate.golds import Conventions, Gold, GoldReport
from dragoman.rules import DATA

GOLD = Path(__file__).parent.parent / "gold"
FLOOD = "The Ruvubu flooded Muyinga in Burundi."
TRAIN = "Peru opened the railway of Tacna."


def reports(*told):
    return [GoldReport(id=f"r{i}", text=text, story=story) for i, (text, story) in enumerate(told)]


def test_all_right() -> None:
    measure = score_clusters(reports((FLOOD, "a"), (FLOOD, "a"), (TRAIN, "b")))["stories_bcubed"]
    assert (measure.figure.precision, measure.figure.recall, measure.figure.f1, measure.figure.n) == (1, 1, 1, 3)
    assert measure.hits == ("r0", "r1", "r2")


def test_together_and_apart_wrongly() -> None:
    golds = reports((FLOOD, "a"), (FLOOD, "a"), (FLOOD, "a"), (FLOOD, "b"), (TRAIN, "b"))
    measure = score_clusters(golds)["stories_bcubed"]
    assert measure.figure.precision == pytest.approx((3 * 3 / 4 + 1 / 4 + 1) / 5)
    assert measure.figure.recall == pytest.approx((3 * 1 + 2 * 1 / 2) / 5)
    assert measure.misses == ("r3", "r4")


def test_every_file_of_the_pattern_is_read(tmp_path) -> None:
    for name, story in (("clusters_dev.jsonl", "a"), ("clusters.jsonl", "b")):
        line = {"id": story, "text": FLOOD, "story": story, "published": "2014-01-02", "outlet": "ignored"}
        (tmp_path / name).write_text(json.dumps(line) + "\n", encoding="utf-8")
    gold = Gold.load(tmp_path, Conventions.load())
    assert [one.id for one in gold.clusters] == ["b", "a"]
    assert gold.texts()["a"].startswith("a: ")


def test_the_own_gold_has_the_reports_of_the_chronicle() -> None:
    lines = (DATA / "chronicle" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    chronicle = {report["id"]: report for report in map(json.loads, lines)}
    golds = {gold.id: gold for gold in Gold.load(GOLD, Conventions.load()).clusters}
    assert chronicle.keys() <= golds.keys()
    for id, report in chronicle.items():
        assert (golds[id].text, golds[id].title) == (report["text"], report["title"])
        assert golds[id].published is not None
