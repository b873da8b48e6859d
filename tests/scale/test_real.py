"""The coder itself in shards: a report is coded alike whatever is beside it, and as the one stream codes it."""

import itertools

import pytest

from dragoman.cli import app
from dragoman.export.lines import encode
from dragoman.read import read
from tests.conftest import CHRONICLE
from tests.scale.made import records

FEW = 16


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The first reports of the chronicle, a file of lines."""
    file = tmp_path_factory.mktemp("few") / "reports.jsonl"
    lines = (CHRONICLE / "reports.jsonl").read_text(encoding="utf-8").splitlines()[:FEW]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


@pytest.fixture(scope="module")
def alone(few, coder):
    """The codings of those reports, each coded alone."""
    readings = read([few], dateline=coder.dateline)
    return [encode(one, coder.rules.ontology) for reading in readings for one in coder.pipe([reading])]


@pytest.mark.parametrize("size", [3, FEW])
def test_a_coding_does_not_depend_on_its_neighbours_in_a_batch(few, alone, coder, size):
    readings = read([few], dateline=coder.dateline)
    together = []
    while batch := list(itertools.islice(readings, size)):
        together += [encode(one, coder.rules.ontology) for one in coder.pipe(batch)]
    assert together == alone


def test_the_command_codes_in_shards_what_the_coder_codes_in_a_stream(few, alone, tmp_path):
    for command in (["--workers", "2"], ["--shard", "1/2"]):
        with pytest.raises(SystemExit) as ended:
            app(["code", few, "--out", str(tmp_path / "out"), "--shard-size", "4", "--quiet", *command])
        assert ended.value.code == 0
        assert records(tmp_path / "out") == sorted(alone)
