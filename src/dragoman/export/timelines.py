"""Pictures: words and deeds of a dyad on one time axis, and the ledger with what became of each commitment."""

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dragoman.errors import OutputError
from dragoman.ledger.standing import deciding_entry
from dragoman.records import Account, Standing
from dragoman.resolve.tellings import later

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart by colour-blind readers too: cooperation blue, conflict orange.
BLUE, SKY, ORANGE, YELLOW, GREY = "#0072B2", "#56B4E9", "#D55E00", "#E69F00", "#808080"
WORDS = (("verbal_cooperation", SKY, "cooperation"), ("verbal_conflict", YELLOW, "conflict"))
DEEDS = (("material_cooperation", BLUE, "cooperation"), ("material_conflict", ORANGE, "conflict"))
COLOURS: dict[Standing, str] = {
    "kept": BLUE, "accepted": SKY, "partly kept": SKY, "broken": ORANGE, "cancelled": YELLOW, "rejected": YELLOW,
}  # fmt: skip
LEGEND = (
    (BLUE, "kept"),
    (SKY, "accepted, partly kept"),
    (ORANGE, "broken, threat carried out"),
    (YELLOW, "cancelled, rejected"),
    (GREY, "lapsed, superseded"),
)
OPEN: frozenset[Standing] = frozenset({"pending", "no evidence"})
# Commitments that one picture can show; inches a line.
MOST, LINE = 60, 0.28
FORMATS = frozenset({".svg", ".png", ".pdf"})
# Between bars that touch: as thin as shows.
EDGE: Any = {"edgecolor": "white", "linewidth": 0.3}
Days = tuple[datetime.date | None, datetime.date | None]


class Bars(NamedTuple):
    """What one party did to another from one day to another: distinct events by quad class."""

    actor: str
    first: datetime.date
    last: datetime.date
    events: dict[str, int]


def draw_dyad(one: str, other: str, steps: Iterable[Bars], path: Path, *, days: Days = (None, None)) -> None:
    """For each of the two what it did to the other: words above the line, deeds below, by colour what kind.

    `days` are the ends of the time axis. Raises `OutputError` where there is nothing to draw, matplotlib is missing or
    the file cannot be written.
    """
    plots = _library(path)
    told = _not_empty(steps, path, f"nothing happened between {one} and {other} in that time")
    figure, axes = plots.subplots(2, 1, sharex=True, sharey=True, figsize=(10, 6), layout="constrained")
    for axis, actor, target in zip(axes, (one, other), (other, one), strict=True):
        _draw_side(axis, [step for step in told if step.actor == actor])
        axis.set_title(f"{actor} to {target}", loc="left")
    _set_days(axes[1], days)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    _save(figure, path)


def _draw_side(axis: "Axes", steps: Sequence[Bars]) -> None:
    days: list[Any] = [step.first for step in steps]
    widths = [(step.last - step.first).days + 1 for step in steps]
    for sign, what, kinds in ((1, "words", WORDS), (-1, "deeds", DEEDS)):
        base = [0] * len(steps)
        for name, colour, kind in kinds:
            heights = [sign * step.events.get(name, 0) for step in steps]
            axis.bar(
                days, heights, width=widths, align="edge", bottom=base, color=colour, label=f"{what}: {kind}", **EDGE
            )
            base = [a + b for a, b in zip(base, heights, strict=True)]
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_ylabel("deeds | words")
    axis.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    axis.spines[["top", "right"]].set_visible(False)


def _not_empty(steps: Iterable[Bars], path: Path, otherwise: str) -> list[Bars]:
    told = list(steps)
    if not any(number for step in told for number in step.events.values()):
        raise OutputError(f"{otherwise}: nothing to draw", kind="empty", where=str(path))
    return told


def _set_days(axis: "Axes", days: Days = (None, None)) -> None:
    """Ends of the time axis, and its dates: as many as there is room for."""
    from matplotlib import dates

    untyped: Any = dates
    locator = untyped.AutoDateLocator()
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
    first, last = days
    left: Any = first
    right: Any = later(last, 1) if last else None
    axis.set_xlim(left, right)


def draw_party(
    party: str,
    steps: Iterable[Bars],
    partners: Sequence[tuple[str, dict[str, int]]],
    path: Path,
    *,
    days: Days = (None, None),
) -> None:
    """What a party did over time, and below it to whom: words to the right, deeds to the left, the most at the top.

    `days` are the ends of the time axis. Raises `OutputError` where there is nothing to draw, matplotlib is missing or
    the file cannot be written.
    """
    plots = _library(path)
    told = _not_empty(steps, path, f"{party} did nothing in that time")
    height = 1.2 + LINE * len(partners)
    figure, (over, to) = plots.subplots(
        2, 1, figsize=(10, 3.5 + height), height_ratios=(3.5, height), layout="constrained"
    )
    _draw_side(over, told)
    _set_days(over, days)
    over.set_title(f"{party} to all", loc="left")
    _draw_partners(to, partners)
    to.set_title(f"{party} to each", loc="left")
    handles, labels = over.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    _save(figure, path)


def _draw_partners(axis: "Axes", partners: Sequence[tuple[str, dict[str, int]]]) -> None:
    rows = range(len(partners))
    for sign, kinds in ((1, WORDS), (-1, DEEDS)):
        base = [0] * len(partners)
        for name, colour, _ in kinds:
            lengths = [sign * events.get(name, 0) for _, events in partners]
            axis.barh(rows, lengths, left=base, color=colour)
            base = [a + b for a, b in zip(base, lengths, strict=True)]
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(rows, [name for name, _ in partners], parse_math=False)
    axis.invert_yaxis()
    axis.set_xlabel("deeds | words")
    axis.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    axis.spines[["top", "right", "left"]].set_visible(False)


def draw_ledger(
    told: Sequence[tuple[Account, Standing]], path: Path, *, on: datetime.date | None = None, days: Days = (None, None)
) -> None:
    """A line for each commitment, from the day on which it was made to that which decided it, coloured by its outcome.

    `days` are the ends of the time axis: what was made before begins to the left of it. Raises `OutputError` where
    there is nothing to draw, matplotlib is missing or the file cannot be written.
    """
    plots = _library(path)
    if not told:
        raise OutputError("the ledger holds nothing of the kind: nothing to draw", kind="empty", where=str(path))
    shown = _most_decided(told)
    figure, axis = plots.subplots(figsize=(11, 1.2 + LINE * len(shown)), layout="constrained")
    end = on or max(entry.day for account, _ in shown for entry in account.entries)
    for row, (account, standing) in enumerate(reversed(shown)):
        _draw_account(axis, row, account, standing, end)
    axis.set_yticks(
        range(len(shown)), [_label(account) for account, _ in reversed(shown)], fontsize=7, parse_math=False
    )
    axis.set_ylim(-1, len(shown))
    figure.suptitle(f"Commitments as they stand on {end}" + _cut(told), x=0.01, ha="left", fontsize=10)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
    _set_days(axis, days)
    _draw_legend(figure)
    _save(figure, path)


def _most_decided(told: Sequence[tuple[Account, Standing]]) -> list[tuple[Account, Standing]]:
    """As many as one picture can show, in their order: what was decided before what is open, the latest of each."""
    ranked = sorted(enumerate(told), key=lambda pair: (pair[1][1] in OPEN, -pair[0]))[:MOST]
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _cut(told: Sequence[object]) -> str:
    return f" ({MOST} of {len(told)}: what was decided first, the latest of each)" if len(told) > MOST else ""


def _draw_legend(figure: "Figure") -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linewidth=2, marker="s", label=label) for colour, label in LEGEND]
    handles.append(Line2D([], [], color=GREY, linewidth=2, linestyle=":", marker="o", label="open"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)


def _draw_account(axis: "Axes", row: int, account: Account, standing: Standing, end: datetime.date) -> None:
    made, decided = account.entries[0].day, deciding_entry(account, end)
    last: Any = decided.day if decided else end
    first: Any = made
    colour = ORANGE if (account.kind, standing) == ("threat", "kept") else COLOURS.get(standing, GREY)
    axis.plot([first, last], [row, row], color=colour, linewidth=2, linestyle="-" if decided else ":")
    axis.plot([first], [row], marker="o", color=colour, markersize=5)
    if decided:
        axis.plot([last], [row], marker="s", color=colour, markersize=6)
    axis.annotate(standing, (last, row), xytext=(6, -2.5), textcoords="offset points", fontsize=7, color=colour)


def _label(account: Account, most: int = 60) -> str:
    words = " ".join(account.content.split())
    to = f" to {','.join(account.to)}" if account.to else ""
    return f"{','.join(account.by)}{to}, {account.kind}: " + (words if len(words) <= most else words[: most - 1] + "…")


def _library(path: Path) -> Any:
    if path.suffix.lower() not in FORMATS:
        raise OutputError(f"{path.name!r}: a picture is a .svg, .png or .pdf file", kind="format")
    try:
        import matplotlib  # the plotting library that most of its users know; writes SVG and PNG without a browser
    except ImportError as error:
        raise OutputError("pictures need matplotlib: pip install 'dragoman[pictures]'", kind="missing") from error
    matplotlib.use("agg")
    # Text stays text in an SVG; the same picture gives the same bytes.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "dragoman"})
    import matplotlib.pyplot

    return matplotlib.pyplot


def _save(figure: "Figure", path: Path) -> None:
    import matplotlib.pyplot

    try:
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", kind="output", where=str(path)) from error
    finally:
        matplotlib.pyplot.close(figure)
