"""Commitments as they are made: the events by which somebody binds himself, threatens or demands."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dragoman.find import syntax
from dragoman.find.contents import (
    Content,
    clause_content,
    condition_of,
    content_below,
    due_of,
    no_condition,
)
from dragoman.records import CommitmentKind, Date, Document, Entity, Event, Record, Sentence, Span, Standing
from dragoman.rules.commitments import CommitmentWords
from dragoman.rules.negation import Negation

MADE = frozenset({"occurred", "ongoing", "planned", "conditional", "cancelled"})
STATELESS = frozenset({"IGO", "NGO", "IMG", "MNC"})
# From a word to the one that carries it: "agreed to [meet]", "plans to hold [talks]", "said it was [ready]".
CARRIED = frozenset({"xcomp", "ccomp", "pcomp", "dobj", "pobj", "prep", "acl", "nsubjpass", "acomp", "attr", "conj"})
# "an offer of [talks]", not "discussed the offer in [talks]".
INSIDE = frozenset({"of", "to", "for", "on", "about"})
HIGHEST = 5
POSITIVE = frozenset({"promise", "agreement"})


class Draft(Record, frozen=True, kw_only=True):
    """A commitment before repeats are joined and its standing is settled.

    `by` and `to` are codes, `about` the lemmas of its content; `had` tells whether it is told as something before
    ("had threatened to"), `restraint` whether it is a vow to hold back ("to suspend launches"), `negated` whether it is
    one that something is not done ("not to launch").
    """

    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    about: frozenset[str]
    condition: str | None = None
    due: str | None = None
    outcome: Standing = "pending"
    evidence: tuple[Span, ...]
    had: bool = False
    restraint: bool = False
    negated: bool = False
    place: int


class Carrier(Record, frozen=True, kw_only=True):
    """The word that makes an act a commitment, by its token; `announced` if there is only an auxiliary ("will meet").

    With `withheld` it binds only if what stands below it is not done ("vowed not to return").
    """

    kind: CommitmentKind
    at: int
    announced: bool
    withheld: bool = False


class Scene(Record, frozen=True, kw_only=True):
    """What all steps look at: the report, its events and dates, and the words."""

    document: Document
    events: tuple[Event, ...]
    dates: tuple[Date, ...]
    words: CommitmentWords
    negation: Negation


# Who


def code_of(entity: Entity) -> str:
    """The code of a party that binds itself: a state does so by its government, PRK is PRKGOV."""
    if len(entity.code) == 3 and entity.code == entity.country and entity.country not in STATELESS:
        return f"{entity.code}GOV"
    return entity.code


def country_of(code: str) -> str:
    """The country of a code; of bodies of states the body."""
    return code[:6] if code.startswith("IGO") else code[:3]


def parties_of(scene: Scene, event: Event) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Codes of who binds himself and towards whom; None for companies, crowds, and what stays inside one state."""
    by = codes_of(entity for entity in event.actor if entity.sector not in scene.words.without)
    if not by or len(by) < len({entity.country for entity in event.actor}):
        return None
    own = {country_of(code) for code in by}
    others = codes_of(event.recipient)
    to = tuple(code for code in others if country_of(code) not in own or len(code) > 6)
    return None if others and not to and len(own) == 1 else (by, to)


def codes_of(entities: Iterable[Entity]) -> tuple[str, ...]:
    """Codes in their order, one for each country: the first is the fullest in the event."""
    found: dict[str, str] = {}
    for entity in entities:
        found.setdefault(country_of(entity.code), code_of(entity))
    return tuple(found.values())


def _named_in(scene: Scene, by: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The one other party of the report's events that a content or its condition names ("if [the North] came")."""
    own = {country_of(code) for code in by}
    found: dict[str, str] = {}
    for event in scene.events:
        for entity in (*event.actor, *event.recipient):
            name = entity.text if entity.text[:1].isupper() else ""
            state = entity.sector not in scene.words.without and country_of(entity.code) not in own
            if state and name and f" {name} " in f" {text.replace(',', ' ').replace('’s', ' ')} ":
                found.setdefault(country_of(entity.code), code_of(entity))
    return tuple(found.values()) if len(found) == 1 else ()


# Made


def draft_of(scene: Scene, event: Event) -> Draft | None:
    """What an event commits somebody to, if anything."""
    place = place_of(scene, event.trigger)
    if place is None or (parties := parties_of(scene, event)) is None:
        return None
    sentence, i = place
    carried = _carrier(scene, event, sentence, i)
    if carried is None or _is_answer(scene, sentence, i) or (content := _content(sentence, i, carried, event)) is None:
        return None
    about = about_of(sentence, content, scene.words)
    text = words_of(scene, sentence, content.first, content.last)
    negated = scene.negation.is_negated(text)
    if about is None or (carried.withheld and not (negated and _binds(scene, sentence, carried, content))):
        return None
    kind = _kind(scene, event, sentence, carried, (content, about, negated))
    condition = _condition(scene, sentence, (carried.at, i, content.head))
    return Draft(
        by=parties[0],
        to=parties[1] or _named_in(scene, parties[0], f"{text} {condition or ''}"),
        kind="agreement" if len(parties[0]) > 1 and kind == "promise" and not carried.announced else kind,
        content=text,
        about=about,
        condition=condition,
        due=_due(scene, event, sentence, content),
        outcome=_outcome_beside(scene, event, sentence, carried.at),
        evidence=evidence_of(event),
        had=any(sentence.tokens[k].text.lower() == "had" for k in syntax.kids(sentence, carried.at, "aux")),
        restraint=is_restraint(sentence, content, scene.words),
        negated=negated,
        place=sentence.index,
    )


def _kind(
    scene: Scene, event: Event, sentence: Sentence, carried: Carrier, told: tuple[Content, frozenset[str], bool]
) -> CommitmentKind:
    """The kind, as the content makes it: a vow of arms is a threat, one to hold back or not to do a thing is none."""
    (content, about, negated), kind = told, carried.kind
    if negated:
        return _kind_of_withheld(scene, sentence, carried, content) if kind == "threat" else kind
    if is_restraint(sentence, content, scene.words):
        sworn = _is_sworn(sentence, carried.at, scene.words)
        return "promise" if kind == "threat" and sworn and not event.recipient else kind
    armed = about & scene.words.armed and "moratorium" not in about and not event.recipient
    return "threat" if armed and kind == "promise" else kind


def _kind_of_withheld(scene: Scene, sentence: Sentence, carried: Carrier, content: Content) -> CommitmentKind:
    """What a threat becomes when its content is not done: "threatened not to pay" alone is one still."""
    lists = scene.words.withheld
    if word_at(sentence, carried.at, dict.fromkeys(lists["threat"])):
        return "threat"
    if word_at(sentence, carried.at, dict.fromkeys(lists["demand"])):
        return "demand" if syntax.has_to(sentence, content.head) else "threat"
    return "promise" if _binds(scene, sentence, carried, content) else "threat"


def _binds(scene: Scene, sentence: Sentence, carried: Carrier, content: Content) -> bool:
    """ "will not attack", "ruled out an attack" bind though nobody says "promise"; that of other acts is a refusal."""
    words, head = scene.words, content.head
    act = sentence.tokens[next(iter(syntax.kids(sentence, head, "xcomp", "pcomp")), head)].lemma.lower()
    lemmas = {sentence.tokens[k].lemma.lower() for k in content.tokens}
    hostile = act in words.hostile or (act in words.performing and bool(lemmas & words.hostile))
    return hostile or not carried.announced


def _is_sworn(sentence: Sentence, carrier: int, words: CommitmentWords) -> bool:
    """ "pledged", "vowed": words that promise and threaten alike; the content tells which."""
    return words.words.get("AGREE", {}).get(sentence.tokens[carrier].lemma.lower()) == "promise"


def is_restraint(sentence: Sentence, content: Content, words: CommitmentWords) -> bool:
    """A vow to hold back is no threat, though of arms: "suspend launches", "give up its missiles"."""
    return word_at(sentence, content.head, dict.fromkeys(words.restraint)) is not None


def place_of(scene: Scene, trigger: Span) -> tuple[Sentence, int] | None:
    """The sentence of a trigger and the token in it."""
    for sentence in scene.document.sentences:
        if sentence.start <= trigger.start < sentence.end:
            return next(((sentence, t.i) for t in sentence.tokens if t.start == trigger.start), None)
    return None


def _is_answer(scene: Scene, sentence: Sentence, i: int) -> bool:
    """ "accepted the proposal" answers an offer, it is none."""
    if scene.words.outcomes.get(word_at(sentence, i, scene.words.outcomes) or "") != "accepted":
        return False
    classes = {scene.words.nouns.get(sentence.tokens[o].lemma) for o in objects_of(sentence, i)}
    return bool(classes & {"offer", "demand"})


def _carrier(scene: Scene, event: Event, sentence: Sentence, i: int) -> Carrier | None:
    """The word that makes an act a commitment, if one does."""
    made = _carrier_made(scene, event, sentence, i) if event.status in MADE else None
    return made or _carrier_withheld(scene, event, sentence, i)


def _carrier_made(scene: Scene, event: Event, sentence: Sentence, i: int) -> Carrier | None:
    table = scene.words.words.get(event.type, {})
    for k in _above(sentence, i):
        if kind := _kind_at(scene, event, sentence, k):
            carrier = Carrier(kind=kind, at=k, announced=word_at(sentence, k, table) is None)
            return carrier if _is_carried(scene, event, sentence, i, carrier) else None
    return None


def _carrier_withheld(scene: Scene, event: Event, sentence: Sentence, i: int) -> Carrier | None:
    """ "[vowed] not to return", "[ruled] out an attack", "will not [attack]": what somebody binds himself not to do."""
    if event.type not in scene.words.withheld["types"]:
        return None
    for k in _above(sentence, i):
        if carrier := _withheld_at(scene, sentence, k, is_act=k == i):
            return carrier if _is_carried(scene, event, sentence, i, carrier) else None
    return None


def _withheld_at(scene: Scene, sentence: Sentence, k: int, *, is_act: bool) -> Carrier | None:
    lists = scene.words.withheld
    kinds: tuple[CommitmentKind, ...] = ("agreement", "promise")
    for kind in kinds if not is_act else ():
        if word_at(sentence, k, dict.fromkeys(lists[kind])):
            return Carrier(kind=kind, at=k, announced=False, withheld=True)
    ruled_out = word_at(sentence, k, dict.fromkeys(lists["ruling_out"])) is not None
    if ruled_out or (is_act and auxiliaries_of(sentence, k) & scene.words.modals):
        return Carrier(kind="promise", at=k, announced=True, withheld=True)
    return None


def _is_carried(scene: Scene, event: Event, sentence: Sentence, i: int, carrier: Carrier) -> bool:
    k = carrier.at
    return _is_bound(scene, sentence, carrier) and (k == i or _acts(event, sentence, k))


def _above(sentence: Sentence, i: int) -> Iterator[int]:
    """The word and those that carry it, nearest first."""
    for _ in range(HIGHEST):
        yield i
        token = sentence.tokens[i]
        if token.head == i or token.relation not in CARRIED:
            return
        if token.relation == "conj" and syntax.kids(sentence, i, "nsubj", "nsubjpass"):
            return
        if token.relation == "prep" and syntax.is_noun(sentence.tokens[token.head]) and token.lemma not in INSIDE:
            return
        i = token.head


def _kind_at(scene: Scene, event: Event, sentence: Sentence, k: int) -> CommitmentKind | None:
    words, token = scene.words, sentence.tokens[k]
    word = word_at(sentence, k, words.words.get(event.type, {}))
    if word and _is_wanted(scene, event, sentence, k, word):
        return words.words[event.type][word]
    auxiliaries = auxiliaries_of(sentence, k)
    if event.type in words.due and (auxiliaries & words.due_modals or _has_to(sentence, k)):
        return words.due[event.type]
    if auxiliaries & words.modals or (syntax.is_verb(token) and _is_headline(sentence, k)):
        return words.announced.get(event.type)
    return None


def auxiliaries_of(sentence: Sentence, k: int) -> set[str]:
    """The auxiliaries of a verb, as they stand and their lemmas."""
    found = [sentence.tokens[a] for a in syntax.kids(sentence, k, "aux")]
    return {token.lemma for token in found} | {token.text.lower() for token in found}


def word_at(sentence: Sentence, k: int, table: Mapping[str, object]) -> str | None:
    """The entry of a table at a token: of one word, or of a verb and the word that follows it or hangs on it."""
    lemma = sentence.tokens[k].lemma.lower()
    two = (f"{lemma} {second}" for second in sorted(_seconds(sentence, k)))
    return next((word for word in two if word in table), lemma if lemma in table else None)


def _seconds(sentence: Sentence, k: int) -> set[str]:
    found = syntax.particles(sentence, k)
    if k + 1 < len(sentence.tokens):
        found = found | {sentence.tokens[k + 1].lemma.lower()}
    return found


def _is_wanted(scene: Scene, event: Event, sentence: Sentence, k: int, word: str) -> bool:
    """Whether a word that means many things has the content that it needs: talks, an act of one's own, a thing."""
    wanted, tokens = scene.words.wanted, sentence.tokens
    content = content_below(sentence, k, _people(event, sentence), demanded=False)
    if word in wanted["meeting"]:
        nouns = {scene.words.nouns.get(tokens[o].lemma) for o in objects_of(sentence, k)}
        return bool(event.recipient) and "meeting" in nouns
    if content is None:
        return False if word in wanted["clause"] or word in wanted["object"] else bool(event.recipient) or k > 0
    head = tokens[content.head]
    if word in wanted["act"] and not syntax.is_verb(head):
        return False
    if word in wanted["clause"] and event.type == "THREATEN":
        return head.lemma != "be" and (not syntax.is_verb(head) or bool(syntax.kids(sentence, content.head, "aux")))
    return word not in wanted["object"] or head.lemma not in scene.words.domestic


def objects_of(sentence: Sentence, k: int) -> list[int]:
    """What a word takes as its object or after a preposition: "rejected [the offer]", "reneged on [its pledge]"."""
    found = syntax.objects(sentence, k) if syntax.is_verb(sentence.tokens[k]) else []
    return [*found, *(o for _, o in syntax.prepositions(sentence, k))]


def _has_to(sentence: Sentence, k: int) -> bool:
    """ "has to withdraw", "needs to apologise"."""
    token = sentence.tokens[k]
    return token.relation == "xcomp" and sentence.tokens[token.head].lemma in {"have", "need"}


def _is_headline(sentence: Sentence, k: int) -> bool:
    """ "US to discuss offer with Japan": a headline's future."""
    token = sentence.tokens[k]
    return token.head == k and syntax.has_to(sentence, k) and bool(syntax.kids(sentence, k, "nsubj"))


def _is_bound(scene: Scene, sentence: Sentence, carrier: Carrier) -> bool:
    """Whether somebody binds himself, rather than that others hope, show or doubt it; negated words bind nobody."""
    k = carrier.at
    if not carrier.announced and sentence.tokens[k].lemma != "be" and _is_unsaid(sentence, k):
        return False
    above = [sentence.tokens[a].lemma for a in syntax.ancestors(sentence, k)]
    return not any(lemma in scene.words.unbound for lemma in above)


def _is_unsaid(sentence: Sentence, k: int) -> bool:
    """ "did not promise to", "made no promise to": the negation stands before the word, not in its content."""
    no = any(sentence.tokens[d].text.lower() == "no" for d in syntax.kids(sentence, k, "det"))
    return no or any(n < k for n in syntax.kids(sentence, k, "neg"))


def _acts(event: Event, sentence: Sentence, k: int) -> bool:
    """Whether the subject of the carrying verb is an actor of the event, where the sentence names both."""
    subjects = syntax.kids(sentence, k, "nsubj")
    if not subjects or not any(sentence.start <= e.start < sentence.end for e in event.actor):
        return True
    if syntax.is_passive(sentence, k) or all(sentence.tokens[s].pos == "PRON" for s in subjects):
        return True
    below = {sentence.tokens[b].start for s in subjects for b in syntax.subtree(sentence, s)}
    return any(start in below for e in event.actor for start in range(e.start, e.end))


def _content(sentence: Sentence, i: int, carried: Carrier, event: Event) -> Content | None:
    kind, carrier = carried.kind, carried.at
    demanded = kind == "demand"
    if carried.announced:
        return clause_content(sentence, carrier, bare=demanded or _acts(event, sentence, carrier))
    if found := content_below(sentence, carrier, _people(event, sentence), demanded=demanded):
        return found
    if carrier != i:
        return clause_content(sentence, i, bare=demanded)
    return None if kind in {"threat", "demand"} else clause_content(sentence, carrier, bare=True)


def _people(event: Event, sentence: Sentence) -> frozenset[int]:
    """The tokens of the sentence that name parties of the event."""
    spans = [(entity.start, entity.end) for entity in (*event.actor, *event.recipient)]
    return frozenset(t.i for t in sentence.tokens if any(start <= t.start < end for start, end in spans))


def about_of(sentence: Sentence, content: Content, words: CommitmentWords) -> frozenset[str] | None:
    """The telling lemmas of a content, meetings being all alike; None where it is a state's own affair."""
    lemmas = {
        sentence.tokens[k].lemma.lower()
        for k in content.tokens
        if sentence.tokens[k].pos in {"NOUN", "VERB"} or (k == content.head and sentence.tokens[k].pos != "PRON")
    }
    if lemmas & words.domestic:
        return None
    meetings = {"meeting"} if any(words.nouns.get(lemma) == "meeting" for lemma in lemmas) else set()
    return frozenset({lemma for lemma in lemmas if lemma not in words.empty} | meetings)


def words_of(scene: Scene, sentence: Sentence, first: int, last: int) -> str:
    """The report's own words from the first to the last token, on one line."""
    text = scene.document.article.text[sentence.tokens[first].start : sentence.tokens[last].end]
    return " ".join(text.split())


def _due(scene: Scene, event: Event, sentence: Sentence, content: Content) -> str | None:
    """The due days that the content names, there or where the report tells it again; the narrowest of them."""
    head, published = sentence.tokens[content.head].lemma, scene.document.article.published
    found = [due_of(sentence, content, scene.dates, published)]
    again = {span.start for span in event.also}
    for other in (one for one in scene.document.sentences if one.start in again):
        parts = (clause_content(other, token.i, bare=True) for token in other.tokens if token.lemma == head)
        found.extend(due_of(other, part, scene.dates, published) for part in parts)
    return narrowest(found)


def narrowest(dues: Iterable[str | None]) -> str | None:
    """The due date that leaves the fewest days open."""
    return min(filter(None, dues), key=_days, default=None)


def _days(due: str) -> int:
    first, _, last = due.partition("/")
    return (datetime.date.fromisoformat(last or first) - datetime.date.fromisoformat(first)).days


def _condition(scene: Scene, sentence: Sentence, carriers: Sequence[int]) -> str | None:
    found = condition_of(sentence, carriers, scene.words) or no_condition(sentence, scene.words)
    return words_of(scene, sentence, *found) if found else None


def evidence_of(event: Event) -> tuple[Span, ...]:
    """All sentences that tell an event, in the order of the text."""
    return tuple(sorted((event.sentence, *event.also), key=lambda span: span.start))


# Standing that stands beside the commitment itself


def _outcome_beside(scene: Scene, event: Event, sentence: Sentence, carrier: int) -> Standing:
    if event.status == "cancelled":
        return "cancelled"
    clauses = syntax.kids(sentence, carrier, "advcl", "xcomp", "acl")
    if any(syntax.is_outcome(sentence, k) and syntax.has_to(sentence, k) for k in clauses):
        return "broken"
    if _is_unkept(scene, sentence, carrier) or _is_soon_broken(scene, event, sentence, carrier):
        return "broken"
    return "pending"


def _is_unkept(scene: Scene, sentence: Sentence, carrier: int) -> bool:
    """ "promised to pull out but did not", "agreed to leave but failed to do so"."""
    joined = (
        k for verb in (carrier, *syntax.complements(sentence, carrier)) for k in syntax.kids(sentence, verb, "conj")
    )
    for k in joined:
        refused = sentence.tokens[k].lemma in scene.words.deeds["failing"]
        undone = sentence.tokens[k].lemma == "do" and bool(syntax.kids(sentence, k, "neg"))
        if refused or undone:
            return True
    return False


def _is_soon_broken(scene: Scene, event: Event, sentence: Sentence, carrier: int) -> bool:
    """ "fired a rocket only weeks after it had agreed": a hostile act by the same party, said to come too soon."""
    clause = sentence.tokens[carrier]
    if clause.relation not in {"advcl", "pcomp"}:
        return False
    before = sentence.tokens[max(0, min(syntax.subtree(sentence, carrier)) - 4) : carrier]
    soon = any(token.lemma in scene.words.deeds["soon"] for token in before)
    own = {e.country for e in event.actor}
    starts = {sentence.tokens[k].start for k in syntax.ancestors(sentence, carrier)}
    return soon and any(
        other.trigger.start in starts and other.type in scene.words.deeds["breach"] and own & _countries(other)
        for other in scene.events
    )


def _countries(event: Event) -> set[str]:
    return {entity.country for entity in event.actor}
