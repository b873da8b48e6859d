"""Reading files, folders, pages, lines, tables and standard input; each case is a row of `cases.toml`."""

import datetime
import io
import json
import tomllib
from pathlib import Path

import pytest

from dragoman.errors import InputError
from dragoman.read import language_of, read
from dragoman.read.encodings import decode
from dragoman.read.intake import TEXT_LIMIT
from dragoman.read.published import published_date
from dragoman.records import Failure

HERE = Path(__file__).parent
FILES = HERE / "files"
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))
TODAY = datetime.date(2024, 1, 1)


def read_bytes(data: bytes, **options):
    return list(read(["-"], stdin=io.BytesIO(data), **options))


def read_file(name: str, **options):
    return list(read([FILES / name], **options))


def kinds(readings):
    return [reading.error.kind if isinstance(reading, Failure) else "read" for reading in readings]


def warned(reading):
    return [warning.kind for warning in reading.warnings]


@pytest.mark.parametrize("case", CASES["published"], ids=lambda case: case["written"])
def test_published(case):
    if "day" in case:
        assert published_date(case["written"]) == case["day"]
        return
    with pytest.raises(InputError) as caught:
        published_date(case["written"])
    assert caught.value.kind == case["refused"]


@pytest.mark.parametrize("case", CASES["line"], ids=lambda case: case["line"][:60])
def test_line(tmp_path, case):
    path = tmp_path / "one.jsonl"
    path.write_text("\n" + case["line"] + "\n", encoding="utf-8")
    (reading,) = read([path], today=TODAY)
    if "refused" in case:
        assert reading.error.kind == case["refused"]
        assert reading.error.where == f"{path}:2"
        assert [tell for tell in case["tells"] if tell not in reading.error.message] == []
    else:
        assert reading.article.id == case["id"]
        assert sorted(warned(reading)) == sorted(case["warnings"])


@pytest.mark.parametrize("case", CASES["bytes"], ids=lambda case: case["name"])
def test_bytes(case):
    data = bytes.fromhex(case["hex"])
    if "text" in case:
        decoded = decode(data, case.get("declared"))
        assert (decoded.text, decoded.encoding) == (case["text"], case["encoding"])
        assert (decoded.warning is not None) is case.get("warns", False)
        return
    with pytest.raises(InputError) as caught:
        decode(data)
    assert caught.value.kind == case["refused"]


@pytest.mark.parametrize("case", CASES["language"], ids=lambda case: case["text"][:40])
def test_language(case):
    assert language_of(case["text"]) == case["language"]


class TestPages:
    def test_story_and_head(self):
        (reading,) = read_file("harbour.html", today=TODAY)
        article = reading.article
        assert article.title == "Norway and Iceland open talks on mackerel"
        assert article.publisher == "The Harbour Daily"
        assert (article.published, article.published_from) == (datetime.date(2016, 5, 3), "page")
        assert article.url == "https://harbour.example/world/mackerel-talks"
        assert article.language == "en"
        assert article.text.startswith("Norway and Iceland opened talks in Bergen")
        assert article.text.rstrip().endswith("planned for Reykjavik in June.")
        assert reading.warnings == ()

    @pytest.mark.parametrize("box", ["cookies", "Accept all", "newsletter", "Herring", "©", "Weather", "tracker"])
    def test_boxes_are_not_in_the_story(self, box):
        (reading,) = read_file("harbour.html")
        assert box not in reading.article.text[: reading.story_end]

    def test_date_and_publisher_in_linked_data(self):
        (reading,) = read_file("jsonld.html")
        assert reading.article.published == datetime.date(2018, 9, 14)
        assert reading.article.publisher == "Valley Post"
        assert "First!" not in reading.article.text

    def test_page_without_head(self):
        (reading,) = read_file("bare.htm")
        assert (reading.article.published, reading.article.published_from) == (None, None)
        assert warned(reading) == ["no-date"]
        assert "The Hague" in reading.article.text

    def test_the_callers_day_goes_before_the_pages(self):
        (reading,) = read_file("harbour.html", published=datetime.date(2016, 5, 9))
        assert (reading.article.published, reading.article.published_from) == (datetime.date(2016, 5, 9), "caller")

    def test_menu_is_no_story(self):
        (failure,) = read_file("menu.html")
        assert failure.error.kind == "no-story"
        assert failure.error.where.endswith("menu.html")

    def test_french_page(self):
        (failure,) = read_file("french.html")
        assert failure.error.kind == "language"
        assert failure.article.language == "fr"
        assert "French" in failure.error.message

    def test_declared_charset(self, tmp_path):
        markup = (FILES / "bare.htm").read_text(encoding="utf-8").replace("La Paz", "Asunción")
        head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>'
        path = tmp_path / "latin.html"
        path.write_bytes(markup.replace("<html>", head).encode("latin-1"))
        (reading,) = read([path])
        assert "Asunción" in reading.article.text
        assert warned(reading) == ["no-date"]

    def test_deep_markup_does_not_break_the_reader(self):
        (failure,) = read_bytes(b"<html><body>" + b"<div>" * 20_000 + b"x")
        assert failure.error.kind == "no-story"


class TestTexts:
    def test_text_is_not_altered(self):
        (reading,) = read_file("windows.txt")
        assert reading.article.text == (FILES / "windows.txt").read_bytes().decode("utf-8")
        assert "\r\n" in reading.article.text

    def test_story_end(self):
        (reading,) = read_file("lake.txt")
        assert reading.article.text[reading.story_end :].startswith("Sign up to our newsletter")

    def test_id_is_made_from_the_text(self):
        (first,) = read_file("lake.txt")
        (second,) = read_file("lake.txt")
        assert first.article.id == second.article.id
        assert len(first.article.id) == 16
        assert warned(first) == ["no-date"]

    def test_guessed_encoding_warns(self, tmp_path):
        path = tmp_path / "old.txt"
        path.write_bytes("Chad called the plan “dead” on Monday, the café reported.".encode("cp1252"))
        (reading,) = read([path], published=TODAY)
        assert warned(reading) == ["encoding"]
        assert "“dead”" in reading.article.text

    def test_dateline_is_asked_last(self):
        day = datetime.date(2011, 5, 6)
        (reading,) = read_file("lake.txt", dateline=lambda text: day)
        assert (reading.article.published, reading.article.published_from) == (day, "dateline")
        (reading,) = read_file("lake.txt", dateline=lambda text: day, published=TODAY)
        assert (reading.article.published, reading.article.published_from) == (TODAY, "caller")

    @pytest.mark.parametrize(
        ("name", "data", "kind"),
        [
            ("empty.txt", b"", "empty"),
            ("blank.txt", b" \r\n\t ", "empty"),
            ("nul.txt", b"Chad\0Sudan", "binary"),
            ("control.txt", b"\x01\x02\x03 Chad \x04\x05", "binary"),
            ("report.pdf", b"%PDF-1.7\n%\xe2\xe3", "binary"),
            ("picture.txt", b"GIF89a\x01\x00", "binary"),
            ("archive", b"PK\x03\x04\x14\x00", "archive"),
            ("archive.txt", b"PK\x03\x04\x14\x00", "binary"),
            ("long.txt", b"Chad. " * (TEXT_LIMIT // 6 + 1), "too-large"),
            ("empty.jsonl", b"", "empty"),
            ("empty.csv", b"", "field"),
            ("head.csv", b"id,text\n", "empty"),
            ("list.json", b"[]", "empty"),
            ("zipped.jsonl", b"\x1f\x8b\x08\x00\n\x00\n", "binary"),
        ],
    )
    def test_failures(self, tmp_path, name, data, kind):
        (tmp_path / name).write_bytes(data)
        assert kinds(read([tmp_path / name])) == [kind]


class TestLines:
    def test_a_broken_line_is_a_failure_of_that_line(self):
        readings = read_file("reports.jsonl")
        assert kinds(readings) == ["read", "read", "json", "read"]
        assert readings[2].error.where.endswith("reports.jsonl:4")
        assert "column 22" in readings[2].error.message

    def test_fields(self):
        first, second, _, last = read_file("reports.jsonl")
        assert first.article.publisher == "The Harbour Daily"
        assert first.article.url == "https://harbour.example/boats"
        assert second.article.id == "2"
        assert second.article.published == datetime.date(2014, 8, 2)
        assert last.where.endswith(":5")

    def test_the_lines_day_goes_before_the_callers_default(self):
        first, *_, last = read_file("reports.jsonl", published=TODAY)
        assert first.article.published == datetime.date(2014, 8, 1)
        assert (last.article.published, last.article.published_from) == (TODAY, "caller")

    def test_bad_bytes_are_a_failure_of_that_line(self):
        line = b'{"id": "%d", "text": "Chad thanked Sudan, number %d."}\n'
        data = line % (1, 1) + b'{"id": "2", "text": "Chad \xff"}\n' + line % (3, 3)
        readings = read_bytes(data)
        assert kinds(readings) == ["read", "encoding", "read"]
        assert readings[1].error.where == "-:2"

    def test_wide_characters(self):
        assert (
            kinds(read_bytes('{"id": "1", "text": "Chad"}\n{"id": "2", "text": "Sudan"}'.encode("utf-16")))
            == ["read"] * 2
        )

    def test_byte_order_mark(self):
        assert kinds(read_bytes(b'\xef\xbb\xbf{"id": "1", "text": "Chad"}')) == ["read"]

    def test_nested_to_death(self, tmp_path):
        path = tmp_path / "deep.jsonl"
        path.write_text('{"text": ' + "[" * 200_000 + "\n" + '{"id": "1", "text": "Chad"}\n', encoding="utf-8")
        assert kinds(read([path])) == ["json", "read"]

    def test_known_fields_of_a_failure(self):
        (failure,) = read_bytes(b'{"id": "x", "title": "T", "published": "2010-01-01"}')
        assert failure.article.id == "x"
        assert failure.article.title == "T"
        assert failure.article.published == datetime.date(2010, 1, 1)

    def test_json_list(self):
        readings = read_file("list.json")
        assert kinds(readings) == ["read", "read", "json"]
        assert [reading.where.rpartition(":")[2] for reading in readings[:2]] == ["2", "3"]

    def test_one_object(self):
        (reading,) = read_file("one.json")
        assert reading.article.id == "one"

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ('{"id": "1", "text": "Chad"}\n{"id": "2", "text": "Sudan"}\n', ["read", "read"]),
            ('{"id": "1", "text": "Chad\n{"id": "2", "text": "Sudan"}\n', ["json", "read"]),
            ('{"id": "1",\n "text" "Chad"}\n', ["json"]),
            ('[{"id": "1", "text": "Chad"} {"id": "2"}]', ["json"]),
            ('[{"id": "1", "text": "Chad"}', ["json"]),
            ("nonsense", ["json"]),
        ],
    )
    def test_json_files(self, tmp_path, data, expected):
        path = tmp_path / "reports.json"
        path.write_text(data, encoding="utf-8")
        assert kinds(read([path])) == expected

    def test_it_is_a_stream(self):
        def answer():
            yield b'{"id": "1", "text": "Chad"}\n'
            raise AssertionError("read further than was asked for")

        class Pipe(io.RawIOBase):
            lines = answer()

            def readline(self, size=-1):
                return next(self.lines)

        assert next(read(["-"], stdin=Pipe())).article.id == "1"


class TestSeenBefore:
    @staticmethod
    def lines(*rows):
        return "\n".join(json.dumps(row) for row in rows).encode()

    def test_duplicate(self):
        row = {"id": "x", "text": "Chad thanked Sudan."}
        assert kinds(read_bytes(self.lines(row, row))) == ["read", "duplicate"]

    def test_correction(self):
        first = {"id": "x", "text": "Chad thanked Sudan."}
        _, second, third = read_bytes(self.lines(first, {**first, "text": "Chad thanked Niger."}, first))
        assert warned(second) == ["no-date", "correction"]
        assert warned(third) == ["no-date", "correction"]

    def test_correction_by_address(self):
        first = {"id": "x", "text": "Chad thanked Sudan.", "url": "https://harbour.example/a"}
        _, second = read_bytes(self.lines(first, {**first, "id": "y", "text": "Chad thanked Niger."}))
        assert "correction" in warned(second)

    def test_the_same_text_in_two_files(self):
        assert kinds(read([FILES / "lake.txt", FILES / "lake.txt"])) == ["read", "duplicate"]

    def test_two_ids_with_one_text_are_two_reports(self):
        rows = [{"id": name, "text": "Chad thanked Sudan."} for name in "xy"]
        assert kinds(read_bytes(self.lines(*rows))) == ["read", "read"]


class TestTables:
    def test_quotes_delimiter_and_mark(self):
        readings = read_file("reports.csv")
        assert kinds(readings) == ["read", "read", "field"]
        assert readings[0].article.text == 'Cuba said "no" to the plan;\r\nand closed its port.'
        assert readings[0].article.published == datetime.date(2015, 2, 3)
        assert [reading.where.rpartition(":")[2] for reading in readings[:2]] == ["2", "4"]
        assert readings[2].error.where.endswith(":5")

    def test_tabs_and_capitals_in_the_header(self):
        (reading,) = read_file("reports.tsv")
        assert (reading.article.id, reading.article.text) == ("t1", "Spain invited Morocco to talks.")

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"id,text\n1,Chad\n2,\n", ["read", "field"]),
            (b"id,body\n1,Chad\n", ["field"]),
            (b"text\nChad thanked Sudan.\n", ["read"]),
            (b'id,text\n1,"Chad\n2,Sudan\n', ["csv"]),
            (b'id,text\n1,"Chad" x\n2,Sudan\n', ["csv", "read"]),
            (b"id,text,published\n1,Chad,soon\n", ["date"]),
            (b"id,text\n\n1,Chad\n\n", ["read"]),
            (b"id,text\n1,Caf\xe9 of Chad\n2,Sudan\n", ["read", "read"]),
            (b"id,text\n" + b"1,Chad\n" * 4_000 + b"2,Caf\xe9\n", ["read"] + ["duplicate"] * 3_999 + ["encoding"]),
            ("id,text\n1,Chad\n".encode("utf-16"), ["read"]),
            (b"id,text\n1," + b"Chad " * 40_000 + b"\n", ["read"]),
        ],
        ids=[
            "no text",
            "no column",
            "one column",
            "open quote",
            "bad quote",
            "date",
            "blank",
            "old",
            "byte",
            "wide",
            "long",
        ],
    )
    def test_rows(self, tmp_path, data, expected):
        path = tmp_path / "reports.csv"
        path.write_bytes(data)
        assert kinds(read([path])) == expected


class TestInputs:
    def test_folder_in_order_without_hidden_files(self):
        readings = read_file("folder")
        assert [Path(reading.where.partition(":")[0]).name for reading in readings] == ["a.jsonl", "b.txt", "c.txt"]

    def test_one_bad_input_does_not_end_the_run(self, tmp_path):
        inputs = [tmp_path / "none.txt", "ftp://harbour.example/", tmp_path, "bad\0name", "\ud800", FILES / "lake.txt"]
        assert kinds(read(inputs)) == ["unreadable", "fetch", "empty", "unreadable", "unreadable", "read"]

    def test_missing_file_is_named(self, tmp_path):
        (failure,) = read([tmp_path / "none.txt"])
        assert failure.error.where == str(tmp_path / "none.txt")
        assert "no such file" in failure.error.message

    def test_a_name_that_is_no_text(self, tmp_path):
        (failure,) = read([str(tmp_path / "\udcff.txt")])
        failure.error.where.encode("utf-8")

    @pytest.mark.parametrize(
        ("data", "start"),
        [
            (b"Chad thanked Sudan.", "Chad"),
            (b"  \n\n Chad thanked Sudan.", "  \n\n Chad"),
            (b"[Khartoum] Chad thanked Sudan.", "[Khartoum]"),
            (b"\n \xef\xbb\xbf", None),
            (b'\n\n {"text": "Chad thanked Sudan."}', "Chad"),
        ],
    )
    def test_standard_input(self, data, start):
        (reading,) = read_bytes(data)
        assert isinstance(reading, Failure) if start is None else reading.article.text.startswith(start)

    @pytest.mark.parametrize("before", [b"", b"\n\n", b"\xef\xbb\xbf", b"<?xml version='1.0'?>\n", b"<!-- saved -->\n"])
    def test_page_on_standard_input(self, before):
        (reading,) = read_bytes(before + (FILES / "harbour.html").read_bytes())
        assert reading.article.publisher == "The Harbour Daily"

    def test_no_standard_input(self):
        assert kinds(read(["-"])) == ["unreadable"]

    def test_language_choice_is_told_only_once(self):
        (failure,) = read_file("french.html", language="en")
        assert failure.error.kind == "language"
        assert "--language" not in failure.error.message
