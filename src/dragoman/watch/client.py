"""Asking politely: robots.txt is kept, a host is asked with pauses between, and left alone where it wishes to be.

All of it goes through the one reader of the network, which asks public addresses only.
"""

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from dragoman.read.fetch import BUSY, BYTES, SECONDS, Address, Asking, Fetched, FetchError, fetch, is_public
from dragoman.watch import robots
from dragoman.watch.times import seconds_asked

# Seconds that a request waits for its turn, when a redirect leads to a host that is being asked; else it is put off.
PATIENCE = 60.0
# The answer of a host that we ask too much. Others that are busy mean one page, and may have many that are not.
TOO_MUCH = 429
# Seconds that a host is left alone which is busy: at least, and at most where it does not mean us.
SHORT_REST, LONG_REST = 60, 300
# Hosts of which it is remembered when they were asked.
HOSTS = 10_000


class Client:
    """Who asks; several threads may do so through one. `clock` gives seconds since 1970."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        contact: str = "",
        version: str = "0",
        pause: float = 2.0,
        seconds: float = SECONDS,
        allow: Callable[[Address], bool] = is_public,
    ) -> None:
        self._clock, self._pause, self._seconds, self._allow = clock, pause, seconds, allow
        self._agent = f"{robots.NAME}/{version}" + (f" (+{contact})" if contact else "")
        self._robots = robots.Robots(self._robots_txt)
        self._lock = threading.Lock()
        self._free: dict[str, float] = {}
        self._stopped = threading.Event()

    def get(self, url: str, *, accept: str, etag: str = "", modified: str = "") -> Fetched:
        """The answer of a URL; raises `FetchError` as `fetch` does, and where its site does not want to be asked."""
        asking = Asking(agent=self._agent, accept=accept, etag=etag, modified=modified)
        try:
            return fetch(url, allow=self._allow, seconds=self._seconds, asking=asking, before=self._before, limit=BYTES)
        except FetchError as error:
            if error.status in BUSY:
                wish = seconds_asked(error.retry_after, int(self._clock()))
                most = wish if error.status == TOO_MUCH else min(wish, LONG_REST)
                self.leave_alone(host_of(error.asked or url), max(most, SHORT_REST))
            raise

    def ready_in(self, host: str) -> float:
        """After how many seconds a host may be asked again."""
        with self._lock:
            return max(0.0, self._free.get(host, 0.0) - time.monotonic())

    def leave_alone(self, host: str, seconds: float) -> None:
        """Do not ask a host for so many seconds."""
        with self._lock:
            self._free[host] = max(self._free.get(host, 0.0), time.monotonic() + seconds)

    def stop(self) -> None:
        """Whoever waits for a turn waits no longer, and gets an error."""
        self._stopped.set()

    def _robots_txt(self, url: str) -> bytes:
        asking = Asking(agent=self._agent, accept="text/plain, */*;q=0.5")
        wait = self._take_turn
        return fetch(url, allow=self._allow, seconds=self._seconds, asking=asking, before=wait, limit=robots.BYTES).data

    def _before(self, url: str) -> None:
        self._take_turn(url, self._robots.check(url))

    def _take_turn(self, url: str, delay: float = 0.0) -> None:
        """Wait until a host may be asked, and have the next one wait after that."""
        host, now = host_of(url), time.monotonic()
        with self._lock:
            turn = max(now, self._free.get(host, 0.0))
            if turn - now > PATIENCE:
                left = int(turn - now)
                message = f"the host {host} wants to be left alone for {left:,} seconds more"
                raise FetchError(message, passing=True, retry_after=str(left))
            self._free[host] = turn + max(self._pause, delay)
            if len(self._free) > HOSTS:
                self._free = {name: free for name, free in self._free.items() if free > now}
        if self._stopped.wait(turn - now):
            raise FetchError("the watch is being stopped", passing=True)


def host_of(url: str) -> str:
    """The host of an address, in small letters; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
