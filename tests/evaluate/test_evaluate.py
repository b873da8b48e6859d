"""The whole: a gold folder is read, coded, scored; the report is kept without gold text, and compared with another."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from dragoman.errors import InputError
from dragoman.evaluate import (
    change_lines,
    compare,
    evaluate,
    gold_texts,
    load_report,
    miss_lines,
    report_lines,
    save_report,
)
from dragoman.evaluate.golds import Conventions, Gold
from dragoman.records import Article, ArticleHead, Coding, Entity, Event, Failure, Fault

from .made import CODER, coding, entity, event

THANKED = "Mali thanked Niger for its help."
SHUT = "Togo shut its border with Benin."
OURS: dict[str, object] = {"sentence": THANKED, "type": "SUPPORT", "actor": [{"text": "Mali", "code": "MLI"}]}
OURS |= {"recipient": [{"text": "Niger", "code": "NER"}], "status": "occurred", "date": None}
OLDER: dict[str, object] = {"sentence": SHUT, "plover": "SANCTION", "sources": [{"text": "Togo", "code": "TGO"}]}
OLDER |= {"targets": [{"text": "Benin", "code": "BEN"}], "status": "denied", "cameo_root": "16"}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold folder with a report in our layout, one in the older layout, a sentence and a phrase."""
    folder = tmp_path / "gold"
    (folder / "stories").mkdir(parents=True)
    parts: dict[str, list[object]] = {"quotes": [], "dates": [], "commitments": []}
    for name, text, gold_event in (("ours.json", THANKED, OURS), ("stories/older.json", SHUT, OLDER)):
        story = {"id": name[:5], "text": text, "published": "2010-01-02", "events": [gold_event], **parts}
        (folder / name).write_text(json.dumps(story), encoding="utf-8")
    party = [{"text": "Togo", "country": "TGO", "sector": ""}]
    line = {"id": "S1", "sentence": SHUT, "type": "SANCTION", "actor": party, "recipient": []}
    (folder / "gsr.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (folder / "actor_roles.tsv").write_text(
        "phrase\tcountry\tsector\ton\nTogolese army\tTGO\tMIL\t\n", encoding="utf-8"
    )
    return folder


THANKS = event("SUPPORT", "MLI", "NER", sentence=THANKED)
CLOSURE = event("SANCTION", "TGO", "BEN", sentence=SHUT, status="negated")


class Coder:
    """Finds the events that it was given in the sentence that they are in; fails on reports that it was told to."""

    def __init__(self, *events: Event, fails: str = "") -> None:
        self.events = events
        self.fails = fails

    def __call__(self, articles: Iterable[Article]) -> Iterator[Coding | Failure]:
        for article in articles:
            if article.id == self.fails:
                yield Failure(article=ArticleHead(id=article.id), error=Fault(kind="made", message="as told"))
            else:
                yield coding(article.id, events=[e for e in self.events if e.sentence.text == article.text])


def resolve(phrase: str, on: object) -> Entity | None:
    return entity("TGOMIL") if phrase == "Togolese army" and on is None else None


def test_evaluate(gold: Path) -> None:
    report = evaluate(gold, Coder(THANKS, CLOSURE), resolve)
    for name in ("event_full_codes", "status_acc", "sentence_dyad", "phrase_both"):
        assert report.measures[name].headline == 1
    assert report.hits["event_dyad"] == ("ours.#0", "stori#0")
    assert report.measures["status_other_than_occurred"].n == 1
    assert report.coder == CODER
    assert report.failures == ()


def test_without_a_resolver_phrases_are_left_out(gold: Path) -> None:
    assert "phrase_both" not in evaluate(gold, Coder()).measures


def test_measures_are_those_of_the_gold_that_is_there(gold: Path) -> None:
    assert not any(name.startswith(("timex", "attribution")) for name in evaluate(gold, Coder()).measures)


def test_a_report_that_failed_is_named_and_counts_as_missed(gold: Path) -> None:
    report = evaluate(gold, Coder(THANKS, CLOSURE, fails="ours."))
    assert report.failures == ("ours.",)
    assert report.misses["event_dyad"] == ("ours.#0",)
    assert list(report_lines(report))[-1] == "not coded: 1 (ours.)"


def test_a_kept_report_has_no_gold_text(gold: Path, tmp_path: Path) -> None:
    report = evaluate(gold, Coder(THANKS))
    save_report(report, tmp_path / "report.json")
    assert load_report(tmp_path / "report.json") == report
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    assert not any(word in text for word in (*THANKED.split()[:2], *SHUT.split()[:2], "MLI", "Togolese"))


def test_misses_are_shown_with_their_text(gold: Path) -> None:
    report = evaluate(gold, Coder(THANKS))
    assert list(miss_lines(report, "event_dyad", gold_texts(gold))) == [
        f"stori#0 SANCTION [TGO] {{BEN}} denied None: {SHUT}"
    ]
    assert list(miss_lines(report, "nonesuch", {})) == []


def test_compare_names_what_was_gained_and_lost(gold: Path) -> None:
    before, after = evaluate(gold, Coder(THANKS)), evaluate(gold, Coder(CLOSURE))
    changes = {change.measure: change for change in compare(before, after)}
    assert changes["event_dyad"].gained == ("stori#0",)
    assert changes["event_dyad"].lost == ("ours.#0",)
    assert changes["sentence_dyad"].gained == ("S1",)
    lines = list(change_lines((changes["event_dyad"],), gold_texts(gold)))
    assert lines == [
        "event_dyad: P 1.000 R 0.500 F1 0.667 of 2 -> P 1.000 R 0.500 F1 0.667 of 2 (+0.000)",
        f"  + stori#0 SANCTION [TGO] {{BEN}} denied None: {SHUT}",
        f"  - ours.#0 SUPPORT [MLI] {{NER}} occurred None: {THANKED}",
    ]


def test_nothing_has_changed_between_equal_reports(gold: Path) -> None:
    report = evaluate(gold, Coder(THANKS))
    assert compare(report, report) == ()


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no gold here"):
        evaluate(tmp_path, Coder())


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("gsr.jsonl", '{"id": "a"}\n', r"gsr\.jsonl:1: not a gold GoldSentence: .*sentence"),
        ("dates_dev.jsonl", "\n{\n", r"dates_dev\.jsonl:2: not valid JSON"),
        ("actor_roles.tsv", "phrase\ton\nx\t\n", r"actor_roles\.tsv:2: not a gold GoldPhrase: .*country"),
        ("odd.json", '{"id": "a", "text": "x", "events": [{}]}', r"odd\.json: not a gold Story: .*events"),
    ],
)
def test_a_malformed_gold_is_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        Gold.load(tmp_path, Conventions.load())


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"measures": 1}', encoding="utf-8")
    with pytest.raises(InputError, match=r"report\.json: not a report"):
        load_report(tmp_path / "report.json")
