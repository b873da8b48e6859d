"""Terms of office: who led a party in some time, as bands behind a timeline and as a list."""

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.resolve.tellings import BODIES, later
from dragoman.rules import DATA, Rules
from dragoman.rules.names import Name
from dragoman.rules.tables import read_toml
from dragoman.views.periods import Days

LEADING = DATA / "web" / "leading.toml"
Rank = Literal["state", "government", "body"]
Span = tuple[datetime.date, datetime.date]
MIN, MAX = datetime.date.min, datetime.date.max


class Term(Record, frozen=True, kw_only=True):
    """A term of a head of state, of government or of a body; None where its first or last day is not known."""

    party: str
    name: str
    office: str
    rank: Rank
    first: datetime.date | None
    last: datetime.date | None


class Band(Record, frozen=True, kw_only=True):
    """Who led a party from one day to another, both included; bands of a party do not overlap."""

    party: str
    name: str
    office: str
    first: datetime.date
    last: datetime.date


class Parliamentary(Record, frozen=True, kw_only=True):
    """Where the head of government leads: see the file."""

    always: frozenset[str]
    at_times: dict[str, list[tuple[str, str]]]


class Leading(Record, frozen=True, kw_only=True):
    """Which offices lead: see the file."""

    state: tuple[str, ...]
    government: tuple[str, ...]
    bodies: dict[str, tuple[str, ...]]
    parliamentary: Parliamentary

    def rank_of(self, party: str, office: str) -> Rank | None:
        """What an office leads; None where it does not."""
        if party.startswith(BODIES):
            return "body" if office in self.bodies.get(party, ()) else None
        return "state" if office in self.state else "government" if office in self.government else None

    def place_of(self, office: str) -> int:
        """The place of an office among those of its rank: whose comes first has the say."""
        for offices in (self.state, self.government):
            if office in offices:
                return offices.index(office)
        return 0

    def times_of(self, party: str, rank: Rank) -> list[Span]:
        """When holders of a rank lead a party."""
        led = self._parliamentary_in(party)
        return led if rank == "government" else [(MIN, MAX)] if rank == "body" else list(without((MIN, MAX), led))

    def _parliamentary_in(self, party: str) -> list[Span]:
        if party in self.parliamentary.always:
            return [(MIN, MAX)]
        told = self.parliamentary.at_times.get(party, ())
        day = datetime.date.fromisoformat
        return [(day(first) if first else MIN, day(last) if last else MAX) for first, last in told]


@functools.cache
def load_leading() -> Leading:
    """Read leading.toml; raises `RuleError` where it does not have the form that it should have."""
    try:
        return msgspec.convert(read_toml(LEADING), Leading)
    except msgspec.ValidationError as error:
        raise RuleError(str(error), kind="offices", where=str(LEADING)) from error


def terms_of(party: str, days: Days, rules: Rules) -> tuple[Term, ...]:
    """The terms of a party's leaders that have a day in some time, the earliest first."""
    leading, (first, last) = load_leading(), days
    found = {_term(party, name, rank) for name, rank in _holders(party, leading, rules)}
    within = (
        one for one in found if (not last or (one.first or MIN) <= last) and (not first or (one.last or MAX) >= first)
    )
    return tuple(sorted(within, key=lambda one: (one.first or MIN, leading.place_of(one.office), one.name)))


def _holders(party: str, leading: Leading, rules: Rules) -> Iterator[tuple[Name, Rank]]:
    # By surnames, which are fewer than all names: every page of a dyad asks.
    for names in rules.lexicon.surnames.values():
        for name in names:
            if name.code.startswith(party) and (rank := leading.rank_of(party, name.office)):
                yield name, rank


def _term(party: str, name: Name, rank: Rank) -> Term:
    return Term(party=party, name=name.name, office=name.office, rank=rank, first=name.first, last=name.last)


def bands_of(terms: Iterable[Term], first: datetime.date, last: datetime.date) -> tuple[Band, ...]:
    """Who of a party's heads led it when, within some days: one after the other, the earliest first.

    Where two lead at once it is who comes first in `leading.toml`; who holds one office after another has one band.
    """
    leading = load_leading()
    found: list[Band] = []
    for term in sorted(terms, key=lambda one: (leading.place_of(one.office), one.first or MIN)):
        taken = [(band.first, band.last) for band in found]
        for times in leading.times_of(term.party, term.rank):
            begins = max(first, times[0], term.first or MIN)
            ends = min(last, times[1], term.last or MAX)
            for piece in without((begins, ends), taken):
                found.append(_band(term, piece))
    return tuple(_joined(sorted(found, key=lambda band: band.first)))


def bands_within(terms: Iterable[Term], days: Days) -> tuple[Band, ...]:
    """Who led a party within the days of a time axis; nobody where it has an open end."""
    first, last = days
    return bands_of(terms, first, last) if first and last else ()


def _band(term: Term, days: Span) -> Band:
    return Band(party=term.party, name=term.name, office=term.office, first=days[0], last=days[1])


def without(days: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """The pieces of some days that nobody has taken.

    >>> day = datetime.date
    >>> list(without((day(2013, 1, 1), day(2013, 1, 9)), [(day(2013, 1, 3), day(2013, 1, 4))]))
    [(datetime.date(2013, 1, 1), datetime.date(2013, 1, 2)), (datetime.date(2013, 1, 5), datetime.date(2013, 1, 9))]
    """
    first, last = days
    for begins, ends in sorted(taken):
        if begins > last or ends < first:
            continue
        if begins > first:
            yield first, later(begins, -1)
        if ends >= last:
            return
        first = later(ends, 1)
    if first <= last:
        yield first, last


def _joined(bands: Sequence[Band]) -> Iterator[Band]:
    """Bands of one person that follow each other as one, with the office that was held last."""
    held: Band | None = None
    for band in bands:
        if held and (held.name, later(held.last, 1)) == (band.name, band.first):
            held = msgspec.structs.replace(band, first=held.first)
            continue
        if held:
            yield held
        held = band
    if held:
        yield held
