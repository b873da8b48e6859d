"""A mail server on the loopback interface in a process of its own, which counts: `python -m tests.brief.counting FILE [PORT]`.

For each mail that it has got whole it writes a line with its Message-ID and recipient into FILE, before it says so to
whoever sends it. A count is there even where the server or whoever sends is killed at that moment.
"""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import threading
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP  # a mail server that others wrote

# Seconds at most between a count and its answer: kills are to fall there too, where a mail has arrived and is not known to.
WAIT = 0.02


class Counter:
    """Counts mails."""

    def __init__(self, file):
        self.out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the name that the library calls
        name = message_from_bytes(envelope.content)["Message-ID"].strip()
        os.write(self.out, f"{name} {envelope.rcpt_tos[0]}\n".encode())
        await asyncio.sleep(random.uniform(0, WAIT))
        return "250 counted"


class Counting:
    """The server as long as it is needed; it can be killed, and started again at the same port."""

    def __init__(self, folder):
        self.file, self.port = Path(folder) / "counted", 0
        self.file.touch()

    def start(self):
        command = [sys.executable, "-m", "tests.brief.counting", str(self.file), str(self.port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def kill(self):
        """End it as kill -9 does."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def counted(self):
        """The lines that it has written: a Message-ID and a recipient each."""
        return self.file.read_text(encoding="utf-8").splitlines()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.kill()


async def serve(file, port):
    loop, counter = asyncio.get_running_loop(), Counter(file)
    server = await loop.create_server(lambda: SMTP(counter, hostname="here", loop=loop), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends with whoever started it, even where that one was killed.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
