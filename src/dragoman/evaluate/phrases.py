"""Scores of single phrases that name an actor: the country and the sector that they were resolved to."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from dragoman.evaluate.golds import Conventions, GoldPhrase, phrase_id
from dragoman.evaluate.measures import Measure, choice
from dragoman.records import Entity

ResolvePhrase = Callable[[str, datetime.date | None], Entity | None]


def score_phrases(
    phrases: Sequence[GoldPhrase], resolve_phrase: ResolvePhrase, conventions: Conventions
) -> dict[str, Measure]:
    """The shares of phrases with the right sector, the right country, and both."""
    sectors, countries = {}, {}
    for i, gold in enumerate(phrases):
        entity = resolve_phrase(gold.phrase, gold.on)
        country, sector = (entity.country, entity.sector) if entity else ("", "")
        sectors[phrase_id(i)] = sector == gold.sector
        countries[phrase_id(i)] = _same(country, gold.country, conventions.countries)
    both = {item: sectors[item] and countries[item] for item in sectors}
    return {"phrase_sector": choice(sectors), "phrase_country": choice(countries), "phrase_both": choice(both)}


def _same(country: str, gold: str, countries: Mapping[str, str]) -> bool:
    return countries.get(country, country) == countries.get(gold, gold)
