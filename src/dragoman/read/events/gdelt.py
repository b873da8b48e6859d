"""GDELT's table of events: 2.0 (61 columns) and 1.0 (58, before April 2013 57); tabs, no header, no quotation marks."""

from dragoman.errors import InputError
from dragoman.read.events import cells
from dragoman.read.events.codes import Codes
from dragoman.read.events.rows import Row
from dragoman.records import ImportedEvent, ImportedParty, ImportedPlace


def gdelt_event(row: Row, codes: Codes) -> ImportedEvent:
    """A row as an event; raises `InputError` with the column that cannot be read."""
    code = cameo_code(row, "EventCode", "EventRootCode", codes)
    type, mode, context = codes.plover(code) if code else ("", (), ())
    return ImportedEvent(
        source="gdelt",
        id=cells.needed(row, "GLOBALEVENTID"),
        day=cells.day(row, "SQLDATE"),
        added=cells.perhaps_day(row, "DATEADDED"),
        actor=_party(row, "Actor1", codes),
        recipient=_party(row, "Actor2", codes),
        cameo=code,
        type=type,
        mode=mode,
        context=context,
        quad=quad_class(row, "QuadClass", 1, 4),
        score=cells.number(row, "GoldsteinScale", -10, 10),
        reports=cells.whole(row, "NumArticles"),
        mentions=cells.whole(row, "NumMentions"),
        sources=cells.whole(row, "NumSources"),
        place=_place(row),
        url=cells.text(row, "SOURCEURL"),
        where=row.where,
    )


def cameo_code(row: Row, column: str, root_column: str, codes: Codes) -> str:
    """The CAMEO code, "" where the data set has none; refused where the root beside it is another one's.

    A code of two digits may have lost its zero (10 for 010): only the root tells.
    """
    code, root = cells.text(row, column, codes.unknown), cells.text(row, root_column, codes.unknown)
    if root and not code.startswith(root):
        raise InputError(f"{column}: expected a code under the root {root!r}, got {code!r}", kind="code")
    if len(code) == 2 and root != code:
        cells.refuse(row, column, "a CAMEO code of three or four digits (10 may be 10 or 010)", "code")
    return code


def quad_class(row: Row, column: str, low: int, high: int) -> int | None:
    """A quad class within the bounds of the data set; None where the cell is empty."""
    quad = cells.whole(row, column)
    if quad is not None and not low <= quad <= high:
        cells.refuse(row, column, f"a quad class from {low} to {high}", "number")
    return quad


def _party(row: Row, who: str, codes: Codes) -> tuple[ImportedParty, ...]:
    raw = cells.text(row, f"{who}Code", codes.unknown)
    agents = [cells.text(row, f"{who}Type{number}Code") for number in (1, 2, 3)]
    outside = raw[:3] in codes.tables.stateless
    country = raw[:3] if outside else codes.country(cells.text(row, f"{who}CountryCode"))
    sectors = () if outside else codes.cameo_sectors(agents)
    return codes.party(cells.text(row, f"{who}Name"), country, sectors, raw)


def _place(row: Row) -> ImportedPlace | None:
    place = ImportedPlace(
        name=cells.text(row, "ActionGeo_Fullname"),
        country=cells.text(row, "ActionGeo_CountryCode"),
        latitude=cells.number(row, "ActionGeo_Lat", -90, 90),
        longitude=cells.number(row, "ActionGeo_Long", -180, 180),
    )
    return place if place != ImportedPlace() else None
