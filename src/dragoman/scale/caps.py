"""Bounds on what one report may take: seconds by an alarm and, where none is heard, a watchdog; memory by a limit."""

import contextlib
import faulthandler
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from dragoman.scale.shards import Caps

try:
    import resource
except ImportError:  # Windows has none of it: there the watchdog is the only bound
    resource = None  # type: ignore[assignment]

# Code that does not come back to the interpreter hears no alarm; after twice the time the process is ended.
PATIENCE = 2
# By its number: whatever stands for the stream in this process may be no file.
STDERR = 2
STATM = Path("/proc/self/statm")


class TooLongError(BaseException):
    """The time of a report is over; no `Exception`, so that no library catches it on its way."""


@contextlib.contextmanager
def capped(caps: Caps) -> Iterator[None]:
    """Raises `TooLongError` after the seconds and `MemoryError` beyond the megabytes, counted from now.

    Where a report is stuck in code that cannot be interrupted, the process ends with exit status 1.
    """
    before = _arm(caps)
    _limit(caps.megabytes)
    faulthandler.dump_traceback_later(PATIENCE * caps.seconds, exit=True, file=STDERR)
    try:
        yield
    finally:
        release()
        if before is not None:
            signal.signal(signal.SIGALRM, before)


def release() -> None:
    """Take all bounds off."""
    faulthandler.cancel_dump_traceback_later()
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    _limit(None)


def _arm(caps: Caps) -> "signal._HANDLER":
    """Set the alarm, which only the main thread of a process can; gives what listened to it before."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return None
    before = signal.signal(signal.SIGALRM, _over)
    signal.setitimer(signal.ITIMER_REAL, caps.seconds)
    return before


def _over(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError


def _limit(megabytes: int | None) -> None:
    """Let the process have so many more megabytes of addresses than it has, where the system tells how many it has."""
    if resource is None or not STATM.exists():
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = most if megabytes is None else _taken() + megabytes * 1_000_000
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


def _taken() -> int:
    return int(STATM.read_text().split()[0]) * resource.getpagesize()
