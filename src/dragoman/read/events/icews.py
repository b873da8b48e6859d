"""ICEWS: 20 columns, tabs, a header.

Its event ids are unique only together with the day. `Event Text` is no sentence but the name of the CAMEO code: what
was said must be looked up by story and sentence number.
"""

from dragoman.read.events import cells
from dragoman.read.events.codes import Codes
from dragoman.read.events.rows import Row
from dragoman.records import ImportedEvent, ImportedParty, ImportedPlace

PLACES = ("City", "District", "Province")


def icews_event(row: Row, codes: Codes) -> ImportedEvent:
    """A row as an event; raises `InputError` with the column that cannot be read."""
    code = cells.needed(row, "CAMEO Code")
    if len(code) == 2:
        cells.refuse(row, "CAMEO Code", "a CAMEO code of three or four digits (10 may be 10 or 010)", "code")
    type, mode, context = codes.plover(code)
    return ImportedEvent(
        source="icews",
        id=cells.needed(row, "Event ID"),
        day=cells.day(row, "Event Date"),
        actor=_party(row, "Source", codes),
        recipient=_party(row, "Target", codes),
        cameo=code,
        type=type,
        mode=mode,
        context=context,
        score=cells.number(row, "Intensity", -10, 10, codes.unknown),
        text=cells.text(row, "Event Text", codes.unknown),
        place=place_of(row, PLACES, codes),
        publisher=cells.text(row, "Publisher", codes.unknown),
        story=cells.text(row, "Story ID", codes.unknown),
        sentence=cells.text(row, "Sentence Number", codes.unknown),
        where=row.where,
    )


def place_of(row: Row, names: tuple[str, ...], codes: Codes) -> ImportedPlace | None:
    """The place of an event, its name put together of several columns; None where nothing is said."""
    parts = (cells.text(row, name, codes.unknown) for name in names)
    place = ImportedPlace(
        name=", ".join(dict.fromkeys(part for part in parts if part)),
        country=cells.text(row, "Country", codes.unknown),
        latitude=cells.number(row, "Latitude", -90, 90, codes.unknown),
        longitude=cells.number(row, "Longitude", -180, 180, codes.unknown),
    )
    return place if place != ImportedPlace() else None


def _party(row: Row, who: str, codes: Codes) -> tuple[ImportedParty, ...]:
    name, given = (cells.text(row, f"{who} {part}", codes.unknown) for part in ("Name", "Country"))
    sectors = cells.listed(row, f"{who} Sectors", ",", codes.unknown)
    country = codes.country(given) if given else codes.stateless(sectors)
    own = codes.icews_sectors(sectors) if country not in codes.tables.stateless else ()
    return codes.party(name, country, own, "; ".join(part for part in (given, ",".join(sectors)) if part))
