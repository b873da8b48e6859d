"""Reports put together to stories: cases, the laws that names keep, bad rules, and the command's bad input."""

import datetime
import json
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.commands.stories import run
from dragoman.errors import InputError, RuleError
from dragoman.resolve.stories import Report, stories
from dragoman.resolve.words import words_of
from dragoman.rules.stories import LEXICON, StoryRules, load_story_rules

CASES = tomllib.loads((Path(__file__).parent / "stories.toml").read_text(encoding="utf-8"))["case"]
PHRASES = (
    "Iran fired a missile", "Mali freed 12 prisoners", "near Gao", "on Monday", "in Oslo", "Norway offered talks",
    "Tehran said", "the envoy", "of 400 kilometres", "Peru signed", "a treaty on fishing", "in Arica",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PHRASES), max_size=5).map(" ".join)
DAYS = st.none() | st.integers(0, 12).map(lambda n: datetime.date(2014, 5, 1) + datetime.timedelta(n))
REPORTS = st.lists(st.builds(Report, id=st.just("r"), text=TEXTS, title=st.none() | TEXTS, published=DAYS), max_size=12)


def days_of(case, count):
    published = case.get("published")
    days = published if isinstance(published, list) else [published] * count
    return [datetime.date.fromisoformat(day) if day else None for day in days]


def report(text, published=None, title=None):
    return Report(id="r", text=text, title=title, published=published)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case):
    texts = [text for told in case["told"] for text in told]
    wanted = [number for number, told in enumerate(case["told"]) for _ in told]
    names = stories([report(*pair) for pair in zip(texts, days_of(case, len(texts)), strict=True)])
    assert [names.index(name) for name in names] == [wanted.index(number) for number in wanted]


@given(REPORTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(reports, random):
    names = stories(reports)
    order = list(range(len(reports)))
    random.shuffle(order)
    assert stories([reports[i] for i in order]) == [names[i] for i in order]


@given(REPORTS)
def test_reports_given_twice_change_nothing(reports):
    assert stories([*reports, *reports]) == stories(reports) * 2


@given(REPORTS)
def test_every_report_has_a_story_and_ids_play_no_part(reports):
    names = stories(reports)
    assert len(names) == len(reports)
    assert all(names)
    assert stories([msgspec.structs.replace(one, id=str(i)) for i, one in enumerate(reports)]) == names


@given(REPORTS.filter(len))
def test_reports_of_two_days_without_others_between_are_apart(reports):
    far = datetime.date(2015, 1, 1)
    dated = [msgspec.structs.replace(one, published=one.published or far) for one in reports]
    names = stories(dated)
    early = {name for one, name in zip(dated, names, strict=True) if one.published != far}
    late = {name for one, name in zip(dated, names, strict=True) if one.published == far}
    assert not early & late


def test_titles_count():
    missile = "Iran fires missile from Semnan"
    same = [report("It flew 300 kilometres.", title=missile), report("The test was a success.", title=missile)]
    assert len(set(stories([*same, report("It was a success.", title="Peru opens railway")]))) == 2


def test_a_theme_alone_makes_no_story():
    """All reports of a batch on two states; only two of them tell the same."""
    texts = [
        f"North Korea and South Korea spoke about {matter} at Panmunjom."
        for matter in ("hens", "pay", "fog", "mail", "tolls", "salt", "iron", "silk", "toys", "rice", "tea", "wool")
    ]
    twice = ["South Korea called back divers from Wonsan.", "Divers from South Korea were called back from Wonsan."]
    names = stories([report(text) for text in (*texts, *twice)])
    assert names[-1] == names[-2]
    assert names[-1] not in names[:-2]


def test_words_know_names_and_numbers():
    words = {
        word.stem: word for word in words_of("In Seoul's harbour 1,200 men, sailors of the navy, greeted the ship.")
    }
    assert words["1200"].number
    assert words["seoul"].capital is True
    assert words["harbour"].capital is False
    assert words_of("IRAN FIRES MISSILE")[0].capital is None


RULES = (LEXICON / "stories.toml").read_text(encoding="utf-8")
TABLE = "stem\ttexts\tcapital\n*\t10\t0\n"
BAD_RULES = {
    "a part is missing": (RULES.replace("[cohesion]", "[else]"), TABLE, "'cohesion' is missing"),
    "a figure is a word": (RULES.replace("name = 1.3", 'name = "x"'), TABLE, "malformed"),
    "the days run backwards": (RULES.replace("apart = 4", "apart = 1"), TABLE, "must be more than near"),
    "a count is a word": (RULES, TABLE + "iran\tmany\t0\n", "not two counts"),
    "no number of texts": (RULES, "stem\ttexts\tcapital\niran\t3\t3\n", "no row '*'"),
}


@pytest.mark.parametrize("name", BAD_RULES)
def test_bad_rules_are_named(tmp_path, name):
    rules, table, message = BAD_RULES[name]
    (tmp_path / "stories.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "frequencies.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        StoryRules.load(tmp_path)


def test_the_table_is_of_stems():
    table = load_story_rules().frequencies
    assert table.texts > max(texts for texts, _ in table.found.values())
    assert all(texts >= capital for texts, capital in table.found.values())


GOOD = {"id": 7, "text": "Iran fired a missile from Semnan.", "published": "2014-02-03T23:30:00-05:00", "more": 1}
BAD_LINES = {
    "no JSON": "nonsense",
    "no text": '{"id": 1}',
    "text is a number": '{"id": 1, "text": 5}',
    "id is a list": '{"id": [], "text": "x"}',
    "no day": '{"id": 1, "text": "x", "published": "yesterday"}',
    "no such day": '{"id": 1, "text": "x", "published": "2014-02-30"}',
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_lines_get_an_error_and_the_rest_an_answer(tmp_path, name):
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    other = {"id": "b", "text": "A missile was fired from Semnan by Iran.", "title": None, "published": None}
    given.write_text("\n".join([json.dumps(GOOD), "", BAD_LINES[name], json.dumps(other)]), encoding="utf-8")
    assert run(str(given), str(out)) == 1
    first, second, third = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert second["id"] is None
    assert second["error"]["where"] == f"{given}:3"
    assert (first["id"], third["id"]) == (7, "b")
    assert first["story"] == third["story"]


def test_bytes_that_are_no_text(tmp_path):
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(b'{"id": 1, "text": "\xff"}\n')
    assert run(str(given), str(out)) == 1
    assert json.loads(out.read_text(encoding="utf-8"))["error"]["kind"] == "json"


def test_nothing_to_read(tmp_path):
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_text("")
    assert run(str(given), str(out)) == 0
    assert out.read_text() == ""
    with pytest.raises(InputError):
        run(str(tmp_path / "absent"), str(out))
