"""When something is asked again: after its time, later each time that it fails, never before the server wishes.

Points in time are whole seconds since 1970, UTC.
"""

import datetime
import email.utils
from collections.abc import Callable

DAY = 86_400
# What a server can ask for at most; one that says "in ten years" is asked every week.
WEEK = 7 * DAY
# The first gap after a page could not be read, and the longest.
ITEM_GAP, ITEM_LONGEST = 300, 6 * 3_600
# Tries of an item before it is given up, with gaps of 5, 10, 20 ... minutes between them: some 10 hours.
TRIES = 8
# Part of its time by which a feed is asked earlier or later: feeds that were added together do not stay together.
JITTER = 0.1

Chance = Callable[[], float]


def due_again(every: int, now: int, chance: Chance) -> int:
    """When a feed that answered is asked again; `chance` gives numbers from 0 to 1."""
    return now + max(1, round(every * _around(chance)))


def due_after_failure(every: int, failures: int, wish: int, now: int, chance: Chance) -> int:
    """When a feed is asked again that has failed so many times in a row: after twice as long each time, at most a day.

    `wish` is after how many seconds its server would be asked again.
    """
    gap = min(every * 2.0 ** min(failures, 30), max(DAY, every))
    return now + max(round(gap * _around(chance)), wish, 1)


def item_due(tries: int, wish: int, now: int, chance: Chance) -> int:
    """When an item is tried again after so many tries."""
    gap = min(ITEM_GAP * 2.0 ** min(tries - 1, 30), ITEM_LONGEST)
    return now + max(round(gap * _around(chance)), wish)


def latest(every: int, failures: int, now: int) -> int:
    """No feed is asked later than this, whatever the clock once said."""
    return now + round((max(WEEK, every) if failures else every) * (1 + JITTER))


def seconds_asked(retry_after: str, now: int) -> int:
    """How long a server wants to be left alone: seconds, or a date; 0 where it says neither.

    >>> seconds_asked("120", 0)
    120
    """
    words = retry_after.strip()
    if words.isascii() and words.isdecimal():
        return min(int(words[:12]), WEEK)
    parts = email.utils.parsedate_tz(words)
    try:
        then = email.utils.mktime_tz(parts) if parts else now
    except (ValueError, OverflowError):
        return 0
    return min(max(then - now, 0), WEEK)


def day_at(now: int) -> datetime.date:
    """The calendar day, UTC."""
    return datetime.datetime.fromtimestamp(now, datetime.UTC).date()


def _around(chance: Chance) -> float:
    return 1 - JITTER + 2 * JITTER * chance()
