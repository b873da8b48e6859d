"""Whom words name: the coded entity at a noun, from its name, its role noun, its nationality or its reference.

`Parties` reads one document once; it answers for a token of a sentence and remembers. It never guesses between two
candidates: it then answers with nobody.
"""

import datetime
from collections.abc import Iterable, Sequence

from dragoman.find.mentions import Mention, by_token
from dragoman.find.syntax import ancestors, conjuncts, is_noun, kids, prepositions, subjects, subtree
from dragoman.records import Document, Entity, Quote, Sentence, Span, Token
from dragoman.resolve.codings import FORMER, distinct, former, moved, named, spoken, words_of
from dragoman.resolve.homes import LOCAL, OFFICIAL, Homes, is_definite, is_state
from dragoman.resolve.references import refer
from dragoman.rules.lexicon import Agent, Lexicon
from dragoman.rules.names import Name

MODIFIERS = ("compound", "amod", "nmod", "poss", "nummod", "quantmod", "npadvmod")
BELONGING = ("of", "for", "from", "in", "at", "with", "by", "throughout", "across")
TOWARDS = ("to", "against", "into")
# Words before a role noun that can belong to its name ("deputy assistant secretary of state" has four).
LONGEST_AGENT = 4
# What ties a role to a body, when it stands right after it.
TIED = frozenset({"for", "of", "to", "at"})
UNKNOWN = "UNK"


class Parties:
    """Answers whom a token of one document names; built by `Parties(document, mentions, lexicon)`."""

    def __init__(self, document: Document, mentions: Sequence[Mention], lexicon: Lexicon) -> None:
        self._document = document
        self._lexicon = lexicon
        self._on = document.article.published
        self._mentions = by_token(mentions)
        self._countries = {name.country for m in mentions for name in m.names if name.kind != "short"}
        first = [(mention, mention.names[0]) for mention in mentions if "JRN" not in mention.names[0].sectors]
        states = {name.country: self._entity(mention, name) for mention, name in first if is_state(name.country)}
        self._homes = Homes(document, states)
        self._known: dict[tuple[int, int], Entity | None] = {}
        self._asked: set[tuple[int, int]] = set()
        self._people: dict[str, Entity | None] = {}
        self._heard: list[tuple[int, int, Entity]] = []
        self._roles: dict[str, list[Entity]] = {}
        self._learn()

    def at(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """The entities that a noun phrase names: the one at its head and those joined to it by "and"."""
        found: list[Entity] = []
        for k in conjuncts(sentence, i):
            found.extend(self._each(sentence, k))
        return distinct(found)

    def of_phrase(self) -> Entity | None:
        """The entity that the document's first noun phrase names, for a document that is only a phrase."""
        for sentence in self._document.sentences:
            roots = [token.i for token in sentence.tokens if token.relation == "ROOT"]
            for i in (*roots, *range(len(sentence.tokens) - 1, -1, -1)):
                if found := self.at(sentence, i):
                    return found[0]
                if agent := self.agent(sentence, i):
                    return self._composed(sentence, i, agent, None)
        return None

    def inside(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """The entities that a noun phrase hangs on: "China's policy", "the port of Odesa", "a Turkish jet"."""
        found: list[Entity] = []
        for k in conjuncts(sentence, i):
            found.extend(
                self._modifying(sentence, k)
                or self._belonging(sentence, k, (*BELONGING, *TOWARDS))
                or self._doing(sentence, k)
            )
        return distinct(found)

    def modifying(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """The entities named before a noun: "US and South Korean drills", "Russia's attack"."""
        return distinct(self._modifying(sentence, i))

    def mention(self, sentence: Sentence, i: int) -> Mention | None:
        """The name that covers a token."""
        return self._mentions.get((sentence.index, i))

    def is_named(self, sentence: Sentence, i: int) -> bool:
        """Whether a token is part of a name that the lexicon has."""
        return (sentence.index, i) in self._mentions

    def _each(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """One for a plain noun; several for "the US and Chinese governments" and "the two Koreas"."""
        mention = self.mention(sentence, i)
        if mention and len({name.code for name in mention.names if name.kind == "short"}) > 1:
            return tuple(self._entity(mention, name) for name in mention.names)
        token = sentence.tokens[i]
        if self._lexicon.pronouns.get(token.text.lower()) == "group":
            return self._group(sentence, i)
        if not mention and is_noun(token) and (agent := self.agent(sentence, i)):
            owners = self._owners(sentence, i)
            if len({owner.country for owner in owners}) > 1:
                return tuple(self._composed(sentence, i, agent, owner) for owner in owners)
        if not mention and self.is_of_class(sentence, i, "transparent"):
            inner = [o for p, o in prepositions(sentence, i) if p == "of"]
            if inner:
                return tuple(e for o in inner for e in self.at(sentence, o))
        one = self.of(sentence, i)
        return (one,) if one else self._explained(sentence, i)

    def _group(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """Whom "they" means; a reference that leads back to itself ends with nobody."""
        key = (sentence.index, i)
        if key in self._asked:
            return ()
        self._asked.add(key)
        try:
            found = refer(self._document, self, sentence, i, "group")
        finally:
            self._asked.discard(key)
        return tuple(moved(entity, words_of(sentence.tokens[i])) for entity in found)

    def _explained(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """ "One of the groups, the SDF", "allies such as Germany": whom the words after an unnamed noun name."""
        such = any(sentence.tokens[k].lemma == "such" for k in kids(sentence, i, "amod"))
        after = [o for p, o in prepositions(sentence, i) if p in {"including", "include"} or (p == "as" and such)]
        places = [*kids(sentence, i, "appos"), *after]
        return tuple(entity for o in places if o > i for entity in self.at(sentence, o))

    def of(self, sentence: Sentence, i: int) -> Entity | None:
        """The entity at one token, or None where it names nobody that is known."""
        key = (sentence.index, i)
        if key not in self._known:
            self._known[key] = None  # a reference that leads back to itself ends here
            self._known[key] = self._find(sentence, i)
        return self._known[key]

    def _find(self, sentence: Sentence, i: int) -> Entity | None:
        token = sentence.tokens[i]
        mention = self.mention(sentence, i)
        if mention and (name := self._meaning(mention.names)):
            return self._of_another(sentence, i, name) or self._entity(mention, name)
        if kind := self._lexicon.pronouns.get(token.text.lower()):
            found = refer(self._document, self, sentence, i, kind)
            return moved(found[0], words_of(token)) if len(found) == 1 else None
        if not is_noun(token) and token.pos != "ADJ":
            return None
        agent = self.agent(sentence, i)
        if agent and " " in agent.noun:
            return self._role(sentence, i, agent)  # "the Saudi National Guard" is no person called Guard
        if token.pos == "PROPN" and (person := self._person(sentence, i)):
            return person
        if agent:
            return self._role(sentence, i, agent)
        return self._named_before(sentence, i, token.text.lower()) or self._body_before(sentence, i)

    def _body_before(self, sentence: Sentence, i: int) -> Entity | None:
        """ "The body", "its members": the one body that the sentences before name, if it is one."""
        if not self.is_of_class(sentence, i, "body-again") or not is_definite(sentence, i) or sentence.index == 0:
            return None
        near = range(max(0, sentence.index - 2), sentence.index)
        found = {
            name.code: (mention, name)
            for (s, _), mention in self._mentions.items()
            for name in mention.names[:1]
            if s in near and name.kind == "organization" and "JRN" not in name.sectors
        }
        if len(found) != 1:
            return None
        ((mention, name),) = found.values()
        return moved(self._entity(mention, name), self.phrase(sentence, i))

    def _of_another(self, sentence: Sentence, i: int, name: Name) -> Entity | None:
        """ "Chile's Defense Department": a body named as one elsewhere, of the state before it."""
        if name.kind != "organization" or not is_state(name.country) or (agent := self.agent(sentence, i)) is None:
            return None
        owners = [owner for owner in self._modifying(sentence, i) if is_state(owner.country)]
        if not owners or owners[0].country == name.country or owners[0].start > sentence.tokens[i].start:
            return None
        return self._composed(sentence, i, agent, owners[0])

    def is_of_class(self, sentence: Sentence, i: int, name: str) -> bool:
        """Whether a token's lemma is in a word class of the lexicon."""
        return sentence.tokens[i].lemma in self._lexicon.classes.get(name, ())

    def speaker(self, sentence: Sentence, i: int) -> Entity | None:
        """Who says what is said at a token: the subject of the reporting verb above it, if that is somebody else."""
        for k in ancestors(sentence, i):
            token = sentence.tokens[k]
            if token.pos == "VERB" and self._lexicon.cues.get(f"{token.lemma}/verb"):
                for s in subjects(sentence, k):
                    if s != i and (found := self.at(sentence, s)):
                        return found[0]
        start = sentence.tokens[i].start
        return next((speaker for first, end, speaker in self._heard if first <= start < end), None)

    def hear(self, quotes: Iterable[Quote]) -> None:
        """Take to heart who speaks in which quotation, so that "we" in it means the speaker also sentences away."""
        for quote in quotes:
            if quote.speaker and quote.speaker.code:
                speaker = spoken(quote.speaker)
                self._heard.extend((start, end, speaker) for start, end in quote.spans)
        self._known = {key: entity for key, entity in self._known.items() if entity}

    def names_person(self, sentence: Sentence, i: int) -> bool:
        """Whether a token stands for one or more people, not for a state or a body."""
        token = sentence.tokens[i]
        if self._lexicon.pronouns.get(token.text.lower()) == "person":
            return True
        if token.pos == "PROPN" and self.of(sentence, i):
            return self._is_person(sentence, i)
        agent = self.agent(sentence, i)
        return agent is not None and not self.mention(sentence, i) and not self.is_of_class(sentence, i, "collective")

    # names

    def _meaning(self, names: Sequence[Name]) -> Name | None:
        """What a form means on the day of the report."""
        people = [name for name in names if name.kind == "person"]
        if people:
            return self._office(people)
        for name in names:
            if name.kind != "short" or name.needs in self._countries:
                return name
        return None

    def _office(self, terms: Sequence[Name]) -> Name | None:
        """The term of office in which a person is; a person out of office is ELI; two people of a name are nobody."""
        if len({term.name for term in terms}) > 1:
            terms = [term for term in terms if self._holds(term)] or terms
            if len({term.name for term in terms}) > 1:
                return None
        for term in terms:
            if self._holds(term):
                return term
        term = max(terms, key=lambda t: t.last or datetime.date.max)
        return former(term) if self._on and term.last and term.last < self._on else term

    def _holds(self, term: Name) -> bool:
        on = self._on
        return on is None or ((term.first is None or term.first <= on) and (term.last is None or on <= term.last))

    def _entity(self, span: Span, name: Name) -> Entity:
        return Entity(
            text=span.text,
            start=span.start,
            end=span.end,
            code=name.code,
            country=name.country,
            sector=name.sectors[0] if name.sectors else "",
            name=name.name,
            wikidata=name.wikidata,
        )

    # people who are not in the lexicon, and surnames

    def _learn(self) -> None:
        """Read the document for people, for roles with their state, and for people of those roles.

        What was answered on the way knew too little, so each round begins afresh.
        """
        nouns = [(s, token) for s in self._document.sentences for token in s.tokens if is_noun(token)]
        for learn in (self._learn_people, self._learn_roles, self._learn_people):
            learn(nouns)
            self._known.clear()

    def _learn_roles(self, nouns: Sequence[tuple[Sentence, Token]]) -> None:
        for sentence, token in nouns:
            agent = self.agent(sentence, token.i)
            if agent and not self.mention(sentence, token.i) and (owners := self._owners(sentence, token.i)):
                role = self._composed(sentence, token.i, agent, owners[0])
                for word in {agent.noun, agent.noun.split()[-1]}:
                    self._roles.setdefault(word, []).append(role)
        bodies = self._lexicon.classes.get("named-again", ())
        for mention in self._mentions.values():
            word = mention.text.split()[-1].lower()
            if mention.names[0].kind == "organization" and word in bodies:
                self._roles.setdefault(word, []).append(self._entity(mention, mention.names[0]))

    def _learn_people(self, nouns: Sequence[tuple[Sentence, Token]]) -> None:
        for sentence, token in nouns:
            if token.pos == "PROPN" and token.relation not in {"compound", "nmod", "amod"}:
                person = self.of(sentence, token.i)
                if person and self._is_person(sentence, token.i):
                    self._remember(sentence, token.i, person)

    def _is_person(self, sentence: Sentence, i: int) -> bool:
        mention = self.mention(sentence, i)
        if mention:
            return any(name.kind == "person" for name in mention.names)
        return self.agent(sentence, i) is None

    def _remember(self, sentence: Sentence, i: int, entity: Entity) -> None:
        words = [w for w in entity.name.replace("-", " ").split() if w[:1].isupper()]
        for word in {words[0], words[-1]} if words else set():
            held = self._people.get(word, entity)
            self._people[word] = held if held and held.code == entity.code else None

    def _person(self, sentence: Sentence, i: int) -> Entity | None:
        """A person by title and name ("Foreign Minister Ri"), by apposition, or by a surname met before."""
        known = self._people.get(sentence.tokens[i].text)
        if known:
            return moved(known, self.phrase(sentence, i))
        for k in (*kids(sentence, i, *MODIFIERS), *kids(sentence, i, "appos")):
            if agent := self.agent(sentence, k):
                return self._title_holder(sentence, k, i, agent)
        return self._apposed(sentence, i)

    def _title_holder(self, sentence: Sentence, title: int, i: int, agent: Agent) -> Entity | None:
        """A named holder of a title: of the state that the title names, else the one who has that office on the day."""
        span, name = self.phrase(sentence, i), self._full_name(sentence, i)
        owners = self._owners(sentence, title) or self._owners(sentence, i)
        if owners:
            return named(self._composed(sentence, title, agent, owners[0]), span, name)
        given = name.split()[0]
        surnames = self._lexicon.surnames.get(sentence.tokens[i].text, ())
        terms = [term for term in surnames if self._fills(term, agent) and given in term.name.split()]
        holders = {term.name: term for term in terms}
        if len(holders) == 1:
            return self._entity(span, terms[0])
        state = None if holders else self._homes.only_state()
        return named(self._composed(sentence, title, agent, state), span, name) if state else None

    def _fills(self, term: Name, agent: Agent) -> bool:
        return self._holds(term) and (term.office in agent.noun or agent.noun in term.office)

    def _apposed(self, sentence: Sentence, i: int) -> Entity | None:
        """ "the spokeswoman, Caitlin Hayden": the name takes the role that it explains."""
        token = sentence.tokens[i]
        if token.relation != "appos" or (agent := self.agent(sentence, token.head)) is None:
            return None
        role = self._role(sentence, token.head, agent)
        return named(role, self.phrase(sentence, i), self._full_name(sentence, i)) if role else None

    def _full_name(self, sentence: Sentence, i: int) -> str:
        first = i
        while (
            first > 0 and sentence.tokens[first - 1].pos in {"PROPN", "PUNCT"} and self._joins(sentence, first - 1, i)
        ):
            first -= 1
        return self._document.article.text[sentence.tokens[first].start : sentence.tokens[i].end]

    def _joins(self, sentence: Sentence, k: int, i: int) -> bool:
        token = sentence.tokens[k]
        if token.pos == "PUNCT":
            return token.text == "-"
        free = self.agent(sentence, k) is None and self.mention(sentence, k) is None
        return free and token.relation in {"compound", "nmod"}

    # roles

    def agent(self, sentence: Sentence, i: int) -> Agent | None:
        """The role noun that ends at a token, the longest that is known: "foreign minister" before "minister"."""
        words = [token.text.lower() for token in sentence.tokens[max(0, i - LONGEST_AGENT + 1) : i + 1]]
        for n in range(len(words)):
            phrase = " ".join(words[n:])
            if agent := self._lexicon.agents.get(phrase):
                return agent
        return self._lexicon.agents.get(sentence.tokens[i].lemma)

    def _role(self, sentence: Sentence, i: int, agent: Agent) -> Entity | None:
        """A role noun with the state or body that it belongs to; nobody where that is unknown."""
        owners = self._owners(sentence, i)
        if owners:
            return self._composed(sentence, i, agent, owners[0])
        if agent.sectors == ("UAF",):
            return self._composed(sentence, i, agent, None)
        if self._homes.is_foreign(self, sentence, i, agent):
            return None
        if found := self._named_before(sentence, i, agent.noun):
            return found
        owner = self._homes.owner(self, sentence, i, agent)
        return self._composed(sentence, i, agent, owner) if owner else None

    def _owners(self, sentence: Sentence, i: int) -> list[Entity]:
        return list(distinct(self._modifying(sentence, i) or self._belonging(sentence, i)))

    def _composed(self, sentence: Sentence, i: int, agent: Agent, owner: Entity | None) -> Entity:
        phrase = self.phrase(sentence, i)
        sector = self._sector(sentence, i, agent)
        if owner is None:
            return Entity(
                text=phrase.text,
                start=phrase.start,
                end=phrase.end,
                code=sector,
                country="",
                sector=sector,
                name=self.described(sentence, i),
            )
        bodies = self._is_body(owner, sector) or not is_state(owner.country)
        code = owner.code if bodies else owner.country + sector
        return Entity(
            text=phrase.text,
            start=phrase.start,
            end=phrase.end,
            code=code,
            country=owner.country,
            sector=(owner.sector or sector) if bodies else sector,
            name=self.described(sentence, i),
        )

    def _is_body(self, owner: Entity, sector: str) -> bool:
        """Whether a role belongs to a body ("the rebels' spokesman"); nobody's police are those of the protesters."""
        if owner.sector in {"", "GOV"} or sector == FORMER:
            return False
        return not (owner.sector in LOCAL and owner.sector != "COP" and sector in OFFICIAL)

    def _sector(self, sentence: Sentence, i: int, agent: Agent) -> str:
        """The sector of a role; "former ministers" and "the ousted president" are former officials."""
        sector = agent.sectors[0] if agent.sectors else ""
        if self.is_of_class(sentence, i, "anybody"):
            sector = self._sector_before(sentence, i) or sector
        former = self._lexicon.classes.get("former", ())
        words = (token.text.lower() for token in sentence.tokens[max(0, i - LONGEST_AGENT - 1) : i])
        return FORMER if sector in OFFICIAL and any(word in former for word in words) else sector

    def _sector_before(self, sentence: Sentence, i: int) -> str:
        """ "An intelligence agency officer", "a parliamentary group": the sector that stands before a general noun."""
        for k in reversed(kids(sentence, i, "compound", "amod", "nmod")):
            agent = self.agent(sentence, k)
            if agent and agent.sectors and agent.sectors[0] != UNKNOWN:
                return agent.sectors[0]
            if found := self._lexicon.sector_words.get(sentence.tokens[k].lemma):
                return found
        return ""

    def _named_before(self, sentence: Sentence, i: int, word: str) -> Entity | None:
        """ "the Council" after "the UN Security Council": the one body or role of that last word named before."""
        before = [e for e in self._roles.get(word, ()) if e.start < sentence.tokens[i].start]
        if len({entity.code for entity in before}) != 1 or not is_definite(sentence, i):
            return None
        return moved(before[0], self.phrase(sentence, i))

    def _modifying(self, sentence: Sentence, i: int) -> list[Entity]:
        """Entities before a noun, nearest parse first: possessor, adjective of nationality, compound name."""
        found: list[Entity] = []
        for k in kids(sentence, i, *MODIFIERS):
            for m in conjuncts(sentence, k):
                entity = self._named_at(sentence, m) or self._deeper(sentence, m)
                if entity:
                    found.append(entity)
        return found

    def _named_at(self, sentence: Sentence, i: int) -> Entity | None:
        token = sentence.tokens[i]
        if self.mention(sentence, i) or token.relation == "poss" or token.tag == "PRP$":
            return self.of(sentence, i)
        return None

    def _deeper(self, sentence: Sentence, i: int) -> Entity | None:
        inner = self._modifying(sentence, i) if kids(sentence, i, *MODIFIERS) else []
        return inner[0] if inner else None

    def _belonging(self, sentence: Sentence, i: int, words: Sequence[str] = BELONGING) -> list[Entity]:
        """Entities after a noun: "of", "for", "from", "in" and "at"."""
        for preposition, o in prepositions(sentence, i):
            if preposition in words and (found := list(self.at(sentence, o)) or self._modifying(sentence, o)):
                return found
        return []

    def _doing(self, sentence: Sentence, i: int) -> list[Entity]:
        """ "Crimes committed by Chad", "measures taken by Peru": who did what a noun names."""
        done = (c for c in kids(sentence, i, "acl") if sentence.tokens[c].tag == "VBN")
        doers = (o for c in done for p, o in prepositions(sentence, c) if p == "by")
        return [entity for o in doers for entity in self.at(sentence, o)]

    def phrase(self, sentence: Sentence, i: int) -> Span:
        """The words of a noun with what stands before it, without article: "senior US officials"."""
        first = i
        for k in kids(sentence, i, *MODIFIERS):
            if k < i:
                first = min(first, *subtree(sentence, k))
        tokens = sentence.tokens
        while first < i and tokens[first].pos in {"DET", "PUNCT"}:
            first += 1
        start, end = tokens[first].start, tokens[i].end
        return Span(text=self._document.article.text[start:end], start=start, end=end)

    def described(self, sentence: Sentence, i: int) -> str:
        """The words of a noun with the body that follows it: "spokesman for the National Defence Commission"."""
        phrase = self.phrase(sentence, i)
        places = [o for p, o in prepositions(sentence, i) if p in TIED and sentence.tokens[i + 1].text == p]
        end = self.phrase(sentence, places[0]).end if places else phrase.end
        return self._document.article.text[phrase.start : end]
