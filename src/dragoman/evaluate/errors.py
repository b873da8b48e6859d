"""Misses and false codings by their cause, to work from the top of the list.

The words of the gold stand in what is written here: it is to be read, not kept.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from dragoman.errors import OutputError
from dragoman.evaluate.golds import Conventions, Gold, GoldEvent, GoldSentence, Party, Story
from dragoman.evaluate.measures import Pair
from dragoman.evaluate.phrases import ResolvePhrase
from dragoman.evaluate.stories import (
    ACTOR,
    DYAD,
    NOTHING,
    country_of,
    is_date_right,
    is_same_sentence,
    is_speaker_right,
    is_status_right,
    pair_events,
    pair_quotes,
)
from dragoman.records import Coding, Event, Record

CAUSES = {
    "trigger": "no event was found in the sentence",
    "type": "an event was found there, of another type",
    "mention": "a party's words name nobody that the lexicon knows",
    "entity": "a party's words are known, but not whom they mean here",
    "attachment": "the party was found in the sentence, in another role",
    "recipient": "the recipient is missing, or somebody else",
    "status": "the act is right, how far it has come is not",
    "date": "the act is right, its date is not",
    "speaker": "the quotation is right, its speaker is not",
    "false-type": "coded where the gold has an act of another type",
    "false": "coded where the gold has no act",
}
"""What each cause means, in the order in which they are looked for."""


class Slip(Record, frozen=True, kw_only=True):
    """One miss or false coding: the gold item or report, what was wanted, what was got, and the sentence."""

    cause: str
    id: str
    wanted: str
    got: str
    sentence: str


def slips(
    gold: Gold, codings: Mapping[str, Coding], conventions: Conventions, resolve: ResolvePhrase
) -> Iterator[Slip]:
    """All that went wrong in reports and sentences, each with one cause; `codings` are by the id of their report."""
    for story in gold.stories:
        coding = codings.get(story.id)
        yield from _events(story, coding, conventions, resolve)
        yield from _speakers(story, coding, conventions)
    for sentence in gold.sentences:
        story = _as_story(sentence)
        for slip in _events(story, codings.get(sentence.id), conventions, resolve):
            if not slip.cause.startswith("false"):
                yield slip


def write_slips(found: Sequence[Slip], folder: Path) -> None:
    """Write a file for each cause and `summary.txt`, the most frequent first; raises `OutputError` where it cannot."""
    causes: dict[str, list[Slip]] = defaultdict(list)
    for slip in found:
        causes[slip.cause].append(slip)
    order = sorted(causes, key=lambda cause: -len(causes[cause]))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        summary = "".join(f"{len(causes[cause]):5}  {cause:11} {CAUSES[cause]}\n" for cause in order)
        (folder / "summary.txt").write_text(summary, encoding="utf-8")
        for cause in order:
            text = "\n".join(map(_lines, causes[cause]))
            (folder / f"{cause}.txt").write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", kind="errors", where=str(folder)) from error


def _lines(slip: Slip) -> str:
    return f"{slip.id}\n  wanted  {slip.wanted}\n  got     {slip.got}\n  in      {slip.sentence}\n"


def _as_story(sentence: GoldSentence) -> Story:
    """A sentence as a report with one act; its parties have countries instead of codes."""
    actor, recipient = (
        tuple(Party(text=party.text, code=party.country) for party in side)
        for side in (sentence.actor, sentence.recipient)
    )
    event = GoldEvent(
        sentence=sentence.sentence, actor=actor, recipient=recipient, type=sentence.type, status="occurred"
    )
    return Story(id=sentence.id, text=sentence.sentence, events=(event,))


def _events(story: Story, coding: Coding | None, conventions: Conventions, resolve: ResolvePhrase) -> Iterator[Slip]:
    events = coding.events if coding else ()
    pairs = pair_events(story, coding)
    answered = {id(p.found) for p in pairs if p.found is not None and p.level > NOTHING}
    for p in pairs:
        here = [event for event in events if _is_told_in(p.gold.sentence, event)]
        if cause := _cause(p, here, story, conventions, resolve):
            yield _slip(cause, p.id, p.gold, _shown_all([p.found] if p.found else here), p.gold.sentence)
    for event in events:
        if id(event) not in answered:
            there = [gold for gold in story.events if _is_told_in(gold.sentence, event)]
            cause = "false-type" if there else "false"
            wanted = "; ".join(map(_wanted, there)) or "nothing"
            yield Slip(cause=cause, id=story.id, wanted=wanted, got=_shown(event), sentence=_flat(event.sentence.text))


def _cause(
    p: Pair[GoldEvent, Event], here: Sequence[Event], story: Story, conventions: Conventions, resolve: ResolvePhrase
) -> str:
    """The first thing that is wrong, or ""."""
    if p.found is None or p.level == NOTHING:
        unknown = _unknown(p.gold.actor, story, resolve)
        return (unknown or "trigger") if not here else "type"
    if p.level < ACTOR:
        return _party_cause(p.gold.actor, here, story, resolve)
    if p.level < DYAD:
        cause = _party_cause(p.gold.recipient, here, story, resolve) if p.gold.recipient else "recipient"
        return "recipient" if cause == "attachment" else cause
    if not is_status_right(p, conventions):
        return "status"
    return "date" if p.gold.date and not is_date_right(p) else ""


def _party_cause(parties: Sequence[Party], here: Sequence[Event], story: Story, resolve: ResolvePhrase) -> str:
    wanted = {country_of(party.code) for party in parties}
    named = {country_of(entity.code) for event in here for entity in (*event.actor, *event.recipient)}
    return "attachment" if wanted & named else _unknown(parties, story, resolve) or "entity"


def _unknown(parties: Sequence[Party], story: Story, resolve: ResolvePhrase) -> str:
    """ "mention" where none of the parties' words name anybody, else ""."""
    known = any(resolve(party.text, story.published) for party in parties)
    return "" if known or not parties else "mention"


def _speakers(story: Story, coding: Coding | None, conventions: Conventions) -> Iterator[Slip]:
    is_right = partial(is_speaker_right, small=conventions.words["names"])
    for p in pair_quotes(story, coding):
        if p.found is not None and p.level > 0 and not is_right(p):
            speaker = p.found.speaker
            yield Slip(
                cause="speaker",
                id=p.id,
                wanted=f"{p.gold.speaker} {p.gold.speaker_code or ''}".rstrip(),
                got=f"{speaker.name} {speaker.code}".rstrip() if speaker else "nobody",
                sentence=_flat(p.gold.text),
            )


def _is_told_in(sentence: str, event: Event) -> bool:
    return any(is_same_sentence(sentence, told.text) for told in (event.sentence, *event.also))


def _slip(cause: str, id: str, gold: GoldEvent, got: str, sentence: str) -> Slip:
    return Slip(cause=cause, id=id, wanted=_wanted(gold), got=got, sentence=_flat(sentence))


def _wanted(gold: GoldEvent) -> str:
    roles = " -> ".join("+".join(party.code for party in side) or "nobody" for side in (gold.actor, gold.recipient))
    date = f" {gold.date}" if gold.date else ""
    return f"{gold.type} {roles} {gold.status}{date}" + (f" at {gold.trigger!r}" if gold.trigger else "")


def _shown_all(events: Sequence[Event]) -> str:
    return "; ".join(map(_shown, events)) or "nothing"


def _shown(event: Event) -> str:
    roles = " -> ".join("+".join(e.code for e in side) or "nobody" for side in (event.actor, event.recipient))
    date = f" {event.date.first}/{event.date.last}" if event.date else ""
    return f"{event.type} {roles} {event.status}{date} at {event.trigger.text!r} by {event.rule}"


def _flat(text: str) -> str:
    return " ".join(text.split())
