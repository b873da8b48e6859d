"""POLECAT: 40 columns, tabs, a header; some files name more columns or end their rows in more tabs than they should."""

from collections.abc import Iterable

from dragoman.read.events import cells
from dragoman.read.events.codes import Codes
from dragoman.read.events.icews import place_of
from dragoman.read.events.rows import Row
from dragoman.records import ImportedEvent, ImportedParty

# Between parties, and between the sectors of one.
MARK, WITHIN = ";", "|"
PLACES = ("Placename",)


def polecat_event(row: Row, codes: Codes) -> ImportedEvent:
    """A row as an event; raises `InputError` with the column that cannot be read."""
    type = cells.text(row, "Event Type").upper()
    if type not in codes.ontology.types:
        cells.refuse(row, "Event Type", "one of PLOVER's 16 types", "code")
    return ImportedEvent(
        source="polecat",
        id=cells.needed(row, "Event ID"),
        day=cells.day(row, "Event Date"),
        added=cells.perhaps_day(row, "Publication Date", codes.unknown),
        actor=_parties(row, "Actor", codes),
        recipient=_parties(row, "Recipient", codes),
        type=type,
        mode=_modes(row, type, codes),
        context=cells.listed(row, "Contexts", MARK, codes.unknown),
        quad=_quad(row, codes),
        score=cells.number(row, "Intensity", -10, 10, codes.unknown),
        text=cells.text(row, "Event Text", codes.unknown),
        place=place_of(row, PLACES, codes),
        publisher=cells.text(row, "Source", codes.unknown),
        story=cells.text(row, "Story ID", codes.unknown),
        where=row.where,
    )


def _modes(row: Row, type: str, codes: Codes) -> tuple[str, ...]:
    """Modes in the codebook's spelling where they are its modes ("martial law"), else as given."""
    known = codes.ontology.modes(type)
    given = cells.listed(row, "Event Mode", MARK, codes.unknown)
    spelled = ((mode, mode.casefold().replace(" ", "-").replace("_", "-")) for mode in given)
    return tuple(usual if usual in known else mode for mode, usual in spelled)


def _quad(row: Row, codes: Codes) -> int | None:
    given = cells.text(row, "Quad Code", codes.unknown)
    if not given:
        return None
    quad = codes.tables.quads.get(given.upper(), int(given) if given in ("1", "2", "3", "4") else 0)
    return quad or cells.refuse(row, "Quad Code", " or ".join(codes.tables.quads), "code")


def _parties(row: Row, who: str, codes: Codes) -> tuple[ImportedParty, ...]:
    """One party for each name where as many countries stand beside the names ("None" keeps a place).

    Else it is not said which name is of which country: then a party for each country, with all names in it.
    """
    names, countries, first, every = (
        _places(row, column, codes)
        for column in (f"{who} Name", f"{who} Country", f"Primary {who} Sector", f"{who} Sectors")
    )
    sectors = every if len(every) == len(names) else first
    said = tuple(dict.fromkeys(kind for kind in (*first, *every) if kind))
    if len(names) > 1 and len(names) == len(countries):
        paired = sectors if len(sectors) == len(names) else ("",) * len(names)
        return _joined(
            _party(name, country, kinds.split(WITHIN), kinds or f"{MARK} ".join(said), codes)
            for name, country, kinds in zip(names, countries, paired, strict=True)
        )
    kinds = [kind for each in said for kind in each.split(WITHIN)] if len(names) < 2 else []
    joined, raw = (f"{MARK} ".join(values) for values in (names, said))
    return _joined(_party(joined, country, kinds, raw, codes) for country in countries or ("",))


def _places(row: Row, column: str, codes: Codes) -> tuple[str, ...]:
    """The values of a list, "" where one of them is not known; none where nothing is."""
    values = tuple(value.strip() for value in row.cells.get(column, "").split(MARK))
    known = tuple("" if value in codes.unknown else value for value in values)
    return known if any(known) else ()


def _party(name: str, given: str, kinds: Iterable[str], kinds_given: str, codes: Codes) -> tuple[ImportedParty, ...]:
    own = dict.fromkeys(kind for kind in kinds if kind in codes.ontology.sectors)
    raw = f"{MARK} ".join(part for part in (given, kinds_given) if part)
    return codes.party(name, codes.country(given), tuple(own), raw)


def _joined(parties: Iterable[tuple[ImportedParty, ...]]) -> tuple[ImportedParty, ...]:
    return tuple(party for found in parties for party in found)
