"""The folder of a run: its shards, its manifest, what it was made with, and what is still in work."""

import contextlib
import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dragoman.errors import OutputError
from dragoman.records import CoderInfo, Record
from dragoman.scale.shards import Job, Line, Options

MANIFEST = "manifest.jsonl"
ABOUT = "run.json"
# Files of shards that are not whole, and side files of what is in hand.
WORK = ".work"
# Where shards go whose place in the input now holds other reports.
SUPERSEDED = "superseded"
ENDING = ".parquet"
# Seconds after which what another run left in work is nobody's: no shard takes a day.
LEFT = 86_400


class About(Record, frozen=True, kw_only=True):
    """What all shards of a folder were made with, so that nothing is mixed in one."""

    coder: CoderInfo
    options: Options
    size: int


def shard_file(folder: str | Path, name: str) -> Path:
    """The file of a shard that is whole."""
    return Path(folder, name + ENDING)


def aside_file(folder: str | Path, name: str) -> Path:
    """The file that this process writes a shard to until it is whole."""
    return Path(folder, WORK, f"{name}.{socket.gethostname()}.{os.getpid()}.part")


def side_file(folder: str | Path, name: str) -> Path:
    """The file that says what is in hand of a shard."""
    return Path(folder, WORK, f"{name}.hand")


def settle(aside: Path, path: Path) -> None:
    """Give a file that is whole its name, for good: also after the machine has lost its power.

    Raises `OutputError` where that cannot be done.
    """
    try:
        aside.replace(path)
        _sync(path.parent)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.exists():
            return  # another run has made the same shard meanwhile, and swept
        raise OutputError(f"cannot be written: {error}", kind="output", where=str(path)) from error


def prepare(job: Job, size: int) -> None:
    """Make the folder, or see that what is in it was made alike; raises `OutputError` where not."""
    folder, about = Path(job.folder), About(coder=job.coder, options=job.options, size=size)
    try:
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        before = _about(folder / ABOUT)
        if before is None:
            aside = aside_file(folder, ABOUT)
            aside.write_bytes(msgspec.json.format(msgspec.json.encode(about)) + b"\n")
            aside.replace(folder / ABOUT)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=job.folder) from error
    if before is not None and before != about:
        raise OutputError(f"{folder} was made otherwise ({_difference(before, about)}): choose another folder")


def _about(path: Path) -> About | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=About)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise OutputError(f"cannot be read: {error}", kind="output", where=str(path)) from error


def _difference(before: About, now: About) -> str:
    """What differs, in words: "rules: 0f3a, now 77c1"."""
    pairs = [
        (name, getattr(one, name), getattr(other, name))
        for one, other in ((before.coder, now.coder), (before.options, now.options), (before, now))
        for name in one.__struct_fields__
        if not isinstance(getattr(one, name), Record)
    ]
    return ", ".join(f"{name}: {one}, now {other}" for name, one, other in pairs if one != other)


def read_manifest(folder: str | Path) -> dict[str, Line]:
    """The lines of the manifest by shard, the last of each; half lines of a run that was killed are passed over."""
    lines: dict[str, Line] = {}
    try:
        with open(Path(folder, MANIFEST), "rb") as file:
            for text in file:
                try:
                    line = msgspec.json.decode(text, type=Line)
                except msgspec.MsgspecError:
                    continue
                lines[line.shard] = line
    except FileNotFoundError:
        pass
    return lines


def append_line(folder: str | Path, line: Line) -> None:
    """Add a line to the manifest, in one piece and synced; behind half a line it begins a new one.

    Raises `OutputError` where it cannot be written.
    """
    path = Path(folder, MANIFEST)
    try:
        with open(path, "a+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(end - 1, 0))
            torn = end > 0 and file.read(1) != b"\n"
            file.write(b"\n" * torn + msgspec.json.encode(line) + b"\n")
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=str(path)) from error


def sweep(folder: str | Path, names: Iterable[bytes]) -> None:
    """Remove what runs that were killed left of shards that are settled now, and whatever is older than a day."""
    settled = set(names)
    for path in Path(folder, WORK).iterdir():
        name = path.name.split(".")[0]
        if (len(name) % 2 == 0 and _is_hex(name) and bytes.fromhex(name) in settled) or _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """Whether a file is older than a day; one that is gone meanwhile was of another part of an array job."""
    try:
        return time.time() - path.stat().st_mtime > LEFT
    except FileNotFoundError:
        return False


def supersede(folder: str | Path, lines: Iterable[Line], names: set[bytes], paths: set[str]) -> int:
    """Move shards away whose input is among those just read but holds other reports now; gives their number."""
    moved = 0
    for line in lines:
        path = shard_file(folder, line.shard)
        if line.path in paths and bytes.fromhex(line.shard) not in names and path.exists():
            Path(folder, SUPERSEDED).mkdir(exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # another part of an array job was quicker
                path.replace(Path(folder, SUPERSEDED, path.name))
                moved += 1
    return moved


def _is_hex(text: str) -> bool:
    return bool(text) and not text.strip("0123456789abcdef")


def _sync(folder: Path) -> None:
    """Write down that a name was given; what cannot be opened for that (Windows) does it by itself."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    finally:
        os.close(number)
