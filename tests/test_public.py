"""The public surface: few names, sorted, and quick to import."""

import subprocess
import sys

import dragoman

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
