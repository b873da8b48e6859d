"""Consents as lines for whoever has to prove them."""

import csv
import hashlib
import io
import json

import pytest

from dragoman.brief.agreements import Visit
from dragoman.brief.proofs import COLUMNS, csv_lines, json_lines, moment
from dragoman.brief.yours import erase
from dragoman.store.consents import consents
from tests.brief.visitors import NOW, SETTINGS, ask, put_on, yours_token


@pytest.fixture
def chain(lite):
    put_on(lite, "anna@example.org", ["korea", "gulf"])
    ask(lite, "bela@example.org", visit=Visit(agent="=cmd()|A1", origin="203.0.113.1", form='a,"b"'))
    erase(lite, SETTINGS, yours_token(lite), NOW + 60)
    with lite.reading() as connection:
        return list(consents(connection))


def test_json_lines(chain):
    found = [json.loads(line) for line in json_lines(chain)]
    assert [row["number"] for row in found] == list(range(1, len(chain) + 1))
    assert all(tuple(row) == COLUMNS for row in found)
    assert {row["at"] for row in found} == {"2026-05-28T20:26:40Z", "2026-05-28T20:27:40Z"}
    assert found[4]["agent"] == "=cmd()|A1"
    assert all(line.endswith("}\n") for line in json_lines(chain))


def test_the_chain_can_be_followed_in_what_was_exported(chain):
    found = [json.loads(line) for line in json_lines(chain)]
    for before, row in zip([{"digest": ""}, *found[:-1]], found, strict=True):
        assert row["previous"] == before["digest"]
        at = NOW if row["at"] == moment(NOW) else NOW + 60
        text = hashlib.sha256(row["text"].encode()).hexdigest() if row["text"] else None
        names = ("number", "subscriber", "who", "list", "action")
        told = [*(row[name] for name in names), at, row["seal"], row["form"], text, row["by"], row["previous"]]
        line = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(line.encode()).hexdigest() == row["digest"]


def test_csv(chain):
    found = list(csv.DictReader(io.StringIO("".join(csv_lines(chain)), newline="")))
    assert tuple(found[0]) == COLUMNS
    assert len(found) == len(chain)
    assert (found[4]["agent"], found[4]["form"]) == ("'=cmd()|A1", 'a,"b"')
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in found for cell in row.values())


def test_nothing_of_whoever_was_erased_but_the_digest(chain):
    lines = [line for line in json_lines(chain) if json.loads(line)["subscriber"] == chain[0].event.subscriber]
    assert len(lines) == 7
    assert not [word for word in ("anna", "203.0.113", "Browser 1.0") if word in "".join(lines)]


def test_an_empty_chain():
    assert list(json_lines([])) == []
    assert "".join(csv_lines([])).strip() == ",".join(COLUMNS)
    assert moment(None) is None
