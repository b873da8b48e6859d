"""The report of an evaluation: figures and ids of gold items, never a word of the gold, so that it may be kept."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from dragoman.errors import InputError, OutputError
from dragoman.evaluate.measures import Figure, Measure
from dragoman.records import CoderInfo, Record


class Report(Record, frozen=True, kw_only=True):
    """How well a coder did: for each measure its figure, the gold items done right, and those missed or done wrong.

    `failures` names the reports that could not be coded; nothing was found in them.
    """

    coder: CoderInfo | None = None
    measures: dict[str, Figure]
    hits: dict[str, tuple[str, ...]]
    misses: dict[str, tuple[str, ...]]
    failures: tuple[str, ...] = ()


def report_of(measures: Mapping[str, Measure], coder: CoderInfo | None, failures: tuple[str, ...]) -> Report:
    """A report of measures by name."""
    return Report(
        coder=coder,
        measures={name: measure.figure for name, measure in measures.items()},
        hits={name: measure.hits for name, measure in measures.items() if measure.hits},
        misses={name: measure.misses for name, measure in measures.items() if measure.misses},
        failures=failures,
    )


def save_report(report: Report, path: Path) -> None:
    """Write a report as JSON; raises `OutputError` when it cannot be written."""
    text = msgspec.json.format(msgspec.json.encode(report), indent=1)
    try:
        path.write_bytes(text + b"\n")
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", kind="report", where=str(path)) from error


def load_report(path: Path) -> Report:
    """Read a report that was saved; raises `InputError` when it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"not a report of an evaluation: {error}", kind="report", where=str(path)) from error


def report_lines(report: Report) -> Iterator[str]:
    """Every figure on a line: precision, recall and F1, or the value, and how many gold items stand behind it."""
    for name, figure in report.measures.items():
        yield f"{name:28} {figure_text(figure)}"
    if report.failures:
        yield f"not coded: {len(report.failures)} ({', '.join(report.failures)})"


def figure_text(figure: Figure) -> str:
    """One figure for the terminal."""
    if figure.f1 is None:
        return f"{figure.value or 0:.3f} of {figure.n}"
    return f"P {figure.precision or 0:.3f} R {figure.recall or 0:.3f} F1 {figure.f1:.3f} of {figure.n}"


def miss_lines(report: Report, measure: str, texts: Mapping[str, str]) -> Iterator[str]:
    """What a measure missed, each gold item with its text, looked up by its id."""
    for item in report.misses.get(measure, ()):
        yield f"{item} {texts.get(item, '')}".rstrip()
