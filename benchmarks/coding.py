"""How quick coding is, beside the parse that it stands on and beside another coder on the same parse, in one run.

usage: python benchmarks/coding.py [REPEATS] [--copies N] [--petrarch3 DIR]

Prints, in processor time, sentences a second of the parse alone (`nlp.pipe` of the default model on whole texts: as it
is installed, and without the entity recognizer, which neither coder needs), of coding by the rules alone and of coding
with the encoder; what a million articles would cost; the most memory that each took; and the share of each step.

With `--petrarch3` the peer is PETRARCH3 from a checkout in DIR: its own time, and together with either parse. Reading
its dictionaries and making the trees that it is given are not counted.
"""

import argparse
import contextlib
import functools
import json
import multiprocessing
import resource
import statistics
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import petrarch
import spacy

import dragoman.coder
from dragoman.coder import Coder, reading_of
from dragoman.edge import day_of
from dragoman.parse import DEFAULT_MODEL, parse_all
from dragoman.records import Article
from dragoman.relate.encoder import Encoder
from dragoman.relate.finder import LearnedFinder

REPORTS = Path(__file__).parent.parent / "src/dragoman/data/chronicle/reports.jsonl"
# The bundled reports this many times over: 200 or so, long enough that start-up does not count.
COPIES = 4
PARSE, BARE, RULES, WHOLE, PEER = "parse alone", "parse, no NER", "rules alone", "rules and encoder", "PETRARCH3 alone"
TOGETHER = {"PETRARCH3, parse": PARSE, "PETRARCH3, no NER": BARE}
# What the coder calls, by the step it belongs to. An entity is looked up when it is first asked for, so some of that
# work falls to the events.
STEPS = {
    "find_mentions": "names, entities, dates, quotes",
    "Parties": "names, entities, dates, quotes",
    "find_dates": "names, entities, dates, quotes",
    "find_quotes": "names, entities, dates, quotes",
    "find_events": "events by rules",
    "find_commitments": "commitments",
}

Work = Callable[[], object]
"""What is measured, with everything loaded that it needs."""


class Clock:
    """Processor time by step; what happens inside a step that is timed too counts for the inner one alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._steps = ["the rest"]
        self._since = time.process_time()

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same and is timed."""

        def run(*given: Any, **named: Any) -> Any:
            self.turn()
            self._steps.append(step)
            try:
                return function(*given, **named)
            finally:
                self.turn()
                self._steps.pop()

        return run

    def turn(self) -> None:
        """Count the time since the last turn for the step that is going on."""
        now = time.process_time()
        self.spent[self._steps[-1]] += now - self._since
        self._since = now


def reports(copies: int) -> list[Article]:
    """The bundled reports, several times over, each copy with ids of its own."""
    lines = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    return [
        reading_of(Article(id=f"{line['id']}-{copy}", text=line["text"], published=day_of(line["published"]))).article
        for copy in range(copies)
        for line in lines
    ]


def work_of(name: str, batch: Sequence[Article], folder: Path | None) -> Work:
    """The work of a name, on all reports."""
    if name in (RULES, WHOLE):
        coder = Coder(learned=name == WHOLE)
        return lambda: deque(coder.pipe(batch), maxlen=0)
    engine = spacy.load(DEFAULT_MODEL)
    texts = [article.text for article in batch]
    if name in (PARSE, BARE):
        return lambda: deque(engine.pipe(texts, disable=["ner"] if name == BARE else []), maxlen=0)
    assert folder is not None
    peer = petrarch.Petrarch3(folder)
    parsed = zip(engine.pipe(texts, disable=["ner"]), batch, strict=True)
    stories = [story for document, article in parsed for story in peer.stories(document, article.published)]
    return lambda: peer.code(stories)


def seconds(work: Work) -> float:
    """Seconds of processor time that one run takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def memory(name: str, folder: Path | None) -> float:
    """The most memory, in MB, that a process of its own takes to load all and run over the bundled reports once."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (name, folder)) / 1024


def _peak(name: str, folder: Path | None) -> int:
    work_of(name, reports(1), folder)()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextlib.contextmanager
def steps_timed(clock: Clock) -> Iterator[None]:
    """The steps of all coders timed by a clock for a while."""

    def parsed(*given: Any, **named: Any) -> Iterator[Any]:
        return iter(clock.timed("parse", functools.partial(next, parse_all(*given, **named))), None)

    with contextlib.ExitStack() as stack:
        stack.enter_context(patch.object(dragoman.coder, "parse_all", parsed))
        for name, step in STEPS.items():
            stack.enter_context(patch.object(dragoman.coder, name, clock.timed(step, getattr(dragoman.coder, name))))
        stack.enter_context(patch.object(Encoder, "answer", clock.timed("encoder", Encoder.answer)))
        weighing = clock.timed("weighing rules and encoder", LearnedFinder.find)
        stack.enter_context(patch.object(LearnedFinder, "find", weighing))
        yield


def shares(work: Work) -> dict[str, float]:
    """The share of each step of coding, the largest first, from one more run."""
    clock = Clock()
    with steps_timed(clock):
        work()
    clock.turn()
    whole = sum(clock.spent.values())
    return {step: clock.spent[step] / whole for step in sorted(clock.spent, key=lambda step: -clock.spent[step])}


def line(name: str, runs: Sequence[Mapping[str, float]], counts: tuple[int, int], peak: float | None) -> str:
    """One row of what is printed: seconds, speed, cost and memory of a work."""
    articles, sentences = counts
    times = [run[name] for run in runs]
    ratios = [run[name] / run[PARSE] for run in runs]
    median = statistics.median(times)
    return (
        f"{name:18} {median:8.2f} s ({min(times):.2f} to {max(times):.2f}) {sentences / median:8,.0f} sentences/s"
        f" {statistics.median(ratios):6.2f} times the parse ({min(ratios):.2f} to {max(ratios):.2f})"
        f" {median / articles * 1e6 / 3600:6.1f} core-hours/million" + (f" {peak:6.0f} MB" if peak else "")
    )


def told_of_peer(found: Any, folder: Path) -> str:
    """That the peer did work: how many events it found, and on how many plain sentences for trial it is right."""
    right = petrarch.passed(petrarch.Petrarch3(folder), spacy.load(DEFAULT_MODEL))
    return (
        f"PETRARCH3 found {len(found.events)} events and broke off on {found.failed} sentences;"
        f" it was right on {right} of {len(petrarch.TRIALS)} plain sentences; its memory holds the parser too"
    )


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("repeats", nargs="?", type=int, default=5, help="runs of each, in turn")
    parser.add_argument("--copies", type=int, default=COPIES, help="how many times over the bundled reports are read")
    parser.add_argument("--petrarch3", type=Path, metavar="DIR", help="a checkout of PETRARCH3, the peer")
    asked = parser.parse_args()
    if asked.petrarch3 and not (asked.petrarch3 / "petrarch3" / "petrarch3.py").is_file():
        parser.error(f"{asked.petrarch3} is no checkout of PETRARCH3: it has no petrarch3/petrarch3.py")
    return asked


def main() -> None:
    """Run all in turn and print what was measured."""
    asked = arguments()
    folder, batch = asked.petrarch3, reports(asked.copies)
    names = [PARSE, BARE, RULES, WHOLE, *([PEER] if folder else [])]
    # first, as a new process starts with the peak of the one that it came from
    peaks = {name: memory(name, folder) for name in names}
    sentences = sum(len(document.sentences) for document in parse_all((article, None) for article in batch))
    works = {name: work_of(name, batch, folder) for name in names}
    found = {name: work() for name, work in works.items()}
    runs = [{name: seconds(work) for name, work in works.items()} for _ in range(asked.repeats)]
    words = sum(len(article.text.split()) for article in batch)
    print(f"{len(batch)} reports, {sentences} sentences, {words} words, {asked.repeats} runs, processor time, medians")
    if folder:
        runs = [run | {name: run[PEER] + run[parse] for name, parse in TOGETHER.items()} for run in runs]
    for name in runs[0]:
        print(line(name, runs, (len(batch), sentences), peaks.get(name)))
    print(told_of_peer(found[PEER], folder) if folder else "PETRARCH3 is left out: no --petrarch3 DIR was given")
    print(f"{WHOLE}: " + ", ".join(f"{step} {share:.1%}" for step, share in shares(works[WHOLE]).items()))


if __name__ == "__main__":
    main()
