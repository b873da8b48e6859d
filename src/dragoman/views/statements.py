"""Who said what about whom, the newest first; who is quoted most, and whom most of it is about."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, get_args

import msgspec

from dragoman.errors import InputError
from dragoman.records import QuoteKind, Record
from dragoman.rules import Rules
from dragoman.store import Store
from dragoman.store.paging import read_place
from dragoman.store.saying import Saying, Voice, Wanted, sayings, survey
from dragoman.store.spoken import numbers
from dragoman.views.naming import near_names, party_named
from dragoman.views.offices import Offices

# The newest statements by which is said whom most of them are about: all of each are read.
EXAMINED = 500
# Speakers and parties beside the list.
BESIDE = 12
KINDS: tuple[str, ...] = get_args(QuoteKind)


class Asked(Record, frozen=True, kw_only=True):
    """What somebody typed into the form: parties by code or name, a speaker by name, words, a kind; "" bars nothing.

    `before` is where the page begins, as `next` of the page before has it.
    """

    by: str = ""
    speaker: str = ""
    about: str = ""
    words: str = ""
    kind: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    before: str = ""


class Statement(Record, frozen=True, kw_only=True):
    """A statement as a report has it: who said it, with the office held on that day, who carried it, about whom it is.

    `place` is its number among the statements of its report, `start` and `end` are characters of the report's text.
    """

    published: datetime.date | None
    kind: QuoteKind
    speaker: str
    code: str
    party: str
    office: str
    via: str
    via_code: str
    cue: str
    words: str
    about: tuple[str, ...]
    article: int
    place: int
    start: int
    end: int
    report: str
    title: str | None
    publisher: str | None
    url: str | None


class Quoted(Record, frozen=True, kw_only=True):
    """Somebody who is quoted, or a party that is spoken about (its code then is `name`): in how many reports too."""

    name: str
    codes: tuple[str, ...] = ()
    statements: int
    reports: int


class Statements(Record, frozen=True, kw_only=True):
    """A page of the statements that were asked for, the newest first, and where the next one begins ("" for none).

    `by` and `about` are the codes of the parties named. `number` of statements are wanted, or more where `is_more`.
    Speakers are those of the newest `speakers_of` statements, subjects are the parties that the newest `subjects_of`
    are about. `problems` say what was not understood: then nothing is found.
    """

    asked: Asked
    by: str
    about: str
    problems: tuple[str, ...] = ()
    number: int = 0
    is_more: bool = False
    shown: tuple[Statement, ...] = ()
    next: str = ""
    speakers: tuple[Quoted, ...] = ()
    speakers_of: int = 0
    subjects: tuple[Quoted, ...] = ()
    subjects_of: int = 0


def statements_of(store: Store, asked: Asked, rules: Rules, *, most: int = 50) -> Statements:
    """The statements that somebody asks for."""
    by, about = (_party(typed, rules) for typed in (asked.by, asked.about))
    problems = tuple(filter(None, (by.problem, about.problem, *_problems(asked))))
    known = Statements(asked=asked, by=by.code, about=about.code, problems=problems)
    if problems:
        return known
    wanted = _wanted(known)
    with store.reading() as connection:
        found = survey(connection, most=most, voices=BESIDE, newest=EXAMINED, **wanted)
        page = sayings(connection, most=most, before=asked.before, **wanted) if asked.before else found.page
        places = numbers(connection, page.shown)
    offices = Offices(rules)
    return msgspec.structs.replace(
        known,
        number=found.number.number,
        is_more=found.number.is_more,
        shown=tuple(_statement(one, places[one.key], offices) for one in page.shown),
        next=page.next,
        speakers=tuple(map(_quoted, found.voices.voices)),
        speakers_of=found.voices.counted,
        subjects=tuple(subjects_of(found.about)),
        subjects_of=len(found.about),
    )


class Named(NamedTuple):
    """The code of a party that somebody named, or what is to be said of a name that nobody has."""

    code: str = ""
    problem: str = ""


def _party(typed: str, rules: Rules) -> Named:
    try:
        return Named(party_named(typed, rules)) if typed.strip() else Named()
    except InputError as error:
        meant = ", ".join(f"{name} ({code})" for name, code in near_names(typed, rules).items())
        return Named(problem=error.message + (f". Did you mean {meant}?" if meant else ""))


def _problems(asked: Asked) -> Iterator[str]:
    """What else of the question was not understood."""
    if asked.kind and asked.kind not in KINDS:
        yield f"there is no kind of statement {asked.kind[:20]!r}; they are {', '.join(KINDS)}"
    try:
        _ = asked.before and read_place(asked.before)
    except InputError as error:
        yield error.message


def _wanted(known: Statements) -> Wanted:
    asked = known.asked
    return {
        "by": known.by or None,
        "speaker": asked.speaker.strip() or None,
        "about": known.about or None,
        "words": asked.words.strip() or None,
        "kind": msgspec.convert(asked.kind or None, QuoteKind | None),
        "first": asked.first,
        "last": asked.last,
    }


def _statement(one: Saying, place: int, offices: Offices) -> Statement:
    published = datetime.date.fromisoformat(one.published) if one.published else None
    return Statement(
        published=published,
        kind=one.kind,
        speaker=one.speaker,
        code=one.code,
        party=one.party,
        office=offices.held(one.speaker, published, party=one.party),
        via=one.via,
        via_code=one.via_code,
        cue=one.cue,
        words=one.words,
        about=one.about,
        article=one.article,
        place=place,
        start=one.begins,
        end=one.ends,
        report=one.id,
        title=one.title,
        publisher=one.publisher,
        url=one.url,
    )


def _quoted(voice: Voice) -> Quoted:
    return Quoted(name=voice.name, codes=voice.codes, statements=voice.statements, reports=voice.reports)


def subjects_of(told: Iterable[tuple[Iterable[str], int]]) -> list[Quoted]:
    """The parties that most of some statements are about, each with its parties and its report."""
    counted: Counter[str] = Counter()
    reports: defaultdict[str, set[int]] = defaultdict(set)
    for parties, article in told:
        for party in parties:
            counted[party] += 1
            reports[party].add(article)
    first = sorted(counted.items(), key=lambda it: (-it[1], it[0]))[:BESIDE]
    return [Quoted(name=party, statements=many, reports=len(reports[party])) for party, many in first]
