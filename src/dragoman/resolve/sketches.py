"""Sketches of texts: numbers that are alike as far as the texts' runs of words are the same."""

import re
from collections.abc import Sequence

import numpy as np  # millions of sketches are compared at once
import numpy.typing as npt

from dragoman.errors import InputError

Sketches = npt.NDArray[np.uint32]
Values = npt.NDArray[np.uint64]

# Numbers of a sketch: a likeness of 0.8 is then estimated within 0.03 (300 pairs, one standard deviation).
SLOTS = 128
# Sketches that have a band of 6 numbers in common are compared: of texts with likeness 0.8 that finds 998 in 1,000.
BANDS, ROWS = 21, 6
# Words of a run. Reports of two outlets on one event have at most 0.1 of their runs of 3 in common (52 reports of the
# chronicle, each with each); one with a new paragraph in ten keeps 0.9.
RUN = 3
# Texts that are this much alike say nearly the same: of 200 words in a row six single ones may differ, or the last 40.
ALIKE = 0.8
SEED = 1
FACTOR = np.uint64(0x9E3779B97F4A7C15)
WORD = re.compile(r"\w+")


def sketch(texts: Sequence[str]) -> Sketches:
    """A sketch of each text, one a row; it depends on that text alone."""
    try:
        # rensa (MIT): Rust, no dependencies; its sketch is of a set of words, whatever their order and the batch.
        from rensa import RMinHash  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        message = "rensa is needed to find near-duplicates: pip install 'dragoman[bulk]'"
        raise InputError(message, kind="missing") from error
    numbers = RMinHash.digests_from_token_sets([runs(text) for text in texts], SLOTS, SEED)
    return np.array(numbers, dtype=np.uint32).reshape(-1, SLOTS)


def runs(text: str) -> list[str]:
    """The runs of words of a text, in small letters and without marks; a shorter text is one run.

    >>> runs("Chad thanked Sudan, again.")
    ['chad thanked sudan', 'thanked sudan again']
    """
    words = WORD.findall(text.casefold())
    return [" ".join(words[k : k + RUN]) for k in range(max(1, len(words) - RUN + 1))]


def band(sketches: Sketches, number: int) -> Values:
    """The numbers of one band of each sketch, as one."""
    values = np.zeros(len(sketches), dtype=np.uint64)
    for column in range(number * ROWS, (number + 1) * ROWS):
        values = values * FACTOR + sketches[:, column]
    return values


def likeness(one: Sketches, others: Sketches) -> npt.NDArray[np.float64]:
    """How much alike a text is to others: the share of their runs that are in both, as far as sketches tell."""
    alike: npt.NDArray[np.float64] = np.mean(others == one, axis=1)
    return alike
