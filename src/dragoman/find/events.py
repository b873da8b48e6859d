"""Events: who did or said what to whom, found by patterns over a sentence's parse."""

import hashlib
from collections.abc import Sequence

from dragoman.find.contexts import contexts_of
from dragoman.find.matches import Match, Setting, find_matches
from dragoman.find.status import is_warded_off, on_condition
from dragoman.find.timing import event_date, running_day
from dragoman.records import Date, Document, Entity, Event, EventDate, Sentence, Span, Status
from dragoman.resolve.codings import words_of
from dragoman.resolve.deeds import day_of_setting
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

# Types that are words of what is to come: on a condition, if the words name one.
UTTERED = frozenset({"AGREE", "THREATEN"})
# Confidence orders events by how directly their parts were read; it is not a calibrated probability.
DIRECT, NOUN, INSIDE, PRONOUN, INFERRED = 0.9, 0.85, 0.8, 0.8, 0.7


def find_events(document: Document, parties: Parties, dates: Sequence[Date], rules: Rules) -> tuple[Event, ...]:
    """All events of a document, one for each trigger that a pattern fits, in the order of the text."""
    found: list[Event] = []
    for sentence in document.sentences:
        setting = Setting(parties=parties, rules=rules, before=tuple(found))
        found.extend(_event(document, match, dates, rules, setting.before) for match in find_matches(sentence, setting))
    return tuple(found)


def _event(document: Document, match: Match, dates: Sequence[Date], rules: Rules, before: Sequence[Event]) -> Event:
    pattern = match.trigger.pattern
    kind, status = _type_and_status(match, rules)
    sentence = match.frame.sentence
    trigger = words_of(sentence.tokens[match.frame.i])
    text = document.article.text
    actor, recipient = _roles(match, kind, rules)
    return Event(
        id=event_id(document, kind, trigger),
        type=kind,
        mode=pattern.mode if kind == pattern.type else (),
        context=pattern.context or contexts_of(sentence, rules.ontology),
        actor=actor,
        recipient=recipient,
        status=status,
        date=day_of_act(document, sentence, match.frame.i, dates, before, rules),
        confidence=_confidence(match),
        trigger=trigger,
        sentence=Span(text=text[sentence.start : sentence.end], start=sentence.start, end=sentence.end),
        rule=f"{pattern.type}/{pattern.name}",
    )


def _roles(match: Match, kind: str, rules: Rules) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """ "X is to meet Y": two meet, but X agrees to it; "X trades with Y" has the recipient that its type needs."""
    led = match.trigger.pattern.reciprocal and 0 < match.leads < len(match.actor)
    if led and (kind != match.trigger.pattern.type or rules.ontology.types[kind].recipient_required):
        return match.actor[: match.leads], match.actor[match.leads :]
    return match.actor, match.recipient


def _type_and_status(match: Match, rules: Rules) -> tuple[str, Status]:
    pattern, progress = match.trigger.pattern, match.progress
    kind = pattern.type
    if pattern.status and progress in {"occurred", "hypothetical", "demanded", "refused"}:
        return kind, pattern.status
    if progress == "refused":
        return (rules.modality.refused, "occurred") if kind in rules.modality.to_come else (kind, "negated")
    conditional = on_condition(match.frame.sentence, match.frame.i, rules.modality)
    if kind in UTTERED and progress in {"occurred", "planned"} and conditional:
        progress = "conditional"
    if (
        progress == "conditional"
        and kind in rules.modality.to_come
        and is_warded_off(match.frame.sentence, match.frame.i)
    ):
        return "THREATEN", "conditional"
    if progress == "conditional":
        kind = rules.modality.on_condition.get(kind, kind)
    if progress in {"planned", "conditional", "cancelled"}:
        kind = rules.modality.to_come.get(kind, kind)
    if progress == "hypothetical" or progress == "demanded" or (kind == "THREATEN" and progress == "planned"):
        return kind, "conditional" if kind == "THREATEN" and conditional else "occurred"
    return kind, progress


def day_of_act(
    document: Document, sentence: Sentence, i: int, dates: Sequence[Date], before: Sequence[Event], rules: Rules
) -> EventDate | None:
    """The days of the act that a token tells; None where neither its sentence nor those before give any."""
    return (
        event_date(sentence, i, dates)
        or day_of_setting(sentence, i, before, rules.modality.deeds)
        or running_day(document, sentence, i, dates)
    )


def event_id(document: Document, kind: str, trigger: Span) -> str:
    """Digest of article, text, place and type: the same report coded again has the same ids."""
    text = hashlib.sha256(document.article.text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"{document.article.id}\n{text}\n{kind}\n{trigger.start}\n{trigger.end}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _confidence(match: Match) -> float:
    value = DIRECT if match.frame.is_verb else DIRECT * NOUN
    if match.trigger.pattern.recipient and not match.recipient and not match.trigger.pattern.reciprocal:
        value *= INSIDE
    if match.inferred:
        value *= INFERRED
    tokens = {token.start: token for token in match.frame.sentence.tokens}
    if any(tokens[e.start].pos == "PRON" for e in (*match.actor, *match.recipient) if e.start in tokens):
        value *= PRONOUN
    return round(value, 3)
