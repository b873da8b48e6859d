"""Tellings: one report's event with what comparing it needs, made once."""

import datetime
from collections.abc import Iterable
from typing import Literal

from dragoman.records import ArticleHead, Entity, Event, Evidence, Record
from dragoman.resolve.wordings import content_words, stem_of
from dragoman.rules.happenings import HappeningRules, load_happening_rules

# Codes of bodies without a state: the group and the body ("IGOUNO") say who it is, what follows is a part of it.
BODIES = ("IGO", "IMG", "MNC", "NGO")
BODY = 6
STATE = 3
# After every ISO day, in the order of text.
UNDATED = "no day"
Told = Literal["narrow", "wide", "undated"]


class Telling(Record, frozen=True, kw_only=True):
    """One report's event and what is compared: codes of its parties, words around the act, the stem of its trigger.

    `close` are those of `words` that stand closest to the act, mostly its object.
    `first` and `last` are the days on which it can have been, both included, None where not even the day of
    publication is known; `told` is how closely the report tells them. `family` groups types that readers confuse.
    """

    evidence: Evidence
    family: str
    actor: frozenset[str]
    recipient: frozenset[str]
    first: datetime.date | None
    last: datetime.date | None
    told: Told
    trigger: str
    words: frozenset[str]
    close: frozenset[str]


def telling_of(article: ArticleHead, event: Event) -> Telling:
    """An event of a report, ready to be compared with those of other reports."""
    rules = load_happening_rules()
    first, last, told = _days(article, event, rules)
    words, close = content_words(event.sentence, event.trigger, (*event.actor, *event.recipient), rules)
    return Telling(
        evidence=Evidence(article=article, event=event),
        family=rules.families.get(event.type, event.type),
        actor=_codes(event.actor),
        recipient=_codes(event.recipient),
        first=first,
        last=last,
        told=told,
        trigger=stem_of(event.trigger.text, rules),
        words=words,
        close=close,
    )


def key_of(telling: Telling) -> tuple[str, str, str]:
    """The order of tellings: by day of publication, article and event; a report without a day comes last."""
    article = telling.evidence.article
    day = article.published.isoformat() if article.published else UNDATED
    return day, article.id, telling.evidence.event.id


def keys_of_blocks(telling: Telling) -> tuple[str, ...]:
    """Keys like "CONSULT|PRK", sorted; tellings that share none are never the same event.

    A telling with no actor has a key for each recipient ("ASSAULT|>PRK"); one with no day at all has no key.
    """
    if telling.first is None:
        return ()
    types = load_happening_rules().types
    equals = telling.evidence.event.type in types.mutual | types.joint
    named = telling.actor | telling.recipient if equals else telling.actor
    keys = {f"{telling.family}|{party_of(code)}" for code in named}
    if not telling.actor:
        keys.update(f"{telling.family}|>{party_of(code)}" for code in telling.recipient)
    return tuple(sorted(keys))


def days_of(telling: Telling) -> tuple[datetime.date, datetime.date]:
    """The first and last day, both included, such that tellings of one event have intervals that overlap.

    The slack lies at the end alone, which is enough: of two tellings a day apart the earlier reaches the later.
    A telling with no day at all, which has no block key either, gets the first day of the calendar.
    """
    if telling.first is None or telling.last is None:
        return datetime.date.min, datetime.date.min
    return telling.first, later(telling.last, load_happening_rules().days.apart)


def later(day: datetime.date, days: int) -> datetime.date:
    """A day some days later, or earlier where `days` is negative, within the calendar.

    >>> later(datetime.date(9999, 12, 31), 1)
    datetime.date(9999, 12, 31)
    """
    ordinal = min(max(day.toordinal() + days, datetime.date.min.toordinal()), datetime.date.max.toordinal())
    return datetime.date.fromordinal(ordinal)


def party_of(code: str) -> str:
    """The party that a code is of: its state, or the body without a state.

    >>> party_of("PRKMIL"), party_of("IGOUNOSCL")
    ('PRK', 'IGOUNO')
    """
    return code[:BODY] if code.startswith(BODIES) else code[:STATE]


def _codes(entities: Iterable[Entity]) -> frozenset[str]:
    return frozenset(entity.code for entity in entities if entity.code)


def _days(
    article: ArticleHead, event: Event, rules: HappeningRules
) -> tuple[datetime.date | None, datetime.date | None, Told]:
    if event.date is not None:
        length = (event.date.last - event.date.first).days + 1
        return event.date.first, event.date.last, "narrow" if length <= rules.days.narrow else "wide"
    if article.published is None:
        return None, None, "undated"
    return later(article.published, -rules.days.undated), article.published, "undated"
