"""The public surface: few names, sorted, and quick to import."""

import datetime
import subprocess
import sys

import pytest

import dragoman
from dragoman.records import Entry

HEAVY = (
    "sqlalchemy",
    "alembic",
    "matplotlib",
    "pandas",
    "polars",
    "onnxruntime",
    "tokenizers",
    "spacy",
    "trafilatura",
    "pyarrow",
    "numpy",
    "httpx",
    "ahocorasick_rs",
    "py3langid",
)


def test_all_is_sorted_and_there():
    assert list(dragoman.__all__) == sorted(dragoman.__all__)
    for name in dragoman.__all__:
        assert getattr(dragoman, name) is not None


def test_dir_lists_the_public_names():
    assert set(dragoman.__all__) <= set(dir(dragoman))


DAY = datetime.date(2024, 5, 25)
GIVEN = {"id": "a", "text": "Iran condemned Israel.", "published": "2024-05-25", "language": "en"}


@pytest.mark.parametrize(
    "published", [DAY, "2024-05-25", "2024-05-25T23:30:00Z", datetime.datetime(2024, 5, 25, 23, 30)], ids=str
)
def test_articles_take_days_as_people_have_them(coder, published):
    (coding,) = coder.pipe([dragoman.Article(**GIVEN | {"published": published})])
    assert coding.article.published == DAY
    assert coder.code(GIVEN["text"], published=published).article.published == DAY


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (GIVEN, "a dict is no report"),
        ("Iran condemned Israel.", "a str is no report"),
        (dragoman.Article(**GIVEN | {"published": "25 May"}), "a: published is '25 May'"),
        (dragoman.Article(**GIVEN | {"published": 2024}), "a: published is 2024"),
        (dragoman.Article(**GIVEN | {"text": None}), "a: no article"),
    ],
    ids=["dict", "text", "day", "year", "field"],
)
def test_what_is_no_article_is_told(coder, report, said):
    with pytest.raises(dragoman.InputError, match="^" + said):
        list(coder.pipe([report]))


def test_days_of_standing():
    entry = Entry(change="made", day=DAY, basis="report", source="Wire", rule="made")
    account = dragoman.Account(id="a", by=("PRK",), kind="promise", content="stop", entries=(entry,))
    assert [dragoman.standing_on(account, day) for day in (None, DAY, "2024-05-25")] == ["pending"] * 3
    with pytest.raises(dragoman.InputError, match="day is 'May'"):
        dragoman.standing_on(account, "May")


def loaded_by(statement):
    code = f"import sys\n{statement}\nprint(','.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.strip().split(",")}


def test_import_loads_no_engine():
    assert not loaded_by("import dragoman") & set(HEAVY)


def test_command_line_loads_no_engine():
    assert not loaded_by("import dragoman.cli") & set(HEAVY)


def test_code_from_text():
    coding = dragoman.code("Iran condemned the Israeli air strike.", published="2024-04-02")
    (event,) = coding.events
    assert (event.type, event.actor[0].code, event.recipient[0].code) == ("ACCUSE", "IRN", "ISR")
