"""`dragoman evaluate`: figures on gold, and the sentences gained and lost against an earlier run."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from dragoman.evaluate import (
    change_lines,
    compare,
    evaluate,
    find_slips,
    gold_texts,
    load_report,
    report_lines,
    save_report,
    write_slips,
)
from dragoman.records import Article, Coding, Failure

if TYPE_CHECKING:
    from dragoman.coder import Coder


def run(gold: Path, against: Path | None, output: Path | None, errors: Path | None, load: "Callable[[], Coder]") -> int:
    """Print every figure; with `against` also what changed; with `output` keep the result, ids and figures only.

    With `errors` write what went wrong, by cause, into that folder instead of measuring.
    """
    earlier = load_report(against) if against else None
    coder = load()

    def code(articles: Iterable[Article]) -> Iterator[Coding | Failure]:
        return coder.pipe(articles)

    if errors:
        write_slips(find_slips(gold, code, lambda phrase, on: coder.entity(phrase, on=on)), errors)
        Console(highlight=False).print((errors / "summary.txt").read_text(encoding="utf-8"), markup=False, end="")
        return 0
    report = evaluate(
        gold,
        code,
        lambda phrase, on: coder.entity(phrase, on=on),
        coder.status,
        coder.relation if coder.learned else None,
    )
    console = Console(highlight=False, soft_wrap=True)
    for line in report_lines(report):
        console.print(line, markup=False)
    if earlier:
        for line in change_lines(compare(earlier, report), gold_texts(gold)):
            console.print(line, markup=False)
    if output:
        save_report(report, output)
    return 1 if report.failures else 0
