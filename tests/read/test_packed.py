"""Files packed with gzip or zstd: what was sound before a damage is read, the damage is told, and bombs do no harm."""

import gzip
import io
import random
import tracemalloc
import zipfile

import pytest
import zstandard

from dragoman.read import Opened, packed, read
from dragoman.read.lines import LINE_LIMIT

from .made import BOMB, bomb, lines, memory, page, places, row, sentence, table, told
from .made import packed as pack

IDS = [f"r{k}" for k in range(20)]
HOW = {"gzip": ".gz", "zstd": ".zst"}


def read_named(tmp_path, name: str, data: bytes):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read([path]))


@pytest.mark.parametrize("how", HOW)
class TestReading:
    @pytest.mark.parametrize(
        ("name", "data", "expected"),
        [
            ("reports.jsonl", lines(20), IDS),
            ("reports.ndjson", lines(20), IDS),
            ("reports.csv", table(20), IDS),
            ("reports.tsv", table(3).replace(b",", b"\t", 1).replace(b',"', b'\t"'), IDS[:3]),
            ("reports.json", b"[" + row(0) + b"," + row(1) + b"]", IDS[:2]),
            ("page.html", page(7), ["Talks 7"]),
        ],
        ids=lambda given: given if isinstance(given, str) else "",
    )
    def test_by_its_name(self, tmp_path, how, name, data, expected):
        found = read_named(tmp_path, name + HOW[how], pack(data, how))
        assert told(found) == expected
        assert all(one.where.startswith(str(tmp_path / name) + HOW[how]) for one in found)

    def test_text(self, tmp_path, how):
        (found,) = read_named(tmp_path, "report.txt" + HOW[how], pack(sentence(1).encode(), how))
        assert found.article.text == sentence(1)

    @pytest.mark.parametrize("data", [lines(20), page(7)], ids=["lines", "page"])
    def test_by_its_beginning(self, tmp_path, how, data):
        assert told(read_named(tmp_path, "reports", pack(data, how))) in (IDS, ["Talks 7"])

    def test_from_standard_input(self, how):
        assert told(read(["-"], stdin=io.BytesIO(pack(lines(20), how)))) == IDS

    def test_places_are_lines_of_what_was_packed(self, tmp_path, how):
        found = read_named(tmp_path, "reports.jsonl" + HOW[how], pack(row(0) + b"\n{broken\n" + row(1), how))
        assert told(found) == ["r0", "json", "r1"]
        assert places(found, tmp_path / ("reports.jsonl" + HOW[how])) == [":1", ":3", ":4"]

    def test_several_members(self, tmp_path, how):
        data = b"".join(pack(row(k), how) for k in range(20))
        assert told(read_named(tmp_path, "reports.jsonl" + HOW[how], data)) == IDS

    def test_members_cut_anywhere(self, tmp_path, how):
        whole = lines(20)
        data = b"".join(pack(whole[k : k + 333], how) for k in range(0, len(whole), 333))
        assert told(read_named(tmp_path, "reports.jsonl" + HOW[how], data)) == IDS

    def test_named_as_packed_and_is_not(self, tmp_path, how):
        assert told(read_named(tmp_path, "reports.jsonl" + HOW[how], lines(20))) == IDS

    def test_nothing_in_it(self, tmp_path, how):
        assert told(read_named(tmp_path, "reports.jsonl" + HOW[how], pack(b"", how))) == ["empty"]
        assert told(read_named(tmp_path, "none.jsonl" + HOW[how], b"")) == ["empty"]

    @pytest.mark.parametrize("inner", HOW)
    def test_packed_twice_is_refused(self, tmp_path, how, inner):
        data = pack(pack(lines(3), inner), how)
        for name in ("reports.jsonl", "reports.jsonl" + HOW[inner], "reports"):
            assert told(read_named(tmp_path, name + HOW[how], data)) == ["binary"]

    @pytest.mark.parametrize("name", ["reports.zip", "reports"])
    def test_archive_in_it_is_refused(self, tmp_path, how, name):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("report.txt", sentence(1))
        assert told(read_named(tmp_path, name + HOW[how], pack(held.getvalue(), how))) == ["binary"]

    def test_it_is_refused_in_an_archive(self, how):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("reports.jsonl" + HOW[how], pack(lines(3), how))
            archive.writestr("report.txt", sentence(1))
        assert told(read([Opened("reports.zip", held)]))[0] == "binary"

    def test_it_is_refused_as_an_upload(self, how):
        upload = Opened("reports.jsonl" + HOW[how], io.BytesIO(pack(lines(3), how)))
        assert told(read([upload])) == ["binary"]


@pytest.mark.parametrize("how", HOW)
class TestDamage:
    @pytest.mark.parametrize("share", range(100))
    def test_truncated(self, tmp_path, how, share):
        """All whole lines before the cut are read; where it is cut is told; no cut line is taken for a report."""
        data = pack(lines(20), how)
        cut = len(data) * share // 100
        found = told(read_named(tmp_path, "reports.jsonl" + HOW[how], data[:cut]))
        assert found[:-1] == IDS[: len(found) - 1]
        # Of fewer bytes than the mark has nobody can say what it was.
        assert found[-1] in (["empty"] if cut == 0 else ["binary", "encoding", "json"] if cut < 4 else ["archive"])

    @pytest.mark.parametrize("name", ["reports.csv", "report.txt", "page.html", "reports.json"])
    def test_a_cut_report_is_not_taken_for_a_whole_one(self, tmp_path, how, name):
        data = {"reports.csv": table(20), "page.html": page(7)}.get(name, lines(20))
        found = told(read_named(tmp_path, name + HOW[how], pack(data, how)[:-9]))
        assert found[-1] == "archive"
        assert found[:-1] == (IDS[: len(found) - 1] if name == "reports.csv" else [])

    @pytest.mark.parametrize("name", ["reports.jsonl", "reports.csv"])
    def test_what_came_before_a_cut_is_read(self, tmp_path, how, name):
        rows = 1_500
        source = random.Random(1)
        text = {k: " ".join(source.choices(sentence(k).split(), k=40)) for k in range(rows)}
        if name.endswith("csv"):
            data = b"id,text\n" + b"".join(f'r{k},"{text[k]}"\n'.encode() for k in range(rows))
        else:
            data = b"".join(row(k, text=text[k]) for k in range(rows))
        packed_data = pack(data, how)
        found = told(read_named(tmp_path, name + HOW[how], packed_data[: len(packed_data) // 2]))
        assert len(found) > rows // 4
        assert found == [f"r{k}" for k in range(len(found) - 1)] + ["archive"]

    def test_bytes_behind_it(self, tmp_path, how):
        found = read_named(tmp_path, "reports.jsonl" + HOW[how], pack(lines(20), how) + b"garbage")
        assert told(found) == [*IDS, "archive"]

    def test_padding_behind_it(self, tmp_path, how):
        assert told(read_named(tmp_path, "reports.jsonl" + HOW[how], pack(lines(20), how) + bytes(100_000))) == IDS

    @pytest.mark.parametrize("seed", range(20))
    def test_a_changed_byte(self, tmp_path, how, seed):
        """Whatever is changed, no report is read that was not there."""
        data = bytearray(
            zstandard.ZstdCompressor(write_checksum=True).compress(lines(20)) if how == "zstd" else pack(lines(20), how)
        )
        place = random.Random(seed).randrange(4, len(data))
        data[place] ^= 0x11
        found = read_named(tmp_path, "reports.jsonl" + HOW[how], bytes(data))
        texts = [one.article.text for one in found if not hasattr(one, "error")]
        assert len(found) > len(texts) or texts == [sentence(k) for k in range(20)]


class TestBombs:
    @pytest.mark.parametrize("filler", [b" ", b"\n", b"\0", b"{}" + b" " * 97 + b"\n", b'"'], ids=repr)
    def test_what_came_before_is_read(self, tmp_path, monkeypatch, filler):
        monkeypatch.setattr(packed, "PATIENCE", 1_000_000)
        found = read_named(tmp_path, "reports.jsonl.gz", bomb(2, before=lines(3), filler=filler))
        assert told(found[:3]) == IDS[:3]
        assert found[-1].error.kind == "too-large"

    def test_one_large_line_in_an_honest_file(self, tmp_path):
        source = random.Random(1)
        honest = b"".join(row(k, text="".join(source.choices("abcdefgh ", k=500))) for k in range(1_000))
        large = row(0, text="a" * (LINE_LIMIT + 10))
        found = told(read_named(tmp_path, "reports.jsonl.gz", gzip.compress(honest + large + row(5))))
        assert found[-2:] == ["too-large", "r5"]
        assert len(found) == 1_002

    def test_a_window_that_asks_for_too_much(self, tmp_path):
        options = zstandard.ZstdCompressionParameters(window_log=28, write_content_size=False)
        packer = zstandard.ZstdCompressor(compression_params=options).compressobj()
        data = packer.compress(lines(20)) + packer.flush()
        assert told(read_named(tmp_path, "reports.jsonl.zst", data)) == ["archive"]

    @pytest.mark.parametrize(
        "name", ["reports.jsonl.gz", "reports.csv.gz", "report.txt.gz", "page.html.gz", "reports.gz"]
    )
    def test_memory_of_a_megabyte_that_unpacks_to_a_gigabyte(self, tmp_path, name):
        path = tmp_path / name
        path.write_bytes(bomb(BOMB))
        tracemalloc.start()
        found = told(read([path]))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == ["too-large"]
        assert peak < 60_000_000

    def test_memory_of_blocks_of_one_byte(self, tmp_path):
        """zstd packs a gigabyte of zeros into 33 thousand bytes."""
        path, warm = tmp_path / "reports.jsonl.zst", tmp_path / "warm.jsonl"
        warm.write_bytes(lines(1))
        packer = zstandard.ZstdCompressor().compressobj()
        path.write_bytes(b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(BOMB)), packer.flush()]))
        count, failed, megabytes = memory(warm, path)
        assert (count, failed) == (1, 1)
        assert megabytes < 250
