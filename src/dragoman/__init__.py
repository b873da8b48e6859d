"""Dragoman reads news reports and records who did or said what to whom, with the words that prove it.

    bytes -> Article -> Document -> mentions, dates, events -> Coding

>>> import dragoman
>>> coding = dragoman.code("France condemned the Russian attack on Odesa.", published="2022-07-23")
>>> [(event.type, event.actor[0].code, event.recipient[0].code) for event in coding.events]
[('ACCUSE', 'FRA', 'RUS')]
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dragoman.coder import Coder as Coder

_HOMES = {
    "Article": "dragoman.records",
    "Coder": "dragoman.coder",
    "Coding": "dragoman.records",
    "Commitment": "dragoman.records",
    "Date": "dragoman.records",
    "DragomanError": "dragoman.errors",
    "Entity": "dragoman.records",
    "Event": "dragoman.records",
    "Failure": "dragoman.records",
    "InputError": "dragoman.errors",
    "ModelError": "dragoman.errors",
    "Quote": "dragoman.records",
    "RuleError": "dragoman.errors",
    "Rules": "dragoman.rules",
    "Span": "dragoman.records",
    "code": "dragoman.coder",
    "show": "dragoman.export.pages",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - a sorted list is one


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import dragoman` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'dragoman' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
