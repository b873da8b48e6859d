"""Events as ICEWS rows: 20 columns, tab-separated, with a header; docs/formats.md explains each column."""

from collections.abc import Collection, Iterable, Iterator

from dragoman.export.actors import pieces_of, sectors_of
from dragoman.export.cells import number_of, tabbed, text_cell
from dragoman.export.dyads import Dyad, dyads_of, kept
from dragoman.export.schemes import schemes
from dragoman.export.tallies import first_day, report_of
from dragoman.records import DistinctEvent, Entity, Status
from dragoman.rules.ontology import Ontology

# R has no whole numbers above 32 bits and reads such columns as doubles, which are exact up to 53.
BITS = 53


def icews_lines(
    events: Iterable[DistinctEvent], ontology: Ontology, *, statuses: Collection[Status] | None = None
) -> Iterator[str]:
    """A header, then a line for each actor with each recipient; CONSULT also from the other side."""
    columns = schemes().columns.icews
    yield tabbed(columns)
    for told in kept(events, statuses):
        for dyad in dyads_of(told, ontology, mirror=True):
            cells = _cells(dyad, ontology)
            yield tabbed(cells.get(name, "") for name in columns)


def _cells(dyad: Dyad, ontology: Ontology) -> dict[str, str]:
    day, report = first_day(dyad.told), report_of(dyad.told)
    target = dyad.recipient.code if dyad.recipient else ""
    return {
        "Event ID": str(number_of(dyad.told.id, dyad.actor.code, target, bits=BITS)),
        "Event Date": day.isoformat() if day else "",
        **_party_cells("Source", dyad.actor),
        **(_party_cells("Target", dyad.recipient) if dyad.recipient else {}),
        "Event Text": schemes().icews.texts.get(dyad.code, ""),
        "CAMEO Code": dyad.code,
        "Intensity": f"{ontology.goldstein(dyad.code):.1f}",
        "Story ID": str(number_of(dyad.told.told_in, bits=BITS)),
        "Publisher": text_cell(report.publisher),
    }


def _party_cells(side: str, entity: Entity) -> dict[str, str]:
    icews = schemes().icews
    body = pieces_of(entity.code)[:1] if entity.country in schemes().cameo.bodies else ()
    sectors = (icews.sectors.get(piece, "") for piece in (*body, *sectors_of(entity)))
    return {
        f"{side} Name": text_cell(entity.name),
        f"{side} Sectors": ",".join(dict.fromkeys(sector for sector in sectors if sector)),
        f"{side} Country": icews.countries.get(entity.country, ""),
    }
