"""Events as POLECAT rows: 40 columns, tab-separated, with a header; docs/formats.md explains each column."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from dragoman.export.actors import sectors_of
from dragoman.export.cells import listed, plain, tabbed, text_cell
from dragoman.export.dyads import kept
from dragoman.export.schemes import schemes
from dragoman.export.tallies import first_day, report_of
from dragoman.records import DistinctEvent, Entity, Status
from dragoman.rules.ontology import Ontology

# Between parties and contexts, and between the sectors of one party.
BETWEEN, WITHIN = "; ", "|"
NOBODY = "None"  # what POLECAT writes in the columns of a party that it does not know


def polecat_lines(
    events: Iterable[DistinctEvent],
    ontology: Ontology,
    *,
    statuses: Collection[Status] | None = None,
    version: str = "",
) -> Iterator[str]:
    """A header, then one line an event, all its parties in one row; `version` is what the last column says."""
    columns = schemes().columns.polecat
    yield tabbed(columns)
    for told in kept(events, statuses):
        cells = {**_cells(told, ontology), "Version": plain(version)}
        yield tabbed(cells.get(name, "") for name in columns)


def _cells(told: DistinctEvent, ontology: Ontology) -> dict[str, str]:
    event, day, report = told.event, first_day(told), report_of(told)
    return {
        "Event ID": text_cell(f"{told.told_in}_{told.id}"),
        "Event Date": day.isoformat() if day else "",
        "Event Type": event.type,
        "Event Mode": BETWEEN.join(event.mode),
        "Intensity": f"{ontology.score(event.type, event.mode):.1f}",
        "Quad Code": schemes().quads[str(ontology.quad(event.type))],
        "Contexts": BETWEEN.join(event.context),
        **_party_cells("Actor", event.actor),
        **_party_cells("Recipient", event.recipient),
        "Source": text_cell(report.publisher),
        "Publication Date": report.published.isoformat() if report.published else "",
        "Language": plain(report.language),
    }


def _party_cells(side: str, parties: Sequence[Entity]) -> dict[str, str]:
    """Each list is as long as the parties are many; a party without a value has "None" there."""

    def joined(value: Callable[[Entity], str]) -> str:
        cells = (listed([value(party)], ";") or NOBODY for party in parties)
        return text_cell(BETWEEN.join(cells)) or NOBODY

    return {
        f"{side} Name": joined(lambda party: party.name),
        f"{side} Country": joined(lambda party: party.country),
        f"{side} COW": joined(lambda party: schemes().cow.get(party.country, "")),
        f"Primary {side} Sector": joined(lambda party: party.sector),
        f"{side} Sectors": joined(lambda party: WITHIN.join(sectors_of(party))),
        f"{side} Name Raw": joined(lambda party: party.text),
        f"Wikipedia {side} ID": joined(lambda party: party.wikidata or ""),
    }
