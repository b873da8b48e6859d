"""Events by words and by what they are, and reports by words: what somebody typed, made into what a store is asked."""

import calendar
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal, get_args

import msgspec

from dragoman.edge import day_of
from dragoman.errors import InputError
from dragoman.export.panels import QUADS
from dragoman.records import Record, Status
from dragoman.rules import Rules
from dragoman.store import finding, search
from dragoman.store.counts import HAPPENED, Recent
from dragoman.store.finding import Sought
from dragoman.store.opening import Store
from dragoman.store.paging import read_place
from dragoman.views.naming import near_names, party_named

Side = Literal["either", "actor", "recipient"]
SIDES: tuple[Side, ...] = ("either", "actor", "recipient")
# What happened or goes on, as all counts have it, besides the statuses one by one.
DONE = "happened"
# Characters of what is typed that are looked at, of words and of a name.
WORDS, NAME = 400, 80
# Values of a facet that are shown; with more months than that they are put together by years.
VALUES, MONTHS = 14, 24
# Characters of a sentence that are shown, and how many of them before the first word that was looked for.
LONG, BEFORE = 340, 90
LETTERS = re.compile(r"\w+")
# "tests", "tested" and "testing" are found by "test"; so that they are marked, endings are left out of account.
ENDING = re.compile(r"(?:ations?|ings?|ions?|ie[sd]|e[sd]|ly|[sey])$")
STEM = 3


class Asked(Record, frozen=True, kw_only=True):
    """What somebody typed into the form, as it stands there; "" bars nothing.

    `party` is on the side that `side` says and `other` on the opposite one. `first` and `last` are days.
    """

    words: str = ""
    party: str = ""
    side: str = "either"
    other: str = ""
    type: str = ""
    quad: str = ""
    status: str = ""
    publisher: str = ""
    first: str = ""
    last: str = ""
    before: str = ""


class Hit(Record, frozen=True, kw_only=True):
    """A distinct event; `excerpt` is a piece of its sentence in one line, `marks` where words asked for stand in it."""

    id: str
    first: str | None
    last: str | None
    date_from: str
    type: str
    mode: str
    quad: str
    status: str
    actor: str
    recipient: str
    reports: int
    publishers: int
    sentence: str
    excerpt: str
    marks: tuple[tuple[int, int], ...]


class Meant(Record, frozen=True, kw_only=True):
    """Somebody who can be meant by a name that nobody has; `field` is party or other."""

    field: str
    name: str
    code: str


class Facet(Record, frozen=True, kw_only=True):
    """How many of the events have a value, and in how many reports."""

    value: str
    events: int
    reports: int


class Period(Record, frozen=True, kw_only=True):
    """How many of the events began in a month ("2013-03") or a year ("2013"), and in how many reports."""

    value: str
    first: datetime.date
    last: datetime.date
    events: int
    reports: int


class Facets(Record, frozen=True, kw_only=True):
    """The events by what they are, the most frequent values first; periods in their order."""

    types: tuple[Facet, ...] = ()
    statuses: tuple[Facet, ...] = ()
    publishers: tuple[Facet, ...] = ()
    periods: tuple[Period, ...] = ()
    actors: tuple[Facet, ...] = ()


class Search(Record, frozen=True, kw_only=True):
    """One page of the events that were asked for, the newest first, and where the next one begins ("" for none).

    `party` and `other` are the codes of those who were named. `counted` are all that were counted, reported so often;
    `is_capped` where there are, or may be, more. `problems` say what was not understood, `meant` whom it can mean: then
    nothing is found.
    """

    asked: Asked
    party: str = ""
    other: str = ""
    problems: tuple[str, ...] = ()
    meant: tuple[Meant, ...] = ()
    events: tuple[Hit, ...] = ()
    next: str = ""
    counted: int = 0
    reported: int = 0
    is_capped: bool = False
    facets: Facets = Facets()


class FoundReport(Record, frozen=True, kw_only=True):
    """A report in which all words stand, with those around them; `marks` are where they stand in `excerpt`."""

    id: str
    published: str | None
    publisher: str | None
    title: str | None
    excerpt: str
    marks: tuple[tuple[int, int], ...]


class FoundReports(Record, frozen=True, kw_only=True):
    """The newest reports in which all words stand; `is_capped` where there are, or may be, more."""

    words: str
    reports: tuple[FoundReport, ...]
    is_capped: bool


def search_of(store: Store, asked: Asked, rules: Rules, *, most: int = 50, counting: bool = True) -> Search:
    """The events that somebody asks for; without `counting` what they are is left out."""
    names, unknown = _parties(asked, rules)
    problems = (*unknown.values(), *_problems(asked, rules))
    meant = tuple(one for field in unknown for one in _meant(field, getattr(asked, field), rules))
    known = Search(asked=asked, party=names["party"], other=names["other"], problems=problems, meant=meant)
    sought = None if problems else _sought(asked, names, rules)
    if sought is None:
        return known
    with store.reading() as connection:
        found, counted = finding.glance(connection, most=most, **sought) if counting else (None, None)
        if found is None or asked.before:
            found = finding.find_events(connection, most=most, before=asked.before, **sought)
    return _told(known, found, counted, rules)


def _told(known: Search, found: finding.Found, counted: finding.Facets | None, rules: Rules) -> Search:
    # Files hold no marks: to look for them in thousands of sentences takes a second.
    stems = stems_of(known.asked.words) if counted else set()
    return msgspec.structs.replace(
        known,
        events=tuple(_hit(one, stems, rules) for one in found.shown),
        next=found.next,
        counted=counted.events if counted else len(found.shown),
        reported=sum(one.reports for one in (counted.types if counted else found.shown)),
        is_capped=counted.is_capped if counted else bool(found.next),
        facets=_facets(counted) if counted else Facets(),
    )


def reports_of(store: Store, words: str, *, most: int = 50) -> FoundReports:
    """The newest reports in which all words stand."""
    with store.reading() as connection:
        found = search.search_reports(connection, words[:WORDS], most=most + 1)
    shown = tuple(_report(one, stems_of(words)) for one in found[:most])
    return FoundReports(words=words, reports=shown, is_capped=len(found) > most)


# What was typed


def _parties(asked: Asked, rules: Rules) -> tuple[dict[str, str], dict[str, str]]:
    """The codes of those who are named, and what is to be said of names that nobody has."""
    codes, unknown = {"party": "", "other": ""}, {}
    for field in codes:
        typed = str(getattr(asked, field)).strip()[:NAME]
        try:
            codes[field] = party_named(typed, rules) if typed else ""
        except InputError as error:
            unknown[field] = error.message
    return codes, unknown


def _meant(field: str, typed: str, rules: Rules) -> Iterator[Meant]:
    for name, code in near_names(typed.strip()[:NAME], rules).items():
        yield Meant(field=field, name=name, code=code)


def _problems(asked: Asked, rules: Rules) -> list[str]:
    """What else of the question was not understood."""
    choices: dict[str, Collection[str]] = {
        "type": rules.ontology.types.keys(),
        "quad": QUADS.values(),
        "status": {*get_args(Status), DONE},
        "side": SIDES,
    }
    wrong = (name for name, known in choices.items() if (value := getattr(asked, name)) and value not in known)
    found = [f"there is no {name} {getattr(asked, name)[:NAME]!r}" for name in wrong]
    checks: tuple[Callable[[], object], ...] = (
        lambda: _check_days(asked),
        lambda: asked.before and read_place(asked.before),
    )
    return [*found, *filter(None, map(_complaint, checks))]


def _check_days(asked: Asked) -> None:
    """Raise `InputError` for what is no day, and for days that end before they begin."""
    first, last = day_of(asked.first or None, what="from"), day_of(asked.last or None, what="until")
    if first and last and first > last:
        raise InputError(f"{asked.last} is before {asked.first}", kind="date")


def _complaint(check: Callable[[], object]) -> str:
    try:
        check()
    except InputError as error:
        return error.message
    return ""


def _sought(asked: Asked, names: dict[str, str], rules: Rules) -> Sought | None:
    """What the store is asked; None where nothing can be so."""
    types = {name for name in rules.ontology.types if not asked.quad or QUADS[rules.ontology.quad(name)] == asked.quad}
    types &= {asked.type} if asked.type else types
    if not types:
        return None
    found = Sought(words=asked.words[:WORDS], publisher=asked.publisher)
    found |= _sided(asked.side, names["party"], names["other"])
    if asked.type or asked.quad:
        found["types"] = types
    if asked.status:
        found["statuses"] = HAPPENED if asked.status == DONE else {asked.status}
    found["first"], found["last"] = day_of(asked.first or None), day_of(asked.last or None)
    return found


def _sided(side: str, party: str, other: str) -> Sought:
    if side == "actor":
        return Sought(actor=party, recipient=other)
    if side == "recipient":
        return Sought(actor=other, recipient=party)
    return Sought(party=party or other, other=other if party else "")


# What was found


def _hit(one: Recent, stems: set[str], rules: Rules) -> Hit:
    excerpt, marks = marked(one.sentence, stems)
    return Hit(**one._asdict(), quad=QUADS[rules.ontology.quad(one.type)], excerpt=excerpt, marks=marks)


def _report(one: search.Report, stems: set[str]) -> FoundReport:
    excerpt, marks = marked(one.excerpt, stems)
    return FoundReport(
        id=one.article, published=one.published, publisher=one.publisher, title=one.title, excerpt=excerpt, marks=marks
    )


def marked(words: str, stems: set[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Words in one line, cut around the first that was looked for where they are many, and where such words stand.

    >>> marked("It tested a missile.", {"test"})
    ('It tested a missile.', ((3, 9),))
    """
    line = " ".join(words.split())
    first = next(_places(line, stems), (0, 0))[0]
    begin = line.rfind(" ", 0, first - BEFORE) + 1 if len(line) > LONG and first > LONG // 2 else 0
    piece = line[begin:] if len(line) - begin <= LONG else line[begin : begin + LONG].rpartition(" ")[0] + " …"
    excerpt = ("… " if begin else "") + piece
    return excerpt, tuple(_places(excerpt, stems))


def _places(line: str, stems: set[str]) -> Iterator[tuple[int, int]]:
    found = LETTERS.finditer(line) if stems else ()
    return ((word.start(), word.end()) for word in found if _stem(word[0]) in stems)


def stems_of(words: str) -> set[str]:
    """What words are told apart by, for those that somebody looks for.

    >>> sorted(stems_of("Missiles tested"))
    ['missil', 'test']
    """
    return {_stem(word) for word in LETTERS.findall(words[:WORDS])}


def _stem(word: str) -> str:
    """A word without its ending and its accents, in small letters: what is marked is a guess at what was found."""
    plain = word.casefold() if word.isascii() else _without_accents(word).casefold()
    stem = ENDING.sub("", plain)
    return stem if len(stem) >= STEM else plain


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _facets(counted: finding.Facets) -> Facets:
    return Facets(
        types=_values(counted.types),
        statuses=_values(counted.statuses),
        publishers=_values(counted.publishers),
        periods=tuple(_periods(counted.months)),
        actors=_values(counted.actors),
    )


def _values(counted: Iterable[finding.Facet]) -> tuple[Facet, ...]:
    return tuple(Facet(**one._asdict()) for one in list(counted)[:VALUES])


def _periods(months: list[finding.Facet]) -> Iterator[Period]:
    """Months in their order; years where they are many."""
    letters = len("2013-03" if len(months) <= MONTHS else "2013")
    events: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    for one in months:
        events[one.value[:letters]] += one.events
        reports[one.value[:letters]] += one.reports
    for value in sorted(events):
        first, last = _ends(value)
        yield Period(value=value, first=first, last=last, events=events[value], reports=reports[value])


def _ends(value: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a month or a year.

    >>> _ends("2012-02")
    (datetime.date(2012, 2, 1), datetime.date(2012, 2, 29))
    """
    year, _, month = value.partition("-")
    begin, end = (int(month), int(month)) if month else (1, 12)
    return datetime.date(int(year), begin, 1), datetime.date(int(year), end, calendar.monthrange(int(year), end)[1])
