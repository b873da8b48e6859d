"""ZIP archives of reports: each sound member as an input of its own, each other one as the reason why it is refused.

An archive is what a stranger packed. Members are read as streams and never written to disk, their names are only shown;
a member is unpacked to its end once before it is read, so that a damaged one gives nothing but its failure.
"""

import io
import re
import stat
import struct
import tempfile
import zipfile  # of the standard library: it reads the two methods that people pack with, a piece at a time
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from dragoman.errors import InputError
from dragoman.read.readings import Draft, failure, refuse
from dragoman.records import Failure

# Members of one archive: a year of a large newspaper's reports, one file each, is about as many.
MEMBERS = 10_000
# Bytes that all members of one archive unpack to: 40,000 reports of 5,000 characters; a disk's worth of zeros is more.
UNPACKED = 200_000_000
# Times that a member may be larger than its packed bytes: text is packed 3 to 15 times, the worst bombs 1,000 times.
RATIO = 200
# Bytes below which a member's ratio is not looked at: small files of blanks do no harm.
SMALL = 1_000_000
# Bytes of the list of members, which is held in memory: 10,000 names of 350 characters.
DIRECTORY = 4_000_000
# Bytes of an archive on standard input or from an address, which are kept in memory; larger ones go to a nameless file.
HELD = 8_000_000
PIECE = 65_536
# Characters of a member's name that are shown: more than paths of people have.
NAME = 300
SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What others pack as ZIP archives: each has one of these members.
DOCUMENTS = {
    "[Content_Types].xml": "an office document",
    "mimetype": "an office document or e-book",
    "META-INF/MANIFEST.MF": "a Java program",
}
# /report.txt   C:\report.txt   C:report.txt
ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
# What the library makes of bytes that are no archive, or not what its list says they are.
BROKEN = (*DAMAGED, OSError, ValueError, OverflowError, struct.error, NotImplementedError)

Drafts = Iterator[Draft | Failure]
Reader = Callable[[BinaryIO, str, str], Drafts]


def is_archive(head: bytes) -> bool:
    """Whether bytes begin as a ZIP archive does."""
    return head.startswith(SIGNATURES)


def read_archive(stream: BinaryIO, where: str, read_member: Reader) -> Drafts:
    """The reports of an archive's members in their order, by `read_member(stream, where, name)`.

    Folders and hidden files are left out, as they are in a folder. What is refused is a failure of that member only.
    """
    with tempfile.SpooledTemporaryFile(max_size=HELD) as spooled:
        try:
            archive = zipfile.ZipFile(_Sparing(_seekable(stream, cast("BinaryIO", spooled))))
            members = _members(archive)
        except InputError as error:
            yield failure(error, where)
            return
        except BROKEN as error:
            yield failure(InputError(f"the archive is cut or broken: {_told(error)}", kind="archive"), where)
            return
        yield from _each(archive, members[:MEMBERS], where, read_member)
        if len(members) > MEMBERS:
            message = f"the archive has {len(members):,} files; only the first {MEMBERS:,} are read"
            yield failure(InputError(message, kind="too-large"), where)


def _seekable(stream: BinaryIO, spooled: BinaryIO) -> BinaryIO:
    """The stream itself where it can be wound back; else its bytes in a file without a name."""
    if stream.seekable():
        return stream
    came = 0
    while piece := stream.read(PIECE):
        came += len(piece)
        if came > UNPACKED:
            refuse("too-large", f"the archive has more than {UNPACKED:,} bytes; save it as a file, or send it in parts")
        spooled.write(piece)
    return spooled


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Its files, without folders and hidden ones; refused where the archive is something else's."""
    names = {member.filename for member in archive.infolist()}
    for name, document in DOCUMENTS.items():
        if name in names:
            refuse("binary", f"expected an archive of reports, and this is {document}")
    return [one for one in archive.infolist() if not _is_folder(one) and not _is_hidden(one.filename)]


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.is_dir() and not member.file_size


def _is_hidden(name: str) -> bool:
    """Named with a point before it, or below such a folder; what only leads elsewhere is refused, not hidden."""
    return any(part.startswith(".") and part.strip(".") for part in name.split("/"))


def _each(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], where: str, read_member: Reader) -> Drafts:
    """The reports of each member; one that is refused leaves the bytes that it would have taken to the others."""
    seen: set[str] = set()
    left = UNPACKED
    for member in members:
        place = f"{where}/{_shown(member.orig_filename)}"
        try:
            _check_name(member, seen)
            _check_size(member, left)
            _check_content(archive, member)
        except InputError as error:
            yield failure(error, place)
            continue
        left -= member.file_size
        yield from _read(archive, member, place, read_member)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, read_member: Reader) -> Drafts:
    """The reports of a member that was sound; the archive may be written over while it is read."""
    try:
        with archive.open(member) as stream:
            yield from read_member(cast("BinaryIO", stream), place, member.filename)
    except DAMAGED as error:
        yield failure(InputError(f"the archive was changed while it was read: {_told(error)}", kind="archive"), place)


def _check_name(member: zipfile.ZipInfo, seen: set[str]) -> None:
    """Refuse a name that could only be meant to lead somewhere else, or to hide what the member is."""
    name = member.orig_filename
    if not name or CONTROL.search(name):
        refuse("archive", f"the name {name[:60]!r} holds characters that no name has")
    if ABSOLUTE.match(name):
        refuse("archive", "the name begins at a root; expected one inside the archive")
    if ".." in re.split(r"[/\\]", name):
        refuse("archive", "the name leads out of the archive by '..'; expected one inside it")
    if name in seen:
        refuse("archive", "a file of this very name came before; only the first is read")
    seen.add(name)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        refuse("archive", f"this is {'a link' if kind == stat.S_IFLNK else 'no plain file'}; expected a file")


def _check_size(member: zipfile.ZipInfo, left: int) -> None:
    """Refuse what cannot be unpacked, or says that it is too large; the library unpacks no more than it says."""
    if member.flag_bits & 0x1:
        refuse("archive", "the file is encrypted; expected one that needs no password")
    if member.compress_type not in METHODS:
        refuse("archive", f"the file is packed by method {member.compress_type}; expected deflated (8) or stored (0)")
    if member.file_size > SMALL and member.file_size > RATIO * member.compress_size:
        times = f"more than {RATIO} times its {member.compress_size:,} packed bytes"
        refuse("too-large", f"the file unpacks to {member.file_size:,} bytes, {times}, as no text does")
    if member.file_size > left:
        message = f"with this file of {member.file_size:,} bytes the archive would unpack to more than {UNPACKED:,}"
        refuse("too-large", f"{message}; unpack it and give the folder")


def _check_content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member to its end, keeping nothing: refused where it is cut, changed, or not as long as it says."""
    came, head = 0, b""
    try:
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                head = head or piece
                came += len(piece)
    except BROKEN as error:
        raise InputError(f"the file is cut or broken: {_told(error)}", kind="archive") from error
    if came != member.file_size:
        refuse("archive", f"the file has {came:,} bytes, and the archive says {member.file_size:,}")
    if is_archive(head) or member.filename.lower().endswith(".zip"):
        refuse("archive", "an archive inside the archive is not opened; give it by itself")


def _shown(name: str) -> str:
    """A name that can be written down in a line, whatever it holds."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", name[:NAME])


def _told(error: Exception) -> str:
    """What the library says, without the names, which are shown already."""
    said = str(error) or "it ends too early"
    return re.sub(r" for file .*", "", said)[:200]


class _Sparing(io.RawIOBase):
    """A file of which no more bytes can be asked for at a time than an honest archive needs."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(min(size, DIRECTORY + 1) if size >= 0 else DIRECTORY + 1)
        if len(data) > DIRECTORY:
            refuse("too-large", f"the archive's list of files has more than {DIRECTORY:,} bytes")
        return data
