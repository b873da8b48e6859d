"""Shards brought into a store: what one stream would have stored, whatever is damaged is told, and twice is once."""

import ast

import pytest

from dragoman.cli import app
from dragoman.export.lines import decode, encode
from dragoman.read import read
from dragoman.records import Coding
from dragoman.store import open_store
from dragoman.store.saving import save, version_of
from tests.scale import standin
from tests.scale.made import records, report, run, write_lines
from tests.store.contents import contents


def load(folder, store):
    with pytest.raises(SystemExit) as ended:
        app(["store", "load", str(folder), "--store", str(store)])
    return ended.value.code


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "out"
    run(out, write_lines(tmp_path / "reports.jsonl", [report(number) for number in range(20)]), size=4)
    return out


@pytest.fixture
def streamed(tmp_path):
    """What a store holds into which the same reports were coded one after the other."""
    desk = standin.coder(standin.making())
    with open_store(str(tmp_path / "streamed.db")) as store:
        for one in desk.pipe(read([str(tmp_path / "reports.jsonl")], dateline=desk.dateline)):
            save(store, one, desk.ontology)
        return contents(store)


def test_a_store_holds_what_was_coded_and_loading_twice_changes_nothing(folder, streamed, tmp_path, capsys):
    store = tmp_path / "store.db"
    assert load(folder, store) == 0
    assert "20 new codings" in capsys.readouterr().err
    with open_store(str(store)) as opened:
        first = contents(opened)
    assert first == streamed
    assert load(folder, store) == 0
    assert "0 new codings" in capsys.readouterr().err
    with open_store(str(store)) as opened:
        assert contents(opened) == first


@pytest.mark.parametrize("manifest", ["with its manifest", "without"])
def test_a_damaged_shard_is_told_and_the_rest_goes_in(folder, tmp_path, capsys, manifest):
    damaged = sorted(folder.glob("*.parquet"))[0]
    data = bytearray(damaged.read_bytes())
    data[len(data) // 3] ^= 0xFF
    damaged.write_bytes(data)
    if manifest == "without":
        (folder / "manifest.jsonl").unlink()
    assert load(folder, tmp_path / "store.db") == 1
    told = capsys.readouterr().err
    assert f"{damaged}: damaged" in told
    assert "16 new codings, 1 not read" in told


def test_a_shard_that_the_manifest_tells_of_and_is_not_there_is_told(folder, tmp_path, capsys):
    missing = sorted(folder.glob("*.parquet"))[0]
    missing.unlink()
    assert load(folder, tmp_path / "store.db") == 1
    assert f"{missing}: the manifest tells of this shard and it is not there" in capsys.readouterr().err


def test_a_folder_without_shards_is_told(tmp_path, capsys):
    (tmp_path / "none").mkdir()
    assert load(tmp_path / "none", tmp_path / "store.db") == 1
    assert "there are no shards in this folder" in capsys.readouterr().err


def test_what_was_superseded_is_not_loaded(tmp_path, capsys):
    out, file = tmp_path / "out", tmp_path / "reports.jsonl"
    run(out, write_lines(file, [report(number) for number in range(6)]), size=4)
    run(out, write_lines(file, [report(number) for number in range(8)]), size=4)
    assert len(list((out / "superseded").iterdir())) == 1
    assert load(out, tmp_path / "store.db") == 0
    assert "8 new codings" in capsys.readouterr().err


def test_the_later_of_two_versions_stands_though_they_are_in_shards_of_their_own(tmp_path):
    out = tmp_path / "out"
    made = [report(number) for number in range(40)]
    made[39] = report(0, "Report 0, corrected: North Korea praised Japan.")
    file = write_lines(tmp_path / "reports.jsonl", made)
    run(out, file, size=1)
    load(out, tmp_path / "store.db")
    desk = standin.coder(standin.making())
    first, *_, later = (version_of(one, None) for one in desk.pipe(read([file])))
    with open_store(str(tmp_path / "store.db")) as store:
        rows = map(ast.literal_eval, contents(store)["articles"])
        stands = {version: corrected_by is None for id, version, corrected_by, *_ in rows if id == "report-0"}
    assert stands == {first: False, later: True}


def test_records_are_codings_as_the_store_reads_them(folder):
    lines = records(folder)
    assert all(isinstance(decode(line, standin.ontology()), Coding) for line in lines)
    assert [encode(decode(line, standin.ontology()), standin.ontology()) for line in lines] == lines
