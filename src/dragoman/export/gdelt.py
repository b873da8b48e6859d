"""Events as GDELT 2.0 event rows: 61 columns, tab-separated, no header; docs/formats.md explains each column."""

import datetime
from collections.abc import Collection, Iterable, Iterator

from dragoman.export.actors import cameo_pieces
from dragoman.export.cells import address_cell, number_of, tabbed, text_cell
from dragoman.export.dyads import Dyad, dyads_of, kept
from dragoman.export.schemes import schemes
from dragoman.export.tallies import addresses, first_day, first_published, mentions, publishers, reports
from dragoman.records import DistinctEvent, Entity, Status
from dragoman.rules.ontology import Ontology

# A telling that begins within so many characters is in a report's lead: 9 of 10 first paragraphs of the project's own
# sample reports end before the 219th, and a dateline may stand before them.
LEAD = 250
# The last CAMEO root of each quad class.
LAST_ROOTS = ((1, "05"), (2, "08"), (3, "13"), (4, "20"))
TYPES = 3  # columns for the roles of an actor


def gdelt_lines(
    events: Iterable[DistinctEvent], ontology: Ontology, *, statuses: Collection[Status] | None = None
) -> Iterator[str]:
    """One line for each actor with each recipient, as the events come; `statuses` says which events are written."""
    columns = schemes().columns.gdelt
    for told in kept(events, statuses):
        for dyad in dyads_of(told, ontology):
            cells = _cells(dyad, ontology)
            yield tabbed(cells.get(name, "") for name in columns)


def _cells(dyad: Dyad, ontology: Ontology) -> dict[str, str]:
    return {
        "GLOBALEVENTID": str(number_of(dyad.told.id, dyad.actor.code, dyad.recipient.code if dyad.recipient else "")),
        **_day_cells(first_day(dyad.told)),
        **_actor_cells("Actor1", dyad.actor),
        **(_actor_cells("Actor2", dyad.recipient) if dyad.recipient else {}),
        **_act_cells(dyad.code, ontology),
        **_report_cells(dyad.told),
    }


def _day_cells(day: datetime.date | None) -> dict[str, str]:
    """The fraction is GDELT's own: all months have 30 days, the year has 365."""
    if day is None:
        return {}
    return {
        "SQLDATE": f"{day.year:04}{day.month:02}{day.day:02}",
        "MonthYear": f"{day.year:04}{day.month:02}",
        "Year": f"{day.year:04}",
        "FractionDate": f"{day.year + ((day.month - 1) * 30 + day.day) / 365:.4f}",
    }


def _actor_cells(side: str, entity: Entity) -> dict[str, str]:
    """The pieces of the code go to the columns whose lists have them; ethnic and religious codes are left empty."""
    gdelt = schemes().gdelt
    pieces = cameo_pieces(entity, gdelt.countries)
    body = entity.country in schemes().cameo.bodies
    tail = pieces[1:] if body else ()
    groups = [piece for piece in tail if piece in gdelt.groups]
    types = [piece for piece in pieces if piece in gdelt.types and piece not in groups]
    cells = {
        "Code": "".join(pieces),
        "Name": text_cell(entity.name.upper()),
        "CountryCode": next((p for p in tail if p in gdelt.regions), "") if body else _country(entity),
        "KnownGroupCode": groups[-1] if groups else "",
        **{f"Type{number}Code": piece for number, piece in enumerate(types[:TYPES], 1)},
    }
    return {side + name: cell for name, cell in cells.items()}


def _country(entity: Entity) -> str:
    return schemes().gdelt.countries.get(entity.country, entity.country)


def _act_cells(code: str, ontology: Ontology) -> dict[str, str]:
    root = code[:2]
    return {
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": root,
        "QuadClass": str(next(quad for quad, last in LAST_ROOTS if root <= last)),
        "GoldsteinScale": f"{ontology.goldstein(code):.1f}",
    }


def _report_cells(told: DistinctEvent) -> dict[str, str]:
    """A report without a known publisher still has one."""
    added = first_published(told)
    return {
        "IsRootEvent": str(int(any(telling.event.sentence.start < LEAD for telling in told.evidence))),
        "NumMentions": str(mentions(told)),
        "NumSources": str(max(1, len(publishers(told)))),
        "NumArticles": str(len(reports(told))),
        "DATEADDED": f"{added.year:04}{added.month:02}{added.day:02}000000" if added else "",
        "SOURCEURL": address_cell(next(iter(addresses(told)), "")),
    }
