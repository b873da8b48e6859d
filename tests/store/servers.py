"""A PostgreSQL server of one's own, on the loopback interface and in a temporary folder, from what Debian installs."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from pg8000.dbapi import Connection

PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin"), Path("/usr/bin"))
USER = "dragoman"
# Quick and forgetful of power cuts: what the tests kill are processes, not the machine.
OPTIONS = "-h 127.0.0.1 -p {port} -k '' -c fsync=off -c max_connections=60 -c shared_buffers=32MB"


class MissingError(Exception):
    """PostgreSQL is not installed."""


def programs():
    """The folder of initdb and pg_ctl."""
    for place in PLACES:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise MissingError("PostgreSQL's initdb is missing: install it (Debian: apt-get install postgresql)")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A running server; its databases are made one for each test and thrown away."""

    def __init__(self, folder):
        self.folder, self.port, self.programs = folder, free_port(), programs()
        self._number = 0

    def url(self, name):
        return f"postgresql+pg8000://{USER}@127.0.0.1:{self.port}/{name}"

    def start(self):
        self._control("start", "-l", self.folder / "log", "-o", OPTIONS.format(port=self.port))

    def stop(self, mode="immediate"):
        """Stop it; "immediate" is what a kill -9 of all its processes is."""
        self._control("stop", "-m", mode)

    def _control(self, *arguments):
        command = [self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-s", *arguments]
        subprocess.run([*self._as_user(), *map(str, command)], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def make(self):
        command = [self.programs / "initdb", "-D", self.folder / "data", "-U", USER, "--auth=trust", "--no-sync"]
        command += ["-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        done = subprocess.run(
            [*self._as_user(), *map(str, command)], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self):
        """PostgreSQL refuses to run as root."""
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []

    def run(self, statement, database="postgres"):
        connection = Connection(USER, host="127.0.0.1", port=self.port, database=database)
        with contextlib.closing(connection):
            connection.autocommit = True
            connection.cursor().execute(statement)

    def database(self, template="template0"):
        """The name of a new database."""
        self._number += 1
        name = f"store_{self._number}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name):
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def running():
    """A server for as long as it is needed; raises `MissingError` where there is no PostgreSQL."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="dragoman-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, pwd.getpwnam("postgres").pw_gid)
    server = Server(folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
