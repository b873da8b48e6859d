"""Events: who did or said what to whom, found by patterns over a sentence's parse."""

import hashlib
from collections.abc import Iterator, Sequence

from dragoman.find import syntax
from dragoman.find.contexts import contexts_of
from dragoman.find.frames import Frame, fill, fits, frame_of
from dragoman.find.mentions import Mention
from dragoman.find.status import Progress, progress_of
from dragoman.find.timing import event_date
from dragoman.records import Date, Document, Entity, Event, Record, Sentence, Span, Status
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules
from dragoman.rules.patterns import Trigger

# Confidence orders events by how directly their parts were read; it is not a calibrated probability.
DIRECT, NOUN, INSIDE, PRONOUN = 0.9, 0.85, 0.8, 0.8
SCENE = frozenset({"in", "at", "near", "from", "outside", "around"})
BYSTANDERS = frozenset({"JRN"})
HYPOTHETICAL_TYPES = frozenset({"REQUEST", "THREATEN", "AGREE", "REJECT", "ACCUSE", "SUPPORT"})


class Match(Record, frozen=True, kw_only=True):
    """A pattern that fits at a token, with the entities that fill its roles."""

    frame: Frame
    trigger: Trigger
    actor: tuple[Entity, ...]
    recipient: tuple[Entity, ...]
    progress: Progress


def find_events(document: Document, parties: Parties, dates: Sequence[Date], rules: Rules) -> tuple[Event, ...]:
    """All events of a document, one for each trigger that a pattern fits, in the order of the text."""
    found: list[Event] = []
    for sentence in document.sentences:
        matches = _uncontained(list(_matches(sentence, parties, rules)), rules)
        found.extend(_event(document, match, dates, rules) for match in matches)
    return tuple(found)


def _matches(sentence: Sentence, parties: Parties, rules: Rules) -> Iterator[Match]:
    for token in sentence.tokens:
        triggers = triggers_at(sentence, token.i, rules)
        if triggers and (match := _best(frame_of(sentence, token.i, rules.lexicon), triggers, parties, rules)):
            yield match


def triggers_at(sentence: Sentence, i: int, rules: Rules) -> tuple[Trigger, ...]:
    """The patterns to try at a token, the most specific first; none where it is no trigger."""
    token = sentence.tokens[i]
    if token.relation in {"amod", "compound", "aux", "auxpass"} and token.pos != "NOUN":
        return ()
    part = (
        "verb"
        if syntax.is_verb(token)
        else "noun"
        if syntax.is_noun(token)
        else "adjective"
        if token.pos == "ADJ"
        else ""
    )
    found = rules.patterns.triggers.get(f"{token.lemma}/{part}", ())
    if part == "verb" and (anywhere := rules.patterns.triggers.get("*/verb")):
        return found + anywhere
    return found


def _best(frame: Frame, triggers: Sequence[Trigger], parties: Parties, rules: Rules) -> Match | None:
    progress: Progress | None = None
    for trigger in triggers:
        if not fits(frame, trigger, rules.lexicon):
            continue
        progress = progress or progress_of(frame.sentence, frame.i, rules.modality)
        match = _match(frame, trigger, parties, progress, rules)
        if match:
            return match
    return None


def _match(frame: Frame, trigger: Trigger, parties: Parties, progress: Progress, rules: Rules) -> Match | None:
    pattern = trigger.pattern
    actor = fill(frame, pattern.actor or _default_actor(frame), parties, deep=False)
    recipient = fill(frame, pattern.recipient, parties, deep=True)
    if pattern.reciprocal:
        others = [fill(frame, [slot], parties, deep=True) for slot in pattern.recipient]
        actor = _union(actor, *others)
        recipient = ()
        if "recipient" in pattern.needs and len(actor) < 2:
            return None
    recipient = _others(recipient, actor)
    if not actor or ("recipient" in pattern.needs and not recipient and not pattern.reciprocal):
        return None
    if progress in {"hypothetical", "demanded"} and not (pattern.modal or pattern.type in HYPOTHETICAL_TYPES):
        return None
    if not recipient and pattern.recipient and pattern.type in rules.modality.aimed:
        recipient = _only_other(frame, actor, parties, rules)
    return Match(frame=frame, trigger=trigger, actor=actor, recipient=recipient, progress=progress)


def _only_other(frame: Frame, actor: tuple[Entity, ...], parties: Parties, rules: Rules) -> tuple[Entity, ...]:
    """The one other party that the content names ("demanded the exit of Chadian troops"); nobody if there are two."""
    sentence = frame.sentence
    countries = {entity.country for entity in actor}
    found: dict[str, Entity] = {}
    below = {*_below(sentence, frame.i, rules), *_conditions(sentence, frame.i, rules)}
    for k in sorted(below):
        mention = parties.mention(sentence, k)
        if not mention or mention.head != k or _is_scene(sentence, k, mention):
            continue
        entity = parties.of(sentence, k)
        if entity and entity.sector not in BYSTANDERS and entity.country not in countries:
            found.setdefault(entity.country, entity)
    return tuple(found.values()) if len(found) == 1 else ()


def _conditions(sentence: Sentence, i: int, rules: Rules) -> Iterator[int]:
    """The subjects of "unless" and "if" clauses: whose act would ward off a threat."""
    for clause in syntax.kids(sentence, i, "advcl"):
        marks = {sentence.tokens[k].lemma for k in syntax.kids(sentence, clause, "mark")}
        if any("conditional" in rules.modality.of("clauses", mark) for mark in marks):
            for k in syntax.kids(sentence, clause, "nsubj", "nsubjpass"):
                yield from syntax.subtree(sentence, k, frozenset({"relcl", "acl"}))


def _is_scene(sentence: Sentence, k: int, mention: Mention) -> bool:
    """ "a conference in Cairo": the place where something happens, not a party to it."""
    above = sentence.tokens[sentence.tokens[k].head]
    return mention.names[0].kind in {"capital", "place"} and above.lemma in SCENE


def _default_actor(frame: Frame) -> tuple[str, ...]:
    return ("subject",) if frame.is_verb else ("subject", "by", "mod")


def _union(*groups: tuple[Entity, ...]) -> tuple[Entity, ...]:
    found: dict[str, Entity] = {}
    for entity in (entity for group in groups for entity in group):
        found.setdefault(entity.country or entity.code, entity)
    return tuple(found.values())


def _others(recipient: tuple[Entity, ...], actor: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Recipients that are not the actors themselves."""
    codes = {entity.code for entity in actor}
    countries = {entity.country for entity in actor}
    return tuple(r for r in recipient if r.code not in codes and not (r.code == r.country and r.country in countries))


def _uncontained(matches: list[Match], rules: Rules) -> Iterator[Match]:
    """The matches that are acts of their own, not the content of another ("agreed to release" is one act)."""
    content = {id(match): _content(match, rules) for match in matches}
    for match in matches:
        if not any(other is not match and match.frame.i in content[id(other)] for other in matches):
            yield match


def _content(match: Match, rules: Rules) -> set[int]:
    """The tokens whose acts belong to a match: the object that its pattern names, and what an absorbing type takes."""
    sentence, i = match.frame.sentence, match.frame.i
    tokens = sentence.tokens
    held: set[int] = set()
    if match.trigger.object and match.frame.is_verb:
        for o in syntax.objects(sentence, i):
            held.update(syntax.conjuncts(sentence, o))
            held.update(k for k in syntax.subtree(sentence, o, frozenset({"relcl", "acl", "advcl", "prep"})))
    for slot in match.trigger.pattern.where:
        held.update(o for p, o in syntax.prepositions(sentence, i) if p == slot)
    if match.frame.light is not None:
        held.add(match.frame.light)
    if match.trigger.pattern.type in rules.modality.absorbing:
        held.update(_below(sentence, i, rules))
    elif match.trigger.pattern.complement:
        for c in syntax.complements(sentence, i):
            held.update(syntax.subtree(sentence, c, frozenset({"relcl", "advcl"})))
    held.discard(i)
    return {k for k in held if tokens[k].pos in {"VERB", "AUX", "NOUN", "PROPN", "ADJ"}}


def _below(sentence: Sentence, i: int, rules: Rules) -> Iterator[int]:
    without = frozenset({"relcl", "advcl", "nsubj"})
    for k in sentence.children[i]:
        token = sentence.tokens[k]
        if token.relation in {"conj", "nsubj", "relcl", "agent"} or (
            token.relation == "nsubjpass" and not syntax.is_passive(sentence, i)
        ):
            continue
        if token.relation == "advcl" and not any(sentence.tokens[m].tag == "TO" for m in sentence.children[k]):
            continue
        if token.relation in {"prep", "mark"} and token.lemma in rules.modality.leaving:
            continue
        yield from syntax.subtree(sentence, k, without)


def _event(document: Document, match: Match, dates: Sequence[Date], rules: Rules) -> Event:
    pattern = match.trigger.pattern
    kind, status = _type_and_status(match, rules)
    trigger = _trigger_span(document, match)
    sentence = match.frame.sentence
    text = document.article.text
    return Event(
        id=_id(document, kind, trigger),
        type=kind,
        mode=pattern.mode if kind == pattern.type else (),
        context=pattern.context or contexts_of(sentence, rules.ontology),
        actor=match.actor,
        recipient=match.recipient,
        status=status,
        date=event_date(sentence, match.frame.i, dates, status),
        confidence=_confidence(match),
        trigger=trigger,
        sentence=Span(text=text[sentence.start : sentence.end], start=sentence.start, end=sentence.end),
        rule=f"{pattern.type}/{pattern.name}",
    )


def _type_and_status(match: Match, rules: Rules) -> tuple[str, Status]:
    pattern, progress = match.trigger.pattern, match.progress
    kind = pattern.type
    if pattern.status:
        return kind, pattern.status
    if progress == "conditional":
        kind = rules.modality.on_condition.get(kind, kind)
    if progress in {"planned", "conditional", "cancelled"}:
        kind = rules.modality.to_come.get(kind, kind)
    if progress == "hypothetical" or progress == "demanded":
        return kind, "occurred"
    return kind, progress


def _trigger_span(document: Document, match: Match) -> Span:
    token = match.frame.sentence.tokens[match.frame.i]
    return Span(text=document.article.text[token.start : token.end], start=token.start, end=token.end)


def _id(document: Document, kind: str, trigger: Span) -> str:
    """Digest of article, text, place and type: the same report coded again has the same ids."""
    text = hashlib.sha256(document.article.text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"{document.article.id}\n{text}\n{kind}\n{trigger.start}\n{trigger.end}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _confidence(match: Match) -> float:
    value = DIRECT if match.frame.is_verb else DIRECT * NOUN
    if match.trigger.pattern.recipient and not match.recipient and not match.trigger.pattern.reciprocal:
        value *= INSIDE
    tokens = {token.start: token for token in match.frame.sentence.tokens}
    if any(tokens[e.start].pos == "PRON" for e in (*match.actor, *match.recipient) if e.start in tokens):
        value *= PRONOUN
    return round(value, 3)
