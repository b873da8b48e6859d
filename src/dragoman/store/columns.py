"""What is counted by dyad and day, kept in memory in columns: pages about years add up millions of such counts.

SQLite takes half a second to add up what columns give in some milliseconds. They are read once; after that only the
days that were counted anew since.
"""

import contextlib
import datetime
import functools
import itertools
import math
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np  # sums over millions of counts, in columns that the processor reads one after the other
import numpy.typing as npt
from sqlalchemy import Connection

from dragoman.errors import StoreError
from dragoman.store.counts import FIRST, LAST, NO_DAY
from dragoman.store.opening import Store
from dragoman.store.remembering import days_counted_since, pulse_of
from dragoman.store.statements import statement
from dragoman.store.ties import KEPT, Part, Share, Tie, Ties, Wanted

# Counts that are made into columns at a time: pages are asked for meanwhile, and each must not wait long for its turn.
TOGETHER = 10_000
# Days that are read again at most while somebody waits; where more have changed, all is read in the background. Seconds
# to wait for who brings the counts up to date, and until reading all is tried again where it failed.
DAYS, PATIENCE, AGAIN = 300, 1, 60
# By how many changes a question may come late; by more of them, it is another store.
BEHIND = 100
Numbers = npt.NDArray[Any]
# What is counted, and what of it is too much.
NAMES = ("counted", "counted_twice")


class Rows(NamedTuple):
    """Counts in order of days, a column each.

    `day` counts from 0001-01-01 as 1, `whose` is the number of a dyad or of a party and its part, `kind` that of a
    type and a status.
    """

    day: Numbers
    whose: Numbers
    kind: Numbers
    events: Numbers
    reports: Numbers


class Names(NamedTuple):
    """What numbers stand for: dyads, parties ("" is 0), types with their statuses, and parties with their parts.

    `actors` and `recipients` have the number of the party for each dyad, `partners` for each party with its part.
    """

    dyads: list[tuple[str, str]]
    parties: list[str]
    kinds: list[tuple[str, str]]
    parts: list[tuple[str, Part]]
    actors: Numbers
    recipients: Numbers
    partners: Numbers


class Held(NamedTuple):
    """All that is counted in one state of the store.

    `twice` is what is too much where an event names several on a side: by the party and its part, 0 or less.
    """

    number: int
    rows: Rows
    twice: Rows
    names: Names


class Sums(NamedTuple):
    """Distinct events, the reports that tell them, and how many events are conflict, by number."""

    events: Numbers
    reports: Numbers
    conflict: Numbers


def keep(store: Store) -> None:
    """Read what a store has counted, so that `ties` and `shares` of it add up in memory from then on.

    Raises `StoreError` (kind "corrupt") where a count is of no day; it is tried again when the store is asked.
    """
    kept = KEPT[store.engine] = Columns(store)
    kept.read_all()


class Columns:
    """What a store has counted, brought up to date whenever it is asked; several threads may ask."""

    def __init__(self, store: Store) -> None:
        self._store, self._tried = store, -math.inf
        # Who brings it up to date, and who reads all of it.
        self._renewing, self._reading = threading.Lock(), threading.Lock()
        self._dyads, self._parties, self._kinds, self._parts = (_numbering() for _ in range(4))
        self._held: Held | None = None

    def ties(self, connection: Connection, wanted: Wanted, *, least: int, most: int) -> Ties | None:
        """As `ties.ties`; None where the database has to be asked."""
        held = self._current(connection)
        if held is None:
            return None
        names, sums = held.names, _summed(held.rows, held.names.kinds, wanted, len(held.names.dyads))
        between = (names.actors != names.recipients) & (names.actors > 0) & (names.recipients > 0)
        fit = np.flatnonzero(between & (sums.events >= max(least, 1)))
        found = [Tie(*names.dyads[n], *(int(column[n]) for column in sums)) for n in _most(fit, sums.events, most)]
        found.sort(key=lambda tie: (-tie.events, -tie.reports, tie.actor, tie.recipient))
        return Ties(found[:most], len(fit))

    def shares(self, connection: Connection, wanted: Wanted, part: Part, *, most: int) -> list[Share] | None:
        """As `ties.shares`; None where the database has to be asked."""
        held = self._current(connection)
        if held is None:
            return None
        names = held.names
        sums = _summed(held.rows, names.kinds, wanted, len(names.dyads))
        twice = _summed(held.twice, names.kinds, wanted, len(names.parts))
        of_part = np.array([one == part for _, one in names.parts], bool)
        columns = [
            _by_party(names, column, part) + np.bincount(names.partners, less * of_part, len(names.parties))
            for column, less in zip(sums, twice, strict=True)
        ]
        told = (Share(names.parties[n], *(int(one[n]) for one in columns)) for n in np.flatnonzero(columns[0]) if n)
        return sorted(told, key=lambda share: (-share.events, -share.reports, share.party))[:most]

    def read_all(self) -> None:
        """Read all that is counted; raises `StoreError` where that fails. The database answers meanwhile."""
        if not self._reading.acquire(blocking=False):
            return
        self._tried = time.monotonic()
        try:
            with self._store.reading() as connection:
                number, years = pulse_of(connection, "counts"), list(_years(connection))
                rows, twice = (self._rows(connection, name, years) for name in NAMES)
            self._held = Held(number, rows, twice, self._names())
        except ValueError as error:
            message = f"what is counted by day is damaged ({error}); `dragoman store check --mend` counts anew"
            raise StoreError(message, kind="corrupt", where=self._store.where) from error
        finally:
            self._reading.release()

    def _current(self, connection: Connection) -> Held | None:
        """All that is counted, as of now; None where the database answers sooner, or not later than this."""
        number = pulse_of(connection, "counts")
        if self._held is None:
            self._read_soon()
            return None
        if not self._renewing.acquire(timeout=PATIENCE):
            return None
        try:
            held = self._held = self._up_to_date(connection, self._held, number)
            # Who began to read before the counts were brought up to date has to see them as they were.
            return held if held is not None and held.number == number else None
        finally:
            self._renewing.release()

    def _up_to_date(self, connection: Connection, held: Held | None, number: int) -> Held | None:
        """With all that has changed since; None where that is too much, or an earlier store was put in its place."""
        if held is None or number < held.number - BEHIND:
            return None
        if number <= held.number:
            return held
        days = days_counted_since(connection, held.number)
        if len(days) > DAYS:
            return None
        return (self._renewed(connection, held, days) if days else held)._replace(number=number)

    def _read_soon(self) -> None:
        """Read all of it beside the questions, if that was not tried just now."""
        if time.monotonic() - self._tried > AGAIN and not self._reading.locked():
            self._tried = time.monotonic()
            threading.Thread(target=self._read_quietly, daemon=True).start()

    def _read_quietly(self) -> None:
        with contextlib.suppress(StoreError):  # the database answers as well, only not as quickly
            self.read_all()

    def _renewed(self, connection: Connection, held: Held, days: Sequence[str]) -> Held:
        """The same with some days as they are counted now."""
        each, numbers = [(day, day) for day in days], [_ordinal(day) for day in days]
        rows, twice = (
            _replaced(old, self._rows(connection, name, each), numbers)
            for name, old in zip(NAMES, (held.rows, held.twice), strict=True)
        )
        return Held(held.number, rows, twice, self._names() if self._has_grown(held.names) else held.names)

    def _rows(self, connection: Connection, name: str, days: Iterable[tuple[str, str]]) -> Rows:
        """What is counted from and to some days."""
        pieces = [NONE]
        for first, last in days:
            found = connection.execute(statement(name), {"first": first, "last": last})
            pieces += (self._columns(rows, name) for rows in found.partitions(TOGETHER))
        return Rows(*map(np.concatenate, zip(*pieces, strict=True)))

    def _columns(self, rows: Sequence[Any], name: str) -> Rows:
        days, ones, others, types, statuses, events, reports = zip(*rows, strict=True)
        whose = self._dyads if name == "counted" else self._parts
        return Rows(
            np.fromiter(map(_ordinal, days), np.int32, len(rows)),
            np.fromiter(map(whose.__getitem__, zip(ones, others, strict=True)), np.int32, len(rows)),
            np.fromiter(map(self._kinds.__getitem__, zip(types, statuses, strict=True)), np.int16, len(rows)),
            np.array(events, np.int32),
            np.array(reports, np.int32),
        )

    def _names(self) -> Names:
        number = self._parties.__getitem__
        number("")
        sides = np.array([(number(one), number(other)) for one, other in self._dyads], np.int32).reshape(-1, 2)
        partners = np.array([number(party) for party, _ in self._parts], np.int32)
        return Names(
            dyads=list(self._dyads),
            parties=list(self._parties),
            kinds=list(self._kinds),
            parts=list(self._parts),
            actors=sides[:, 0],
            recipients=sides[:, 1],
            partners=partners,
        )

    def _has_grown(self, names: Names) -> bool:
        now = (len(self._dyads), len(self._kinds), len(self._parts))
        return now != (len(names.dyads), len(names.kinds), len(names.parts))


def _years(connection: Connection) -> Iterator[tuple[str, str]]:
    """What has no day, and the years of all else: PostgreSQL's driver holds all that is asked for at once."""
    yield NO_DAY, NO_DAY
    first, last = connection.execute(statement("span"), {"first": FIRST, "last": LAST}).one()
    for year in range(int(first[:4]), int(last[:4]) + 1) if first else ():
        yield max(f"{year:04}-01-01", FIRST), f"{year:04}-12-31"


def _numbering() -> defaultdict[Any, int]:
    """Gives each thing the number in which it came, from 0."""
    return defaultdict(itertools.count().__next__)


@functools.lru_cache(TOGETHER)
def _ordinal(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def _replaced(old: Rows, new: Rows, days: Sequence[int]) -> Rows:
    """The old counts with those of some days, in their order, as they are in the new ones."""
    edges = [np.searchsorted(rows.day, days, side) for rows in (old, new) for side in ("left", "right")]
    pieces, at = [], 0
    for begin, end, new_begin, new_end in zip(*edges, strict=True):
        pieces += [(old, at, begin), (new, new_begin, new_end)]
        at = end
    pieces.append((old, at, len(old.day)))
    return Rows(*(np.concatenate([rows[n][begin:end] for rows, begin, end in pieces]) for n in range(len(old))))


def _summed(rows: Rows, kinds: Sequence[tuple[str, str]], wanted: Wanted, many: int) -> Sums:
    """What is wanted of some counts, added up by whose they are."""
    first = wanted.first.toordinal() if wanted.first else _ordinal(FIRST)
    last = wanted.last.toordinal() if wanted.last else _ordinal(LAST)
    begin, end = np.searchsorted(rows.day, (first, last + 1))
    found = Rows(*(column[begin:end] for column in rows))
    fit = _flags(kinds, wanted.types, wanted.statuses)[found.kind]
    found = found if fit.all() else Rows(*(column[fit] for column in found))
    hostile = _flags(kinds, wanted.conflict, wanted.statuses)[found.kind]
    counted = (found.events, found.reports, found.events * hostile)
    return Sums(*(np.bincount(found.whose, column, many) for column in counted))


def _flags(kinds: Sequence[tuple[str, str]], types: Collection[str], statuses: Collection[str]) -> Numbers:
    return np.array([type in types and status in statuses for type, status in kinds], bool)


def _by_party(names: Names, column: Numbers, part: Part) -> Numbers:
    """What was counted by dyad, added up for one side or both; what a party does to itself is counted once."""
    many, found = len(names.parties), np.zeros(len(names.parties))
    if part != "recipient":
        found += np.bincount(names.actors, column, many)
    if part != "actor":
        others = column if part == "recipient" else column * (names.actors != names.recipients)
        found += np.bincount(names.recipients, others, many)
    return found


def _most(places: Numbers, column: Numbers, most: int) -> Numbers:
    """The places where a column has its highest values: so many, and those of the same value as the last of them."""
    if len(places) <= most:
        return places
    values = column[places]
    best: Numbers = places[values >= np.partition(values, -most)[-most]]
    return best


NONE = Rows(*(np.zeros(0, kind) for kind in (np.int32, np.int32, np.int16, np.int32, np.int32)))
