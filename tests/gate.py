"""The quality gate: no pinned figure may drop, on the project's own gold and on the folder DRAGOMAN_GOLD names.

usage: python -m tests.gate [--pin]

Prints every figure with its pin, and for each measure that moved the gold items gained and lost. `--pin` makes the
figures reached the new pins (tests/pins/*.json: ids and figures only).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dragoman.coder import Coder
from dragoman.evaluate import Report, change_lines, compare, evaluate, gold_texts, load_report, save_report

HERE = Path(__file__).parent
# Figures vary in their last digits with the processor's arithmetic, not by more.
ROUNDING = 0.0005


def golds() -> Iterator[tuple[str, Path]]:
    """Name and folder of each gold that is here."""
    yield "project", HERE / "gold"
    if folder := os.environ.get("DRAGOMAN_GOLD"):
        yield "development", Path(folder)


def dropped(before: Report, after: Report) -> list[str]:
    """The pinned measures that are lower now, or gone."""
    return [
        name
        for name, figure in before.measures.items()
        if name not in after.measures or after.measures[name].headline < figure.headline - ROUNDING
    ]


def judge(name: str, folder: Path, coder: Coder, *, pin: bool) -> bool:
    """Evaluate one gold, print what moved, and say whether the gate holds."""
    report = evaluate(folder, coder.pipe, lambda phrase, on: coder.entity(phrase, on=on), coder.status)
    path = HERE / "pins" / f"{name}.json"
    before = load_report(path) if path.exists() else None
    print(f"== {name}")
    for measure, figure in report.measures.items():
        pinned = before.measures.get(measure) if before else None
        print(f"{measure:28} {figure.headline:.3f}" + (f"  pinned {pinned.headline:.3f}" if pinned else ""))
    fallen = dropped(before, report) if before else []
    if before:
        texts = gold_texts(folder)
        print(*change_lines(compare(before, report), texts), sep="\n")
    if pin:
        save_report(msgspec.structs.replace(report, misses={}), path)
    for measure in fallen:
        print(f"DROPPED: {name}: {measure}")
    return pin or not fallen


def main() -> None:
    """Judge every gold that is here; exit status 1 where a pinned figure dropped."""
    coder = Coder()
    held = [judge(name, folder, coder, pin="--pin" in sys.argv) for name, folder in golds()]
    print("the gate holds" if all(held) else "the gate does not hold: mend it, or pin with the reason in the commit")
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
