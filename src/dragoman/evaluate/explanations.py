"""Why a sentence is coded as it is: what fired, what nearly did, and which names nobody knows."""

from collections.abc import Iterator

from dragoman.find.events import find_events
from dragoman.find.frames import frame_of, misfit
from dragoman.find.matches import triggers_at
from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.records import Document, Event, Record, Sentence, Span
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

EMPTY_ROLE = "a role is filled by nobody that is known"


class NearMiss(Record, frozen=True, kw_only=True):
    """A pattern whose trigger stands in the sentence, and why it made no event."""

    pattern: str
    trigger: str
    reason: str


class Explanation(Record, frozen=True, kw_only=True):
    """What the rules make of a document."""

    events: tuple[Event, ...]
    near: tuple[NearMiss, ...]
    names: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def explain(document: Document, rules: Rules, index: NameIndex) -> Explanation:
    """Everything that decided how a document was coded."""
    mentions = find_mentions(document, index)
    parties = Parties(document, mentions, rules.lexicon)
    events = find_events(document, parties, (), rules)
    fired = {event.rule for event in events}
    near = (miss for sentence in document.sentences for miss in _near(sentence, rules) if miss.pattern not in fired)
    return Explanation(
        events=events,
        near=tuple(sorted(near, key=lambda miss: miss.reason != EMPTY_ROLE)),
        names=tuple((m.text, m.names[0].code) for m in mentions),
        unknown=tuple(name.text for sentence in document.sentences for name in unknown_names(sentence, parties)),
    )


def _near(sentence: Sentence, rules: Rules) -> Iterator[NearMiss]:
    for token in sentence.tokens:
        for trigger in triggers_at(sentence, token.i, rules):
            reason = misfit(frame_of(sentence, token.i, rules.lexicon), trigger, rules.lexicon)
            if trigger.pattern.verbs == ("*",) or (trigger.particle and "beside" in reason):
                continue  # "take part" is not nearly what "take over" is
            name = f"{trigger.pattern.type}/{trigger.pattern.name}"
            yield NearMiss(pattern=name, trigger=token.text, reason=reason or EMPTY_ROLE)


def unknown_names(sentence: Sentence, parties: Parties) -> Iterator[Span]:
    """Names that neither the lexicon nor the report itself explains."""
    for token in sentence.tokens:
        joins = token.relation in {"compound", "nmod", "amod"}
        if (
            token.pos == "PROPN"
            and not joins
            and not parties.mention(sentence, token.i)
            and not parties.of(sentence, token.i)
        ):
            yield parties.phrase(sentence, token.i)
