"""The lexicon: names of states, bodies and office-holders, nouns for agents, word classes.

Names are found case-sensitively in the text as it stands; agents and classes by lemma or surface form.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules.names import PRECEDENCE, Name, NameKind
from dragoman.rules.petrarch import read_actors
from dragoman.rules.tables import many, read_table, read_toml


class Agent(Record, frozen=True, kw_only=True):
    """A noun for a role ("foreign minister", "troops") and the sectors that it gives."""

    noun: str
    sectors: tuple[str, ...]


# Which kind of name a column of countries.tsv holds, and its sectors: a capital or a seat is a government.
COUNTRY_COLUMNS: tuple[tuple[str, NameKind, tuple[str, ...]], ...] = (
    ("name", "country", ()),
    ("aliases", "country", ()),
    ("adjectives", "adjective", ()),
    ("people", "people", ()),
    ("capital", "capital", ("GOV",)),
    ("seats", "seat", ("GOV",)),
    ("places", "place", ()),
)


class Lexicon(Record, frozen=True, kw_only=True):
    """All names, agents and word classes; load it once, it is never changed."""

    names: dict[str, tuple[Name, ...]]
    agents: dict[str, Agent]
    classes: dict[str, frozenset[str]]
    cues: dict[str, str]
    surnames: dict[str, tuple[Name, ...]]
    pronouns: dict[str, str]
    sector_words: dict[str, str]

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Self:
        """Read the folders in order; a later row for the same form replaces the earlier ones of its kind."""
        names: dict[str, tuple[Name, ...]] = {}
        agents: dict[str, Agent] = {}
        classes: dict[str, frozenset[str]] = {}
        cues: dict[str, str] = {}
        for folder in folders:
            _overlay(names, _names(folder))
            agents.update(_agents(folder / "agents.tsv"))
            classes.update(_classes(folder / "classes.toml"))
            cues.update(_cues(folder / "cues.tsv"))
        return cls(
            names=names,
            agents=agents,
            classes=classes,
            cues=cues,
            surnames=_surnames(names),
            pronouns=_by_member(classes, "pronoun-"),
            sector_words=_by_member(classes, "sector-"),
        )

    def words(self, entries: Iterable[str], *, where: str) -> frozenset[str]:
        """Lemmas, with each "@class" replaced by its members, and both spellings of -ise and -ize."""
        found: set[str] = set()
        for entry in entries:
            if not entry.startswith("@"):
                found.update(spellings(entry))
            elif entry[1:] in self.classes:
                found.update(self.classes[entry[1:]])
            else:
                raise RuleError(f"there is no word class {entry!r} in classes.toml", kind="class", where=where)
        return frozenset(found)


DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
ENDINGS = (("ize", "ise"), ("ise", "ize"), ("yze", "yse"), ("yse", "yze"), ("bour", "bor"), ("ence", "ense"))


def spellings(lemma: str) -> tuple[str, ...]:
    """A lemma in British and American spelling.

    >>> spellings("criticize")
    ('criticize', 'criticise')
    """
    for one, other in (
        ("ize", "ise"),
        ("ise", "ize"),
        ("yze", "yse"),
        ("yse", "yze"),
        ("bour", "bor"),
        ("ence", "ense"),
    ):
        head, _, rest = lemma.partition(" ")
        if head.endswith(one) and len(head) > len(one) + 2:
            swapped = head[: -len(one)] + other
            return lemma, f"{swapped} {rest}".strip()
    return (lemma,)


def _by_member(classes: dict[str, frozenset[str]], prefix: str) -> dict[str, str]:
    """Word -> the end of the name of its class, for classes with this beginning ("pronoun-person", "sector-LEG")."""
    found = ((name.removeprefix(prefix), words) for name, words in classes.items() if name.startswith(prefix))
    return {word: kind for kind, words in found for word in words}


def _surnames(names: dict[str, tuple[Name, ...]]) -> dict[str, tuple[Name, ...]]:
    """First and last word of every person's name (states differ in which is the family's) -> terms of office."""
    found: dict[str, list[Name]] = {}
    for form, meanings in names.items():
        for name in meanings:
            if name.kind == "person" and name.office and form == name.name:
                for word in {form.split()[0], form.split()[-1]}:
                    found.setdefault(word, []).append(name)
    return {word: tuple(terms) for word, terms in found.items()}


def _overlay(names: dict[str, tuple[Name, ...]], rows: Iterable[tuple[str, Name]]) -> None:
    """Add the names of one folder; a form already known with the same kind is replaced, not doubled."""
    fresh: dict[str, list[Name]] = {}
    for form, name in rows:
        for spelled in {form, form.replace("'", "’")}:
            fresh.setdefault(spelled, []).append(name)
    for form, found in fresh.items():
        kinds = {name.kind for name in found}
        kept = [name for name in names.get(form, ()) if name.kind not in kinds]
        names[form] = tuple(sorted((*kept, *found), key=lambda name: PRECEDENCE.index(name.kind)))


def _names(folder: Path) -> Iterator[tuple[str, Name]]:
    yield from _countries(folder / "countries.tsv")
    yield from _organizations(folder / "organizations.tsv")
    yield from _offices(folder / "offices.tsv")
    yield from _short(folder / "short.tsv")
    for path in sorted(folder.glob("*.actors")):
        yield from read_actors(path)


def _countries(path: Path) -> Iterator[tuple[str, Name]]:
    for _, row in _rows(path, ("code", *(column for column, _, _ in COUNTRY_COLUMNS))):
        for column, kind, sectors in COUNTRY_COLUMNS:
            for form in many(row[column]):
                code = row["code"] + "".join(sectors)
                yield form, Name(kind=kind, country=row["code"], sectors=sectors, code=code, name=row["name"])


def _organizations(path: Path) -> Iterator[tuple[str, Name]]:
    for _, row in _rows(path, ("code", "name", "aliases", "country", "sectors", "wikidata")):
        for form in (row["name"], *many(row["aliases"])):
            yield (
                form,
                Name(
                    kind="organization",
                    country=row["country"],
                    sectors=many(row["sectors"]),
                    code=row["code"],
                    name=row["name"],
                    wikidata=row["wikidata"] or None,
                ),
            )


def _offices(path: Path) -> Iterator[tuple[str, Name]]:
    columns = ("name", "aliases", "country", "sectors", "office", "from", "until", "wikidata")
    for number, row in _rows(path, columns):
        where = f"{path}:{number}"
        name = Name(
            kind="person",
            country=_country_of(row["country"]),
            sectors=many(row["sectors"]),
            code=row["country"] if row["country"].startswith("IGO") else row["country"] + many(row["sectors"])[0],
            name=row["name"],
            office=row["office"],
            first=_day(row["from"], where, last=False),
            last=_day(row["until"], where, last=True),
            wikidata=row["wikidata"] or None,
        )
        for form in (row["name"], *many(row["aliases"])):
            yield form, name


def _short(path: Path) -> Iterator[tuple[str, Name]]:
    for _, row in _rows(path, ("form", "code", "needs", "name")):
        yield (
            row["form"],
            Name(kind="short", country=row["code"][:3], code=row["code"], name=row["name"], needs=row["needs"]),
        )


def _country_of(code: str) -> str:
    return "IGO" if code.startswith("IGO") else code


def _day(text: str, where: str, *, last: bool) -> datetime.date | None:
    """The first or last day that "1998", "1998-03" or "1998-03-04" can mean; None where the cell is empty."""
    if not text:
        return None
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return datetime.date(parts[0], 12, 31) if last else datetime.date(parts[0], 1, 1)
        if len(parts) == 2 and last:
            return datetime.date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1) - datetime.timedelta(days=1)
        return datetime.date(*(parts if len(parts) == 3 else (*parts, 1)))
    except (ValueError, TypeError) as error:
        raise RuleError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD", kind="date", where=where) from error


def _agents(path: Path) -> Iterator[tuple[str, Agent]]:
    """Each agent under its singular and its plural."""
    for _, row in _rows(path, ("noun", "plural", "sectors")):
        agent = Agent(noun=row["noun"], sectors=many(row["sectors"]))
        for form in {row["noun"], row["plural"] or _plural(row["noun"])}:
            yield form, agent


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun[:-3] + "men" if noun.endswith("man") else noun + "s"


def _classes(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    if not path.exists():
        return
    for name, words in read_toml(path).items():
        if not isinstance(words, list):
            raise RuleError(f"class {name!r} must be a list of lemmas", kind="class", where=str(path))
        yield name, frozenset(form for word in words for form in spellings(word))


def _cues(path: Path) -> Iterator[tuple[str, str]]:
    for _, row in _rows(path, ("cue", "pos", "kind")):
        for form in spellings(row["cue"]):
            yield f"{form}/{row['pos']}", row["kind"]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table that an overlay folder may leave out."""
    if path.exists():
        yield from read_table(path, columns)
