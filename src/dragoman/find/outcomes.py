"""What became of commitments: the words by which a report says that one was broken, rejected, called off or kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from dragoman.find import syntax
from dragoman.find.commitments import (
    Draft,
    Scene,
    about_of,
    codes_of,
    country_of,
    evidence_of,
    objects_of,
    parties_of,
    word_at,
    words_of,
)
from dragoman.find.contents import clause_content, due_of
from dragoman.records import CommitmentKind, Event, Record, Sentence, Span, Standing

DONE = frozenset({"occurred", "ongoing"})
# Standings that the other side gives.
ANSWERS = frozenset({"rejected", "accepted"})
# What a subject has besides its name.
NAME = frozenset({"det", "relcl", "appos", "prep", "punct", "acl"})
# A negated "kept" is broken; other negated words decide nothing.
REVERSED: dict[Standing, Standing] = {"kept": "broken", "accepted": "rejected"}


class Outcome(Record, frozen=True, kw_only=True):
    """A word that decides commitments: its standing, the class of the noun below it, and who does it (codes)."""

    standing: Standing
    noun_class: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    about: frozenset[str]
    event: Event | None
    sentence: Sentence
    verb: int
    noun: int


def find_outcomes(scene: Scene) -> Iterator[Outcome]:
    """Every word that says what became of a commitment, in the order of the text."""
    events = {event.trigger.start: event for event in scene.events}
    for sentence in scene.document.sentences:
        for token in sentence.tokens:
            word = word_at(sentence, token.i, scene.words.outcomes) if syntax.is_verb(token) else None
            standing = scene.words.outcomes[word] if word else None
            if standing and (found := _outcome(scene, sentence, token.i, standing, events.get(token.start))):
                yield found


def _outcome(scene: Scene, sentence: Sentence, v: int, standing: Standing, event: Event | None) -> Outcome | None:
    if (event and event.status not in {*DONE, "cancelled"}) or not _is_told_as_done(scene, sentence, v):
        return None
    failing = sentence.tokens[sentence.tokens[v].head].lemma in scene.words.deeds["failing"]
    if failing or syntax.kids(sentence, v, "neg"):
        standing = REVERSED.get(standing, "pending")
    intransitive = not syntax.kids(sentence, v, "dobj")
    for noun in [*objects_of(sentence, v), *(syntax.kids(sentence, v, "nsubj") if intransitive else ())]:
        noun_class = scene.words.nouns.get(sentence.tokens[noun].lemma.lower())
        if noun_class and scene.words.decides.get(standing, {}).get(noun_class):
            return _of_noun(scene, sentence, v, noun, (standing, noun_class, event))
    return None


def _is_told_as_done(scene: Scene, sentence: Sentence, v: int) -> bool:
    """Not "will reject", "must keep", "accused of breaking", "if it breaks"."""
    chain = [v, *syntax.ancestors(sentence, v)]
    lemmas = {sentence.tokens[k].text.lower() for k in syntax.kids(sentence, v, "aux")}
    above = {sentence.tokens[k].lemma for k in chain[1:]}
    if lemmas & (scene.words.due_modals | scene.words.modals | {"may", "might", "could", "can"}):
        return False
    if sentence.tokens[v].tag == "VBG" and _is_to_come(scene, sentence, v):
        return False
    marks = {_bare(sentence.tokens[k].text) for c in chain for k in syntax.kids(sentence, c, "mark")}
    failing = bool(above & scene.words.deeds["failing"])
    infinitive = syntax.has_to(sentence, v) and not failing and not syntax.is_outcome(sentence, v)
    return not infinitive and not marks & {"if", "unless", "until", "whether"} and not above & {"accuse", "allege"}


def _is_to_come(scene: Scene, sentence: Sentence, v: int) -> bool:
    """ "ignoring our demands, we will fire": what goes with an act to come has not been done either."""
    above = syntax.ancestors(sentence, v)
    modals = scene.words.modals | scene.words.due_modals
    return any(sentence.tokens[a].lemma in modals for k in above for a in syntax.kids(sentence, k, "aux"))


def _bare(word: str) -> str:
    """A word without the brackets and marks of a quotation that was changed: "[i]f" is "if"."""
    return "".join(c for c in word.lower() if c.isalpha())


def _of_noun(scene: Scene, sentence: Sentence, v: int, noun: int, found: tuple[Standing, str, Event | None]) -> Outcome:
    standing, noun_class, event = found
    parties = parties_of(scene, event) if event else None
    content = clause_content(sentence, noun, bare=False)
    return Outcome(
        standing=standing,
        noun_class=noun_class,
        by=parties[0] if parties else _subject_codes(scene, sentence, v),
        to=parties[1] if parties else (),
        about=about_of(sentence, content, scene.words) or frozenset(),
        event=event if parties else None,
        sentence=sentence,
        verb=v,
        noun=noun,
    )


def _subject_codes(scene: Scene, sentence: Sentence, v: int) -> tuple[str, ...]:
    """Who does it, where the events have resolved those words, there or elsewhere; nobody otherwise."""
    tokens = sentence.tokens
    heads = syntax.subjects(sentence, v)
    starts = {tokens[k].start for s in heads for k in syntax.subtree(sentence, s, NAME)}
    names = {" ".join(tokens[k].text for k in sorted(syntax.subtree(sentence, s, NAME))) for s in heads}
    entities = [e for event in scene.events for e in (*event.actor, *event.recipient)]
    here = [e for e in entities if any(start in starts for start in range(e.start, e.end))]
    return codes_of(here or (e for e in entities if e.text[:1].isupper() and names & {e.text, f"the {e.text}"}))


def decided(drafts: list[Draft], outcome: Outcome, scene: Scene) -> list[Draft]:
    """The drafts with an outcome applied to the one that it speaks of, or with a new one that it tells of."""
    kinds = scene.words.decides[outcome.standing][outcome.noun_class]
    fitting = [draft for draft in drafts if draft.kind in kinds and _concerns(outcome, draft)]
    if chosen := _meant(outcome, fitting):
        return [_ended(draft, outcome, scene) if draft is chosen else draft for draft in drafts]
    if outcome.event and not fitting and (new := _told_by_its_end(outcome, kinds[0], scene)):
        return [*drafts, new]
    return drafts


def _meant(outcome: Outcome, fitting: Sequence[Draft]) -> Draft | None:
    """The one that an outcome decides: the only one, or of several the only one alike, or the only one just told."""
    pending = [draft for draft in fitting if draft.outcome == "pending"]
    near = range(outcome.sentence.index - 1, outcome.sentence.index + 1)
    ways: tuple[Callable[[Draft], bool], ...] = (
        lambda draft: True,
        lambda draft: bool(outcome.about & draft.about),
        lambda draft: draft.place == outcome.sentence.index,
        lambda draft: draft.place in near,
    )
    for drafts in (pending, fitting):
        for way in ways:
            if len(found := [draft for draft in drafts if way(draft)]) == 1:
                return found[0]
    return None


def _concerns(outcome: Outcome, draft: Draft) -> bool:
    """Answers come from whom it was made to, an end from a party to it; unknown parties rule nothing out."""
    doer = {country_of(code) for code in outcome.by}
    by, to = {country_of(code) for code in draft.by}, {country_of(code) for code in draft.to}
    other = {country_of(code) for code in outcome.to}
    if not doer and not _is_agentless(outcome) and draft.place != outcome.sentence.index:
        return False
    if outcome.standing in ANSWERS:
        fits = not doer or (not doer & by and (not to or bool(doer & to)))
        return fits and (not other or bool(other & by))
    if outcome.noun_class == "meeting":
        whole = by | to
        return (not doer or bool(doer & whole)) and (not other or bool(other & whole)) and "meeting" in draft.about
    if outcome.noun_class == "delivery" and not outcome.about & draft.about:
        return False
    owner = not doer or bool(doer & by) or (draft.kind == "agreement" and bool(doer & to))
    return owner and (not other or not to or bool(other & (to | by)))


def _is_agentless(outcome: Outcome) -> bool:
    """ "The offer was rejected", "the deal collapsed": nobody is said to have done it."""
    return set(syntax.subjects(outcome.sentence, outcome.verb)) <= {outcome.noun}


def _ended(draft: Draft, outcome: Outcome, scene: Scene) -> Draft:
    evidence = joined_evidence(draft.evidence, span_of(scene, outcome.sentence))
    if not draft.to and outcome.standing in ANSWERS:
        draft = msgspec.structs.replace(draft, to=outcome.by)
    if draft.outcome != "pending":
        return msgspec.structs.replace(draft, evidence=evidence)
    return msgspec.structs.replace(draft, outcome=outcome.standing, evidence=evidence)


def _told_by_its_end(outcome: Outcome, kind: CommitmentKind, scene: Scene) -> Draft | None:
    """ "called off talks with Seoul": that there was an agreement is told only by its end."""
    event, sentence = outcome.event, outcome.sentence
    if event is None or outcome.standing not in {"cancelled", "broken", *ANSWERS}:
        return None
    by, to = outcome.by, outcome.to
    if outcome.standing in ANSWERS:
        by, to = to, by
    alone = outcome.noun_class == "meeting" and not outcome.to
    if not by or alone or (outcome.standing in ANSWERS and sentence.tokens[outcome.verb].tag == "VBG"):
        return None
    content = clause_content(sentence, _told_in(sentence, outcome.noun), bare=False)
    text = words_of(scene, sentence, content.first, content.last)
    return Draft(
        by=by,
        to=to,
        kind=kind,
        content=text,
        about=outcome.about,
        negated=scene.negation.is_negated(text),
        due=due_of(sentence, content, scene.dates, scene.document.article.published),
        outcome=outcome.standing,
        evidence=evidence_of(event),
        place=sentence.index,
    )


def _told_in(sentence: Sentence, noun: int) -> int:
    """What heads the words of the content: "broke its promise to [withdraw]", else the noun itself."""
    clauses = syntax.kids(sentence, noun, "acl")
    return next((k for k in clauses if syntax.has_to(sentence, k)), noun)


def span_of(scene: Scene, sentence: Sentence) -> Span:
    """A sentence as a piece of evidence."""
    text = scene.document.article.text[sentence.start : sentence.end]
    return Span(text=text, start=sentence.start, end=sentence.end)


def joined_evidence(evidence: Iterable[Span], *more: Span) -> tuple[Span, ...]:
    """Sentences of evidence, each once, in the order of the text."""
    spans = {span.start: span for span in (*more, *evidence)}
    return tuple(spans[start] for start in sorted(spans))
