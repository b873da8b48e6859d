"""A distinct event in a line, as lists of pages and their data have it."""

from dragoman.export.tallies import first_day, last_day, publishers, reports
from dragoman.records import DistinctEvent, Record, Status
from dragoman.store.counts import Recent


class Line(Record, frozen=True, kw_only=True):
    """A distinct event with the sentence that tells it most fully; without a day where none is known.

    `date_from` is text, or published where no report gives a day and that of publication stands for it; codes of
    several actors or recipients, and modes, are joined by ";".
    """

    id: str
    first: str | None
    last: str | None
    date_from: str
    type: str
    mode: str
    status: Status
    actor: str
    recipient: str
    reports: int
    publishers: int
    sentence: str


def line_of(recent: Recent) -> Line:
    """An event as the store lists it."""
    return Line(**recent._asdict())


def line_of_distinct(event: DistinctEvent) -> Line:
    """An event with all its evidence, in a line."""
    one, first, last = event.event, first_day(event), last_day(event)
    return Line(
        id=event.id,
        first=first.isoformat() if first else None,
        last=last.isoformat() if last else None,
        date_from="text" if one.date else "published",
        type=one.type,
        mode=";".join(one.mode),
        status=one.status,
        actor=";".join(entity.code for entity in one.actor),
        recipient=";".join(entity.code for entity in one.recipient),
        reports=len(reports(event)),
        publishers=len(publishers(event)),
        sentence=one.sentence.text,
    )
