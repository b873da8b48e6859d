"""Coding into a store: a coder, the store, and how many reports were new, stored before, corrected or forgotten."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from dragoman.coder import Coder
from dragoman.read.readings import Reading
from dragoman.records import Coding, Failure
from dragoman.store import keeping
from dragoman.store.grouping import group
from dragoman.store.opening import open_store, place_of

Keep = Callable[[Iterable[Reading | Failure]], Iterator[Coding | Failure]]


@contextlib.contextmanager
def kept(where: str, load: Callable[[], Coder], counts: Counter[str], *, again: bool) -> Iterator[tuple[Coder, Keep]]:
    """A coder, and what codes readings and stores them; `again` codes also what is stored, as it is to be written."""
    with open_store(place_of(where)) as store:
        coder = load()

        def keep(readings: Iterable[Reading | Failure]) -> Iterator[Coding | Failure]:
            for one in keeping.keep(store, readings, coder.pipe, coder.rules.ontology, again=again):
                if one.outcome:
                    counts[one.outcome] += 1
                if one.result is not None:
                    yield one.result

        yield coder, keep
        group(store)
