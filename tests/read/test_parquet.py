"""Parquet tables as input: rows as reports, damaged groups told, and no text that takes all memory."""

import datetime
import io

import pytest

from dragoman.read import read

from .made import BOMB, memory, places, sentence, told

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

DAY = datetime.date(2015, 6, 17)


def written(tmp_path, columns, name: str = "reports.parquet", **options):
    path = tmp_path / name
    parquet.write_table(pyarrow.table(columns), path, **options)
    return path


def many(count: int) -> dict[str, list[str]]:
    return {"id": [f"r{k}" for k in range(count)], "text": [sentence(k) for k in range(count)]}


class TestReading:
    def test_rows(self, tmp_path):
        path = written(tmp_path, many(30), row_group_size=7)
        found = list(read([path]))
        assert told(found) == [f"r{k}" for k in range(30)]
        assert places(found, path) == [f":{k + 1}" for k in range(30)]
        assert [one.article.text for one in found] == [sentence(k) for k in range(30)]

    def test_all_columns(self, tmp_path):
        fields = {
            "title": "Talks",
            "url": "http://harbour.example/1",
            "publisher": "The Harbour Daily",
            "language": "en",
        }
        columns = {"ID": ["a"], " Text ": [sentence(1)], "published": ["2015-06-17"], "other": [[1, 2]]}
        (found,) = read([written(tmp_path, columns | {name: [value] for name, value in fields.items()})])
        assert found.article.id == "a"
        assert found.article.published == DAY
        assert {name: getattr(found.article, name) for name in fields} == fields

    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            ([DAY], "date32"),
            ([DAY], "date64"),
            ([datetime.datetime(2015, 6, 17, 23, 30)], "timestamp[us]"),
            ([datetime.datetime(2015, 6, 17, 23, 30)], "timestamp[ns]"),
            (["2015-06-17T23:30:00Z"], "string"),
            (["2015-06-17"], "large_string"),
        ],
    )
    def test_days(self, tmp_path, values, kind):
        kinds = {"timestamp[us]": pyarrow.timestamp("us"), "timestamp[ns]": pyarrow.timestamp("ns", tz="UTC")}
        made = kinds.get(kind) or pyarrow.type_for_alias(kind)
        (found,) = read([written(tmp_path, {"text": [sentence(1)], "published": pyarrow.array(values, made)})])
        assert found.article.published == DAY

    def test_nulls(self, tmp_path):
        columns = {"id": ["a", None], "text": [sentence(1), None], "published": pyarrow.array([None, DAY], "date32")}
        assert told(read([written(tmp_path, columns)])) == ["a", "field"]

    @pytest.mark.parametrize(
        ("columns", "kind"),
        [
            ({"body": ["a"]}, "field"),
            ({"text": [1]}, "field"),
            ({"text": [["a", "b"]]}, "field"),
            ({"text": [{"text": "a"}]}, "field"),
            ({"text": ["a"], "published": [DAY.toordinal()]}, "field"),
            ({"text": [b"a"]}, "field"),
            ({"text": pyarrow.array([], "string")}, "empty"),
        ],
        ids=["no text", "a number", "a list", "an object", "a day as a number", "bytes", "no rows"],
    )
    def test_refused(self, tmp_path, columns, kind):
        assert told(read([written(tmp_path, columns)])) == [kind]

    def test_text_that_is_no_utf8(self, tmp_path):
        bad = pyarrow.array([b"Chad \xff\xfe", sentence(1).encode()], "binary").view("string")
        assert told(read([written(tmp_path, {"id": ["a", "b"], "text": bad})])) == ["encoding", "b"]

    def test_by_its_beginning(self, tmp_path):
        assert told(read([written(tmp_path, many(2), "reports")])) == ["r0", "r1"]

    def test_not_from_a_pipe(self, tmp_path):
        (found,) = read(["-"], stdin=io.BytesIO(written(tmp_path, many(2)).read_bytes()))
        assert found.error.kind == "unreadable"


class TestDamage:
    @pytest.mark.parametrize("share", range(0, 100, 9))
    def test_truncated(self, tmp_path, share):
        path = written(tmp_path, many(30))
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * share // 100])
        assert told(read([path])) == ["archive"]

    @pytest.mark.parametrize("summed", [True, False])
    def test_damaged_group_in_the_middle(self, tmp_path, summed):
        how = None if summed else "zstd"
        path = written(
            tmp_path,
            many(30),
            row_group_size=10,
            compression=how,
            use_dictionary=False,
            write_page_checksum=summed,
        )
        chunk = parquet.ParquetFile(path).metadata.row_group(1).column(1)
        data = bytearray(path.read_bytes())
        place = chunk.data_page_offset + chunk.total_compressed_size - 40
        data[place : place + 20] = bytes(20)
        path.write_bytes(data)
        found = list(read([path]))
        assert told(found) == [*(f"r{k}" for k in range(10)), "archive", *(f"r{k}" for k in range(20, 30))]
        assert found[10].error.where == f"{path}:11"
        assert "rows 11 to 20" in found[10].error.message

    def test_a_text_that_unpacks_to_too_much(self, tmp_path):
        first, bad, last = many(3), {"id": ["bad"], "text": ["x" * 20_000_000]}, many(2)
        path = tmp_path / "reports.parquet"
        schema = pyarrow.schema({"id": "string", "text": "string"})
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for columns in (first, bad, last):
                writer.write_table(pyarrow.table(columns, schema))
        assert told(read([path])) == ["r0", "r1", "r2", "too-large", "duplicate", "duplicate"]

    def test_memory_of_one_text_that_is_told_a_thousand_times(self, tmp_path):
        """A file of 3,000 bytes that stands for a gigabyte; a tenth of it outside the whole run."""
        path = written(tmp_path, {"text": ["Chad thanked Sudan. " * 45_000] * BOMB}, compression="zstd")
        assert path.stat().st_size < 20_000
        count, failed, megabytes = memory(written(tmp_path, many(2), "warm.parquet"), path, only="drafts")
        assert (count, failed) == (BOMB, 0)
        assert megabytes < 70
