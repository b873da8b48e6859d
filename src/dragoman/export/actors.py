"""Codes of actors taken apart, and as CAMEO data sets write them."""

from collections.abc import Mapping

from dragoman.export.schemes import schemes
from dragoman.records import Entity

PIECE = 3  # letters of a country, a body or a sector


def pieces_of(code: str) -> tuple[str, ...]:
    """The pieces of a code.

    >>> pieces_of("IGOUNOIAE")
    ('IGO', 'UNO', 'IAE')
    """
    return tuple(code[i : i + PIECE] for i in range(0, len(code), PIECE))


def sectors_of(entity: Entity) -> tuple[str, ...]:
    """PLOVER's sectors of an actor: the pieces behind its state; of a body that is no state what the lexicon says."""
    if entity.country in schemes().cameo.bodies:
        return (entity.sector,) if entity.sector else ()
    return pieces_of(entity.code.removeprefix(entity.country))


def cameo_pieces(entity: Entity, countries: Mapping[str, str]) -> tuple[str, ...]:
    """The pieces of an actor's CAMEO code; `countries` are the states that a data set codes in its own way.

    PLOVER's JRN is CAMEO's MED, PLOVER's MED its HLH; sectors that CAMEO has not are left out.
    """
    cameo = schemes().cameo
    if entity.country in cameo.bodies:
        return pieces_of(entity.code)
    state = (countries.get(entity.country, entity.country),) if entity.country else ()
    return (*state, *(piece for sector in sectors_of(entity) if (piece := cameo.sectors.get(sector, sector))))
