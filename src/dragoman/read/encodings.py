"""From bytes to characters: by mark, as UTF-8, as declared, and only then by a guess that says so."""

import codecs
import re
from typing import NamedTuple

from dragoman.read.readings import refuse
from dragoman.records import Warning

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes around the first one that is not UTF-8 that the guess looks at: enough for it, and quick.
SAMPLE = 20_000
# Up to this share of bytes above ASCII a text is taken as Western: the guess from letters takes it for Polish.
WESTERN_SHARE = 0.1
# Encodings of two bytes and more that are believed only with a mark: without one any bytes are Chinese in them.
WIDE = ("utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "utf_7")
# The share of control characters from which on text is not text; one stray form feed or bell is forgiven.
CONTROL_SHARE = 0.01

MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"GIF8": "a GIF picture",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet table",
    b"{\\rtf": "a Rich Text document",
}
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# <meta charset="utf-8">   <meta http-equiv="Content-Type" content="text/html; charset=windows-1252">
DECLARED = re.compile(
    rb"""< (?: meta | \?xml ) [^>]{0,300}? (?: charset | encoding ) \s* = \s* ["']? \s*
         (?P<name> [A-Za-z0-9._:-]{2,30} )""",
    re.IGNORECASE | re.VERBOSE,
)
# Where a page may declare its charset: browsers look at 1,024 bytes, real pages are later.
HEAD = 4_096
# What pages call Latin-1 or ASCII is Windows-1252 to every browser.
LATIN = ("iso8859-1", "ascii")
# Codecs of Python that are no charsets of pages, and slow or unsafe on long input.
NO_CHARSETS = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7")


class Decoded(NamedTuple):
    """The characters without a byte order mark, the encoding, and a warning where it is a guess."""

    text: str
    encoding: str
    warning: Warning | None = None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Bytes as text; refused with kind "binary" or "encoding" where they are none."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Decoded(_marked(data[len(mark) :], encoding), encoding)
    check_magic(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken = error
    return _as_declared(data, declared) or _guess(data, broken)


def characters(head: bytes) -> str:
    """What the first bytes of an input look like, for telling what it is; never refused."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")


def is_wide(head: bytes) -> bool:
    """Whether a mark says that characters take two bytes or four."""
    return any(head.startswith(mark) for mark, _ in MARKS[1:])


def declared_charset(data: bytes) -> str | None:
    """The charset that a page's own head names, if it does."""
    matched = DECLARED.search(data[:HEAD])
    return matched["name"].decode("ascii") if matched else None


def check_magic(data: bytes) -> None:
    """Refuse what begins like a document, archive or picture."""
    for magic, name in MAGIC.items():
        if data.startswith(magic):
            refuse("binary", f"expected text, and this is {name}")


def check_characters(text: str) -> None:
    """Refuse text with NUL, with many control characters, or with halves of surrogate pairs."""
    if text.isascii() and text.isprintable():
        return
    controls = CONTROL.findall(text)
    if "\0" in controls or len(controls) > max(1, CONTROL_SHARE * len(text)):
        name = f"U+{ord(controls[0]):04X}"
        refuse("binary", f"expected text, and this holds {len(controls)} control characters, the first {name}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        name = f"U+{ord(text[error.start]):04X}"
        refuse("encoding", f"character {error.start} is {name}, half of a surrogate pair; expected whole characters")


def _marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        refuse("encoding", f"the byte order mark says {encoding}, but byte {error.start} is not: {error.reason}")


def _as_declared(data: bytes, declared: str | None) -> Decoded | None:
    try:
        name = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return None
    if name in NO_CHARSETS:
        return None
    name = "cp1252" if name in LATIN else name
    try:
        return Decoded(data.decode(name), name)
    except (UnicodeError, LookupError):
        return None


def _guess(data: bytes, broken: UnicodeDecodeError) -> Decoded:
    # charset_normalizer (MIT) comes with trafilatura and tells languages apart by their letters, not by their bytes.
    import charset_normalizer

    byte = f"byte {broken.start} (0x{data[broken.start]:02x}) is not UTF-8"
    start = max(0, broken.start - SAMPLE // 2)
    sample = data[start : start + SAMPLE]
    best = charset_normalizer.from_bytes(sample, cp_exclusion=list(WIDE)).best()
    for encoding in ("cp1252" if _is_western(sample) else "", best.encoding if best else ""):
        decoded = _as_declared(data, encoding)
        if decoded:
            message = f"{byte}; read as {decoded.encoding}, which is a guess"
            return decoded._replace(warning=Warning(kind="encoding", message=message))
    refuse("encoding", f"{byte}, and no other encoding fits; expected UTF-8")


def _is_western(sample: bytes) -> bool:
    """Whether nearly all of it is ASCII: then it is Windows-1252, English with dashes, quotes and some accents."""
    high = sum(byte >= 0x80 for byte in sample)
    return high <= len(sample) * WESTERN_SHARE and not CONTROL.search(sample.decode("latin-1"))
