"""Folders of any size: the files below one in the order of their paths, without holding all their names at once."""

import heapq
import json
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO

# Names of one folder that are sorted in memory; more are sorted in parts, which wait in files without a name.
NAMES = 50_000

Entry = tuple[str, bool]


def walk(folder: str) -> Iterator[str | OSError]:
    """Paths of the files below a folder, hidden ones left out, in the order of their parts.

    Folders that are links are not entered; one that cannot be opened is an error in its place.
    """
    paths, waiting = [folder], [_entries(folder)]
    while waiting:
        try:
            name, is_folder = next(waiting[-1], ("", False))
        except OSError as error:
            yield error
            name, is_folder = "", False
        path = os.path.join(paths[-1], name)
        if is_folder:
            paths.append(path)
            waiting.append(_entries(path))
        elif name:
            yield path
        else:
            paths.pop()
            waiting.pop()


def _entries(folder: str) -> Iterator[Entry]:
    """The names in a folder in order, and whether each is a folder's."""
    parts: list[IO[str]] = []
    try:
        with os.scandir(folder) as scanned:
            entries = (_entry(each) for each in scanned if not each.name.startswith(".") and not _is_linked(each))
            held = sorted(islice(entries, NAMES))
            while len(held) == NAMES:
                parts.append(_aside(held))
                held = sorted(islice(entries, NAMES))
        yield from heapq.merge(*map(_read, parts), held)
    finally:
        for part in parts:
            part.close()


def _entry(each: "os.DirEntry[str]") -> Entry:
    return each.name, each.is_dir(follow_symlinks=False)


def _is_linked(each: "os.DirEntry[str]") -> bool:
    """Whether this is a link to a folder, which may lead in a circle."""
    return each.is_symlink() and each.is_dir()


def _aside(entries: list[Entry]) -> IO[str]:
    """Entries written to a file without a name; names of bytes that are no characters become escapes there."""
    part = tempfile.TemporaryFile("w+", encoding="ascii")
    part.writelines(json.dumps(entry) + "\n" for entry in entries)
    part.seek(0)
    return part


def _read(part: IO[str]) -> Iterator[Entry]:
    for line in part:
        name, is_folder = json.loads(line)
        yield name, is_folder
