"""Deeds: distinct events made ready for linking: whose they are, on which days, and in what words."""

import datetime
from collections.abc import Mapping, Sequence

from dragoman.ledger.parties import parties_of
from dragoman.ledger.tellings import WORD, Days, stems_of
from dragoman.records import DistinctEvent, Event, Evidence, Record, Span
from dragoman.resolve.tellings import later
from dragoman.rules.ledger import LedgerWords

# Words before a trigger among which "if" is about it, and among which "years after" or "threatened" is.
NEAR = 10
NEARER = 5
# Words around a trigger that belong to its act rather than to another of the sentence.
BEFORE = 8
AFTER = 14
DONE = frozenset({"occurred", "ongoing"})
# A date in the sentence of an undated event that lies so far back dates the event, not the report.
BACK = 10
# Days for which a telling without a date counts when the most closely dated one is sought.
WIDE = 400


class Deed(Record, frozen=True, kw_only=True):
    """A distinct event with what linking needs: its days, the parties, the stems of its trigger and around it.

    `dated` is whether a report dates it; else its day is that of the first report of it.
    """

    id: str
    event: Event
    evidence: Evidence
    days: Days
    dated: bool
    actor: frozenset[str]
    recipient: frozenset[str]
    trigger: frozenset[str]
    stems: frozenset[str]


def deed_of(
    distinct: DistinctEvent, dates: Mapping[tuple[str, int], Sequence[Days]], words: LedgerWords, names: frozenset[str]
) -> Deed | None:
    """An event as a deed; None where no report of it has a day."""
    evidence = min(distinct.evidence, key=_closeness)
    event = distinct.event
    days = _days(event, evidence, distinct.evidence, dates)
    days = _moved(days, evidence.event, words) if days and len(distinct.evidence) == 1 else days
    if days is None or _is_unreal(evidence.event, words):
        return None
    return Deed(
        id=distinct.id,
        event=event,
        evidence=evidence,
        days=days,
        dated=event.date is not None,
        actor=parties_of(event.actor, words),
        recipient=parties_of(event.recipient, words),
        trigger=stems_of(event.trigger.text, words),
        stems=_told_by(distinct, words, names),
    )


def _days(
    event: Event, fullest: Evidence, tellings: Sequence[Evidence], dates: Mapping[tuple[str, int], Sequence[Days]]
) -> Days | None:
    """The days of an event; of an undated one those of its first report, or since a day that its sentence names."""
    published = [one.article.published for one in tellings if one.article.published]
    if event.date is not None:
        last = (
            min([event.date.last, *published]) if published and event.date.first <= min(published) else event.date.last
        )
        return event.date.first, last
    if not published:
        return None
    first = min(published)
    named = dates.get((fullest.article.id, event.sentence.start), ())
    back = [days[0] for days in named if days[1] < later(first, -BACK)]
    return (min(back), first) if back else (first, first)


def _closeness(evidence: Evidence) -> tuple[int, datetime.date, str]:
    """How closely a report dates an event, and how early it tells it: the one to cite comes first."""
    date, article = evidence.event.date, evidence.article
    width = (date.last - date.first).days if date else WIDE
    return width, article.published or datetime.date.max, article.id


def _told_by(distinct: DistinctEvent, words: LedgerWords, names: frozenset[str]) -> frozenset[str]:
    """The stems near the act in all tellings that have its very type."""
    told = [e.event for e in distinct.evidence if e.event.type == distinct.event.type] or [distinct.event]
    return frozenset(s for e in told for s in stems_of(_around(e.sentence, e.trigger), words, names))


def _is_unreal(event: Event, words: LedgerWords) -> bool:
    """Whether the words before an act make it one that has not been done: "if it conducted [another] test"."""
    last = _words_before(event)
    unreal = bool(words.conditions & set(last) or words.unreal & set(last[-NEARER:]))
    return event.status in DONE and unreal


def _moved(days: Days, event: Event, words: LedgerWords) -> Days | None:
    """The days of an act that its sentence counts from another: "two days after it [fired]"; None where it is vague."""
    last = _words_before(event)[-NEARER - 2 :]
    at = next((i for i, w in enumerate(last[:-1]) if w in words.units and last[i + 1] in words.links), None)
    if at is None:
        return days
    number = words.numbers.get(last[at - 1]) if at and last[at] in words.days else None
    if number is None:
        return None
    return later(days[0], -number), later(days[1], -number)


def _words_before(event: Event) -> list[str]:
    before = event.sentence.text[: event.trigger.start - event.sentence.start]
    return [match[0].lower() for match in WORD.finditer(before)][-NEAR:]


def _around(sentence: Span, trigger: Span) -> str:
    """The words of a sentence near its trigger."""
    at = trigger.start - sentence.start
    words = list(WORD.finditer(sentence.text))
    act = next((i for i, match in enumerate(words) if match.start() >= at), 0)
    near = words[max(0, act - BEFORE) : act + AFTER]
    return " ".join(match[0] for match in near)
