"""Follow-through: how many of the commitments that were decided were kept, how sure that is, and how long it took."""

import datetime
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dragoman.ledger.standing import deciding_entry
from dragoman.records import Account, CommitmentKind, Record, Standing

# What was in the hands of who is bound, and went one way or the other; a rejected offer was not.
DECIDED: tuple[Standing, ...] = ("kept", "partly kept", "broken", "cancelled", "lapsed")
# Words to be true to; a threat is better not carried out, and a demand is for others to meet.
OWN: frozenset[CommitmentKind] = frozenset({"offer", "promise", "agreement"})
# Standard deviations of a 95 % interval.
WIDTH = 1.96


class FollowThrough(Record, frozen=True, kw_only=True):
    """How commitments of some kinds went: how many stand how, and the share of those decided that were kept.

    `pending` is what nothing has answered or decided; what was accepted stands among the `standings`. `rate` is kept of
    decided, `low` and `high` the 95 % interval of Wilson around it; None where nothing is decided. `days` is the median
    time in days from the word to the deed that kept it, None where none is known.
    """

    made: int
    standings: dict[Standing, int]
    decided: int
    kept: int
    pending: int
    rate: float | None
    low: float | None
    high: float | None
    days: float | None


def follow_through(
    told: Sequence[tuple[Account, Standing]], kinds: Iterable[CommitmentKind] = OWN, *, on: datetime.date | None = None
) -> FollowThrough:
    """The follow-through of accounts of some kinds, each with its standing."""
    wanted = frozenset(kinds)
    mine = [(account, standing) for account, standing in told if account.kind in wanted]
    lengths = (days_to_deed(account, on) for account, standing in mine if standing == "kept")
    return summed(Counter(standing for _, standing in mine), [length for length in lengths if length is not None])


def summed(standings: Mapping[Standing, int], days: Sequence[int]) -> FollowThrough:
    """The follow-through of commitments of which one knows how many stand how, and how long the kept ones took."""
    counts = Counter({name: many for name, many in standings.items() if many})
    decided, kept = sum(counts[name] for name in DECIDED), counts["kept"]
    low, high = wilson(kept, decided) if decided else (None, None)
    return FollowThrough(
        made=counts.total(),
        standings=dict(sorted(counts.items())),
        decided=decided,
        kept=kept,
        pending=counts["pending"],
        rate=kept / decided if decided else None,
        low=low,
        high=high,
        days=statistics.median(days) if days else None,
    )


def days_to_deed(account: Account, on: datetime.date | None) -> int | None:
    """Days from the first word to the deed that decided; None where none did by a day, or before the word."""
    entry = deciding_entry(account, on)
    if entry is not None and entry.basis in {"deed", "report"} and entry.day >= account.entries[0].day:
        return (entry.day - account.entries[0].day).days
    return None


def wilson(kept: int, decided: int) -> tuple[float, float]:
    """The 95 % interval of a share, which holds for small numbers too (E. B. Wilson, 1927).

    >>> low, high = wilson(3, 7)
    >>> round(low, 2), round(high, 2)
    (0.16, 0.75)
    """
    share, square = kept / decided, WIDTH * WIDTH
    middle = share + square / (2 * decided)
    half = WIDTH * math.sqrt(share * (1 - share) / decided + square / (4 * decided * decided))
    whole = 1 + square / decided
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def in_words(one: FollowThrough) -> str:
    """The follow-through as a sentence would have it.

    >>> counts = {"made": 7, "standings": {}, "decided": 4, "kept": 3, "pending": 3}
    >>> in_words(FollowThrough(**counts, rate=0.75, low=0.3, high=0.954, days=None))
    '3 of 4 decided were kept (75 %, 95 % interval 30 to 95 %), 3 pending'
    """
    accepted = one.standings.get("accepted", 0)
    pending = f"{one.pending} pending" + (f", {accepted} accepted" if accepted else "")
    if one.rate is None or one.low is None or one.high is None:
        return f"none of {one.made} decided, {pending}" if one.made else "none"
    share = f"{one.rate:.0%}, 95 % interval {100 * one.low:.0f} to {one.high:.0%}".replace("%", " %").replace(
        "95  %", "95 %"
    )
    return f"{one.kept} of {one.decided} decided were kept ({share}), {pending}"
