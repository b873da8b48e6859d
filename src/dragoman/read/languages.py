"""Which language a report is in, and what people call it."""

import functools
import unicodedata
from collections.abc import Callable
from importlib import resources

# Characters of the story that are looked at: more does not change the answer.
SAMPLE = 2_000
# Below this many letters names decide more than words do, so text in Latin letters is taken as English.
FEW_LETTERS = 60
# The share that the identifier leaves to English where a text is not English: a sentence of 17 other languages had at
# most 0.00001, English that is nothing but foreign names at least 0.007.
NOT_ENGLISH = 0.0005
ENGLISH = ("en", "eng", "english")
# What the identifier calls English with many foreign names (Nigerian Pidgin) and text without words (zxx).
READ_AS_ENGLISH = ("en", "pcm", "zxx")


def language_of(text: str, *, otherwise: str = "en") -> str:
    """The ISO 639 code of the language that the text is written in, and `otherwise` where it is too short to tell.

    >>> language_of("Die Minister trafen sich am Montag in Wien, um über die Waffenruhe zu sprechen, sagte er.")
    'de'
    """
    letters = [character for character in text[:SAMPLE] if character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if latin * 2 >= len(letters) and len(letters) < FEW_LETTERS:
        return otherwise
    ranked = _identifier()(text[:SAMPLE])
    language = ranked[0][0]
    if latin * 2 < len(letters):
        return language if language not in READ_AS_ENGLISH else "und"
    return language if dict(ranked)["en"] < NOT_ENGLISH and language not in READ_AS_ENGLISH else "en"


def is_english(language: str) -> bool:
    """Whether a code or name, with or without region, means English: "en", "en-GB", "eng", "English"."""
    return language.strip().casefold().replace("_", "-").split("-")[0] in ENGLISH


def language_name(language: str) -> str:
    """The English name of a language code, or the code itself where the table does not have it."""
    return _names().get(language.strip().casefold().replace("_", "-").split("-")[0], language)


@functools.cache
def _identifier() -> Callable[[str], list[tuple[str, float]]]:
    # py3langid (BSD): pure Python and numpy, ships its model of some hundred languages, 0.5 ms a report.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]  # it has no types

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    rank: Callable[[str], list[tuple[str, float]]] = identifier.rank
    return rank


@functools.cache
def _names() -> dict[str, str]:
    table = resources.files("dragoman").joinpath("data/lexicon/languages.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines()[1:])
