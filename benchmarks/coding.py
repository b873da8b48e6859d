"""How long coding takes beside the parse that it stands on, the entity recognizer included: same texts, same run.

usage: python benchmarks/coding.py [REPEATS]

Prints the median seconds of each and the ratio, pair by pair. The peer is `nlp.pipe` of the default model as it is
installed, nothing switched off, on the texts that the coder reads.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy

from dragoman.coder import Coder, reading_of
from dragoman.parse import DEFAULT_MODEL
from dragoman.records import Article

REPORTS = Path(__file__).parent.parent / "src/dragoman/data/chronicle/reports.jsonl"
# The bundled reports this many times over: 300 or so, long enough that start-up does not count.
COPIES = 16


def articles() -> list[Article]:
    """The bundled reports, several times over, each copy with ids of its own."""
    lines = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    return [
        reading_of(Article(id=f"{line['id']}-{copy}", text=line["text"])).article
        for copy in range(COPIES)
        for line in lines
    ]


def seconds(work: Callable[[], None]) -> float:
    """Seconds of processor time that one run takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Run both in turn and print what was measured."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    batch = articles()
    texts = [article.text for article in batch]
    engine, coder = spacy.load(DEFAULT_MODEL), Coder()

    def parse_alone() -> None:
        for _ in engine.pipe(texts):
            pass

    def code() -> None:
        for _ in coder.pipe(batch):
            pass

    parse_alone(), code()
    pairs = [(seconds(parse_alone), seconds(code)) for _ in range(repeats)]
    ratios = [coded / parsed for parsed, coded in pairs]
    words = sum(len(text.split()) for text in texts)
    print(f"{len(batch)} reports, {words} words, {repeats} pairs of runs, seconds of processor time")
    for name, times in (("parse alone", [p for p, _ in pairs]), ("coding", [c for _, c in pairs])):
        median = statistics.median(times)
        print(f"{name:12} median {median:.2f} s ({min(times):.2f} to {max(times):.2f}), {words / median:,.0f} words/s")
    print(f"coding / parse alone: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
