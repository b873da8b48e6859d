"""`dragoman rules check`, `dragoman rules explain` and `dragoman rules unknown`."""

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from rich.table import Table

from dragoman.coder import article_of
from dragoman.evaluate.deeds import check_links
from dragoman.evaluate.explanations import Explanation
from dragoman.evaluate.explanations import explain as explanation_of
from dragoman.evaluate.proofs import Proof, check_patterns
from dragoman.evaluate.unknowns import Count, count, unknowns
from dragoman.find.dates.words import DateWords
from dragoman.find.mentions import NameIndex
from dragoman.parse import DEFAULT_MODEL, parse, parse_all
from dragoman.read import Reading, read
from dragoman.records import Document, Failure
from dragoman.rules import Rules
from dragoman.rules.ledger import LedgerRule
from dragoman.rules.patterns import Pattern
from dragoman.rules.tables import read_table

if TYPE_CHECKING:
    from dragoman.coder import Coder

# Near misses shown: those where only a role is empty come first.
NEARLY = 15


def check(rules: Rules, model: str | None, *, quiet: bool) -> int:
    """Run all proofs and print what does not hold; exit status 3 where something does not."""
    console = Console(highlight=False, soft_wrap=True)
    patterns, links = rules.patterns.all, [link.rule for link in rules.ledger.links]
    proving = (
        ("patterns", patterns, check_patterns(rules, model=model or DEFAULT_MODEL)),
        ("ledger rules", links, check_links(rules, model=model or DEFAULT_MODEL)),
    )
    faults = sum(_prove(console, name, proved, proofs, quiet=quiet) for name, proved, proofs in proving)
    for line in _lexicon_lines(rules):
        console.print(line, markup=False)
    return 3 if faults else 0


def _prove(
    console: Console, name: str, proved: Sequence[Pattern | LedgerRule], proofs: Iterator[Proof], *, quiet: bool
) -> int:
    """Run the proofs of one kind of rule, print what does not hold and a summary; how many do not hold."""
    examples, unlike = sum(len(one.examples) for one in proved), sum(len(one.unlike) for one in proved)
    faults = 0
    for proof in _shown(proofs, examples + unlike, quiet):
        if proof.fault:
            faults += 1
            console.print(_fault_line(proof), markup=False)
    console.print(f"{len(proved)} {name}: {examples} examples and {unlike} counter-examples, {faults} do not hold")
    return faults


def _shown(proofs: Iterator[Proof], total: int, quiet: bool) -> Iterator[Proof]:
    if quiet or not sys.stderr.isatty():
        return proofs
    return iter(track(proofs, "proving", total, transient=True, console=Console(stderr=True)))


def _fault_line(proof: Proof) -> str:
    kind = "example" if proof.is_example else "unlike"
    return f"{proof.pattern}: {kind} {proof.sentence!r}: {proof.fault}"


def _lexicon_lines(rules: Rules) -> Iterator[str]:
    yield f"{len(rules.lexicon.names)} names, {len(rules.lexicon.agents)} role nouns, {len(rules.lexicon.cues)} cues"
    for folder in rules.folders:
        path = folder / "lexicon" / "offices.tsv"
        if path.exists():
            rows = [row for _, row in read_table(path, ("name", "checked"))]
            unchecked = sum(not row["checked"] for row in rows)
            yield f"{len(rows)} terms of office, {unchecked} of them not checked against a public table"


def explain(sentence: str, published: datetime.date | None, load: "Callable[[], Coder]") -> int:
    """Print what fired in a sentence, what nearly did, and the names that are not known."""
    coder = load()
    document = parse(article_of(sentence, published), model=coder.model)
    _print(explanation_of(document, coder.rules, NameIndex(coder.rules.lexicon)), Console(highlight=False))
    return 0


def _print(found: Explanation, console: Console) -> None:
    for event in found.events:
        roles = " -> ".join("+".join(e.code for e in role) or "nobody" for role in (event.actor, event.recipient))
        mode = "".join(f":{m}" for m in event.mode)
        console.print(
            f"fired   {event.rule}: {event.type}{mode} {roles}, {event.status}, at {event.trigger.text!r}", markup=False
        )
    if not found.events:
        console.print("fired   nothing")
    table = Table("nearly", "at", "but", show_edge=False, padding=(0, 1))
    for miss in found.near[:NEARLY]:
        table.add_row(miss.pattern, miss.trigger, miss.reason)
    if found.near:
        console.print(table)
    console.print("names   " + (", ".join(f"{text} {code}" for text, code in found.names) or "none"), markup=False)
    console.print("unknown " + (", ".join(found.unknown) or "none"), markup=False)


def unknown(inputs: Sequence[str], most: int, kind: str | None, load: "Callable[[], Coder]") -> int:
    """Print the names and verbs of a corpus that no rule knows, tab-separated, the most frequent first.

    The exit status is 1 where a report could not be read, and 4 where none could.
    """
    coder = load()
    index, words = NameIndex(coder.rules.lexicon), DateWords.load(coder.rules.file("lexicon/dates.toml"))
    failures: list[Failure] = []
    readings = _readable(
        read(inputs, stdin=sys.stdin.buffer, dateline=coder.dateline, today=datetime.date.today()), failures
    )
    documents = parse_all(((one.article, one.story_end) for one in readings), model=coder.model)
    found = (one for document in _tracked(documents) for one in unknowns(document, coder.rules, index, words))
    counts = [one for one in count(found) if kind in (None, one.kind)]
    sys.stdout.write("kind\tform\tcount\texample\n")
    sys.stdout.writelines(_row(one) for one in counts[:most])
    complaints = Console(stderr=True, highlight=False, soft_wrap=True)
    for failure in failures:
        complaints.print(f"{failure.error.where}: {failure.error.message}", markup=False)
    return (1 if counts else 4) if failures else 0


def _readable(readings: Iterable[Reading | Failure], failures: list[Failure]) -> Iterator[Reading]:
    for reading in readings:
        if isinstance(reading, Failure):
            failures.append(reading)
        else:
            yield reading


def _tracked(documents: Iterable[Document]) -> Iterable[Document]:
    if not sys.stderr.isatty():
        return documents
    return track(documents, "reading", transient=True, console=Console(stderr=True))


def _row(one: Count) -> str:
    return "\t".join((one.kind, one.form, str(one.count), one.example)).replace("\r", " ") + "\n"
