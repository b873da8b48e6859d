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
    "Account": "dragoman.records",
    "Article": "dragoman.records",
    "Coder": "dragoman.coder",
    "Coding": "dragoman.records",
    "Commitment": "dragoman.records",
    "Date": "dragoman.records",
    "DistinctEvent": "dragoman.records",
    "DragomanError": "dragoman.errors",
    "Entity": "dragoman.records",
    "Entry": "dragoman.records",
    "Event": "dragoman.records",
    "Failure": "dragoman.records",
    "InputError": "dragoman.errors",
    "ModelError": "dragoman.errors",
    "Quote": "dragoman.records",
    "RuleError": "dragoman.errors",
    "Rules": "dragoman.rules",
    "Span": "dragoman.records",
    "Store": "dragoman.store",
    "StoreError": "dragoman.errors",
    "code": "dragoman.coder",
    "distinct": "dragoman.resolve.happenings",
    "ledger_of": "dragoman.ledger",
    "open_store": "dragoman.store",
    "show": "dragoman.export.pages",
    "standing_on": "dragoman.edge",
    "to_arrow": "dragoman.export.frames",
    "to_pandas": "dragoman.export.frames",
    "to_polars": "dragoman.export.frames",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - a sorted list is one


def __dir__() -> list[str]:
    """The public names too, although none is loaded before it is used."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import dragoman` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'dragoman' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
