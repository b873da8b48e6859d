"""A Spark cluster on the loopback interface: a master and two nodes, each a process group that can be killed."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
ROOT = Path(__file__).parents[2]
DEPLOY = "org.apache.spark.deploy"
# What makes Java start in half the time; it runs slower, and has little to do.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Seconds in which a process of the cluster is there.
PATIENCE = 120


def missing():
    """Why there can be no cluster; empty where there can."""
    return "" if shutil.which("java") else "Spark needs Java: apt-get install default-jre-headless"


class Cluster:
    """Two nodes of one core each."""

    def __init__(self, folder):
        self._folder = folder
        self._port = free_port()
        self.url = f"spark://127.0.0.1:{self._port}"
        self._master = self._start(
            "master.Master", "--host", "127.0.0.1", "--port", self._port, "--webui-port", free_port()
        )
        wait_for(self._port)
        self.nodes = [self._node(), self._node()]

    def _node(self):
        port = free_port()
        node = self._start(
            "worker.Worker",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--webui-port",
            free_port(),
            "--cores",
            1,
            "--memory",
            "1200m",
            "--work-dir",
            self._folder / f"node-{port}",
            self.url,
        )
        wait_for(port)
        return node

    def _start(self, name, *arguments):
        log = open(self._folder / f"{name}.log", "ab")
        command = [HOME / "bin" / "spark-class", f"{DEPLOY}.{name}", *arguments]
        return subprocess.Popen(
            [str(part) for part in command], start_new_session=True, stdout=log, stderr=log, env=environment()
        )

    def kill_node(self, number):
        """Kill a node with all that runs on it."""
        end(self.nodes[number])

    def start_node(self, number):
        """Put a new node in the place of one that was killed."""
        self.nodes[number] = self._node()

    def close(self):
        for process in (*self.nodes, self._master):
            end(process)


@contextlib.contextmanager
def running(folder):
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.close()


def environment():
    """What processes of the cluster find the stand-in coder with, and nobody but this machine."""
    return os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYTHONPATH": str(ROOT), "JDK_JAVA_OPTIONS": QUICK}


def end(process):
    """Kill a process with its descendants, some of which are groups of their own."""
    for number in (*descendants(process.pid), process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()


def descendants(number):
    found = []
    for path in Path(f"/proc/{number}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [*descendants(child), child]
    return found


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(port):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens at port {port}")
