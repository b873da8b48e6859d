"""The rules told who the two parties are: what the patterns find between them, whoever they may be."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dragoman.find.events import find_events
from dragoman.find.mentions import Mention, NameIndex, find_mentions, mention_at
from dragoman.records import Document, Event
from dragoman.relate.marking import Place
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules
from dragoman.rules.names import Name

# Codes that no state has (ISO 3166 keeps those from XA on free for private use).
ONE, OTHER = "XXA", "XXB"


class Told(NamedTuple):
    """Events of the one party aimed at the other, and those of the one that name nobody whom they are aimed at."""

    aimed: tuple[Event, ...]
    alone: tuple[Event, ...]


def told_between(document: Document, one: Place, other: Place, rules: Rules, index: NameIndex) -> tuple[Told, Told]:
    """What the rules read of the one towards the other, and of the other towards the one."""
    named = [m for m in find_mentions(document, index) if not (_overlaps(m, one) or _overlaps(m, other))]
    given = [m for place, code in ((one, ONE), (other, OTHER)) for m in _given(document, place, code)]
    parties = Parties(document, sorted([*named, *given], key=lambda m: m.start), rules.lexicon)
    events = find_events(document, parties, (), rules)
    return _told(events, ONE, OTHER), _told(events, OTHER, ONE)


def _overlaps(mention: Mention, place: Place) -> bool:
    return mention.start < place[1] and mention.end > place[0]


def _given(document: Document, place: Place, code: str) -> Iterator[Mention]:
    name = Name(kind="country", country=code, code=code, name=code)
    text = document.article.text
    start, end = place
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    for sentence in document.sentences:
        if sentence.start <= start < sentence.end:
            found = mention_at(sentence, text, start, min(end, sentence.end), (name,))
            if found:
                yield found


def _told(events: Iterable[Event], one: str, other: str) -> Told:
    aimed, alone = [], []
    for event in events:
        actors = {entity.country for entity in event.actor}
        recipients = {entity.country for entity in event.recipient}
        if one in actors and (other in recipients or (other in actors and not recipients)):
            aimed.append(event)
        elif one in actors and not recipients:
            alone.append(event)
    return Told(tuple(aimed), tuple(alone))
