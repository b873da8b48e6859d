"""Reports of inputs that are read twice: first to find those that say nearly the same, then without these."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dragoman.errors import InputError
from dragoman.read.bulk import read_unit, units
from dragoman.read.inputs import SCHEME
from dragoman.read.readings import Reading
from dragoman.records import Failure


def check_files(inputs: Sequence[str], instead: str) -> None:
    """Raise `InputError`, with what to do instead, for what cannot be read twice or may be another the second time."""
    for given in inputs:
        if given == "-" or SCHEME.match(given):
            raise InputError(f"{given!r} can be read once only: {instead}", kind="input")


def thinned(inputs: Sequence[str], options: dict[str, Any]) -> Iterator[Reading | Failure]:
    """The reports in input order, those left out as failures of kind "near-duplicate"; `options` are of `read_unit`."""
    # It brings numpy, which nobody waits for who does not ask for this.
    from dragoman.resolve.near_duplicates import sketched, without_near

    found = (sketched(unit, read_unit(unit, **options)) for unit in units(inputs))
    for unit in without_near(found, Counter()):
        yield from read_unit(unit, **options)
