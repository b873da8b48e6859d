"""Of which state a role is where its own words do not say: "the ministry", "students", "the country"."""

from collections.abc import Mapping
from typing import Protocol

from dragoman.find.mentions import Mention
from dragoman.find.syntax import ancestors, is_verb, kids, prepositions
from dragoman.records import Document, Entity, Sentence
from dragoman.resolve.references import main_subjects
from dragoman.rules.lexicon import Agent

# Sectors whose members are at home where they act; soldiers, diplomats and rebels may not be.
LOCAL = frozenset({"CVL", "OPP", "COP", "EDU", "LAB", "AGR", "MED", "REL", "CRM", "SOC", "BUS"})
SCENE = frozenset({"in", "at", "near", "outside", "across"})
# Who, where a report names one state only, is of that state.
PEOPLE = frozenset({"CVL", "OPP", "PTY", "REB", "JRN"})
OFFICIAL = frozenset({"GOV", "LEG", "MIL", "SPY", "JUD", "COP"})
# Role nouns that mean the state itself.
STATES = frozenset({"country", "nation"})
INDEFINITE = frozenset({"a", "an", "another", "any", "some", "no", "every", "each"})


class Answers(Protocol):
    """Whom tokens name: what `Parties` answers."""

    def at(self, sentence: Sentence, i: int) -> tuple[Entity, ...]:
        """The entities at a noun phrase."""
        ...

    def mention(self, sentence: Sentence, i: int) -> Mention | None:
        """The name that covers a token."""
        ...

    def is_of_class(self, sentence: Sentence, i: int, name: str) -> bool:
        """Whether a token's lemma is in a word class of the lexicon."""
        ...


class Homes:
    """Answers of which state a role is; `states` are those that the report names, by country.

    It is asked by `Parties` and does not hold it: the two would keep each other, and their report, in memory.
    """

    def __init__(self, document: Document, states: Mapping[str, Entity]) -> None:
        self._document = document
        self._states = states

    def owner(self, parties: Answers, sentence: Sentence, i: int, agent: Agent) -> Entity | None:
        """The state of the role at a token; nobody where two come into question."""
        if agent.noun in STATES:
            return self._country(parties, sentence, i)
        return (
            self._of_the_scene(parties, sentence, i, agent)
            or self._of_the_state_at_hand(parties, sentence, i, agent)
            or (self.only_state() if set(agent.sectors[:1]) & PEOPLE else None)
        )

    def only_state(self) -> Entity | None:
        """The one state that the report names ("President Sata" in a report about Zambia alone)."""
        return next(iter(self._states.values())) if len(self._states) == 1 else None

    def is_foreign(self, parties: Answers, sentence: Sentence, i: int, agent: Agent) -> bool:
        """ "Foreign forces", "rival governments": whose they are is not said; a "foreign ministry" is one's own."""
        words = agent.noun.split()
        before = (k for k in kids(sentence, i, "amod") if sentence.tokens[k].lemma not in words)
        return any(parties.is_of_class(sentence, k, "foreign") for k in before)

    def _country(self, parties: Answers, sentence: Sentence, i: int) -> Entity | None:
        """ "Iraq's parliament ... from the country": the state of whoever the sentence has been about so far."""
        if not any(sentence.tokens[k].lemma == "the" for k in kids(sentence, i, "det")):
            return None
        here = [e for s in main_subjects(sentence) if s < i for e in parties.at(sentence, s)]
        states = {entity.country: entity for entity in here if is_state(entity.country)}
        return next(iter(states.values())) if len(states) == 1 else None

    def _of_the_scene(self, parties: Answers, sentence: Sentence, i: int, agent: Agent) -> Entity | None:
        """ "Thousands of protesters marched in Cairo": people who stand for no state are of where they act."""
        if not set(agent.sectors[:1]) & LOCAL:
            return None
        for k in ancestors(sentence, i):
            if is_verb(sentence.tokens[k]):
                places = [o for p, o in prepositions(sentence, k) if p in SCENE and parties.mention(sentence, o)]
                return next((entity for o in places for entity in parties.at(sentence, o)), None)
        return None

    def _of_the_state_at_hand(self, parties: Answers, sentence: Sentence, i: int, agent: Agent) -> Entity | None:
        """ "The foreign ministry" in a report: of the one state that the sentence before is about."""
        if not set(agent.sectors[:1]) & OFFICIAL or not is_definite(sentence, i) or sentence.index == 0:
            return None
        previous = self._document.sentences[sentence.index - 1]
        before = [entity for s in main_subjects(previous) for entity in parties.at(previous, s)]
        if len({entity.country for entity in before}) != 1 or not is_state(before[0].country):
            return None
        return before[0]


def is_state(country: str) -> bool:
    """Whether a country code is a state's, not that of the world of organizations or companies."""
    return country not in {"IGO", "NGO", "IMG", "MNC", ""}


def is_definite(sentence: Sentence, i: int) -> bool:
    """ "the ministry", "its council", and names without article; "a ministry" is another one."""
    return not {sentence.tokens[k].lemma for k in kids(sentence, i, "det")} & INDEFINITE
