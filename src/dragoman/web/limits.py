"""How often somebody may try: counted in memory, forgotten at a restart."""

import ipaddress
import math
import threading
from collections import OrderedDict, deque
from collections.abc import Callable

# Keys that a limit counts for at once; the one that tried longest ago makes room. About 10 MB where all are full.
KEYS = 10_000
# Bits of an address that tell a network: an attacker has a whole one as easily as a single address of it.
IPV4_BITS, IPV6_BITS = 24, 56


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


def network_of(host: str | None) -> str:
    """The network that an address is in; "" where it is none, as of a socket of this machine.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2ff::1"), network_of("::ffff:203.0.113.77")
    ('203.0.113.0/24', '2001:db8:1:200::/56', '203.0.113.0/24')
    """
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((address, bits), strict=False))
