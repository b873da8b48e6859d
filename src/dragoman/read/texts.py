"""Plain text: the whole input is one report."""

from dragoman.read.encodings import decode
from dragoman.read.readings import Draft


def read_text(data: bytes, where: str, *, url: str | None = None, charset: str | None = None) -> Draft:
    """A plain text report; its characters stay as they are, only a byte order mark goes."""
    text, _, warning = decode(data, charset)
    return Draft(where=where, text=text, url=url, warnings=(warning,) if warning else ())
