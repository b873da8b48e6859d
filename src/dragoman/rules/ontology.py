"""The ontology: PLOVER's types, modes, contexts and sectors, CAMEO's codes, and what is derived from them.

A file of a later folder overlays the same file of the folders before it, key by key.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record, Status
from dragoman.rules.tables import many, read_table, read_toml

# PLOVER's scale, and Goldstein's on which it is modelled, run from -10 (war) to 10.
Score = Annotated[float, msgspec.Meta(ge=-10, le=10)]
CAMEO_COLUMNS = ("code", "type", "mode", "context", "goldstein", "penta")
LONGEST_PHRASE = 6  # "weapons of mass destruction" has four words; two more for a user's own

R = TypeVar("R", bound=Record)


class Mode(Record, frozen=True, kw_only=True):
    """How an act of a type is done, with the CAMEO code to write for it; `contexts` maps a context to a finer code."""

    definition: str
    score: Score
    cameo: str
    contexts: dict[str, str] = msgspec.field(default_factory=dict)
    note: str = ""


class EventType(Mode, frozen=True, kw_only=True):
    """One of the 16 kinds of act. `quad`: 1 verbal, 2 material cooperation, 3 verbal, 4 material conflict."""

    quad: Annotated[int, msgspec.Meta(ge=1, le=4)]
    recipient_required: bool
    modes: dict[str, Mode] = msgspec.field(default_factory=dict)


class Context(Record, frozen=True, kw_only=True):
    """What an act is about, and the words that suggest it."""

    definition: str
    words: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Sector(Record, frozen=True, kw_only=True):
    """A kind of actor: the piece of a code after the country."""

    definition: str
    note: str = ""


class Auxiliary(Record, frozen=True, kw_only=True):
    """A PLOVER mode that says whether an act is real; it is written from an event's status."""

    definition: str
    statuses: tuple[Status, ...]
    note: str = ""


class CameoCode(Record, frozen=True, kw_only=True):
    """One CAMEO code: its Goldstein value, its Phoenix class (0 to 4), and how PLOVER reads it ("" if it drops it)."""

    type: str
    mode: str
    contexts: tuple[str, ...]
    goldstein: Score
    penta: Annotated[int, msgspec.Meta(ge=0, le=4)]
    note: str = ""


class Ontology(Record, frozen=True, kw_only=True):
    """The whole codebook; load it once, it is never changed."""

    types: dict[str, EventType]
    contexts: dict[str, Context]
    sectors: dict[str, Sector]
    auxiliary: dict[str, Auxiliary]
    codes: dict[str, CameoCode]
    phrases: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, *folders: Path) -> Self:
        """Read and check the ontology's files; raises `RuleError` with the file and the key that is wrong."""
        contexts = _records(Context, "contexts.toml", folders)
        ontology = cls(
            types=_types(folders),
            contexts=contexts,
            sectors=_records(Sector, "sectors.toml", folders),
            auxiliary=_records(Auxiliary, "auxiliary.toml", folders),
            codes=_codes(folders),
            phrases=_phrases(contexts),
        )
        _check(ontology, ", ".join(map(str, folders)))
        return ontology

    def quad(self, type: str) -> int:
        """The quad class of a type, 1 to 4."""
        return self._type(type).quad

    def modes(self, type: str) -> Mapping[str, Mode]:
        """The modes that a type may have, by name."""
        return self._type(type).modes

    def score(self, type: str, modes: Sequence[str] = ()) -> float:
        """PLOVER's score of an act (-10 to 10): of its first mode if it has one, else of its type."""
        return self._first(type, modes).score

    def cameo(self, type: str, modes: Sequence[str] = (), contexts: Collection[str] = ()) -> str:
        """The CAMEO code of an act; a context makes it finer where exactly one of them does."""
        kind = self._first(type, modes)
        finer = {code for context, code in kind.contexts.items() if context in contexts}
        return finer.pop() if len(finer) == 1 else kind.cameo

    def goldstein(self, code: str) -> float:
        """The Goldstein value of a CAMEO code (-10 to 10)."""
        return self._code(code).goldstein

    def penta(self, code: str) -> int:
        """The class that Phoenix data give a CAMEO code: 0 statements and appeals, then 1 to 4 as quad classes."""
        return self._code(code).penta

    def plover_of_cameo(self, code: str) -> tuple[str, str, tuple[str, ...]]:
        """Type, mode and contexts that a CAMEO code stands for; the type is "" where PLOVER drops the code."""
        row = self._code(code)
        return row.type, row.mode, row.contexts

    def auxiliary_of(self, status: Status) -> tuple[str, ...]:
        """The auxiliary modes that PLOVER's formats write for a status."""
        return tuple(name for name, auxiliary in self.auxiliary.items() if status in auxiliary.statuses)

    def contexts_of(self, text: str) -> tuple[str, ...]:
        """The contexts that words of a sentence suggest, in the codebook's order."""
        found = {context for phrase in _ngrams(text) for context in self.phrases.get(phrase, ())}
        return tuple(context for context in self.contexts if context in found)

    def _type(self, name: str) -> EventType:
        if name not in self.types:
            raise RuleError(f"no event type {name!r}; there are {sorted(self.types)}", kind="ontology")
        return self.types[name]

    def _first(self, type: str, modes: Sequence[str]) -> Mode:
        kind = self._type(type)
        if not modes:
            return kind
        if modes[0] not in kind.modes:
            raise RuleError(f"{type} has no mode {modes[0]!r}; it has {sorted(kind.modes)}", kind="ontology")
        return kind.modes[modes[0]]

    def _code(self, code: str) -> CameoCode:
        if code not in self.codes:
            raise RuleError(f"no CAMEO code {code!r}", kind="ontology")
        return self.codes[code]


def _types(folders: Iterable[Path]) -> dict[str, EventType]:
    types = {}
    for name, (table, where) in _tables("plover.toml", folders).items():
        modes = {
            mode: _convert(parts, Mode, f"{name}.modes.{mode}", where) for mode, parts in table.get("modes", {}).items()
        }
        types[name] = msgspec.structs.replace(_convert({**table, "modes": {}}, EventType, name, where), modes=modes)
    return types


def _records(kind: type[R], file: str, folders: Iterable[Path]) -> dict[str, R]:
    return {key: _convert(table, kind, key, where) for key, (table, where) in _tables(file, folders).items()}


def _tables(file: str, folders: Iterable[Path]) -> dict[str, tuple[dict[str, Any], str]]:
    """Each key's table with the file that had the last word on it."""
    tables: dict[str, tuple[dict[str, Any], str]] = {}
    for path in _files(file, folders):
        for key, table in read_toml(path).items():
            if not isinstance(table, dict):
                raise RuleError(f"{key}: expected a table, got {table!r}", kind="ontology", where=str(path))
            earlier = tables[key][0] if key in tables else {}
            tables[key] = (_merge(earlier, table), str(path))
    return tables


def _files(file: str, folders: Iterable[Path]) -> Iterator[Path]:
    """The file in the first folder, which must have it, and in the later ones that do."""
    for number, folder in enumerate(folders):
        if not number or (folder / file).exists():
            yield folder / file


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(under.get(key), dict)
        merged[key] = _merge(under[key], value) if both else value
    return merged


def _convert(table: object, kind: type[R], key: str, where: str, *, strict: bool = True) -> R:
    """The record of a table; a cell of a tab-separated file is text, which `strict=False` reads as a number."""
    try:
        return msgspec.convert(table, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise RuleError(f"{key}: {error}", kind="ontology", where=where) from error


def _codes(folders: Iterable[Path]) -> dict[str, CameoCode]:
    codes = {}
    for path in _files("cameo.tsv", folders):
        for number, row in read_table(path, CAMEO_COLUMNS):
            code, contexts = row.pop("code"), many(row.pop("context"))
            codes[code] = _convert({**row, "contexts": contexts}, CameoCode, code, f"{path}:{number}", strict=False)
    return codes


def _check(ontology: Ontology, where: str) -> None:
    """What no single record shows: every code, mode and context that is named exists, and codes lead back."""
    for code, row in ontology.codes.items():
        _check_code(ontology, code, row, where)
    for key, kind in _kinds(ontology.types):
        _check_kind(ontology, key, kind, where)


def _check_kind(ontology: Ontology, key: str, kind: Mode, where: str) -> None:
    for context in kind.contexts:
        _demand(context in ontology.contexts, f"{key}.contexts: no context {context!r}", where)
    for code in (kind.cameo, *kind.contexts.values()):
        _demand(code in ontology.codes, f"{key}: no CAMEO code {code!r}", where)
        back = ontology.codes[code].type
        _demand(back == key.split(".")[0], f"{key}: CAMEO code {code} is read back as {back or 'nothing'}", where)


def _check_code(ontology: Ontology, code: str, row: CameoCode, where: str) -> None:
    _demand(not row.type or row.type in ontology.types, f"{code}: no event type {row.type!r}", where)
    modes = ontology.types[row.type].modes if row.type else {}
    _demand(not row.mode or row.mode in modes, f"{code}: {row.type} has no mode {row.mode!r}", where)
    for context in row.contexts:
        _demand(context in ontology.contexts, f"{code}: no context {context!r}", where)


def _kinds(types: Mapping[str, EventType]) -> Iterator[tuple[str, Mode]]:
    for name, type in types.items():
        yield name, type
        for mode, kind in type.modes.items():
            yield f"{name}.modes.{mode}", kind


def _demand(holds: bool, otherwise: str, where: str) -> None:
    if not holds:
        raise RuleError(otherwise, kind="ontology", where=where)


def _phrases(contexts: Mapping[str, Context]) -> dict[str, tuple[str, ...]]:
    phrases: dict[str, tuple[str, ...]] = {}
    for name, context in contexts.items():
        for phrase in context.words:
            key = " ".join(_words(phrase))
            phrases[key] = (*phrases.get(key, ()), name)
    return phrases


def _ngrams(text: str) -> Iterator[str]:
    """Every run of up to six words of a text, as it stands and without a plural ending on its last word."""
    words = _words(text)
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_PHRASE, len(words)) + 1):
            before = " ".join(words[first : last - 1])
            for form in _singulars(words[last - 1]):
                yield f"{before} {form}".lstrip()


def _singulars(word: str) -> Iterator[str]:
    yield word
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("es"):
        yield word[:-2]


def _words(text: str) -> list[str]:
    """Runs of letters and digits in lower case: "Six-party talks" gives six, party, talks."""
    return re.findall(r"[^\W_]+", text.lower())
