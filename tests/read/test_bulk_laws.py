"""Laws of bulk input: whatever is changed in a file, it is read to its end, as a whole and in units alike."""

import gzip
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.read import Reading, read
from dragoman.read.ahead import Ahead, Part
from dragoman.read.bulk import read_unit, units
from dragoman.read.packed import Unpacked
from dragoman.records import Failure

from .made import WHOLE, answer, chunked, lines, packed, record, table

STORY = b"<html><body><p>Chad thanked Sudan for its help on Monday, and both agreed to meet.</p></body></html>"
RECORDS = [
    record(answer(STORY), url=b"http://harbour.example/1"),
    record(b"Chad thanked Sudan.", kind=b"conversion", content=b"text/plain"),
    record(answer(chunked(gzip.compress(STORY)), b"Transfer-Encoding: chunked", b"Content-Encoding: gzip")),
    record(b"GET / HTTP/1.1\r\n\r\n", kind=b"request"),
]
PIECES = [
    *(b"WARC/1.0\r\n", b"\r\n\r\n", b"\r\n", b"Content-Length: 9\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"),
    *(b"HTTP/1.1 200 OK\r\n", b"\0" * 40, b"\xff", b"PAR1", b"\n", b'"', b"{"),
    *(gzip.compress(b"WARC/1.0\r\n"), gzip.compress(RECORDS[1])),
]


def arrow() -> bytes:
    table_of, writer = pytest.importorskip("pyarrow").table, pytest.importorskip("pyarrow.parquet")
    held = io.BytesIO()
    columns = {"id": ["a", "b", "c", "d"], "text": ["Chad thanked Sudan.", "Mali agreed.", "Niger left.", None]}
    writer.write_table(table_of(columns), held, row_group_size=2)
    return held.getvalue()


SOUND = {
    "a.warc": b"".join(RECORDS),
    "a.warc.gz": b"".join(map(gzip.compress, RECORDS)),
    "b.warc.gz": gzip.compress(b"".join(RECORDS)),
    "a.jsonl": lines(4),
    "a.jsonl.gz": packed(lines(4), "gzip"),
    "a.jsonl.zst": packed(lines(4), "zstd"),
    "a.csv.gz": packed(table(4), "gzip"),
    "a.parquet": arrow(),
    "a": b"".join(map(gzip.compress, RECORDS)),
}
CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES) | st.binary(max_size=6))


def changed(data: bytes, changes) -> bytes:
    """The bytes with a few taken out, and others put in, at some places."""
    for share, removed, put in changes:
        place = int(share * len(data))
        data = data[:place] + put + data[place + removed :]
    return data


def told(one):
    """What a report or failure is by itself; that a report came before is not known to a unit."""
    if isinstance(one, Failure) and one.error.kind != "duplicate":
        return one.error.where, one.error.message
    return one.error.where if isinstance(one, Failure) else one.where


@pytest.mark.parametrize("name", SOUND)
@settings(
    max_examples=1_000 if WHOLE else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.lists(CHANGE, max_size=3), cut=st.floats(0, 1) | st.none())
def test_whatever_is_changed(tmp_path, name, changes, cut):
    data = changed(SOUND[name], changes)
    path = tmp_path / name
    path.write_bytes(data if cut is None else data[: int(cut * len(data))])
    whole = list(read([path]))
    assert whole
    for one in whole:
        assert isinstance(one, Reading | Failure)
        assert isinstance(one, Reading) or (one.error.kind and one.error.message and one.error.where)
    for size in (1, 3):
        found = [one for unit in units([path], size=size) for one in read_unit(unit)]
        assert [told(one) for one in found] == [told(one) for one in whole]


@given(data=st.binary(max_size=300), sizes=st.lists(st.integers(1, 40), max_size=9), parts=st.integers(1, 4))
def test_unpacking_in_any_steps_loses_nothing(data, sizes, parts):
    step = len(data) // parts + 1
    packed_data = b"".join(gzip.compress(data[k : k + step]) for k in range(0, len(data), step)) or gzip.compress(b"")
    stream = Unpacked(io.BytesIO(packed_data))
    taken = b"".join(stream.readline(size) if size % 2 else stream.read(size) for size in sizes)
    assert taken + stream.read() == data


@given(data=st.binary(max_size=60), size=st.integers(0, 70), sizes=st.lists(st.integers(0, 20), max_size=8))
def test_a_part_ends_where_it_should(data, size, sizes):
    part = Ahead(Part(io.BytesIO(data), size))
    taken = b"".join(part.readline(step) if step % 2 else part.read(step) for step in sizes)
    assert taken + part.read() == data[:size]
