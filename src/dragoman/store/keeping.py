"""Readings coded and stored, one after the other: what is stored already is not coded again."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dragoman.errors import InputError
from dragoman.read.readings import Reading, failure
from dragoman.records import Coding, Failure
from dragoman.rules.ontology import Ontology
from dragoman.store.opening import Store
from dragoman.store.saving import Outcome, known, save

Pipe = Callable[[Iterable[Reading | Failure]], Iterable[Coding | Failure]]
# Readings that are coded at a time: as many as the coder parses in one batch.
BATCH = 16


class Kept(NamedTuple):
    """What became of a reading: its coding or why there is none, and what the store made of it.

    `result` is None where the report was stored before and was not coded again, `outcome` where there is no coding.
    """

    given: Reading | Failure
    result: Coding | Failure | None
    outcome: Outcome | None


def keep(
    store: Store,
    readings: Iterable[Reading | Failure],
    pipe: Pipe,
    ontology: Ontology,
    *,
    again: bool = False,
    batch: int = BATCH,
) -> Iterator[Kept]:
    """Code readings and store their codings as soon as they are there, in order; `again` also what is stored.

    `pipe` gives a coding or a failure for each reading or failure. Stories are left to `grouping.group`.
    """
    iterator = iter(readings)
    while some := tuple(itertools.islice(iterator, batch)):
        before = [_known(store, one) if not again else None for one in some]
        results = iter(pipe([one for one, stored in zip(some, before, strict=True) if stored is None]))
        for one, stored in zip(some, before, strict=True):
            yield Kept(one, None, stored) if stored else _saved(store, one, next(results), ontology)


def _known(store: Store, given: Reading | Failure) -> Outcome | None:
    return known(store, given.article) if isinstance(given, Reading) else None


def _saved(store: Store, given: Reading | Failure, result: Coding | Failure, ontology: Ontology) -> Kept:
    """The coding stored; one that cannot be is a failure of that report only."""
    if isinstance(result, Failure) or isinstance(given, Failure):
        return Kept(given, result, None)
    try:
        return Kept(given, result, save(store, result, ontology, words=given.article.text))
    except InputError as error:
        told = InputError(error.message, kind=error.kind)  # `where` is then the place it was read, not its id
        return Kept(given, failure(told, given.where, result.article), None)
