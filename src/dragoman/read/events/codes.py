"""Codes and names of other data sets in ours, from data/imports/codes.toml, the lexicon and the ontology."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dragoman.errors import InputError
from dragoman.records import ImportedParty, Record
from dragoman.rules import DATA, Rules
from dragoman.rules.ontology import Ontology
from dragoman.rules.tables import read_toml

FILE = DATA / "imports" / "codes.toml"
CAMEO = re.compile(r"(?:0[1-9]|1\d|20)\d{0,2}", re.ASCII)
# What a code says of the act besides itself: type, modes, contexts.
Plover = tuple[str, tuple[str, ...], tuple[str, ...]]


class Tables(Record, frozen=True, kw_only=True):
    """The parts of codes.toml, which explains them."""

    unknown: frozenset[str]
    stateless: frozenset[str]
    countries: dict[str, str]
    names: dict[str, str]
    cameo: dict[str, str]
    icews: dict[str, str]
    icews_stateless: dict[str, str]
    icews_parts: dict[str, frozenset[str]]
    quads: dict[str, int]


class Codes(Record, frozen=True, kw_only=True):
    """Everything that turns their codes into ours; load it once, it is never changed."""

    ontology: Ontology
    tables: Tables
    countries: dict[str, str]
    names: dict[str, str]
    bodies: dict[str, str]

    @property
    def unknown(self) -> frozenset[str]:
        """The marks that other data sets have for nothing known."""
        return self.tables.unknown

    def country(self, given: str) -> str:
        """ISO alpha-3 (or IGO and the like) of a code or an English name; "" where it is none."""
        return self.countries.get(given) or self.names.get(given, "")

    def cameo_sectors(self, given: Iterable[str]) -> tuple[str, ...]:
        """CAMEO's agents in PLOVER's sectors, each once; what PLOVER does not have is left out."""
        known = self.ontology.sectors.keys() - self.tables.cameo.keys()
        return _once(self.tables.cameo.get(code, code if code in known else "") for code in given)

    def icews_sectors(self, given: Iterable[str]) -> tuple[str, ...]:
        """The sectors of ICEWS in PLOVER's; "Government" is left out beside a part of it."""
        found = _once(self.tables.icews.get(name, "") for name in given)
        return tuple(one for one in found if not self.tables.icews_parts.get(one, frozenset()) & set(found))

    def stateless(self, given: Iterable[str]) -> str:
        """IGO or the like where a sector of ICEWS says so, else ""."""
        return next((self.tables.icews_stateless[name] for name in given if name in self.tables.icews_stateless), "")

    def plover(self, code: str) -> Plover:
        """Type, modes and contexts that a CAMEO code stands for; raises `InputError` where there is no such code."""
        if code not in self.ontology.codes:
            raise InputError(f"expected a CAMEO code such as 042 or 1056, got {code!r}{_lost(code)}", kind="code")
        type, mode, contexts = self.ontology.plover_of_cameo(code)
        return type, (mode,) if mode else (), contexts

    def party(self, name: str, country: str, sectors: tuple[str, ...], raw: str) -> tuple[ImportedParty, ...]:
        """The party, or none where nothing is said; a body outside the states has the lexicon's code for its name."""
        if not (name or country or sectors or raw):
            return ()
        code = country + "".join(sectors) if country else ""
        if not country or country in self.tables.stateless:
            code = self.bodies.get(name.casefold(), raw if raw[:3] == country else code)
        country = country or (code[:3] if code[:3] in self.tables.stateless else "")
        return (ImportedParty(name=name, country=country, sectors=sectors, code=code, raw=raw),)


def load_codes(rules: Rules, path: Path = FILE) -> Codes:
    """The codes that go with these rules."""
    tables = _tables(read_toml(path))
    names = dict(_single("country", rules))
    own = {code: code for code in {*names.values(), *tables.names.values(), *tables.stateless}}
    bodies = {form.casefold(): code for form, code in _single("organization", rules) if code[:3] in tables.stateless}
    return Codes(
        ontology=rules.ontology,
        tables=tables,
        countries={**own, **tables.countries},
        names={**tables.names, **names},
        bodies=bodies,
    )


def _tables(content: Mapping[str, Any]) -> Tables:
    try:
        return msgspec.convert(content, Tables)
    except msgspec.ValidationError as error:
        raise InputError(f"the table of codes is malformed: {error}", kind="codes", where=str(FILE)) from error


def _single(kind: str, rules: Rules) -> Iterator[tuple[str, str]]:
    """Names of one kind that mean one thing only, with its code."""
    for form, meanings in rules.lexicon.names.items():
        codes = {name.code for name in meanings if name.kind == kind}
        if len(codes) == 1:
            yield form, codes.pop()


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))


def _lost(code: str) -> str:
    """The commonest fault of CAMEO codes: tools that take them for numbers drop the zero in front."""
    if not CAMEO.fullmatch("0" + code):
        return ""
    return (
        "; its leading zero seems lost, as when a tool reads codes as numbers: write the table again with them as text"
    )
