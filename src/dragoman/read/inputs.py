"""Which reader an input needs: by where it is, by its extension, and by what it looks like."""

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from dragoman.errors import InputError
from dragoman.read.ahead import Ahead
from dragoman.read.archives import is_archive, read_archive
from dragoman.read.encodings import characters, is_wide
from dragoman.read.lines import read_json, read_lines
from dragoman.read.pages import looks_like_page, read_page
from dragoman.read.readings import Draft, failure
from dragoman.read.tables import read_table
from dragoman.read.texts import read_text
from dragoman.records import ArticleHead, Failure

# Bytes of a file that is read whole; JSON Lines and tables are streams and may be of any size.
FILE_LIMIT = 50_000_000
# Bytes that tell what an input without a telling name is.
SAMPLE = 4_096
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

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


def drafts(given: Input, *, stdin: BinaryIO | None = None, allow: Callable[..., bool] | None = None) -> Drafts:
    """All reports of one input, as far as its format tells them; a draft is one report, taken as it is."""
    if isinstance(given, Draft):
        yield given
    elif isinstance(given, Opened):
        yield from _stream(given.stream, _name(given.name), _named(given.name))
    elif given == "-":
        yield from _standard_input(stdin)
    elif isinstance(given, str) and SCHEME.match(given):
        yield from _address(given, allow)
    else:
        yield from _path(Path(given))


def _path(path: Path) -> Drafts:
    """The reports of a file, or of all files in a folder."""
    if not path.is_dir():
        yield from _file(path)
        return
    files, troubles = _files(path)
    for trouble in troubles:
        yield _unreadable(trouble, _name(trouble.filename or path))
    for each in files:
        yield from _file(each) if each.is_file() else [_irregular(each)]
    if not files and not troubles:
        yield failure(InputError("the folder holds no files; expected at least one", kind="empty"), _name(path))


def _files(folder: Path) -> tuple[list[Path], list[OSError]]:
    """Files below the folder in order of their paths, hidden ones left out; and the folders that cannot be opened."""
    files: list[Path] = []
    troubles: list[OSError] = []
    for inner, folders, names in os.walk(folder, onerror=troubles.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(inner, name) for name in names if not name.startswith("."))
    return sorted(files), troubles


def _file(path: Path) -> Drafts:
    where = _name(path)
    if not _is_name(path):
        yield failure(InputError("no file can have this name", kind="unreadable"), where)
        return
    try:
        with open(path, "rb") as stream:
            yield from _stream(stream, where, _named(path.name))
    except OSError as error:
        yield _unreadable(error, where)


def _standard_input(stdin: BinaryIO | None) -> Drafts:
    if stdin is None:
        yield failure(InputError("there is no standard input to read", kind="unreadable"), "-")
        return
    try:
        yield from _stream(stdin, "-", None)
    except OSError as error:
        yield _unreadable(error, "-")


def _address(url: str, allow: Callable[..., bool] | None) -> Drafts:
    from dragoman.read import fetch  # the HTTP library loads with the first address

    try:
        fetched = fetch.fetch(url, allow=allow or fetch.is_public)
    except InputError as error:
        yield failure(error, _name(url), ArticleHead(id="", url=_name(url)))
        return
    kind = MEDIA.get(fetched.media)
    yield from _stream(io.BytesIO(fetched.data), _name(url), kind, url=_name(url), charset=fetched.charset)


def _stream(
    stream: BinaryIO, where: str, kind: str | None, *, url: str | None = None, charset: str | None = None
) -> Drafts:
    """The reports of a stream of the given kind; where no kind is given, of the kind that its beginning looks like."""
    ahead = Ahead(stream)
    kind = _kind(ahead.first_line(SAMPLE), kind)
    found = False
    for draft in _archive(stream, ahead, where) if kind == "archive" else _read(ahead, where, kind, url, charset):
        found = True
        yield draft
    if not found:
        yield failure(InputError("there is no report in it; expected at least one", kind="empty"), where)


def _read(stream: Ahead, where: str, kind: str, url: str | None, charset: str | None) -> Drafts:
    match kind:
        case "lines":
            return read_lines(stream, where)
        case "csv":
            return read_table(stream, where)
        case "tsv":
            return read_table(stream, where, delimiter="\t")
        case _:
            return _whole(stream, where, kind, url, charset)


def _archive(stream: BinaryIO, ahead: Ahead, where: str) -> Drafts:
    """The reports of an archive's members, each of which is read as a file of its own would be."""
    return read_archive(
        stream if stream.seekable() else cast("BinaryIO", ahead),
        where,
        lambda member, place, name: _stream(member, place, _named(name)),
    )


def _whole(stream: Ahead, where: str, kind: str, url: str | None, charset: str | None) -> Drafts:
    """The reports of an input that is read whole."""
    data = stream.read(FILE_LIMIT + 1)
    head = ArticleHead(id="", url=url)
    if len(data) > FILE_LIMIT:
        message = f"the input has more than {FILE_LIMIT:,} bytes; expected one report, or many in a .jsonl or .csv file"
        yield failure(InputError(message, kind="too-large"), where, head)
        return
    if kind == "json":
        yield from read_json(data, where)
        return
    try:
        if kind == "page":
            yield read_page(data, where, url=url, charset=charset)
        else:
            yield read_text(data, where, url=url, charset=charset)
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


def _named(name: str) -> str | None:
    """The kind that a file's name tells by its end."""
    return KINDS.get(Path(name).suffix.lower())


def _irregular(path: Path) -> Failure:
    return failure(InputError("this is no file that can be read to its end", kind="unreadable"), _name(path))


def _unreadable(error: OSError, where: str) -> Failure:
    reason = (error.strerror or str(error)).lower()
    return failure(InputError(f"cannot be opened or read: {reason}", kind="unreadable"), where)


def _is_name(path: Path) -> bool:
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _name(path: str | Path) -> str:
    """The path as text that can be written down; bytes that are no characters show as escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
