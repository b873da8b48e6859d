"""How much a request may bring, whatever it says of itself; and that files of uploads take no memory."""

import asyncio
import contextlib
import itertools
import socket
import threading
import time
import tracemalloc

import pytest
import uvicorn
from fastapi import FastAPI, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.testclient import TestClient

from dragoman.web.uploads import FILES, LIMITS, PASTED, PLAIN, Capped, files_of


@pytest.fixture
def app():
    made = FastAPI()

    @made.exception_handler(HTTPException)
    def told(request: Request, error: HTTPException):
        return PlainTextResponse(f"told: {error.detail}", error.status_code, error.headers)

    @made.post("/{path:path}")
    async def count(request: Request):
        return {"came": len(await request.body())}

    @made.get("/stream")
    async def stream():
        return StreamingResponse(iter(["a", "b"]))

    return made


def posted(app, path, size, *, says=None, chunk=65_536):
    """The answer to a request of `size` bytes in chunks, and how many of them were asked for."""
    headers = [(b"content-length", str(says).encode())] if says is not None else []
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "headers": headers}
    scope |= {
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "root_path": "",
    }
    sent, taken = [], 0

    async def receive():
        nonlocal taken
        await asyncio.sleep(0)
        piece = min(chunk, size - taken)
        taken += piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": taken < size}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode(), taken


# A path, how many bytes come, what the request says of them, and whether they are taken.
REQUESTS = [
    ("/login", 0, 0, True),
    ("/login", PLAIN, PLAIN, True),
    ("/login", PLAIN, None, True),
    ("/login", PLAIN + 1, None, False),
    ("/login", PLAIN + 1, PLAIN + 1, False),
    ("/login", PLAIN + 1, 10, False),
    ("/login", 10, PLAIN + 1, False),
    ("/login", 10, 10**30, False),
    ("/login", 10_000_000, None, False),
    ("/add/text", PLAIN + 1, PLAIN + 1, True),
    ("/add/text", PASTED + 1, None, False),
    ("/add/address", PLAIN + 1, None, False),
    ("/add/files", 5_000_000, 5_000_000, True),
    ("/add/files", 5_000_000, FILES + 1, False),
    ("/add/files", FILES + 1, None, False),
    ("/add/files/", PLAIN + 1, None, False),
    ("/add/../add/files", PLAIN + 1, None, False),
]


@pytest.mark.parametrize(("path", "size", "says", "is_taken"), REQUESTS)
def test_what_is_taken(app, path, size, says, is_taken):
    status, body, taken = posted(Capped(app, linger=0), path, size, says=says)
    limit = LIMITS.get(path, PLAIN)
    if is_taken:
        assert (status, body) == (200, f'{{"came":{size}}}')
    else:
        assert status == 413
        assert body.startswith("told: This is more than")
        assert taken <= limit + 65_536


def test_the_message_says_what_to_do(app):
    _, body, _ = posted(Capped(app, linger=0), "/add/files", 10, says=10**9)
    assert "100 million bytes" in body
    assert "`dragoman code FILE" in body


def test_parameters_of_forms_are_capped_too():
    app = FastAPI()

    @app.post("/name")
    def name(name: str = Form()) -> str:
        return name

    client = TestClient(Capped(app, linger=0))
    assert client.post("/name", data={"name": "Chad"}).json() == "Chad"
    assert client.post("/name", data={"name": "x" * 100_000}).status_code == 413


def test_what_has_no_body_is_left_alone(app):
    client = TestClient(Capped(app, linger=0))
    response = client.request("GET", "/stream", content=b"x" * 200_000)
    assert (response.status_code, response.text) == (200, "ab")


def test_the_rest_is_thrown_away_for_a_while(app):
    status, _, taken = posted(Capped(app, linger=5), "/login", 3_000_000)
    assert (status, taken) == (413, 3_000_000)
    begun = time.monotonic()
    status, _, taken = posted(Capped(app, linger=0.2), "/login", 10**12, chunk=10_000)
    assert status == 413
    assert time.monotonic() - begun < 2
    assert taken < 10**12


def test_files_take_no_memory():
    app = FastAPI()

    @app.post("/add/files")
    async def add(request: Request):
        form = await files_of(request)
        sizes = [one.size for one in form.getlist("files")]
        await form.close()
        return sizes

    def body():
        for _ in range(60):
            yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
            yield from [b"y" * 100_000] * 9
            yield b"\r\n"
        yield b"--x--\r\n"

    with served(Capped(app)) as port:
        tracemalloc.start()
        answer = exchanged(port, "/add/files", body(), "multipart/form-data; boundary=x")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"900000") == 60
    assert peak < 12_000_000


@contextlib.contextmanager
def served(app):
    """The port of a real server on this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def exchanged(port, path, pieces, media="application/octet-stream", *, says=None):
    """What a server answers to a body in pieces, chunked unless the request says its length."""
    length = f"Content-Length: {says}" if says is not None else "Transfer-Encoding: chunked"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media}\r\n{length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head.encode())
        for piece in pieces:
            connection.sendall(piece if says is not None else b"%x\r\n%s\r\n" % (len(piece), piece))
        if says is None:
            connection.sendall(b"0\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(("size", "says"), [(1_000_000_000, 1_000_000_000), (150_000_000, None)])
def test_too_large_an_upload_ends_at_the_cap(app, size, says):
    """Over the wire, by a sender that reads the answer only when all is sent, as browsers do."""
    pieces = itertools.repeat(b"x" * 1_000_000, size // 1_000_000)
    with served(Capped(app, linger=120)) as port:
        answer = exchanged(port, "/add/files", pieces, says=says)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 million bytes" in answer


def test_a_sender_that_stops_is_not_waited_for(app):
    with served(Capped(app, linger=0.3)) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as sender:
        sender.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx")
        assert sender.recv(100).startswith(b"HTTP/1.1 413")


def test_who_asks_first_is_answered_first(app):
    with served(Capped(app, linger=20)) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
        sender.sendall(head)
        assert sender.recv(100).startswith(b"HTTP/1.1 413")


def test_a_request_that_says_less_than_it_brings(app):
    with served(Capped(app)) as port:
        answer = exchanged(port, "/add/files", [b"x" * 1_000], says=10)
    assert b'{"came":10}' in answer
