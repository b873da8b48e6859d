"""The quality gate: no pinned figure may drop, on the project's own gold and on the folder DRAGOMAN_GOLD names.

usage: python -m tests.gate [--pin]

Prints every figure with its pin, and for each measure that moved the gold items gained and lost. `--pin` makes the
figures reached the new pins (tests/pins/*.json: ids and figures only) and writes them, with those that
training/fuse.py left in out/fusion.json, to the coder card; sets that are not here keep their figures.
"""

import datetime
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dragoman.coder import Coder
from dragoman.evaluate import Figure, Report, change_lines, compare, evaluate, gold_texts, load_report, save_report
from dragoman.evaluate.cards import FOLDER, Measured, load_measured, save_measured

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


def judge(name: str, folder: Path, coder: Coder, *, pin: bool) -> tuple[bool, Report]:
    """Evaluate one gold, print what moved, and say whether the gate holds."""
    report = evaluate(
        folder,
        coder.pipe,
        lambda phrase, on: coder.entity(phrase, on=on),
        coder.status,
        coder.relation if coder.learned else None,
    )
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
    return pin or not fallen, report


def write_card(reports: dict[str, Report], coder: Coder) -> None:
    """The figures of the coder card."""
    fitted = HERE.parent / "out" / "fusion.json"
    held = msgspec.json.decode(fitted.read_bytes(), type=dict[str, Figure]) if fitted.exists() else {}
    found = {name: report.measures for name, report in reports.items()} | ({"held out": held} if held else {})
    earlier = load_measured() if (FOLDER / "measured.json").exists() else {}
    today = datetime.datetime.now(tz=datetime.UTC).date()
    now = {name: Measured(coder=coder.info, on=today, measures=measures) for name, measures in found.items()}
    save_measured({**earlier, **now})


def main() -> None:
    """Judge every gold that is here; exit status 1 where a pinned figure dropped."""
    coder = Coder()
    pin = "--pin" in sys.argv
    judged = {name: judge(name, folder, coder, pin=pin) for name, folder in golds()}
    held = [holds for holds, _ in judged.values()]
    if pin:
        write_card({name: report for name, (_, report) in judged.items()}, coder)
    print("the gate holds" if all(held) else "the gate does not hold: mend it, or pin with the reason in the commit")
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
