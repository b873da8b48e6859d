"""Which reader an input needs: by where it is, by its extension, and by what it looks like."""

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead, Readable
from dragoman.read.archives import is_archive, read_archive
from dragoman.read.captures import is_capture
from dragoman.read.encodings import characters, is_wide
from dragoman.read.folders import walk
from dragoman.read.lines import read_json, read_lines
from dragoman.read.packed import Unpacked, packing_of, whole
from dragoman.read.pages import looks_like_page, read_page
from dragoman.read.parquet import MAGIC, read_parquet
from dragoman.read.readings import Draft, failure, refuse
from dragoman.read.tables import read_table
from dragoman.read.texts import read_text
from dragoman.read.warcs import read_warc
from dragoman.records import ArticleHead, Failure

# Bytes of a file that is read whole; JSON Lines and tables are streams and may be of any size.
FILE_LIMIT = 50_000_000
# Bytes that tell what an input without a telling name is.
SAMPLE = 4_096
DELIMITERS = {"tsv": "\t"}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

# What files are by the ends of their names; uploads and members of archives too.
KINDS = {
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".zip": "archive",
}
# What only a file can be that somebody has on disk, where it can be read in parts and is no stranger's.
FILE_KINDS = KINDS | {
    ".gz": "packed",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
    ".zst": "packed",
}
MEDIA = {
    "text/html": "page",
    "application/xhtml+xml": "page",
    "text/plain": "text",
    "application/json": "json",
    "application/x-ndjson": "lines",
    "application/jsonl": "lines",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/zip": "archive",
    "application/x-zip-compressed": "archive",
}

Drafts = Iterator[Draft | Failure]


class Opened(NamedTuple):
    """An input that is open already, with the name that it is told by: an upload is known by no path."""

    name: str
    stream: BinaryIO


Input = str | Path | Opened | Draft


class FileKind(NamedTuple):
    """What a file is, and whether it is packed with gzip or zstd."""

    kind: str
    packed: bool = False


def drafts(given: Input, *, stdin: BinaryIO | None = None, allow: Callable[..., bool] | None = None) -> Drafts:
    """All reports of one input, as far as its format tells them; a draft is one report, taken as it is."""
    if isinstance(given, Draft):
        yield given
    elif isinstance(given, Opened):
        yield from _stream(given.stream, shown_name(given.name), _named(given.name))
    elif given == "-":
        yield from _standard_input(stdin)
    elif isinstance(given, str) and SCHEME.match(given):
        yield from _address(given, allow)
    else:
        yield from _path(Path(given))


def read_member(path: str) -> Drafts:
    """The reports of a file that was found in a folder, where there are pipes and sockets too."""
    yield from _file(path) if os.path.isfile(path) else [_irregular(path)]


def spread(stream: BinaryIO, where: str, kind: FileKind, start: int = 0, stop: int | None = None) -> Drafts:
    """The reports of an open file of lines or rows, from number `start` to before `stop`, counted from 0."""
    ahead = Ahead(Unpacked(stream) if kind.packed else stream)
    match kind.kind:
        case "parquet":
            return read_parquet(stream, where, start=start, stop=stop)
        case "csv" | "tsv":
            return read_table(ahead, where, delimiter=DELIMITERS.get(kind.kind), start=start, stop=stop)
        case _:
            return read_lines(ahead, where, start=start, stop=stop)


def file_kind(stream: BinaryIO, name: str) -> FileKind:
    """The kind of an open file, by its name where that tells it, else by its beginning; it is wound back."""
    if known := kind_by_name(name):
        return known
    named = _named(name, FILE_KINDS)
    head = Ahead(stream).first_line(SAMPLE)
    stream.seek(0)
    if named == "packed" or (named is None and packing_of(head)):
        return _packed_kind(stream, head, PurePath(name).stem if named else name)
    if named is None and is_capture(head):
        return FileKind("warc")
    return FileKind("parquet" if named is None and head.startswith(MAGIC) else _kind(head, named))


def kind_by_name(name: str) -> FileKind | None:
    """The kind of a file whose name alone tells it."""
    named = _named(name, FILE_KINDS)
    return None if named in (None, "lines", "packed") else FileKind(str(named))


def _packed_kind(stream: BinaryIO, head: bytes, inner: str) -> FileKind:
    """What a packed file holds; archives in it are taken for texts, which refuse them."""
    packed, named = packing_of(head) is not None, _named(inner, FILE_KINDS)
    try:
        head = Ahead(Unpacked(stream)).first_line(SAMPLE) if packed else head
    except InputError:
        head = b""
    stream.seek(0)
    if named == "warc" or (named is None and is_capture(head)):
        return FileKind("warc", packed)
    kind = _kind(head, named if named in KINDS.values() else None)
    return FileKind("text" if kind == "archive" else kind, packed)


def _path(path: Path) -> Drafts:
    """The reports of a file, or of all files in a folder."""
    if not path.is_dir():
        yield from _file(path)
        return
    found = False
    for each in walk(str(path)):
        found = True
        yield from [unreadable(each, path)] if isinstance(each, OSError) else read_member(each)
    if not found:
        yield failure(InputError("the folder holds no files; expected at least one", kind="empty"), shown_name(path))


def _file(path: str | Path) -> Drafts:
    where = shown_name(path)
    if not _is_name(path):
        yield failure(InputError("no file can have this name", kind="unreadable"), where)
        return
    try:
        with open(path, "rb") as stream:
            if stream.seekable():
                yield from _opened(stream, where, file_kind(stream, str(path)))
            else:
                yield from _piped(stream, where, _named(str(path)))
    except OSError as error:
        yield unreadable(error, where)


def _opened(stream: BinaryIO, where: str, kind: FileKind) -> Drafts:
    match kind.kind:
        case "warc":
            return _found(read_warc(stream, where), where)
        case "parquet":
            return _found(read_parquet(stream, where), where)
        case _:
            return _stream(Unpacked(stream) if kind.packed else stream, where, kind.kind)


def _standard_input(stdin: BinaryIO | None) -> Drafts:
    if stdin is None:
        yield failure(InputError("there is no standard input to read", kind="unreadable"), "-")
        return
    try:
        yield from _piped(stdin, "-", None)
    except OSError as error:
        yield unreadable(error, "-")


def _piped(stream: BinaryIO, where: str, kind: str | None) -> Drafts:
    """The reports of what can be read only once, packed or not; what has to be read here and there is refused."""
    ahead = Ahead(stream)
    try:
        if packing_of(ahead.first_line(SAMPLE)):
            ahead = Ahead(Unpacked(ahead))
        head = ahead.first_line(SAMPLE)
    except InputError as error:
        yield failure(error, where)
        return
    if is_capture(head) or head.startswith(MAGIC):
        message = "an archive of the web or a Parquet table cannot be read from a pipe; give it as a file"
        yield failure(InputError(message, kind="unreadable"), where)
        return
    yield from _stream(ahead, where, kind)


def _address(url: str, allow: Callable[..., bool] | None) -> Drafts:
    from dragoman.read import fetch  # the HTTP library loads with the first address

    try:
        fetched = fetch.fetch(url, allow=allow or fetch.is_public)
    except InputError as error:
        yield failure(error, shown_name(url), ArticleHead(id="", url=shown_name(url)))
        return
    kind = MEDIA.get(fetched.media)
    yield from _stream(io.BytesIO(fetched.data), shown_name(url), kind, url=shown_name(url), charset=fetched.charset)


def _stream(
    stream: Readable, where: str, kind: str | None, *, url: str | None = None, charset: str | None = None
) -> Drafts:
    """The reports of a stream of the given kind; where no kind is given, of the kind that its beginning looks like."""
    ahead = Ahead(stream)
    try:
        kind = _kind(ahead.first_line(SAMPLE), kind)
    except InputError as error:
        return iter([failure(error, where)])
    return _found(_archive(ahead, where) if kind == "archive" else _read(ahead, where, kind, url, charset), where)


def _found(drafts: Drafts, where: str) -> Drafts:
    """The reports of an input, and a failure where there are none."""
    found = False
    for draft in drafts:
        found = True
        yield draft
    if not found:
        yield nothing(where)


def nothing(where: str) -> Failure:
    """An input without any report."""
    return failure(InputError("there is no report in it; expected at least one", kind="empty"), where)


def _read(stream: Ahead, where: str, kind: str, url: str | None, charset: str | None) -> Drafts:
    match kind:
        case "lines":
            return read_lines(stream, where)
        case "csv":
            return read_table(stream, where)
        case "tsv":
            return read_table(stream, where, delimiter=DELIMITERS[kind])
        case _:
            return _whole(stream, where, kind, url, charset)


def _archive(stream: Ahead, where: str) -> Drafts:
    """The reports of an archive's members, each of which is read as a file of its own would be."""
    return read_archive(stream.wound_back(), where, lambda member, place, name: _stream(member, place, _named(name)))


def _whole(stream: Ahead, where: str, kind: str, url: str | None, charset: str | None) -> Drafts:
    """The reports of an input that is read whole."""
    head = ArticleHead(id="", url=url)
    try:
        data = whole(stream, FILE_LIMIT)
        if len(data) > FILE_LIMIT:
            expected = "expected one report, or many in a .jsonl or .csv file"
            refuse("too-large", f"the input has more than {FILE_LIMIT:,} bytes; {expected}")
        if kind == "json":
            yield from read_json(data, where)
        else:
            read_one = read_page if kind == "page" else read_text
            yield read_one(data, where, url=url, charset=charset)
    except InputError as error:
        yield failure(error, where, head)


def _kind(head: bytes, named: str | None) -> str:
    """The kind that the name tells; else an archive, JSON Lines or a page where it begins like one, else text."""
    if not named and is_archive(head):
        return "archive"
    start = characters(head).lstrip()
    if named == "lines":
        # A list is no lines, and lines of characters of two bytes or more cannot be told apart as bytes.
        return "json" if start.startswith("[") or is_wide(head) else "lines"
    if named:
        return named
    if start.startswith("{"):
        return "json" if is_wide(head) else "lines"
    return "page" if looks_like_page(start) else "text"


def _named(name: str, kinds: Mapping[str, str] = KINDS) -> str | None:
    """The kind that a file's name tells by its end."""
    return kinds.get(PurePath(name).suffix.lower())


def _irregular(path: str) -> Failure:
    return failure(InputError("this is no file that can be read to its end", kind="unreadable"), shown_name(path))


def unreadable(error: OSError, path: str | Path) -> Failure:
    """What cannot be opened or read, and why."""
    reason = (error.strerror or str(error)).lower()
    where = shown_name(error.filename or path)
    return failure(InputError(f"cannot be opened or read: {reason}", kind="unreadable"), where)


def _is_name(path: str | Path) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def shown_name(path: str | Path) -> str:
    """The path as text that can be written down; bytes that are no characters show as escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
