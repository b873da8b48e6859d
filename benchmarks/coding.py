"""How long coding takes beside the parse that it stands on, the entity recognizer included: same texts, same run.

usage: python benchmarks/coding.py [REPEATS]

Prints the median seconds of the parse alone, of coding by the rules alone and of coding with the learned finder, and
the ratios, run by run. The peer is `nlp.pipe` of the default model as it is
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
from dragoman.parse import DEFAULT_MODEL, parse_all
from dragoman.records import Article

REPORTS = Path(__file__).parent.parent / "src/dragoman/data/chronicle/reports.jsonl"
# The bundled reports this many times over: 200 or so, long enough that start-up does not count.
COPIES = 4


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
    engine, by_rules, whole = spacy.load(DEFAULT_MODEL), Coder(learned=False), Coder()
    sentences = sum(len(document.sentences) for document in parse_all((article, None) for article in batch))

    def parse_alone() -> None:
        for _ in engine.pipe(texts):
            pass

    def coding(coder: Coder) -> Callable[[], None]:
        return lambda: all(coding is not None for coding in coder.pipe(batch))

    works = {"parse alone": parse_alone, "rules alone": coding(by_rules), "rules and encoder": coding(whole)}
    for work in works.values():
        work()
    runs = [{name: seconds(work) for name, work in works.items()} for _ in range(repeats)]
    words = sum(len(text.split()) for text in texts)
    print(f"{len(batch)} reports, {sentences} sentences, {words} words, {repeats} runs, seconds of processor time")
    for name in works:
        times = [run[name] for run in runs]
        ratios = [run[name] / run["parse alone"] for run in runs]
        median = statistics.median(times)
        print(
            f"{name:18} median {median:.2f} s ({min(times):.2f} to {max(times):.2f}), {words / median:,.0f} words/s,"
            f" {sentences / median:,.0f} sentences/s, {statistics.median(ratios):.2f} times the parse"
            f" ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
