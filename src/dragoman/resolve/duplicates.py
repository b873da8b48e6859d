"""One act told in several sentences is one event, at its fullest mention, with the other sentences in `also`."""

from collections.abc import Iterable

import msgspec

from dragoman.records import Entity, Event


def merge(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events with repeats joined, in the order of their fullest mentions; joining again changes nothing."""
    found = sorted(events, key=_place)
    while len(joined := _joined_once(found)) < len(found):
        found = joined
    return tuple(found)


def _joined_once(events: Iterable[Event]) -> list[Event]:
    kept: list[Event] = []
    for event in events:
        for k, other in enumerate(kept):
            if _is_repeat(event, other):
                kept[k] = _joined(event, other)
                break
        else:
            kept.append(event)
    return sorted(kept, key=_place)


def _place(event: Event) -> tuple[int, int, str]:
    return event.trigger.start, event.trigger.end, event.type


def _is_repeat(event: Event, other: Event) -> bool:
    if event.type != other.type or (event.status == "negated") != (other.status == "negated"):
        return False
    return (
        _countries(event.actor) == _countries(other.actor)
        and _same_recipient(event, other)
        and _same_mode(event, other)
        and _same_days(event, other)
        and _same_words(event, other)
    )


def _countries(entities: Iterable[Entity]) -> set[str]:
    return {entity.country or entity.code for entity in entities}


def _same_recipient(event: Event, other: Event) -> bool:
    """The same recipients; or one mention names none and uses the same word for the act."""
    one, two = _countries(event.recipient), _countries(other.recipient)
    return one == two or (not (one and two) and event.trigger.text.lower() == other.trigger.text.lower())


def _same_mode(event: Event, other: Event) -> bool:
    return not event.mode or not other.mode or event.mode == other.mode


def _same_days(event: Event, other: Event) -> bool:
    if event.date is None or other.date is None:
        return True
    return event.date.first <= other.date.last and other.date.first <= event.date.last


def _same_words(event: Event, other: Event) -> bool:
    """Told in the same sentence only where the very same pattern fired twice; elsewhere any repeat will do."""
    return event.sentence.start != other.sentence.start or event.rule == other.rule


def _joined(event: Event, other: Event) -> Event:
    """The fuller mention with the sentences of both; of equally full ones the earlier."""
    fuller, lesser = (event, other) if _fullness(event) > _fullness(other) else (other, event)
    sentences = {span.start: span for span in (lesser.sentence, *lesser.also, *fuller.also)}
    sentences.pop(fuller.sentence.start, None)
    also = tuple(sentences[start] for start in sorted(sentences))
    return msgspec.structs.replace(fuller, also=also, date=fuller.date or lesser.date)


def _fullness(event: Event) -> tuple[int, int, int]:
    return len(event.recipient) + len(event.actor), event.date is not None, len(event.mode)
