"""Folders: every file once, in one order, however many there are."""

import inspect
import os
import random
import sys
import tracemalloc
from pathlib import Path

import pytest

from dragoman.read import folders, read
from dragoman.read.folders import walk

from .made import WHOLE, sentence, told

NAMES = [
    "b.txt",
    "a",
    "a/z.txt",
    "a/b/c.txt",
    "a.txt",
    "ä.txt",
    "Z.txt",
    "a-b.txt",
    "z\n.txt",
    'q".txt',
    "a/b/.hidden",
    ".git/x.txt",
]


def made(tmp_path, names):
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.suffix and not path.name.startswith("."):
            path.mkdir(exist_ok=True)
        else:
            path.write_text(f"{sentence(1)} {name}", encoding="utf-8")
    return tmp_path


def walked(folder):
    return [os.path.relpath(path, folder) for path in walk(str(folder))]


@pytest.mark.parametrize("held", [1, 2, 3, 50_000])
@pytest.mark.parametrize("seed", range(3))
def test_order(tmp_path, monkeypatch, held, seed):
    """The order of the parts of the paths, however the files were made and however many names are held."""
    monkeypatch.setattr(folders, "NAMES", held)
    names = list(NAMES)
    random.Random(seed).shuffle(names)
    folder = made(tmp_path, names)
    shown = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts and path.name[0] != "."]
    assert walked(folder) == [str(path.relative_to(folder)) for path in sorted(shown, key=lambda path: path.parts)]


def test_names_that_are_no_text(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "NAMES", 1)
    for name in (b"\xff.txt", b"b.txt", b"\xfe.txt"):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text(sentence(1))
    assert [os.fsencode(name) for name in walked(tmp_path)] == [b"b.txt", b"\xfe.txt", b"\xff.txt"]


def test_links_lead_in_no_circle(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text(sentence(1))
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "c.txt").symlink_to(tmp_path / "a" / "b.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "none")
    assert walked(tmp_path) == ["a/b.txt", "broken.txt", "c.txt"]
    assert [kind for kind in told(read([tmp_path])) if kind == "unreadable"] == ["unreadable"]


def test_deep_folders(tmp_path):
    """A folder in a folder, deeper than functions may call one another."""
    depth = len(inspect.stack()) + 60
    (tmp_path / "/".join("d" * depth)).mkdir(parents=True)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth)
    try:
        found = list(walk(str(tmp_path)))
    finally:
        sys.setrecursionlimit(limit)
    assert found == []


def test_pipes_are_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "report.txt").write_text(sentence(1))
    assert told(read([tmp_path]))[0] == "unreadable"


def test_a_folder_that_vanishes_is_told(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.txt").write_text(sentence(1))
    found = walk(str(tmp_path))
    assert os.path.basename(next(found)) == "report.txt"
    (tmp_path / "b" / "report.txt").unlink()
    (tmp_path / "b").rmdir()
    (error,) = found
    assert isinstance(error, OSError)
    assert error.filename == str(tmp_path / "b")


def test_memory_is_flat(tmp_path, monkeypatch):
    """A hundred thousand files in the whole run, five thousand else."""
    count, held = (100_000, 5_000) if WHOLE else (5_000, 250)
    monkeypatch.setattr(folders, "NAMES", held)
    folder = Path("/dev/shm") / f"dragoman-{os.getpid()}" if os.path.isdir("/dev/shm") else tmp_path / "many"
    folder.mkdir()
    try:
        for k in range(count):
            (folder / f"report-{k * 7919 % count:09}.txt").touch()
        tracemalloc.start()
        names = 0
        last = ""
        for path in walk(str(folder)):
            assert path > last
            names, last = names + 1, path
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert names == count
        assert peak < 2_000_000 + held * 300
    finally:
        for entry in os.scandir(folder):
            os.unlink(entry)
        folder.rmdir()
