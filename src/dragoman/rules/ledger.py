"""Rules that link deeds to words: which deed decides which commitment; loaded from TOML, each with its own proof."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Change, CommitmentKind, Record, Status
from dragoman.rules.lexicon import Lexicon
from dragoman.rules.negation import Negation
from dragoman.rules.stems import stem
from dragoman.rules.tables import read_toml

Side = Literal["by", "to", "addressed", "both", "either"]
Towards = Literal["by", "to", "anyone"]
Polarity = Literal["done", "not done", "either"]
# A sentence that commits and the sentence of a later deed.
Pair = tuple[str, str]


class LedgerRule(Record, frozen=True, kw_only=True):
    """One rule as its author wrote it (docs/ledger.md explains every field with examples).

    `kinds`, `about` and `unless` say which commitments it is about: each of `about` is a set of words that must all
    stand in the content, which says that something is done or, by its `polarity`, that it is not ("not to attack"); no
    rule for the one is about the other. `types`, `modes`, `status`, `trigger`, `words` and `without` say which deeds
    decide them, `actor` and `towards` whose ("to" answers, so it does nothing with others; "addressed" may); `shares`
    is how many telling words content and deed have in common at least. `within` is a number of days after the words.
    With `same_day` a deed of the same day counts, as an answer does; with `if_met` a conditional commitment is decided
    only once its condition has come true by a deed of the other side.
    """

    name: str
    change: Change
    kinds: tuple[CommitmentKind, ...]
    about: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    polarity: Polarity = "done"
    types: tuple[str, ...]
    modes: tuple[str, ...] = ()
    status: tuple[Status, ...] = ("occurred", "ongoing")
    trigger: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    actor: Side = "by"
    towards: Towards = "anyone"
    shares: int = 0
    same_day: bool = False
    if_met: bool = False
    within: int = 1100
    note: str = ""
    examples: tuple[Pair, ...]
    unlike: tuple[Pair, ...]


class Link(Record, frozen=True, kw_only=True):
    """A rule made ready: word classes opened, every word its stem."""

    rule: LedgerRule
    about: tuple[tuple[frozenset[str], ...], ...]
    unless: frozenset[str]
    trigger: frozenset[str]
    words: tuple[tuple[frozenset[str], ...], ...]
    without: frozenset[str]


class LedgerWords(Record, frozen=True, kw_only=True):
    """What lexicon/ledger.toml says, in stems: `same` leads from a word to the one that stands for its group.

    `skipped` tell nothing about a matter; `vague` only name a commitment again ("its promises") and
    do so after the owners of `again`; `meeting` are all
    alike; `verdicts` judge a commitment kept or broken, `claims` are what a party says of its own, `blockers` take a
    claim away ("will honour"). `agencies` are codes of bodies that act for themselves, `endings` types of act by the
    outcome that they can be; `units` with `links` put an act further back, `numbers` of
    `days` by how much; after `conditions` and, nearer,
    `unreal` none has been done. `negation` tells contents of what is not done, `ending` are verbs
    of what is done no longer.
    """

    same: dict[str, str]
    skipped: frozenset[str]
    vague: frozenset[str]
    again: dict[str, frozenset[str]]
    meeting: frozenset[str]
    verdicts: dict[str, Change]
    claims: frozenset[str]
    blockers: frozenset[str]
    agencies: frozenset[str]
    endings: dict[str, frozenset[str]]
    units: frozenset[str]
    links: frozenset[str]
    numbers: dict[str, int]
    days: frozenset[str]
    conditions: frozenset[str]
    unreal: frozenset[str]
    negation: Negation
    ending: frozenset[str]
    classes: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file; raises `RuleError` where a part is missing or malformed."""
        content = read_toml(path)
        try:
            return cls(**_fields(content))
        except KeyError as error:
            raise RuleError(f"the part {error} is missing", kind="ledger", where=str(path)) from error
        except (msgspec.ValidationError, ValueError) as error:
            raise RuleError(f"a part is malformed: {error}", kind="ledger", where=str(path)) from error

    def stem_of(self, word: str) -> str:
        """The stem that stands for a word and for those that reports use in its place."""
        found = stem(word.lower())
        return self.same.get(found, found)


class LedgerRules(Record, frozen=True, kw_only=True):
    """All links in the order of their names, and the words that they are told in."""

    links: tuple[Link, ...]
    words: LedgerWords

    @classmethod
    def load(cls, folders: Sequence[Path], words: Path, lexicon: Lexicon) -> Self:
        """Read `*.toml` of each folder; a rule of the same name in a later folder replaces the earlier one."""
        known = LedgerWords.load(words)
        rules: dict[str, tuple[LedgerRule, str]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.toml")):
                rules.update({rule.name: (rule, str(path)) for rule in read_rules(path)})
        links = (_link(rule, known, lexicon, where) for _, (rule, where) in sorted(rules.items()))
        return cls(links=tuple(links), words=known)


def read_rules(path: Path) -> Iterable[LedgerRule]:
    """The rules of one file; a rule without proof, or of a name that the file has already, is refused."""
    seen: set[str] = set()
    for number, table in enumerate(read_toml(path).get("rule", ()), 1):
        where = f"{path}: rule {number} ({table.get('name', 'without a name')})"
        rule = _rule(table, where)
        if rule.name in seen:
            raise RuleError("the name is already taken in this file", kind="ledger", where=where)
        seen.add(rule.name)
        yield rule


def _rule(table: Mapping[str, Any], where: str) -> LedgerRule:
    try:
        rule = msgspec.convert(table, LedgerRule)
    except msgspec.ValidationError as error:
        raise RuleError(str(error), kind="ledger", where=where) from error
    if not rule.examples or not rule.unlike:
        raise RuleError("a rule needs `examples` and `unlike` pairs that prove it", kind="ledger", where=where)
    if not rule.kinds or not rule.types:
        raise RuleError("`kinds` and `types` name at least one each", kind="ledger", where=where)
    return rule


def _link(rule: LedgerRule, words: LedgerWords, lexicon: Lexicon, where: str) -> Link:
    def opened(entry: str) -> frozenset[str]:
        return _opened(entry, words, lexicon, where)

    return Link(
        rule=rule,
        about=_sets(rule.about, opened),
        unless=_union(rule.unless, opened),
        trigger=_union(rule.trigger, opened),
        words=_sets(rule.words, opened),
        without=_union(rule.without, opened),
    )


def _sets(
    alternatives: Iterable[str], opened: Callable[[str], frozenset[str]]
) -> tuple[tuple[frozenset[str], ...], ...]:
    """For each alternative the words that it asks for, each as the set of what will do."""
    return tuple(tuple(opened(word) for word in entry.split()) for entry in alternatives)


def _union(entries: Iterable[str], opened: Callable[[str], frozenset[str]]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in opened(entry))


def _opened(entry: str, words: LedgerWords, lexicon: Lexicon, where: str) -> frozenset[str]:
    """Stems of a word or of the members of an "@class": of lexicon/ledger.toml, else of classes.toml."""
    members = words.classes.get(entry[1:]) if entry.startswith("@") else None
    found = members if members is not None else lexicon.words([entry], where=where)
    return frozenset(words.stem_of(word) for word in found)


def _fields(content: Mapping[str, Any]) -> dict[str, Any]:
    same = _first_of(msgspec.convert(content["same"]["groups"], tuple[tuple[str, ...], ...]))

    def stems(listed: object) -> frozenset[str]:
        found = (stem(word) for word in msgspec.convert(listed, list[str]))
        return frozenset(same.get(one, one) for one in found)

    verdicts = msgspec.convert(content["verdicts"], dict[Change, list[str]])
    return {
        "same": same,
        "skipped": stems(content["skip"]["words"].split()),
        "vague": stems(content["vague"]["words"]),
        "again": msgspec.convert(content["again"], dict[str, frozenset[str]]),
        "meeting": stems(content["meeting"]["words"]),
        "verdicts": {word: change for change, listed in verdicts.items() for word in stems(listed)},
        "claims": stems(content["claims"]["words"]),
        "blockers": frozenset(content["claims"]["blockers"]),
        "agencies": frozenset(content["bodies"]["agencies"]),
        "endings": msgspec.convert(content["endings"], dict[str, frozenset[str]]),
        **{name: frozenset(content["past"][name]) for name in ("units", "links", "days", "conditions", "unreal")},
        "numbers": msgspec.convert(content["past"]["numbers"], dict[str, int]),
        "negation": Negation.of(content["negation"]),
        "ending": stems(content["classes"]["ending"]),
        "classes": msgspec.convert(content["classes"], dict[str, tuple[str, ...]]),
    }


def _first_of(groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """Stem -> the stem of the first of its group; a word of two groups is refused."""
    found: dict[str, str] = {}
    for group in groups:
        first = stem(group[0])
        for member in map(stem, group):
            if found.setdefault(member, first) != first:
                raise ValueError(f"{member!r} is in two groups, those of {found[member]!r} and {first!r}")
    return found
