"""`dragoman serve` as a process of its own: what it answers over the wire, and the memory that it takes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

# Seconds for a server to start, on a machine that does much else.
PATIENCE = 120
# Hundredths of a second of processor time in a second in which it does nothing.
IDLE = 5
READY = re.compile(r"open http://localhost:(\d+)/")


class Held(NamedTuple):
    """Files and threads of a process, and its megabytes of memory."""

    files: int
    threads: int
    megabytes: float


class Server(NamedTuple):
    """A server that runs: its port on this machine, and its process."""

    port: int
    number: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def megabytes(self) -> float:
        """The most memory that it has held since the last `forget`."""
        status = Path(f"/proc/{self.number}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def held(self) -> "Held":
        """What it holds now."""
        process = Path(f"/proc/{self.number}")
        status = (process / "status").read_text()
        threads, kilobytes = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("Threads", "VmRSS"))
        return Held(len(os.listdir(process / "fd")), threads, kilobytes / 1024)

    def settle(self) -> None:
        """Wait until it has made ready what it makes ready at its start, and has nothing to do."""
        before = self._ticks()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            time.sleep(1)
            if (now := self._ticks()) - before <= IDLE:
                return
            before = now
        raise AssertionError("the server did not come to rest")

    def _ticks(self) -> int:
        """Hundredths of a second of processor time that it has taken."""
        fields = Path(f"/proc/{self.number}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def forget(self) -> None:
        """Begin anew with the most memory that is held."""
        Path(f"/proc/{self.number}/clear_refs").write_text("5")

    def exchanged(self, head: str | bytes, pieces: Iterable[bytes] = ()) -> bytes:
        """What it answers to these bytes, until it closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(head if isinstance(head, bytes) else head.encode())
            # It may close while there is more to send; what it has answered is there all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for piece in pieces:
                    connection.sendall(piece)
            return received(connection)


def received(connection: socket.socket) -> bytes:
    """All that comes."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            found += piece
    return found


@contextlib.contextmanager
def running(store: Path | str, *options: str, folder: Path | None = None) -> Iterator[Server]:
    """A server of a store for as long as it is needed; `folder` is where it puts files for a while."""
    command = [sys.executable, "-m", "dragoman", "serve", "--store", str(store), "--port", "0", *options]
    environment = os.environ | ({"TMPDIR": str(folder)} if folder else {})
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stderr=said, env=environment)
        try:
            yield Server(_port(process, said), process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _port(process, said) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        said.seek(0)
        told = said.read()
        if (ready := READY.search(told)) and _listens(int(ready[1])):
            return int(ready[1])
        assert process.poll() is None, told
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {told}")


def _listens(port: int) -> bool:
    """It tells its address a moment before it takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True
