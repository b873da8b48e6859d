"""Patterns at work in one sentence: which fit, who fills their roles, and which acts are part of others."""

from collections.abc import Iterator, Mapping, Sequence, Set

from dragoman.find import syntax
from dragoman.find.asides import SUFFERED, is_scene, is_venue, is_victim
from dragoman.find.frames import Frame, fill, fits, frame_of, heads_of
from dragoman.find.status import Progress, progress_of
from dragoman.records import Entity, Event, Record, Sentence
from dragoman.resolve.deeds import doers
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules
from dragoman.rules.patterns import Trigger

OWN = ("its ", "their ", "his ", "her ", "our ", "my ")
BYSTANDERS = frozenset({"JRN"})
# Types that are acts even where only possible ("may ask for", "want to thank") or said to be due ("must condemn").
BEARING = {
    "hypothetical": frozenset({"REQUEST", "THREATEN"}),
    "demanded": frozenset({"REQUEST", "THREATEN", "ACCUSE"}),
}


class Setting(Record, frozen=True, kw_only=True):
    """What a match depends on besides its words: who is who, the rules, and the events told so far."""

    parties: Parties
    rules: Rules
    before: tuple[Event, ...] = ()


class Match(Record, frozen=True, kw_only=True):
    """A pattern that fits at a token, with the entities that fill its roles.

    Of the actors of a reciprocal act the first `leads` are those whom the sentence shows as acting. `inferred` tells
    that no slot named the recipient.
    """

    frame: Frame
    trigger: Trigger
    actor: tuple[Entity, ...]
    recipient: tuple[Entity, ...]
    progress: Progress
    leads: int
    inferred: bool = False


def find_matches(sentence: Sentence, setting: Setting) -> Iterator[Match]:
    """The acts of a sentence, in the order of their triggers, without those that are the content of another."""
    return _uncontained(list(_matches(sentence, setting)), setting.rules)


def _matches(sentence: Sentence, setting: Setting) -> Iterator[Match]:
    for token in sentence.tokens:
        triggers = triggers_at(sentence, token.i, setting.rules)
        if triggers and (match := _best(frame_of(sentence, token.i, setting.rules.lexicon), triggers, setting)):
            yield match


def triggers_at(sentence: Sentence, i: int, rules: Rules) -> tuple[Trigger, ...]:
    """The patterns to try at a token, the most specific first; none where it is no trigger."""
    token = sentence.tokens[i]
    if token.relation in {"amod", "compound", "aux", "auxpass"} and token.pos != "NOUN":
        return ()
    part = _part(sentence, i)
    found = rules.patterns.triggers.get(f"{token.lemma}/{part}", ())
    if part == "verb" and (anywhere := rules.patterns.triggers.get("*/verb")):
        return found + anywhere
    return found


def _part(sentence: Sentence, i: int) -> str:
    token = sentence.tokens[i]
    if syntax.is_verb(token):
        return "verb"
    if syntax.is_noun(token):
        return "noun"
    return "adjective" if token.pos == "ADJ" else ""


def _best(frame: Frame, triggers: Sequence[Trigger], setting: Setting) -> Match | None:
    progress: Progress | None = None
    for trigger in triggers:
        if not fits(frame, trigger, setting.rules.lexicon):
            continue
        progress = progress or progress_of(frame.sentence, frame.i, setting.rules.modality)
        if match := _match(frame, trigger, progress, setting):
            return match
    return None


def _match(frame: Frame, trigger: Trigger, progress: Progress, setting: Setting) -> Match | None:
    pattern = trigger.pattern
    if not pattern.modal and pattern.status != "occurred" and pattern.type not in BEARING.get(progress, {pattern.type}):
        return None
    actor, recipient, leads = _roles(frame, trigger, setting)
    needs_two = "recipient" in pattern.needs and (len(actor) < 2 if pattern.reciprocal else not recipient)
    if not actor or needs_two:
        return None
    inferred = not recipient and bool(pattern.recipient) and not pattern.reciprocal
    if inferred:
        modality = setting.rules.modality
        recipient = _only_other(frame, actor, pattern.type, setting) if pattern.type in modality.aimed else ()
        if not recipient and pattern.type in modality.answering:
            recipient = _counterpart(actor, setting) or _beside(frame, actor, pattern.type, setting)
    return Match(
        frame=frame,
        trigger=trigger,
        actor=actor,
        recipient=recipient,
        progress=progress,
        leads=leads,
        inferred=inferred and bool(recipient),
    )


def _roles(frame: Frame, trigger: Trigger, setting: Setting) -> tuple[tuple[Entity, ...], tuple[Entity, ...], int]:
    """Actors, recipients, and how many of the actors lead; of a reciprocal act all parties are actors."""
    pattern, parties = trigger.pattern, setting.parties
    actor = fill(frame, pattern.actor or _default_actor(frame), parties, deep=False)
    if pattern.reciprocal:
        others = (_aimed_at(frame, slot, trigger, setting) for slot in pattern.recipient)
        return _union(actor, *others), (), len(_union(actor))
    named = (_others(_aimed_at(frame, slot, trigger, setting), actor) for slot in pattern.recipient)
    recipient = next((entities for entities in named if entities), ())
    if not actor and pattern.type in setting.rules.modality.by_the_state:
        actor = _state_of_the_scene(frame, parties)
    recipient = recipient or _others(_doers(frame, pattern.recipient, setting) or _target(frame, parties), actor)
    return actor, recipient, len(actor)


def _aimed_at(frame: Frame, slot: str, trigger: Trigger, setting: Setting) -> tuple[Entity, ...]:
    """Whom a slot names, without the place where the act is done and without who suffered what it is about."""
    found = fill(frame, [slot], setting.parties, deep=True)
    kinds = setting.rules.modality.asides.get(trigger.pattern.type, frozenset())
    if slot.rpartition(".")[2] in SUFFERED:
        kinds = kinds - {"victim"}
    return tuple(entity for entity in found if not _is_aside(frame.sentence, entity, kinds, setting))


def _is_aside(sentence: Sentence, entity: Entity, kinds: Set[str], setting: Setting) -> bool:
    k = next((token.i for token in sentence.tokens if token.start <= entity.start < token.end), None)
    if k is None or not kinds:
        return False
    mention = setting.parties.mention(sentence, k)
    head = mention.head if mention else k
    if "venue" in kinds and is_venue(sentence, head, mention):
        return True
    return "victim" in kinds and is_victim(sentence, head, setting.rules.modality.deeds)


def _state_of_the_scene(frame: Frame, parties: Parties) -> tuple[Entity, ...]:
    """ "was arrested in Lebanon": where nobody is named, the state arrests."""
    if not frame.is_verb or not syntax.is_passive(frame.sentence, frame.i):
        return ()
    places = [o for p, o in syntax.prepositions(frame.sentence, frame.i) if p == "in"]
    return tuple(e for o in places if parties.mention(frame.sentence, o) for e in parties.at(frame.sentence, o))[:1]


def _doers(frame: Frame, slots: Sequence[str], setting: Setting) -> tuple[Entity, ...]:
    """ "condemned the launch": whoever the report has told to have launched."""
    for slot in slots:
        for head in heads_of(frame, slot):
            if found := doers(frame.sentence, head, setting.before, setting.rules.modality.deeds):
                return found
    return ()


def _target(frame: Frame, parties: Parties) -> tuple[Entity, ...]:
    """ "The port was the target of an attack": the subject of a clause that says so."""
    sentence = frame.sentence
    of = sentence.tokens[frame.i].head
    target = sentence.tokens[of].head
    if frame.is_verb or sentence.tokens[of].lemma != "of" or not parties.is_of_class(sentence, target, "target"):
        return ()
    heads = syntax.surface_subjects(sentence, sentence.tokens[target].head)
    return tuple(entity for h in heads for entity in parties.at(sentence, h) or parties.inside(sentence, h))


def _only_other(frame: Frame, actor: tuple[Entity, ...], kind: str, setting: Setting) -> tuple[Entity, ...]:
    """The one other party that the content names ("demanded the exit of Chadian troops"); nobody if there are two."""
    sentence = frame.sentence
    countries = {entity.country for entity in actor}
    found: dict[str, Entity] = {}
    for k in sorted({*_below(sentence, frame.i, setting.rules), *_conditions(sentence, frame.i, setting.rules)}):
        mention = setting.parties.mention(sentence, k)
        if mention and (mention.head != k or is_scene(sentence, k, mention)):
            continue
        if is_victim(sentence, k, _suffered(kind, setting)) or (not mention and sentence.tokens[k].pos != "PROPN"):
            continue
        entity = setting.parties.of(sentence, k)
        if entity and entity.sector not in BYSTANDERS and entity.country not in countries:
            found.setdefault(entity.country, entity)
    return tuple(found.values()) if len(found) == 1 else ()


def _counterpart(actor: tuple[Entity, ...], setting: Setting) -> tuple[Entity, ...]:
    """The one other party that the actor has dealt with so far in the report; nobody if there are two."""
    countries = {entity.country for entity in actor}
    found: dict[str, Entity] = {}
    for event in setting.before:
        involved = (*event.actor, *event.recipient)
        if countries & {entity.country for entity in involved}:
            for entity in involved:
                if entity.country not in countries and entity.sector not in BYSTANDERS:
                    found.setdefault(entity.country, entity)
    return tuple(found.values()) if len(found) == 1 else ()


def _beside(frame: Frame, actor: tuple[Entity, ...], kind: str, setting: Setting) -> tuple[Entity, ...]:
    """The one other state that the sentence names ("Cuba complained, the US envoy stood firm"); nobody if two."""
    countries = {entity.country for entity in actor}
    found: dict[str, Entity] = {}
    for token in frame.sentence.tokens:
        mention = setting.parties.mention(frame.sentence, token.i)
        if not mention or mention.head != token.i or is_scene(frame.sentence, token.i, mention):
            continue
        if is_victim(frame.sentence, token.i, _suffered(kind, setting)):
            continue
        entity = setting.parties.of(frame.sentence, token.i)
        if entity and entity.sector not in BYSTANDERS and entity.country not in countries:
            found.setdefault(entity.country, entity)
    return tuple(found.values()) if len(found) == 1 else ()


def _suffered(kind: str, setting: Setting) -> Mapping[str, tuple[str, ...]]:
    """Nouns of deeds whose victims have no part in acts of a type."""
    modality = setting.rules.modality
    return modality.deeds if "victim" in modality.asides.get(kind, ()) else {}


def _conditions(sentence: Sentence, i: int, rules: Rules) -> Iterator[int]:
    """The subjects of "unless" and "if" clauses: whose act would ward off a threat."""
    verbs = [i, *syntax.complements(sentence, i)]
    for clause in (c for verb in verbs for c in syntax.kids(sentence, verb, "advcl")):
        marks = {sentence.tokens[k].lemma for k in syntax.kids(sentence, clause, "mark")}
        if any("conditional" in rules.modality.of("clauses", mark) for mark in marks):
            for k in syntax.kids(sentence, clause, "nsubj", "nsubjpass"):
                yield from syntax.subtree(sentence, k, frozenset({"relcl", "acl"}))


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
    return tuple(r for r in recipient if r.code not in codes and not (r.country in countries and _is_own(r)))


def _is_own(entity: Entity) -> bool:
    """ "its troops", and the bare state beside its government, are the actor itself."""
    return entity.code == entity.country or entity.text.lower().startswith(OWN)


def _uncontained(matches: list[Match], rules: Rules) -> Iterator[Match]:
    """The matches that are acts of their own, not the content of another ("agreed to release" is one act)."""
    content = [_content(match, rules) for match in matches]

    def holds(one: int, other: int) -> bool:
        """Whether the act `other` is content of the act `one`; of two that hold each other, the more specific."""
        if matches[other].frame.i not in content[one]:
            return False
        mutual = matches[one].frame.i in content[other]
        return not mutual or _rank(matches[one], one) > _rank(matches[other], other)

    for number, match in enumerate(matches):
        if not any(other != number and holds(other, number) for other in range(len(matches))):
            yield match


def _rank(match: Match, number: int) -> tuple[int, bool, int]:
    return match.trigger.weight, match.frame.is_verb, -number


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
