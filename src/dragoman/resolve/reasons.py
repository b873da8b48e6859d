"""Why two tellings are one event or two, in words for people."""

import datetime
import functools
from typing import NamedTuple

from dragoman.records import DistinctEvent, Evidence
from dragoman.resolve.likenesses import is_barred, likeness, read_pair
from dragoman.resolve.tellings import Telling, party_of, telling_of
from dragoman.resolve.wordings import words_in
from dragoman.rules.happenings import load_happening_rules


def why(one: Telling, other: Telling) -> tuple[str, ...]:
    """The judgement on two tellings in words: first what it is, then what rules it out or what it rests on."""
    one, other = sorted((one, other), key=lambda telling: (telling.evidence.article.id, telling.evidence.event.id))
    reading = read_pair(one, other)
    if reading is None:
        return "two events", _objection(one, other)
    verdict = "one event" if reading.total >= reading.threshold else "two events"
    return (
        f"{verdict}: {reading.total:.2f} of 1, needs {reading.threshold:.2f}",
        _of_types(one, other),
        _of_parties(one, other),
        _of_days(one, other),
        _of_triggers(one, other),
        _of_words(one, other),
    )


class Reason(NamedTuple):
    """Why a telling is part of an event: which other telling it is likest to, and the judgement on the two."""

    telling: Evidence
    likest: Evidence
    words: tuple[str, ...]


def reasons_of(event: DistinctEvent) -> tuple[Reason, ...]:
    """For each telling of an event but the first, in their order, why it is there; nothing where only one tells it."""
    told = [telling_of(one.article, one.event) for one in event.evidence]
    found = []
    for i, telling in enumerate(told[1:], 1):
        others = [other for k, other in enumerate(told) if k != i]
        likest = max(others, key=functools.partial(likeness, telling))
        found.append(Reason(telling.evidence, likest.evidence, why(telling, likest)))
    return tuple(found)


def _objection(one: Telling, other: Telling) -> str:
    """What rules out that two tellings are one event."""
    first, second = one.evidence.event, other.evidence.event
    if one.family != other.family:
        return f"different acts: {first.type}, {second.type}"
    if one.evidence.article.id == other.evidence.article.id:
        return "told in one report, which joins what is the same"
    if is_barred(one, other, load_happening_rules()):
        return f"cannot both be: {first.status}, {second.status}"
    parties, others = _parties_in(one), _parties_in(other)
    if parties != others and not (parties <= others or others <= parties):
        return f"different parties: {_listed(parties)}; {_listed(others)}"
    if one.first is None or other.first is None:
        return "one has no day, not even that of its publication"
    if _gap(one, other) > load_happening_rules().days.apart:
        return f"days apart: {_days_in(one)}, {_days_in(other)}"
    return f"different sides or branches: {_sides_in(one)}; {_sides_in(other)}"


def _of_types(one: Telling, other: Telling) -> str:
    first, second = one.evidence.event, other.evidence.event
    if first.type == second.type:
        return f"both {first.type}"
    return f"types that one act is read as: {first.type}, {second.type}"


def _of_parties(one: Telling, other: Telling) -> str:
    parties, others = _parties_in(one), _parties_in(other)
    if parties == others:
        return f"same parties: {_listed(parties)}"
    return f"both: {_listed(parties & others)}; one also: {_listed(parties ^ others)}"


def _of_days(one: Telling, other: Telling) -> str:
    if "undated" in (one.told, other.told):
        bare = [telling for telling in (one, other) if telling.told == "undated"]
        return (
            f"{'neither has a' if len(bare) == 2 else 'one has no'} date of its own: {_days_in(one)}, {_days_in(other)}"
        )
    if (one.first, one.last) == (other.first, other.last):
        return f"same day: {_days_in(one)}" if one.first == one.last else f"same days: {_days_in(one)}"
    if _gap(one, other) > 0:
        return f"a day apart: {_days_in(one)}, {_days_in(other)}"
    return f"days overlap: {_days_in(one)}, {_days_in(other)}"


def _of_triggers(one: Telling, other: Telling) -> str:
    first, second = one.evidence.event, other.evidence.event
    words = f"{first.trigger.text}, {second.trigger.text}"
    if one.trigger == other.trigger:
        return (
            f"same word: {words}" if first.trigger.text != second.trigger.text else f"same word: {first.trigger.text}"
        )
    return f"same pattern: {words}" if first.rule == second.rule else f"other words: {words}"


def _of_words(one: Telling, other: Telling) -> str:
    """The words as the first telling has them; the other may have others for the same thing."""
    shared = words_in(one.evidence.event.sentence.text, one.words & other.words, load_happening_rules())
    return f"both tell: {', '.join(shared)}" if shared else "no words of the matter in common"


def _parties_in(telling: Telling) -> frozenset[str]:
    return frozenset(party_of(code) for code in telling.actor | telling.recipient)


def _sides_in(telling: Telling) -> str:
    return f"{_listed(telling.actor)} > {_listed(telling.recipient)}"


def _listed(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes)) or "nobody"


def _days_in(telling: Telling) -> str:
    return str(telling.first) if telling.first == telling.last else f"{telling.first} to {telling.last}"


def _gap(one: Telling, other: Telling) -> int:
    """Days between the end of the earlier and the start of the later; none or less where they touch or overlap."""
    first = max(one.first or datetime.date.min, other.first or datetime.date.min)
    last = min(one.last or datetime.date.max, other.last or datetime.date.max)
    return (first - last).days
