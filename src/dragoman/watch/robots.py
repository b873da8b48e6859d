"""What a site asks of robots: which of its pages are not to be read, and how slowly."""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

# robots.txt as RFC 9309 has it, with wildcards and the delays that many sites ask for; Scrapy's own, in linear time.
from protego import Protego

from dragoman.read.fetch import FetchError

# The name by which sites know us.
NAME = "dragoman"
# Seconds that an answer holds, and that a site is left alone whose answer did not come.
HOLDS, AGAIN = 86_400.0, 300.0
# Sites that are remembered, and bytes of an answer; RFC 9309 wants 500 kibibytes to be read.
SITES, BYTES = 2_000, 512_000
# Seconds between two requests that a site can ask for at most.
SLOWEST = 60.0
# Groups of others. A file of many thousand of them would take their number times that of its rules to read.
OTHERS = re.compile(
    r"^[ \t]*+ user [-\ ]?+ agent [ \t]*+ :?+ [ \t]*+ (?! \* | dragoman ) [^\r\n]*+",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


class Site(NamedTuple):
    """The rules of a site, or why they could not be read."""

    rules: Protego | None
    fault: str
    passing: bool
    until: float


class Robots:
    """The rules of the sites that were asked; `get` brings the bytes of their robots.txt."""

    def __init__(self, get: Callable[[str], bytes]) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._sites: OrderedDict[str, Site] = OrderedDict()

    def check(self, url: str) -> float:
        """Raise `FetchError` where a page is not to be read; gives the seconds that its site wants between requests.

        A site whose robots.txt does not exist allows everything; one whose robots.txt cannot be read allows nothing.
        """
        parts = urlsplit(url)
        site = self._site(f"{parts.scheme}://{parts.netloc}")
        if site.fault:
            message = f"its robots.txt cannot be read, so it is not asked: {site.fault}"
            raise FetchError(message, passing=site.passing)
        if site.rules is None:
            return 0.0
        if not site.rules.can_fetch(url, NAME):
            raise FetchError("the site's robots.txt does not allow it to be read")
        return min(site.rules.crawl_delay(NAME) or 0.0, SLOWEST)

    def _site(self, origin: str) -> Site:
        with self._lock:
            site = self._sites.get(origin)
        if site is None or site.until < time.monotonic():
            site = self._asked(origin)
            with self._lock:
                self._sites[origin] = site
                while len(self._sites) > SITES:
                    self._sites.popitem(last=False)
        return site

    def _asked(self, origin: str) -> Site:
        try:
            data = self._get(f"{origin}/robots.txt")
        except FetchError as error:
            missing = error.status is not None and 400 <= error.status < 500 and not error.passing
            if missing:
                return Site(None, "", False, time.monotonic() + HOLDS)
            passing = error.passing or error.status is not None
            return Site(None, error.message, passing, time.monotonic() + AGAIN)
        text = OTHERS.sub("User-agent: another", data.decode("utf-8-sig", "replace"))
        return Site(Protego.parse(text), "", False, time.monotonic() + HOLDS)
