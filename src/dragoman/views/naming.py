"""Whom a person means who types the name or the code of a state or a body."""

import difflib  # the standard library measures how alike two names are
import re
from collections.abc import Iterable

from dragoman.errors import InputError
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.rules.names import Name

CODE = re.compile(r"(?:[A-Z]{3})+")
# Of how alike names are, 0 to 1, what still can be a slip of the hand: "Nort Korea", "Ruisia".
ALIKE = 0.75
# How many names are offered instead.
NEAR = 4


def check_code(code: str, rules: Rules) -> None:
    """Raise `InputError` where nobody has a code: that of a name, or a known state or body with PLOVER's sectors."""
    known = {name.code for names in rules.lexicon.names.values() for name in names}
    party = party_of(code)
    rest = code.removeprefix(party)
    sectors = [rest[i : i + 3] for i in range(0, len(rest), 3)]
    is_party = CODE.fullmatch(code) and party in known | {party_of(one) for one in known}
    if code not in known and not (is_party and rules.ontology.sectors.keys() >= set(sectors)):
        raise InputError(f"nobody has the code {code!r}; codes are like PRK, PRKGOV or IGOUNO", kind="party")


def party_named(typed: str, rules: Rules) -> str:
    """The party of a code (PRK, PRKGOV, IGOUNO) or of a name ("North Korea", "United Nations").

    Raises `InputError` where nobody, or more than one party, has that name.
    """
    named = typed.strip()
    known = {name.code for names in rules.lexicon.names.values() for name in names}
    if CODE.fullmatch(named.upper()) and named.upper() in known | {party_of(code) for code in known}:
        return party_of(named.upper())
    forms = [form for form in (named, named.title(), named.capitalize()) if form in rules.lexicon.names]
    parties = {party_of(name.code) for name in rules.lexicon.names[forms[0]]} if forms else set()
    if len(parties) != 1:
        told = f"{typed!r} can be any of {', '.join(sorted(parties))}" if parties else f"nobody is called {typed!r}"
        raise InputError(f"{told}; give a code like PRK or IGOUNO", kind="party")
    return parties.pop()


def near_names(typed: str, rules: Rules) -> dict[str, str]:
    """States and bodies whose names are like what somebody typed, or hold it as a word: names with codes."""
    wanted, known = typed.strip().casefold(), _parties(rules)
    alike = difflib.get_close_matches(wanted, known, NEAR, ALIKE)
    within = [form for form in known if wanted in form.split()]
    found = {known[form].code: known[form].name for form in (*alike, *within)}
    return {name: code for code, name in list(found.items())[:NEAR]}


def _parties(rules: Rules) -> dict[str, Name]:
    """The states and bodies by all their names, in small letters."""
    found: dict[str, Name] = {}
    for form, names in rules.lexicon.names.items():
        for name in names:
            if name.kind in {"country", "organization"} and name.code == party_of(name.code):
                found.setdefault(form.casefold(), name)
    return found


def names_of_bodies(codes: Iterable[str], rules: Rules) -> dict[str, str]:
    """The names of bodies by their codes, as the lexicon has them."""
    wanted = frozenset(codes)
    every = (name for names in rules.lexicon.names.values() for name in names) if wanted else ()
    return {name.code: name.name for name in every if name.kind == "organization" and name.code in wanted}
