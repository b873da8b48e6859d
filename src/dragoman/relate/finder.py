"""The learned finder: what the encoder sees two parties of a sentence do to each other, beside what the rules read.

Where both speak, they are weighed against each other; what only the encoder sees becomes an event of its own when it is
sure enough, and says so in its `rule`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from dragoman.find.contexts import contexts_of
from dragoman.find.events import day_of_act, event_id
from dragoman.find.syntax import conjuncts
from dragoman.records import Date, Document, Entity, Event, Sentence, Span
from dragoman.relate.encoder import Encoder, Question
from dragoman.relate.fusion import Fusion
from dragoman.relate.given import Told
from dragoman.relate.pairs import Party, key_of, pairs, parties_in
from dragoman.relate.relations import Chances, Heard, chances_of, mode_of, status_of, weighed
from dragoman.relate.triggers import trigger_between
from dragoman.resolve.codings import words_of
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

# Sentences before an act in which whom it is aimed at is looked for.
BEFORE = 5


class Direction(NamedTuple):
    """What one party of a sentence does to another: probabilities of the types, "" for nothing."""

    one: Party
    other: Party
    heard: Heard
    scores: dict[str, float]

    @property
    def best(self) -> str:
        """The likeliest type; empty for none."""
        return max(self.scores, key=lambda name: self.scores[name])


Directions = Mapping[tuple[str, str], Direction]
"""By the keys of the one and of the other."""


Pairing = tuple[tuple[Party, Party], tuple[Chances, Chances]]
"""Two parties, and what the encoder answers of them in both directions."""


class Read(NamedTuple):
    """A document as the rules have read it."""

    document: Document
    parties: Parties
    events: tuple[Event, ...]
    dates: tuple[Date, ...]


class Scene(NamedTuple):
    """A sentence with what its events depend on."""

    document: Document
    sentence: Sentence
    dates: Sequence[Date]
    before: Sequence[Event]


class LearnedFinder:
    """Finds events with rules and encoder together; load once, use for many documents."""

    def __init__(self, rules: Rules, encoder: Encoder, fusion: Fusion) -> None:
        self._rules, self._encoder, self._fusion = rules, encoder, fusion

    def find(self, told: Read) -> tuple[Event, ...]:
        """The events of a document: those of the rules as the encoder bears them out, and those that it adds."""
        asked = _asked(told)
        answers = iter(self._encoder.answer([q for s, two in asked for q in _questions(told.document, s, two)]))
        by_sentence: dict[int, list[Event]] = {}
        for event in told.events:
            by_sentence.setdefault(event.sentence.start, []).append(event)
        found: list[Event] = []
        for sentence, two in asked:
            events = by_sentence.get(sentence.start, [])
            directions = self._directions([(pair, chances_of(next(answers))) for pair in two], events)
            scene = Scene(told.document, sentence, told.dates, tuple(found))
            kept = [event for event in (self._revised(e, events, directions, scene) for e in events) if event]
            found += [*kept, *self._added(scene, directions, kept)]
        return tuple(self._aimed(event, told.document, told.parties) for event in found)

    def _directions(self, heard: Iterable[Pairing], events: Sequence[Event]) -> Directions:
        """The answers by party, weighed against what the rules read between the two."""
        found: dict[tuple[str, str], Direction] = {}
        for (one, other), (forth, back) in heard:
            for doer, target, chances in ((one, other, forth), (other, one, back)):
                key = key_of(doer.entity), key_of(target.entity)
                both = Heard(chances, told_by(events, *key))
                scores = weighed(both, self._fusion.plover, self._encoder.card, "plover")
                found[key] = Direction(doer, target, both, scores)
        return found

    def _revised(self, event: Event, events: Sequence[Event], directions: Directions, scene: Scene) -> Event | None:
        """An event of the rules as the encoder bears it out; None where it sees nothing of the kind.

        The encoder names one act between two parties: where the rules read several, it is not the judge of each.
        """
        mine = [(key, directions[key]) for key in keys_of(event) if key in directions]
        if not mine:
            return event
        key, surest = max(mine, key=lambda pair: pair[1].scores[event.type])
        best, least = surest.best, self._fusion.least
        if any(other is not event and key in keys_of(other) for other in events):
            likely = surest.scores[event.type] if best == event.type else event.confidence
            return msgspec.structs.replace(event, confidence=round(likely, 3))
        if not best and surest.scores[""] >= least.drop:
            return None
        if best and best != event.type and surest.scores[best] >= least.retype:
            return self._event(scene, best, _token_of(scene.sentence, event), [surest])
        return msgspec.structs.replace(event, confidence=round(surest.scores[event.type], 3))

    def _added(self, scene: Scene, directions: Directions, kept: Sequence[Event]) -> Iterator[Event]:
        """The acts that only the encoder sees: one event for all that do the same with the same word."""
        seen: dict[tuple[str, int], list[Direction]] = {}
        for direction in sorted(directions.values(), key=lambda d: -d.scores[d.best]):
            kind = direction.best
            if not kind or direction.scores[kind] < self._fusion.least.add or _is_told(direction, kind, kept):
                continue
            i = trigger_between(scene.sentence, direction.one, direction.other, self._rules.lexicon)
            if i is None or any(event.trigger.start == scene.sentence.tokens[i].start for event in kept):
                continue
            if all(_goes_with(scene.sentence, direction, other) for other in seen.get((kind, i), ())):
                seen.setdefault((kind, i), []).append(direction)
        for (kind, i), those in seen.items():
            yield self._event(scene, kind, i, those)

    def _aimed(self, event: Event, document: Document, parties: Parties) -> Event:
        """An event whose sentence names nobody else, aimed at one of those whom the sentences before name.

        "The White House condemned the launch": it is asked about the sentence that names a party and the one that tells
        the act as if they stood together, and has to be surer than within a sentence.
        """
        if event.recipient or len(event.actor) != 1 or event.type not in self._rules.modality.aimed:
            return event
        sentence = next(one for one in document.sentences if one.start == event.sentence.start)
        actor = key_of(event.actor[0])
        here = {key_of(party.entity) for party in parties_in(sentence, parties)}
        if here - {actor} or not sentence.start <= event.actor[0].start < sentence.end:
            return event
        before = document.sentences[max(0, sentence.index - BEFORE) : sentence.index]
        last = {key_of(party.entity): (one, party.entity) for one in before for party in parties_in(one, parties)}
        named = [(one, entity) for key, (one, entity) in last.items() if key != actor]
        likely = self._likely(event, document, named)
        if not likely or max(likely) < self._fusion.least.fill:
            return event
        chosen = named[likely.index(max(likely))][1]
        return msgspec.structs.replace(event, recipient=(chosen,), confidence=round(max(likely), 3))

    def _likely(self, event: Event, document: Document, named: Sequence[tuple[Sentence, Entity]]) -> list[float]:
        """How likely an act is aimed at each of those named before, who come with their sentence."""
        text, actor, told = document.article.text, event.actor[0], event.sentence
        questions = []
        for sentence, other in named:
            first = text[sentence.start : sentence.end] + " "
            shift = len(first) - told.start
            questions.append(
                Question(
                    first + told.text,
                    (actor.start + shift, actor.end + shift),
                    (other.start - sentence.start, other.end - sentence.start),
                )
            )
        heard = [Heard(chances_of(answer)[0], Told((), (event,))) for answer in self._encoder.answer(questions)]
        return [weighed(one, self._fusion.plover, self._encoder.card, "plover")[event.type] for one in heard]

    def _event(self, scene: Scene, kind: str, i: int, those: Sequence[Direction]) -> Event:
        """The event that a token tells, as the encoder sees it."""
        surest = max(those, key=lambda direction: direction.scores[kind])
        mode = mode_of(kind, surest.heard, self._encoder.card, "plover")
        actor, recipient = _sides(those)
        sentence, text = scene.sentence, scene.document.article.text
        trigger = words_of(sentence.tokens[i])
        return Event(
            id=event_id(scene.document, kind, trigger),
            type=kind,
            mode=(mode,) if mode else (),
            context=contexts_of(sentence, self._rules.ontology),
            actor=actor,
            recipient=recipient,
            status=status_of(surest.heard, self._fusion.status),
            date=day_of_act(scene.document, sentence, i, scene.dates, scene.before, self._rules),
            confidence=round(surest.scores[kind], 3),
            trigger=trigger,
            sentence=Span(text=text[sentence.start : sentence.end], start=sentence.start, end=sentence.end),
            rule=f"model/{kind}",
        )


def _asked(told: Read) -> list[tuple[Sentence, list[tuple[Party, Party]]]]:
    """The pairs of each sentence that are worth a question: where the rules read an act between the two, or nothing."""
    by_sentence: dict[int, set[tuple[str, str]]] = {}
    for event in told.events:
        by_sentence.setdefault(event.sentence.start, set()).update(keys_of(event))
    asked = []
    for sentence in told.document.sentences:
        read = by_sentence.get(sentence.start)
        two = pairs(sentence, parties_in(sentence, told.parties))
        asked.append((sentence, [one for one in two if read is None or read & _both_ways(*one)]))
    return asked


def _both_ways(one: Party, other: Party) -> set[tuple[str, str]]:
    first, second = key_of(one.entity), key_of(other.entity)
    return {(first, second), (second, first)}


def told_by(events: Iterable[Event], one: str, other: str) -> Told:
    """What the rules read of one party towards another in a sentence."""
    mine = [event for event in events if any(key_of(entity) == one for entity in event.actor)]
    aimed = tuple(event for event in mine if (one, other) in keys_of(event))
    return Told(aimed, tuple(event for event in mine if not event.recipient and event not in aimed))


def keys_of(event: Event) -> set[tuple[str, str]]:
    """Who does it to whom; what several do together goes in both directions."""
    actors = {key_of(entity) for entity in event.actor}
    recipients = {key_of(entity) for entity in event.recipient} or actors
    return {(one, other) for one in actors for other in recipients if one != other}


def _questions(document: Document, sentence: Sentence, two: Iterable[tuple[Party, Party]]) -> Iterator[Question]:
    text = document.article.text[sentence.start : sentence.end]
    for one, other in two:
        (start, end), (first, last) = (
            (party.entity.start - sentence.start, party.entity.end - sentence.start) for party in (one, other)
        )
        yield Question(text, (start, end), (first, last))


def _token_of(sentence: Sentence, event: Event) -> int:
    return next(token.i for token in sentence.tokens if token.start == event.trigger.start)


def _is_told(direction: Direction, kind: str, kept: Iterable[Event]) -> bool:
    """Whether the rules have read something between the two, or an act of the kind in which one of them has a part."""
    two = {key_of(direction.one.entity), key_of(direction.other.entity)}
    return any(
        tuple(key_of(party.entity) for party in (direction.one, direction.other)) in keys_of(event)
        or (event.type == kind and two & {key_of(entity) for entity in (*event.actor, *event.recipient)})
        for event in kept
    )


def _goes_with(sentence: Sentence, direction: Direction, other: Direction) -> bool:
    """Whether two directions are of one act: the same two, or what differs is joined by "and"."""
    mine, theirs = ((d.one, d.other) for d in (direction, other))
    if {key_of(party.entity) for party in mine} == {key_of(party.entity) for party in theirs}:
        return True
    apart = [(a.i, b.i) for a, b in zip(mine, theirs, strict=True) if key_of(a.entity) != key_of(b.entity)]
    return len(apart) == 1 and any(b in conjuncts(sentence, a) or a in conjuncts(sentence, b) for a, b in apart)


def _sides(those: Sequence[Direction]) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Actors and recipients; where any two do it to each other, all are actors."""
    keys = {(key_of(direction.one.entity), key_of(direction.other.entity)) for direction in those}
    if any((other, one) in keys for one, other in keys):
        return _distinct(party.entity for d in those for party in (d.one, d.other)), ()
    return _distinct(d.one.entity for d in those), _distinct(d.other.entity for d in those)


def _distinct(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    found: dict[str, Entity] = {}
    for entity in entities:
        found.setdefault(key_of(entity), entity)
    return tuple(sorted(found.values(), key=lambda entity: entity.start))
