"""Units of inputs: together they are the whole input, each can be read by itself, and equal bytes have equal digests."""

import datetime
import gzip
import io
import json
import pickle
import random
import zipfile

import msgspec
import pytest

from dragoman.read import cuts, read
from dragoman.read.bulk import Unit, key_of, read_unit, units
from dragoman.records import Failure

from .made import WHOLE, answer, lines, memory, packed, page, record, row, sentence, table, told

SIZES = (1, 3, 7, 64)


def zipped(count: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for k in range(count):
            archive.writestr(f"{k:03}.txt", sentence(k))
    return held.getvalue()


def parquet(count: int) -> bytes:
    arrow, writer = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    held = io.BytesIO()
    columns = {"id": [f"r{k}" for k in range(count)], "text": [sentence(k) for k in range(count)]}
    writer.write_table(arrow.table(columns), held, row_group_size=8)
    return held.getvalue()


RECORDS = [record(answer(page(k)), url=b"http://harbour.example/%d" % k) for k in range(10)]
LYING = record(answer(page(50)), length=100)
MIXED = b"\n" + lines(4) + b"{broken\n\n" + row(4) + row(5, published="none") + b"\xff\n" + row(6) + b'{"id": "cut'
# A name, its bytes, and into how many units of 3 reports it is cut.
FILES = {
    "lines": ("a.jsonl", lines(20), 7),
    "lines with all that can be wrong": ("a.jsonl", MIXED, 4),
    "lines without a last end": ("a.jsonl", lines(20).rstrip(b"\n"), 7),
    "lines with a mark": ("a.jsonl", b"\xef\xbb\xbf" + lines(6), 2),
    "lines by their beginning": ("a", lines(20), 7),
    "packed lines": ("a.jsonl.gz", packed(lines(20), "gzip"), 7),
    "cut packed lines": ("a.jsonl.gz", packed(lines(300), "gzip")[:-150], None),
    "zstd lines": ("a.jsonl.zst", packed(MIXED, "zstd"), 4),
    "table": ("a.csv", table(20), 7),
    "packed table": ("a.csv.gz", packed(table(20), "gzip"), 7),
    "table with tabs": ("a.tsv", b"text\n" + b"".join(sentence(k).encode() + b"\n" for k in range(5)), 2),
    "table without text": ("a.csv", b"id\n1\n2\n3\n4\n", 1),
    "packed lines that are none": ("a.jsonl.gz", packed(b"\x89PNG\n\n1\n2\n3\n4\n", "gzip"), 1),
    "archive of the web": ("a.warc", b"".join(RECORDS), 4),
    "packed archive of the web": ("a.warc.gz", b"".join(map(gzip.compress, RECORDS)), 4),
    "archive packed as one": ("a.warc.gz", gzip.compress(b"".join(RECORDS)), 1),
    "archive with damages": (
        "a.warc.gz",
        b"".join(map(gzip.compress, [LYING, *RECORDS[:4], LYING, *RECORDS[4:]]))[:-9],
        4,
    ),
    "archive of the web without reports": ("a.warc", record(b"a: b", kind=b"warcinfo"), 1),
    "parquet": ("a.parquet", parquet(20), 8),
    "zip": ("a.zip", zipped(8), 1),
    "list": ("a.json", b"[" + b",".join(row(k) for k in range(5)) + b"]", 1),
    "page": ("a.html", page(1), 1),
    "text": ("a.txt", sentence(1).encode(), 1),
    "empty lines": ("a.jsonl", b"\n\n", 1),
    "empty": ("a.jsonl", b"", 1),
    "binary": ("a.jsonl", b"\x89PNG\r\n\x1a\n", 1),
}


def read_units(inputs, size: int, **options):
    return [one for unit in units(inputs, size=size) for one in read_unit(unit, **options)]


def judged_alone(found):
    """What `read` gives, without what it only says because of other reports."""
    for one in found:
        if not isinstance(one, Failure):
            kept = tuple(warning for warning in one.warnings if warning.kind != "correction")
            one = msgspec.structs.replace(one, warnings=kept)
        yield one


@pytest.fixture
def folder(tmp_path):
    """A folder with files of every kind among single reports."""
    for k in range(10):
        (tmp_path / f"{k}.txt").write_text(sentence(k))
        (tmp_path / f"{k}.html").write_bytes(page(k))
    (tmp_path / "4.jsonl").write_bytes(lines(0) + row(70) + row(71))
    (tmp_path / "5").mkdir()
    (tmp_path / "5" / "a.csv").write_bytes(b"id,text\nz," + sentence(80).encode() + b"\n")
    (tmp_path / "5" / "b.html").write_bytes(b"<html></html>")
    return tmp_path


class TestUnits:
    @pytest.mark.parametrize("case", FILES)
    def test_together_they_are_the_input(self, tmp_path, case):
        name, data, count = FILES[case]
        path = tmp_path / name
        path.write_bytes(data)
        whole = list(judged_alone(read([path])))
        for size in SIZES:
            assert read_units([path], size) == whole
        if count is not None:
            assert len(list(units([path], size=3))) == count

    def test_in_any_order_and_process(self, folder):
        whole = list(judged_alone(read([folder])))
        found = list(units([folder], size=3))
        shuffled = list(enumerate(found))
        random.Random(1).shuffle(shuffled)
        told_by = {number: list(read_unit(pickle.loads(pickle.dumps(unit)))) for number, unit in shuffled}
        assert [one for number in sorted(told_by) for one in told_by[number]] == whole

    @pytest.mark.parametrize("size", SIZES)
    def test_folder(self, folder, size):
        found = list(units([folder], size=size))
        assert read_units([folder], size) == list(judged_alone(read([folder])))
        assert all(len(unit.files) <= size for unit in found)
        assert sum(len(unit.files) for unit in found) == 21

    def test_inputs_that_cannot_be_opened(self, tmp_path):
        (tmp_path / "empty").mkdir()
        inputs = [tmp_path / "none.txt", "bad\0name", "\ud800", "ftp://harbour.example/", "-", tmp_path / "empty"]
        found = list(units(inputs))
        assert [unit.kind for unit in found] == ["whole"] * 6
        assert len({unit.digest for unit in found}) == 6
        kinds = ["unreadable", "unreadable", "unreadable", "fetch", "unreadable", "empty"]
        assert told(one for unit in found for one in read_unit(unit)) == kinds

    def test_a_file_that_vanishes_in_between(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(lines(10))
        found = list(units([path], size=5))
        path.unlink()
        assert [told(read_unit(unit)) for unit in found] == [["unreadable"], ["unreadable"]]

    def test_large_packed_files_are_cut_into_fifty_at_most(self, tmp_path):
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(packed(lines(1_000), "gzip"))
        found = list(units([path], size=2))
        assert len(found) == cuts.PIECES
        assert found[-1].stop == 0

    def test_nothing_came_before(self, tmp_path):
        """A report that is there twice is coded twice: whether it was before is not known to a unit."""
        path = tmp_path / "a.jsonl"
        path.write_bytes(row(1) + row(1) + row(1, text=sentence(2)))
        assert told(read_units([path], 64)) == ["r1", "r1", "r1"]


class TestDigests:
    @pytest.mark.parametrize("case", FILES)
    def test_bytes_decide_not_the_path(self, tmp_path, case):
        name, data, _ = FILES[case]
        digests = []
        for folder in ("one", "other"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / name).write_bytes(data)
            digests.append([unit.digest for unit in units([tmp_path / folder / name], size=3)])
        assert digests[0] == digests[1]
        assert len(set(digests[0])) == len(digests[0])

    def test_folders(self, tmp_path):
        digests = []
        for folder in ("one", "other"):
            (tmp_path / folder).mkdir()
            for k in range(5):
                (tmp_path / folder / f"{k}.txt").write_text(sentence(k))
            digests.append([unit.digest for unit in units([tmp_path / folder], size=3)])
        assert digests[0] == digests[1]

    def test_only_what_changed_has_another(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(lines(9))
        before = [unit.digest for unit in units([path], size=3)]
        path.write_bytes(lines(9).replace(b"shipment 4", b"shipment 5") + lines(3))
        after = [unit.digest for unit in units([path], size=3)]
        assert [one == other for one, other in zip(before, after, strict=False)] == [True, False, True]
        assert len(after) == 4

    def test_how_they_are_read_counts(self, tmp_path):
        digests = set()
        for name in ("a.jsonl", "a.csv", "a.tsv", "a.zip"):
            (tmp_path / name).write_bytes(b"text\n" + sentence(1).encode())
            digests.update(unit.digest for unit in units([tmp_path / name]))
        (tmp_path / "b").mkdir()
        for name in ("a.txt", "a.html"):
            (tmp_path / "b" / name).write_bytes(sentence(1).encode())
            digests.update(unit.digest for unit in units([tmp_path / "b"]))
            (tmp_path / "b" / name).unlink()
        assert len(digests) == 6


class TestDays:
    ROWS = b"".join(
        row(k, published=day)
        for k, day in enumerate(
            ["2015-05-31", "2015-06-01", "2015-06-15T23:59:00-11:00", "2015-06-30", "2015-07-01", None]
        )
    )

    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            (None, None, [0, 1, 2, 3, 4, 5]),
            ("2015-06-01", "2015-06-30", [1, 2, 3]),
            ("2015-06-01", None, [1, 2, 3, 4]),
            (None, "2015-06-30", [0, 1, 2, 3]),
            ("2015-06-15", "2015-06-15", [2]),
            ("2016-01-01", None, []),
        ],
    )
    def test_reports_of_other_days_are_left_out(self, tmp_path, since, until, expected):
        path = tmp_path / "a.jsonl"
        path.write_bytes(self.ROWS)
        days = {name: datetime.date.fromisoformat(day) for name, day in (("since", since), ("until", until)) if day}
        kinds = [f"r{k}" if k in expected else "period" for k in range(6)]
        assert told(read([path], **days)) == kinds
        assert told(read_units([path], 2, **days)) == kinds

    def test_the_day_of_the_caller_counts_where_there_is_none(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(self.ROWS)
        days = {"since": datetime.date(2015, 6, 1), "published": datetime.date(2015, 6, 2)}
        assert told(read([path], **days))[-1] == "r5"

    def test_what_is_left_out_is_no_earlier_version(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(row(1, published="2014-01-01") + row(1, published="2015-01-01", text=sentence(2)))
        _, found = read([path], since=datetime.date(2015, 1, 1))
        assert found.warnings == ()


class TestNear:
    def test_what_is_left_out_is_told(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(lines(3))
        (unit,) = units([path])
        second = list(read_unit(unit))[1]
        found = list(read_unit(msgspec.structs.replace(unit, near=((key_of(second), "other"),))))
        assert told(found) == ["r0", "near-duplicate", "r2"]
        assert "'other'" in found[1].error.message
        assert found[1].error.where == f"{path}:2"
        assert found[1].article.id == "r1"

    def test_keys_tell_reports_apart(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(row(1) + row(1) + row(1, text=sentence(2)) + row(2, text=sentence(2)))
        assert len({key_of(one) for one in read_units([path], 2)}) == 4


def test_units_can_be_written_down(folder):
    for unit in units([folder], size=3):
        assert msgspec.json.decode(msgspec.json.encode(unit), type=Unit) == unit


def test_memory_is_flat(tmp_path):
    """Two gigabytes of lines in the whole run, ten megabytes else, take what one takes."""
    path, warm = tmp_path / "a.jsonl", tmp_path / "warm.jsonl"
    text = sentence(1) * 60
    block = b"".join(json.dumps({"id": str(k), "text": text, "language": "en"}).encode() + b"\n" for k in range(150))
    warm.write_bytes(block)
    with open(path, "wb") as stream:
        for _ in range(2_000 if WHOLE else 10):
            stream.write(block)
    count, failed, megabytes = memory(warm, path, only="drafts")
    assert count == (300_000 if WHOLE else 1_500)
    assert failed == 0
    assert megabytes < 10
