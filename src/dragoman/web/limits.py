"""How often somebody may try: counted in memory, forgotten at a restart."""

import math
import threading
from collections import OrderedDict, deque
from collections.abc import Callable

# Keys that a limit counts for at once; the one that tried longest ago makes room. About 10 MB where all are full.
KEYS = 10_000


class Limit:
    """At most so many tries of each key within so many seconds; `clock` tells the time in seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float], *, keys: int = KEYS) -> None:
        self._most, self._seconds, self._clock, self._keys = most, seconds, clock, keys
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Count a try, and give 0; beyond the limit count nothing, and give the whole seconds until one is free."""
        with self._lock:
            now = self._clock()
            tries = self._tries.setdefault(key, deque(maxlen=self._most))
            self._tries.move_to_end(key)
            if len(self._tries) > self._keys:
                self._tries.popitem(last=False)
            # What lies in the future was counted before the clock was set back.
            while tries and not now - self._seconds < tries[0] <= now:
                tries.popleft()
            if len(tries) == self._most:
                return max(1, math.ceil(tries[0] + self._seconds - now))
            tries.append(now)
            return 0
