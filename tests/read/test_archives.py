"""ZIP archives as inputs: what is sound in them is read, what is not is told, and neither harms the other."""

import io
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from dragoman.read import Opened, archives, read
from dragoman.records import Failure

from .test_read import FILES

TEXT = b"Chad thanked Sudan for its help on Monday, and the two agreed to meet again in the spring."
LINES = b'{"id": "a", "text": "Chad thanked Sudan."}\n\n{"id": "b", "text": "Sudan thanked Chad."}\n'
TABLE = b"id,text\nc,Niger thanked Mali.\n"


def info(name, **fields):
    made = zipfile.ZipInfo(name)
    made.compress_type = zipfile.ZIP_DEFLATED
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def packed(*members) -> bytes:
    """An archive of (name or info, data), each deflated unless its info says otherwise."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(info(name) if isinstance(name, str) else name, data)
    return held.getvalue()


def changed(data: bytes, name: str, offset: int, format: str, value: int) -> bytes:
    """The archive with one field of a member's entry in the list of files overwritten."""
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    return data[: entry + offset] + struct.pack(format, value) + data[entry + offset + struct.calcsize(format) :]


def renamed(data: bytes, name: bytes, other: bytes) -> bytes:
    assert len(name) == len(other)
    return data.replace(name, other)


def damaged(data: bytes, name: str) -> bytes:
    """The archive with a byte of a stored member's content changed."""
    place = data.index(name.encode()) + len(name) + 5
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def read_packed(data: bytes, name: str = "reports.zip"):
    return list(read([Opened(name, io.BytesIO(data))]))


def told(found):
    """What became of each: where and "read", or where and the kind of the failure."""
    return [(one.error.where, one.error.kind) if isinstance(one, Failure) else (one.where, "read") for one in found]


GOOD = ("good.txt", TEXT)
STORED = {"compress_type": zipfile.ZIP_STORED}
LINK = info("passwords.txt", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
PIPE = info("pipe.txt", external_attr=(stat.S_IFIFO | 0o644) << 16, create_system=3)
# How the archive is made, the name of the bad member as it is shown, the kind of its failure and what it tells.
BAD = {
    "absolute": (lambda: packed(("/etc/report.txt", TEXT), GOOD), "/etc/report.txt", "archive", "begins at a root"),
    "drive": (lambda: packed(("C:\\report.txt", TEXT), GOOD), "C:\\report.txt", "archive", "begins at a root"),
    "share": (lambda: packed(("\\\\host\\a.txt", TEXT), GOOD), "\\\\host\\a.txt", "archive", "begins at a root"),
    "upwards": (lambda: packed(("a/../../b.txt", TEXT), GOOD), "a/../../b.txt", "archive", "leads out"),
    "upwards with backslashes": (lambda: packed(("a\\..\\b.txt", TEXT), GOOD), "a\\..\\b.txt", "archive", "leads out"),
    "only upwards": (lambda: packed(("..", TEXT), GOOD), "..", "archive", "leads out"),
    "symbolic link": (lambda: packed((LINK, b"/etc/passwd"), GOOD), "passwords.txt", "archive", "a link"),
    "named pipe": (lambda: packed((PIPE, b""), GOOD), "pipe.txt", "archive", "no plain file"),
    "NUL in the name": (
        lambda: renamed(packed(("nul_.txt", TEXT), GOOD), b"nul_.txt", b"nul\0.txt"),
        "nul\\x00.txt",
        "archive",
        "no name has",
    ),
    "line end in the name": (
        lambda: packed(("one\ntwo.txt", TEXT), GOOD),
        "one\\x0atwo.txt",
        "archive",
        "no name has",
    ),
    "encrypted": (
        lambda: changed(packed(("secret.txt", TEXT), GOOD), "secret.txt", 8, "<H", 1),
        "secret.txt",
        "archive",
        "encrypted",
    ),
    "packed by bzip2": (
        lambda: packed((info("b.txt", compress_type=zipfile.ZIP_BZIP2), TEXT), GOOD),
        "b.txt",
        "archive",
        "method 12",
    ),
    "packed by LZMA": (
        lambda: packed((info("l.txt", compress_type=zipfile.ZIP_LZMA), TEXT), GOOD),
        "l.txt",
        "archive",
        "method 14",
    ),
    "archive in it": (lambda: packed(("inner.zip", packed(GOOD)), GOOD), "inner.zip", "archive", "inside"),
    "archive by another name": (lambda: packed(("inner.txt", packed(GOOD)), GOOD), "inner.txt", "archive", "inside"),
    "empty archive in it": (lambda: packed(("inner", packed()), GOOD), "inner", "archive", "inside"),
    "gzip in it": (lambda: packed(("a.txt.gz", b"\x1f\x8b\x08\0" + TEXT), GOOD), "a.txt.gz", "binary", "gzip"),
    "changed content": (
        lambda: damaged(packed((info("stored.txt", **STORED), TEXT), GOOD), "stored.txt"),
        "stored.txt",
        "archive",
        "CRC",
    ),
    "broken deflate": (
        lambda: damaged(packed(("deflated.txt", TEXT * 50), GOOD), "deflated.txt"),
        "deflated.txt",
        "archive",
        "cut or broken",
    ),
    "says it is shorter": (
        lambda: changed(packed(("short.txt", TEXT), GOOD), "short.txt", 24, "<I", 10),
        "short.txt",
        "archive",
        "CRC",
    ),
    "says it is longer": (
        lambda: changed(packed(("long.txt", TEXT), GOOD), "long.txt", 24, "<I", 900),
        "long.txt",
        "archive",
        "says 900",
    ),
    "says its packed bytes are fewer": (
        lambda: changed(packed(("few.txt", TEXT * 9), GOOD), "few.txt", 20, "<I", 12),
        "few.txt",
        "archive",
        "CRC",
    ),
    "begins behind its end": (
        lambda: changed(packed(("far.txt", TEXT), GOOD), "far.txt", 42, "<I", 0x7FFFFFFF),
        "far.txt",
        "archive",
        "Truncated",
    ),
    "another name inside": (
        lambda: packed(("aaa.txt", TEXT), GOOD).replace(b"aaa.txt", b"bbb.txt", 1),
        "aaa.txt",
        "archive",
        "differ",
    ),
    "bomb": (lambda: packed(("bomb.txt", bytes(20_000_000)), GOOD), "bomb.txt", "too-large", "200 times"),
    "bomb that says less": (
        lambda: changed(packed(("bomb.txt", bytes(20_000_000)), GOOD), "bomb.txt", 24, "<I", 900_000),
        "bomb.txt",
        "archive",
        "CRC",
    ),
    "too large alone": (
        lambda: changed(packed(("big.txt", TEXT), GOOD), "big.txt", 24, "<I", 3_000_000_000),
        "big.txt",
        "too-large",
        "3,000,000,000",
    ),
    "picture": (lambda: packed(("a.png", b"\x89PNG\r\n"), GOOD), "a.png", "binary", "PNG"),
    "empty member": (lambda: packed(("nothing.txt", b""), GOOD), "nothing.txt", "empty", "text is empty"),
}


@pytest.mark.parametrize(("make", "name", "kind", "tells"), BAD.values(), ids=BAD)
def test_a_bad_member_is_told_and_the_good_one_read(make, name, kind, tells):
    found = read_packed(make())
    assert told(found) == [(f"reports.zip/{name}", kind), ("reports.zip/good.txt", "read")]
    assert tells in found[0].error.message
    assert len(found[0].error.message) < 300


# Archives of which nothing can be read: their bytes, the kind of the one failure and what it tells.
WHOLE = packed(*((f"{n}.txt", TEXT) for n in range(20)))
NOTHING = {
    "cut before its list": (lambda: WHOLE[: len(WHOLE) // 2], "archive", "cut or broken"),
    "cut in its list": (lambda: WHOLE[:-60], "archive", "cut or broken"),
    "beginning cut off": (lambda: b"PK\x03\x04" + WHOLE[-80:], "archive", "cut or broken"),
    "only a signature": (lambda: b"PK\x03\x04", "archive", "cut or broken"),
    "no archive at all": (lambda: b"Chad thanked Sudan.", "archive", "cut or broken"),
    "no members": (packed, "empty", "no report"),
    "only folders": (lambda: packed(("a/", b""), ("a/b/", b"")), "empty", "no report"),
    "an office document": (lambda: packed(("[Content_Types].xml", b"<x/>"), GOOD), "binary", "office document"),
    "a name that is not UTF-8": (
        lambda: packed(("é.txt", TEXT), GOOD).replace("é".encode(), b"\xff\xfe"),
        "archive",
        "utf-8",
    ),
    "a list without end": (lambda: packed(*((f"{n}" * 4000, b"") for n in range(1, 10)), *[("x" * 60_000, b"")] * 70), "too-large", "list of files"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "kind", "tells"), NOTHING.values(), ids=NOTHING)
def test_an_archive_that_cannot_be_read(make, kind, tells):
    found = read_packed(make())
    assert told(found) == [("reports.zip", kind)]
    assert tells in found[0].error.message


def test_members_are_read_as_files_are():
    page = (FILES / "harbour.html").read_bytes()
    members = [("2016/harbour.html", page), ("a.jsonl", LINES), ("b/c.csv", TABLE), ("d.txt", TEXT), ("noname", LINES)]
    found = read_packed(packed(("2016/", b""), *members))
    assert told(found) == [
        ("reports.zip/2016/harbour.html", "read"),
        ("reports.zip/a.jsonl:1", "read"),
        ("reports.zip/a.jsonl:3", "read"),
        ("reports.zip/b/c.csv:2", "read"),
        ("reports.zip/d.txt", "read"),
        ("reports.zip/noname:1", "duplicate"),
        ("reports.zip/noname:3", "duplicate"),
    ]
    assert found[0].article.publisher == "The Harbour Daily"
    assert [found[2].article.id, found[3].article.id] == ["b", "c"]


def test_hidden_files_are_left_out_as_in_a_folder():
    found = read_packed(packed(("__MACOSX/._good.txt", b"\0\5\x16\7"), (".git/config", TEXT), (".x.txt", TEXT), GOOD))
    assert told(found) == [("reports.zip/good.txt", "read")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_one_name_only_the_first_is_read():
    found = read_packed(packed(GOOD, ("good.txt", b"Another text."), ("other.txt", b"Mali thanked Niger.")))
    assert [kind for _, kind in told(found)] == ["read", "archive", "read"]
    assert "came before" in found[1].error.message


def test_more_members_than_the_limit(monkeypatch):
    monkeypatch.setattr(archives, "MEMBERS", 3)
    found = read_packed(packed(*((f"{n}.txt", b"Chad thanked Sudan %d times." % n) for n in range(5))))
    assert [kind for _, kind in told(found)] == ["read"] * 3 + ["too-large"]
    assert "has 5 files" in found[3].error.message


def test_all_members_share_one_limit(monkeypatch):
    monkeypatch.setattr(archives, "UNPACKED", 250)
    members = [("a.txt", TEXT), ("b.txt", TEXT[1:]), ("c.txt", TEXT[2:]), ("d.txt", b"Mali thanked Niger.")]
    found = read_packed(packed(*members))
    assert [kind for _, kind in told(found)] == ["read", "read", "too-large", "read"]


def test_overlapping_members_unpack_to_no_more_than_the_limit(monkeypatch):
    """Many entries of the list that all name the same packed bytes."""
    monkeypatch.setattr(archives, "UNPACKED", 3_000_000)
    data = packed(*((f"{n}.txt", (b"%d " % n) * 400_000) for n in range(6)))
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"1.txt"))
    offset = data[start + 42 : start + 46]
    for n in range(2, 6):
        data = changed(data, f"{n}.txt", 42, "<I", int.from_bytes(offset, "little"))
    found = read_packed(data)
    assert len(found) == 6
    assert sum(kind == "archive" for _, kind in told(found)) >= 2


def test_a_bomb_takes_no_memory():
    data = packed(("bomb.jsonl", bytes(100_000_000)), ("flat.txt", bytes(900_000)), GOOD)
    tracemalloc.start()
    found = read_packed(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [kind for _, kind in told(found)] == ["too-large", "binary", "read"]
    assert peak < 12_000_000


def test_an_archive_that_changes_while_it_is_read(tmp_path):
    path = tmp_path / "reports.zip"
    rows = b"".join(b'{"id": "%d", "text": "Chad thanked Sudan %d times."}\n' % (n, n) for n in range(20_000))
    path.write_bytes(packed((info("rows.jsonl", **STORED), rows), GOOD))
    found = []
    for one in read([path]):
        if not found:
            with open(path, "r+b") as file:
                file.seek(len(rows) // 2)
                file.write(b"+")
        found.append(one)
    kinds = [kind for _, kind in told(found)]
    assert kinds[-2:] == ["archive", "read"]
    assert "was changed" in found[-2].error.message


@pytest.mark.parametrize("where", ["file", "by its bytes", "folder", "seekable", "pipe"])
def test_wherever_it_comes_from(tmp_path, where):
    data = packed(("a.jsonl", LINES), GOOD)
    path = tmp_path / ("reports.zip" if where in ("file", "folder") else "reports")
    path.write_bytes(data)
    given = {"file": path, "by its bytes": path, "folder": tmp_path}.get(where, "-")
    stdin = io.BytesIO(data) if where == "seekable" else Pipe(data)
    found = list(read([given], stdin=stdin))
    name = "-" if given == "-" else str(path)
    assert told(found) == [(f"{name}/{each}", "read") for each in ("a.jsonl:1", "a.jsonl:3", "good.txt")]


def test_a_pipe_is_kept_only_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(archives, "UNPACKED", 100_000)
    (failure,) = read(["-"], stdin=Pipe(b"PK\x03\x04" + bytes(200_000)))
    assert (failure.error.kind, failure.error.where) == ("too-large", "-")


def test_nothing_is_written_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read_packed(packed(("../out.txt", TEXT), ("in/side.txt", TEXT), ("/tmp/dragoman-abs.txt", TEXT)))
    assert list(tmp_path.parent.glob("out.txt")) == list(tmp_path.iterdir()) == []
    assert not Path("/tmp/dragoman-abs.txt").exists()


class Pipe(io.RawIOBase):
    """Bytes that come once, as from another program."""

    def __init__(self, data):
        self.held = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.held.readinto(buffer)
