"""What people bring to be added, kept until its turn comes: a text, an address, or files on disk under numbers."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dragoman.errors import InputError
from dragoman.read.inputs import Input, Opened
from dragoman.read.readings import Draft

# Only these lead to the network; anything else could name a file of this machine.
WEB = re.compile(r"https?://\S+", re.IGNORECASE)
# Characters of an address, and of a name that is shown.
ADDRESS, NAME = 4_000, 200
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Parcel(NamedTuple):
    """What is read for one job; `close` lets go of what is kept of it."""

    name: str
    inputs: Callable[[], Iterator[Input]]
    close: Callable[[], None] = lambda: None


def pasted(report: Draft) -> Parcel:
    """A report whose text was typed or pasted."""
    return Parcel(report.title or "pasted text", lambda: iter([report]))


def addressed(address: str) -> Parcel:
    """A page at an address; raises `InputError` where it is none of the web. One without a scheme is tried by https."""
    written = address.strip()
    url = written if ":" in written.partition("/")[0] and "//" in written else f"https://{written}"
    if not written or len(url) > ADDRESS or not WEB.fullmatch(url) or CONTROL.search(url):
        message = "expected the address of a page, which begins with https:// or http://"
        raise InputError(message, kind="address")
    return Parcel(url[:NAME], lambda: iter([url]))


def uploaded(files: Iterable[tuple[str, BinaryIO]]) -> Parcel:
    """Files with the names that their sender gives them, which are shown and tell their kind, and nothing else."""
    folder = tempfile.TemporaryDirectory(prefix="dragoman-", ignore_cleanup_errors=True)
    names: list[str] = []
    for name, stream in files:
        with open(Path(folder.name, str(len(names))), "wb") as kept:
            shutil.copyfileobj(stream, kept)
        names.append(shown_name(name))
    told = names[0] if len(names) == 1 else f"{len(names)} files: {', '.join(names)}"
    return Parcel(told[:NAME], lambda: _opened(Path(folder.name), names), folder.cleanup)


def _opened(folder: Path, names: Iterable[str]) -> Iterator[Input]:
    """The files one after the other, each open only as long as it is read."""
    for number, name in enumerate(names):
        with open(folder / str(number), "rb") as stream:
            yield Opened(name, stream)


def shown_name(name: str) -> str:
    r"""The last part of a file's name, as its sender's system writes names, in a line.

    >>> shown_name("C:\\reports\\may.html"), shown_name("../../etc/passwd"), shown_name("")
    ('may.html', 'passwd', 'file')
    """
    last = CONTROL.sub("", re.split(r"[/\\]", name)[-1]).strip()
    return last[-NAME:] or "file"
