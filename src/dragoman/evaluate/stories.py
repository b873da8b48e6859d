"""Scores of codings against reports coded in full: events, their status and date, quotes, dates, commitments."""

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from dragoman.evaluate.golds import Conventions, GoldCommitment, GoldDate, GoldEvent, GoldQuote, Story, item_id
from dragoman.evaluate.measures import Figure, Measure, Pair, choice, pair, prf, search
from dragoman.records import Coding, Commitment, Date, Event, EventDate, Quote

EventPair = Pair[GoldEvent, Event]
QuotePair = Pair[GoldQuote, Quote]
DatePair = Pair[GoldDate, Date]
CommitmentPair = Pair[GoldCommitment, Commitment]

# How well an event answers a gold event, each step with all that is below it.
NOTHING, SENTENCE, ACTOR, DYAD, FULL_CODES = range(5)
EVENT_LEVELS = {
    "event_in_sentence": SENTENCE,
    "event_actor": ACTOR,
    "event_dyad": DYAD,
    "event_full_codes": FULL_CODES,
}
NEVER_UTTERED = ("belief", "intention")


def score_stories(
    stories: Sequence[Story], codings: Mapping[str, Coding], conventions: Conventions
) -> dict[str, Measure]:
    """All measures of fully coded reports; a report without a coding counts as one in which nothing was found."""
    answers = [(story, codings.get(story.id)) for story in stories]
    return {
        **_score_events(answers, conventions),
        **_score_quotes(answers, conventions),
        **_score_dates(answers),
        **_score_commitments(answers, conventions),
    }


Answers = Sequence[tuple[Story, Coding | None]]


# Events


def _score_events(answers: Answers, conventions: Conventions) -> dict[str, Measure]:
    events = [event for _, coding in answers if coding for event in coding.events]
    pairs = list(chain.from_iterable(pair_events(*answer) for answer in answers))
    matched = [p for p in pairs if p.level >= DYAD]
    measures = {
        name: search({p.id: p.level >= level for p in pairs}, len(events)) for name, level in EVENT_LEVELS.items()
    }
    return {
        **measures,
        **_score_types(pairs, events),
        **_score_status(matched, conventions),
        "event_date_acc": choice({p.id: is_date_right(p) for p in matched if p.gold.date}),
    }


def pair_events(story: Story, coding: Coding | None) -> list[EventPair]:
    """Each act of a report with the event that answers it best; level 0 where none does."""
    golds = {item_id(story.id, i): event for i, event in enumerate(story.events)}
    return pair(golds, coding.events if coding else (), event_level)


def event_level(gold: GoldEvent, event: Event) -> int:
    """Whether type and sentence, then the actor's country, the recipient's country, and the full codes are right.

    A party of the wrong side that is named as well makes that side wrong.
    """
    if gold.type != event.type or not _is_in_sentence(gold, event):
        return NOTHING
    wanted = [party.code for party in gold.actor], [party.code for party in gold.recipient]
    found = [entity.code for entity in event.actor], [entity.code for entity in event.recipient]
    if is_mutual(gold):
        return _mutual_level({*wanted[0], *wanted[1]}, {*found[0], *found[1]})
    return _directed_level((set(wanted[0]), set(wanted[1])), (set(found[0]), set(found[1])))


def is_mutual(gold: GoldEvent) -> bool:
    """Whether it makes no difference who of the parties is actor and who recipient."""
    joint = gold.type in ("AGREE", "SUPPORT") and len(gold.actor) > 1 and not gold.recipient
    return gold.type == "CONSULT" or joint


def _mutual_level(wanted: set[str], found: set[str]) -> int:
    countries = _countries(wanted)
    shared = countries & _countries(found)
    if not shared:
        return SENTENCE
    if len(shared) < min(2, len(countries)):
        return ACTOR
    return FULL_CODES if wanted <= found else DYAD


def _directed_level(wanted: tuple[set[str], set[str]], found: tuple[set[str], set[str]]) -> int:
    actors, recipients = map(_countries, wanted)
    found_actors, found_recipients = map(_countries, found)
    if not actors & found_actors or found_actors & (recipients - actors):
        return SENTENCE
    missed = recipients and not recipients & found_recipients
    invented = found_recipients & (actors - recipients) if recipients else found_recipients
    if missed or invented:
        return ACTOR
    full = wanted[0] & found[0] and (not wanted[1] or wanted[1] & found[1])
    return FULL_CODES if full else DYAD


def _countries(codes: Iterable[str]) -> set[str]:
    return {country_of(code) for code in codes}


def country_of(code: str | None) -> str:
    """The first piece of a code, or the first two of a body of states: PRKGOV is PRK, IGOUNOIAE is IGOUNO."""
    code = code or ""
    return code[:6] if code.startswith("IGO") else code[:3]


def _is_in_sentence(gold: GoldEvent, event: Event) -> bool:
    return any(is_same_sentence(gold.sentence, mention.text) for mention in (event.sentence, *event.also))


def is_same_sentence(one: str, other: str) -> bool:
    """Whether two sentences are the same but for their ends or small slips: one holds the other, or they are alike."""
    a, b = plain(one), plain(other)
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    if short in long and len(short) > len(long) / 3:
        return True
    alike = difflib.SequenceMatcher(None, a, b)
    return alike.real_quick_ratio() > 0.8 and alike.quick_ratio() > 0.8 and alike.ratio() > 0.8


def plain(text: str | None) -> str:
    """Words in lower case with one space between them."""
    return re.sub(r"\W+", " ", text or "").strip().lower()


def _score_types(pairs: Sequence[EventPair], events: Sequence[Event]) -> dict[str, Measure]:
    """The dyad measure for each type in the gold, and the mean of their F1."""
    found = Counter(event.type for event in events)
    figures = {}
    for type in sorted({p.gold.type for p in pairs}):
        own = [p for p in pairs if p.gold.type == type]
        figures[type] = prf(sum(p.level >= DYAD for p in own), found[type], len(own))
    mean = sum(figure.headline for figure in figures.values()) / max(1, len(figures))
    by_type = {f"event_dyad:{type}": Measure(figure=figure) for type, figure in figures.items()}
    return {**by_type, "macro_type_dyad_f1": Measure(figure=Figure(value=mean, n=len(figures)))}


def _score_status(matched: Sequence[EventPair], conventions: Conventions) -> dict[str, Measure]:
    """The status of events whose dyad is right; an agreement may be seen as made or as planned."""
    wanted = {p.id: conventions.statuses.get(p.gold.status, p.gold.status) for p in matched}
    right = {p.id: is_status_right(p, conventions) for p in matched}
    told_apart = [p for p in matched if "occurred" not in _accepted(p, wanted[p.id])]
    other = {p.id: p.found is not None and p.found.status == wanted[p.id] for p in told_apart}
    return {
        "status_acc": choice(right),
        "status_other_than_occurred": search(other, sum(map(_is_told_apart, matched))),
    }


def is_status_right(p: EventPair, conventions: Conventions) -> bool:
    """Whether an event has come as far as the gold says."""
    wanted = conventions.statuses.get(p.gold.status, p.gold.status)
    return p.found is not None and p.found.status in _accepted(p, wanted)


def _accepted(p: EventPair, status: str) -> tuple[str, ...]:
    return ("occurred", "planned") if p.gold.type == "AGREE" and status == "planned" else (status,)


def _is_told_apart(p: EventPair) -> bool:
    """Whether the coding says that the act is something else than done."""
    status = p.found.status if p.found else "occurred"
    return status != "occurred" and (status != "planned" or p.gold.type != "AGREE")


def is_date_right(p: EventPair) -> bool:
    """Whether the day, month or year of an act was found."""
    date = p.found.date if p.found else None
    return date is not None and is_date_in(p.gold.date or "", date)


def is_date_in(gold: str, found: EventDate) -> bool:
    """Whether the days found lie in the gold month, year or range, or are three at most and hold the gold day."""
    if "/" in gold:
        first, _, last = gold.partition("/")
        return first <= found.first.isoformat() and found.last.isoformat() <= last
    if len(gold) < len("2013-06-16"):
        return gold == found.first.isoformat()[: len(gold)] == found.last.isoformat()[: len(gold)]
    try:
        day = datetime.date.fromisoformat(gold[: len("2013-06-16")])
    except ValueError:
        return False
    return found.first <= day <= found.last and (found.last - found.first).days <= 2


# Quotes


def _score_quotes(answers: Answers, conventions: Conventions) -> dict[str, Measure]:
    pairs: list[QuotePair] = []
    found = 0
    for story, coding in answers:
        found += len(_uttered(coding))
        pairs += pair_quotes(story, coding)
    is_speaker = partial(is_speaker_right, small=conventions.words["names"])
    return {
        "quote_span": search({p.id: p.level > 0 for p in pairs}, found),
        "quote_and_speaker": search({p.id: is_speaker(p) for p in pairs}, found),
    }


def pair_quotes(story: Story, coding: Coding | None) -> list[QuotePair]:
    """Each quotation of a report with the one found that shares most of its words; level 0 where none does."""
    golds = {item_id(story.id, i, "quote"): quote for i, quote in enumerate(story.quotes)}
    return pair(golds, _uttered(coding), words_shared)


def _uttered(coding: Coding | None) -> list[Quote]:
    return [quote for quote in coding.quotes if quote.kind not in NEVER_UTTERED] if coding else []


def words_shared(gold: GoldQuote, quote: Quote) -> float:
    """The share of words that the two texts have in common (as bags, F1), or 0 below 0.6."""
    a, b = plain(gold.text).split(), plain(quote.text).split()
    if not a or not b:
        return 0
    common = 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))
    return common if common >= 0.6 else 0


def is_speaker_right(p: QuotePair, small: frozenset[str]) -> bool:
    """Whether a word of the name is the same, or the country of both codes."""
    speaker = p.found.speaker if p.found else None
    if speaker is None:
        return False
    names = set(plain(p.gold.speaker).split()) & set(plain(speaker.name or speaker.text).split())
    country = country_of(speaker.code)
    return bool(names - small) or (country != "" and country == country_of(p.gold.speaker_code))


# Dates


def _score_dates(answers: Answers) -> dict[str, Measure]:
    pairs: list[DatePair] = []
    found = 0
    for story, coding in answers:
        dates = _calendar_dates(coding.dates, story.dates) if coding else []
        golds = {item_id(story.id, i, "date"): date for i, date in enumerate(story.dates)}
        found += len(dates)
        pairs += pair(golds, dates, _holds_other)
    return {
        "date_span": search({p.id: p.level > 0 for p in pairs}, found),
        "date_value": search({p.id: _is_value_right(p) for p in pairs}, found),
    }


def _calendar_dates(dates: Iterable[Date], golds: Sequence[GoldDate]) -> list[Date]:
    """Dates of the kinds that this gold holds, each value once: no durations, sets, vague words or bare clock times."""
    kept = {(plain(date.text), date.value): date for date in dates if _is_calendar_date(date, golds)}
    return list(kept.values())


def _is_calendar_date(date: Date, golds: Iterable[GoldDate]) -> bool:
    if not re.match(r"\d{4}", date.value):
        return False
    return date.type == "DATE" or (date.type == "TIME" and any(plain(gold.text) in plain(date.text) for gold in golds))


def _holds_other(gold: GoldDate, date: Date) -> int:
    a, b = plain(gold.text), plain(date.text)
    return int(a in b or b in a)


def _is_value_right(p: DatePair) -> bool:
    """Whether the value is the gold value, or finer where the gold is a month or a day."""
    if p.found is None:
        return False
    finer = len(p.gold.value) >= len("2013-06") and p.found.value.startswith(p.gold.value)
    return p.found.value == p.gold.value or finer


# Commitments


def _score_commitments(answers: Answers, conventions: Conventions) -> dict[str, Measure]:
    pairs: list[CommitmentPair] = []
    found = 0
    level = partial(_commitment_level, kinds=tuple(conventions.kinds.values()))
    for story, coding in answers:
        commitments = coding.commitments if coding else ()
        golds = {item_id(story.id, i, "commitment"): one for i, one in enumerate(story.commitments)}
        found += len(commitments)
        pairs += pair(golds, commitments, level)
    matched = [p for p in pairs if p.found]
    decided = {p.id: _is_outcome_right(p) for p in matched if p.gold.outcome != "pending"}
    return {
        "commitment": search({p.id: p.found is not None for p in pairs}, found),
        "commitment_outcome_acc": choice({p.id: _is_outcome_right(p) for p in matched}),
        "commitment_decided": search(
            decided, sum(p.found is not None and p.found.outcome != "pending" for p in matched)
        ),
    }


def _commitment_level(gold: GoldCommitment, found: Commitment, kinds: Sequence[frozenset[str]]) -> int:
    by = set(_parties(gold.by)) & set(_parties(found.by))
    to = set(_parties(gold.to))
    same_kind = gold.kind == found.kind or any({gold.kind, found.kind} <= alike for alike in kinds)
    return int(bool(by) and (not to or bool(to & set(_parties(found.to)))) and same_kind)


def _parties(codes: str | Iterable[str] | None) -> Iterator[str]:
    """Countries of codes in one text ("USA;KOR") or in a list."""
    pieces = re.split(r"[;,/ ]+", codes) if isinstance(codes, str) else codes or ()
    return (country for country in map(country_of, pieces) if country)


def _is_outcome_right(p: CommitmentPair) -> bool:
    return p.found is not None and p.found.outcome == p.gold.outcome
