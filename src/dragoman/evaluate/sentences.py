"""Scores of codings of single sentences, each of which tells one act: its type and both countries."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from dragoman.evaluate.golds import Conventions, GoldSentence
from dragoman.evaluate.measures import Measure, choice, search
from dragoman.records import Article, Coding, Event

# The sentences bear no date; every one is given the same.
PUBLISHED = datetime.date(2000, 1, 1)


def sentence_article(sentence: GoldSentence) -> Article:
    """The sentence as a report of its own."""
    return Article(id=sentence.id, text=sentence.sentence, published=PUBLISHED)


def score_sentences(
    sentences: Sequence[GoldSentence], codings: Mapping[str, Coding], conventions: Conventions
) -> dict[str, Measure]:
    """How many of the acts were found; every other event that was found counts against precision."""
    events = {one.id: codings[one.id].events if one.id in codings else () for one in sentences}
    found = sum(len(coded) for coded in events.values())
    countries = conventions.countries
    right = {one.id: any(is_same_act(one, event, countries) for event in events[one.id]) for one in sentences}
    typed = {one.id: any(event.type == one.type for event in events[one.id]) for one in sentences}
    return {"sentence_dyad": search(right, found), "sentence_type": choice(typed)}


def is_same_act(gold: GoldSentence, event: Event, countries: Mapping[str, str]) -> bool:
    """Whether an event has the type, an actor's country and, where the gold names a recipient, a recipient's country.

    Where nobody is the recipient by nature (talks, a joint act), two of the parties must be named, on whatever side.
    """
    actors = {shared_country(party.country, countries) for party in gold.actor} - {""}
    recipients = {shared_country(party.country, countries) for party in gold.recipient} - {""}
    found_actors = _event_countries((entity.code for entity in event.actor), countries)
    found_recipients = _event_countries((entity.code for entity in event.recipient), countries)
    if gold.type != event.type:
        return False
    if gold.type == "CONSULT" or (len(actors) > 1 and not recipients):
        parties = actors | recipients
        return len(parties & (found_actors | found_recipients)) >= min(2, len(parties))
    return _meets(actors, found_actors) and _meets(recipients, found_recipients)


def shared_country(code: str, countries: Mapping[str, str]) -> str:
    """The country of a code as golds agree on it: IGO for every body of states, today's code for older ones."""
    country = code[:3]
    return countries.get(country, country)


def _event_countries(codes: Iterable[str], countries: Mapping[str, str]) -> set[str]:
    return {shared_country(code, countries) for code in codes}


def _meets(wanted: set[str], found: set[str]) -> bool:
    return not wanted or bool(wanted & found)
