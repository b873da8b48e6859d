"""What comes over the wire to a real server: lines that are no requests, names, sizes, uploads that would not end."""

import contextlib
import io
import itertools
import json
import random
import re
import shutil
import sys
import time
import urllib.request
import zipfile

import pytest

from tests.web.running import running

# Megabytes that a request may take: a piece of a file on its way to disk, and what Python keeps.
MORE = 50
TOKEN = re.compile(r'name="token" value="(\w+)"')
LED = re.compile(r"location: (/add/[\w-]+)")
BOUNDARY = "x" * 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("held")


@pytest.fixture(scope="module")
def server(file, folder):
    shutil.copyfile(file, folder.parent / "wire.db")
    with running(folder.parent / "wire.db", folder=folder) as found:
        yield found


# A request as it goes over the wire, and the statuses that may answer it ("": the connection is closed without one).
END = "Connection: close\r\n\r\n"
LINES = {
    "absolute form": (f"GET http://evil.example/dyads.atom HTTP/1.1\r\nHost: localhost\r\n{END}", "200 404"),
    "absolute form, another host": (f"GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n{END}", "421"),
    "two hosts": (f"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n{END}", "400"),
    "no host": (f"GET / HTTP/1.1\r\n{END}", "400"),
    "no host, old": ("GET / HTTP/1.0\r\n\r\n", "421"),
    "a host with a path": (f"GET / HTTP/1.1\r\nHost: localhost/evil.example\r\n{END}", "421 400"),
    "a host with a comma": (f"GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n{END}", "421 400"),
    "no slash": (f"GET evil.example HTTP/1.1\r\nHost: localhost\r\n{END}", "400 404"),
    "two slashes": (f"GET //evil.example/%2e%2e HTTP/1.1\r\nHost: localhost\r\n{END}", "404"),
    "dots": (f"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n{END}", "404"),
    "a star": (f"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n{END}", "404 405"),
    "a tunnel": (f"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n{END}", "400 404 405"),
    "a trace": (f"TRACE / HTTP/1.1\r\nHost: localhost\r\nCookie: secret=1\r\n{END}", "405"),
    "a long address": (f"GET /search?words={'a' * 60_000} HTTP/1.1\r\nHost: localhost\r\n{END}", "200 400 414 422"),
    "an endless address": (f"GET /{'a' * 3_000_000} HTTP/1.1\r\nHost: localhost\r\n{END}", "400 414 431"),
    "a large header": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {'a' * 3_000_000}\r\n{END}", "400 431"),
    "many headers": (f"GET / HTTP/1.1\r\nHost: localhost\r\n{''.join(f'X{n}: a{chr(13)}{chr(10)}' for n in range(20_000))}{END}", "400 431"),
    "a line feed in a header": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nSet-Cookie: b\r\n{END}", "200 400"),
    "NUL in a header": (f"GET / HTTP/1.1\r\nHost: localhost\r\nX: \0\r\n{END}", "400"),
    "two lengths": (f"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 5\r\n{END}hello", "400"),
    "a negative length": (f"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n{END}", "400"),
    "a length and pieces": (f"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n{END}0\r\n\r\nGET /account HTTP/1.1\r\n\r\n", "400 403 422"),
    "an unknown coding": (f"POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n{END}x", "400 501"),
    "an unknown version": (f"GET / HTTP/9.9\r\nHost: localhost\r\n{END}", "200 400 505"),
    "another protocol": ("\x16\x03\x01\x02\x00\x01", "400"),
    "an upgrade": ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n\r\n", "200 400 403 404 426"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_what_is_no_sound_request_is_refused(server, name):
    sent, statuses = LINES[name]
    if name == "another protocol":
        sent += "\r\n\r\n"
    if name == "an upgrade":
        sent = sent.replace("Connection: Upgrade", "Connection: Upgrade, close")
    answer = server.exchanged(sent)
    answers = re.findall(rb"HTTP/1\.[01] (\d+)", answer)
    assert len(answers) == 1
    assert answers[0].decode() in statuses.split()
    assert b"evil.example" not in answer
    assert b"root:" not in answer
    assert b"secret=1" not in answer


def test_after_all_that_it_still_answers(server):
    assert b" 200 " in server.exchanged(f"GET / HTTP/1.1\r\nHost: localhost\r\n{END}")


# Uploads that would not end


def upload(server, name, pieces, *, length=None):
    """The answer to a form with one file in pieces, from a browser that was on the page."""
    cookie, token = entered(server)
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = itertools.chain([(field + file).encode()], pieces, [f"\r\n--{BOUNDARY}--\r\n".encode()])
    head = (
        f"POST /add/files HTTP/1.1\r\nHost: localhost:{server.port}\r\nCookie: {cookie}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunks = (b"%x\r\n%s\r\n" % (len(piece), piece) for piece in body)
    return server.exchanged(head, itertools.chain(chunks, [b"0\r\n\r\n"])).decode()


def entered(server):
    with urllib.request.urlopen(f"{server.url}/add") as page:
        return page.headers["set-cookie"].partition(";")[0], TOKEN.search(page.read().decode())[1]


@contextlib.contextmanager
def sparing(server):
    """Whatever is done here takes little memory."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells the most memory that another process has taken")
    # What is loaded once and stays: the templates, and what tells languages apart.
    text = b"Die Minister trafen sich am Montag in Wien, um die Waffenruhe zu besprechen. " * 9
    finished(server, LED.search(upload(server, "wien.txt", [text]))[1])
    server.settle()
    server.forget()
    before = server.megabytes()
    yield
    assert server.megabytes() - before < MORE


def test_a_gigabyte_ends_at_the_cap_with_little_memory(server, folder):
    with sparing(server):
        answer = upload(server, "all.txt", itertools.repeat(b"x" * 1_000_000, 1_000))
    assert answer.startswith("HTTP/1.1 413")
    assert "This is more than 100 million bytes" in answer
    assert list(folder.iterdir()) == []


def zeros():
    """One file that is a thousand times what it was packed to."""
    return packed([("zeros.txt", b"\0" * 300_000_000)])


def many():
    """Files each of which is text, which nobody reads as it is not English, and all of which together are too much."""
    chance = random.Random(1)
    words = [
        "die",
        "Minister",
        "trafen",
        "sich",
        "am",
        "Montag",
        "in",
        "Wien",
        "um",
        "über",
        "Waffenruhe",
        "zu",
        "sprechen",
    ]
    text = " ".join(chance.choices(words, k=200_000)).encode() * 4
    return packed([(f"{n}.txt", text) for n in range(45)])


def nested():
    """An archive in an archive in an archive."""
    inner = packed([("a.txt", b"Chad thanked Sudan.")])
    return packed([("b.zip", packed([("c.zip", inner)])), ("d.txt", b"\0" * 2_000_000)])


def lying():
    """A file that is said to be small."""
    told = bytearray(packed([("small.txt", b"\0" * 50_000_000)]))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = told.index(mark) + place
        told[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(told)


def packed(members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return held.getvalue()


BOMBS = {"zeros": (zeros, "times"), "many": (many, "200"), "nested": (nested, "archive"), "lying": (lying, "")}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_at_the_cap_with_little_memory(server, folder, name):
    made, told = BOMBS[name]
    bomb = made()
    with sparing(server):
        answer = upload(server, f"{name}.zip", [bomb])
        assert answer.startswith("HTTP/1.1 303")
        job = finished(server, LED.search(answer)[1])
    assert job["state"] == "done"
    assert any(told in one["message"] for one in job["accounts"] if one["fate"] == "failed"), job["accounts"][:3]
    assert list(folder.glob("dragoman-*")) == []


def finished(server, address):
    until = time.monotonic() + 300
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{server.url}{address}.json") as answer:
            job = json.load(answer)
        if job["state"] in {"done", "failed"}:
            return job
        time.sleep(0.2)
    raise AssertionError(job)
