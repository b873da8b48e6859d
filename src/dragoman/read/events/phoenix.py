"""Phoenix: 26 columns, tabs, no header; several sentences, addresses and sources in a cell are parted by ";"."""

from dragoman.read.events import cells
from dragoman.read.events.codes import Codes
from dragoman.read.events.gdelt import cameo_code, quad_class
from dragoman.read.events.rows import Row
from dragoman.records import ImportedEvent, ImportedParty, ImportedPlace


def phoenix_event(row: Row, codes: Codes) -> ImportedEvent:
    """A row as an event; raises `InputError` with the column that cannot be read."""
    code = cameo_code(row, "EventCode", "EventRootCode", codes)
    type, mode, context = codes.plover(code) if code else ("", (), ())
    sentences, urls, publishers = (cells.listed(row, name, ";") for name in ("SentenceIDs", "URLs", "NewsSources"))
    return ImportedEvent(
        source="phoenix",
        id=cells.needed(row, "EventID"),
        day=cells.day(row, "Date"),
        actor=_party(row, "Source", codes),
        recipient=_party(row, "Target", codes),
        cameo=code,
        type=type,
        mode=mode,
        context=context,
        quad=quad_class(row, "QuadClass", 0, 4),
        score=cells.number(row, "GoldsteinScore", -10, 10),
        reports=len(urls) or None,
        mentions=len(sentences) or None,
        sources=len(set(publishers)) or None,
        place=_place(row),
        url=";".join(urls),
        publisher=";".join(publishers),
        sentence=";".join(sentences),
        where=row.where,
    )


def _party(row: Row, who: str, codes: Codes) -> tuple[ImportedParty, ...]:
    raw = cells.text(row, f"{who}ActorFull", codes.unknown)
    agents = [
        agent for part in ("Role", "Attribute") for agent in cells.listed(row, f"{who}Actor{part}", ";", codes.unknown)
    ]
    outside = raw[:3] in codes.tables.stateless
    country = raw[:3] if outside else codes.country(cells.text(row, f"{who}ActorEntity"))
    return codes.party("", country, () if outside else codes.cameo_sectors(agents), raw)


def _place(row: Row) -> ImportedPlace | None:
    names = [cells.text(row, "LocationName"), cells.text(row, "StateName")]
    place = ImportedPlace(
        name=", ".join(name for name in names if name),
        country=cells.text(row, "CountryCode"),
        latitude=cells.number(row, "Lat", -90, 90),
        longitude=cells.number(row, "Lon", -180, 180),
    )
    return place if place != ImportedPlace() else None
