"""Whom a person means who types the name or the code of a state or a body."""

import re

from dragoman.errors import InputError
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules

CODE = re.compile(r"(?:[A-Z]{3})+")


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
