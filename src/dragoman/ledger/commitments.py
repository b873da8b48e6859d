"""The commitments of one report: who offered, promised, threatened, demanded or agreed to what, and how it stands."""

from collections.abc import Sequence

import msgspec

from dragoman.find.commitments import (
    POSITIVE,
    Draft,
    Scene,
    code_of,
    country_of,
    draft_of,
    narrowest,
    place_of,
    words_of,
)
from dragoman.find.contents import no_condition
from dragoman.find.outcomes import DONE, decided, find_outcomes, joined_evidence, span_of
from dragoman.records import Commitment, Date, Document, Event
from dragoman.rules import Rules
from dragoman.rules.commitments import load_commitment_words

# Kinds that are addressed to somebody; a promise or an agreement may be made to the world.
ADDRESSED = frozenset({"offer", "threat", "demand"})


def find_commitments(
    document: Document, events: Sequence[Event], dates: Sequence[Date], rules: Rules
) -> tuple[Commitment, ...]:
    """The commitments that a report holds, each once, with the standing that the report itself gives them.

    `events` are those after merging; the order is that of the sentences that make them.
    """
    words = load_commitment_words(rules.file("lexicon/commitments.toml"))
    negation = rules.ledger.words.negation
    scene = Scene(document=document, events=tuple(events), dates=tuple(dates), words=words, negation=negation)
    drafts = _joined([draft for event in scene.events if (draft := draft_of(scene, event))])
    for outcome in find_outcomes(scene):
        drafts = decided(drafts, outcome, scene)
    drafts = _joined([_addressed(draft, scene) for draft in _joined(drafts)])
    drafts = [_settled(draft, drafts, scene) for draft in drafts]
    ordered = sorted(_with_open_offers(drafts, scene), key=lambda one: (one.place, one.kind, one.by, one.content))
    return tuple(_commitment(draft) for draft in ordered)


def _commitment(draft: Draft) -> Commitment:
    return Commitment(
        by=";".join(draft.by),
        to=draft.to,
        kind=draft.kind,
        content=draft.content,
        condition=draft.condition,
        due=draft.due,
        outcome=draft.outcome,
        evidence=draft.evidence,
    )


def _addressed(draft: Draft, scene: Scene) -> Draft:
    """An offer, threat or demand without an addressee is made to the only party that its maker has to do with."""
    guess = _only_counterpart(draft, scene) if draft.kind in ADDRESSED and len(draft.by) == 1 else ()
    return draft if draft.to else msgspec.structs.replace(draft, to=guess)


def _only_counterpart(draft: Draft, scene: Scene) -> tuple[str, ...]:
    """The one party that the report's events show the maker acting on, for an offer also answering it; else nobody."""
    own = country_of(draft.by[0])
    found: dict[str, str] = {}
    for event in scene.events:
        sides = [event.actor, event.recipient]
        for makers, others in (sides, sides[::-1])[: 2 if draft.kind == "offer" else 1]:
            if own in {country_of(entity.code) for entity in makers} and event.status != "negated":
                state = (e for e in others if e.sector not in scene.words.without and country_of(e.code) != own)
                found.update({country_of(e.code): code_of(e) for e in state})
    return tuple(found.values()) if len(found) == 1 else ()


def _settled(draft: Draft, drafts: Sequence[Draft], scene: Scene) -> Draft:
    """The standing that follows from the rest of the report: talks offered and agreed, a threat carried out."""
    if draft.outcome != "pending":
        return draft
    if draft.kind == "offer" and "meeting" in draft.about:
        for other in drafts:
            if other.kind == "agreement" and "meeting" in other.about and _takes_up(other, draft):
                to = draft.to or tuple(code for code in other.by if code not in draft.by)
                return msgspec.structs.replace(draft, outcome="accepted", to=to)
    doubly = draft.restraint and draft.negated  # "never to give up its missiles": firing one is neither
    if draft.had and draft.kind != "demand" and not doubly and (deed := _deed(draft, scene)):
        evidence, against = joined_evidence(draft.evidence, deed.sentence), draft.restraint or draft.negated
        return msgspec.structs.replace(draft, outcome="broken" if against else "kept", evidence=evidence)
    return draft


def _takes_up(agreement: Draft, offer: Draft) -> bool:
    """Whether those who agreed on talks jointly are who had offered them and who was asked."""
    joint, by = {country_of(code) for code in agreement.by}, {country_of(code) for code in offer.by}
    return len(joint) > 1 and by < joint and joint <= by | {country_of(code) for code in offer.to or agreement.by}


def _deed(draft: Draft, scene: Scene) -> Event | None:
    """The act told as done by who had said that he would do it, under the same word: "the [test]" of "to [test]"."""
    own = {country_of(code) for code in draft.by}
    for event in scene.events:
        place = place_of(scene, event.trigger)
        done = event.type in scene.words.deeds["keeping"] and event.status in DONE
        if done and place and own & {country_of(e.code) for e in event.actor}:
            lemmas = {token.lemma.lower() for token in place[0].tokens if token.pos in {"NOUN", "VERB"}}
            if lemmas & draft.about - {"meeting"} and event.sentence.start != draft.evidence[0].start:
                return event
    return None


# Repeats


def _joined(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with those joined that tell the same commitment, until nothing more can be joined."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((k for k, other in enumerate(kept) if _is_same(draft, other)), None)
        if same is None:
            kept.append(draft)
        else:
            kept[same] = _both(kept[same], draft)
    return kept if len(kept) == len(drafts) else _joined(kept)


def _is_same(one: Draft, other: Draft) -> bool:
    if one.kind != other.kind and not {one.kind, other.kind} <= POSITIVE:
        return False
    if _are_opposite(one, other):
        return False
    return _have_same_parties(one, other) and _have_same_content(one, other)


def _are_opposite(one: Draft, other: Draft) -> bool:
    """ "not to fire" against "to fire"; but "not to fire" and "to stop firing" are the same."""
    positive, negative = (other, one) if one.negated else (one, other)
    return one.negated != other.negated and (not positive.restraint or negative.restraint)


def _have_same_parties(one: Draft, other: Draft) -> bool:
    a, b = ({country_of(code) for code in draft.by} for draft in (one, other))
    to_a, to_b = ({country_of(code) for code in draft.to} for draft in (one, other))
    if a == b:
        return not to_a or not to_b or bool(to_a & to_b)
    joint = max(len(a), len(b)) > 1
    return joint and (a | to_a) == (b | to_b)


def _have_same_content(one: Draft, other: Draft) -> bool:
    """Whether a third of the telling words of the shorter content stand in the other; all meetings are alike."""
    shared = one.about & other.about
    fewest = min(len(one.about), len(other.about))
    return "meeting" in shared or (bool(shared) and 3 * len(shared) >= fewest) or one.content == other.content


def _both(one: Draft, other: Draft) -> Draft:
    """The fuller of two with the evidence and the standing of both; a joint one before a one-sided one."""
    full, less = sorted((one, other), key=_fullness, reverse=True)
    return msgspec.structs.replace(
        full,
        to=full.to or less.to if len(full.by) == 1 else full.to,
        condition=full.condition or less.condition,
        due=narrowest((full.due, less.due)),
        outcome=full.outcome if full.outcome != "pending" else less.outcome,
        evidence=joined_evidence(full.evidence, *less.evidence),
        had=full.had or less.had,
        restraint=full.restraint or less.restraint or full.negated != less.negated,
        negated=full.negated and less.negated,
        about=full.about | less.about,
    )


def _fullness(draft: Draft) -> tuple[int, int, bool, bool, int]:
    return len(draft.by), len(draft.to), draft.condition is not None, draft.due is not None, -draft.place


def _with_open_offers(drafts: list[Draft], scene: Scene) -> list[Draft]:
    """ "No preconditions should be attached": in a report with one offer, that says how the offer is meant."""
    offers = [draft for draft in drafts if draft.kind == "offer" and draft.outcome == "pending"]
    if len(offers) != 1 or offers[0].condition:
        return drafts
    for sentence in scene.document.sentences:
        if found := no_condition(sentence, scene.words):
            full = msgspec.structs.replace(
                offers[0],
                condition=words_of(scene, sentence, *found),
                evidence=joined_evidence(offers[0].evidence, span_of(scene, sentence)),
            )
            return [full if draft is offers[0] else draft for draft in drafts]
    return drafts
