"""Laws of the readers: any bytes are a reading or a failure, and the text of a text file is its own."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.read import Reading, read
from dragoman.read.ahead import Ahead
from dragoman.records import Failure

PIECES = st.sampled_from(
    [
        *(b'{"text": "', b'"}', b"\n", b"\r\n", b'"', b"[", b"]", b",", b"{", b"id,text\n"),
        *(b"<!DOCTYPE html>", b"<html>", b"<p>", b"</p>", b"Chad thanked Sudan.", b"2013-06-17"),
        *(b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9", b"\xf0\x9f\x98\x80", b"\\ud800"),
    ]
)
BYTES = st.binary(max_size=200) | st.lists(PIECES | st.binary(max_size=8), max_size=12).map(b"".join)
NAMES = st.sampled_from(["a.txt", "a.html", "a.jsonl", "a.json", "a.csv", "a.tsv", "a", "-"])


@settings(max_examples=300, deadline=None)
@given(data=BYTES, name=NAMES)
def test_any_bytes_are_a_reading_or_a_failure(tmp_path_factory, data, name):
    path = tmp_path_factory.getbasetemp() / name
    if name != "-":
        path.write_bytes(data)
    results = list(read([name if name == "-" else path], stdin=io.BytesIO(data)))
    assert results
    for result in results:
        assert isinstance(result, Reading | Failure)
        if isinstance(result, Reading):
            assert result.article.text.strip()
            assert 0 <= result.story_end <= len(result.article.text)
            assert result.article.id
        else:
            assert result.error.kind
            assert result.error.message
            assert result.error.where


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200), mark=st.booleans())
def test_text_is_what_the_file_holds(tmp_path_factory, text, mark):
    path = tmp_path_factory.getbasetemp() / "same.txt"
    path.write_bytes((b"\xef\xbb\xbf" if mark or text.startswith("\ufeff") else b"") + text.encode("utf-8"))
    (result,) = read([path])
    if isinstance(result, Reading):
        assert result.article.text == text


@given(data=st.binary(max_size=60), sizes=st.lists(st.integers(0, 20), max_size=8), ahead=st.integers(0, 30))
def test_reading_ahead_loses_nothing(data, sizes, ahead):
    stream = Ahead(io.BytesIO(data))
    assert data.startswith(stream.peek(ahead))
    assert data.startswith(stream.first_line(ahead))
    taken = b"".join(stream.readline(size) if size % 2 else stream.read(size) for size in sizes)
    assert taken + stream.read() == data
