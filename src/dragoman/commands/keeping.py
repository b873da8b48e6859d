"""Coding into a store: what is stored already is not coded again, the rest is stored as soon as it is coded."""

import collections
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from dragoman.coder import Coder
from dragoman.read.readings import Reading
from dragoman.records import Coding, Failure
from dragoman.store.grouping import group
from dragoman.store.opening import Store, open_store, place_of
from dragoman.store.saving import known, save

Keep = Callable[[Iterable[Reading | Failure]], Iterator[Coding | Failure]]


@contextlib.contextmanager
def kept(where: str, load: Callable[[], Coder], counts: Counter[str], *, again: bool) -> Iterator[tuple[Coder, Keep]]:
    """A coder, and what codes readings and stores them; `again` codes also what is stored, as it is to be written."""
    with open_store(place_of(where)) as store:
        coder = load()

        def keep(readings: Iterable[Reading | Failure]) -> Iterator[Coding | Failure]:
            texts: collections.deque[str | None] = collections.deque()
            wanted = readings if again else _missing(readings, store, counts)
            for result in coder.pipe(_noted(wanted, texts)):
                words = texts.popleft()
                if isinstance(result, Coding):
                    counts[save(store, result, coder.rules.ontology, words=words)] += 1
                yield result

        yield coder, keep
        group(store)


def _missing(readings: Iterable[Reading | Failure], store: Store, counts: Counter[str]) -> Iterator[Reading | Failure]:
    for reading in readings:
        found = known(store, reading.article) if isinstance(reading, Reading) else None
        if found:
            counts[found] += 1
        else:
            yield reading


def _noted(readings: Iterable[Reading | Failure], texts: collections.deque[str | None]) -> Iterator[Reading | Failure]:
    """The readings, their texts noted in order: a coding comes without the text."""
    for reading in readings:
        texts.append(reading.article.text if isinstance(reading, Reading) else None)
        yield reading
