"""Inputs that tests make: pages, records of web archives, and a process that tells how much memory reading takes."""

import gzip
import json
import os
import subprocess
import sys
import zlib

from dragoman.records import Failure

WHOLE = os.environ.get("DRAGOMAN_WHOLE") == "1"
# Megabytes that a bomb unpacks to: a thousand in the whole run.
BOMB = 1_000 if WHOLE else 100
DAY = b"2015-06-17T10:00:00Z"


def sentence(number: int) -> str:
    return f"Chad thanked Sudan for shipment {number} of grain on Monday, and the two agreed to meet in the spring."


def page(number: int, *, day: str = "") -> bytes:
    """A page with a story of its own."""
    meta = f'<meta property="article:published_time" content="{day}">' if day else ""
    story = "".join(f"<p>{sentence(number)} That was point {k} of the talks.</p>" for k in range(6))
    return (
        f"<html><head><title>Talks {number}</title>{meta}</head><body><article>{story}</article></body></html>".encode()
    )


def answer(body: bytes, *fields: bytes, kind: bytes = b"text/html; charset=utf-8", status: bytes = b"200 OK") -> bytes:
    """What a server sends."""
    head = [b"HTTP/1.1 " + status, *([b"Content-Type: " + kind] if kind else []), *fields]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def record(
    block: bytes,
    *fields: bytes,
    kind: bytes = b"response",
    content: bytes = b"application/http; msgtype=response",
    url: bytes = b"http://harbour.example/talks",
    length: object = None,
    day: bytes = DAY,
) -> bytes:
    """A record of a web archive; `length` is what it says of itself where that is not so."""
    said = str(len(block) if length is None else length).encode()
    head = [
        b"WARC/1.0",
        b"WARC-Type: " + kind,
        b"WARC-Target-URI: " + url,
        b"WARC-Date: " + day,
        b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
        b"Content-Type: " + content,
        b"Content-Length: " + said,
        *fields,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + block + b"\r\n\r\n"


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[k : k + size] for k in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def bomb(megabytes: int, *, before: bytes = b"", filler: bytes = b" ") -> bytes:
    """A gzip file that unpacks to so many megabytes, and is a thousandth of that."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    block = filler * (1_000_000 // len(filler))
    return packer.compress(before) + b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def row(number: int, **fields: object) -> bytes:
    """A line of JSON Lines."""
    return json.dumps({"id": f"r{number}", "text": sentence(number)} | fields).encode() + b"\n"


def lines(count: int) -> bytes:
    return b"".join(map(row, range(count)))


def table(count: int) -> bytes:
    return b"id,text\n" + b"".join(f'r{k},"{sentence(k)}"\n'.encode() for k in range(count))


def packed(data: bytes, how: str) -> bytes:
    if how == "zstd":
        import zstandard

        return zstandard.compress(data)
    return gzip.compress(data)


def told(found):
    """What became of each report: its id or title, or the kind of its failure."""
    return [one.error.kind if isinstance(one, Failure) else one.article.title or one.article.id for one in found]


def places(found, path):
    """Where each was, without the path."""
    wheres = [one.error.where if isinstance(one, Failure) else one.where for one in found]
    return [where.removeprefix(str(path)) for where in wheres]


# What a process holds at most while it reads, less what it held before it began, in megabytes.
MEASURE = """
import resource, sys
from dragoman.read import read
from dragoman.read.bulk import read_unit, units
from dragoman.read.inputs import drafts
from dragoman.read.languages import language_of
from dragoman.records import Failure
import pyarrow.parquet, fastwarc.warc, zstandard
ways = {
    "all": lambda path: read([path]),
    "drafts": drafts,
    "units": lambda path: (one for unit in units([path]) for one in read_unit(unit)),
}
way, warm, path = sys.argv[1:]
language_of("The minister of Chad thanked Sudan for its help on Monday, and the two agreed to meet in the spring.")
list(ways[way](warm))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = failed = 0
for one in ways[way](path):
    count += 1
    failed += isinstance(one, Failure)
print(count, failed, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def memory(warm: object, path: object, only: str = "all") -> tuple[int, int, int]:
    """Reports, failures and megabytes that a process takes to read an input, once it has read `warm`."""
    command = [sys.executable, "-c", MEASURE, only, str(warm), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, failed, megabytes = map(int, done.stdout.split())
    return count, failed, megabytes
