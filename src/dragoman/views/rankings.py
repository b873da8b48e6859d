"""Which dyads and which parties most is told of, within some days."""

import datetime

from dragoman.records import Record
from dragoman.rules.ontology import Ontology
from dragoman.store import Store
from dragoman.store.ties import Wanted, shares, ties
from dragoman.views.networks import conflict_of
from dragoman.views.periods import Days
from dragoman.views.spans import weeks_shown

# A year in whole weeks, as on the network and the map.
WEEKS = 52
# Dyads on the page; the network's file has more.
MOST = 60


class Ranked(Record, frozen=True, kw_only=True):
    """What one party did to another: distinct events, reports that tell them, how many events are conflict."""

    actor: str
    recipient: str
    events: int
    reports: int
    conflict: int


class Dyads(Record, frozen=True, kw_only=True):
    """The dyads with the most distinct events within some days, and how many dyads there are in all."""

    first: datetime.date | None
    last: datetime.date | None
    dyads: tuple[Ranked, ...]
    all: int


class Acting(Record, frozen=True, kw_only=True):
    """What a party did, to whomever: distinct events, reports that tell them, how many events are conflict."""

    party: str
    events: int
    reports: int
    conflict: int


class Parties(Record, frozen=True, kw_only=True):
    """The parties that did anything within some days, those with the most distinct events first."""

    first: datetime.date | None
    last: datetime.date | None
    parties: tuple[Acting, ...]


def dyads_told(store: Store, days: Days, ontology: Ontology) -> Dyads:
    """The dyads of some days; without days those of the year up to the last report."""
    first, last = weeks_shown(store, days, WEEKS)
    with store.reading() as connection:
        found = ties(connection, _wanted(first, last, ontology), most=MOST)
    return Dyads(first=first, last=last, dyads=tuple(Ranked(**tie._asdict()) for tie in found.ties), all=found.all)


def parties_told(store: Store, days: Days, ontology: Ontology) -> Parties:
    """The parties of some days; without days those of the year up to the last report."""
    first, last = weeks_shown(store, days, WEEKS)
    with store.reading() as connection:
        found = shares(connection, _wanted(first, last, ontology), "actor")
    return Parties(first=first, last=last, parties=tuple(Acting(**share._asdict()) for share in found))


def _wanted(first: datetime.date | None, last: datetime.date | None, ontology: Ontology) -> Wanted:
    return Wanted(list(ontology.types), conflict_of(ontology), first, last)
