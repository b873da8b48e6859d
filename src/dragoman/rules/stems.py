"""Stems of English words: "launched", "launches" and "launch" are one word."""

import functools

import snowballstemmer  # type: ignore[import-untyped]  # the stemmer that search engines use for English; pure Python

# Different words of a large collection of news; a stem takes 40 microseconds to make.
KEPT = 1 << 17


@functools.cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@functools.lru_cache(maxsize=KEPT)
def stem(word: str) -> str:
    """The stem of a word in lower case.

    >>> stem("launched"), stem("launches")
    ('launch', 'launch')
    """
    return str(_stemmer().stemWord(word))
