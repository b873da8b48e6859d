"""Archives of the web: pages and texts as reports, and every way in which a record can be wrong."""

import datetime
import gzip
import io
import zlib

import brotli
import pytest
import zstandard

from dragoman.read import captures, read
from dragoman.records import Failure

from .made import BOMB, answer, bomb, chunked, memory, page, places, record, told

PAGES = [record(answer(page(k)), url=b"http://harbour.example/%d" % k) for k in range(5)]
GOOD = ["Talks 0", "Talks 1", "Talks 2", "Talks 3", "Talks 4"]
WAYS = {
    "plain": b"".join,
    "gzip": lambda records: b"".join(map(gzip.compress, records)),
    "zstd": lambda records: b"".join(map(zstandard.compress, records)),
    "gzip in one": lambda records: gzip.compress(b"".join(records)),
}


def read_warc(tmp_path, data: bytes, name: str = "crawl.warc.gz", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read([path], **options))


class TestReports:
    @pytest.mark.parametrize("way", WAYS)
    def test_pages(self, tmp_path, way):
        found = read_warc(tmp_path, WAYS[way](PAGES))
        assert told(found) == GOOD
        assert places(found, tmp_path / "crawl.warc.gz") == [":1", ":2", ":3", ":4", ":5"]
        assert [one.article.url for one in found] == [f"http://harbour.example/{k}" for k in range(5)]

    @pytest.mark.parametrize("name", ["crawl", "crawl.warc", "crawl.gz", "CC-MAIN.warc.wet.gz"])
    @pytest.mark.parametrize("way", ["plain", "gzip"])
    def test_it_is_known_by_name_or_by_its_beginning(self, tmp_path, name, way):
        if way == "plain" and name.endswith("gz"):
            name = name.removesuffix(".gz")
        assert told(read_warc(tmp_path, WAYS[way](PAGES[:2]), name)) == GOOD[:2]

    def test_what_is_no_report_is_passed_over(self, tmp_path):
        others = [
            record(b"software: crawler\r\n", kind=b"warcinfo", content=b"application/warc-fields"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind=b"request", content=b"application/http; msgtype=request"),
            record(answer(b"\x89PNG", kind=b"image/png")),
            record(answer(b"{}", kind=b"application/json")),
            record(answer(page(8), status=b"404 Not Found")),
            record(answer(b"", b"Location: /there", status=b"301 Moved")),
            record(b"20150617100000\nharbour.example. 300 IN A 192.0.2.1\n", content=b"text/dns"),
            record(b"fetchTimeMs: 12\r\n", kind=b"metadata", content=b"application/warc-fields"),
            record(answer(page(8)), kind=b"revisit"),
            PAGES[0],
        ]
        found = read_warc(tmp_path, WAYS["gzip"](others))
        assert told(found) == GOOD[:1]
        assert places(found, tmp_path / "crawl.warc.gz") == [":10"]

    def test_an_archive_without_reports_says_so(self, tmp_path):
        other = record(b"software: crawler\r\n", kind=b"warcinfo", content=b"application/warc-fields")
        assert told(read_warc(tmp_path, gzip.compress(other))) == ["empty"]

    def test_text_of_conversion_records(self, tmp_path):
        text = "Chad thanked Sudan. Señor Peña agreed.".encode()
        data = record(text, kind=b"conversion", content=b"text/plain", url=b"http://harbour.example/1")
        (found,) = read_warc(tmp_path, gzip.compress(data), "crawl.warc.wet.gz")
        assert found.article.text == text.decode()
        assert found.article.url == "http://harbour.example/1"

    def test_address_in_brackets(self, tmp_path):
        (found,) = read_warc(tmp_path, record(answer(page(1)), url=b"<http://harbour.example/1>"))
        assert found.article.url == "http://harbour.example/1"

    @pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-2", "utf-8"])
    def test_charset_of_the_head(self, tmp_path, charset):
        name = "Брюссель" if charset == "windows-1251" else "Łódź"
        body = page(1).replace(b"Chad thanked", f"{name} thanked".encode(charset))
        (found,) = read_warc(tmp_path, record(answer(body, kind=f"text/html; charset={charset}".encode())))
        assert f"{name} thanked" in found.article.text

    def test_a_page_whose_type_is_not_told(self, tmp_path):
        assert told(read_warc(tmp_path, record(answer(page(1), kind=b"")))) == ["Talks 1"]

    def test_day_of_capture_is_not_the_day_of_publication(self, tmp_path):
        (found,) = read_warc(tmp_path, record(answer(page(1))))
        assert found.article.published is None

    @pytest.mark.parametrize(
        ("published", "doubts"),
        [("2015-06-17", []), ("2015-06-18", []), ("2015-06-19", ["future-date"]), ("2014-01-01", [])],
    )
    def test_no_page_is_published_after_it_was_fetched(self, tmp_path, published, doubts):
        data = record(answer(page(1, day=published)))
        (found,) = read_warc(tmp_path, data, today=datetime.date(2030, 1, 1))
        assert found.article.published == datetime.date.fromisoformat(published)
        assert [warning.kind for warning in found.warnings] == doubts

    def test_what_the_crawler_cut_is_doubted(self, tmp_path):
        (found,) = read_warc(tmp_path, record(answer(page(1)), b"WARC-Truncated: length"))
        assert "cut" in [warning.kind for warning in found.warnings]


CODED = {
    "chunked": (chunked(page(1)), [b"Transfer-Encoding: chunked"]),
    "chunks with extensions": (
        chunked(page(1)).replace(b"64\r\n", b"64;name=value\r\n"),
        [b"Transfer-Encoding: chunked"],
    ),
    "chunks without an end": (chunked(page(1))[:-5], [b"Transfer-Encoding: chunked"]),
    "chunked no more": (page(1), [b"Transfer-Encoding: chunked"]),
    "gzip": (gzip.compress(page(1)), [b"Content-Encoding: gzip"]),
    "gzip no more": (page(1), [b"Content-Encoding: gzip"]),
    "chunked gzip": (chunked(gzip.compress(page(1))), [b"Transfer-Encoding: chunked", b"Content-Encoding: gzip"]),
    "deflate": (zlib.compress(page(1)), [b"Content-Encoding: deflate"]),
    "deflate without its head": (zlib.compress(page(1))[2:-4], [b"Content-Encoding: deflate"]),
    "brotli": (brotli.compress(page(1)), [b"Content-Encoding: br"]),
    "brotli no more": (page(1), [b"Content-Encoding: br"]),
    "zstd": (zstandard.compress(page(1)), [b"Content-Encoding: zstd"]),
    "identity": (page(1), [b"Content-Encoding: identity"]),
}
BROKEN = {
    "a piece is shorter than it says": (
        chunked(page(1)).replace(b"64\r\n", b"63\r\n", 1),
        [b"Transfer-Encoding: chunked"],
        "archive",
    ),
    "a piece is longer than the page": (b"fffff\r\n" + page(1), [b"Transfer-Encoding: chunked"], "archive"),
    "no size of a piece": (
        chunked(page(1)).replace(b"\r\n64\r\n", b"\r\nzz\r\n", 1),
        [b"Transfer-Encoding: chunked"],
        "archive",
    ),
    "gzip is cut": (gzip.compress(page(1))[:-40], [b"Content-Encoding: gzip"], "archive"),
    "deflate is cut": (zlib.compress(page(1))[:-40], [b"Content-Encoding: deflate"], "archive"),
    "brotli is cut": (brotli.compress(page(1))[:-40], [b"Content-Encoding: br"], "archive"),
    "packed in an unknown way": (b"\0\1\2", [b"Content-Encoding: compress"], "archive"),
    "packed twice": (gzip.compress(gzip.compress(page(1))), [b"Content-Encoding: gzip, gzip"], "archive"),
    "packed in what was packed": (gzip.compress(gzip.compress(page(1))), [b"Content-Encoding: gzip"], "binary"),
    "gzip bomb": (bomb(200), [b"Content-Encoding: gzip"], "too-large"),
    "small gzip bomb": (bomb(2), [b"Content-Encoding: gzip"], "too-large"),
    "deflate bomb": (zlib.compress(b" " * 50_000_000), [b"Content-Encoding: deflate"], "too-large"),
    "brotli bomb": (brotli.compress(b" " * 50_000_000, quality=5), [b"Content-Encoding: br"], "too-large"),
    "zstd bomb": (zstandard.compress(b" " * 50_000_000), [b"Content-Encoding: zstd"], "too-large"),
}


class TestAnswers:
    @pytest.mark.parametrize("case", CODED)
    def test_body(self, tmp_path, case):
        body, fields = CODED[case]
        (found,) = read_warc(tmp_path, gzip.compress(record(answer(body, *fields))))
        assert found.article.title == "Talks 1"
        assert found.article.text.endswith("That was point 5 of the talks.")

    @pytest.mark.parametrize("case", BROKEN)
    def test_broken_body_and_the_next_record(self, tmp_path, case):
        body, fields, kind = BROKEN[case]
        data = gzip.compress(record(answer(body, *fields), url=b"http://harbour.example/bad")) + gzip.compress(PAGES[1])
        found = read_warc(tmp_path, data)
        assert told(found) == [kind, "Talks 1"]
        assert found[0].article.url == "http://harbour.example/bad"
        assert places(found, tmp_path / "crawl.warc.gz") == [":1", ":2"]

    @pytest.mark.parametrize(("length", "doubts"), [(-1, []), (0, []), (1, ["cut"]), (10**6, ["cut"])])
    def test_length_that_the_server_announced(self, tmp_path, length, doubts):
        body = page(1)
        (found,) = read_warc(tmp_path, record(answer(body, b"Content-Length: %d" % (len(body) + length))))
        assert [warning.kind for warning in found.warnings if warning.kind == "cut"] == doubts

    @pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1\r\n\r\n", b"\0" * 100, b"A: b\r\n" * 9_000])
    def test_no_head(self, tmp_path, block):
        assert told(read_warc(tmp_path, gzip.compress(record(block)) + gzip.compress(PAGES[1]))) == [
            "archive",
            "Talks 1",
        ]


LYING = ["1100", "100", "0", "9000", "20000000", "1000000000000", "-5", "", "many", "１２", "9" * 40]


class TestDamage:
    @pytest.mark.parametrize("length", LYING)
    @pytest.mark.parametrize("way", WAYS)
    def test_length_that_is_not_so(self, tmp_path, way, length):
        lying = record(answer(page(1)), length=length)
        found = read_warc(tmp_path, WAYS[way]([PAGES[0], lying, PAGES[2], PAGES[3]]))
        assert told(found) == ["Talks 0", "archive", "Talks 2", "Talks 3"]
        assert places(found, tmp_path / "crawl.warc.gz") == [":1", ":2", ":3", ":4"]

    @pytest.mark.parametrize("share", range(5, 100, 6))
    def test_corrupt_member_in_the_middle(self, tmp_path, share):
        members = [gzip.compress(one) for one in PAGES]
        place = len(members[2]) * share // 100
        changed = members[2][:place] + bytes([members[2][place] ^ 0x55]) + members[2][place + 1 :]
        found = read_warc(tmp_path, b"".join([*members[:2], changed, *members[3:]]))
        assert told(found) == ["Talks 0", "Talks 1", "archive", "Talks 3", "Talks 4"]

    @pytest.mark.parametrize("share", range(100))
    def test_truncated(self, tmp_path, share):
        """What is whole is read, and nothing but it."""
        members = [gzip.compress(one) for one in PAGES]
        whole = b"".join(members)
        cut = len(whole) * share // 100
        ends = [len(b"".join(members[: k + 1])) for k in range(5)]
        kept = sum(end <= cut for end in ends)
        found = read_warc(tmp_path, whole[:cut])
        expected = GOOD[:kept] + ([] if cut in (0, *ends) else ["archive"])
        assert told(found) == (expected or ["empty"])

    @pytest.mark.parametrize("share", range(0, 100, 9))
    @pytest.mark.parametrize("way", ["plain", "zstd", "gzip in one"])
    def test_truncated_in_other_ways(self, tmp_path, way, share):
        whole = WAYS[way](PAGES)
        found = read_warc(tmp_path, whole[: len(whole) * share // 100])
        read_well = [one for one in told(found) if one in GOOD]
        assert read_well == GOOD[: len(read_well)]
        assert len(found) - len(read_well) == 1

    @pytest.mark.parametrize(
        "between", [b"garbage" * 30, b"\x1f\x8b\x08" * 50, b"\x28\xb5\x2f\xfd" * 20, b"\0" * 70_000]
    )
    def test_bytes_between_members(self, tmp_path, between):
        found = read_warc(tmp_path, gzip.compress(PAGES[0]) + between + gzip.compress(PAGES[1]))
        padding = not between.strip(b"\0")
        assert told(found) == ["Talks 0", *([] if padding else ["archive"]), "Talks 1"]

    @pytest.mark.parametrize("way", ["plain", "gzip", "zstd"])
    @pytest.mark.parametrize("head", [b"garbage", b"\0", b"\r\n\r\nWARC/1.0\r\n", b"\x1f\x8b\x08garbage"])
    def test_damage_at_the_beginning(self, tmp_path, way, head):
        data = WAYS[way](PAGES[:3])
        assert told(read_warc(tmp_path, head + data[len(head) :], "crawl.warc.gz")) == ["archive", "Talks 1", "Talks 2"]

    @pytest.mark.parametrize("blank", [b"", b"\r\n", b"\r\n\r\n\r\n"])
    def test_blank_lines_between_records(self, tmp_path, blank):
        data = b"".join(one.removesuffix(b"\r\n\r\n") + b"\r\n" + blank for one in PAGES[:3])
        assert told(read_warc(tmp_path, data, "crawl.warc")) == GOOD[:3]

    def test_lines_that_end_in_one_character(self, tmp_path):
        head, _, body = PAGES[1].partition(b"\r\n\r\n")
        data = head.replace(b"\r\n", b"\n") + b"\n\n" + body
        assert told(read_warc(tmp_path, PAGES[0] + data + PAGES[2], "crawl.warc")) == GOOD[:3]

    @pytest.mark.parametrize("head", [b"A: b\r\n" * 9_000, b"A" * 50_000 + b"\r\n", b"\xff\xfe\r\n: \r\n"])
    def test_head_that_is_none(self, tmp_path, head):
        data = PAGES[0] + b"WARC/1.0\r\n" + head + b"\r\n" + b"x\r\n\r\n" + PAGES[1]
        assert told(read_warc(tmp_path, data, "crawl.warc")) == ["Talks 0", "archive", "Talks 1"]

    def test_archive_in_a_record_is_not_opened(self, tmp_path):
        inner = gzip.compress(record(answer(page(9)), url=b"http://bank.example/"), 0)
        outer = record(answer(inner, kind=b"application/gzip"))
        assert told(read_warc(tmp_path, gzip.compress(outer, 0) + gzip.compress(PAGES[1]))) == ["Talks 1"]

    def test_large_records_are_read_past(self, tmp_path):
        large = record(answer(b"<html>" + b" " * 11_000_000))
        film = record(answer(b"\0" * 11_000_000, kind=b"video/mp4"))
        found = read_warc(tmp_path, b"".join(map(gzip.compress, [PAGES[0], large, film, PAGES[1]])))
        assert told(found) == ["Talks 0", "too-large", "Talks 1"]

    def test_floods_of_broken_records_end(self, tmp_path):
        flood = bomb(3, filler=b"WARC/1.0\r\n\r\n")
        found = read_warc(tmp_path, flood + gzip.compress(PAGES[1]))
        assert len(found) == captures.FAULTS + 2
        assert told(found)[-2:] == ["archive", "Talks 1"]
        assert "rest" in found[-2].error.message

    def test_a_file_that_unpacks_to_too_much_is_left(self, tmp_path, monkeypatch):
        monkeypatch.setattr(captures, "PATIENCE", 5_000_000)
        large = gzip.compress(record(answer(b"<html>" + b" " * 8_000_000)))
        found = read_warc(tmp_path, gzip.compress(PAGES[0]) + large + gzip.compress(PAGES[1]))
        assert told(found)[0] == "Talks 0"
        assert told(found)[-1] == "too-large"
        assert isinstance(found[-1], Failure)

    def test_it_cannot_come_through_a_pipe(self):
        (found,) = read(["-"], stdin=io.BytesIO(gzip.compress(PAGES[0])))
        assert found.error.kind == "unreadable"


class TestMemory:
    def test_bomb_in_the_middle(self, tmp_path):
        """A megabyte that unpacks to a gigabyte, as the content of one record; a tenth of it outside the whole run."""
        path, warm = tmp_path / "crawl.warc.gz", tmp_path / "warm.warc.gz"
        warm.write_bytes(gzip.compress(PAGES[0]))
        head = record(answer(b"<html>"), length=6 + BOMB * 1_000_000)[:-4]
        path.write_bytes(gzip.compress(PAGES[0]) + bomb(BOMB, before=head) + gzip.compress(PAGES[1]))
        count, failed, megabytes = memory(warm, path)
        assert (count, failed) == (3, 1)
        assert megabytes < 60
