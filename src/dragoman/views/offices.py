"""Who held which office on a day, by the name that a report gives: only where no second person of that name did."""

import datetime
from collections.abc import Iterator

from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.rules.names import Name


class Offices:
    """The terms of office that the lexicon knows, by all forms of their holders' names."""

    def __init__(self, rules: Rules) -> None:
        self._names = rules.lexicon.names

    def held(self, name: str, on: datetime.date | None, *, party: str = "") -> str:
        """What somebody held on a day: "president", "acting president and prime minister".

        With a party only what is held for it counts. "" where the day or the name is unknown, where nobody of that name
        was in office, and where two people were.
        """
        if on is None:
            return ""
        terms = [term for term in self._terms(name) if _covers(term, on)]
        if party:
            terms = [term for term in terms if party_of(term.code) == party]
        if len({(term.name, party_of(term.code)) for term in terms}) != 1:
            return ""
        return " and ".join(dict.fromkeys(term.office for term in terms))

    def _terms(self, name: str) -> Iterator[Name]:
        return (one for one in self._names.get(name, ()) if one.kind == "person" and one.office)


def _covers(term: Name, on: datetime.date) -> bool:
    return (term.first is None or term.first <= on) and (term.last is None or on <= term.last)
