"""Where it happens: how many events each country has a part in, as who acts, as who is acted on, or as either."""

import datetime

from dragoman.records import Record
from dragoman.resolve.tellings import BODIES
from dragoman.rules.ontology import Ontology
from dragoman.store import Store
from dragoman.store.ties import Part, Share, Wanted, shares
from dragoman.views.names import Names
from dragoman.views.networks import Quad, conflict_of, types_of
from dragoman.views.periods import Days
from dragoman.views.spans import weeks_shown

# A year in whole weeks, as on the network.
WEEKS = 52


class Place(Record, frozen=True, kw_only=True):
    """A country or a body with the distinct events that it has a part in; `conflict` are those that are conflict."""

    code: str
    name: str
    events: int
    reports: int
    conflict: int


class Map(Record, frozen=True, kw_only=True):
    """Countries, and bodies that have no place on a map, those with the most events first, within some days."""

    first: datetime.date | None
    last: datetime.date | None
    part: Part
    quad: str
    countries: tuple[Place, ...]
    bodies: tuple[Place, ...]


def map_of(store: Store, days: Days, part: Part, quad: Quad | str, ontology: Ontology, names: Names) -> Map:
    """How many events each party has a part in; `quad` is "" for all of them."""
    first, last = weeks_shown(store, days, WEEKS)
    wanted = Wanted(types_of(quad, "", ontology), conflict_of(ontology), first, last)
    with store.reading() as connection:
        places = [_place(share, names) for share in shares(connection, wanted, part)]
    return Map(
        first=first,
        last=last,
        part=part,
        quad=quad,
        countries=tuple(place for place in places if not place.code.startswith(BODIES)),
        bodies=tuple(place for place in places if place.code.startswith(BODIES)),
    )


def _place(share: Share, names: Names) -> Place:
    counted = {"events": share.events, "reports": share.reports, "conflict": share.conflict}
    return Place(code=share.party, name=names.of(share.party), **counted)
