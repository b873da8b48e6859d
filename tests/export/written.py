"""The hand-made events in every format. `python -m tests.export.written` writes the golden files anew, on purpose only."""

import datetime
from functools import cache
from pathlib import Path

import msgspec

from dragoman.export.gdelt import gdelt_lines
from dragoman.export.icews import icews_lines
from dragoman.export.network import gexf
from dragoman.export.phoenix import phoenix_lines
from dragoman.export.plover import plover_lines
from dragoman.export.polecat import polecat_lines
from dragoman.export.rows import distinct_csv_lines
from dragoman.records import DistinctEvent
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
FILES = {
    "gdelt": "gdelt.tsv",
    "icews": "icews.tsv",
    "polecat": "polecat.tsv",
    "phoenix": "phoenix.tsv",
    "plover": "plover.jsonl",
    "gexf": "network.gexf",
    "csv": "events.csv",
}
CODED = datetime.date(2024, 1, 31)


@cache
def events() -> tuple[DistinctEvent, ...]:
    """The hand-made events."""
    return msgspec.json.decode((HERE / "events.json").read_bytes(), type=tuple[DistinctEvent, ...])


@cache
def ontology() -> Ontology:
    """The package's own ontology."""
    return Ontology.load(DATA / "ontology")


def text_in(name: str, told=None, **options) -> str:
    """Events in a format, as one text."""
    told = events() if told is None else told
    rules = ontology()
    writers = {
        "gdelt": lambda: gdelt_lines(told, rules, **options),
        "icews": lambda: icews_lines(told, rules, **options),
        "polecat": lambda: polecat_lines(told, rules, **({"version": "example"} | options)),
        "phoenix": lambda: phoenix_lines(told, rules, **options),
        "plover": lambda: plover_lines(told, rules, **({"coded": CODED} | options)),
        "gexf": lambda: gexf(told, rules, **options),
        "csv": lambda: distinct_csv_lines(told, rules),
    }
    return "".join(writers[name]())


if __name__ == "__main__":
    for name, file in FILES.items():
        (GOLDEN / file).write_text(text_in(name), encoding="utf-8", newline="")
