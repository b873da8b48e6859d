"""The words and patterns of time expressions, read from dates.toml and compiled once.

A text becomes one character for each word or numeral (which classes it belongs to); a pattern is a regex over those
characters. That costs one dictionary look-up a word, and no pattern holds a repetition, so the time is linear.
"""

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dragoman.errors import RuleError
from dragoman.records import Record

# A numeral is taken whole ("2,012", "17/06/2013", "1990s") so that no part of it can pass for a day or a year.
LEXEME = re.compile(
    r"""
      (?P<ISO>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\b)     # 2013-06-17, 2013-06-17T17:00
    | (?P<SLASHED>\b\d{1,2}([/.])\d{1,2}\3\d{4}\b)                 # 17/06/2013, 17.06.2013
    | (?P<CLOCK>\b\d{1,2}:\d\d(?::\d\d)?(?![\d:]))                 # 17:30
    | (?P<DECADE>\b(?:1\d|20)\d0['’]?s\b)                          # 1990s
    | (?P<SHORT_DECADE>['’]\d0s\b)                                 # '90s
    | (?P<ORDINAL>\b\d{1,2}(?:st|nd|rd|th)\b)                      # 26th
    | (?P<NUMBER>\d+(?:,\d{3}(?!\d))*(?:\.\d+)?)                   # 2,012 or 5.30
    | (?P<MERIDIEM>[AaPp]\.[ ]?[Mm]\b\.?|[AaPp][Mm]\b)             # a.m., PM
    | (?P<WORD>[^\W\d_]+\d*)                                       # Tuesday, G20
    | (?P<GAP>\n\s*\n)                                             # a new paragraph
    | (?P<MARK>\S)
    """,
    re.VERBOSE,
)
# One element of a pattern: a look-around, a bracket, a bar, or a word with the name of what it catches.
ELEMENT = re.compile(r"\s+|(\(\?<?[=!])|(?:(\w+):)?(\()|([)?|])|(?:((?:\w+:)+))?([^\s()|?]+)")
FIRST_CHARACTER = 0x4E00  # a block of letters that regexes take as they are
APOSTROPHES = str.maketrans("’‘", "''")
DEEPEST_MACRO = 8


class Holiday(Record, frozen=True, kw_only=True):
    """A holiday on a fixed day, on the nth weekday of a month (`after` days later), or so many days from Easter."""

    words: tuple[str, ...]
    month: int = 0
    day: int = 0
    weekday: int = 0
    nth: int = 0
    after: int = 0
    easter: int | None = None


class _Never(Record, frozen=True, kw_only=True):
    phrases: tuple[str, ...]
    before_year: tuple[str, ...]


class _Nouns(Record, frozen=True, kw_only=True):
    events: frozenset[str]
    amounts: frozenset[str]


class Tense(Record, frozen=True, kw_only=True):
    """The words that make a clause tell of something to come."""

    modals: frozenset[str]
    verbs: frozenset[str]
    pending: frozenset[str]
    pending_past: frozenset[str]
    before: frozenset[str]
    reporting: frozenset[str]


class _RuleRow(Record, frozen=True, kw_only=True):
    name: str
    pattern: str
    how: str


class _Table(Record, frozen=True, kw_only=True):
    capital: frozenset[str]
    words: dict[str, dict[str, int | str]]
    holidays: tuple[Holiday, ...]
    vague: dict[str, tuple[str, ...]]
    named: dict[str, tuple[str, ...]]
    never: _Never
    nouns: _Nouns
    tense: Tense
    macros: dict[str, str]
    rules: tuple[_RuleRow, ...]


@dataclass(frozen=True)
class Rule:
    """A pattern over classes of words; `groups` are the regex groups that bear each name, `fixed` what it stands for.

    `needs` holds the characters of each word that no match does without: a text that lacks one need not be searched.
    """

    name: str
    how: str
    regex: re.Pattern[str]
    groups: Mapping[str, tuple[str, ...]]
    needs: tuple[frozenset[str], ...]
    fixed: str = ""
    holiday: Holiday | None = None


@dataclass(frozen=True)
class Lexed:
    """A stretch of text as words and numerals: where each starts and ends, and one character for its classes."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    codes: str

    def word(self, i: int) -> str:
        """The words of the text at place `i`; "" where there is none."""
        return self.text[self.starts[i] : self.ends[i]] if 0 <= i < len(self.starts) else ""


@dataclass(frozen=True)
class Hit:
    """Words that fit a rule: `first` and `last` are the places of what is reported, half-open."""

    rule: Rule
    match: re.Match[str]
    lexed: Lexed
    words: "DateWords"

    @property
    def first(self) -> int:
        """The place of the first word that is reported."""
        return self._bounds()[0]

    @property
    def last(self) -> int:
        """The place behind the last word that is reported."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[int, int]:
        return self.places("x") or self.match.span()

    def places(self, name: str) -> tuple[int, int] | None:
        """The places of the words caught under a name, half-open; None where nothing was."""
        for group in self.rule.groups.get(name, ()):
            if self.match.start(group) >= 0:
                return self.match.span(group)
        return None

    def has(self, name: str) -> bool:
        """Something was caught under this name."""
        return self.places(name) is not None

    def texts(self, name: str) -> tuple[str, ...]:
        """The words caught under a name, in small letters."""
        first, last = self.places(name) or (0, 0)
        return tuple(self.lexed.word(i).lower() for i in range(first, last))

    def text(self, name: str) -> str:
        """The first word caught under a name, in small letters; "" where nothing was."""
        return next(iter(self.texts(name)), "")

    def value(self, name: str, *classes: str) -> int | str | None:
        """What the first word caught under a name stands for in the first of these classes that holds it."""
        return self.words.value(self.text(name), *classes)

    def number(self, name: str, *classes: str) -> int | None:
        """A value that is a number: the word's own in one of the classes, else the numeral's."""
        value = self.value(name, *classes) if classes else None
        if isinstance(value, int):
            return value
        digits = re.match(r"\d+", self.text(name))
        return int(digits.group()) if digits else None


@dataclass(frozen=True)
class DateWords:
    """The words and patterns of time expressions, compiled; made by `load`."""

    codes: Mapping[str, str]
    kinds: Mapping[frozenset[str], str]
    classes: Mapping[str, str]
    values: Mapping[str, Mapping[str, int | str]]
    rules: tuple[Rule, ...]
    other: str
    nouns_of_events: frozenset[str]
    nouns_of_amounts: frozenset[str]
    not_before_year: frozenset[str]
    tense: Tense

    @classmethod
    def load(cls, path: Path) -> "DateWords":
        """Read and compile a file such as data/lexicon/dates.toml; raises `RuleError` where it is malformed."""
        try:
            table = msgspec.toml.decode(path.read_bytes(), type=_Table)
        except (OSError, msgspec.DecodeError, ValueError) as error:
            raise RuleError(f"not a table of time expressions: {error}", kind="rule", where=str(path)) from error
        try:
            return _compile(table)
        except (KeyError, re.error) as error:
            raise RuleError(f"a pattern names what is not defined: {error}", kind="rule", where=str(path)) from error

    def value(self, word: str, *classes: str) -> int | str | None:
        """What a word (small letters) stands for in the first of these classes that holds it."""
        word = word.translate(APOSTROPHES)
        return next((self.values[name][word] for name in classes if word in self.values[name]), None)

    def is_in(self, code: str, name: str) -> bool:
        """A word with this character belongs to the class."""
        return code in self.classes[name]

    def lex(self, text: str, start: int = 0, end: int | None = None) -> Lexed:
        """A stretch of text as words and numerals with their classes."""
        starts, ends, codes = [], [], []
        known, other = self.codes, self.other
        for match in LEXEME.finditer(text, start, len(text) if end is None else end):
            kind = match.lastgroup
            first, last = match.span()
            starts.append(first)
            ends.append(last)
            word = match.group()
            if kind == "WORD" or kind == "MARK" or word in known:
                codes.append(known.get(word, other))
            else:
                codes.append(self.kinds.get(_kinds(kind or "", word), other))
        return Lexed(text=text, starts=tuple(starts), ends=tuple(ends), codes="".join(codes))

    def hits(self, lexed: Lexed) -> Iterator[Hit]:
        """Everything that fits a rule; these overlap."""
        present = set(lexed.codes)
        for rule in self.rules:
            if any(present.isdisjoint(need) for need in rule.needs):
                continue
            for match in rule.regex.finditer(lexed.codes):
                yield Hit(rule=rule, match=match, lexed=lexed, words=self)


@functools.lru_cache(maxsize=20_000)
def _kinds(kind: str, text: str) -> frozenset[str]:
    """The classes of a numeral: "17" is a day, an hour and a number; "2013" a year, a clock time and a number."""
    if kind == "ORDINAL":
        return frozenset({"ORDINAL"} if 1 <= int(text[:-2]) <= 31 else {"ORDINAL_HIGH"})
    if kind == "CLOCK":
        hour, minute = (int(part) for part in text.split(":")[:2])
        return frozenset({"CLOCK"} if hour < 24 and minute < 60 else ())
    if kind != "NUMBER":
        return frozenset({kind})
    if not text.isdecimal() or not text.isascii():
        clock = re.fullmatch(r"(\d{1,2})\.([0-5]\d)", text)
        return frozenset({"NUMBER", "CLOCK_DOT"} if clock and int(clock[1]) <= 12 else {"NUMBER"})
    return frozenset({"NUMBER", *_whole_kinds(int(text), len(text))})


def _whole_kinds(number: int, digits: int) -> Iterator[str]:
    if digits <= 2 and 1 <= number <= 31:
        yield "DAYNUM"
    if digits <= 2 and number <= 24:
        yield "HOUR"
    if digits == 4 and 1900 <= number <= 2099:
        yield "YEAR"
    if digits == 4 and 1000 <= number <= 1899:
        yield "OLD_YEAR"
    if digits == 4 and number < 2400 and number % 100 < 60:
        yield "HHMM"


def _samples() -> Iterator[frozenset[str]]:
    """Every set of classes that a numeral can have."""
    for text in (
        "0",
        "5",
        "12.30",
        "13",
        "25",
        "32",
        "0730",
        "1030",
        "1070",
        "1930",
        "1970",
        "2030",
        "2070",
        "2130",
        "9999",
    ):
        yield _kinds("NUMBER", text)
    for kind in ("ISO", "SLASHED", "DECADE", "SHORT_DECADE", "MERIDIEM"):
        yield frozenset({kind})
    yield from (_kinds("ORDINAL", "1st"), _kinds("ORDINAL", "40th"), frozenset({"CLOCK"}))


def _compile(table: _Table) -> DateWords:
    rows = [(rule, "", None) for rule in table.rules] + list(_phrase_rows(table))
    members = _members(table, [row.pattern for row, _, _ in rows])
    kinds = frozenset(_samples())
    sets = sorted({frozenset(names) for names in members.values()} | kinds, key=sorted)
    character = {names: chr(FIRST_CHARACTER + i) for i, names in enumerate(sets)}
    classes = dict.fromkeys(table.words, "")
    for names, code in character.items():
        for name in names:
            classes[name] = classes.get(name, "") + code
    compiled = functools.partial(_rule, classes=classes, macros=table.macros)
    return DateWords(
        codes={word: character[frozenset(names)] for word, names in members.items()},
        kinds={sample: character[sample] for sample in kinds},
        classes=classes,
        values={name: {word.lower(): value for word, value in words.items()} for name, words in table.words.items()},
        rules=tuple(compiled(row, fixed, holiday) for row, fixed, holiday in rows),
        other="x",
        nouns_of_events=table.nouns.events,
        nouns_of_amounts=table.nouns.amounts,
        not_before_year=frozenset(table.never.before_year),
        tense=table.tense,
    )


def _phrase_rows(table: _Table) -> Iterator[tuple[_RuleRow, str, Holiday | None]]:
    """Rules for plain phrases: holidays, vague words, days named for good, and names that are no dates."""
    for holiday in table.holidays:
        for words in holiday.words:
            pattern = f"((MOD | which:WHICH)? {words} (,? year:YEAR | of which:WHICH year)?)"
            yield _RuleRow(name=words, pattern=pattern, how="holiday"), "", holiday
    for how, phrases in (("vague", table.vague), ("named", table.named), ("never", {"": table.never.phrases})):
        for fixed, words_of in phrases.items():
            yield from ((_RuleRow(name=words, pattern=words, how=how), fixed, None) for words in words_of)


def _members(table: _Table, patterns: Iterable[str]) -> dict[str, set[str]]:
    """The classes of every form of every word; a word that a pattern names is also a class of its own."""
    members: dict[str, set[str]] = {}
    for name, words in table.words.items():
        for word in words:
            for form in _forms(word, capital=name in table.capital):
                members.setdefault(form, set()).add(name)
    for pattern in (*patterns, *table.macros.values()):
        for match in ELEMENT.finditer(pattern):
            word = match[6]
            if word and not word.isupper() and "_" not in word:
                for form in _forms(word, capital=False):
                    members.setdefault(form, set()).add(word)
    for word, names in members.items():
        if word[0].isdigit():
            names |= _kinds("NUMBER" if word.isdecimal() else "ORDINAL", word)
    return members


def _forms(word: str, *, capital: bool) -> set[str]:
    forms = {word[:1].upper() + word[1:], word.upper()}
    if not capital:
        forms.add(word.lower())
    return forms | {form.replace("'", "’") for form in forms}


def _rule(
    row: _RuleRow, fixed: str, holiday: Holiday | None, *, classes: Mapping[str, str], macros: Mapping[str, str]
) -> Rule:
    groups: dict[str, tuple[str, ...]] = {}

    def named(name: str) -> str:
        group = f"{name}_{len(groups.get(name, ()))}"
        groups[name] = (*groups.get(name, ()), group)
        return f"(?P<{group}>"

    return Rule(
        name=row.name,
        how=row.how,
        regex=re.compile(_source(row.pattern, classes, macros, named, DEEPEST_MACRO)),
        groups=groups,
        needs=tuple(frozenset(classes[word]) for word in _needed(row.pattern) if word in classes),
        fixed=fixed,
        holiday=holiday,
    )


def _needed(pattern: str) -> Iterator[str]:
    """The words and classes outside all brackets that are not optional."""
    depth, held = 0, ""
    for match in ELEMENT.finditer(pattern):
        look, _, opening, sign, _, word = match.groups()
        if sign == "?":
            held = ""
        elif held:
            yield held
            held = ""
        depth += bool(look or opening) - (sign == ")")
        if word and not depth:
            held = word
    if held:
        yield held


def _source(
    pattern: str, classes: Mapping[str, str], macros: Mapping[str, str], named: Callable[[str], str], depth: int
) -> str:
    """A pattern over words as a regex over their characters."""
    if not depth:
        raise KeyError(pattern)
    pieces = []
    for match in ELEMENT.finditer(pattern):
        look, name, opening, sign, names, word = match.groups()
        if opening:
            pieces.append(named(name) if name else "(?:")
        elif look or sign:
            pieces.append(look or sign)
        elif word:
            body = _source(macros[word], classes, macros, named, depth - 1) if word in macros else f"[{classes[word]}]"
            opened = [named(part) for part in names.split(":") if part] if names else []
            pieces.append("".join(opened) + body + ")" * len(opened))
    return "".join(pieces)


def day_of(holiday: Holiday, year: int, easter: datetime.date) -> datetime.date:
    """The day on which a holiday falls in a year whose Easter Sunday is given."""
    if holiday.easter is not None:
        return easter + datetime.timedelta(days=holiday.easter)
    if holiday.day:
        return datetime.date(year, holiday.month, holiday.day)
    return _nth_weekday(holiday, year) + datetime.timedelta(days=holiday.after)


def _nth_weekday(holiday: Holiday, year: int) -> datetime.date:
    """The nth weekday of a month; -1 is the last. With `after`, the weekday counted is the one so many days before."""
    wanted = (holiday.weekday - holiday.after - 1) % 7
    if holiday.nth > 0:
        first = datetime.date(year, holiday.month, 1)
        return first + datetime.timedelta(days=(wanted - first.weekday()) % 7 + 7 * (holiday.nth - 1))
    last = datetime.date(year + holiday.month // 12, holiday.month % 12 + 1, 1) - datetime.timedelta(days=1)
    return last - datetime.timedelta(days=(last.weekday() - wanted) % 7)
