"""Cells of tab-separated files that any reader takes apart in the same way, and numbers made of digests."""

import hashlib
import unicodedata
from collections.abc import Iterable

from dragoman.export.rows import FORMULA

# Kinds of characters that end cells or lines somewhere, or that no encoding has: controls, halves, separators.
BREAKING = ("Cc", "Cs", "Zl", "Zp")


def plain(text: str | None) -> str:
    r"""One line without tabs, control characters and double quotes; these become single ones.

    Half of the tools take a double quote for the begin of a quoted cell, half for a letter.

    >>> plain("the\t\"Six\"\n party talks")
    "the 'Six' party talks"
    """
    if text is None:
        return ""
    shown = "".join(" " if unicodedata.category(letter) in BREAKING else letter for letter in text)
    return " ".join(shown.replace('"', "'").split())


def text_cell(text: str | None) -> str:
    """Free text as a cell: plain, and with an apostrophe before what a spreadsheet would run as a formula.

    >>> text_cell("=1+1")
    "'=1+1"
    """
    cell = plain(text)
    return "'" + cell if cell.startswith(FORMULA) else cell


def address_cell(url: str | None) -> str:
    """An address as a cell: its blanks and semicolons escaped, so that it is one word and several can be listed.

    >>> address_cell("https://example.org/a b;c")
    'https://example.org/a%20b%3Bc'
    """
    return text_cell(url).replace(" ", "%20").replace(";", "%3B")


def listed(texts: Iterable[str], mark: str = ";") -> str:
    """Plain texts in one cell, joined by a mark that none of them holds any more: it becomes a comma."""
    return mark.join(plain(text).replace(mark, ",") for text in texts)


def tabbed(cells: Iterable[str]) -> str:
    """One line of a tab-separated file, with its line end."""
    return "\t".join(cells) + "\n"


def number_of(*parts: str, bits: int = 63) -> int:
    """A whole number of so many bits that the same parts always give; made of their SHA-256."""
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) >> (64 - bits)
