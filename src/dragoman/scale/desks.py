"""What a process codes with, loaded once: the coder and what reading needs of it."""

import datetime
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dragoman.errors import ModelError
from dragoman.read.readings import Reading
from dragoman.records import CoderInfo, Coding, Failure
from dragoman.rules.ontology import Ontology

if TYPE_CHECKING:
    from dragoman.scale.shards import Making


class Desk(NamedTuple):
    """A coder as shards need it: which one it is, reports to codings in order, days in datelines, and the ontology."""

    info: CoderInfo
    pipe: Callable[[Iterable[Reading | Failure]], Iterator[Coding | Failure]]
    dateline: Callable[[str], datetime.date | None]
    ontology: Ontology


@functools.lru_cache(maxsize=1)
def desk_of(making: "Making") -> Desk:
    """The desk that a factory makes; raises `ModelError` where there is no such factory, and what that raises."""
    module, _, name = making.factory.partition(":")
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ModelError(f"there is no coder {making.factory!r}: {error}", kind="missing") from error
    desk: Desk = factory(making)
    return desk


def standard(making: "Making") -> Desk:
    """The coder of this package, with the rules, the model and the learned finder that are asked for."""
    from dragoman.coder import Coder  # what it loads is heavy, and a shard that is there already needs none of it
    from dragoman.parse import DEFAULT_MODEL
    from dragoman.rules import Rules

    coder = Coder(rules=Rules.load(*making.rules), model=making.model or DEFAULT_MODEL, learned=making.learned)
    return Desk(info=coder.info, pipe=coder.pipe, dateline=coder.dateline, ontology=coder.rules.ontology)
