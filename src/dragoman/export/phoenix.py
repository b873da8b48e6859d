"""Events as Phoenix rows: 26 columns, tab-separated, no header; docs/formats.md explains each column."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from dragoman.export.actors import cameo_pieces
from dragoman.export.cells import address_cell, listed, number_of, tabbed, text_cell
from dragoman.export.dyads import Dyad, dyads_of, kept
from dragoman.export.schemes import schemes
from dragoman.export.tallies import addresses, first_day, publishers
from dragoman.records import DistinctEvent, Entity, Status
from dragoman.rules.ontology import Ontology

# What stands behind the number of an event there; it would change where the mapping of docs/formats.md does.
VERSION = "1"


def phoenix_lines(
    events: Iterable[DistinctEvent], ontology: Ontology, *, statuses: Collection[Status] | None = None
) -> Iterator[str]:
    """One line for each actor with each recipient, as the events come; `statuses` says which events are written."""
    columns = schemes().columns.phoenix
    for told in kept(events, statuses):
        for dyad in dyads_of(told, ontology):
            cells = _cells(dyad, ontology)
            yield tabbed(cells.get(name, "") for name in columns)


def _cells(dyad: Dyad, ontology: Ontology) -> dict[str, str]:
    target = dyad.recipient.code if dyad.recipient else ""
    return {
        "EventID": f"{number_of(dyad.told.id, dyad.actor.code, target)}_{VERSION}",
        **_day_cells(first_day(dyad.told)),
        **_actor_cells("Source", dyad.actor),
        **_actor_cells("Target", dyad.recipient),
        "EventCode": dyad.code,
        "EventRootCode": dyad.code[:2],
        "QuadClass": str(ontology.penta(dyad.code)),
        "GoldsteinScore": f"{ontology.goldstein(dyad.code):.1f}",
        **_report_cells(dyad.told),
    }


def _day_cells(day: datetime.date | None) -> dict[str, str]:
    if day is None:
        return {}
    year, month, number = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    return {"Date": year + month + number, "Year": year, "Month": month, "Day": number}


def _actor_cells(side: str, entity: Entity | None) -> dict[str, str]:
    """The full code, its state or kind of body, its role where Phoenix knows it, and all other pieces."""
    unknown = schemes().phoenix.unknown
    if entity is None:
        return {f"{side}ActorFull": unknown}
    pieces = cameo_pieces(entity, schemes().cameo.countries)
    root, tail = (pieces[0], pieces[1:]) if entity.country else ("", pieces)
    role = tail[0] if tail and tail[0] in schemes().phoenix.roles else ""
    return {
        f"{side}ActorFull": (root or unknown) + "".join(tail),
        f"{side}ActorEntity": root,
        f"{side}ActorRole": role,
        f"{side}ActorAttribute": ";".join(tail[1:] if role else tail),
    }


def _report_cells(told: DistinctEvent) -> dict[str, str]:
    """Contexts stand as issues with the number of tellings that have them, sentences by their first character."""
    issues = Counter(context for telling in told.evidence for context in telling.event.context)
    places = (f"{telling.article.id}_{telling.event.sentence.start}" for telling in told.evidence)
    return {
        "Issues": ";".join(f"{context},{count}" for context, count in sorted(issues.items())),
        "SentenceIDs": text_cell(listed(places)),
        "URLs": ";".join(map(address_cell, addresses(told))),
        "NewsSources": text_cell(listed(publishers(told))),
    }
