"""Parties of the ledger: states, bodies of states, and agencies that act for themselves."""

from collections.abc import Iterable

from dragoman.records import Entity
from dragoman.resolve.tellings import party_of
from dragoman.rules.ledger import LedgerWords

# Characters of a code that name an agency of a body: IGOUNOKID.
AGENCY = 9


def party(code: str, words: LedgerWords) -> str:
    """Who a code stands for: its state or body, but an agency by itself: the children's fund is not the Council."""
    return code[:AGENCY] if code[:AGENCY] in words.agencies else party_of(code)


def parties(codes: Iterable[str], words: LedgerWords) -> frozenset[str]:
    """The parties of several codes."""
    return frozenset(party(code, words) for code in codes)


def parties_of(entities: Iterable[Entity], words: LedgerWords) -> frozenset[str]:
    """The parties of an event's actors or recipients."""
    return parties((entity.code for entity in entities), words)
