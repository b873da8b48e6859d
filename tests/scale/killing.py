"""Processes that code killed with -9 at random moments, while a run goes on or with the run itself."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time

from dragoman.scale import folders
from dragoman.scale.files import is_as_told
from tests.scale.made import hows, in_work, records, run


class Killer(threading.Thread):
    """Kills one process that is coding into a folder after the other, at random, until it has had enough."""

    def __init__(self, folder, most, *, pause=(0.3, 1.0), seed=0, kill=None):
        super().__init__(daemon=True)
        self.killed = []
        self._folder, self._most, self._pause = folder, most, pause
        self._chance = random.Random(seed)
        self._kill = kill or (lambda number: os.kill(number, signal.SIGKILL))
        self._over = threading.Event()

    def run(self):
        while len(self.killed) < self._most and not self._over.wait(self._chance.uniform(*self._pause)):
            if numbers := sorted(coding_in(self._folder) - set(self.killed)):
                number = self._chance.choice(numbers)
                with contextlib.suppress(ProcessLookupError):
                    self._kill(number)
                    self.killed.append(number)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join()


def coding_in(folder):
    """The numbers of the living processes that have a shard of a folder in work."""
    try:
        names = in_work(folder)
    except FileNotFoundError:
        return set()
    numbers = {int(name.split(".")[-2]) for name in names if name.endswith(".part")}
    return {number for number in numbers if is_alive(number)}


def is_alive(number):
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_driver(folder, file, wait, *, engine="local", size=16, pause=0.005):
    """Start a run as a program of its own and kill it, with all that it has started, some time after its first shard."""
    command = [sys.executable, "-m", "tests.scale.driving", str(folder), str(file), engine, str(size), str(pause)]
    driver = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    while driver.poll() is None and not list(folder.glob("*.parquet")):
        time.sleep(0.02)
    time.sleep(wait)
    inside = driver.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(driver.pid, signal.SIGKILL)
    driver.wait()
    return inside


def flaws(folder, wanted, file, **fields):
    """What is wrong with a folder after a run to its end, and after one more, in words."""
    found = []
    there = records(folder)
    if lost := set(wanted) - set(there):
        found.append(f"{len(lost)} records lost or changed")
    if len(there) > len(set(there)):
        found.append(f"{len(there) - len(set(there))} records doubled")
    if extra := set(there) - set(wanted):
        found.append(f"{len(extra)} records that nobody made: {sorted(extra)[0][:300]!r}")
    if left := in_work(folder):
        found.append(f"left in work: {left}")
    told = folders.read_manifest(folder)
    files = {path.stem for path in folder.glob("*.parquet")}
    if files != set(told):
        found.append(f"{len(files ^ set(told))} shards are in the manifest or in the folder only")
    found += [
        f"{name} is not as told"
        for name in files & set(told)
        if not is_as_told(folders.shard_file(folder, name), told[name])
    ]
    again = hows(run(folder, file, **fields))
    return found if again == {"there": len(files)} else [*found, f"a second run: {again}"]
