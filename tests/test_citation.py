"""CITATION.cff: valid by the Citation File Format 1.2.0, and in step with the package's own metadata."""

import json
import tomllib

import pytest

from tests.test_docs import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The keys of the format's schema that are used, with their types; a key that is not among them is a slip.
KEYS = {
    "cff-version": str,
    "message": str,
    "title": str,
    "abstract": str,
    "type": str,
    "version": str,
    "license": str,
    "authors": list,
    "keywords": list,
}
REQUIRED = {"cff-version", "message", "title", "authors"}


def citation():
    """The file as it is written: a key and a JSON value a line."""
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(": ", maxsplit=1) for line in lines if line and not line.startswith("#")]
    assert len({key for key, _ in pairs}) == len(pairs)
    return {key: json.loads(value) for key, value in pairs}


def test_it_is_valid():
    found = citation()
    assert REQUIRED <= found.keys() <= KEYS.keys()
    assert {key: type(value) for key, value in found.items()} == {key: KEYS[key] for key in found}
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in {"software", "dataset"}
    assert found["authors"] == [{"name": "The Dragoman authors"}]
    assert len(set(found["keywords"])) == len(found["keywords"])
    assert all(isinstance(word, str) and word for word in found["keywords"])


@pytest.mark.parametrize("key", ["version", "license", "keywords"])
def test_it_is_in_step_with_the_package(key):
    assert citation()[key] == PROJECT[key]


def test_it_names_no_host():
    assert "://" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
