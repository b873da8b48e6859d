"""`dragoman show`: one report as a page for people, with what was read in it and why."""

import datetime
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from dragoman.errors import InputError
from dragoman.export.pages import View, show
from dragoman.read import Reading, read
from dragoman.records import Coding, Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from dragoman.coder import Coder


def run(report: str, id: str | None, published: datetime.date | None, output: str, load: "Callable[[], Coder]") -> int:
    """Write the page; gives the exit status 0, or 1 where the report cannot be coded."""
    coder = load()
    found = _reading(report, id, published, coder)
    if isinstance(found, Failure):
        if found.error.kind in {"unreadable", "fetch"}:
            raise InputError(found.error.message, kind=found.error.kind, where=found.error.where)
        _say(f"{found.error.where}: {found.error.message}")
        return 1
    (coding,) = coder.pipe([found])
    assert isinstance(coding, Coding)  # what could be read is coded
    view = show(coding, found.article.text, story_end=found.story_end, ontology=coder.rules.ontology)
    _write(view, output)
    return 0


def _reading(report: str, id: str | None, published: datetime.date | None, coder: "Coder") -> Reading | Failure:
    """The report of that id, or the first one; says so where there are more."""
    readings = read(
        [report], published=published, stdin=sys.stdin.buffer, dateline=coder.dateline, today=datetime.date.today()
    )
    wanted = list(itertools.islice((found for found in readings if id in (None, found.article.id)), 2))
    if not wanted:
        raise InputError(f"there is no report with the id {id!r} in it", kind="id", where=report)
    if id is None and len(wanted) == 2:
        _say(f"{report} holds more than one report; this is {wanted[0].article.id!r}, --id chooses another")
    return wanted[0]


def _write(view: View, output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(view.html.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    else:
        view.save(Path(output))


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
