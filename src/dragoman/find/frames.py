"""Does a pattern fit at a word, and who fills its slots: the frame around one trigger."""

from collections.abc import Iterable

from dragoman.find import syntax
from dragoman.records import Entity, Record, Sentence
from dragoman.resolve.entities import Parties
from dragoman.rules.lexicon import Lexicon
from dragoman.rules.patterns import Trigger

# "a series of strikes", "a round of talks": the noun after "of" is what is meant.
TRANSPARENT = "transparent"
LIGHT = "light"
CARRIER = "carrier"
DOCUMENT = "document"
# "raised it in talks with Iran": prepositions between a clause and a meeting in which it happens.
SETTING = frozenset({"in", "at", "during"})
# Words of what a protest is for or against.
AIMS = frozenset({"protest", "demand", "denounce", "condemn", "oppose", "call", "defiance", "urge", "decry"})
BESIDES = frozenset({"mod", "inside", "poss"})


class Frame(Record, frozen=True, kw_only=True):
    """A trigger in its sentence with all that slots are read from."""

    sentence: Sentence
    i: int
    is_verb: bool
    light: int | None


def frame_of(sentence: Sentence, i: int, lexicon: Lexicon) -> Frame:
    """The frame at a token; `light` is the verb that only carries a noun ("hold talks", "launch an attack")."""
    verb = syntax.is_verb(sentence.tokens[i])
    return Frame(sentence=sentence, i=i, is_verb=verb, light=None if verb else _light_verb(sentence, i, lexicon))


def _light_verb(sentence: Sentence, n: int, lexicon: Lexicon) -> int | None:
    top = n
    while (higher := _meant_by(sentence, top, lexicon)) is not None:
        top = higher
    token = sentence.tokens[top]
    above = token.head
    if token.relation in {"dobj", "nsubjpass"} and sentence.tokens[above].lemma in lexicon.classes.get(LIGHT, ()):
        return above
    verb = sentence.tokens[above].head
    carried = token.relation == "pobj" and sentence.tokens[verb].lemma in lexicon.classes.get(CARRIER, ())
    return verb if carried else None


def _meant_by(sentence: Sentence, i: int, lexicon: Lexicon) -> int | None:
    """The noun above that counts or joins this one: "series" in "a series of raids", "raids" in "raids and strikes"."""
    token = sentence.tokens[i]
    head = sentence.tokens[token.head]
    if head.i == i:
        return None
    if token.relation == "conj" and syntax.is_noun(head):
        return head.i
    if head.lemma == "of" and head.head != head.i and _is_transparent(sentence, head.head, lexicon):
        return head.head
    return None


def _is_transparent(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    return syntax.is_noun(sentence.tokens[i]) and sentence.tokens[i].lemma in lexicon.classes.get(TRANSPARENT, ())


def fits(frame: Frame, trigger: Trigger, lexicon: Lexicon) -> bool:
    """Whether the words around the trigger are those that the pattern asks for."""
    return not misfit(frame, trigger, lexicon)


def misfit(frame: Frame, trigger: Trigger, lexicon: Lexicon) -> str:
    """The first condition of a pattern that its trigger does not meet here; "" where all are met."""
    if trigger.particle and trigger.particle not in syntax.particles(frame.sentence, frame.i):
        return f"no {trigger.particle!r} beside it"
    for slot, words in trigger.wanted.items():
        if not _holds(frame, slot, words, lexicon):
            return f"{slot} is none of {_shortened(trigger, slot)}"
    if trigger.pattern.modal and not _modals(frame) & set(trigger.pattern.modal):
        return f"not under {', '.join(trigger.pattern.modal)}"
    for slot, words in trigger.unless.items():
        if _holds(frame, slot, words, lexicon):
            return f"{slot} rules it out"
    return ""


def _shortened(trigger: Trigger, slot: str, most: int = 4) -> str:
    """The words that a slot asks for, as their author wrote them."""
    words = trigger.pattern.where.get(slot) or getattr(trigger.pattern, slot)
    return ", ".join(words[:most]) + (" ..." if len(words) > most else "")


def _holds(frame: Frame, slot: str, words: frozenset[str], lexicon: Lexicon) -> bool:
    found = slot_words(frame, slot, lexicon)
    return bool(found) if "*" in words else bool(found & words)


def slot_words(frame: Frame, slot: str, lexicon: Lexicon) -> set[str]:
    """The lemmas that stand in a slot; for `complement` also "to", "that" and "ing", the form of the clause."""
    if slot == "complement":
        return _complement_words(frame)
    if slot == "modal":
        return _modals(frame)
    if slot == "particle":
        return syntax.particles(frame.sentence, frame.i)
    if slot == "mod":
        return {frame.sentence.tokens[k].lemma for k in _modifiers(frame.sentence, frame.i)}
    tokens = frame.sentence.tokens
    heads = [c for h in heads_of(frame, slot) for c in syntax.conjuncts(frame.sentence, h)]
    return {tokens[k].lemma for h in heads for k in _meant(frame.sentence, h, lexicon)}


def _modifiers(sentence: Sentence, i: int) -> list[int]:
    return syntax.kids(sentence, i, "amod", "compound", "nmod")


def _meant(sentence: Sentence, head: int, lexicon: Lexicon) -> Iterable[int]:
    """A noun, and the one that it stands for ("a set of sanctions")."""
    yield head
    if _is_transparent(sentence, head, lexicon):
        for preposition, o in syntax.prepositions(sentence, head):
            if preposition == "of":
                yield o


def _complement_words(frame: Frame) -> set[str]:
    tokens = frame.sentence.tokens
    found = {tokens[k].lemma for k in syntax.kids(frame.sentence, frame.i, "oprd", "acomp")}
    below = syntax.complements(frame.sentence, frame.i) + syntax.kids(frame.sentence, frame.i, "acl", "advcl")
    for c in below:
        if tokens[c].relation == "advcl" and not syntax.has_to(frame.sentence, c):
            continue
        found.add(tokens[c].lemma)
        form = "to" if syntax.has_to(frame.sentence, c) else "ing" if tokens[c].tag == "VBG" else "that"
        found.add(form)
    return found


def _modals(frame: Frame) -> set[str]:
    tokens = frame.sentence.tokens
    found = {tokens[k].lemma for k in syntax.kids(frame.sentence, frame.i, "aux")}
    found.update("not" for _ in syntax.kids(frame.sentence, frame.i, "neg"))
    token = tokens[frame.i]
    if (
        token.relation == "xcomp"
        and syntax.has_to(frame.sentence, frame.i)
        and tokens[token.head].lemma in {"need", "have", "ought"}
    ):
        found.add(tokens[token.head].lemma)
    return found


def heads_of(frame: Frame, slot: str) -> list[int]:
    """The head tokens that fill a slot: subject, object, complement, poss, a preposition, or a path of them."""
    first, _, rest = slot.partition(".")
    heads = _first_heads(frame, first)
    if (first, rest) == ("complement", "object"):
        below = syntax.complements(frame.sentence, frame.i) + syntax.kids(frame.sentence, frame.i, "acl")
        return [o for c in below for o in syntax.objects(frame.sentence, c)]
    if (first, rest) == ("complement", "subject"):
        return heads
    if rest and rest not in BESIDES:
        return [o for h in heads for p, o in syntax.prepositions(frame.sentence, h) if p == rest]
    return heads


def _first_heads(frame: Frame, slot: str) -> list[int]:
    sentence, i = frame.sentence, frame.i
    if slot == "subject":
        return _subjects(frame)
    if slot == "object":
        return syntax.objects(sentence, i) if frame.is_verb else []
    if slot == "complement":
        return _complement_subjects(sentence, i)
    if slot == "purpose":
        return _aims(frame)
    if slot == "clause":
        return syntax.circumstance(sentence, i, places=SETTING)
    if slot == "poss":
        return syntax.kids(sentence, i, "poss")
    return _prepositional(frame, slot)


def _subjects(frame: Frame) -> list[int]:
    if frame.is_verb:
        return syntax.subjects(frame.sentence, frame.i)
    token = frame.sentence.tokens[frame.i]
    if token.pos == "ADJ" and token.relation in {"acomp", "oprd", "attr", "conj", "ROOT"}:
        return syntax.surface_subjects(frame.sentence, token.head)
    if token.relation == "attr":
        return syntax.surface_subjects(frame.sentence, token.head)
    if frame.light is not None:
        return syntax.subjects(frame.sentence, frame.light)
    return []


def _aims(frame: Frame) -> list[int]:
    """ "Marched to protest against the ban", "in defiance of Peru", "demanding that Peru leave": what it is about."""
    sentence = frame.sentence
    found: list[int] = []
    for place in (frame.i, frame.light):
        if place is None:
            continue
        clauses = [k for k in syntax.kids(sentence, place, "advcl", "xcomp", "acl") if sentence.tokens[k].lemma in AIMS]
        for k in clauses:
            found += [o for p, o in syntax.prepositions(sentence, k) if p in {"against", "at", "over", "for"}]
            found += syntax.objects(sentence, k)
            found += [s for c in syntax.complements(sentence, k) for s in syntax.kids(sentence, c, "nsubj")]
        nouns = [o for p, o in syntax.prepositions(sentence, place) if p == "in" and sentence.tokens[o].lemma in AIMS]
        found += [o for n in nouns for p, o in syntax.prepositions(sentence, n) if p in {"of", "at", "against"}]
    return found


def _complement_subjects(sentence: Sentence, i: int) -> list[int]:
    found: list[int] = []
    for c in syntax.complements(sentence, i) + syntax.kids(sentence, i, "acl"):
        found.extend(syntax.kids(sentence, c, "nsubj", "nsubjpass"))
    return found


def _prepositional(frame: Frame, preposition: str) -> list[int]:
    """Objects of a preposition at the trigger, at its object, and at the light verb that carries it."""
    sentence = frame.sentence
    places = [frame.i]
    if frame.is_verb:
        places += [c for o in syntax.objects(sentence, frame.i) for c in syntax.conjuncts(sentence, o)]
        places += syntax.complements(sentence, frame.i)
        places += [o for c in syntax.complements(sentence, frame.i) for o in syntax.objects(sentence, c)]
    elif frame.light is not None:
        places.append(frame.light)
        places += [o for o in syntax.objects(sentence, frame.light) if o != frame.i]
    else:
        token = sentence.tokens[frame.i]
        if token.relation in {"nsubj", "nsubjpass", "dobj"}:
            places.append(token.head)
        for c in syntax.kids(sentence, frame.i, "acl", "xcomp"):
            places += [c, *syntax.objects(sentence, c)]
    return [o for place in places for p, o in _chained(sentence, place) if p == preposition]


def _chained(sentence: Sentence, place: int) -> Iterable[tuple[str, int]]:
    """ "an attack by Chad on the port": the parser hangs "on" under the name before it; names take no phrases."""
    for preposition, o in syntax.prepositions(sentence, place):
        yield preposition, o
        if sentence.tokens[o].pos == "PROPN":
            yield from syntax.prepositions(sentence, o)


def fill(frame: Frame, slots: Iterable[str], parties: Parties, *, deep: bool) -> tuple[Entity, ...]:
    """The entities of the first slot that names somebody; with `deep`, also those that its noun hangs on."""
    for slot in slots:
        if found := _entities(frame, slot, parties, deep=deep):
            return found
    return ()


def _entities(frame: Frame, slot: str, parties: Parties, *, deep: bool) -> tuple[Entity, ...]:
    sentence = frame.sentence
    if slot == "mod":
        return parties.modifying(sentence, frame.i)
    if slot == "speaker":
        speaker = parties.speaker(sentence, frame.i)
        return (speaker,) if speaker else ()
    wanted = slot.rpartition(".")[2]
    found: list[Entity] = []
    for head in heads_of(frame, slot):
        found.extend(_at(sentence, head, parties, wanted, deep=deep) or _authors(frame, head, slot, parties))
    if not found and slot == "subject" and _makes_object(frame):
        heads = syntax.owners(sentence, sentence.tokens[frame.i].head)
        found = [entity for head in heads for entity in _at(sentence, head, parties, wanted, deep=deep)]
    return tuple({entity.code: entity for entity in reversed(found)}.values())[::-1]


def _makes_object(frame: Frame) -> bool:
    """ "launched missiles aiming at", "passed a bill banning": the subject of the verb above acts through it."""
    token = frame.sentence.tokens[frame.i]
    return frame.is_verb and token.relation == "acl" and frame.sentence.tokens[token.head].relation == "dobj"


def _authors(frame: Frame, head: int, slot: str, parties: Parties) -> tuple[Entity, ...]:
    """ "a letter accusing Iran", "its statement said": whoever wrote it acts."""
    sentence = frame.sentence
    if slot != "subject" or not parties.is_of_class(sentence, head, DOCUMENT):
        return ()
    return tuple(entity for owner in syntax.owners(sentence, head) for entity in parties.at(sentence, owner))


def _at(sentence: Sentence, head: int, parties: Parties, wanted: str, *, deep: bool) -> tuple[Entity, ...]:
    if wanted == "mod":
        return parties.modifying(sentence, head)
    if wanted == "inside":
        return parties.inside(sentence, head)
    return parties.at(sentence, head) or (parties.inside(sentence, head) if deep else parties.modifying(sentence, head))
