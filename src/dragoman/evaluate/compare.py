"""Sentences gained and lost: what a second evaluation does right that the first did wrong, and the other way round."""

from collections.abc import Iterator, Mapping

from dragoman.evaluate.measures import Figure
from dragoman.evaluate.report import Report, figure_text
from dragoman.records import Record


class Change(Record, frozen=True, kw_only=True):
    """One measure before and after, with the ids of the gold items that were gained and lost."""

    measure: str
    before: Figure
    after: Figure
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def compare(before: Report, after: Report) -> tuple[Change, ...]:
    """Every measure that both reports hold and that has changed, in the order of the later report."""
    changes = (_change(name, before, after) for name in after.measures if name in before.measures)
    return tuple(change for change in changes if change.before != change.after or change.gained or change.lost)


def _change(measure: str, before: Report, after: Report) -> Change:
    earlier, later = before.hits.get(measure, ()), after.hits.get(measure, ())
    return Change(
        measure=measure,
        before=before.measures[measure],
        after=after.measures[measure],
        gained=_without(later, earlier),
        lost=_without(earlier, later),
    )


def _without(items: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    known = set(others)
    return tuple(item for item in items if item not in known)


def change_lines(changes: tuple[Change, ...], texts: Mapping[str, str]) -> Iterator[str]:
    """The changes for the terminal: each measure, then its gained (+) and lost (-) items with their text."""
    for change in changes:
        step = change.after.headline - change.before.headline
        yield f"{change.measure}: {figure_text(change.before)} -> {figure_text(change.after)} ({step:+.3f})"
        for sign, items in (("+", change.gained), ("-", change.lost)):
            yield from (f"  {sign} {item} {texts.get(item, '')}".rstrip() for item in items)
